import type { Route53Limits } from './limits.ts';
import type { StoredName } from './name.ts';
import { policyOf, type StoredSet } from './record-set.ts';
import type { CheckedChange } from './request-check.ts';
import { type Snapshot, setsAt, type Zone } from './zone.ts';

/** A change whose name could be read. */
export interface NamedChange extends CheckedChange {
  readonly name: StoredName;
  readonly stored: StoredSet;
}

/**
 * What may not stand together in the zone after a batch: routing policies, TTLs of a weighted group, CNAME and others,
 * too many sets; and what may not be missing at the apex.
 *
 * @returns Route 53's messages; where two sets of one batch conflict, each is blamed
 */
export function conflictsAt(
  changes: readonly NamedChange[],
  zone: Zone,
  after: Snapshot,
  limits: Route53Limits,
): string[] {
  const messages = changes
    .filter(({ action }) => action !== 'DELETE')
    .flatMap(({ stored }) => {
      const others = setsAt(after, stored.name).filter(({ key }) => key !== stored.key);
      return [...cnameConflicts(stored, others, zone), ...policyConflicts(stored, others, limits)];
    });
  if (after.length > limits.setsPerZone) {
    messages.push(`Exceeded limit MAX_RRSETS_BY_ZONE for zone: ${zone.id}`);
  }
  return [...messages, ...apexProblems(changes, zone, after)];
}

function cnameConflicts({ name, shape }: StoredSet, others: readonly StoredSet[], zone: Zone): string[] {
  if (shape.Type === 'CNAME') {
    if (others.every((other) => other.shape.Type === 'CNAME')) return [];
    return [
      `RRSet of type CNAME with DNS name ${name.text} is not permitted as it conflicts with other records ` +
        `with the same DNS name in zone ${zone.name.text}`,
    ];
  }
  if (others.every((other) => other.shape.Type !== 'CNAME')) return [];
  return [
    `RRSet of type ${shape.Type} with DNS name ${name.text} is not permitted because a conflicting RRSet of type  CNAME ` +
      `with the same DNS name already exists in zone ${zone.name.text}`,
  ];
}

function policyConflicts({ name, shape }: StoredSet, others: readonly StoredSet[], limits: Route53Limits): string[] {
  const policy = policyOf(shape);
  const group = others.map((other) => other.shape).filter(({ Type }) => Type === shape.Type);
  const label = `RRSet with DNS name ${name.text}, type ${shape.Type}`;
  if (policy === 'simple') {
    return group.length > 0 ? [`${label} cannot be created as other RRSets exist with the same name and type.`] : [];
  }
  if (group.some((other) => policyOf(other) !== policy)) {
    return [
      `${label}, SetIdentifier ${shape.SetIdentifier} cannot be created as a non-${policy} set exists ` +
        'with the same name and type.',
    ];
  }
  if (group.length + 1 > limits.setsPerNameAndType) {
    return [`Exceeded limit on number of ${policy} RRSets for ${name.text}, type ${shape.Type} in this zone.`];
  }
  if (policy === 'weighted' && group.some(({ TTL: ttl }) => ttl !== shape.TTL)) {
    return [
      `RRSet with DNS name ${name.text} and type ${shape.Type}, SetIdentifier ${shape.SetIdentifier} cannot be created ` +
        'as weighted sets must contain the same TTL.',
    ];
  }
  return [];
}

function apexProblems(changes: readonly NamedChange[], zone: Zone, after: Snapshot): string[] {
  if (!changes.some(({ action, name }) => action === 'DELETE' && name.text === zone.name.text)) return [];
  const types = new Set(setsAt(after, zone.name).map(({ shape }) => shape.Type));
  return [
    ...(types.has('NS') ? [] : ['A HostedZone must contain at least one NS record for the zone itself.']),
    ...(types.has('SOA') ? [] : ['A HostedZone must contain exactly one SOA record.']),
  ];
}
