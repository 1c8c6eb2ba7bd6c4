import * as z from 'zod';
import { VERDICT_KINDS } from '../domain/health/verdict.ts';
import { payload } from './payloads.ts';

const time = z.number().int().nonnegative();

/** What a Catch hands on; a timeout has no cause. Iterations pass on its name only: causes are long, and in the history. */
const caught = z.object({ Error: z.string(), Cause: z.string().default('') });

/** The course of an execution, handed from state to state; see `domain/reading/run.ts`. */
export const run = z.object({
  execution: z.string().min(1).max(80),
  trigger: z.enum(['schedule', 'manual', 'events']),
  kind: z.enum(['full', 'event']),
  startedAt: time,
  dryRun: z.boolean(),
  approve: z.string().exactOptional(),
  clusters: z.array(z.string()).max(150).exactOptional(),
  pass: z.number().int().min(1),
  round: z.number().int().min(1),
  looks: z.number().int().min(0),
  /** Events of the history that earlier passes may have taken; see `domain/reading/budget.ts`. */
  events: z.number().int().min(0).exactOptional(),
  /** The scope of this pass; absent in full ones. */
  scope: payload.exactOptional(),
  /** Receipts of the messages that this run has drained. */
  messages: payload.exactOptional(),
});
export type RunState = z.infer<typeof run>;

/** Where an execution keeps its objects: `runs/<execution>/<pass>/<what>.json`. */
export const runKey = ({ execution, pass }: Pick<RunState, 'execution' | 'pass'>, what: string) =>
  `runs/${execution}/${pass}/${what}.json`;

/** What a person, the schedule or the event trigger gives an execution (design, section 5). */
export const trigger = z
  .object({
    trigger: z.literal('schedule').exactOptional(),
    window: z.iso.datetime().exactOptional(),
    /** Id of the message whose event has started the run at once. */
    first: z.string().min(1).max(200).exactOptional(),
    clusters: z.array(z.string().min(1)).min(1).max(150).exactOptional(),
    dryRun: z.boolean().exactOptional(),
    approve: z
      .string()
      .regex(/^[0-9a-f]{12,64}$/, 'want the hash that a held run named')
      .exactOptional(),
  })
  .strict();
export type TriggerInput = z.infer<typeof trigger>;

export const readTriggerContract = {
  input: z.object({ execution: z.string(), input: z.unknown() }),
  output: run,
};

export const snapshotZoneContract = {
  input: z.object({ run }),
  // `oldNews`: nothing of the events' tasks can differ, and nobody need ask ECS.
  output: z.object({
    takenAt: time,
    snapshot: payload,
    recordSets: z.number().int(),
    ours: z.number().int(),
    oldNews: z.boolean(),
  }),
};

/** One cluster of a pass; its payloads share what may stay inline. */
export const clusterItem = z.object({
  cluster: z.string(),
  scope: payload.exactOptional(),
  inlineBytes: z.number().int(),
  /** Room for its probes, and how many batches it wanted last. */
  probes: z.object({ batches: z.number().int(), seconds: z.number(), wanted: z.number().int() }),
});

export type ClusterItem = z.infer<typeof clusterItem>;

export const listClustersContract = {
  input: z.object({ run }),
  // `beyond`: clusters that this pass has no room for.
  output: z.object({ clusters: z.array(clusterItem), unlisted: z.number().int(), beyond: payload }),
};

export const collectTasksContract = {
  input: z.object({ run, item: clusterItem }),
  output: z.object({
    cluster: z.string(),
    observation: z.enum(['read', 'gone']),
    tasks: z.number().int(),
    instances: z.number().int(),
    inlineBytes: z.number().int(),
    result: payload,
    batches: z.array(z.object({ number: z.number().int(), batch: payload })),
  }),
};

const check = z.object({
  kind: z.enum(['http', 'https', 'tcp']),
  path: z.string().exactOptional(),
  timeout: z.number().int().positive(),
  attempts: z.number().int().positive(),
});

/** One endpoint to probe; `id` is its index among the cluster's claims. */
export const probeTarget = z.object({
  id: z.number().int(),
  address: z.ipv4(),
  port: z.number().int().min(1).max(65_535),
  check,
});
export type ProbeTarget = z.infer<typeof probeTarget>;

export const loadBatchContract = {
  input: z.object({ batch: payload }),
  output: z.object({ targets: z.array(probeTarget).max(400) }),
};

/** Verdicts are compact: 400 of them with their causes stay far below what a state may carry. */
export const probeVerdicts = z.array(
  z.object({
    id: z.number().int(),
    state: z.enum(['passing', 'failing', 'unprobed']),
    kind: z.enum(VERDICT_KINDS).exactOptional(),
    // Control characters and lone surrogates would take six bytes each.
    cause: z
      .string()
      .max(160)
      .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'want a text without control characters')
      .exactOptional(),
  }),
);

export const checkHealthContract = {
  input: z.object({ targets: z.array(probeTarget).max(400) }),
  output: z.object({ verdicts: probeVerdicts.max(400) }),
};

