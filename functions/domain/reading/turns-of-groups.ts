import { ECS_BATCH, OBSERVED_AT_ONCE } from '../words/quotas.ts';
import type { Portion, Rate } from './pace.ts';

/** Groups that are read at a time where the pace binds: more would only wait longer, each in a function that is paid for. */
const AT_ONCE_WHERE_IT_BINDS = 2;
/** Seconds that a group may wait for the one before it; beyond, they are read one at a time. */
const LONGEST_WAIT = 40;
/** Groups that are read one after the other at most: in each, checks may take two minutes of a run's time (`budget.ts`). */
const MOST_IN_A_ROW = 12;

/** In which order groups of clusters are read, how many at a time, and at what pace. */
export interface Turns {
  readonly atOnce: number;
  /** By the index of what was given. */
  readonly turns: readonly { readonly index: number; readonly portion?: Portion }[];
}

/** Calls that reading a whole cluster takes from the bucket of cluster-resource reads. */
export function readsFor(tasks: number, hosts: number): number {
  const pages = Math.ceil(tasks / ECS_BATCH);
  return Math.max(1, pages) + pages + Math.ceil(hosts / ECS_BATCH);
}

/** Whether what is known of the reads of a cluster is worth replacing. */
export const areOther = (reads: number, known: number | undefined): boolean =>
  known === undefined || Math.abs(reads - known) > Math.max(1, known / 10);

/**
 * Shares a pass's reads out among its groups, in proportion to what each took last.
 *
 * | what all take together | of most nothing is known | read at a time                          | order          |
 * | ---------------------- | ------------------------ | --------------------------------------- | -------------- |
 * | no more than the burst | no                       | ten                                     | as given       |
 * | more                   | any                      | two; one where a second would wait long | smallest first |
 * | any                    | yes                      | the same                                | smallest first |
 *
 * More at a time where there are so many that their checks would take too long one after the other. One of which nothing is
 * known is taken for a usual one; where nothing is known of any, for its part of the burst.
 *
 * @param reads calls of each, undefined where nothing is known
 * @param rate of the deployment, of cluster-resource reads
 * @param from when they begin to be read, in milliseconds since the epoch
 */
export function turnsOf(reads: readonly (number | undefined)[], rate: Rate, from: number): Turns {
  const known = reads.filter((calls) => calls !== undefined);
  const usual = known.length > 0 ? sum(known) / known.length : rate.capacity / reads.length;
  const expected = reads.map((calls, index) => ({ index, calls: calls ?? usual }));
  const all = sum(expected.map(({ calls }) => calls));
  const binds = all > rate.capacity || known.length * 2 < reads.length;
  const inOrder = binds ? expected.toSorted((one, other) => one.calls - other.calls) : expected;
  const atOnce = binds ? fewAtOnce(inOrder, rate) : OBSERVED_AT_ONCE;
  const refill = 1 / Math.max(1, Math.min(atOnce, reads.length));
  let before = 0;
  const turns = inOrder.map(({ index, calls }) => {
    const portion = {
      burst: short(calls / all),
      refill: short(refill),
      reads: { calls: short(calls), before: short(before), from },
    };
    before += calls;
    return { index, portion };
  });
  return { atOnce, turns };
}

/** Of runs that ask little: each has whatever its deployment may ask. */
export const allAtOnce = (groups: number): Turns => ({
  atOnce: OBSERVED_AT_ONCE,
  turns: Array.from({ length: groups }, (_, index) => ({ index })),
});

/** @param inOrder the smallest first: the last one waits for the one before it, and nobody longer */
function fewAtOnce(inOrder: readonly { readonly calls: number }[], { refill }: Rate): number {
  const waited = inOrder.at(-2)?.calls ?? 0;
  const few = waited > LONGEST_WAIT * refill ? 1 : AT_ONCE_WHERE_IT_BINDS;
  return Math.min(OBSERVED_AT_ONCE, Math.max(few, Math.ceil(inOrder.length / MOST_IN_A_ROW)));
}

/** It stands in the state once for each group. */
const short = (number: number): number => Math.round(number * 1_000) / 1_000;
const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
