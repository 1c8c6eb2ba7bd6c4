import {
  HISTORY_BUDGET,
  MAX_BATCHES_PER_PASS,
  MAX_GROUPS_PER_RUN,
  OBSERVED_AT_ONCE,
  RUN_SECONDS,
} from '../words/quotas.ts';
import type { ReadingEffort } from './reading.ts';
import { MAX_ROUNDS } from './run.ts';

/**
 * Events of the history that the parts of a run take at most, while faults are of one kind: each state tries again as often
 * as it may for that kind. They follow from the state machine (`test/statemachines/budget.test.ts` derives them anew).
 */
export const EVENTS = {
  /** What happens once: beginning, trigger, outcome, end. */
  run: 75,
  /** What each pass does whatever there is: zone, clusters, reading, plan, verification, waiting. */
  pass: 140,
  /** Of clusters: an iteration of ObserveClusters. */
  group: 35,
  probeBatch: 80,
  changeBatch: 35,
} as const;

/** What a pass does. */
export interface Effort {
  /** Iterations that read clusters. */
  readonly groups: number;
  readonly probeBatches: number;
  readonly changeBatches: number;
}

/** Events that a pass takes at most. */
export const eventsOf = ({ groups, probeBatches, changeBatches }: Effort): number =>
  EVENTS.pass + groups * EVENTS.group + probeBatches * EVENTS.probeBatch + changeBatches * EVENTS.changeBatch;

/** What observing took, as a reading tells it. */
export const effortIn = (effort: ReadingEffort | undefined): Omit<Effort, 'changeBatches'> => ({
  groups: effort?.groups ?? effort?.clusters ?? 0,
  probeBatches: effort?.probeBatches ?? 0,
});

/** Where a run stands in its budget. */
export interface Spending {
  readonly kind: 'full' | 'event';
  /** Events of the passes before this one, at most. */
  readonly events?: number;
}

/** The least that a pass is begun for: each of its groups probed in one batch, and one change batch. */
const leastFor = (groups: number): Effort => ({ groups, probeBatches: groups, changeBatches: 1 });
/** Change batches that a full pass keeps room for, whatever it observes. */
const KEPT_CHANGES = 30;
/** What a full pass leaves to later rounds, which mostly look at one cluster. */
const KEPT_ROUNDS = (MAX_ROUNDS - 1) * eventsOf(leastFor(1));

/** What is left of the budget for this pass and those after it. */
const leftFor = ({ events = 0 }: Spending): number => HISTORY_BUDGET - EVENTS.run - events;

/** How many of some groups a pass reads, and in how many batches it may probe, all of them together. */
export function roomToObserve(groups: number, spending: Spending): Omit<Effort, 'changeBatches'> {
  const left = leftFor(spending) - EVENTS.pass - EVENTS.changeBatch;
  const each = EVENTS.group + EVENTS.probeBatch;
  const events =
    spending.kind === 'full'
      ? Math.max(each, left - (KEPT_CHANGES - 1) * EVENTS.changeBatch - KEPT_ROUNDS)
      : // Half of what is left, so that looks can follow, unless the groups take more.
        Math.min(left, Math.max(Math.floor(left / 2), groups * each));
  const read = Math.min(groups, MAX_GROUPS_PER_RUN, Math.floor(events / each));
  return { groups: read, probeBatches: Math.floor((events - read * EVENTS.group) / EVENTS.probeBatch) };
}

/** Change batches that a pass may send after what it has observed; what is beyond is planned again. */
export function roomToChange(observed: Omit<Effort, 'changeBatches'>, spending: Spending): number {
  const kept = spending.kind === 'full' ? KEPT_ROUNDS : 0;
  const left = leftFor(spending) - eventsOf({ ...observed, changeBatches: 0 }) - kept;
  return Math.max(1, Math.min(MAX_BATCHES_PER_PASS, Math.floor(left / EVENTS.changeBatch)));
}

/** Seconds that checks of one group may take, if every endpoint hangs: longer than the slowest check, 10 times 10 s. */
const CHECK_SECONDS = 120;
/** Seconds that all checks of a pass may take, of as many groups as one pass reads: the slowest check for each still fits. */
const ALL_CHECK_SECONDS = 1_500;
/** Nothing new is begun after half of the run's time: a pass takes less than the other half. */
const LAST_BEGINNING = RUN_SECONDS / 2;

/** Seconds that the checks of each of some groups may take, of which so many are read at a time. */
export const secondsToCheck = (groups: number, atOnce: number = OBSERVED_AT_ONCE): number =>
  Math.min(CHECK_SECONDS, Math.floor(ALL_CHECK_SECONDS / Math.max(1, Math.ceil(groups / atOnce))));

/**
 * Whether a run has events and time for another pass. Times in milliseconds since the epoch.
 *
 * @param groups of clusters that the pass is to read
 */
export function roomForAnother(
  spending: Spending,
  { groups, startedAt, now }: { readonly groups: number; readonly startedAt: number; readonly now: number },
): boolean {
  const seconds = (now - startedAt) / 1_000;
  // Past its time a run can only be where a person has redriven it, and then its time has begun anew.
  const inTime = seconds < LAST_BEGINNING || seconds > RUN_SECONDS;
  return inTime && leftFor(spending) >= eventsOf(leastFor(groups));
}
