import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isOurValue } from '../../../functions/domain/dns/ownership.ts';
import type { RecordSet, Routing, Value } from '../../../functions/domain/dns/record-set.ts';
import { fitInto, roomAt } from '../../../functions/domain/zone/capacity.ts';
import { CALC, NAMING, ourText, srvSet } from '../../support/builders.ts';

const of = (count: number, length: number) =>
  Array.from({ length: count }, (_, index) => ({ value: `${index}`.padEnd(length, 'x') }));
const NONE = { values: 0, characters: 0 };
const roomBeside = ({ values, characters }: typeof NONE) => ({ values: 400 - values, characters: 16_000 - characters });

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

  const found = fitInto(wanted, roomBeside(theirs));

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
      const { fits, over } = fitInto(wanted, roomBeside(theirs));

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
      const { fits, over } = fitInto(wanted, roomBeside(theirs));

      const again = fitInto([...fits, ...over], roomBeside(theirs));

      expect(again.fits).toEqual(fits);
    }),
  );
});

describe('the room at a name', () => {
  const isOurs = (value: Value) => isOurValue(value, NAMING);
  const theirs = (count: number, length: number) => of(count, length).map(({ value }) => value);
  const ours = ourText('10.0.0.1', 80);
  const identified = (setIdentifier: string, values: readonly string[]) =>
    srvSet(CALC, values, { policy: 'weighted', weight: 1, setIdentifier });

  it.each<{ row: string; current: readonly RecordSet[]; routing: Routing; room: object }>([
    { row: 'nothing there', current: [], routing: 'simple', room: { values: 400, characters: 16_000 } },
    {
      row: 'a set of ours',
      current: [srvSet(CALC, [ours])],
      routing: 'simple',
      room: { values: 400, characters: 16_000 },
    },
    {
      row: 'values of others',
      current: [srvSet(CALC, [ours, ...theirs(10, 50)])],
      routing: 'simple',
      room: { values: 390, characters: 15_500 },
    },
    {
      row: 'a set that others have made larger than half a batch: what the batch has left besides the old one',
      current: [srvSet(CALC, theirs(100, 200))],
      routing: 'simple',
      room: { values: 300, characters: -8_000 },
    },
    {
      row: 'the same, mostly ours: it may shrink',
      current: [srvSet(CALC, [...theirs(10, 20), ...Array.from({ length: 500 }, () => ours)])],
      routing: 'simple',
      room: { values: 390, characters: 32_000 - 500 * ours.length - 2 * 10 * 20 },
    },
    { row: 'nothing there', current: [], routing: 'weighted', room: { values: 100, characters: 16_000 } },
    {
      row: 'sets of others, which are not touched',
      current: [identified('theirs', theirs(1, 4_000)), identified('ours', [ours])],
      routing: 'weighted',
      room: { values: 99, characters: 16_000 },
    },
  ])('$routing, $row', ({ current, routing, room }) => {
    expect(roomAt(current, routing, { isOurs })).toEqual(room);
  });
});
