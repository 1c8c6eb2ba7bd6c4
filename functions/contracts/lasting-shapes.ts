import * as z from 'zod';
import type { SettledService } from '../domain/ecs/settled.ts';
import type { ContainerDefinition, NetworkMode, PortMapping, TaskDefinition } from '../domain/ecs/task.ts';
import type { ProbeWish } from '../domain/health/probe-shares.ts';
import type { HeldRemoval, UnexplainedRemoval } from '../domain/reading/held.ts';
import type { InventoryEntry } from '../domain/reading/inventory.ts';
import type { KeptShift } from '../domain/telling/kept-shift.ts';
import type { Written } from '../domain/zone/contention.ts';
import type { Quarantined } from '../domain/zone/quarantine.ts';
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
  yes,
  yesOrNo,
} from './fields.ts';

export const protocol = z.enum(['tcp', 'udp']);

/** For people who open one: the key of the outcome. */
export const indexed = z.object({ outcome: text });

export const entry: Shape<InventoryEntry> = z.object({
  ...all(text, 'task', 'cluster', 'lastVerdict'),
  ...maybe(text, 'container', 'containerInstance', 'ec2Instance', 'networkInterface'),
  ...maybe(whole, 'containerPort', 'servesAt', 'ttl'),
  ...maybe(protocol, 'protocol'),
  awsvpc: yesOrNo,
  ...maybe(yes, 'atPublic', 'hostDrains'),
  ...all(time, 'firstSeen', 'lastSeen'),
  ...maybe(time, 'publishedAt', 'absentSince', 'stoppedAt', 'outSince', 'verdictSince', 'writtenAt'),
} satisfies Fields<InventoryEntry>);

export const written: Shape<Written> = z.object({
  print: text,
  corrections: count,
  ...all(time, 'at', 'since'),
} satisfies Fields<Written>);

const values = listOf(z.object({ key: text, entry }));
/** One part of the inventory. Lists, since what a workload says is no key of an object either. */
export const shard = z.object({ names: listOf(z.object({ name: text, ...maybe(written, 'written'), values })) });
export type StoredShard = z.infer<typeof shard>;

export const clusterReadings = z.object({
  readings: listOf(z.object({ cluster: text, readAt: time })),
  /** Whether everything that version 1 had kept has been taken over. */
  formerTaken: yesOrNo,
});
export type StoredReadings = z.infer<typeof clusterReadings>;

/** What version 1 kept of one name. */
export const formerEntries = z.object({ ...maybe(written, 'written'), values: recordOf(entry) });

const removal = all(text, 'name', 'key', 'value') satisfies Fields<UnexplainedRemoval>;
export const removals: Shape<readonly UnexplainedRemoval[]> = listOf(z.object(removal));
export const heldRemovals: Shape<readonly HeldRemoval[]> = listOf(
  z.object({ ...removal, since: time } satisfies Fields<HeldRemoval>),
);

export const quarantine = recordOf<Quarantined>(
  z.object({ reason: text, ...all(time, 'since', 'lastTried'), tries: count } satisfies Fields<Quarantined>),
);

export const probeWishes = listOf<ProbeWish>(
  z.object({ cluster: text, batches: count, ...maybe(count, 'tasks', 'reads') } satisfies Fields<ProbeWish>),
);
export const idleAddresses = recordOf(time);

const mapping: Shape<PortMapping> = z.object({
  ...maybe(whole, 'containerPort', 'hostPort'),
  ...maybe(text, 'containerPortRange'),
  protocol,
} satisfies Fields<PortMapping>);

const container: Shape<ContainerDefinition> = z.object({
  name: text,
  ...all(recordOf(text), 'environment', 'labels'),
  portMappings: listOf(mapping),
  ...maybe(texts, 'secrets'),
  ...maybe(z.object(all(number, 'interval', 'retries', 'startPeriod')), 'healthCheck'),
} satisfies Fields<ContainerDefinition>);

// ECS may know more modes than this version does.
const networkMode = z.custom<NetworkMode>((mode) => typeof mode === 'string', 'want a text');

/** Of one cluster. */
export const settledServices: Shape<readonly SettledService[]> = listOf(
  z.object({ name: text, startedBy: texts } satisfies Fields<SettledService>),
);

export const direction = z.enum(['forward', 'back']);
/** Of one cluster. */
export const keptShifts: Shape<readonly KeptShift[]> = listOf(
  z.object({
    ...all(text, 'service', 'deployment'),
    direction,
    ...maybe(texts, 'serving', 'tested'),
    changeIds: texts,
    appliedAt: time,
    ttl: count,
    ...maybe(time, 'insyncAt'),
  } satisfies Fields<KeptShift>),
);

/** Of one cluster, those last that were used last. */
export const definitions: Shape<readonly TaskDefinition[]> = listOf(
  z.object({ arn: text, networkMode, containers: listOf(container) } satisfies Fields<TaskDefinition>),
);
