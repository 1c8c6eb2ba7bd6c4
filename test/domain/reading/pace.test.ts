import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  afterThrottle,
  bucketOf,
  drawn,
  exhausted,
  type Level,
  levelAt,
  type Portion,
  type Rate,
  shareOf,
  WHOLE,
} from '../../../functions/domain/reading/pace.ts';

const RATE: Rate = { capacity: 50, refill: 10 };

/** So many calls one after the other, each as soon as its turn has come: when they are sent, in milliseconds. */
function sent(calls: number, level: Level, from = 0): readonly number[] {
  let [now, left] = [from, level];
  return Array.from({ length: calls }, () => {
    const { level: after, wait } = drawn(left, now);
    [now, left] = [now + wait, after];
    return now;
  });
}

it('takes a share of what AWS gives the account', () => {
  expect(shareOf('clusterResources', 0.5)).toEqual({ capacity: 50, refill: 10 });
  expect(shareOf('zone', 0.1)).toEqual({ capacity: 5, refill: 1 });
});

it('knows the bucket of each call that has one', () => {
  expect(
    ['ecs:ListTasks', 'ecs:DescribeTasks', 'route53:ListResourceRecordSets', 's3:GetObject'].map(bucketOf),
  ).toEqual(['clusterResources', 'clusterResources', 'zone', undefined]);
});

describe('a bucket', () => {
  it('lets a burst through at once, then as much as flows back', () => {
    const times = sent(53, levelAt(RATE, WHOLE, 0));

    expect(times.slice(0, 50).every((time) => time === 0)).toBe(true);
    expect(times.slice(50)).toEqual([100, 200, 300]);
  });

  it('gives calls that wait together turns one after the other', () => {
    let level = levelAt({ capacity: 1, refill: 10 }, WHOLE, 0);
    const waits = [1, 2, 3].map(() => {
      const one = drawn(level, 0);
      level = one.level;
      return one.wait;
    });

    expect(waits).toEqual([0, 100, 200]);
  });

  it('has a portion of both, and never less than one call', () => {
    expect(sent(4, levelAt(RATE, { burst: 0.04, refill: 0.5 }, 0))).toEqual([0, 0, 200, 400]);
  });

  it('of a portion of the burst fills up to the same portion of the capacity as of what flows back', () => {
    const level = levelAt(RATE, { burst: 0.04, refill: 0.5 }, 0);

    expect(sent(27, level, 3_600_000).map((time) => time - 3_600_000)).toEqual([...Array(25).fill(0), 200, 400]);
  });

  it('has nothing at first after a throttle', () => {
    expect(sent(2, levelAt(RATE, afterThrottle({ burst: 1, refill: 0.5 }), 0))).toEqual([200, 400]);
  });

  it('is empty once a call had to be repeated, and pays for that', () => {
    const level = exhausted(levelAt(RATE, WHOLE, 0), 2, 0);

    expect(sent(1, level)).toEqual([300]);
  });
});

describe('a caller with a place among others', () => {
  const place = (calls: number, before: number): Portion => ({
    burst: 0.1,
    refill: 0.5,
    reads: { calls, before, from: 0 },
  });

  it.each([
    { row: 'the first takes what it needs', calls: 20, before: 0, at: 0, tokens: 20 },
    { row: 'the third gets what the burst has left', calls: 20, before: 40, at: 0, tokens: 10 },
    { row: 'the fourth waits', calls: 20, before: 60, at: 0, tokens: -10 },
    { row: 'the fourth, later, has what has flowed back', calls: 20, before: 60, at: 2_000, tokens: 10 },
    { row: 'long after its time it has no more than the burst', calls: 200, before: 60, at: 3_600_000, tokens: 50 },
  ])('$row', ({ calls, before, at, tokens }) => {
    expect(levelAt(RATE, place(calls, before), at).tokens).toBe(tokens);
  });

  it('has all that flows back for the calls that were expected, then its portion', () => {
    expect(sent(4, levelAt(RATE, place(2, 50), 0))).toEqual([100, 200, 400, 600]);
  });

  it('together they take no more than burst and refill, whoever begins when', () => {
    const callers = fc.array(fc.record({ calls: fc.integer({ min: 1, max: 40 }), late: fc.nat(20_000) }), {
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(callers, (all) => {
        let before = 0;
        const times = all.flatMap(({ calls, late }) => {
          const level = levelAt(RATE, place(calls, before), late);
          before += calls;
          return sent(calls, level, late);
        });

        for (const [index, time] of times.toSorted((one, other) => one - other).entries()) {
          expect(index + 1).toBeLessThanOrEqual(RATE.capacity + (RATE.refill * time) / 1_000 + 1e-6);
        }
      }),
    );
  });
});
