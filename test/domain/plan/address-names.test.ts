import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ADDRESS_TYPES, type AddressType, addressTypeOf } from '../../../functions/domain/dns/address-name.ts';
import type { RecordSet } from '../../../functions/domain/dns/record-set.ts';
import type { Plan } from '../../../functions/domain/plan/plan.ts';
import {
  claimsFor,
  FAMILIES,
  formOf,
  IDS,
  isAlias,
  PUBLISHED,
  planOf,
  SET,
  sent,
  sidesOf,
  type World,
  worlds,
  zoneOf,
} from '../../support/address-name-plans.ts';

const setAt = (zone: readonly RecordSet[], of: AddressType) =>
  zone.find(({ ownerName, type }) => ownerName === SET && type === of)?.values ?? [];
const foreign = (zone: readonly RecordSet[]) =>
  zone.filter((set) => set.ownerName !== SET && !isAlias(set)).map((set) => JSON.stringify(set));
const newIn = (plan: Plan, type: AddressType) =>
  plan.names.flatMap(({ stays }) => stays.filter(({ isNew, value }) => isNew && addressTypeOf(value) === type));

describe.each(FAMILIES)('of the family "%s"', (family) => {
  it('an address name converges, and touches nothing of others', () => {
    fc.assert(
      fc.property(worlds(family), (world) => {
        const zone = zoneOf(world);

        const once = sent(planOf(world, zone), zone);
        const twice = sent(planOf(world, once), once);
        // Those that nothing explains leave first, then others may serve at another port, then what fails may go.
        const last = sent(planOf(world, twice), twice);

        expect(planOf(world, last).units).toEqual([]);
        expect(foreign(last).toSorted()).toEqual(foreign(zone).toSorted());
      }),
    );
  });

  it('its aliases stand exactly while their sets have addresses and they may, one of each type, and never without', () => {
    fc.assert(
      fc.property(worlds(family), (world) => {
        const zone = zoneOf(world);

        const after = sent(planOf(world, zone), zone);

        for (const type of ADDRESS_TYPES) {
          const form = formOf(world, type);
          const values = setAt(after, type);
          const found = after.filter((set) => set.type === type && isAlias(set));
          expect(found).toHaveLength(values.length > 0 && form ? 1 : 0);
          expect(found.every(({ weight }) => weight === (form === 'weighted' ? values.length : undefined))).toBe(true);
        }
      }),
    );
  });

  it('nothing new of a type comes while its alias cannot stand', () => {
    fc.assert(
      fc.property(worlds(family), fc.constantFrom(...PUBLISHED[family]), (world, type) => {
        fc.pre(formOf(world, type) === undefined);

        const plan = planOf(world, zoneOf(world));

        expect(newIn(plan, type)).toEqual([]);
        const concerns = world.sides[type].stands.length > 0 || Object.values(world.states).includes('running');
        expect(plan.names.every(({ conflict }) => conflict !== undefined) || !concerns).toBe(true);
      }),
    );
  });

  it('failing checks alone never empty a set, and new addresses serve at one port', () => {
    fc.assert(
      fc.property(worlds(family), (world) => {
        const zone = zoneOf(world);

        const plan = planOf(world, zone);

        for (const { type, stands, remembered } of sidesOf(world)) {
          const incumbents = stands.filter((id) => world.states[id] === 'running' && remembered.includes(id));
          expect(incumbents.length === 0 || setAt(sent(plan, zone), type).length > 0).toBe(true);
        }
        const fresh = ADDRESS_TYPES.flatMap((type) => newIn(plan, type));
        expect(new Set(fresh.map(({ claim: { endpoint } = {} }) => endpoint?.servesAt)).size).toBeLessThan(2);
        const passing = IDS.flatMap((id) => claimsFor(id, world)).filter(({ verdict }) => verdict?.state === 'passing');
        expect(plan.dispositions.filter(({ task }) => task !== undefined).length).toBeGreaterThanOrEqual(
          passing.length,
        );
      }),
    );
  });
});

it('with both families each is judged as if the other were not there', () => {
  fc.assert(
    fc.property(worlds('dualstack'), fc.constantFrom('ipv4', 'ipv6'), (some, alone) => {
      // The port is one for both, and too many failing checks of a full run cast doubt on all of them.
      const world: World = { ...some, kind: 'event', ports: IDS.map(() => 80) };
      const [type] = PUBLISHED[alone];
      const ofType = (all: readonly RecordSet[]) =>
        all.filter((set) => set.type === type).map((set) => JSON.stringify(set));
      const zone = zoneOf(world);
      const without = zone.filter((set) => set.type === type || set.type === 'CNAME');

      const both = sent(planOf(world, zone), zone);
      const one = sent(planOf({ ...world, family: alone }, without), without);

      expect(ofType(both).toSorted()).toEqual(ofType(one).toSorted());
    }),
  );
});

it('with both families one that fails everywhere keeps its set, however well the other passes', () => {
  fc.assert(
    fc.property(worlds('dualstack'), fc.constantFrom(...ADDRESS_TYPES), (some, type) => {
      const { A, AAAA } = some.sides;
      const all = { stands: IDS, remembered: IDS };
      const passingOf = (one: AddressType) => (one === type ? [] : IDS);
      const sides = {
        A: { ...A, ...all, passing: passingOf('A') },
        AAAA: { ...AAAA, ...all, passing: passingOf('AAAA') },
      };
      const world: World = { ...some, kind: 'full', sides };
      const zone = zoneOf(world);

      const after = sent(planOf(world, zone), zone);

      const running = IDS.filter((id) => world.states[id] === 'running');
      expect(setAt(after, type).length).toBe(running.length);
    }),
  );
});
