import type { EndpointKey } from '../ecs/endpoint.ts';

/** Largest share of our values that one full run may remove without an explanation. */
export const DEFAULT_MAX_DELETE_SHARE = 0.3;
/** With fewer values of ours than this in the zone the guard does not judge. */
export const GUARD_MINIMUM = 10;

/** One removal that nothing explains. */
export interface UnexplainedRemoval {
  readonly name: string;
  readonly key: EndpointKey;
  /** The SRV value, word for word as it stands in the zone. */
  readonly value: string;
}

export interface GuardFacts {
  /** How many values of ours the snapshot of the zone holds. */
  readonly ours: number;
  readonly maxDeleteShare: number;
  /** What a person has approved by its hash; only these of it that are still held. */
  readonly approved: readonly Pick<UnexplainedRemoval, 'name' | 'value'>[];
}

/**
 * Holds unexplained removals when they are too many at once (L8). Explained removals are never given to it.
 *
 * | values of ours | share unexplained   | approved ones | all others |
 * | -------------- | ------------------- | ------------- | ---------- |
 * | fewer than 10  | any                 | go            | go         |
 * | 10 or more     | at most the maximum | go            | go         |
 * | 10 or more     | above the maximum   | go            | held       |
 */
export function guardRemovals(
  unexplained: readonly UnexplainedRemoval[],
  { ours, maxDeleteShare, approved }: GuardFacts,
): { readonly go: readonly UnexplainedRemoval[]; readonly held: readonly UnexplainedRemoval[] } {
  if (ours < GUARD_MINIMUM || unexplained.length / ours <= maxDeleteShare) return { go: unexplained, held: [] };
  const cleared = new Set(approved.map(({ name, value }) => `${name} ${value}`));
  const isCleared = ({ name, value }: UnexplainedRemoval) => cleared.has(`${name} ${value}`);
  return { go: unexplained.filter(isCleared), held: unexplained.filter((removal) => !isCleared(removal)) };
}
