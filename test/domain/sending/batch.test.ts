import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batchUnits, type ChangeBatch, ROUTE53_LIMITS } from '../../../functions/domain/sending/batch.ts';
import { type ChangeUnit, weightOf } from '../../../functions/domain/zone/change.ts';
import { markerUnit } from '../../../functions/domain/zone/marker.ts';
import { addressSet, addressUnit, DEPLOYMENT, NAMING, nameUnit, ourText } from '../../support/builders.ts';

const removal = (address: string): ChangeUnit => ({
  name: addressSet(address).ownerName,
  kind: 'address-removal',
  needs: [],
  changes: [{ action: 'DELETE', recordSet: addressSet(address) }],
});
const marker = markerUnit(NAMING, { deployment: DEPLOYMENT });
const addressAt = (index: number) => `10.0.${Math.floor(index / 250)}.${1 + (index % 250)}`;
const targetAt = (index: number) => addressSet(addressAt(index)).ownerName;
const valuesOf = (count: number) => Array.from({ length: count }, (_, index) => ourText(addressAt(index), 80));

/** A name that replaces `before` values by `after`, and needs some of the plan's address sets. */
interface NameShape {
  readonly before: number;
  readonly after: number;
  readonly needs: readonly number[];
}

const nameShape = fc.record({
  before: fc.oneof(fc.nat({ max: 5 }), fc.nat({ max: 400 })),
  after: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 400 })),
  needs: fc.oneof(
    fc.uniqueArray(fc.nat({ max: 20 }), { maxLength: 4 }),
    fc.nat({ max: 400 }).map((count) => Array.from({ length: count }, (_, index) => index)),
  ),
});

const plans = fc
  .record({
    names: fc.array(nameShape, { maxLength: 12 }),
    spare: fc.uniqueArray(fc.integer({ min: 500, max: 520 }), { maxLength: 3 }),
    removals: fc.uniqueArray(fc.integer({ min: 600, max: 620 }), { maxLength: 5 }),
    withMarker: fc.boolean(),
  })
  .map(({ names, spare, removals, withMarker }): readonly ChangeUnit[] => {
    const units = [
      ...[...new Set([...names.flatMap(({ needs }) => needs), ...spare])].map((index) => addressUnit(addressAt(index))),
      ...names.map(({ before, after, needs }: NameShape, index) =>
        nameUnit(`n${index}.shop.internal.`, valuesOf(after), {
          ...(before > 0 && { current: valuesOf(before) }),
          needs: needs.map(targetAt),
        }),
      ),
      ...removals.map((index) => removal(addressAt(index))),
    ];
    // Nothing goes below an owner label whose marker did not come about.
    const below = units.map((unit) => ({ ...unit, needs: [marker.name, ...unit.needs] }));
    return withMarker ? [marker, ...below] : units;
  });

const placeOf = (batches: readonly ChangeBatch[], name: string) => {
  const order = batches.flatMap(({ units }, batch) => units.map((unit, at) => ({ unit, batch, at })));
  return order.find(({ unit }) => unit.name === name);
};

