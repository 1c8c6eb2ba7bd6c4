import { type HeldRemoval, idOf, type UnexplainedRemoval } from '../reading/held.ts';

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
