import { normalizeName } from '../../functions/domain/dns/name.ts';
import { type RecordSet, valueText } from '../../functions/domain/dns/record-set.ts';
import type { Change } from '../../functions/domain/zone/change.ts';

const identityOf = ({ ownerName, type, setIdentifier = '' }: RecordSet) =>
  `${normalizeName(ownerName)} ${type} ${setIdentifier}`;

const exactly = ({ ttl, values, policy, weight, attributes, aliasTarget }: RecordSet) =>
  JSON.stringify([ttl, policy, weight, attributes, aliasTarget, values.map(valueText).sort()]);

/** An alias without identifier stands alone, and its target has to be there before it. */
function checkAlias({ ownerName, type, setIdentifier, aliasTarget }: RecordSet, sets: Iterable<RecordSet>): void {
  const all = [...sets];
  if (aliasTarget && !all.some((set) => set.ownerName === aliasTarget.name && set.type === type))
    throw new Error(`cannot create the alias ${ownerName}: ${aliasTarget.name} was not found`);
  const beside = all.filter((set) => set.ownerName === ownerName && set.type === type);
  if (aliasTarget && beside.some((set) => (set.setIdentifier === undefined) !== (setIdentifier === undefined)))
    throw new Error(`cannot create the alias ${ownerName}: other sets stand there`);
  if (all.some((set) => set.ownerName === ownerName && set.type === 'CNAME'))
    throw new Error(`cannot create ${ownerName}: a CNAME stands there`);
}

/**
 * Applies changes to a zone as Route 53 does: all or nothing, DELETE must match what stands, CREATE must not exist.
 *
 * @throws Error that says which change does not fit
 */
export function applyChanges(zone: readonly RecordSet[], changes: readonly Change[]): readonly RecordSet[] {
  const sets = new Map(zone.map((set) => [identityOf(set), set]));
  for (const { action, recordSet } of changes) {
    const identity = identityOf(recordSet);
    const found = sets.get(identity);
    if (action === 'DELETE') {
      if (!found) throw new Error(`cannot delete ${identity}: it was not found`);
      if (exactly(found) !== exactly(recordSet)) throw new Error(`cannot delete ${identity}: the values do not match`);
      sets.delete(identity);
    } else {
      if (found) throw new Error(`cannot create ${identity}: it already exists`);
      if (recordSet.aliasTarget) checkAlias(recordSet, sets.values());
      else if (recordSet.values.length === 0) throw new Error(`cannot create ${identity}: it has no values`);
      if (new Set(recordSet.values.map(valueText)).size < recordSet.values.length)
        throw new Error(`cannot create ${identity}: it has a value twice`);
      sets.set(identity, recordSet);
    }
  }
  for (const { ownerName, type, policy } of changes.map(({ recordSet }) => recordSet)) {
    const group = [...sets.values()].filter((set) => set.ownerName === ownerName && set.type === type);
    if (group.some((set) => set.policy !== group[0]?.policy))
      throw new Error(`${policy} sets conflict at ${ownerName}`);
    if (new Set(group.map(({ ttl }) => ttl)).size > 1) throw new Error(`the sets at ${ownerName} have different TTLs`);
  }
  return [...sets.values()];
}
