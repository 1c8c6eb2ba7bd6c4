import type { EndpointKey } from '../ecs/claim.ts';

/** Largest share of our values that one full run may remove without an explanation. */
export const DEFAULT_MAX_DELETE_SHARE = 0.3;
/** With fewer values of ours than this in the zone the guard begins to hold nothing. */
export const DEFAULT_GUARD_MINIMUM = 10;

/** One removal that nothing explains. */
export interface UnexplainedRemoval {
  readonly name: string;
  readonly key: EndpointKey;
  /** The SRV value, word for word as it stands in the zone. */
  readonly value: string;
}

/** A removal that is held, as later runs remember it. */
export interface HeldRemoval extends UnexplainedRemoval {
  /** When a run first held it, in milliseconds since the epoch. */
  readonly since: number;
}

export interface GuardFacts {
  /** How many values of ours the snapshot of the zone holds. */
  readonly ours: number;
  readonly maxDeleteShare: number;
  readonly guardMinimum: number;
  /** What a person has approved by its hash; only these of it that are still held. */
  readonly approved: readonly Pick<UnexplainedRemoval, 'name' | 'value'>[];
  /** What earlier runs held. */
  readonly heldBefore: readonly Pick<HeldRemoval, 'name' | 'value'>[];
}

/**
 * Holds unexplained removals when they are too many at once (L8). Explained removals are never given to it.
 *
 * What was held once stays held, whatever the share and the count have become: what leaves or comes beside it in the
 * meantime says nothing about it.
 *
 * | values of ours        | share unexplained   | approved ones | held before | all others |
 * | --------------------- | ------------------- | ------------- | ----------- | ---------- |
 * | fewer than the minimum | any                | go            | held        | go         |
 * | the minimum or more   | at most the maximum | go            | held        | go         |
 * | the minimum or more   | above the maximum   | go            | held        | held       |
 */
export function guardRemovals(
  unexplained: readonly UnexplainedRemoval[],
  { ours, maxDeleteShare, guardMinimum, approved, heldBefore }: GuardFacts,
): { readonly go: readonly UnexplainedRemoval[]; readonly held: readonly UnexplainedRemoval[] } {
  const tooMany = ours >= guardMinimum && unexplained.length / ours > maxDeleteShare;
  const cleared = new Set(approved.map(idOf));
  const remembered = new Set(heldBefore.map(idOf));
  const isHeld = (removal: UnexplainedRemoval) =>
    !cleared.has(idOf(removal)) && (tooMany || remembered.has(idOf(removal)));
  return { go: unexplained.filter((removal) => !isHeld(removal)), held: unexplained.filter(isHeld) };
}

/**
 * What the next full run has to go on holding: what this one holds, and what an earlier one held and this one could
 * neither explain nor attribute, because a cluster was unread for example.
 *
 * @param unattributed values of ours that stay although no instance that was seen stands behind them
 * @param now milliseconds since the epoch
 */
export function rememberHeld(
  before: readonly HeldRemoval[],
  {
    held,
    unattributed,
    now,
  }: {
    readonly held: readonly UnexplainedRemoval[];
    readonly unattributed: readonly Pick<UnexplainedRemoval, 'name' | 'value'>[];
    readonly now: number;
  },
): readonly HeldRemoval[] {
  const standing = new Set(unattributed.map(idOf));
  const since = new Map(before.map((removal) => [idOf(removal), removal.since]));
  const fresh = held.map((removal) => ({ ...removal, since: since.get(idOf(removal)) ?? now }));
  const known = new Set(fresh.map(idOf));
  return [...before.filter((one) => standing.has(idOf(one)) && !known.has(idOf(one))), ...fresh];
}

/**
 * What to store, or undefined when nothing has changed: of what this run has read, what it goes on holding; what an
 * overlapping run has added meanwhile stays.
 *
 * @param stored as it is at the moment of writing
 */
export function mergeHeld(
  stored: readonly HeldRemoval[],
  { read, remembered }: { readonly read: readonly HeldRemoval[]; readonly remembered: readonly HeldRemoval[] },
): readonly HeldRemoval[] | undefined {
  const kept = new Set(remembered.map(idOf));
  const settled = new Set(read.map(idOf)).difference(kept);
  const present = new Set(stored.map(idOf));
  const added = remembered.filter((removal) => !present.has(idOf(removal)));
  const left = stored.filter((removal) => !settled.has(idOf(removal)));
  return added.length === 0 && left.length === stored.length ? undefined : [...left, ...added];
}

const idOf = ({ name, value }: Pick<UnexplainedRemoval, 'name' | 'value'>) => `${name} ${value}`;
