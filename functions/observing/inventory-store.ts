import { pool } from '../adapters/aws/pool.ts';
import type { StoredReadings, StoredShard } from '../contracts/lasting-shapes.ts';
import { objectAt } from '../contracts/payloads.ts';
import { LAST_SEEN_LAG, lastSeenOf, type NameChanges, type RememberedName } from '../domain/reading/inventory.ts';
import { type LostClaim, mergeShard, SHARDS, shardOf } from '../domain/reading/shards.ts';
import type { NotedObjects } from './noted-objects.ts';

/** What a run has read of the inventory. */
export interface InventoryReading {
  readonly remembered: readonly RememberedName[];
  /** When each cluster was read as a whole, in milliseconds since the epoch. */
  readonly clusterReadings: Readonly<Record<string, number>>;
  /** Whether what version 1 had kept is still to be taken over. */
  readonly formerOpen: boolean;
}

const ALL_SHARDS: readonly number[] = Array.from({ length: SHARDS }, (_, shard) => shard);
const CLUSTER_READINGS = objectAt('cluster-readings');
/** Shards written at a time: all. */
const CONCURRENT = SHARDS;

/**
 * Reads what is remembered of some names, or of all.
 *
 * @param names owner names that the run is about
 * @param whole whether what is remembered of any other name is read too
 * @throws ThrottledError or UnavailableError while the objects are patient; what cannot be read otherwise counts as lost
 */
export async function readInventory(
  objects: NotedObjects,
  { names, whole }: { readonly names: readonly string[]; readonly whole: boolean },
): Promise<InventoryReading> {
  const wanted = whole ? ALL_SHARDS : shardsOf(names);
  const [readings, known] = await Promise.all([objects.read(CLUSTER_READINGS), namesOf(objects, wanted)]);
  const clusterReadings = new Map(readings?.readings.map(({ cluster, readAt }) => [cluster, readAt]));
  // Where the list cannot be read, there is no reason to believe what an earlier version knew long ago.
  const lost = new Set(objects.lost().map(({ key }) => key));
  const formerOpen = readings ? !readings.formerTaken : !lost.has(CLUSTER_READINGS.key);
  const familiar = new Set(known.map(({ name }) => name));
  const unknown = names.filter((name) => !familiar.has(name) && !lost.has(objectAt('inventory', shardOf(name)).key));
  const former = formerOpen ? await pool(unknown, 20, (name) => formerOf(objects, name)) : [];
  const asked = new Set(names);
  const remembered = [...known.filter(({ name }) => whole || asked.has(name)), ...former.flat()];
  return {
    remembered: remembered.map((one) => withLastSeen(one, clusterReadings)),
    clusterReadings: Object.fromEntries(clusterReadings),
    formerOpen,
  };
}

/** What is remembered of some names, and nothing else: what version 1 has kept, or cannot be read, counts as unknown. */
export async function readRemembered(
  objects: NotedObjects,
  names: readonly string[],
): Promise<readonly RememberedName[]> {
  const asked = new Set(names);
  return (await namesOf(objects, shardsOf(names))).filter(({ name }) => asked.has(name));
}

const shardsOf = (names: readonly string[]): readonly number[] => [...new Set(names.map(shardOf))];

/** What some shards hold. */
async function namesOf(objects: NotedObjects, shards: readonly number[]): Promise<readonly RememberedName[]> {
  const found = await Promise.all(shards.map((shard) => objects.read(objectAt('inventory', shard))));
  return found.flatMap((shard) => (shard ? namesIn(shard) : []));
}

/** What version 1 kept of a name. */
async function formerOf(objects: NotedObjects, name: string): Promise<readonly RememberedName[]> {
  const found = await objects.read(objectAt('hints', name));
  return found ? [{ ...found, name, former: true }] : [];
}

const namesIn = ({ names }: StoredShard): readonly RememberedName[] =>
  names.map(({ values, ...about }) => ({
    ...about,
    values: Object.fromEntries(values.map(({ key, entry }) => [key, entry])),
  }));

