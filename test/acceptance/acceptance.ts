import { type Check, settle } from './check.ts';
import { CHECKS, ENDING } from './checks/index.ts';
import { run } from './checks/runs.ts';
import type { Entry, Journal } from './journal.ts';
import type { Place } from './places/place.ts';
import { line } from './report.ts';
import { until } from './wait.ts';

export interface Course {
  readonly journal: Journal;
  /** Keeps what has been settled. */
  readonly save: (journal: Journal) => void;
  readonly print: (line: string) => void;
  /** Shows what is being asked, where somebody looks on. */
  readonly progress: (text: string) => void;
  readonly signal: AbortSignal;
}

/** Asks every check that the journal has not settled yet; gives the journal as it is then. */
export async function settleAll(place: Place, course: Course): Promise<Journal> {
  course.progress('waiting for a run in sync …');
  await inSync(place, course.signal);
  return each(CHECKS, place, course);
}

/** Takes back what is in the zone, and then everything. */
export async function end(place: Place, course: Course): Promise<Journal> {
  const ended = await each(ENDING, place, course);
  const left = ended.entries.find(({ id }) => id === 'destroy');
  const journal = { ...ended, takenDown: left?.verdict === 'as expected' };
  course.save(journal);
  return journal;
}

async function each(
  checks: readonly Check[],
  place: Place,
  { journal, save, print, progress, signal }: Course,
): Promise<Journal> {
  let now = journal;
  for (const check of checks) {
    // What went wrong may have been the break itself, or may be mended by now: it is asked again.
    if (now.entries.some(({ id, verdict }) => id === check.id && verdict !== 'failed')) continue;
    const { id, asks, expected } = check;
    progress(`${id}: ${asks}`);
    const { details, ...finding } = await settle(check, place, signal);
    const entry: Entry = { id, asks, expected, ...finding, ...(details && { details: [...details] }) };
    now = { ...now, entries: [...now.entries.filter((one) => one.id !== id), entry] };
    save(now);
    print(line(entry));
  }
  return now;
}

/** Longest time until the first run is in sync with everything published, milliseconds: services start meanwhile. */
const FIRST_RUN = 1_200_000;

async function inSync(place: Place, outside: AbortSignal): Promise<void> {
  const signal = AbortSignal.any([outside, AbortSignal.timeout(FIRST_RUN)]);
  await until(async () => ((await run(place, {}, signal)).status === 'SUCCEEDED' ? true : undefined), {
    every: place.kind === 'local' ? 0.5 : 20,
    signal,
  });
}
