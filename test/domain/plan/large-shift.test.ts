import { expect, it } from 'vitest';
import type { RecordSet } from '../../../functions/domain/dns/record-set.ts';
import type { Shift } from '../../../functions/domain/ecs/claim.ts';
import type { Judged } from '../../../functions/domain/health/judged.ts';
import type { Plan } from '../../../functions/domain/plan/plan.ts';
import { planZone } from '../../../functions/domain/plan/plan-zone.ts';
import { batchUnits } from '../../../functions/domain/sending/batch.ts';
import { ourValues } from '../../../functions/domain/zone/routing.ts';
import {
  addressSet,
  CALC,
  entryOf,
  instance,
  keyOf,
  NAMING,
  reading,
  rememberedAt,
  SETTINGS,
  snapshot,
} from '../../support/builders.ts';
import { applyChanges } from '../../support/zone-model.ts';

const COUNT = 700;
const SHARE = 0.8;
const addressOf = (index: number) => `10.${index < COUNT ? 0 : 1}.${Math.floor((index % COUNT) / 100)}.${index % 100}`;
const BLUE = Array.from({ length: COUNT }, (_, index) => index);
const GREEN = BLUE.map((index) => index + COUNT);
const KEYS = new Map([...BLUE, ...GREEN].map((index) => [keyOf(addressOf(index), 80), index]));

const fleet = (blue: Shift['share'], green: Shift['share']): readonly Judged[] =>
  [...BLUE, ...GREEN].map((index) => {
    const shift: Shift = { share: index < COUNT ? blue : green, service: 'calc', requested: COUNT };
    return instance(`${index}`, { address: addressOf(index), port: 80, shift });
  });

const indexesIn = (zone: readonly RecordSet[]): readonly number[] =>
  zone.flatMap((set) => (set.ownerName === CALC ? ourValues(set, NAMING) : [])).map(({ key }) => KEYS.get(key) ?? -1);

function planOf(zone: readonly RecordSet[], judged: readonly Judged[]): Plan {
  const entries = indexesIn(zone).map((index) => [keyOf(addressOf(index), 80), entryOf(`${index}`)]);
  return planZone({
    snapshot: snapshot(zone),
    reading: reading({ judged, remembered: [rememberedAt(CALC, Object.fromEntries(entries))] }),
    coverage: { kind: 'full' },
    settings: { ...SETTINGS, beyondCapacity: 'spread', minimumHealthyShare: SHARE },
  });
}

/** The zone as each unit of change leaves it. */
function* statesOf(zone: readonly RecordSet[], plan: Plan): Generator<readonly RecordSet[]> {
  let now = zone;
  for (const { changes } of batchUnits(plan.units).flatMap(({ units }) => units)) {
    now = applyChanges(now, changes);
    yield now;
  }
}

it('a name that takes several batches never loses the old revision before enough of the new one stand', () => {
  const addresses = [...BLUE, ...GREEN].map((index) => addressSet(addressOf(index)));
  let zone: readonly RecordSet[] = addresses;
  for (let plans = 0; plans < 4; plans += 1)
    zone = [...statesOf(zone, planOf(zone, fleet('all', 'none')))].at(-1) ?? zone;
  expect(indexesIn(zone).toSorted((a, b) => a - b)).toEqual(BLUE);

  const shifted = fleet('none', 'all');
  let stepped = 0;
  for (let plans = 0; plans < 6; plans += 1) {
    const plan = planOf(zone, shifted);
    if (plan.units.filter(({ kind }) => kind === 'name').length > 1) stepped += 1;
    for (const state of statesOf(zone, plan)) {
      zone = state;
      const stands = new Set(indexesIn(state));
      const gone = BLUE.filter((index) => !stands.has(index)).length;
      const come = GREEN.filter((index) => stands.has(index)).length;
      expect(gone === 0 || come >= SHARE * COUNT).toBe(true);
    }
  }

  expect(stepped).toBeGreaterThan(0);
  expect(indexesIn(zone).toSorted((a, b) => a - b)).toEqual(GREEN);
  expect(planOf(zone, shifted).units.filter(({ kind }) => kind === 'name')).toEqual([]);
});
