import { isForbiddenName } from '../functions/adapters/aws/faults.ts';
import { pool } from '../functions/adapters/aws/pool.ts';
import { type KeptOutcome, readableOutcome } from '../functions/contracts/outcome.ts';
import type { At } from '../functions/contracts/payloads.ts';
import { accumulate } from '../functions/domain/telling/outcome.ts';
import { MAX_FINDING, printable } from '../functions/domain/words/text.ts';
import type { Context } from './context.ts';

/** Outcomes are kept so long unless the construct says otherwise (`outcomeRetention`). */
export const KEPT_DAYS = 90;
const DAY = 86_400_000;
const CONCURRENT_READS = 8;
/** Days in which a running deployment has had a full run: the longest schedule that makes sense, and one more. */
export const RECENT_DAYS = 2;

/** Outcomes that are named one by one when they cannot be read; of more, the number tells as much. */
const NAMED_SKIPS = 5;

export interface ListedOutcome {
  readonly key: string;
  readonly writtenAt: number;
}

/** Which outcomes somebody wants to read at all, by what stands beside them. */
export interface Look {
  /** Asked once for each day; what it gives is asked of each outcome of it, the newest first, when its turn comes. */
  ofDay(day: string): Promise<(one: ListedOutcome) => boolean>;
}

const EVERYTHING: Look = { ofDay: async () => () => true };

/**
 * The kept outcomes of the last days, the newest first, read in pieces so that whoever has enough can stop. One that
 * cannot be read is skipped, with a line on standard error.
 *
 * @param days how far back, today included
 * @throws the refusal, where the first ones may not be read: nothing may be concluded from the others' absence
 */
export async function* recentOutcomes(
  context: Context,
  days: number,
  { look = EVERYTHING, listed: told, lost = () => {} }: Hearing & { readonly look?: Look } = {},
): AsyncGenerator<KeptOutcome> {
  const { listing, io } = context;
  const today = io.now();
  let skipped = 0;
  let read = 0;
  try {
    for (let back = 0; back < days; back += 1) {
      const day = new Date(today - back * DAY).toISOString().slice(0, 10);
      const [listed, isWanted] = await Promise.all([listing.list(`outcomes/${day}/`), look.ofDay(day)]);
      told?.(listed.length);
      const newestFirst = listed.toSorted((one, other) => other.writtenAt - one.writtenAt);
      for (const piece of pieces(newestFirst, isWanted)) {
        for (const { key, found } of await pool(piece, CONCURRENT_READS, ({ key }) =>
          readOutcome(context, { kind: 'outcome', key }),
        )) {
          if (found.state === 'found') {
            read += 1;
            yield found.body;
          }
          // What a lifecycle rule has taken meanwhile is no outcome any more.
          if (found.state !== 'lost') continue;
          if (read === 0) throwRefusal(found.why);
          skipped += 1;
          lost(key, found.why);
          if (skipped <= NAMED_SKIPS) io.tell(skipLine(key, found.why));
        }
      }
    }
  } finally {
    if (skipped > NAMED_SKIPS) io.tell(`skipped ${skipped} outcomes in all that cannot be read`);
  }
}

/** What hears of a reading besides its outcomes. */
interface Hearing {
  /** How many outcomes there are in each day, whether they are read or not. */
  readonly listed?: (runs: number) => void;
  /** The key of each that cannot be read, and why. */
  readonly lost?: (key: string, why: string) => void;
}

/** The fault of whoever may not read, of which a reading has handed on its name and what it says. */
function throwRefusal(why: string): void {
  const [name = ''] = why.split(':', 1);
  if (isForbiddenName(name)) throw Object.assign(new Error(why.slice(name.length + 2)), { name });
}

/** Those that are wanted by the time that it is their turn, so many at a time as are read at once. */
function* pieces(
  all: readonly ListedOutcome[],
  isWanted: (one: ListedOutcome) => boolean,
): Generator<readonly ListedOutcome[]> {
  let piece: ListedOutcome[] = [];
  for (const one of all) {
    if (isWanted(one)) piece.push(one);
    if (piece.length < CONCURRENT_READS) continue;
    yield piece;
    piece = [];
  }
  if (piece.length > 0) yield piece;
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
 * @throws Error where there are outcomes and none can be read: nobody knows then whether there was a run
 */
export async function latestPicture(context: Context, days = RECENT_DAYS) {
  const outcomes: KeptOutcome[] = [];
  const executions = new Set<string>();
  const lost: string[] = [];
  for await (const outcome of recentOutcomes(context, days, {
    lost: (key, why) => void lost.push(skipLine(key, why)),
  })) {
    executions.add(outcome.execution);
    if (!outcome.dryRun) outcomes.push(outcome);
    if (isFull(outcome)) break;
  }
  const [newest] = lost;
  if (executions.size === 0 && newest !== undefined) {
    throw new Error(`none of the last ${lost.length} kept outcomes can be read: ${newest}`);
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

/** Of a full run that has come to a plan, and was no dry one. */
export const isFull = ({ trigger, state, dryRun }: KeptOutcome) =>
  trigger !== undefined && trigger !== 'events' && state !== 'failed' && !dryRun;
