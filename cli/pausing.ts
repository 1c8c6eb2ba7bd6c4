import { printable, quoted } from '../functions/domain/words/text.ts';
import { MAX_PAUSE_REASON, octetsOf, type Pause } from '../functions/domain/zone/pause.ts';
import type { Context } from './context.ts';
import { UsageError } from './errors.ts';
import { checkLabel, ownMarker, readLabel, writeMarker } from './label.ts';

/** Where a machine says who sits before it, the first that does. */
const WHO = ['GITHUB_ACTOR', 'SUDO_USER', 'USER', 'LOGNAME', 'USERNAME'];

/** @throws UsageError where a reason is too long; `field` names where it was given */
export function pauseReason(text: string | undefined, field: string): string | undefined {
  const reason = text?.trim() ?? '';
  if (reason === '') return undefined;
  // As it will stand in the zone, where a line feed is \n: Route 53 refuses what is longer.
  const written = printable(reason);
  const octets = octetsOf(written);
  if (octets <= MAX_PAUSE_REASON) return reason;
  const as = written === reason ? '' : ' as it is written';
  throw new UsageError(`${field}: got ${quoted(reason)}, ${octets} octets long${as}, want at most ${MAX_PAUSE_REASON}`);
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
