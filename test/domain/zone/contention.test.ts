import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isOurValue } from '../../../functions/domain/dns/ownership.ts';
import type { Value } from '../../../functions/domain/dns/record-set.ts';
import { judgeWriting, printOf, type Written } from '../../../functions/domain/zone/contention.ts';
import { ourValues } from '../../support/arbitraries.ts';
import { CALC, HOUR, MINUTE, NAMING, NOW, ourText, srvSet } from '../../support/builders.ts';

const isOurs = (value: Value) => isOurValue(value, NAMING);
const last = (corrections: number, ago: number, print = 'same'): Written => ({
  print,
  at: NOW - ago,
  corrections,
  since: NOW - ago - HOUR,
});
const asked = { now: NOW, retry: true };
const unasked = { now: NOW, retry: false };

describe('a change that we are about to make', () => {
  it.each([
    { row: 'nothing was written before', before: undefined, corrections: 0 },
    { row: 'something else was written last', before: last(3, MINUTE, 'other'), corrections: 0 },
    { row: 'the same, a moment ago', before: last(0, MINUTE), corrections: 1 },
    { row: 'the same, and corrected once', before: last(1, 5 * MINUTE), corrections: 2 },
    { row: 'the same, and corrected twice', before: last(2, 5 * MINUTE), corrections: 3 },
    { row: 'the same, and corrected three times', before: last(3, 5 * MINUTE), contended: 15 },
    { row: 'the same, and four times', before: last(4, 16 * MINUTE), contended: 30 },
    { row: 'the same, and three times, its wait over', before: last(3, 15 * MINUTE), corrections: 4 },
    { row: 'the same, and ten times', before: last(10, 2 * HOUR), contended: 360 },
    { row: 'the same, more than an hour ago: a new row', before: last(2, HOUR + 1), corrections: 1 },
    { row: 'the same, long after a wait: a new row', before: last(3, 75 * MINUTE + 1), corrections: 1 },
  ])('$row', ({ before, corrections, contended }) => {
    const judged = judgeWriting('same', before, unasked);

    if (contended !== undefined) {
      const nextTry = (before?.at ?? 0) + contended * MINUTE;
      expect(judged).toEqual({ contention: { corrections: before?.corrections, since: before?.since, nextTry } });
    } else expect(judged).toMatchObject({ written: { print: 'same', at: NOW, corrections } });
  });

  it('goes through when a person asks, and counts', () => {
    expect(judgeWriting('same', last(3, MINUTE), asked)).toMatchObject({ written: { corrections: 4 } });
  });

  it('keeps since when the row of corrections goes on', () => {
    const first = judgeWriting('same', last(0, MINUTE), unasked);
    const second = 'written' in first ? judgeWriting('same', first.written, { ...unasked, now: NOW + MINUTE }) : first;

    expect(second).toMatchObject({ written: { corrections: 2, since: NOW } });
  });

  it('is never held back while what we want changes each time', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat({ max: 3 }), fc.nat({ max: HOUR })), { maxLength: 30 }), (steps) => {
        let written: Written | undefined;
        let now = NOW;
        let print = 0;
        for (const [step, wait] of steps) {
          now += wait;
          print += 1 + step;
          const judged = judgeWriting(`${print}`, written, { now, retry: false });
          expect(judged).toMatchObject({ written: { corrections: 0 } });
          if ('written' in judged) written = judged.written;
        }
      }),
    );
  });
});

describe('what stands for our values at a name', () => {
  const a = ourText('10.0.0.1', 80);
  const b = ourText('10.0.0.2', 80);
  const print = (...sets: readonly ReturnType<typeof srvSet>[]) => printOf(sets, isOurs);
  const weighted = (setIdentifier: string, weight: number) =>
    srvSet(CALC, [a], { policy: 'weighted', setIdentifier, weight });

  it.each([
    { row: 'order', one: print(srvSet(CALC, [a, b])), other: print(srvSet(CALC, [b, a])) },
    { row: 'spelling', one: print(srvSet(CALC, [a])), other: print(srvSet(CALC, [a.toUpperCase()])) },
    { row: 'values of others', one: print(srvSet(CALC, [a])), other: print(srvSet(CALC, [a, '1 1 1 x.'])) },
    { row: 'TTL', one: print(srvSet(CALC, [a])), other: print(srvSet(CALC, [a], { ttl: 60 })) },
    { row: 'sets of others', one: print(weighted('x', 1)), other: print(weighted('x', 1), srvSet(CALC, ['1 1 1 x.'])) },
  ])('does not depend on $row', ({ one, other }) => {
    expect(one).toBe(other);
  });

  it.each([
    { row: 'values', one: print(srvSet(CALC, [a])), other: print(srvSet(CALC, [a, b])) },
    { row: 'weights', one: print(weighted('x', 1)), other: print(weighted('x', 2)) },
    { row: 'identifiers', one: print(weighted('x', 1)), other: print(weighted('y', 1)) },
    { row: 'routing', one: print(weighted('x', 1)), other: print(srvSet(CALC, [a])) },
    { row: 'there being any', one: print(), other: print(srvSet(CALC, [a])) },
  ])('depends on $row', ({ one, other }) => {
    expect(one).not.toBe(other);
  });

  it('tells different values apart', () => {
    fc.assert(
      fc.property(ourValues(), ourValues(), (one, other) => {
        const same = one.toSorted().join() === other.toSorted().join();

        expect(print(srvSet(CALC, one)) === print(srvSet(CALC, other))).toBe(same);
      }),
    );
  });
});
