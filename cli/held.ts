import type { KeptOutcome } from '../functions/contracts/outcome.ts';
import type { Context } from './context.ts';
import { isFull, RECENT_DAYS, recentOutcomes } from './outcomes.ts';
import { plural, timeText } from './view/style.ts';

/** The last full run that has come to a plan and was no dry one: what it holds is held now. */
export async function lastFullRun(context: Context): Promise<KeptOutcome | undefined> {
  for await (const outcome of recentOutcomes(context, RECENT_DAYS)) {
    if (isFull(outcome)) return outcome;
  }
  return undefined;
}

/** For people: what is held now, and under which hash. */
export function heldNowText(last: Pick<KeptOutcome, 'held' | 'heldHash' | 'endedAt'> | undefined): string {
  if (!last) return 'no full run of the last two days says what is held now: ecssd plan does';
  const { held, heldHash } = last;
  const at = `by the full run of ${timeText(last.endedAt)} UTC`;
  if (held.length === 0 || heldHash === undefined) return `nothing is held now, ${at}`;
  return `held now, ${at}: ${plural(held.length, 'value')} under ${heldHash}`;
}
