import type { ResourceRecordSet } from '@aws-sdk/client-route-53';
import { isWithin, keyOfName, parentKey } from './name.ts';

/** A zone as the server reads it. */
export interface DnsZone {
  /** The apex, `servicediscovery.internal.`; case and final dot do not matter. */
  readonly name: string;
  /**
   * Every record set of the zone as Route 53 returns it.
   *
   * The same array object while nothing has changed: the index is kept by its identity.
   */
  recordSets(): readonly ResourceRecordSet[];
}

/** Record sets at one name by type; several of one type where the routing is not simple. */
export type Node = ReadonlyMap<string, readonly ResourceRecordSet[]>;

/** The names of a zone: every owner name and every name between it and the apex (an empty non-terminal). */
export interface ZoneIndex {
  readonly apex: string;
  readonly nodes: ReadonlyMap<string, Node>;
}

const indexes = new WeakMap<readonly ResourceRecordSet[], ZoneIndex>();

/** The index of a zone's present record sets, built once per array. */
export function indexOf(zone: DnsZone): ZoneIndex {
  const recordSets = zone.recordSets();
  const known = indexes.get(recordSets);
  if (known) return known;

  const index = buildIndex(keyOfName(zone.name), recordSets);
  indexes.set(recordSets, index);
  return index;
}

/** What answers for a name: its own node, or a wildcard of the closest encloser (RFC 4592 section 3.3.1). */
export function findNode(index: ZoneIndex, key: string): Node | undefined {
  const own = index.nodes.get(key);
  if (own) return own;

  let encloser = parentKey(key);
  while (!index.nodes.has(encloser)) {
    if (!isWithin(encloser, index.apex) || encloser === index.apex) return undefined;
    encloser = parentKey(encloser);
  }
  return index.nodes.get(encloser === '.' ? '\\052.' : `\\052.${encloser}`);
}

function buildIndex(apex: string, recordSets: readonly ResourceRecordSet[]): ZoneIndex {
  const nodes = new Map<string, Map<string, ResourceRecordSet[]>>([[apex, new Map()]]);

  for (const recordSet of recordSets) {
    if (recordSet.Name === undefined || recordSet.Type === undefined) continue;
    const key = keyOfName(recordSet.Name);
    if (!isWithin(key, apex)) continue;

    for (let name = key; !nodes.has(name); name = parentKey(name)) nodes.set(name, new Map());
    const node = nodes.get(key);
    const sameType = node?.get(recordSet.Type);
    if (sameType) sameType.push(recordSet);
    else node?.set(recordSet.Type, [recordSet]);
  }
  return { apex, nodes };
}
