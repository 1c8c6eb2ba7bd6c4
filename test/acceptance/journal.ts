import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { UsageError } from '../../cli/errors.ts';
import { VERDICTS } from './check.ts';

const Entry = z.object({
  id: z.string(),
  asks: z.string(),
  expected: z.string(),
  verdict: z.enum(VERDICTS),
  seen: z.string(),
  details: z.array(z.string()).optional(),
});

const Journal = z.object({
  version: z.literal(1),
  kind: z.enum(['account', 'local']),
  /** ISO 8601. */
  startedAt: z.string(),
  /** Of every stack that is made. */
  prefix: z.string().regex(/^acceptance-[0-9a-f]{6}$/),
  account: z.string(),
  region: z.string(),
  /** What is told of the place in the report. */
  label: z.string(),
  /** Whether the first deployment was begun: then there may be something to take down. */
  begun: z.boolean(),
  deployed: z.boolean(),
  takenDown: z.boolean(),
  entries: z.array(Entry),
});

export type Entry = z.infer<typeof Entry>;
export type Journal = z.infer<typeof Journal>;

/** Where a new run of this day writes; an earlier one of the day is left alone. */
export function journalPath(folder: string, now: Date): string {
  const day = now.toISOString().slice(0, 10);
  for (let number = 1; ; number += 1) {
    const path = join(folder, `acceptance-${day}${number === 1 ? '' : `-${number}`}.json`);
    if (!existsSync(path)) return path;
  }
}

/** @throws UsageError for a file that is not there, or is none of ours */
export function readJournal(path: string): Journal {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (fault) {
    throw new UsageError(
      `${path} cannot be read (${codeOf(fault)}), want the acceptance-<date>.json of an earlier run`,
    );
  }
  const read = Journal.safeParse(jsonOf(text));
  if (!read.success)
    throw new UsageError(`${path} is no journal of an acceptance run: ${z.prettifyError(read.error).split('\n')[0]}`);
  return read.data;
}

/**
 * As a whole or not at all: a run that is killed while it writes keeps the journal before.
 *
 * @throws UsageError where it cannot be written
 */
export function writeJournal(path: string, journal: Journal): void {
  write(path, `${JSON.stringify(journal, null, 2)}\n`);
}

/** @throws UsageError where it cannot be written */
export function write(path: string, text: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(`${path}.new`, text);
    renameSync(`${path}.new`, path);
  } catch (fault) {
    throw new UsageError(`${path} cannot be written (${codeOf(fault)}): give another folder with --out`);
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const codeOf = (fault: unknown) => (fault instanceof Error && 'code' in fault ? String(fault.code) : 'error');
