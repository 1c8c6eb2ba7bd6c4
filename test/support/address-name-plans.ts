import fc from 'fast-check';
import type { AddressFamily } from '../../functions/domain/dns/address-family.ts';
import {
  ADDRESS_TYPES,
  type AddressType,
  addressNameOf,
  addressValue,
} from '../../functions/domain/dns/address-name.ts';
import { targetOf } from '../../functions/domain/dns/ownership.ts';
import type { RecordSet, Routing } from '../../functions/domain/dns/record-set.ts';
import type { Judged } from '../../functions/domain/health/judged.ts';
import type { Plan } from '../../functions/domain/plan/plan.ts';
import { planZone } from '../../functions/domain/plan/plan-zone.ts';
import { batchUnits } from '../../functions/domain/sending/batch.ts';
import { aliasFormAt, aliasSetsOf, isOurAlias } from '../../functions/domain/zone/alias.ts';
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
} from './builders.ts';
import { applyChanges } from './zone-model.ts';

const NAME = 'calc.shop.internal.';
export const SET = addressNameOf('calc', NAMING);
const GREEN = 'calc._address.green.shop.internal.';
export const IDS = ['1', '2', '3', '4', '5'];
const addressOf = (id: string, type: AddressType) => (type === 'A' ? `10.0.0.${id}` : `2001:db8::${id}`);
const keyAt = (id: string, type: AddressType) => keyOf(addressOf(id, type), 0);
const address = (id: string, type: AddressType) => {
  const text = addressOf(id, type);
  return addressValue(text, targetOf(text, NAMING));
};

/** The types that each `addressFamily` publishes. */
export const PUBLISHED: Readonly<Record<AddressFamily, readonly AddressType[]>> = {
  ipv4: ['A'],
  dualstack: ['A', 'AAAA'],
  ipv6: ['AAAA'],
};
export const FAMILIES = ['ipv4', 'dualstack', 'ipv6'] as const;

const addresses = (
  { ownerName, type }: Pick<RecordSet, 'ownerName' | 'type'>,
  values: RecordSet['values'],
): RecordSet => ({ ownerName, type, ttl: SETTINGS.recordTtl, values, policy: 'simple' });
const aliasOf =
  (type: AddressType) =>
  (target: string, weight?: number): RecordSet => ({
    ...addresses({ ownerName: NAME, type }, []),
    ttl: 0,
    policy: 'other',
    attributes: ['AliasTarget'],
    aliasTarget: { name: target },
    ...(weight !== undefined && { weight, setIdentifier: target === SET ? 'ecs' : 'green' }),
  });
const THEIRS = ADDRESS_TYPES.map((type) =>
  addresses({ ownerName: GREEN, type }, [type === 'A' ? '10.9.9.9' : '2001:db8:9::9']),
);

/** What may stand of one type at the name that clients ask for. */
function atName(type: AddressType) {
  const alias = aliasOf(type);
  return fc.constantFrom<readonly RecordSet[]>(
    ...[[], [], [alias(SET)], [alias(SET, 3)], [alias(GREEN)], [alias(GREEN, 2)], [alias(GREEN, 2), alias(SET, 3)]],
    [addresses({ ownerName: NAME, type }, [type === 'A' ? '10.9.9.9' : '2001:db8:9::8'])],
  );
}
const CNAME = addresses({ ownerName: NAME, type: 'CNAME' }, ['x.example.']);

/** What stands of one type, and how its addresses answer. */
interface Side {
  readonly stands: readonly string[];
  readonly remembered: readonly string[];
  readonly at: readonly RecordSet[];
  /** Identifiers whose address of the type passes. */
  readonly passing: readonly string[];
}
type State = 'none' | 'running' | 'stopping';
/** One address name in a zone of others, before a run plans it. */
export interface World {
  readonly family: AddressFamily;
  readonly sides: Readonly<Record<AddressType, Side>>;
  readonly cname: boolean;
  readonly states: Readonly<Record<string, State>>;
  readonly ports: readonly number[];
  readonly routing: Routing;
  readonly kind: 'full' | 'event';
}

const side = (type: AddressType): fc.Arbitrary<Side> =>
  fc.record({
    stands: fc.subarray(IDS),
    remembered: fc.subarray(IDS),
    at: atName(type),
    passing: fc.subarray(IDS),
  });

