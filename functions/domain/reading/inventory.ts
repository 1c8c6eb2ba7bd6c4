import type { Claim, EndpointKey } from '../ecs/claim.ts';
import type { Written } from '../zone/contention.ts';

/** What is remembered of a claim as the claim has it. */
type OfClaim = Pick<
  Claim,
  | 'task'
  | 'cluster'
  | 'containerPort'
  | 'protocol'
  | 'ttl'
  | 'containerInstance'
  | 'ec2Instance'
  | 'awsvpc'
  | 'atPublic'
  | 'networkInterface'
>;

/**
 * An inventory entry: what we remember of one value of ours. It explains removals, and nothing is published from it.
 * Times in milliseconds since the epoch.
 */
export interface InventoryEntry extends OfClaim {
  /** Absent, as port and protocol are, in what earlier versions have written. */
  readonly container?: string;
  /** At an address name: the port that its instance serves at, which DNS does not tell. */
  readonly servesAt?: number;
  /** Its host was draining when a run looked last; only where instances leave such hosts (`onDraining`). */
  readonly hostDrains?: true;
  /** When the claim was first remembered, which is before its value was sent. */
  readonly firstSeen: number;
  /** Lags by at most LAST_SEEN_LAG. Stored, it is older: a reading of its whole cluster counts for all (`lastSeenOf`). */
  readonly lastSeen: number;
  /** When an answer of Route 53 first showed the value while the entry named this claim; none has shown it where absent. */
  readonly publishedAt?: number;
  /** Since when its task is not listed any more. */
  readonly absentSince?: number;
  /** When a run that only planned was told that its task has stopped: ECS may have forgotten by the time one may act. */
  readonly stoppedAt?: number;
  /** Since when the value is neither in the zone nor to be published. */
  readonly outSince?: number;
  readonly lastVerdict: string;
  readonly verdictSince?: number;
  readonly writtenAt?: number;
}

/** The inventory entries of one owner name. */
export interface RememberedName {
  readonly name: string;
  /** What we wrote there last. */
  readonly written?: Written;
  readonly values: Readonly<Record<EndpointKey, InventoryEntry>>;
  /** As version 1 kept them: what is written next takes all of them over. */
  readonly former?: true;
}

/** Rewriting what is as it was on each run would cost more than the runs: *last seen* is refreshed this often. */
export const LAST_SEEN_LAG = 15 * 60_000;
/** Entries of values that are neither in the zone nor claimed by their task are forgotten after this time. */
export const FORGET_AFTER = 60 * 60_000;
/** What we wrote at a name without values is of no use later than this: nobody waits so long to correct it. */
export const FORGET_WRITTEN_AFTER = 24 * 60 * 60_000;

/** Which declaration has published a value. */
export type ClaimOfValue = Pick<InventoryEntry, 'task' | 'container' | 'containerPort' | 'protocol'>;

export interface Sighting
  extends Pick<InventoryEntry, keyof OfClaim | 'container' | 'servesAt' | 'hostDrains' | 'lastVerdict'> {
  readonly key: EndpointKey;
}

/** What one plan learned about the values of one name. */
export interface Sightings {
  readonly name: string;
  /** The instances that are published or about to be. */
  readonly seen: readonly Sighting[];
  /** Keys of our values whose task was not listed, although its cluster was read. */
  readonly absent: readonly EndpointKey[];
  /** Keys of our values as they were read from the zone. */
  readonly inZone: readonly EndpointKey[];
  /** Keys of our values whose task is listed, published by it or not. */
  readonly present?: readonly EndpointKey[];
  /** Keys of our values whose remembered task ECS says has stopped. */
  readonly stopped?: readonly EndpointKey[];
  /** Instances that claim an endpoint and are left out, as `<endpoint> <task>`: what is remembered of them stays. */
  readonly waiting?: readonly string[];
}

/** One entry that changes: `before` as it was read, `after` undefined where it is forgotten. */
export interface EntryChange {
  readonly key: EndpointKey;
  readonly before?: InventoryEntry;
  readonly after?: InventoryEntry;
}

/** What a run has to tell of one name. */
export interface NameChanges {
  readonly name: string;
  readonly entries: readonly EntryChange[];
  /** What was written at the name, or that what was written at a time is forgotten. */
  readonly written?: Written | { readonly forgetAt: number };
}

export interface Learning {
  readonly now: number;
  /** When the zone was read. */
  readonly takenAt: number;
  /** Whether everything was looked at, so that what was not found may be forgotten. */
  readonly whole: boolean;
  /** Whether the run only plans, so that what has stopped stands on. */
  readonly onlyPlans?: boolean;
  /** Whether the reading of whole clusters is kept beside the entries, so that *last seen* need not be. */
  readonly readingKept: boolean;
}

/** Whether two entries name the same declaration; what version 1 has not kept counts as the same. */
export function isSameClaim(one: ClaimOfValue, other: ClaimOfValue): boolean {
  const agree = (a: unknown, b: unknown) => a === undefined || b === undefined || a === b;
  return (
    one.task === other.task &&
    agree(one.container, other.container) &&
    agree(one.containerPort, other.containerPort) &&
    agree(one.protocol, other.protocol)
  );
}

/**
 * Whether an answer of Route 53 has shown a value while its entry named this task. A claim is written before its value is
 * sent, and what is sent may be refused: the claim alone says nothing.
 *
 * @param takenAt when the zone was read that shows the value; undefined: it does not
 */
