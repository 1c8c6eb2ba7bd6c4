import fc from 'fast-check';
import { expect, it } from 'vitest';
import { addressNameOf, addressValue } from '../../../functions/domain/dns/address-name.ts';
import { targetOf } from '../../../functions/domain/dns/ownership.ts';
import type { RecordSet, Routing } from '../../../functions/domain/dns/record-set.ts';
import type { Judged } from '../../../functions/domain/health/judged.ts';
import type { Plan } from '../../../functions/domain/plan/plan.ts';
import { planZone } from '../../../functions/domain/plan/plan-zone.ts';
import { batchUnits } from '../../../functions/domain/sending/batch.ts';
import { aliasFormAt, isOurAlias } from '../../../functions/domain/zone/alias.ts';
import {
  claim,
  endpoint,
  entryOf,
  FAILING,
  judged,
  keyOf,
  NAMING,
  PASSING,
  reading,
  rememberedAt,
  SETTINGS,
  snapshot,
  taskArn,
} from '../../support/builders.ts';
import { applyChanges } from '../../support/zone-model.ts';

const NAME = 'calc.shop.internal.';
const SET = addressNameOf('calc', NAMING);
const GREEN = 'calc._address.green.shop.internal.';
const IDS = ['1', '2', '3', '4', '5'];
const addressOf = (id: string) => `10.0.0.${id}`;
const address = (id: string) => addressValue(addressOf(id), targetOf(addressOf(id), NAMING));

const addresses = (ownerName: string, values: RecordSet['values'], about: Partial<RecordSet> = {}): RecordSet => ({
  ownerName,
  type: 'A',
  ttl: SETTINGS.recordTtl,
  values,
  policy: 'simple',
  ...about,
});
const alias = (target: string, weight?: number): RecordSet => ({
  ...addresses(NAME, []),
  ttl: 0,
  policy: 'other',
  attributes: ['AliasTarget'],
  aliasTarget: { name: target },
  ...(weight !== undefined && { weight, setIdentifier: target === SET ? 'ecs' : 'green' }),
});
const THEIRS = addresses(GREEN, [addressValue('10.9.9.9', 'ip-10-9-9-9.green.shop.internal.')]);

/** What may stand at the name that clients ask for. */
const atName = () =>
  fc.constantFrom<readonly RecordSet[]>(
    ...[[], [], [alias(SET)], [alias(SET, 3)], [alias(GREEN)], [alias(GREEN, 2)], [alias(GREEN, 2), alias(SET, 3)]],
    ...[[addresses(NAME, ['10.9.9.9'])], [addresses(NAME, ['x.example.'], { type: 'CNAME' })]],
    [addresses(NAME, ['2001:db8::1'], { type: 'AAAA' })],
  );

type State = 'none' | 'passing' | 'failing' | 'stopping';
interface World {
  readonly stands: readonly string[];
  readonly remembered: readonly string[];
  readonly at: readonly RecordSet[];
  readonly states: Readonly<Record<string, State>>;
  readonly ports: readonly number[];
  readonly routing: Routing;
  readonly kind: 'full' | 'event';
}

const worlds = (): fc.Arbitrary<World> =>
  fc.record({
    stands: fc.subarray(IDS),
    remembered: fc.subarray(IDS),
    at: atName(),
    states: fc
      .array(fc.constantFrom<State>('none', 'passing', 'passing', 'failing', 'stopping'), {
        minLength: 5,
        maxLength: 5,
      })
      .map((all) => Object.fromEntries(IDS.map((id, at) => [id, all[at] ?? 'none']))),
    ports: fc.array(fc.constantFrom(80, 80, 80, 81), { minLength: 5, maxLength: 5 }),
    routing: fc.constantFrom<Routing>('simple', 'weighted', 'multivalue'),
    kind: fc.constantFrom('full', 'event'),
  });

function claimOf(id: string, { states, ports, stands }: World): readonly Judged[] {
  const state = states[id];
  const about = { name: SET, awsvpc: true };
  if (state === 'none') return [];
  if (state === 'stopping')
    return [{ claim: claim(id, { ...about, leftOut: { reason: 'stopping', taskStops: true } }) }];
  // Nothing is let in beside addresses with another port.
  const servesAt = stands.includes(id) ? 80 : (ports[Number(id) - 1] ?? 80);
  const serving = claim(id, { ...about, endpoint: endpoint(addressOf(id), 0, { servesAt }) });
  return [judged(serving, state === 'passing' ? PASSING : FAILING)];
}

