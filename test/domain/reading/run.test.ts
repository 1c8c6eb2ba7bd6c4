import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  completionTime,
  FIRST_LOOK,
  isStale,
  LONGEST_LOOK,
  MAX_ROUNDS,
  nextStep,
  READING_LIFETIME,
  readAnew,
} from '../../../functions/domain/reading/run.ts';
import { NOW } from '../../support/builders.ts';

const SOON = NOW + 45_000;

it.each([
  { row: 'something moved', unsettled: true, round: 1, next: 'again' },
  { row: 'something moved while instances start', unsettled: true, round: 4, graceEndsAt: SOON, next: 'again' },
  { row: 'something moved in the last round', unsettled: true, round: MAX_ROUNDS, next: 'contended' },
  { row: 'and instances start', unsettled: true, round: MAX_ROUNDS, graceEndsAt: SOON, next: 'contended' },
  { row: 'settled, instances start', unsettled: false, round: 1, graceEndsAt: SOON, next: 'look' },
  { row: 'settled in the last round', unsettled: false, round: MAX_ROUNDS, graceEndsAt: SOON, next: 'look' },
  { row: 'settled, the grace is over', unsettled: false, round: 1, graceEndsAt: NOW, next: 'publish' },
  { row: 'settled', unsettled: false, round: 1, next: 'publish' },
  { row: 'something moved, and there is no room', unsettled: true, round: 1, room: false, next: 'contended' },
  {
    row: 'instances start, and there is no room',
    unsettled: false,
    round: 1,
    graceEndsAt: SOON,
    room: false,
    next: 'publish',
  },
  { row: 'slices are left', rest: true, unsettled: false, round: 1, next: 'slice' },
  { row: 'slices are left in the last round', rest: true, unsettled: false, round: MAX_ROUNDS, next: 'slice' },
  { row: 'slices are left, and something moved', rest: true, unsettled: true, round: MAX_ROUNDS, next: 'slice' },
  {
    row: 'slices are left and instances start',
    rest: true,
    unsettled: false,
    round: 1,
    graceEndsAt: SOON,
    next: 'slice',
  },
  { row: 'slices are left without room', rest: true, unsettled: false, round: 1, room: false, next: 'publish' },
  {
    row: 'slices are left without room, and something moved',
    rest: true,
    unsettled: true,
    round: 1,
    room: false,
    next: 'contended',
  },
])('$row → $next', ({ rest = false, unsettled, round, graceEndsAt, room = true, next }) => {
  const step = nextStep(
    { round, looks: 0 },
    { rest, unsettled, ...(graceEndsAt !== undefined && { graceEndsAt }), room, now: NOW, random: 0.5 },
  );

  expect(step.next).toBe(next);
});

it.each([
  { looks: 0, seconds: FIRST_LOOK },
  { looks: 1, seconds: 8 },
  { looks: 2, seconds: 11 },
  { looks: 3, seconds: 17 },
  { looks: 4, seconds: 25 },
  { looks: 5, seconds: LONGEST_LOOK },
  { looks: 1_000, seconds: LONGEST_LOOK },
])('look $looks comes after $seconds s', ({ looks, seconds }) => {
  const step = nextStep(
    { round: 1, looks },
    { rest: false, unsettled: false, graceEndsAt: NOW + 600_000, room: true, now: NOW, random: 0 },
  );

  expect(step).toEqual({ next: 'look', seconds });
});

it.each([
  { left: 1, seconds: 1 },
  { left: 1_000, seconds: 1 },
  { left: 1_001, seconds: 2 },
  { left: 4_000, seconds: 4 },
])('the last look is no later than the end of the grace: $left ms → $seconds s', ({ left, seconds }) => {
  const step = nextStep(
    { round: 1, looks: 9 },
    { rest: false, unsettled: false, graceEndsAt: NOW + left, room: true, now: NOW, random: 0 },
  );

  expect(step).toEqual({ next: 'look', seconds });
});

it('spreads rounds over a time that doubles', () => {
  const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

  fc.assert(
    fc.property(fc.integer({ min: 1, max: MAX_ROUNDS - 1 }), random, (round, drawn) => {
      const step = nextStep({ round, looks: 0 }, { rest: false, unsettled: true, room: true, now: NOW, random: drawn });

      const seconds = 'seconds' in step ? step.seconds : 0;
      expect(seconds).toBeGreaterThanOrEqual(1);
      expect(seconds).toBeLessThanOrEqual(2 ** round);
      expect(Number.isInteger(seconds)).toBe(true);
    }),
  );
});

it('draws from the whole of that time', () => {
  const at = (random: number) =>
    nextStep({ round: 3, looks: 0 }, { rest: false, unsettled: true, room: true, now: NOW, random });

  expect([at(0), at(0.5), at(0.999)]).toEqual([1, 5, 8].map((seconds) => ({ next: 'again', seconds })));
});

it.each([
  { age: 0, stale: false },
  { age: READING_LIFETIME, stale: false },
  { age: READING_LIFETIME + 1, stale: true },
  { age: -5_000, stale: false },
])('a reading of $age ms ago is stale: $stale', ({ age, stale }) => {
  expect(isStale(NOW - age, NOW)).toBe(stale);
});

it('the same pass begins once more as another round, and keeps all that it is', () => {
  const run = { execution: 'x', kind: 'full' as const, approve: 'abc', pass: 2, round: 1, looks: 3, scope: 'any' };

  expect(readAnew(run)).toEqual({ ...run, pass: 3, round: 2 });
  expect(readAnew({ ...run, round: MAX_ROUNDS })).toBeUndefined();
});

it('a reading may be completed as late as its retries allow, and not a day later', () => {
  expect([0, 1, 10].map(completionTime)).toEqual([120_000, 300_000, 1_920_000]);
});
