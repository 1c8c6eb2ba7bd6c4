import * as z from 'zod';
import type { AliasTarget, RecordSet, RoutingPolicy } from '../domain/dns/record-set.ts';
import type { Srv } from '../domain/dns/srv.ts';
import type { Check, StatusRange } from '../domain/ecs/check.ts';
import type { Claim, Endpoint, Shift, WhyLeftOut } from '../domain/ecs/claim.ts';
import type { ContainerHealth, Host } from '../domain/ecs/task.ts';
import type { Judged } from '../domain/health/judged.ts';
import type { Target } from '../domain/health/probe-packing.ts';
import type { ProbeVerdict, Verdict } from '../domain/health/verdict.ts';
import type { RememberedName } from '../domain/reading/inventory.ts';
import type { LostObject } from '../domain/reading/lost-object.ts';
import type * as read from '../domain/reading/reading.ts';
import type { Scope, ScopedTask } from '../domain/reading/scope.ts';
import type { UnreadCluster } from '../domain/reading/unread.ts';
import { ENDPOINTS_PER_PROBE_BATCH } from '../domain/words/quotas.ts';
import { type Colour, type LeftOutReason, REASONS } from '../domain/words/reason.ts';
import type { KnownAddresses } from '../domain/zone/known-addresses.ts';
import type { Marker } from '../domain/zone/marker.ts';
import type { Pause } from '../domain/zone/pause.ts';
import {
  all,
  count,
  type Fields,
  listOf,
  maybe,
  number,
  recordOf,
  type Shape,
  text,
  texts,
  time,
  whole,
  wordOf,
  yes,
  yesOrNo,
} from './fields.ts';
import { entry, heldRemovals, idleAddresses, protocol, quarantine, written } from './lasting-shapes.ts';

const port = count.max(65_535);
const srvFields = { ...all(number, 'priority', 'weight'), port, target: text };
const srv: Shape<Srv> = z.object({ ...srvFields, ...maybe(text, 'spelled') } satisfies Fields<Srv>);

export const policy = wordOf<RoutingPolicy>()(['simple', 'weighted', 'multivalue', 'other']);
const aliasTarget: Shape<AliasTarget> = z.object({
  name: text,
  ...maybe(yes, 'elsewhere', 'evaluatesHealth'),
} satisfies Fields<AliasTarget>);
export const recordSet: Shape<RecordSet> = z.object({
  ...all(text, 'ownerName', 'type'),
  ttl: number,
  values: listOf(z.union([text, srv])),
  policy,
  ...maybe(text, 'setIdentifier'),
  ...maybe(number, 'weight'),
  ...maybe(texts, 'attributes'),
  ...maybe(aliasTarget, 'aliasTarget'),
  ...maybe(z.unknown(), 'stored'),
} satisfies Fields<RecordSet>);

export const pause: Shape<Pause> = z.object({
  ...maybe(time, 'since'),
  ...maybe(text, 'by', 'reason'),
} satisfies Fields<Pause>);
const marker: Shape<Marker> = z.object({
  deployment: text,
  ...maybe(yes, 'withdrawn'),
  ...maybe(pause, 'paused'),
} satisfies Fields<Marker>);
const known: Shape<KnownAddresses> = z.object({
  ...all(texts, 'right', 'wrong'),
  ...maybe(text, 'before'),
} satisfies Fields<KnownAddresses>);

export const snapshot: Shape<read.ZoneSnapshot> = z.object({
  takenAt: time,
  recordSets: listOf(recordSet),
  ...maybe(marker, 'marker'),
  ...maybe(number, 'total'),
  ...maybe(recordSet, 'soa'),
  ...maybe(text, 'strangers'),
  ...maybe(known, 'addresses'),
} satisfies Fields<read.ZoneSnapshot>);

const statuses: Shape<StatusRange> = z.tuple([whole, whole]).readonly();
const check: Shape<Check> = z.object({
  kind: z.enum(['http', 'https', 'grpc', 'tcp']),
  ...maybe(text, 'path', 'host', 'service'),
  ...maybe(listOf(statuses), 'statuses'),
  ...all(whole.positive(), 'timeout', 'attempts'),
} satisfies Fields<Check>);

/** Endpoints to probe; `id` is the index among the claims of the cluster. */
const probeTarget: Shape<Target> = z.object({
  id: whole,
  address: z.union([z.ipv4(), z.ipv6()]),
  ...maybe(z.ipv6(), 'address6'),
  port: port.min(1),
  check,
} satisfies Fields<Target>);
export const probeTargets = z.array(probeTarget).max(ENDPOINTS_PER_PROBE_BATCH).readonly();

