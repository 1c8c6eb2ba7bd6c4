import { ec2Reader } from '../adapters/ec2-reader.ts';
import { definitionReader } from '../adapters/ecs-definitions.ts';
import { instanceReader } from '../adapters/ecs-instances.ts';
import { ecsReader } from '../adapters/ecs-reader.ts';
import { taskStopper } from '../adapters/ecs-tasks.ts';
import { eventBus } from '../adapters/event-bus.ts';
import { eventQueue } from '../adapters/event-queue.ts';
import { exactSoa } from '../adapters/exact-soa.ts';
import { executions as executionStarter } from '../adapters/executions.ts';
import { prober } from '../adapters/http-probe.ts';
import { zoneReader, zoneWriter } from '../adapters/route53-zone.ts';
import { runStore } from '../adapters/run-store.ts';
import { anywhereReader } from '../adapters/ssm-reader.ts';
import { payloadsIn } from '../contracts/crossing.ts';
import type { Environment } from '../contracts/environment.ts';
import { systemClock } from '../runtime/clock.ts';

/**
 * Each port, made of the variables that it needs. A function imports by name those that it asks for, and its bundle has no
 * other adapter and no other SDK client: nothing here may be an object of them all, or be called while loading.
 */
export const payloads = ({ RUN_BUCKET }: Environment<'RUN_BUCKET'>) => payloadsIn(runStore(RUN_BUCKET));

export const zone = ({ HOSTED_ZONE_ID }: Environment<'HOSTED_ZONE_ID'>) => zoneReader(HOSTED_ZONE_ID);
export const writableZone = ({ HOSTED_ZONE_ID }: Environment<'HOSTED_ZONE_ID'>) =>
  exactSoa(zoneWriter(HOSTED_ZONE_ID), zoneReader(HOSTED_ZONE_ID));

export const ecs = () => ecsReader();
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
