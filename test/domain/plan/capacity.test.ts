import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fitRecordSet } from '../../../functions/domain/plan/capacity.ts';

const of = (count: number, length: number) =>
  Array.from({ length: count }, (_, index) => ({ value: `${index}`.padEnd(length, 'x') }));
const NONE = { values: 0, characters: 0 };

it.each([
  { row: '400 short values', count: 400, length: 38, theirs: NONE, fits: 400 },
  { row: 'one more', count: 401, length: 38, theirs: NONE, fits: 400 },
  { row: '400 of 40 characters, the most that can be replaced', count: 400, length: 40, theirs: NONE, fits: 400 },
  { row: '400 of 41 characters', count: 400, length: 41, theirs: NONE, fits: 390 },
  { row: '54 characters, as AWS names its instances', count: 400, length: 54, theirs: NONE, fits: 296 },
  { row: 'values of others count', count: 10, length: 38, theirs: { values: 395, characters: 1 }, fits: 5 },
  { row: 'characters of others count', count: 10, length: 10, theirs: { values: 1, characters: 15_950 }, fits: 5 },
  { row: 'others fill it', count: 10, length: 10, theirs: { values: 400, characters: 1 }, fits: 0 },
])('$row → $fits fit', ({ count, length, theirs, fits }) => {
  const wanted = of(count, length);

  const found = fitRecordSet(wanted, theirs);

  expect(found.fits).toEqual(wanted.slice(0, fits));
  expect(found.over).toEqual(wanted.slice(fits));
});

const values = fc
  .array(fc.record({ length: fc.integer({ min: 1, max: 120 }), times: fc.integer({ min: 1, max: 200 }) }), {
    maxLength: 6,
  })
  .map((parts) => parts.flatMap(({ length, times }) => of(times, length)));
const occupied = fc.record({ values: fc.nat({ max: 450 }), characters: fc.nat({ max: 20_000 }) });

it('never lets ours grow a set past what one batch can replace, and drops nothing in silence (L11)', () => {
  fc.assert(
    fc.property(values, occupied, (wanted, theirs) => {
      const { fits, over } = fitRecordSet(wanted, theirs);

      const characters = fits.reduce((sum, { value }) => sum + value.length, theirs.characters);
      if (fits.length > 0) {
        expect(fits.length + theirs.values).toBeLessThanOrEqual(400);
        expect(2 * characters).toBeLessThanOrEqual(32_000);
      }
      expect(fits.length + over.length).toBe(wanted.length);
      expect(wanted.filter((one) => fits.includes(one))).toEqual(fits);
    }),
  );
});

it('gives the same subset again when what fits comes first', () => {
  fc.assert(
    fc.property(values, occupied, (wanted, theirs) => {
      const { fits, over } = fitRecordSet(wanted, theirs);

      const again = fitRecordSet([...fits, ...over], theirs);

      expect(again.fits).toEqual(fits);
    }),
  );
});
