import { EXIT, type Given } from '../command.ts';
import type { Context } from '../context.ts';
import { duration } from '../durations.ts';
import { UsageError } from '../errors.ts';
import { findOutcome } from '../runs.ts';
import { failedText, inSyncText, lookText, overtakenText, scheduleLine, timeoutText } from '../view/waiting-lines.ts';
import { lastScheduled, type Waited, waitForFullRun } from '../waiting.ts';

/** What `status --wait` adds to the command. */
export const WAITING = {
  usage: '[--wait [--timeout <duration>]]',
  help: [
    '--wait                 until a full run that begins from now on has ended: 0 when the zone is in sync then, else 1',
    '--timeout <duration>   waits no longer: 15m; from 1s to 24h, like 90s, 15m or 1h',
  ],
  options: { wait: { type: 'boolean' }, timeout: { type: 'string' } },
} as const;

/**
 * How long `--wait` may take, in milliseconds; undefined where nobody waits.
 *
 * @throws UsageError
 */
export function waitOf(given: Given): number | undefined {
  if (given.flag('wait')) return duration(given, 'timeout', { otherwise: '15m', from: '1s', to: '24h' });
  if (given.text('timeout') !== undefined) throw new UsageError('got --timeout, want --wait with it');
  return undefined;
}

/** Waits for the end of a full run that begins from now on, and says how it was. Starts none. Gives the exit code. */
export async function waitUntilInSync(context: Context, given: Given, timeout: number): Promise<number> {
  const { io, paint, deployment } = context;
  const now = io.now();
  const until = now + timeout;
  const { text, late } = scheduleLine({
    schedule: deployment.schedule,
    lastAt: await lastScheduled(context),
    now,
    until,
  });
  io.tell(paint(late ? 'yellow' : 'dim', `waiting for a full run that begins from now on: ${text}`));
  const told = new Set<string>();
  const waited = await waitForFullRun(context, until, (running, overtaken) => {
    for (const name of overtaken) if (!told.has(name)) io.tell(paint('yellow', overtakenText(name)));
    for (const name of overtaken) told.add(name);
    io.progress(lookText(running, Math.max(0, until - io.now())));
  });
  const outcome = waited.ended === 'timeout' ? undefined : await findOutcome(context, waited.view);
  const sentence = sentenceOf(waited, { outcome, timeout });
  // Whoever has only planned, as runs of a paused deployment do, has brought nothing about.
  const isFine = waited.ended === 'in-sync' && outcome?.dryRun !== true && !outcome?.paused;
  if (given.flag('json')) io.print(JSON.stringify(jsonOf(waited, sentence), null, 2));
  else if (isFine) io.print(paint('green', sentence));
  if (!isFine) io.tell(paint('red', sentence));
  return isFine ? EXIT.ok : EXIT.failed;
}

function sentenceOf(
  waited: Waited,
  { outcome, timeout }: { readonly outcome: Awaited<ReturnType<typeof findOutcome>>; readonly timeout: number },
): string {
  if (waited.ended === 'timeout') return timeoutText(waited.running, timeout);
  return waited.ended === 'in-sync' ? inSyncText(waited.view, outcome) : failedText(waited.view, outcome);
}

function jsonOf(waited: Waited, sentence: string) {
  const run = waited.ended === 'timeout' ? waited.running : waited.view;
  const { error = '', cause = '' } = waited.ended === 'failed' ? waited.view : {};
  return { ended: waited.ended, execution: run?.name ?? null, error, cause, sentence };
}
