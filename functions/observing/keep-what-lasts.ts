import { objectAt } from '../contracts/payloads.ts';
import type { RunState } from '../contracts/states.ts';
import type { Plan } from '../domain/plan/plan.ts';
import { mergeHeld } from '../domain/reading/held.ts';
import type { LostObject } from '../domain/reading/lost-object.ts';
import type { Reading, ZoneSnapshot } from '../domain/reading/reading.ts';
import { inventoryNews, unclaimedNames } from '../domain/sending/unclaimed.ts';
import type { TakenOver } from '../domain/telling/plan-record.ts';
import { type IdleAddresses, mergeIdle } from '../domain/zone/addresses.ts';
import { withoutNames } from '../domain/zone/quarantine.ts';
import { closeFormer, keepClusterReadings, writeInventory } from './inventory-store.ts';
import type { NotedObjects } from './noted-objects.ts';

/** What a plan was made from, and what it takes over. */
export interface Remembering {
  readonly run: RunState;
  readonly snapshot: ZoneSnapshot;
  readonly reading: Reading;
  readonly takenOver: readonly TakenOver[];
}

/** Brings what the plan has learned into the inventory; gives the names that may not be changed without it. */
export async function remember(
  kept: NotedObjects,
  plan: Plan,
  { run, snapshot, reading, takenOver }: Remembering,
): Promise<ReadonlySet<string>> {
  const { now, clusters, inventory = NO_INVENTORY } = reading;
  const whole = run.kind === 'full';
  const read = Object.keys(clusters).filter((cluster) => whole && clusters[cluster] === 'read');
  const readingKept = whole && (await keepClusterReadings(kept, read, { ...inventory, now }));
  const onlyPlans = snapshot.marker?.paused !== undefined;
  const learning = { now, takenAt: snapshot.takenAt, whole, onlyPlans, readingKept };
  const unwritten = await writeInventory(
    kept,
    inventoryNews(plan.sightings, reading.remembered, learning),
    whole ? damagedOf(reading.lost) : undefined,
  );
  if (whole && inventory.formerOpen && unwritten.names.size === 0) await closeFormer(kept);
  return unclaimedNames(plan.names, unwritten, takenOver);
}

const NO_INVENTORY = { clusterReadings: {}, formerOpen: false };

const IDLE_ADDRESSES = objectAt('idle-addresses');
const HELD_NOW = objectAt('held-now');
const QUARANTINE = objectAt('quarantine');

const damagedOf = (lost: readonly LostObject[] = []): ReadonlySet<string> =>
  new Set(lost.flatMap(({ key, damaged }) => (damaged ? [key] : [])));

/** Only what changed is written, on top of what an overlapping run has written meanwhile; and what is broken, anew. */
export async function keepWhatLasts(
  kept: NotedObjects,
  { remembered, idleAddresses, lifted }: Plan,
  { held: read, idleAddresses: idle, lost, now }: Reading,
): Promise<void> {
  const damaged = damagedOf([...(lost ?? []), ...kept.lost()]);
  if (idleAddresses && (damaged.has(IDLE_ADDRESSES.key) || !sameTimes(idle, idleAddresses))) {
    await kept.revise(IDLE_ADDRESSES, (stored = {}) => mergeIdle(stored, { idle: idleAddresses, now }));
  }
  if (remembered && (damaged.has(HELD_NOW.key) || read.length + remembered.length > 0)) {
    await kept.revise(HELD_NOW, (stored) => (stored ? mergeHeld(stored, { read, remembered }) : remembered));
  }
  // Names of which nothing is wanted any more; those that went through have left the quarantine with their batch.
  if (lifted.length > 0 || damaged.has(QUARANTINE.key)) {
    await kept.revise(QUARANTINE, (before) =>
      before ? withoutNames(before, lifted) : damaged.has(QUARANTINE.key) ? {} : undefined,
    );
  }
}

const sameTimes = (one: IdleAddresses, other: IdleAddresses) =>
  Object.keys(one).length === Object.keys(other).length &&
  Object.entries(other).every(([target, time]) => one[target] === time);
