import { ec2Reader } from '../adapters/ec2-reader.ts';
import { definitionReader } from '../adapters/ecs-definitions.ts';
import { instanceReader } from '../adapters/ecs-instances.ts';
import { ecsReader } from '../adapters/ecs-reader.ts';
import { serviceReader } from '../adapters/ecs-services.ts';
import { taskStopper } from '../adapters/ecs-tasks.ts';
import { eventBus } from '../adapters/event-bus.ts';
import { eventQueue } from '../adapters/event-queue.ts';
import { exactSoa } from '../adapters/exact-soa.ts';
import { executions as executionStarter } from '../adapters/executions.ts';
import { prober } from '../adapters/http-probe.ts';
import { roleSessions } from '../adapters/role-credentials.ts';
import { changeReader } from '../adapters/route53-change.ts';
import { zoneReader, zoneWriter } from '../adapters/route53-zone.ts';
import { runStore } from '../adapters/run-store.ts';
import { currentSession } from '../adapters/session.ts';
import { anywhereReader } from '../adapters/ssm-reader.ts';
import { zoneClient } from '../adapters/zone-client.ts';
import { payloadsIn } from '../contracts/crossing.ts';
import type { Environment } from '../contracts/environment.ts';
import { systemClock } from '../runtime/clock.ts';

/**
 * Each port, made of the variables that it needs. A function imports by name those that it asks for, and its bundle has no
 * other adapter and no other SDK client: nothing here may be an object of them all, or be called while loading.
 */
export const payloads = ({ RUN_BUCKET }: Environment<'RUN_BUCKET'>) => payloadsIn(runStore(RUN_BUCKET));

type OfRole = Environment<'HOSTED_ZONE_ROLE' | 'HOSTED_ZONE_EXTERNAL_ID'>;
type OfZone = OfRole & Environment<'HOSTED_ZONE_ID'>;

/** By the role of the zone where there is one, in a session that is named after the run. */
const clientOf = ({ HOSTED_ZONE_ROLE: arn, HOSTED_ZONE_EXTERNAL_ID: externalId }: OfRole) =>
  zoneClient(arn === undefined ? undefined : roleSessions({ arn, externalId }, currentSession));

export const zone = (of: OfZone) => zoneReader(of.HOSTED_ZONE_ID, clientOf(of));
export const writableZone = (of: OfZone) => {
  const client = clientOf(of);
  return exactSoa(zoneWriter(of.HOSTED_ZONE_ID, client), zoneReader(of.HOSTED_ZONE_ID, client));
};

export const changes = (of: OfRole) => changeReader(clientOf(of));

export const ecs = () => ecsReader();
/** Only where it matters which revision of a service serves. */
export const shifts = ({
  SHIFT_HOOK: hook,
  PUBLISH_PRIMARY_TASK_SET: primaryTaskSets,
}: Environment<'SHIFT_HOOK' | 'PUBLISH_PRIMARY_TASK_SET'>) =>
  hook !== undefined || primaryTaskSets ? { services: serviceReader(), hook, primaryTaskSets } : undefined;
export const definitions = () => definitionReader();
export const instances = () => instanceReader();
export const ec2 = () => ec2Reader();
export const anywhere = ({ ECS_ANYWHERE }: Environment<'ECS_ANYWHERE'>) =>
  ECS_ANYWHERE ? anywhereReader() : undefined;
export const tasks = () => taskStopper();
export const probes = () => prober();

export const queue = ({ EVENT_QUEUE_URL }: Environment<'EVENT_QUEUE_URL'>) => eventQueue(EVENT_QUEUE_URL);
export const deadLetters = ({ DEAD_LETTER_QUEUE_URL }: Environment<'DEAD_LETTER_QUEUE_URL'>) =>
  eventQueue(DEAD_LETTER_QUEUE_URL);
export const bus = () => eventBus();
export const executions = () => executionStarter();

export const clock = () => systemClock;
export const random = () => Math.random;
