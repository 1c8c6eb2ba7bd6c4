import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasChanged, shareOut, withWishes } from '../../../functions/domain/health/probe-shares.ts';

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);

describe('shareOut', () => {
  it.each([
    { total: 10, wanted: [], shares: [] },
    { total: 10, wanted: [1], shares: [10] },
    { total: 10, wanted: [0, 0], shares: [5, 5] },
    { total: 10, wanted: [1, 1, 1], shares: [4, 3, 3] },
    { total: 10, wanted: [1, 6], shares: [3, 7] },
    { total: 10, wanted: [1, 20], shares: [1, 9] },
    { total: 10, wanted: [20, 20], shares: [5, 5] },
    { total: 11, wanted: [20, 20], shares: [6, 5] },
    { total: 10, wanted: [2, 3, 50], shares: [2, 3, 5] },
    { total: 3, wanted: [5, 1, 9], shares: [1, 1, 1] },
  ])('$total among $wanted: $shares', ({ total, wanted, shares }) => {
    expect(shareOut(total, wanted)).toEqual(shares);
  });

  it('gives away everything, to each at least one, and to nobody less than to one that wants no more', () => {
    const wishes = fc.array(fc.nat({ max: 300 }), { minLength: 1, maxLength: 150 });
    fc.assert(
      fc.property(wishes, fc.nat({ max: 300 }), (wanted, more) => {
        const total = wanted.length + more;

        const shares = shareOut(total, wanted);

        expect(sum(shares)).toBe(total);
        expect(Math.min(...shares)).toBeGreaterThanOrEqual(1);
        // Where one gets less than it wants, nobody has two more than it.
        for (const [index, share] of shares.entries()) {
          if (share < (wanted[index] ?? 0)) expect(Math.max(...shares)).toBeLessThanOrEqual(share + 1);
        }
      }),
    );
  });
});

it.each([
  { wanted: 0, kept: 1, changed: false },
  { wanted: 1, kept: 1, changed: false },
  { wanted: 2, kept: 1, changed: true },
  { wanted: 9, kept: 10, changed: false },
  { wanted: 5, kept: 10, changed: true },
  { wanted: 0, kept: 2, changed: true },
])('a wish of $wanted in place of $kept is worth keeping: $changed', ({ wanted, kept, changed }) => {
  expect(hasChanged(wanted, kept)).toBe(changed);
});

it('keeps wishes of more than one batch, of clusters that there are', () => {
  const kept = [
    { cluster: 'a', batches: 5 },
    { cluster: 'b', batches: 7 },
    { cluster: 'gone', batches: 9 },
  ];

  const found = withWishes(
    kept,
    [
      { cluster: 'b', batches: 1 },
      { cluster: 'c', batches: 2 },
    ],
    (one) => one !== 'gone',
  );

  expect(found).toEqual([
    { cluster: 'a', batches: 5 },
    { cluster: 'c', batches: 2 },
  ]);
});
