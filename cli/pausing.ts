import { quoted } from '../functions/domain/words/text.ts';
import { MAX_PAUSE_REASON, octetsOf, type Pause } from '../functions/domain/zone/pause.ts';
import type { Context } from './context.ts';
import { UsageError } from './errors.ts';
import { checkLabel, ownMarker, readLabel, writeMarker } from './label.ts';

/** Where a machine says who sits before it, the first that does. */
const WHO = ['GITHUB_ACTOR', 'SUDO_USER', 'USER', 'LOGNAME', 'USERNAME'];

/** @throws UsageError where a reason is too long; `field` names where it was given */
export function pauseReason(text: string | undefined, field: string): string | undefined {
  if (text === undefined || text.trim() === '') return undefined;
  const octets = octetsOf(text);
  if (octets <= MAX_PAUSE_REASON) return text.trim();
  throw new UsageError(`${field}: got ${quoted(text)}, ${octets} octets long, want at most ${MAX_PAUSE_REASON}`);
}

/**
 * What stands at the label, for an order to pause or to resume.
 *
 * @throws UsageError where the label is not ours
 */
export async function markerNow(context: Context) {
  const sets = await readLabel(context);
  checkLabel(sets, context);
  return { sets, marker: ownMarker(sets, context) };
}
type MarkerNow = Awaited<ReturnType<typeof markerNow>>;

/** Writes the pause beside the marker; runs see it with their next reading of the zone. */
export async function writePause(
  context: Context,
  { sets, marker }: MarkerNow,
  reason: string | undefined,
): Promise<Pause> {
  const { io } = context;
  const by = WHO.map((name) => io.variables[name]).find((name) => name);
  const paused: Pause = { since: io.now(), ...(by && { by }), ...(reason !== undefined && { reason }) };
  await writeMarker(context, sets, { marker: { ...marker, paused }, order: 'pause' });
  return paused;
}

/** Takes the pause away; whoever does starts a run after it, which looks at everything. */
export async function endPause(context: Context, { sets, marker: { paused: _, ...marker } }: MarkerNow): Promise<void> {
  await writeMarker(context, sets, { marker, order: 'resume' });
}
