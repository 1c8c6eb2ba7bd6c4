import type { EndpointKey } from '../ecs/claim.ts';
import { digestOf } from '../words/digest.ts';
import {
  type EntryChange,
  type InventoryEntry,
  isSameClaim,
  type NameChanges,
  type RememberedName,
} from './inventory.ts';

/** Objects that the inventory is kept in. Fixed for version 2 of its format, as `shardOf` is. */
export const SHARDS = 16;

/** The shard of an owner name: 0 to 15, by a digest, so that no text of a workload is part of a key. */
export function shardOf(name: string): number {
  const digest = digestOf(name);
  // FNV's way to fewer bits: its lowest ones alone depend on those of the text (draft-eastlake-fnv, section 3).
  return (digest ^ (digest >>> 8) ^ (digest >>> 16) ^ (digest >>> 24)) & (SHARDS - 1);
}

/** A claim that another run has written over, or before, this one. */
export interface LostClaim {
  readonly name: string;
  readonly key: EndpointKey;
}

export interface Merged {
  readonly names: readonly RememberedName[];
  readonly changed: boolean;
  /** Claims that are not in the shard now: another run knows better. */
  readonly lost: readonly LostClaim[];
}

/**
 * Brings the news of one run into a shard as it is at the moment of writing. An entry is replaced only while it is the
 * one that the run has read: what another run has written since is newer than this one's reading (L4).
 *
 * | in the shard now                     | the change  | becomes                                      |
 * | ------------------------------------ | ----------- | -------------------------------------------- |
 * | nothing                              | any entry   | the entry                                    |
 * | what was read                        | any         | the entry, or nothing where it is forgotten  |
 * | something newer, of the same claim   | any         | stays                                        |
 * | something newer, of another claim    | any         | stays, and the claim of this run is lost     |
 */
export function mergeShard(shard: readonly RememberedName[], changes: readonly NameChanges[]): Merged {
  const names = new Map(shard.map((one) => [one.name, one]));
  const lost: LostClaim[] = [];
  let changed = false;
  for (const { name, entries, written } of changes) {
    const stored = names.get(name);
    const values = new Map(Object.entries(stored?.values ?? {}));
    let touched = false;
    for (const change of entries) {
      const verdict = judgeChange(values.get(change.key), change);
      if (verdict === 'lost') lost.push({ name, key: change.key });
      if (verdict !== 'write') continue;
      touched = true;
      if (change.after) values.set(change.key, change.after);
      else values.delete(change.key);
    }
    const last = lastWritten(stored?.written, written);
    changed ||= touched || last !== stored?.written;
    if (values.size === 0 && !last) names.delete(name);
    else names.set(name, { name, ...(last && { written: last }), values: Object.fromEntries(values) });
  }
  return { names: [...names.values()].sort((one, other) => (one.name < other.name ? -1 : 1)), changed, lost };
}

function judgeChange(stored: InventoryEntry | undefined, { before, after }: EntryChange): 'write' | 'leave' | 'lost' {
  if (!stored) return after ? 'write' : 'leave';
  if (before && versionOf(stored) === versionOf(before)) return 'write';
  return !after || isSameClaim(stored, after) ? 'leave' : 'lost';
}

/** Tells an entry from what another run has made of it; when it was last seen is nobody's news. */
function versionOf({ lastSeen: _, ...entry }: InventoryEntry): string {
  return JSON.stringify(Object.entries(entry).sort(([one], [other]) => (one < other ? -1 : 1)));
}

function lastWritten(stored: RememberedName['written'], written: NameChanges['written']): RememberedName['written'] {
  if (written === undefined) return stored;
  if ('forgetAt' in written) return stored?.at === written.forgetAt ? undefined : stored;
  return stored && stored.at > written.at ? stored : written;
}
