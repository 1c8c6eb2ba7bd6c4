import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { guardRemovals } from '../../../functions/domain/judging/removal-guard.ts';
import {
  type HeldRemoval,
  mergeHeld,
  rememberHeld,
  type UnexplainedRemoval,
} from '../../../functions/domain/reading/held.ts';
import { CALC, keyOf, MINUTE, NOW, ourText } from '../../support/builders.ts';

const removals = (count: number): readonly UnexplainedRemoval[] =>
  Array.from({ length: count }, (_, index) => ({
    name: CALC,
    key: keyOf(`10.0.0.${index}`, 80),
    value: ourText(`10.0.0.${index}`, 80),
  }));

it.each([
  { row: 'fewer than 10, all unexplained', ours: 9, unexplained: 9, held: 0 },
  { row: '10, at the maximum', ours: 10, unexplained: 3, held: 0 },
  { row: '10, above the maximum', ours: 10, unexplained: 4, held: 4 },
  { row: 'many, none unexplained', ours: 100, unexplained: 0, held: 0 },
  { row: 'many, at the maximum', ours: 100, unexplained: 30, held: 0 },
  { row: 'many, above the maximum', ours: 100, unexplained: 31, held: 31 },
  { row: 'above, two approved', ours: 10, unexplained: 5, approved: 2, held: 3 },
  { row: 'above, all approved', ours: 10, unexplained: 5, approved: 5, held: 0 },
  { row: 'fewer than 10, three held before', ours: 9, unexplained: 9, before: 3, held: 3 },
  { row: 'at the maximum, three held before', ours: 10, unexplained: 3, before: 3, held: 3 },
  { row: 'at the maximum, two of three held before', ours: 10, unexplained: 3, before: 2, held: 2 },
  { row: 'above the maximum, one held before', ours: 10, unexplained: 4, before: 1, held: 4 },
  {
    row: 'fewer than 10, three held before, one of them approved',
    ours: 9,
    unexplained: 3,
    before: 3,
    approved: 1,
    held: 2,
  },
  { row: 'another minimum, below it', ours: 19, unexplained: 19, minimum: 20, held: 0 },
  { row: 'another minimum, at it', ours: 2, unexplained: 1, minimum: 2, held: 1 },
  { row: 'another maximum, at it', ours: 10, unexplained: 1, share: 0.1, held: 0 },
  { row: 'another maximum, above it', ours: 10, unexplained: 2, share: 0.1, held: 2 },
])('$row → $held held', ({ ours, unexplained, approved = 0, before = 0, share = 0.3, minimum = 10, held }) => {
  const all = removals(unexplained);

  const guarded = guardRemovals(all, {
    ours,
    maxDeleteShare: share,
    guardMinimum: minimum,
    approved: all.slice(0, approved),
    heldBefore: all.slice(unexplained - before),
  });

  expect(guarded.held).toEqual(all.slice(unexplained - held));
  expect(guarded.go).toEqual(all.slice(0, unexplained - held));
});

it('clears by name and value, nothing that only resembles what was approved', () => {
  const all = removals(5);
  const [first] = all;
  const approved = [
    { name: 'other.shop.internal.', value: first?.value ?? '' },
    { name: CALC, value: ourText('10.0.0.0', 80, 2) },
    { name: CALC, value: ourText('10.0.0.99', 80) },
  ];

  const { held } = guardRemovals(all, {
    ours: 10,
    maxDeleteShare: 0.3,
    guardMinimum: 10,
    approved,
    heldBefore: [],
  });

  expect(held).toEqual(all);
});

it('lets every removal go or holds it, never both, holds none that was approved and all else that was held', () => {
  const facts = fc.record({
    ours: fc.nat({ max: 60 }),
    maxDeleteShare: fc.double({ min: 0.01, max: 1, noNaN: true }),
    guardMinimum: fc.integer({ min: 1, max: 60 }),
    approved: fc.subarray([...removals(20)]),
    heldBefore: fc.subarray([...removals(20)]),
  });

  fc.assert(
    fc.property(fc.subarray([...removals(20)]), facts, (unexplained, guard) => {
      const { go, held } = guardRemovals(unexplained, guard);

      expect(new Set([...go, ...held])).toEqual(new Set(unexplained));
      expect(go.length + held.length).toBe(unexplained.length);
      const approved = new Set(guard.approved.map(({ value }) => value));
      expect(held.filter(({ value }) => approved.has(value))).toEqual([]);
      const before = new Set(guard.heldBefore.map(({ value }) => value));
      expect(go.filter(({ value }) => before.has(value) && !approved.has(value))).toEqual([]);
    }),
  );
});

describe('what later runs remember', () => {
  const [first, second, third] = removals(3) as [UnexplainedRemoval, UnexplainedRemoval, UnexplainedRemoval];
  const since = (removal: UnexplainedRemoval, at = NOW): HeldRemoval => ({ ...removal, since: at });

  it.each([
    { row: 'held now for the first time', before: [], held: [first], unattributed: [first], after: [since(first)] },
    {
      row: 'held before and now',
      before: [since(first, NOW - MINUTE)],
      held: [first],
      unattributed: [first],
      after: [since(first, NOW - MINUTE)],
    },
    {
      row: 'held before, and now only kept because it could not be read',
      before: [since(first, NOW - MINUTE)],
      held: [],
      unattributed: [first],
      after: [since(first, NOW - MINUTE)],
    },
    {
      row: 'held before, and explained, approved, published or gone',
      before: [since(first)],
      held: [],
      unattributed: [],
      after: [],
    },
    { row: 'never held, and kept for another reason', before: [], held: [], unattributed: [first], after: [] },
  ])('$row', ({ before, held, unattributed, after }) => {
    expect(rememberHeld(before, { held, unattributed, now: NOW })).toEqual(after);
  });

  it.each([
    { row: 'nothing new', stored: [first], read: [first], remembered: [first], after: undefined },
    { row: 'one more', stored: [first], read: [first], remembered: [first, second], after: [first, second] },
    { row: 'one settled', stored: [first, second], read: [first, second], remembered: [second], after: [second] },
    {
      row: 'one that another run has added',
      stored: [first, third],
      read: [first],
      remembered: [first],
      after: undefined,
    },
    {
      row: 'that beside one settled',
      stored: [first, third],
      read: [first],
      remembered: [second],
      after: [third, second],
    },
    { row: 'one that another run has settled', stored: [], read: [first], remembered: [first], after: [first] },
  ])('is stored with $row', ({ stored, read, remembered, after }) => {
    const all = (removals: readonly UnexplainedRemoval[]) => removals.map((removal) => since(removal));

    const merged = mergeHeld(all(stored), { read: all(read), remembered: all(remembered) });

    expect(merged).toEqual(after && all(after));
  });
});