export const saveVerdictsContract = {
  input: z.object({
    run,
    cluster: z.string(),
    number: z.number().int(),
    verdicts: probeVerdicts,
    inlineBytes: z.number().int(),
  }),
  output: z.object({
    verdicts: payload,
    passing: z.number().int(),
    failing: z.number().int(),
    unprobed: z.number().int(),
    savedAt: time,
  }),
};

/** What an iteration of ObserveClusters leaves behind. */
export const observedCluster = z.union([
  z.object({
    cluster: z.string(),
    observation: z.enum(['read', 'gone']),
    result: payload,
    verdicts: z.array(
      z.union([z.object({ verdicts: payload, savedAt: time.default(0) }), z.object({ unprobed: z.string() })]),
    ),
  }),
  z.object({ cluster: z.string(), observation: z.literal('unread'), error: z.string() }),
]);
export type ObservedCluster = z.infer<typeof observedCluster>;

export const completeReadingContract = {
  // `retries`: how often the state machine has tried already.
  input: z.object({
    run,
    snapshot: payload,
    observed: z.array(observedCluster),
    beyond: payload,
    retries: z.number().int().min(0).default(0),
  }),
  output: z.object({
    reading: payload,
    passing: z.number().int(),
    failing: z.number().int(),
    unread: z.array(z.string()),
  }),
};

export const batchItem = z.object({
  index: z.number().int(),
  after: z.array(z.number().int()),
  batch: payload,
  /** When the reading was completed that it was planned from. */
  readAt: time,
});

export type BatchItem = z.infer<typeof batchItem>;

/** Human-readable and short: what the console shows of a plan or an outcome. */
const counts = z.record(z.string(), z.number().int());
export const summary = z.object({
  published: counts,
  removed: counts,
  leftOut: counts,
  changes: z.array(z.string()),
  more: z.number().int(),
  findings: z.array(z.string()),
});

export const planChangesContract = {
  // `retries`: how often the state machine has tried already.
  input: z.object({ run, snapshot: payload, reading: payload, retries: z.number().int().min(0).default(0) }),
  // `reading`: old enough to be read anew (`stale`, with the run that does), or that for want of rounds no more (`spent`).
  output: z.object({
    batches: z.array(batchItem),
    settled: z.boolean(),
    reading: z.enum(['fresh', 'stale', 'spent']),
    run: run.exactOptional(),
    summary,
  }),
};

const names = z.array(z.string());
export const applyResult = z.object({
  index: z.number().int(),
  /** Everything of the batch that took effect. */
  applied: names,
  moved: names,
  refused: z.array(z.object({ name: z.string(), message: z.string() })),
  /** Of a reading that is too old to be applied. */
  stale: names,
  changeIds: z.array(z.string()),
  /** What could not be kept of it for later runs. */
  findings: z.array(z.string()).exactOptional(),
  /** Of what moved for something beside the change: the change and the complaint, as a digest, by name. */
  obstacles: z.record(z.string(), z.string()).exactOptional(),
  /** An earlier attempt has left no result: it may have brought about what this one found moved, or left as stale. */
  uncertain: z.literal(true).exactOptional(),
});
export type ApplyResult = z.infer<typeof applyResult>;

const number = z.number().int();

/** The result itself is kept under `applied-<index>`; the state carries the counts. */
export const applyBatchContract = {
  // `retries`: how often the state machine has tried already.
  input: z.object({ run, item: batchItem, retries: number.min(0).default(0) }),
  output: z.object({ index: number, applied: number, moved: number, refused: number, stale: number }),
};

export const appliedBatch = z.union([applyBatchContract.output, z.object({ index: number, unknown: z.string() })]);
export type AppliedBatch = z.infer<typeof appliedBatch>;

export const verifyChangesContract = {
  // `retries`: how often the state machine has tried already.
  input: z.object({
    run,
    batches: z.array(batchItem),
    applied: z.array(appliedBatch),
    retries: z.number().int().min(0).default(0),
  }),
  output: z.object({
    next: z.enum(['publish', 'contended', 'again', 'look']),
    seconds: z.number().int().min(0),
    run,
    disagreements: z.array(z.string()),
  }),
};

/** What every release understands of a run, so that it can give back the wake-ups of another one. */
export const supersededRun = z.object({
  run: z
    .object({ messages: payload.optional().catch(undefined), dryRun: z.boolean().catch(false) })
    .optional()
    .catch(undefined),
  /** Of the execution's input: events have started it. */
  window: z.string().optional().catch(undefined),
  error: z.object({ Error: z.string() }).optional().catch(undefined),
});

/** What PublishOutcome looks at of the execution's state, wherever the path to it began. */
export const executionState = z.object({
  run: run.exactOptional(),
  error: caught.exactOptional(),
  plan: z.object({ reading: z.string().exactOptional() }).exactOptional(),
  verified: z.object({ next: z.string() }).exactOptional(),
});
export type ExecutionState = z.infer<typeof executionState>;

export const publishOutcomeContract = {
  // `release`: of the definition that calls.
  input: z.object({
    execution: z.string(),
    stateMachine: z.string(),
    state: z.looseObject({}),
    release: z.string().exactOptional(),
  }),
  output: z.object({
    state: z.enum(['in-sync', 'held', 'contended', 'failed', 'superseded']),
    error: z.string(),
    cause: z.string(),
    summary,
  }),
};
