import { isOurValue, type Naming } from '../dns/ownership.ts';
import { type Claim, type EndpointKey, endpointKey } from '../ecs/claim.ts';
import type { Judged } from '../health/judged.ts';
import { claimsName } from '../words/reason.ts';
import { isInstanceSet, ourValues } from '../zone/routing.ts';
import type { InventoryEntry, RememberedName } from './inventory.ts';
import type { ZoneSnapshot } from './reading.ts';
import type { Scope } from './scope.ts';

/** What the inventory has of a value that stands in the zone: only of these it matters what became of their tasks. */
export interface StandingEntry {
  readonly name: string;
  readonly key: EndpointKey;
  readonly target: string;
  readonly entry: InventoryEntry;
}

/** The names that a full run is about: those with values of ours, and those that tasks claim. */
export function namesOf({ recordSets }: ZoneSnapshot, judged: readonly Judged[], naming: Naming): readonly string[] {
  const published = recordSets.filter(
    (set) => isInstanceSet(set, naming) && set.values.some((value) => isOurValue(value, naming)),
  );
  const declared = judged.filter(({ claim }) => claimsName(claim));
  return [...new Set([...published.map(({ ownerName }) => ownerName), ...declared.map(({ claim }) => claim.name)])];
}

/** @param remembered of each name at most once */
export function standingEntries(
  { recordSets }: ZoneSnapshot,
  remembered: readonly RememberedName[],
  naming: Naming,
): readonly StandingEntry[] {
  const byName = new Map(remembered.map((one) => [one.name, one]));
  return recordSets.flatMap((set) =>
    ourValues(set, naming).flatMap(({ key, value: { target } }) => {
      const entry = byName.get(set.ownerName)?.values[key];
      return entry ? [{ name: set.ownerName, key, target, entry }] : [];
    }),
  );
}

/** Those that an event run looks at: of its hosts and tasks, and whatever stands where tasks serve their names now. */
export function entriesWithin(
  entries: readonly StandingEntry[],
  judged: readonly Judged[],
  { hosts, tasks }: Scope,
): readonly StandingEntry[] {
  const places = new Set(judged.flatMap(({ claim }) => placeOf(claim)));
  const own = new Set(tasks.map(({ task }) => task));
  const machines = new Set<string | undefined>(hosts.map(({ containerInstance }) => containerInstance));
  return entries.filter(
    ({ name, key, entry }) =>
      own.has(entry.task) || machines.has(entry.containerInstance) || places.has(`${name} ${key}`),
  );
}

/** Where a task serves a name, or did until it stopped. */
function placeOf({ name, endpoint, leftOut }: Claim): readonly string[] {
  const key = endpoint ? endpointKey(endpoint) : leftOut?.at;
  return key === undefined ? [] : [`${name} ${key}`];
}