describe('for every plan', () => {
  const everyPlan = (check: (units: readonly ChangeUnit[], batches: readonly ChangeBatch[]) => void) =>
    fc.assert(fc.property(plans, (units) => check(units, batchUnits(units))));

  it('no batch exceeds 1,000 elements or 32,000 characters, none is empty (L11)', () => {
    everyPlan((_, batches) => {
      for (const { units } of batches) {
        const sum = (of: 'elements' | 'characters') => units.reduce((total, unit) => total + weightOf(unit)[of], 0);
        expect(sum('elements')).toBeLessThanOrEqual(1_000);
        expect(sum('characters')).toBeLessThanOrEqual(32_000);
        expect(units.length).toBeGreaterThan(0);
      }
    });
  });

  it('the batches join back to the plan: each unit once and uncut', () => {
    everyPlan((units, batches) => {
      const joined = batches.flatMap((batch) => batch.units);

      expect(joined.length).toBe(units.length);
      expect(new Set(joined)).toEqual(new Set(units));
    });
  });

  it('an address set comes before the record set that needs it, and a removal after everything (L9)', () => {
    everyPlan((units, batches) => {
      for (const { name, needs } of units) {
        const own = placeOf(batches, name);
        for (const needed of needs.map((one) => placeOf(batches, one))) {
          const before = (needed?.batch ?? 0) - (own?.batch ?? 0) || (needed?.at ?? 0) - (own?.at ?? 0);
          expect(before).toBeLessThan(0);
        }
      }
      const kinds = batches.flatMap((batch) => batch.units.map(({ kind }) => kind));
      const removals = kinds.filter((kind) => kind === 'address-removal');
      expect(kinds.slice(kinds.length - removals.length)).toEqual(removals);
      expect(kinds.indexOf('marker')).toBeLessThanOrEqual(0);
    });
  });

  it('"after" lists exactly the earlier batches that hold needed address sets', () => {
    everyPlan((_, batches) => {
      batches.forEach(({ units, after }, index) => {
        const homes = units.flatMap(({ needs }) => needs.map((one) => placeOf(batches, one)?.batch ?? -1));
        const earlier = [...new Set(homes.filter((home) => home !== index))].sort((a, b) => a - b);
        expect(after).toEqual(earlier);
        expect(after.every((one) => one < index)).toBe(true);
      });
    });
  });
});

it('puts a name and the address sets that it needs into one batch where they fit', () => {
  const units = [
    nameUnit('a.shop.internal.', valuesOf(2), { needs: [targetAt(0), targetAt(1)] }),
    nameUnit('b.shop.internal.', valuesOf(1), { needs: [targetAt(1)] }),
    addressUnit(addressAt(1)),
    addressUnit(addressAt(0)),
    marker,
  ];

  const batches = batchUnits(units);

  expect(batches).toEqual([
    {
      units: [units[4], units[3], units[2], units[0], units[1]].map((unit) => expect.objectContaining(unit)),
      after: [],
    },
  ]);
});

it('spreads a name that needs more address sets than fit beside it over later batches', () => {
  const needs = Array.from({ length: 400 }, (_, index) => targetAt(index));
  const name = nameUnit('a.shop.internal.', valuesOf(400), { needs, current: valuesOf(400) });
  const addresses = Array.from({ length: 400 }, (_, index) => addressUnit(addressAt(index)));

  const batches = batchUnits([name, ...addresses]);

  expect(batches.map(({ units, after }) => [units.length, after])).toEqual([
    [400, []],
    [1, [0]],
  ]);
});

it('never puts two units of one name into one batch, and one that rests on the other waits for its batch', () => {
  const name = 'a.shop.internal.';
  const first = nameUnit(name, valuesOf(1));
  const rests = { ...nameUnit(name, valuesOf(2)), needs: [name, targetAt(0)], follows: true };
  const last = { ...nameUnit(name, valuesOf(3)), follows: true };
  const other = nameUnit('b.shop.internal.', valuesOf(1));

  const batches = batchUnits([first, rests, last, other, addressUnit(addressAt(0))]);

  expect(batches).toEqual([
    { units: [first], after: [] },
    { units: [addressUnit(addressAt(0)), rests], after: [0] },
    { units: [last, other], after: [] },
  ]);
});

it('brings back addresses of values that stand before any change of a name', () => {
  const units = [
    nameUnit('a.shop.internal.', valuesOf(1), { needs: [targetAt(0)] }),
    addressUnit(addressAt(0)),
    addressUnit(addressAt(7)),
  ];

  const batches = batchUnits(units, { ...ROUTE53_LIMITS, elements: 2 });

  expect(batches.map(({ units }) => units.map(({ name }) => name))).toEqual([
    [targetAt(7)],
    [targetAt(0), 'a.shop.internal.'],
  ]);
});

it('makes no batch of nothing', () => {
  expect(batchUnits([])).toEqual([]);
});
