import { describe, expect, it } from 'vitest';
import { secondsToCheck } from '../../../functions/domain/reading/budget.ts';
import type { Rate } from '../../../functions/domain/reading/pace.ts';
import { allAtOnce, areOther, readsFor, turnsOf } from '../../../functions/domain/reading/turns-of-groups.ts';

const RATE: Rate = { capacity: 50, refill: 10 };

it.each([
  { tasks: 0, hosts: 0, calls: 1 },
  { tasks: 1, hosts: 0, calls: 2 },
  { tasks: 100, hosts: 100, calls: 3 },
  { tasks: 101, hosts: 101, calls: 6 },
])('a cluster of $tasks tasks on $hosts hosts takes $calls calls', ({ tasks, hosts, calls }) => {
  expect(readsFor(tasks, hosts)).toBe(calls);
});

it.each([
  { reads: 3, known: undefined, other: true },
  { reads: 3, known: 3, other: false },
  { reads: 4, known: 3, other: false },
  { reads: 5, known: 3, other: true },
  { reads: 99, known: 109, other: false },
  { reads: 99, known: 120, other: true },
])('$reads calls in the place of $known are worth keeping: $other', ({ reads, known, other }) => {
  expect(areOther(reads, known)).toBe(other);
});

describe('turns', () => {
  it.each([
    { row: 'a single one has all to itself', reads: [200], atOnce: 2, refill: 1 },
    { row: 'few calls in all: ten at a time', reads: [11, 11, 11], atOnce: 10, refill: 0.333 },
    { row: 'more than the burst: two at a time', reads: [30, 30], atOnce: 2, refill: 0.5 },
    { row: 'nothing is known of one: as the others', reads: [3, undefined, 3], atOnce: 10, refill: 0.333 },
    { row: 'nothing is known of most: two at a time', reads: [3, undefined, undefined], atOnce: 2, refill: 0.5 },
    { row: 'nothing is known at all: two at a time', reads: [undefined, undefined, undefined], atOnce: 2, refill: 0.5 },
    { row: 'a second would wait for long: one at a time', reads: [500, 500], atOnce: 1, refill: 1 },
    { row: 'many, whose checks would take too long two at a time', reads: Array(40).fill(3), atOnce: 4, refill: 1 / 4 },
    { row: 'never more than ten', reads: Array(150).fill(3), atOnce: 10, refill: 1 / 10 },
    { row: 'one is long, and none waits for it', reads: [500, 20], atOnce: 2, refill: 0.5 },
  ])('$row', ({ reads, atOnce, refill }) => {
    const found = turnsOf(reads, RATE, 7);

    expect(found.atOnce).toBe(atOnce);
    expect(found.turns.map(({ portion }) => portion?.refill)).toEqual(reads.map(() => refill));
  });

  it('puts the smallest first where the pace binds, each after those before it', () => {
    const { turns } = turnsOf([60, 20, 40], RATE, 7);

    expect(turns.map(({ index, portion }) => [index, portion?.reads])).toEqual([
      [1, { calls: 20, before: 0, from: 7 }],
      [2, { calls: 40, before: 20, from: 7 }],
      [0, { calls: 60, before: 60, from: 7 }],
    ]);
  });

  it('leaves the order where it does not', () => {
    expect(turnsOf([6, 2, 4], RATE, 7).turns.map(({ index }) => index)).toEqual([0, 1, 2]);
  });

  it('shares the burst of the other buckets out in proportion', () => {
    expect(turnsOf([10, 30], RATE, 7).turns.map(({ portion }) => portion?.burst)).toEqual([0.25, 0.75]);
  });

  it('takes one of which nothing is known for a usual one, and all of them for their parts of the burst', () => {
    const calls = (reads: readonly (number | undefined)[]) =>
      turnsOf(reads, RATE, 7).turns.map(({ portion }) => portion?.reads?.calls);

    expect(calls([10, undefined, 20])).toEqual([10, 15, 20]);
    expect(calls([undefined, undefined])).toEqual([25, 25]);
  });

  it('leaves the checks of each their two minutes', () => {
    for (let groups = 1; groups <= 120; groups += 1) {
      const { atOnce } = turnsOf(Array<number>(groups).fill(9), RATE, 7);
      expect(secondsToCheck(groups, atOnce)).toBe(120);
    }
  });

  it('of runs that ask little all are read at once, in their order', () => {
    expect(allAtOnce(2)).toEqual({ atOnce: 10, turns: [{ index: 0 }, { index: 1 }] });
  });

  it('of no cluster there are none', () => {
    expect(turnsOf([], RATE, 7).turns).toEqual([]);
  });
});
