import { isAddressSet } from '../dns/address-family.ts';
import { addressOf, type Naming, targetOf } from '../dns/ownership.ts';
import type { RecordSet, Value } from '../dns/record-set.ts';
import { endpointKey } from '../ecs/claim.ts';
import { removalOf } from './addresses.ts';
import { type Adoption, type AdoptionFacts, type AdoptionPlan, type NameAdoption, planOf } from './adoption.ts';
import { type ChangeUnit, setsOfChanges } from './change.ts';
import { markerSets, readMarkers, remark } from './marker.ts';
import { hostAddress, isPredecessors } from './predecessor.ts';
import { ourValues } from './routing.ts';

/**
 * Takes over the weighted SRV record sets that the predecessor's agents wrote, one for each container. Simple and weighted
 * sets cannot stand at one name: where any other set stays, ours are weighted too, and so nothing of others loses its
 * identifier, weight or health check.
 */
export function adoptWeighted(facts: AdoptionFacts): AdoptionPlan {
  const { naming, recordSets, dropUnplaced } = facts;
  const names = srvSetsByName(facts).filter(({ sets }) => sets.some((set) => isPredecessors(set, naming)));
  const fateOf = (name: string, value: Value): Fate => {
    const address = hostAddress(targetIn(value), recordSets, naming);
    if (address !== undefined) return claimedAs(value, { name, address }, facts);
    return dropUnplaced ? { fate: 'dropped', unplaced: true } : { fate: 'unplaced' };
  };
  return planOf(
    names.map(({ name, sets }): NameAdoption => {
      const adoptions = sets.flatMap((set) =>
        set.values.map((from) => ({
          set,
          name,
          from,
          ...(isPredecessors(set, naming) ? fateOf(name, from) : { fate: 'kept' as const }),
        })),
      );
      const going = adoptions.flatMap(({ set, fate }) => (fate === 'taken' || fate === 'dropped' ? [set] : []));
      const staying = sets.filter((set) => !going.includes(set));
      return { name, adoptions, going, staying, routing: staying.length > 0 ? 'weighted' : 'simple' };
    }),
    facts,
  );
}

/**
 * Takes over what is left of an owner label that is no longer used: values of our own form, in simple sets and in those
 * with an identifier that are wholly its own; and where no names are given its addresses that no value names any more, and
 * its marker. Without a former marker, or a person's word, the label never was a deployment's.
 */
export function adoptOwner(facts: AdoptionFacts, owner: string): AdoptionPlan {
  const former: Naming = { zone: facts.naming.zone, owner };
  const texts = markerSets(facts.recordSets, former);
  if (!facts.unmarked && texts.flatMap(readMarkers).length === 0) return { adoptions: [], units: [] };
  const names = srvSetsByName(facts).filter(({ sets }) => sets.some((set) => ourValues(set, former).length > 0));
  const plan = planOf(
    names.map(({ name, sets }): NameAdoption => {
      const going = sets.filter((set) => ourValues(set, former).length > 0);
      const adoptions = sets.flatMap((set) =>
        set.values.map((from) => {
          const address = going.includes(set) ? addressOf(targetIn(from), former) : undefined;
          const kept = { fate: 'kept' as const };
          return { set, name, from, ...(address === undefined ? kept : claimedAs(from, { name, address }, facts)) };
        }),
      );
      const routing = going[0]?.policy ?? 'other';
      const staying = sets.filter((set) => !going.includes(set));
      return { name, adoptions, going, staying, routing: routing === 'other' ? 'simple' : routing };
    }),
    facts,
  );
  // With names, what else stands below the label still needs its addresses and its marker.
  return facts.names ? plan : { ...plan, units: [...plan.units, ...leftovers(plan, facts.recordSets, former)] };
}

/** What of a former owner label nothing needs any more once the plan is applied. */
function leftovers({ units }: AdoptionPlan, recordSets: readonly RecordSet[], former: Naming): readonly ChangeUnit[] {
  const changes = units.flatMap((unit) => unit.changes);
  const gone = new Set(setsOfChanges(changes, 'DELETE'));
  const after = [...recordSets.filter((set) => !gone.has(set)), ...setsOfChanges(changes, 'CREATE')].filter(
    ({ type }) => type === 'SRV',
  );
  const used = new Set(after.flatMap(({ values }) => values.map(targetIn)));
  const unused = recordSets.filter((set) => isAddressSet(set, former) && !used.has(set.ownerName));
  const [text] = markerSets(recordSets, former).filter(({ policy }) => policy === 'simple');
  const unmark = text ? remark(text, former, {}) : [];
  return [
    ...Map.groupBy(unused, ({ ownerName }) => ownerName)
      .values()
      .map((sets) => removalOf(sets)),
    ...(text && unmark.length > 0 ? [removalOf([text], unmark)] : []),
  ];
}

type Fate = Pick<Adoption, 'fate' | 'to' | 'unplaced'>;

function srvSetsByName({ recordSets, names }: AdoptionFacts) {
  const sets = recordSets.filter(({ type, ownerName }) => type === 'SRV' && (names?.has(ownerName) ?? true));
  return [...Map.groupBy(sets, ({ ownerName }) => ownerName)].map(([name, all]) => ({ name, sets: all }));
}

/** A value whose endpoint some task claims is taken, the others are dropped. */
function claimedAs(
  value: Value,
  { name, address }: { readonly name: string; readonly address: string },
  { naming, claimed }: AdoptionFacts,
): Fate {
  const target = targetOf(address, naming);
  if (typeof value === 'string' || !claimed.has(`${name} ${endpointKey({ ...value, target })}`))
    return { fate: 'dropped' };
  const { priority, weight, port } = value;
  return { fate: 'taken', to: { priority, weight, port, target } };
}

const targetIn = (value: Value): string => (typeof value === 'string' ? '' : value.target);
