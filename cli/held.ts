import type { KeptOutcome } from '../functions/contracts/outcome.ts';
import type { Context } from './context.ts';
import { recentOutcomes } from './outcomes.ts';
import { plural, timeText } from './view/style.ts';

/** Days in which a running deployment has had a full run. */
const RECENT_DAYS = 2;

/** The last full run that has come to a plan and was no dry one: what it holds is held now. */
export async function lastFullRun(context: Context): Promise<KeptOutcome | undefined> {
  for await (const outcome of recentOutcomes(context, RECENT_DAYS)) {
    if (!outcome.dryRun && outcome.trigger !== 'events' && outcome.state !== 'failed') return outcome;
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
