import type { ChangeInfo, ResourceRecordSet, VPC } from '@aws-sdk/client-route-53';
import type { StoredName } from './name.ts';
import { type StoredSet, setKey } from './record-set.ts';

/** The record sets of a zone at one moment, ordered by key; never changed in place. */
export type Snapshot = readonly StoredSet[];

/** A hosted zone. */
export interface Zone {
  /** Without `/hostedzone/`. */
  readonly id: string;
  readonly name: StoredName;
  readonly callerReference: string;
  readonly comment?: string | undefined;
  /** Present on private zones. */
  readonly vpc?: VPC | undefined;
  /** Twelve digits; without it the zone is everybody's. */
  readonly accountId?: string | undefined;
  /** What the API shows. */
  current: Snapshot;
  /** What authoritative DNS has not shown yet: snapshots with the time (ms) from which it does, oldest first. */
  readonly underway: { readonly from: number; readonly snapshot: Snapshot }[];
  /** What authoritative DNS showed when it was last asked. */
  served: Snapshot;
  /** Until when (ms) Route 53 works on the last accepted change. */
  busyUntil: number;
  /** Requests that are being processed right now. */
  inFlight: number;
  /** Comments of protections by `${name}\0${type}`. */
  readonly protections: Map<string, Protection>;
}

/** A protection of all record sets with one name and type. */
export interface Protection {
  readonly name: StoredName;
  readonly type: NonNullable<ResourceRecordSet['Type']>;
  readonly comment?: string | undefined;
}

/** A change as GetChange shows it, but for its status. */
export interface SubmittedChange {
  readonly info: Omit<ChangeInfo, 'Status'>;
  /** From when (ms) it is INSYNC. */
  readonly inSyncFrom: number;
}

/** What authoritative DNS shows now; the same array while nothing has changed. */
export function servedAt(zone: Zone, now: number): Snapshot {
  for (let next = zone.underway[0]; next && next.from <= now; next = zone.underway[0]) {
    zone.served = next.snapshot;
    zone.underway.shift();
  }
  return zone.served;
}

/** The index of the first set whose key is not below the given one. */
export function lowerBound(snapshot: Snapshot, key: string): number {
  let low = 0;
  let high = snapshot.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((snapshot[middle]?.key ?? '') < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** All sets at one name, in order. */
export function setsAt(snapshot: Snapshot, name: StoredName): readonly StoredSet[] {
  const prefix = `${name.sortKey}\0`;
  const start = lowerBound(snapshot, setKey(name));
  let end = start;
  while (snapshot[end]?.key.startsWith(prefix)) end += 1;
  return snapshot.slice(start, end);
}

/** The set with the given key, if there is one. */
export function setWith(snapshot: Snapshot, key: string): StoredSet | undefined {
  const found = snapshot[lowerBound(snapshot, key)];
  return found?.key === key ? found : undefined;
}

/** A snapshot with sets put (by key) or, where undefined, taken out. */
export function merged(snapshot: Snapshot, edits: ReadonlyMap<string, StoredSet | undefined>): Snapshot {
  const added = [...edits.values()].filter((set) => set !== undefined);
  added.sort((one, other) => (one.key < other.key ? -1 : 1));
  const result: StoredSet[] = [];
  let next = 0;
  for (const set of snapshot) {
    for (let add = added[next]; add && add.key < set.key; add = added[next]) {
      result.push(add);
      next += 1;
    }
    if (!edits.has(set.key)) result.push(set);
  }
  return [...result, ...added.slice(next)];
}
