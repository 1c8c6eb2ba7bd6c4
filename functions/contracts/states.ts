import * as z from 'zod';
import type { PlannedReads, Portion } from '../domain/reading/pace.ts';
import type { Run } from '../domain/reading/run.ts';
import type { Spent } from '../domain/telling/spent.ts';
import type { Summary, Unseen } from '../domain/telling/summary.ts';
import { ENDPOINTS_PER_PROBE_BATCH } from '../domain/words/quotas.ts';
import { type Payload, payload } from './crossing.ts';
import { all, count, type Fields, maybe, recordOf, type Shape, text, whole } from './fields.ts';
import { trigger as startedBy } from './plan-shapes.ts';
import { type Latency, latency, pause, probeTargets, probeVerdicts } from './reading-shapes.ts';
import { spent as spentShape } from './spending.ts';

/** What a Catch hands on; a timeout has no cause. Iterations pass on its name only: causes are long, and in the history. */
const caught = z.object({ Error: text, Cause: text.default('') });

const time = count;
const retries = count.default(0);
/** What the run has spent up to the end of the step, or the iteration so far; `withSpent` adds it (`spending.ts`). */
const spent = spentShape.exactOptional();

/** What the state machine gives a function; `retries`: how often it has tried already. */
export type Given<C extends { readonly input: z.ZodType }> = Omit<z.output<C['input']>, 'retries'> & {
  readonly retries?: number;
};

/** The course of an execution, as it crosses the states. */
export interface RunState extends Run {
  /** The scope of this pass; absent in full ones. */
  readonly scope?: Payload;
  /** Receipts of the messages that this run has drained. */
  readonly messages?: Payload;
  /** Of messages that it has deleted before its end. */
  readonly latency?: Latency;
  /** The removals that the full plan has decided, of which this pass is a slice; absent where there are none. */
  readonly permitted?: Payload;
  /** Up to where this pass begins. */
  readonly spent?: Spent;
}

export const run: Shape<RunState> = z.object({
  execution: text.min(1).max(80),
  trigger: startedBy,
  kind: z.enum(['full', 'event']),
  startedAt: time,
  dryRun: z.boolean(),
  approve: text.exactOptional(),
  clusters: z.array(text).max(150).readonly().exactOptional(),
  pass: count.min(1),
  round: count.min(1),
  looks: count,
  slice: count.exactOptional(),
  events: count.exactOptional(),
  scope: payload.exactOptional(),
  messages: payload.exactOptional(),
  latency: latency.exactOptional(),
  permitted: payload.exactOptional(),
  spent,
} satisfies Fields<RunState>);

/** What a person, the schedule or the event trigger gives an execution (design, section 5). */
export const trigger = z
  .object({
    trigger: z.literal('schedule').exactOptional(),
    window: z.iso.datetime().exactOptional(),
    /** Id of the message whose event has started the run at once. */
    first: text.min(1).max(200).exactOptional(),
    clusters: z.array(text.min(1)).min(1).max(150).exactOptional(),
    dryRun: z.boolean().exactOptional(),
    approve: text
      .regex(
        /^[0-9a-f]{12,64}$/,
        'want the hash that a held run named, 12 to 64 hex digits; ecssd status says what is held',
      )
      .exactOptional(),
  })
  .strict();
export type TriggerInput = z.infer<typeof trigger>;

export const readTriggerContract = {
  input: z.object({ execution: text, input: z.unknown() }),
  output: run,
};

export const snapshotZoneContract = {
  input: z.object({ run, retries }),
  // `oldNews`: nothing of the events' tasks can differ, and nobody need ask ECS.
  // `paused`: the run plans and reports only.
  output: z.object({
    takenAt: time,
    snapshot: payload,
    recordSets: whole,
    ours: whole,
    oldNews: z.boolean(),
    paused: pause.exactOptional(),
    spent,
  }),
};

const portion: Shape<Portion> = z.object({
  ...all(z.number(), 'burst', 'refill'),
  ...maybe(z.object({ ...all(z.number(), 'calls', 'before'), from: time } satisfies Fields<PlannedReads>), 'reads'),
} satisfies Fields<Portion>);

/** Some clusters of a pass, mostly one; their payloads share what may stay inline. */
export const groupItem = z.object({
  group: whole,
  /** Of the clusters, for people. */
  names: text,
  clusters: payload,
  inlineBytes: whole,
  /** Room for their probes, and how many batches they wanted last. */
  probes: z.object({ batches: whole, seconds: z.number(), wanted: whole }),
  /** Of what the deployment may ask; absent: all of it. */
  portion: portion.exactOptional(),
});

export type GroupItem = z.infer<typeof groupItem>;

export const listClustersContract = {
  input: z.object({ run }),
  // `beyond`: clusters that this pass has no room for.
  output: z.object({ groups: z.array(groupItem), atOnce: whole, unlisted: whole, beyond: payload, spent }),
};

export const collectTasksContract = {
  input: z.object({ run, item: groupItem, retries }),
  output: z.object({
    group: whole,
    names: text,
    // `gone`: every one of them. `unread`: how many of several could not be read.
    observation: z.enum(['read', 'gone']),
    unread: whole,
    tasks: whole,
    instances: whole,
    inlineBytes: whole,
    result: payload,
    batches: z.array(z.object({ number: whole, batch: payload })),
    spent,
  }),
};

