import type { RunState } from '../../functions/contracts/states.ts';
import { isIpv6, isOurValue, type Naming, targetOf } from '../../functions/domain/dns/ownership.ts';
import { normalValue, type RecordSet, type Value, valueText } from '../../functions/domain/dns/record-set.ts';
import { normalSrv, parseSrv, type Srv } from '../../functions/domain/dns/srv.ts';
import { type Claim, type Endpoint, endpointKey } from '../../functions/domain/ecs/claim.ts';
import { claimsOf, type Declaring } from '../../functions/domain/ecs/claims-of.ts';
import { type ClaimSettings, declarationsOf } from '../../functions/domain/ecs/declared.ts';
import type { ContainerDefinition, Task, TaskContainer, TaskDefinition } from '../../functions/domain/ecs/task.ts';
import type { Judged } from '../../functions/domain/health/judged.ts';
import { joinVerdict, type ProbeVerdict } from '../../functions/domain/health/verdict.ts';
import type { AbsenceFacts } from '../../functions/domain/judging/absent.ts';
import type { PlanSettings } from '../../functions/domain/plan/plan.ts';
import type { InventoryEntry, RememberedName } from '../../functions/domain/reading/inventory.ts';
import type { Reading, ZoneSnapshot } from '../../functions/domain/reading/reading.ts';
import type { PlanRecord } from '../../functions/domain/telling/plan-record.ts';
import type { ChangeUnit } from '../../functions/domain/zone/change.ts';

export const NAMING: Naming = { zone: 'shop.internal.', owner: 'ecs' };
export const DEPLOYMENT = '123456789012/eu-west-1/test';
export const NOW = Date.parse('2026-11-22T20:00:00Z');
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

export const CLUSTER = 'arn:aws:ecs:eu-west-1:123456789012:cluster/main';
export const OTHER_CLUSTER = 'arn:aws:ecs:eu-west-1:123456789012:cluster/other';
export const CALC = '_calc._tcp.shop.internal.';
export const TIME = '_time._tcp.shop.internal.';

export const SETTINGS: PlanSettings = {
  naming: NAMING,
  recordTtl: 5,
  routing: 'simple',
  deployment: DEPLOYMENT,
  maxDeleteShare: 0.3,
  guardMinimum: 10,
  minimumHealthyShare: 0.5,
};

export const taskArn = (id: string) => `arn:aws:ecs:eu-west-1:123456789012:task/main/${id}`;
export const instanceArn = (id: string) => `arn:aws:ecs:eu-west-1:123456789012:container-instance/main/${id}`;

/** The SRV value that publishes an address and port of ours. */
export const ourValue = (address: string, port: number, priority = 1, weight = 1): Srv => ({
  priority,
  weight,
  port,
  target: targetOf(address, NAMING),
});

/** The same as it stands in the zone. */
export const ourText = (address: string, port: number, priority = 1, weight = 1): string =>
  normalSrv(ourValue(address, port, priority, weight));

/** A text of a zone in the form in which SRV values are compared. */
export const normalText = (text: string): string => normalValue(srvValue(text));

/** Whether a text of a zone is a value of ours. */
export const isOurText = (text: string, naming = NAMING): boolean => isOurValue(srvValue(text), naming);

/** An SRV value as the adapter reads it. */
export const srvValue = (text: string): Value => parseSrv(text) ?? text;

export const keyOf = (address: string, port: number) => endpointKey({ target: targetOf(address, NAMING), port });

/** Values as they stand in the zone. */
export const textsOf = (values: readonly Value[] | undefined): readonly string[] => (values ?? []).map(valueText);

/** @param values texts are read as the adapter reads them */
export const srvSet = (ownerName: string, values: readonly Value[], about: Partial<RecordSet> = {}): RecordSet => ({
  ownerName,
  type: 'SRV',
  ttl: SETTINGS.recordTtl,
  values: values.map((value) => (typeof value === 'string' ? srvValue(value) : value)),
  policy: 'simple',
  ...about,
});

export const addressSet = (address: string, about: Partial<RecordSet> = {}): RecordSet => ({
  ownerName: targetOf(address, NAMING),
  type: isIpv6(address) ? 'AAAA' : 'A',
  ttl: 3_600,
  values: [address],
  policy: 'simple',
  ...about,
});

/** The set of an IPv6 address beside that of an IPv4 address. */
export const besideSet = (address: string, address6: string, about: Partial<RecordSet> = {}): RecordSet =>
  addressSet(address, { type: 'AAAA', values: [address6], ...about });

/** A running bridge task of one container `app`, that publishes container port 8080 at host port 32768. */
export const task = (about: Partial<Task> = {}): Task => ({
  arn: taskArn('1'),
  cluster: CLUSTER,
  definition: 'arn:aws:ecs:eu-west-1:123456789012:task-definition/app:1',
  containerInstance: instanceArn('1'),
  version: 3,
  lastStatus: 'RUNNING',
  desiredStatus: 'RUNNING',
  startedAt: NOW - HOUR,
  containers: [container()],
  overrides: [],
  ...about,
});

export const container = (about: Partial<TaskContainer> = {}): TaskContainer => ({
  name: 'app',
  lastStatus: 'RUNNING',
  bindings: [{ bindIP: '0.0.0.0', containerPort: 8080, hostPort: 32_768, protocol: 'tcp' }],
  ...about,
});

/** A bridge definition of one container `app` that declares port 8080 as `_calc._tcp`. */
export const definition = (about: Partial<TaskDefinition> = {}): TaskDefinition => ({
  arn: 'arn:aws:ecs:eu-west-1:123456789012:task-definition/app:1',
  networkMode: 'bridge',
  containers: [containerDefinition()],
  ...about,
});