/** Any world of a deployment that publishes a family; what it does not publish has nothing of ours. */
export const worlds = (family: AddressFamily): fc.Arbitrary<World> =>
  fc
    .record({
      sides: fc.record({ A: side('A'), AAAA: side('AAAA') }),
      cname: fc.integer({ min: 0, max: 9 }).map((dice) => dice === 0),
      states: fc
        .array(fc.constantFrom<State>('none', 'running', 'running', 'running', 'stopping'), {
          minLength: 5,
          maxLength: 5,
        })
        .map((all) => Object.fromEntries(IDS.map((id, at) => [id, all[at] ?? 'none']))),
      ports: fc.array(fc.constantFrom(80, 80, 80, 81), { minLength: 5, maxLength: 5 }),
      routing: fc.constantFrom<Routing>('simple', 'weighted', 'multivalue'),
      kind: fc.constantFrom<'full' | 'event'>('full', 'event'),
    })
    .map(({ sides, ...world }) => {
      const published = (type: AddressType) => PUBLISHED[family].includes(type);
      const only = (type: AddressType): Side => ({
        ...sides[type],
        ...(!published(type) && { stands: [], remembered: [] }),
        ...(world.cname && { at: [] }),
        // Of a type that is not published only others have something.
        ...(!published(type) && !world.cname && { at: sides[type].at.filter((set) => !isAlias(set)) }),
      });
      return { ...world, family, sides: { A: only('A'), AAAA: only('AAAA') } };
    });

/** What is published, type by type. */
export const sidesOf = ({ family, sides }: World) => PUBLISHED[family].map((type) => ({ type, ...sides[type] }));
const atOf = ({ sides, cname }: World) => [...sides.A.at, ...sides.AAAA.at, ...(cname ? [CNAME] : [])];
/** In which form an alias of ours may stand; undefined where it may not. */
export const formOf = (world: World, type: AddressType) =>
  aliasFormAt(aliasSetsOf(atOf(world), type), world.routing, NAMING).form;

/** The claims of a task: one in each published family while it runs. */
export function claimsFor(id: string, world: World): readonly Judged[] {
  const { states, ports } = world;
  const about = { name: SET, awsvpc: true };
  if (states[id] === 'none') return [];
  if (states[id] === 'stopping')
    return [{ claim: claim(id, { ...about, leftOut: { reason: 'stopping', taskStops: true } }) }];
  // Nothing is let in beside addresses with another port.
  const stands = sidesOf(world).some((one) => one.stands.includes(id));
  const servesAt = stands ? 80 : (ports[Number(id) - 1] ?? 80);
  return sidesOf(world).map(({ type, passing }) => {
    const serving = claim(id, { ...about, endpoint: endpoint(addressOf(id, type), 0, { servesAt }) });
    return judged(serving, passing.includes(id) ? PASSING : FAILING);
  });
}

export const zoneOf = (world: World): readonly RecordSet[] => [
  ...THEIRS,
  ...ADDRESS_TYPES.flatMap((type) => {
    const values = world.sides[type].stands.map((id) => address(id, type));
    return values.length > 0 ? [addresses({ ownerName: SET, type }, values)] : [];
  }),
  ...atOf(world),
];

export function planOf(world: World, zone: readonly RecordSet[]): Plan {
  const entries = sidesOf(world).flatMap(({ type, remembered }) =>
    remembered.map((id) => [keyAt(id, type), { ...entryOf(id), awsvpc: true, servesAt: 80 }] as const),
  );
  const running = IDS.filter((id) => world.states[id] !== 'none');
  return planZone({
    snapshot: { ...snapshot(zone), marker: { deployment: SETTINGS.deployment } },
    reading: reading({
      judged: IDS.flatMap((id) => claimsFor(id, world)),
      listed: running.map(taskArn),
      remembered: [rememberedAt(SET, Object.fromEntries(entries))],
    }),
    coverage: world.kind === 'full' ? { kind: 'full' } : { kind: 'event', names: [SET] },
    // Beyond what two sets have: the guard is not looked at here.
    settings: { ...SETTINGS, family: world.family, routing: world.routing, guardMinimum: 2 * IDS.length + 1 },
  });
}

/** The zone after all batches of a plan. */
export const sent = (plan: Plan, zone: readonly RecordSet[]) =>
  batchUnits(plan.units).reduce(
    (now, { units }) =>
      applyChanges(
        now,
        units.flatMap(({ changes }) => changes),
      ),
    zone,
  );

export const isAlias = (set: RecordSet) => isOurAlias(set, NAMING);
