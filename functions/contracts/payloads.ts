import type * as z from 'zod';
import type { Run } from '../domain/reading/run.ts';
import { texts } from './fields.ts';
import * as lasting from './lasting-shapes.ts';
import { keptOutcome } from './outcome.ts';
import { applyResult, changeUnits, permitted, planRecord } from './plan-shapes.ts';
import { progress } from './progress-shapes.ts';
import * as read from './reading-shapes.ts';

/** By the lifecycle rules of the run bucket; what is gone after 7 days is of its run. */
type Kept = '7 days' | '90 days' | 'for ever';

/**
 * What one kind of payload is.
 *
 * @param by who writes it
 * @param version the one that is written, and the only one that is read; where a payload says none, it is 1
 * @param plain never compact: functions of another release read it too
 * @param key made of digests and words of ours: no text of a workload is a key, whatever it declares
 */
const row = <S extends z.ZodType, P extends readonly unknown[]>(
  schema: S,
  {
    by,
    kept,
    version = 1,
    plain = false,
  }: { readonly by: string; readonly kept: Kept; readonly version?: number; readonly plain?: boolean },
  key: (...parts: P) => string,
) => ({ schema, by, kept, version, plain, key });

/** A way through the states. */
type Pass = Pick<Run, 'execution' | 'pass'>;

const ofRun = <S extends z.ZodType, P extends readonly unknown[]>(
  schema: S,
  by: string,
  what: (...parts: P) => string,
) =>
  row(schema, { by, kept: '7 days' }, ({ execution, pass }: Pass, ...parts: P) => {
    return `runs/${execution}/${pass}/${what(...parts)}.json`;
  });

const remembered = <S extends z.ZodType>(schema: S, by: string, file: string) =>
  row(schema, { by, kept: 'for ever' }, () => `inventory/${file}.json`);

/** Everything that crosses states or outlives a run, by its kind. A cluster's part of a key is the digest of its ARN. */
export const PAYLOADS = {
  scope: ofRun(read.scope, 'ReadTrigger, VerifyChanges', () => 'scope'),
  receipts: row(
    read.receipts,
    { by: 'ReadTrigger', kept: '7 days', plain: true },
    ({ execution, pass }: Pass) => `runs/${execution}/${pass}/receipts.json`,
  ),
  snapshot: ofRun(read.snapshot, 'SnapshotZone, PlanChanges', () => 'snapshot'),
  'clusters-beyond': ofRun(texts, 'ListClusters', () => 'clusters-beyond'),
  group: ofRun(read.group, 'ListClusters', (group: number) => `group-${group}/clusters`),
  observation: ofRun(read.observation, 'CollectTasks', (group: number) => `group-${group}/observation`),
  targets: ofRun(
    read.probeTargets,
    'CollectTasks',
    (group: number, batch: number) => `group-${group}/targets-${batch}`,
  ),
  fault: ofRun(read.clusterFault, 'CollectTasks', (group: number) => `group-${group}/fault`),
  verdicts: ofRun(
    read.probeVerdicts,
    'SaveVerdicts',
    (group: number, batch: number) => `group-${group}/verdicts-${batch}`,
  ),
  progress: ofRun(
    progress,
    'SnapshotZone, CollectTasks, CompleteReading, VerifyChanges',
    (state: string, group?: number) => `progress/${state}${group === undefined ? '' : `-${group}`}`,
  ),
  reading: ofRun(read.reading, 'CompleteReading, PlanChanges', () => 'reading'),
  plan: ofRun(planRecord, 'PlanChanges', () => 'plan'),
  batch: ofRun(changeUnits, 'PlanChanges', (batch: number) => `batch-${batch}`),
  permitted: ofRun(permitted, 'VerifyChanges', () => 'permitted'),
  applied: ofRun(applyResult, 'ApplyBatch', (batch: number) => `applied-${batch}`),
  outcome: row(
    keptOutcome,
    { by: 'PublishOutcome', kept: '90 days' },
    (day: string, execution: string) => `outcomes/${day}/${execution}.json`,
  ),
  // Read by its key alone, which says what the outcome mentions (domain/telling/mentions.ts).
  index: row(
    lasting.indexed,
    { by: 'PublishOutcome', kept: '90 days' },
    (day: string, execution: string, mentions: string) => `index/${day}/${execution}/${mentions}.json`,
  ),
  held: row(lasting.removals, { by: 'PlanChanges', kept: '90 days' }, (hash: string) => `held/${hash}.json`),
  // The version is part of the keys of the inventory, since the number of its shards is fixed for each.
  inventory: row(
    lasting.shard,
    { by: 'PlanChanges, ApplyBatch', kept: 'for ever', version: 2 },
    (shard: number) => `inventory/v2/${shard.toString(16)}.json`,
  ),
  'cluster-readings': row(
    lasting.clusterReadings,
    { by: 'PlanChanges', kept: 'for ever', version: 2 },
    () => 'inventory/v2/clusters.json',
  ),
  // As version 1 of the inventory has named it, after the name itself; nobody writes it any more.
  hints: row(lasting.formerEntries, { by: 'version 1', kept: 'for ever' }, (name: string) => `inventory/${name}json`),
  'probe-wishes': remembered(lasting.probeWishes, 'CompleteReading', 'probe-wishes'),
  'held-now': remembered(lasting.heldRemovals, 'PlanChanges', 'held'),
  quarantine: remembered(lasting.quarantine, 'PlanChanges, ApplyBatch', 'quarantine'),
  'idle-addresses': remembered(lasting.idleAddresses, 'PlanChanges', 'idle-addresses'),
  definitions: row(
    lasting.definitions,
    { by: 'CollectTasks, VerifyChanges', kept: 'for ever' },
    (cluster: string) => `definitions/${cluster}.json`,
  ),
  services: row(
    lasting.settledServices,
    { by: 'CollectTasks', kept: 'for ever' },
    (cluster: string) => `services/${cluster}.json`,
  ),
  shifts: row(
    lasting.keptShifts,
    { by: 'PublishOutcome, ShiftHook', kept: 'for ever' },
    (cluster: string) => `shifts/${cluster}.json`,
  ),
} as const;

export type Kind = keyof typeof PAYLOADS;
export type Body<K extends Kind> = z.output<(typeof PAYLOADS)[K]['schema']>;
type KeyParts<K extends Kind> = Parameters<(typeof PAYLOADS)[K]['key']>;

/** The rows, typed by their kind. */
export const ROWS: {
  readonly [K in Kind]: {
    readonly schema: z.ZodType<Body<K>>;
    readonly key: (...parts: KeyParts<K>) => string;
    readonly version: number;
    readonly plain: boolean;
    readonly kept: Kept;
    readonly by: string;
  };
} = PAYLOADS;

/** Where a payload stands in the run bucket. */
export interface At<K extends Kind> {
  readonly kind: K;
  readonly key: string;
}

export const objectAt = <K extends Kind>(kind: K, ...parts: KeyParts<K>): At<K> => ({
  kind,
  key: ROWS[kind].key(...parts),
});