const toStored = (names: readonly RememberedName[]): StoredShard => ({
  names: names.map(({ name, written, values }) => ({
    name,
    ...(written && { written }),
    values: Object.entries(values).map(([key, entry]) => ({ key, entry })),
  })),
});

function withLastSeen({ values, ...about }: RememberedName, readings: ReadonlyMap<string, number>): RememberedName {
  const entries = Object.entries(values).map(([key, entry]) => [
    key,
    { ...entry, lastSeen: lastSeenOf(entry, readings) },
  ]);
  return { ...about, values: Object.fromEntries(entries) };
}

/** Begins to write about some names: what their shards hold is read beside whatever else is waited for. */
export function aheadOf(objects: Pick<NotedObjects, 'ahead'>, names: readonly string[]): void {
  for (const shard of shardsOf(names)) objects.ahead(objectAt('inventory', shard));
}

/** What could not be remembered: claims that another run knows better, and names whose shard could not be written. */
export interface Unwritten {
  readonly claims: readonly LostClaim[];
  readonly names: ReadonlySet<string>;
}

/**
 * Brings news into the shards, on top of what other runs have written meanwhile; one without news is not touched.
 *
 * @param damaged keys of objects that are written anew, news or not
 */
export async function writeInventory(
  objects: NotedObjects,
  changes: readonly NameChanges[],
  damaged: ReadonlySet<string> = new Set(),
): Promise<Unwritten> {
  const news = Map.groupBy(
    changes.filter(({ entries, written }) => entries.length > 0 || written),
    ({ name }) => shardOf(name),
  );
  const claims: LostClaim[] = [];
  const names = new Set<string>();
  const shards = ALL_SHARDS.filter((shard) => news.has(shard) || damaged.has(objectAt('inventory', shard).key));
  await pool(shards, CONCURRENT, async (shard) => {
    const own = news.get(shard) ?? [];
    let lost: readonly LostClaim[] = [];
    const written = await objects.revise(objectAt('inventory', shard), (before) => {
      const merged = mergeShard(before ? namesIn(before) : [], own);
      lost = merged.lost;
      const mends = !before && damaged.has(objectAt('inventory', shard).key);
      return merged.changed || mends ? toStored(merged.names) : undefined;
    });
    if (written) claims.push(...lost);
    else for (const { name } of own) names.add(name);
  });
  return { claims, names };
}

/** Readings of clusters that nothing has read for so long are of no use to anybody. */
const FORGET_READING_AFTER = 30 * 24 * 60 * 60_000;

/**
 * Keeps when whole clusters were read, once for all of their values, and only now and then.
 *
 * @param read clusters that this run has read as a whole
 * @returns whether it is kept, so that the entries need not tell
 */
export async function keepClusterReadings(
  objects: NotedObjects,
  read: readonly string[],
  { clusterReadings, formerOpen, now }: Omit<InventoryReading, 'remembered'> & { readonly now: number },
): Promise<boolean> {
  const none: StoredReadings = { readings: [], formerTaken: !formerOpen };
  if (read.every((cluster) => now - (clusterReadings[cluster] ?? 0) < LAST_SEEN_LAG)) return true;
  return objects.revise(CLUSTER_READINGS, (stored = none) => {
    const latest = new Map(stored.readings.map(({ cluster, readAt }) => [cluster, readAt]));
    for (const cluster of read) latest.set(cluster, Math.max(now, latest.get(cluster) ?? 0));
    const readings = [...latest]
      .filter(([, readAt]) => now - readAt < FORGET_READING_AFTER)
      .map(([cluster, readAt]) => ({ cluster, readAt }));
    return { ...stored, readings };
  });
}

/** Notes that nothing of version 1 has to be read any more: a full run has taken over what it kept. */
export async function closeFormer(objects: NotedObjects): Promise<void> {
  await objects.revise(CLUSTER_READINGS, (stored) =>
    stored?.formerTaken ? undefined : { readings: stored?.readings ?? [], formerTaken: true },
  );
}
