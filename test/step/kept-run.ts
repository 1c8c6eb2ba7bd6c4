import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { UsageError } from '../../cli/errors.ts';
import { readable } from '../../functions/adapters/compact.ts';
import type { Objects } from '../../functions/contracts/envelope.ts';
import { PayloadError } from '../../functions/domain/words/errors.ts';

/** A run as its objects stand in a folder. */
export interface KeptRun {
  readonly folder: string;
  /** By this the objects know each other: `runs/<execution>/<pass>/…`. */
  readonly execution: string;
  /** Passes of which something is kept, 1 first. */
  readonly passes: readonly number[];
  /** The run bucket, as far as the folder has it; nothing of it can be written. */
  readonly objects: Objects;
}

/** Folders that an error names. */
const SHOWN = 10;

/** How such a folder comes about, for errors of use. */
const MADE_BY =
  'aws s3 cp --recursive s3://<run bucket>/runs/<execution> <folder>, or npm start -- --once --keep <folder>';

/**
 * The run in a folder: what lies below `runs/<execution>` of the run bucket, or a whole kept bucket with one run in it.
 *
 * @throws UsageError that says what was given, what is wanted and where to get it
 */
export function keptRun(given: string): KeptRun {
  const entries = namesIn(given);
  if (entries.includes('runs')) return keptRun(onlyRun(given));
  const passes = entries
    .filter((name) => /^[1-9]\d*$/.test(name))
    .map(Number)
    .sort((one, other) => one - other);
  if (passes.length === 0) {
    throw new UsageError(
      `folder "${given}" has no pass of a run (folders named 1, 2, …), want one that is made by: ${MADE_BY}`,
    );
  }
  return { folder: given, execution: basename(resolve(given)), passes, objects: objectsIn(given) };
}

function onlyRun(bucket: string): string {
  const runs = namesIn(join(bucket, 'runs'));
  const [only, ...others] = runs;
  if (only !== undefined && others.length === 0) return join(bucket, 'runs', only);
  const shown = runs.slice(0, SHOWN).map((run) => join(bucket, 'runs', run));
  const more = runs.length > SHOWN ? `, … and ${runs.length - SHOWN} more` : '';
  throw new UsageError(`folder "${bucket}" has ${runs.length} runs, want one of them: ${shown.join(', ')}${more}`);
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code;
    throw new UsageError(`folder "${folder}" cannot be read (${why}), want one that is made by: ${MADE_BY}`, { cause });
  }
}

/** Whatever the folder is called, it is the one run that is asked for. */
function objectsIn(folder: string): Objects {
  const refuse = async (): Promise<never> => {
    throw new Error(`"${folder}" is what a run has kept: nothing is written to it`);
  };
  return {
    get: async (key) => textIn(join(folder, key.replace(/^runs\/[^/]+\//, ''))),
    put: refuse,
    revise: refuse,
  };
}

function textIn(path: string): string | undefined {
  try {
    return readable(readFileSync(path), `"${path}"`);
  } catch (cause) {
    if (cause instanceof PayloadError) throw cause;
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new UsageError(`"${path}" cannot be read (${(cause as NodeJS.ErrnoException).code})`, { cause });
  }
}
