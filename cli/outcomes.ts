import { pool } from '../functions/adapters/pool.ts';
import { type KeptOutcome, keptOutcome } from '../functions/contracts/outcome.ts';
import type { Disposition } from '../functions/domain/plan/reason.ts';
import { accumulate } from '../functions/domain/run/outcome.ts';
import type { Context } from './context.ts';

const DAY = 86_400_000;
/** Outcomes read at a time. */
const CONCURRENT_READS = 8;
/** Days in which a running deployment has had a full run: the longest schedule that makes sense, and one more. */
const RECENT_DAYS = 2;

/**
 * The kept outcomes of the last days, the newest first, read in pieces so that whoever has enough can stop.
 *
 * @param days how far back, today included
 */
export async function* recentOutcomes(context: Context, days: number): AsyncGenerator<KeptOutcome> {
  const { claims, listing, io } = context;
  const today = io.now();
  for (let back = 0; back < days; back += 1) {
    const day = new Date(today - back * DAY).toISOString().slice(0, 10);
    const listed = await listing.list(`outcomes/${day}/`);
    const newestFirst = listed.toSorted((one, other) => other.writtenAt - one.writtenAt);
    for (let from = 0; from < newestFirst.length; from += CONCURRENT_READS) {
      const read = await pool(newestFirst.slice(from, from + CONCURRENT_READS), CONCURRENT_READS, ({ key }) =>
        claims.find('outcome', key),
      );
      // What a lifecycle rule has taken meanwhile is no outcome any more.
      yield* read.flatMap((found) => (found === undefined ? [] : [keptOutcome.parse(found)]));
    }
  }
}

/** What the runs since the last full one say about every value and every declared port. */
export interface Picture {
  /** When the full run ended; undefined where none was found. */
  readonly fullRunAt?: number;
  readonly dispositions: readonly Disposition[];
  readonly findings: readonly string[];
}

/** The last full run that succeeded in reading, with what event runs have told since. */
export async function latestPicture(context: Context): Promise<Picture> {
  const outcomes: KeptOutcome[] = [];
  for await (const outcome of recentOutcomes(context, RECENT_DAYS)) {
    if (!outcome.dryRun) outcomes.push(outcome);
    if (isFull(outcome)) break;
  }
  const full = outcomes.find(isFull);
  return {
    ...(full && { fullRunAt: full.endedAt }),
    dispositions: pictureOf(outcomes.toReversed()),
    findings: full?.findings ?? [],
  };
}

const isFull = ({ trigger, state, dryRun }: KeptOutcome) =>
  trigger !== undefined && trigger !== 'events' && state !== 'failed' && !dryRun;

/** Joins outcomes, the oldest first, as the passes of one execution are joined. */
export const pictureOf = (outcomes: readonly Pick<KeptOutcome, 'dispositions'>[]): readonly Disposition[] =>
  accumulate(
    outcomes.map(({ dispositions }) => ({ plan: { dispositions, names: [] }, applied: [], moved: [], refused: [] })),
  );
