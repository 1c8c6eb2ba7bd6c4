import type { KeptOutcome } from '../../functions/contracts/outcome.ts';
import type { HeldRemoval } from '../../functions/domain/reading/held.ts';
import { MAX_DECLARATION, printable } from '../../functions/domain/words/text.ts';
import type { RunView, State } from '../views.ts';

const MOST_VALUE = 300;
/** Removals that are shown one by one; the hash is of all of them. */
const MOST_REMOVALS = 2_000;

export function heldRemovals(
  held: KeptOutcome['held'],
  since: readonly Pick<HeldRemoval, 'name' | 'value' | 'since'>[] = [],
): RunView['heldRemovals'] {
  const began = new Map(since.map((one) => [`${one.name} ${one.value}`, one.since]));
  return held.slice(0, MOST_REMOVALS).map(({ name, value }) => {
    const at = began.get(`${name} ${value}`);
    return {
      name: printable(name, MAX_DECLARATION),
      value: printable(value, MOST_VALUE),
      ...(at !== undefined && { since: at }),
    };
  });
}

/** What is held now, under the hash that approves it; undefined where nothing is, or no hash is kept. */
export function heldNow(full: KeptOutcome | undefined, since: readonly HeldRemoval[] = []): State['held'] {
  if (!full || full.held.length === 0 || !/^[0-9a-f]{12,64}$/.test(full.heldHash ?? '')) return undefined;
  return { hash: full.heldHash ?? '', removals: heldRemovals(full.held, since) };
}
