import * as z from 'zod';
import type { UnexplainedRemoval } from '../domain/reading/held.ts';
import type { UnreadCluster } from '../domain/reading/unread.ts';
import type { Approval } from '../domain/telling/approval-outcome.ts';
import type { NearQuota } from '../domain/telling/near-quota.ts';
import type { ContendedName, StopOrder } from '../domain/telling/plan-record.ts';
import type { WhatStands } from '../domain/telling/what-stands.ts';
import { readable } from '../domain/words/readable.ts';
import { MAX_FINDING, MAX_MESSAGE, printable, printableTexts } from '../domain/words/text.ts';
import type { QuarantinedName } from '../domain/zone/quarantine.ts';
import { all, count, type Fields, listOf, maybe, number, text, texts, time, yes } from './fields.ts';
import { disposition, seenDeployment } from './plan-shapes.ts';
import { latency, pause } from './reading-shapes.ts';

const removal = { name: text, value: text };

const stands = z.object({
  ...all(count, 'changes', 'unsure'),
  ...maybe(count, 'values'),
  ...maybe(yes, 'besides', 'atNames'),
} satisfies Fields<WhatStands>);

/** What a run was, for people and for the next ones, as far as every version of this package has kept it. */
export const keptOutcome = z.object({
  execution: text,
  state: z.enum(['in-sync', 'paused', 'held', 'contended', 'failed']),
  trigger: text.exactOptional(),
  startedAt: time.exactOptional(),
  /** Planned and reported only: nothing of it has happened. */
  dryRun: z.boolean().exactOptional(),
  /** By order of a person it has planned and reported only. */
  paused: pause.exactOptional(),
  /** What it has left behind in the zone; absent in what earlier versions have kept. */
  stands: stands.exactOptional(),
  endedAt: time,
  error: text,
  cause: text,
  dispositions: listOf(disposition),
  refused: listOf(z.object({ name: text, message: text })),
  held: listOf(z.object(removal)),
  /** What approves exactly these; absent where nothing is held. */
  heldHash: text.exactOptional(),
  /** How many values of ours stood in the zone, where something is held. */
  ours: number.exactOptional(),
  /** What became of the removals that this run was started to make. */
  approval: z
    .object({
      approved: number,
      removed: number,
      standing: listOf(z.object({ ...removal, reason: text, detail: text.exactOptional() })),
    })
    .exactOptional(),
  findings: texts,
  /** Of services that DNS shifts, as the run has seen them; absent where there are none. */
  deployments: listOf(seenDeployment).exactOptional(),
  /** Names whose changes wait for another run; absent where none do. */
  waiting: number.exactOptional(),
  /** Of the events that this run has handled; absent where there were none, and in what earlier versions have kept. */
  latency: latency.exactOptional(),
  /**
   * Requests to AWS of the run's functions up to this, and state transitions up to its end (`spent.ts`). `failedAttempts`: those
   * of which nobody knows the calls; absent where none failed. Earlier versions have kept none of it.
   */
  ...maybe(count, 'calls', 'transitions', 'failedAttempts'),
});
export type KeptOutcome = Readonly<z.infer<typeof keptOutcome>>;

/** A task that could not be stopped, with what ECS said. */
export interface NotStopped extends StopOrder {
  readonly error: string;
}

/** An outcome as this version keeps it. */
export interface OutcomeRecord extends KeptOutcome {
  readonly passes: number;
  readonly held: readonly UnexplainedRemoval[];
  readonly approval?: Approval;
  /** Tasks that `onUnhealthy` has stopped, and those that it could not stop. */
  readonly stopped: readonly StopOrder[];
  readonly notStopped: readonly NotStopped[];
  /** Clusters that some pass could not read, and why; the last word about each. */
  readonly unread: readonly UnreadCluster[];
  /** Every name whose change Route 53 refuses, of this run or an earlier one. Times in milliseconds since the epoch. */
  readonly quarantined: readonly QuarantinedName[];
  /** Names that somebody else keeps rewriting. */
  readonly contended: readonly ContendedName[];
  /** Names that others hold with another routing, and what stands there. */
  readonly conflicts: readonly string[];
  readonly nearQuotas: readonly NearQuota[];
}

/** A kept outcome as it may be shown: earlier versions have kept texts as workloads and services gave them. */
export const readableOutcome = (outcome: KeptOutcome): KeptOutcome => ({
  ...printableTexts(outcome, MAX_MESSAGE),
  cause: printable(outcome.cause, MAX_MESSAGE),
  dispositions: outcome.dispositions.map(readable),
  findings: outcome.findings.map((finding) => printable(finding, MAX_FINDING)),
});
