import fc from 'fast-check';
import { expect, it } from 'vitest';
import { guardRemovals, type UnexplainedRemoval } from '../../../functions/domain/plan/guard.ts';
import { CALC, keyOf, ourValue } from '../../support/builders.ts';

const removals = (count: number): readonly UnexplainedRemoval[] =>
  Array.from({ length: count }, (_, index) => ({
    name: CALC,
    key: keyOf(`10.0.0.${index}`, 80),
    value: ourValue(`10.0.0.${index}`, 80),
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
  { row: 'another maximum, at it', ours: 10, unexplained: 1, share: 0.1, held: 0 },
  { row: 'another maximum, above it', ours: 10, unexplained: 2, share: 0.1, held: 2 },
])('$row → $held held', ({ ours, unexplained, approved = 0, share = 0.3, held }) => {
  const all = removals(unexplained);

  const guarded = guardRemovals(all, { ours, maxDeleteShare: share, approved: all.slice(0, approved) });

  expect(guarded.held).toEqual(all.slice(unexplained - held));
  expect(guarded.go).toEqual(all.slice(0, unexplained - held));
});

it('clears by name and value, nothing that only resembles what was approved', () => {
  const all = removals(5);
  const [first] = all;
  const approved = [
    { name: 'other.shop.internal.', value: first?.value ?? '' },
    { name: CALC, value: ourValue('10.0.0.0', 80, 2) },
    { name: CALC, value: ourValue('10.0.0.99', 80) },
  ];

  const { held } = guardRemovals(all, { ours: 10, maxDeleteShare: 0.3, approved });

  expect(held).toEqual(all);
});

it('lets every removal go or holds it, never both, and holds none that was approved', () => {
  const facts = fc.record({
    ours: fc.nat({ max: 60 }),
    maxDeleteShare: fc.double({ min: 0.01, max: 1, noNaN: true }),
    approved: fc.subarray([...removals(20)]),
  });

  fc.assert(
    fc.property(fc.subarray([...removals(20)]), facts, (unexplained, guard) => {
      const { go, held } = guardRemovals(unexplained, guard);

      expect(new Set([...go, ...held])).toEqual(new Set(unexplained));
      expect(go.length + held.length).toBe(unexplained.length);
      expect(held.filter((removal) => guard.approved.includes(removal))).toEqual([]);
    }),
  );
});
