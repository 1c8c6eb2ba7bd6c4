import { pool } from '../functions/adapters/aws/pool.ts';
import { type KeptOutcome, readableOutcome } from '../functions/contracts/outcome.ts';
import type { At } from '../functions/contracts/payloads.ts';
import { accumulate } from '../functions/domain/telling/outcome.ts';
import { MAX_FINDING, printable } from '../functions/domain/words/text.ts';
import type { Context } from './context.ts';

const DAY = 86_400_000;
const CONCURRENT_READS = 8;
/** Days in which a running deployment has had a full run: the longest schedule that makes sense, and one more. */
const RECENT_DAYS = 2;

/** Outcomes that are named one by one when they cannot be read; of more, the number tells as much. */
const NAMED_SKIPS = 5;

/**
 * The kept outcomes of the last days, the newest first, read in pieces so that whoever has enough can stop. One that
 * cannot be read is skipped, with a line on standard error.
 *
 * @param days how far back, today included
 */
export async function* recentOutcomes(context: Context, days: number): AsyncGenerator<KeptOutcome> {
  const { listing, io } = context;
  const today = io.now();
  let skipped = 0;
  try {
    for (let back = 0; back < days; back += 1) {
      const day = new Date(today - back * DAY).toISOString().slice(0, 10);
      const listed = await listing.list(`outcomes/${day}/`);
      const newestFirst = listed.toSorted((one, other) => other.writtenAt - one.writtenAt);
      for (let from = 0; from < newestFirst.length; from += CONCURRENT_READS) {
        const piece = newestFirst.slice(from, from + CONCURRENT_READS);
        for (const { key, found } of await pool(piece, CONCURRENT_READS, ({ key }) =>
          readOutcome(context, { kind: 'outcome', key }),
        )) {
          if (found.state === 'found') yield found.body;
          // What a lifecycle rule has taken meanwhile is no outcome any more.
          if (found.state !== 'lost') continue;
          skipped += 1;
          if (skipped <= NAMED_SKIPS) io.tell(skipLine(key, found.why));
        }
      }
    }
  } finally {
    if (skipped > NAMED_SKIPS) io.tell(`skipped ${skipped} outcomes in all that cannot be read`);
  }
}

export async function readOutcome({ payloads }: Pick<Context, 'payloads'>, at: At<'outcome'>) {
  const found = await payloads.lasting.read(at, true);
  return { key: at.key, found: found.state === 'found' ? { ...found, body: readableOutcome(found.body) } : found };
}

export const skipLine = (key: string, why: string): string =>
  printable(`skipped ${key}, which cannot be read: ${why}`, MAX_FINDING);

/**
 * What the runs since the last full one that succeeded in reading say about every value and every declared port.
 *
 * @param days how far back that full run is looked for, today included
 */
export async function latestPicture(context: Context, days = RECENT_DAYS) {
  const outcomes: KeptOutcome[] = [];
  const executions = new Set<string>();
  for await (const outcome of recentOutcomes(context, days)) {
    executions.add(outcome.execution);
    if (!outcome.dryRun) outcomes.push(outcome);
    if (isFull(outcome)) break;
  }
  const full = outcomes.find(isFull);
  // Joined as the passes of one execution are, the oldest first.
  const said = outcomes
    .toReversed()
    .map(({ dispositions }) => ({ plan: { dispositions, names: [] }, applied: [], moved: [], refused: [] }));
  return {
    /** The newest first. */
    outcomes,
    /** Every execution that was looked at, dry runs too. */
    executions,
    full,
    fullRunAt: full?.endedAt,
    dispositions: accumulate(said),
    findings: full?.findings ?? [],
  };
}

const isFull = ({ trigger, state, dryRun }: KeptOutcome) =>
  trigger !== undefined && trigger !== 'events' && state !== 'failed' && !dryRun;
