import type { ZoneReader } from '../adapters/route53-zone.ts';
import type { Naming } from '../domain/dns/ownership.ts';
import type { RecordSet } from '../domain/dns/record-set.ts';
import type { PlannedName, TakenOver } from '../domain/telling/plan-record.ts';
import { claimedAnew, fallen } from '../domain/telling/takeover.ts';
import type { Disagreement } from '../domain/telling/verify.ts';
import { ourValues } from '../domain/zone/routing.ts';
import { readInventory } from './inventory-store.ts';
import type { NotedObjects } from './noted-objects.ts';
import { setsAt } from './sets-at.ts';

/** Reads the zone again: does what the latest pass took over for another claim still stand? */
export async function fallenTakeovers(
  zone: Pick<ZoneReader, 'at' | 'from'>,
  takenOver: readonly TakenOver[],
  naming: Naming,
): Promise<readonly Disagreement[]> {
  const names = [...new Set(takenOver.map(({ name }) => name))];
  const sets = await setsAt(zone, names, 1);
  const atName = Map.groupBy(sets, ({ ownerName }) => ownerName);
  const keysAt = (some: readonly RecordSet[]) =>
    new Set(some.flatMap((set) => ourValues(set, naming).map(({ key }) => key)));
  return fallen(takenOver, new Map(names.map((name) => [name, keysAt(atName.get(name) ?? [])])));
}

/** Reads the claims of what the latest pass removed again: are they another task's by now? */
export async function reclaimed(
  objects: NotedObjects,
  latest: readonly PlannedName[],
): Promise<readonly Disagreement[]> {
  const removed = latest.filter((one) => one.removed.length > 0);
  if (removed.length === 0) return [];
  const { remembered } = await readInventory(objects, { names: removed.map(({ name }) => name), whole: false });
  objects.report();
  return claimedAnew(removed, remembered);
}