const zoneOf = ({ stands, at }: World): readonly RecordSet[] => [
  THEIRS,
  ...(stands.length > 0 ? [addresses(SET, stands.map(address))] : []),
  ...at,
];

function planOf(world: World, zone: readonly RecordSet[]): Plan {
  const entries = world.remembered.map((id) => [
    keyOf(addressOf(id), 0),
    { ...entryOf(id), awsvpc: true, servesAt: 80 },
  ]);
  const running = IDS.filter((id) => world.states[id] !== 'none');
  return planZone({
    snapshot: { ...snapshot(zone), marker: { deployment: SETTINGS.deployment } },
    reading: reading({
      judged: IDS.flatMap((id) => claimOf(id, world)),
      listed: running.map(taskArn),
      remembered: [rememberedAt(SET, Object.fromEntries(entries))],
    }),
    coverage: world.kind === 'full' ? { kind: 'full' } : { kind: 'event', names: [SET] },
    settings: { ...SETTINGS, routing: world.routing },
  });
}

const sent = (plan: Plan, zone: readonly RecordSet[]) =>
  batchUnits(plan.units).reduce(
    (now, { units }) =>
      applyChanges(
        now,
        units.flatMap(({ changes }) => changes),
      ),
    zone,
  );

const isAlias = (set: RecordSet) => isOurAlias(set, NAMING);
const valuesAt = (zone: readonly RecordSet[]) => zone.find(({ ownerName }) => ownerName === SET)?.values ?? [];
const foreign = (zone: readonly RecordSet[]) =>
  zone.filter((set) => set.ownerName !== SET && !isAlias(set)).map((set) => JSON.stringify(set));

it('an address name converges, and touches nothing of others', () => {
  fc.assert(
    fc.property(worlds(), (world) => {
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

it('its alias stands exactly while it has addresses and may, one of them, and never without', () => {
  fc.assert(
    fc.property(worlds(), (world) => {
      const zone = zoneOf(world);

      const after = sent(planOf(world, zone), zone);

      const { form } = aliasFormAt(
        world.at.filter(({ type }) => type !== 'AAAA'),
        world.routing,
        NAMING,
      );
      const values = valuesAt(after);
      const found = after.filter(isAlias);
      expect(found).toHaveLength(values.length > 0 && form ? 1 : 0);
      expect(found.every(({ weight }) => weight === (form === 'weighted' ? values.length : undefined))).toBe(true);
    }),
  );
});

it('nothing new comes while its alias cannot stand', () => {
  fc.assert(
    fc.property(worlds(), (world) => {
      const at = world.at.filter(({ type }) => type !== 'AAAA');
      fc.pre(aliasFormAt(at, world.routing, NAMING).form === undefined);

      const plan = planOf(world, zoneOf(world));

      expect(plan.names.flatMap(({ stays }) => stays.filter(({ isNew }) => isNew))).toEqual([]);
      expect(plan.names.every(({ conflict }) => conflict !== undefined)).toBe(true);
    }),
  );
});

it('failing checks alone never empty it, and new addresses serve at one port', () => {
  fc.assert(
    fc.property(worlds(), (world) => {
      const zone = zoneOf(world);
      const running = world.stands.filter((id) => ['passing', 'failing'].includes(world.states[id] ?? ''));

      const plan = planOf(world, zone);

      const incumbents = running.filter((id) => world.remembered.includes(id));
      expect(incumbents.length === 0 || valuesAt(sent(plan, zone)).length > 0).toBe(true);
      const fresh = plan.names.flatMap(({ stays }) => stays.filter(({ isNew }) => isNew));
      expect(new Set(fresh.map(({ claim: { endpoint } = {} }) => endpoint?.servesAt)).size).toBeLessThan(2);
      expect(plan.dispositions.filter(({ task }) => task !== undefined).length).toBeGreaterThanOrEqual(
        Object.values(world.states).filter((state) => state === 'passing').length,
      );
    }),
  );
});
