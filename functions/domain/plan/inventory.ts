import type { EndpointKey } from '../ecs/endpoint.ts';
import type { Written } from './contention.ts';

/** What we remember of one value of ours: a hint that explains removals, never a source of what is published. */
export interface Hint {
  readonly task: string;
  /** Which declaration of the task it is; absent in what earlier versions have written. */
  readonly container?: string;
  readonly containerPort?: number;
  readonly protocol?: 'tcp' | 'udp';
  readonly cluster: string;
  readonly containerInstance?: string;
  readonly ec2Instance?: string;
  readonly awsvpc: boolean;
  /** The interface that held the address of an awsvpc task. */
  readonly networkInterface?: string;
  /** Milliseconds since the epoch; `lastSeen` lags by at most LAST_SEEN_LAG. */
  readonly firstSeen: number;
  readonly lastSeen: number;
  /** Since when its task is not listed any more. */
  readonly absentSince?: number;
  readonly lastVerdict: string;
}

/** The hints of one owner name. */
export interface NameHints {
  readonly name: string;
  /** What we wrote there last. */
  readonly written?: Written;
  readonly values: Readonly<Record<EndpointKey, Hint>>;
}

/** Rewriting every name's hints on each run would cost more than the runs: `lastSeen` is refreshed this often. */
export const LAST_SEEN_LAG = 15 * 60_000;
/** Hints of values that are neither in the zone nor wanted are forgotten after this time. */
export const FORGET_AFTER = 60 * 60_000;

export interface Sighting extends Omit<Hint, 'firstSeen' | 'lastSeen' | 'absentSince'> {
  readonly key: EndpointKey;
}

/** What one plan learned about the values of one name. */
export interface Sightings {
  readonly name: string;
  /** The instances that are published or about to be. */
  readonly seen: readonly Sighting[];
  /** Keys of our values whose task was not listed. */
  readonly absent: readonly EndpointKey[];
  /** Keys of our values as they were read from the zone. */
  readonly inZone: readonly EndpointKey[];
}

/**
 * The hints after one plan, or undefined when there is nothing worth writing.
 *
 * @param hints as they are at the moment of writing: another run may have added to them since they were read
 * @param now milliseconds since the epoch
 */
export function rememberSightings(hints: NameHints, sightings: Sightings, now: number): NameHints | undefined {
  const absent = new Set(sightings.absent);
  const inZone = new Set(sightings.inZone);
  const values: Record<EndpointKey, Hint> = {};
  let changed = false;
  for (const [key, hint] of Object.entries(hints.values)) {
    const forgotten = !inZone.has(key) && now - hint.lastSeen > FORGET_AFTER;
    const goesMissing = absent.has(key) && hint.absentSince === undefined;
    if (!forgotten) values[key] = goesMissing ? { ...hint, absentSince: now } : hint;
    changed ||= forgotten || goesMissing;
  }
  for (const { key, ...sighting } of sightings.seen) {
    const before = hints.values[key];
    const same = before?.task === sighting.task;
    const stale = !before || now - before.lastSeen >= LAST_SEEN_LAG;
    const back = before?.absentSince !== undefined;
    if (same && !stale && !back && before.lastVerdict === sighting.lastVerdict) continue;
    values[key] = { ...sighting, firstSeen: same ? before.firstSeen : now, lastSeen: now };
    changed = true;
  }
  return changed ? { ...hints, values } : undefined;
}