export function wasPublished(entry: InventoryEntry | undefined, task: string, takenAt?: number): boolean {
  if (entry?.task !== task) return false;
  return entry.publishedAt !== undefined || (takenAt !== undefined && entry.firstSeen < takenAt);
}

/** When the task of an entry was last seen, by the entry itself or by a reading of its whole cluster. */
export function lastSeenOf(entry: InventoryEntry, clusterReadings: ReadonlyMap<string, number>): number {
  if (entry.absentSince !== undefined || entry.outSince !== undefined) return entry.lastSeen;
  return Math.max(entry.lastSeen, clusterReadings.get(entry.cluster) ?? 0);
}

/** What changes of a name's entries after one plan; none where there is no news. */
export function changesOf(remembered: RememberedName, sightings: Sightings, learning: Learning): NameChanges {
  const seen = new Map(sightings.seen.map((sighting) => [sighting.key, sighting]));
  const view: NameView = {
    absent: new Set(sightings.absent),
    present: new Set(sightings.present),
    inZone: new Set(sightings.inZone),
    waiting: new Set(sightings.waiting),
    stopped: new Set(learning.onlyPlans ? sightings.stopped : []),
  };
  const entries = [...new Set([...Object.keys(remembered.values), ...seen.keys()])].flatMap((key): EntryChange[] => {
    const before = remembered.values[key];
    const sighting = seen.get(key);
    const after = sighting
      ? seenAgain(before, sighting, { inZone: view.inZone.has(key), ...learning })
      : before && notPublished(key, before, { ...view, ...learning });
    if (after === before && !(remembered.former && before)) return [];
    return [{ key, ...(before && { before }), ...(after && { after }) }];
  });
  const bare = Object.keys(remembered.values).length === 0 && seen.size === 0 && view.inZone.size === 0;
  return { name: remembered.name, entries, ...writtenNews(remembered, bare, learning) };
}

/** @param bare whether nothing of ours is at the name, nor remembered */
function writtenNews({ written, former }: RememberedName, bare: boolean, { now, whole }: Learning) {
  if (!written) return {};
  if (bare && whole && now - written.at > FORGET_WRITTEN_AFTER) return { written: { forgetAt: written.at } };
  return former ? { written } : {};
}

interface NameView {
  readonly absent: ReadonlySet<EndpointKey>;
  readonly present: ReadonlySet<EndpointKey>;
  readonly inZone: ReadonlySet<EndpointKey>;
  readonly waiting: ReadonlySet<string>;
  readonly stopped: ReadonlySet<EndpointKey>;
}

function seenAgain(
  before: InventoryEntry | undefined,
  { key: _, ...sighting }: Sighting,
  { inZone, now, takenAt, readingKept }: Learning & { readonly inZone: boolean },
): InventoryEntry {
  if (!before || !isSameClaim(before, sighting)) {
    return { ...sighting, firstSeen: now, lastSeen: now, verdictSince: now, writtenAt: now };
  }
  const publishedAt = before.publishedAt ?? (inZone && before.firstSeen < takenAt ? takenAt : undefined);
  const sameVerdict = before.lastVerdict === sighting.lastVerdict;
  const asItWas =
    sameVerdict &&
    publishedAt === before.publishedAt &&
    before.absentSince === undefined &&
    before.outSince === undefined &&
    before.stoppedAt === undefined &&
    before.ttl === sighting.ttl &&
    before.hostDrains === sighting.hostDrains &&
    (readingKept || now - before.lastSeen < LAST_SEEN_LAG) &&
    Object.entries(sighting).every(([field, value]) => before[field as keyof InventoryEntry] === value);
  if (asItWas) return before;
  return {
    ...sighting,
    firstSeen: before.firstSeen,
    lastSeen: now,
    ...(publishedAt !== undefined && { publishedAt }),
    verdictSince: sameVerdict ? (before.verdictSince ?? before.firstSeen) : now,
    writtenAt: now,
  };
}

/** What becomes of an entry whose value is not published by its task now: held, about to leave, or gone. */
function notPublished(
  key: EndpointKey,
  before: InventoryEntry,
  { absent, present, inZone, waiting, stopped, now, takenAt, whole }: Learning & NameView,
): InventoryEntry | undefined {
  const stands = inZone.has(key);
  if (!stands && whole && before.outSince !== undefined && now - before.outSince > FORGET_AFTER) {
    if (!waiting.has(`${key} ${before.task}`)) return undefined;
  }
  const { absentSince, outSince, publishedAt, stoppedAt, ...entry } = before;
  const published = publishedAt ?? (stands && before.firstSeen < takenAt ? takenAt : undefined);
  const missing = present.has(key) ? undefined : (absentSince ?? (absent.has(key) ? now : undefined));
  const out = stands ? undefined : (outSince ?? now);
  const ended = stoppedAt ?? (stopped.has(key) ? now : undefined);
  if (published === publishedAt && missing === absentSince && out === outSince && ended === stoppedAt) return before;
  const back = absentSince !== undefined && missing === undefined;
  return {
    ...entry,
    ...(back && { lastSeen: now }),
    ...(published !== undefined && { publishedAt: published }),
    ...(missing !== undefined && { absentSince: missing }),
    ...(ended !== undefined && { stoppedAt: ended }),
    ...(out !== undefined && { outSince: out }),
    writtenAt: now,
  };
}
