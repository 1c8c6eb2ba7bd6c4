import type { EndpointKey } from '../ecs/claim.ts';

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

/** Tells removals apart, and names one to people. */
export const idOf = ({ name, value }: Pick<UnexplainedRemoval, 'name' | 'value'>) => `${name} ${value}`;