const endpoint: Shape<Endpoint> = z.object({
  address: text,
  ...maybe(text, 'address6', 'probeAt', 'vpc'),
  ...maybe(port, 'servesAt'),
  ...srvFields,
} satisfies Fields<Endpoint>);

export const colour = wordOf<Colour>()(['blue', 'green']);

const shift: Shape<Shift> = z.object({
  share: wordOf<Shift['share']>()(['none', 'unknown', 'all']),
  service: text,
  ...maybe(count, 'requested'),
  ...maybe(yes, 'isTest'),
  ...maybe(text, 'declared', 'deployment', 'state', 'status', 'stage'),
  ...maybe(colour, 'colour'),
  ...maybe(wordOf<'forward' | 'back'>()(['forward', 'back']), 'direction'),
} satisfies Fields<Shift>);

const leftOut: Shape<WhyLeftOut> = z.object({
  reason: z.enum(Object.keys(REASONS['left-out']) as LeftOutReason[]),
  ...maybe(text, 'detail', 'at'),
  ...maybe(yes, 'taskStops', 'unplaced'),
} satisfies Fields<WhyLeftOut>);

export const containerHealth = wordOf<ContainerHealth>()(['HEALTHY', 'UNHEALTHY', 'UNKNOWN']);
const claim: Shape<Claim> = z.object({
  ...all(text, 'name', 'task', 'cluster', 'container'),
  ...maybe(number, 'containerPort', 'ttl', 'startedAt', 'graceEndsAt'),
  ...maybe(protocol, 'protocol'),
  ...maybe(text, 'containerInstance', 'ec2Instance', 'networkInterface', 'vpc', 'service', 'startedBy'),
  ...maybe(shift, 'shift'),
  awsvpc: yesOrNo,
  ...maybe(yes, 'atPublic', 'disconnected', 'hostDrains', 'taskUnhealthy'),
  ...maybe(endpoint, 'endpoint'),
  ...maybe(leftOut, 'leftOut'),
  ...maybe(containerHealth, 'containerHealth'),
  ...maybe(check, 'check'),
} satisfies Fields<Claim>);

const verdict: Shape<Verdict> = z.discriminatedUnion('state', [
  z.object({ state: z.literal('passing'), by: z.enum(['running', 'check']) }),
  z.object({ state: z.literal('failing'), cause: text }),
  z.object({ state: z.literal('unknown'), cause: text, source: z.enum(['container', 'probe']) }),
]);

const passing = { state: z.literal('passing') };
const failing = { state: z.literal('failing'), ...maybe(z.literal('timeout'), 'kind') };
const unprobed = { state: z.literal('unprobed'), ...maybe(z.literal('no-route'), 'kind') };
const probe: Shape<ProbeVerdict> = z.discriminatedUnion('state', [
  z.object(passing),
  z.object({ ...failing, cause: text }),
  z.object({ ...unprobed, cause: text }),
]);

// Control characters and lone surrogates would take six bytes each.
const cause = text.max(160).regex(/^[^\p{Cc}\p{Cs}]*$/u, 'want a text without control characters');
/** Verdicts are compact: 400 of them with their causes stay far below what a state may carry. */
export const probeVerdicts = z.array(
  z.discriminatedUnion('state', [
    z.object({ id: whole, ...passing }),
    z.object({ id: whole, ...failing, cause }),
    z.object({ id: whole, ...unprobed, cause }),
  ]),
);

const judged: Shape<Judged> = z.object({
  claim,
  ...maybe(verdict, 'verdict'),
  ...maybe(probe, 'probe'),
} satisfies Fields<Judged>);

const host: Shape<Host> = z.object({
  containerInstance: text,
  state: wordOf<Host['state']>()(['live', 'gone', 'unknown']),
  ...maybe(text, 'ec2Instance', 'address', 'address6', 'publicAddress', 'vpc'),
  ...maybe(yes, 'unasked', 'draining', 'disconnected'),
} satisfies Fields<Host>);

const rememberedName: Shape<RememberedName> = z.object({
  name: text,
  ...maybe(written, 'written'),
  values: recordOf(entry),
  ...maybe(yes, 'former'),
} satisfies Fields<RememberedName>);

const lost: Shape<LostObject> = z.object({
  ...all(text, 'key', 'why'),
  access: z.enum(['read', 'write']),
  ...maybe(yes, 'damaged'),
} satisfies Fields<LostObject>);