export const containerDefinition = (about: Partial<ContainerDefinition> = {}): ContainerDefinition => ({
  name: 'app',
  environment: { SERVICE_8080_NAME: '_calc._tcp' },
  labels: {},
  portMappings: [{ containerPort: 8080, hostPort: 0, protocol: 'tcp' }],
  ...about,
});

export const endpoint = (address: string, port: number, about: Partial<Endpoint> = {}): Endpoint => ({
  address,
  ...ourValue(address, port),
  ...about,
});

/** A claim of task `id` on host `h`; without an endpoint unless one is given. */
export const claim = (id: string, about: Partial<Claim> = {}): Claim => ({
  name: CALC,
  task: taskArn(id),
  cluster: CLUSTER,
  container: 'app',
  containerPort: 8080,
  containerInstance: instanceArn('1'),
  awsvpc: false,
  startedAt: NOW - HOUR,
  graceEndsAt: NOW - HOUR + MINUTE,
  ...about,
});

export const PASSING = { state: 'passing' } as const;
export const FAILING = { state: 'failing', cause: 'connection refused' } as const;
export const UNPROBED = { state: 'unprobed', cause: 'its batch of probes failed' } as const;

/** A claim with what a probe said of it; without a probe it passes because it runs. */
export function judged(one: Claim, probe?: ProbeVerdict): Judged {
  if (!one.endpoint) return { claim: one };
  return { claim: one, verdict: joinVerdict(one.containerHealth, probe), ...(probe && { probe }) };
}

/** An instance of task `id` at an endpoint, judged by a probe where one is given. */
export const instance = (
  id: string,
  { address = '10.0.0.1', port = 32_768, probe, ...about }: InstanceOptions = {},
): Judged => judged(claim(id, { endpoint: endpoint(address, port), ...about }), probe);

export interface InstanceOptions extends Partial<Claim> {
  readonly address?: string;
  readonly port?: number;
  readonly probe?: ProbeVerdict;
}

/** What is remembered of a value that `claim` of the same id has published. */
export const entryOf = (id: string, about: Partial<InventoryEntry> = {}): InventoryEntry => ({
  task: taskArn(id),
  container: 'app',
  containerPort: 8080,
  protocol: 'tcp',
  cluster: CLUSTER,
  containerInstance: instanceArn('1'),
  awsvpc: false,
  firstSeen: NOW - HOUR,
  lastSeen: NOW - MINUTE,
  lastVerdict: 'running',
  ...about,
});

/** The same as earlier versions have left it: it does not tell which declaration of the task. */
export function formerEntryOf(id: string, about: Partial<InventoryEntry> = {}): InventoryEntry {
  const { container: _, containerPort: __, protocol: ___, ...former } = entryOf(id, about);
  return former;
}

export const rememberedAt = (name: string, values: RememberedName['values']): RememberedName => ({ name, values });

export const reading = (about: Partial<Reading> = {}): Reading => ({
  now: NOW,
  clusters: { [CLUSTER]: 'read' },
  judged: [],
  listed: (about.judged ?? []).map(({ claim: { task: arn } }) => arn),
  hosts: [],
  taskFates: {},
  hostFates: {},
  addressTaken: [],
  remembered: [],
  idleAddresses: {},
  held: [],
  ...about,
});

/** Of a full run that has read everything and found nothing absent. */
export const absenceFacts = (about: Partial<AbsenceFacts> = {}): AbsenceFacts => ({
  kind: 'full',
  now: NOW,
  taskFate: () => undefined,
  hostFate: () => undefined,
  cluster: () => 'read',
  anyClusterUnread: false,
  nothingListed: false,
  addressTaken: () => false,
  ...about,
});

/** Of a pass that has found nothing. */
export const planRecord = (about: Partial<PlanRecord> = {}): PlanRecord => ({
  kind: 'full',
  plannedAt: NOW,
  clusters: {},
  names: [],
  dispositions: [],
  held: [],
  ours: 0,
  batches: 0,
  starting: [],
  proberSuspected: false,
  conflicts: [],
  contended: [],
  nearQuotas: [],
  findings: [],
  ...about,
});

export const snapshot = (recordSets: readonly RecordSet[], about: Partial<ZoneSnapshot> = {}): ZoneSnapshot => ({
  takenAt: NOW,
  recordSets,
  marker: { deployment: DEPLOYMENT },
  ...about,
});

/** A unit that creates a record set of some values at a name. */
export const nameUnit = (
  name: string,
  values: readonly Value[],
  { needs = [], current }: { readonly needs?: readonly string[]; readonly current?: readonly Value[] } = {},
): ChangeUnit => ({
  name,
  kind: 'name',
  needs,
  changes: [
    ...(current ? [{ action: 'DELETE' as const, recordSet: srvSet(name, current) }] : []),
    { action: 'CREATE' as const, recordSet: srvSet(name, values) },
  ],
});

export const addressUnit = (address: string): ChangeUnit => ({
  name: targetOf(address, NAMING),
  kind: 'address',
  needs: [],
  changes: [{ action: 'CREATE', recordSet: addressSet(address) }],
});

/** A full run of the schedule in its first pass. */
export const runState = (about: Partial<RunState> = {}): RunState => ({
  execution: 'run-1',
  trigger: 'schedule',
  kind: 'full',
  startedAt: 0,
  dryRun: false,
  pass: 1,
  round: 1,
  looks: 0,
  ...about,
});

/** What a task claims, as a run makes it of what ECS says of the task, its definition and its host. */
export const claimsIn = (about: Omit<Declaring, 'declared'>, settings: ClaimSettings = { naming: NAMING }) =>
  claimsOf({ ...about, declared: declarationsOf(about.definition, about.task.overrides, settings) }, settings);
