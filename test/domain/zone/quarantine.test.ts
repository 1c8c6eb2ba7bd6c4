import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  findingOf,
  nextTry,
  type Quarantine,
  quarantineAfter,
  quarantinedNow,
  quarantineList,
  withoutNames,
} from '../../../functions/domain/zone/quarantine.ts';
import { CALC, MINUTE, NOW, TIME } from '../../support/builders.ts';

const entry = (tries: number, lastTried = NOW) => ({ reason: 'protected', since: NOW, lastTried, tries });
const refused = [{ name: CALC, message: 'protected' }];

it.each([
  { tries: 1, minutes: 4 },
  { tries: 2, minutes: 8 },
  { tries: 3, minutes: 16 },
  { tries: 4, minutes: 32 },
  { tries: 5, minutes: 60 },
  { tries: 1_000, minutes: 60 },
])('after $tries tries the next one is $minutes minutes later', ({ tries, minutes }) => {
  expect(nextTry(entry(tries))).toBe(NOW + minutes * MINUTE);
});

it.each([
  { row: 'before its next try', after: 4 * MINUTE - 1, held: true },
  { row: 'when that is due', after: 4 * MINUTE, held: false },
])('holds a name $row: $held', ({ after, held }) => {
  expect(quarantinedNow(new Map([[CALC, entry(1)]]), CALC, NOW + after) !== undefined).toBe(held);
});

it('holds no other name, whatever it is called', () => {
  expect(quarantinedNow(new Map([[CALC, entry(1)]]), TIME, NOW)).toBeUndefined();
  expect(quarantinedNow(new Map(), 'constructor', NOW)).toBeUndefined();
});

describe('after a batch', () => {
  it('a refused name enters, and once more refused keeps since when, and waits longer', () => {
    const once = quarantineAfter({}, { refused, applied: [], now: NOW });
    const twice = quarantineAfter(once, {
      refused: [{ name: CALC, message: 'still protected' }],
      applied: [],
      now: NOW + 4 * MINUTE,
    });

    expect(once).toEqual({ [CALC]: { reason: 'protected', since: NOW, lastTried: NOW, tries: 1 } });
    expect(twice).toEqual({
      [CALC]: { reason: 'still protected', since: NOW, lastTried: NOW + 4 * MINUTE, tries: 2 },
    });
  });

  it('a name that went through leaves, and no other', () => {
    const before: Quarantine = { [CALC]: entry(3), [TIME]: entry(2) };

    expect(quarantineAfter(before, { refused: [], applied: [CALC], now: NOW })).toEqual({ [TIME]: entry(2) });
    expect(withoutNames(before, [TIME])).toEqual({ [CALC]: entry(3) });
    expect(before).toEqual({ [CALC]: entry(3), [TIME]: entry(2) });
  });

  it('tries come at growing intervals, and never more than an hour apart', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), (times) => {
        let quarantine: Quarantine = {};
        let now = NOW;
        let waited = 0;
        for (let tries = 0; tries < times; tries += 1) {
          quarantine = quarantineAfter(quarantine, { refused, applied: [], now });
          const [held] = quarantineList(quarantine);
          const wait = (held?.nextTry ?? 0) - now;
          expect(wait).toBeGreaterThanOrEqual(waited);
          expect(wait).toBeLessThanOrEqual(60 * MINUTE);
          waited = wait;
          now += wait;
        }
        expect(quarantineList(quarantine)[0]?.since).toBe(NOW);
      }),
    );
  });
});

it('is told of by name, with reason, since when and the next try', () => {
  const [first, second] = quarantineList({ [TIME]: entry(1), [CALC]: entry(2) });

  expect(first).toEqual({ name: CALC, reason: 'protected', since: NOW, nextTry: NOW + 8 * MINUTE });
  expect(second?.name).toBe(TIME);
  expect(first && findingOf(first)).toBe(
    `quarantined since 2026-11-22T20:00:00.000Z, next try 2026-11-22T20:08:00.000Z: ${CALC}: protected`,
  );
});