const effort: Shape<read.ReadingEffort> = z.object({
  ...all(number, 'clusters', 'probeBatches', 'probesBeyond'),
  ...maybe(number, 'groups'),
  clustersBeyond: texts,
} satisfies Fields<read.ReadingEffort>);

export const clusters = recordOf(wordOf<read.ClusterReading>()(['read', 'unread', 'gone', 'asked']));
export const unread = listOf<UnreadCluster>(
  z.object(all(text, 'cluster', 'error', 'cause') satisfies Fields<UnreadCluster>),
);

export const reading: Shape<read.Reading> = z.object({
  now: time,
  clusters,
  ...maybe(unread, 'unread'),
  judged: listOf(judged),
  ...maybe(texts, 'remarks'),
  ...all(texts, 'listed', 'addressTaken'),
  ...maybe(recordOf(count), 'sizes'),
  hosts: listOf(host),
  taskFates: recordOf(wordOf<read.TaskFate>()(['stopped', 'running', 'missing', 'unknown'])),
  hostFates: recordOf(wordOf<read.HostFate>()(['live', 'gone', 'unknown'])),
  remembered: listOf(rememberedName),
  ...maybe(z.object({ clusterReadings: recordOf(time), formerOpen: yesOrNo }), 'inventory'),
  ...maybe(listOf(lost), 'lost'),
  idleAddresses,
  held: heldRemovals,
  ...maybe(z.object({ recordSets: listOf(recordSet), lookedFor: texts }), 'addresses'),
  ...maybe(quarantine, 'quarantine'),
  ...maybe(effort, 'effort'),
} satisfies Fields<read.Reading>);

const scopedTask: Shape<ScopedTask> = z.object({
  ...all(text, 'cluster', 'task'),
  ...maybe(number, 'version', 'queuedAt'),
  ...maybe(z.object(all(number, 'endpoints')), 'stops'),
} satisfies Fields<ScopedTask>);

export const scope: Shape<Scope> = z.object({
  names: texts,
  hosts: listOf(z.object(all(text, 'cluster', 'containerInstance'))),
  tasks: listOf(scopedTask),
} satisfies Fields<Scope>);

/** The clusters of one iteration of ObserveClusters. */
export const group = listOf(
  z.object({
    cluster: text,
    /** What events have asked for; absent: nothing in particular. */
    scope: scope.exactOptional(),
    /** How large it was when it was last read whole, and the calls that it took. */
    tasks: count.exactOptional(),
    reads: count.exactOptional(),
  }),
);
export type GroupMember = z.infer<typeof group>[number];

/** Why a cluster could not be read: the error's name, and the first line of its cause, which may be of any length. */
export const clusterFault = z.object(all(text, 'error', 'cause'));

const seen = z.discriminatedUnion('reading', [
  // `listed`: how many tasks. `tasks`, `reads`: how large it is and what it takes to be read, where that has changed.
  z.object({
    reading: z.enum(['read', 'gone']),
    cluster: text,
    listed: count,
    tasks: count.exactOptional(),
    reads: count.exactOptional(),
  }),
  z.object({ reading: z.literal('unread'), cluster: text, ...clusterFault.shape }),
]);

/** What one iteration of ObserveClusters read of its clusters. */
export const observation = z.object({
  clusters: listOf(seen),
  /** Of all of them. */
  claims: listOf(claim),
  /** Every task that was read, whether it declares something or not. */
  listed: texts,
  hosts: listOf(host),
  /** When ECS and EC2 had answered; absent where nobody noted it. */
  observedAt: time.exactOptional(),
  /** What a person should know of the declarations, each once. */
  remarks: texts.exactOptional(),
  /** Ids of claims for whose probes there was no room. */
  beyond: listOf(count).exactOptional(),
  /** Objects of the run bucket that it went on without. */
  lost: listOf(lost).exactOptional(),
  /** Batches that probing them whole takes, where that has changed. */
  wanted: count.exactOptional(),
});
export type Observation = Readonly<z.infer<typeof observation>>;

/** Of the messages that a run has drained; `sentAt`: when the trigger queued it. */
export const receipts = listOf(z.object({ receipt: text, receiveCount: number, sentAt: time }));
export type Receipt = z.infer<typeof receipts>[number];

/** From the queue to the answer of Route 53, milliseconds, of events that a run has handled. */
export const latency = z.object(all(count, 'events', 'median', 'slowest'));
export type Latency = Readonly<z.infer<typeof latency>>;