export const loadBatchContract = {
  input: z.object({ batch: payload }),
  output: z.object({ targets: probeTargets, spent }),
};

export const checkHealthContract = {
  input: z.object({ targets: probeTargets }),
  output: z.object({ verdicts: probeVerdicts.max(ENDPOINTS_PER_PROBE_BATCH), spent }),
};

export const saveVerdictsContract = {
  input: z.object({
    run,
    group: whole,
    number: whole,
    verdicts: probeVerdicts,
    inlineBytes: whole,
  }),
  output: z.object({
    verdicts: payload,
    passing: whole,
    failing: whole,
    unprobed: whole,
    savedAt: time,
    spent,
  }),
};

/** What an iteration of ObserveClusters leaves behind. */
export const observedGroup = z.union([
  z.object({
    observation: z.enum(['read', 'gone']),
    result: payload,
    verdicts: z.array(
      z.union([z.object({ verdicts: payload, savedAt: time.default(0) }), z.object({ unprobed: text })]),
    ),
  }),
  z.object({ group: whole, clusters: payload, observation: z.literal('unread'), error: text }),
]);
export type ObservedGroup = z.infer<typeof observedGroup>;

export const completeReadingContract = {
  input: z.object({
    run,
    snapshot: payload,
    observed: z.array(observedGroup),
    beyond: payload,
    retries,
  }),
  output: z.object({
    reading: payload,
    passing: whole,
    failing: whole,
    unread: z.array(text),
    spent,
  }),
};

export const batchItem = z.object({
  index: whole,
  after: z.array(whole),
  batch: payload,
  /** When the reading was completed that it was planned from. */
  readAt: time,
  /** What its result may put inline. */
  inlineBytes: whole.default(0),
});

export type BatchItem = z.infer<typeof batchItem>;

const summary: Shape<Summary> = z.object({
  published: recordOf(whole),
  removed: recordOf(whole),
  leftOut: recordOf(whole),
  changes: z.array(text),
  more: whole,
  findings: z.array(text),
  unseen: z.object({ clusters: whole, tasks: whole } satisfies Fields<Unseen>).exactOptional(),
  waiting: whole.exactOptional(),
} satisfies Fields<Summary>);

/** The plan of a pass, and which pass that is. */
const keptPlan = z.object({ pass: whole, plan: payload });
export type HandedPlan = z.infer<typeof keptPlan>;

export const planChangesContract = {
  input: z.object({ run, snapshot: payload, reading: payload, retries }),
  // `reading`: old enough to be read anew (`stale`, with the run that does), or that for want of rounds no more (`spent`).
  output: z.object({
    batches: z.array(batchItem),
    settled: z.boolean(),
    reading: z.enum(['fresh', 'stale', 'spent']),
    run: run.exactOptional(),
    kept: keptPlan.exactOptional(),
    summary,
    spent,
  }),
};

/** The result itself is kept under `applied-<index>`; the state carries the counts, and a small one as well. */
export const applyBatchContract = {
  input: z.object({ run, item: batchItem, retries }),
  output: z.object({
    index: whole,
    applied: whole,
    moved: whole,
    refused: whole,
    stale: whole,
    kept: z.object({ pass: whole, result: payload }).exactOptional(),
    spent,
  }),
};

export const appliedBatch = z.union([applyBatchContract.output, z.object({ index: whole, unknown: text })]);
export type AppliedBatch = z.infer<typeof appliedBatch>;

export const verifyChangesContract = {
  input: z.object({
    run,
    plan: keptPlan.exactOptional(),
    batches: z.array(batchItem),
    applied: z.array(appliedBatch),
    retries,
  }),
  output: z.object({
    next: z.enum(['publish', 'contended', 'again', 'look', 'slice']),
    seconds: count,
    run,
    disagreements: z.array(text),
    spent,
  }),
};

/** What every release understands of a run, so that it can give back the wake-ups of another one. */
export const supersededRun = z.object({
  run: z
    .object({ messages: payload.optional().catch(undefined), dryRun: z.boolean().catch(false) })
    .optional()
    .catch(undefined),
  /** Of the execution's input: events have started it. */
  window: text.optional().catch(undefined),
  error: z.object({ Error: text }).optional().catch(undefined),
});

/** What PublishOutcome looks at of the execution's state, wherever the path to it began. */
export const executionState = z.object({
  run: run.exactOptional(),
  error: caught.exactOptional(),
  zone: z.object({ ours: whole, paused: pause.exactOptional() }).exactOptional(),
  plan: z.object({ reading: text.exactOptional(), kept: keptPlan.exactOptional() }).exactOptional(),
  applied: z.array(appliedBatch).exactOptional(),
  verified: z.object({ next: text }).exactOptional(),
});
export type ExecutionState = z.infer<typeof executionState>;

export const publishOutcomeContract = {
  // `release`: of the definition that calls.
  input: z.object({
    execution: text,
    stateMachine: text,
    state: z.looseObject({}),
    release: text.exactOptional(),
    retries,
  }),
  output: z.object({
    state: z.enum(['in-sync', 'paused', 'held', 'contended', 'failed', 'superseded']),
    error: text,
    cause: text,
    summary,
  }),
};
