import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { LocalRun } from './boot.ts';
import { writeProblem } from './complaint.ts';
import { UsageError } from './options.ts';

/**
 * Makes the folder that the run bucket is to be kept in; before anything runs, so that nobody learns at the end that it
 * cannot be.
 *
 * @throws UsageError where it cannot be made, or is not empty: objects of two buckets would be one
 */
export function makeFolder(folder: string): void {
  let found: readonly string[];
  try {
    makeFolders(folder);
    found = readdirSync(folder);
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code;
    throw new UsageError(
      `--keep ${JSON.stringify(folder)} cannot be made (${why}): a new or an empty folder is wanted`,
      {
        cause,
      },
    );
  }
  if (found.length === 0) return;
  throw new UsageError(`--keep ${JSON.stringify(folder)} is not empty: a new or an empty folder is wanted`);
}

/**
 * Makes a folder with those above it, one by one: `recursive` of Node 24 never ends where the file system takes none (/proc).
 */
function makeFolders(folder: string): void {
  if (existsSync(folder) && statSync(folder).isDirectory()) return;
  if (dirname(folder) !== folder) makeFolders(dirname(folder));
  mkdirSync(folder);
}

/**
 * Writes the objects of the run bucket, each as the file that `aws s3 cp --recursive` would make of it.
 *
 * @returns how many
 * @throws UsageError where a file cannot be written: those before it stay
 */
export async function keepBucket(
  { cloud: { s3, clients }, deployment }: Pick<LocalRun, 'cloud' | 'deployment'>,
  folder: string,
): Promise<number> {
  const [Bucket = ''] = deployment.buckets;
  const keys = s3.keys(Bucket);
  for (const [written, Key] of keys.entries()) {
    const { Body } = await clients.s3.getObject({ Bucket, Key });
    const bytes = (await Body?.transformToByteArray()) ?? '';
    try {
      const path = join(folder, Key);
      makeFolders(dirname(path));
      writeFileSync(path, bytes);
    } catch (error) {
      const remedy = `${written} of ${keys.length} objects are there; give --keep another folder`;
      throw writeProblem({ what: 'the run bucket', where: folder, remedy }, error);
    }
  }
  return keys.length;
}

export const keptLine = (objects: number, folder: string): string =>
  `kept ${objects} objects of the run bucket in ${folder}; for a run of them: npm run step -- PlanChanges ${folder}/runs/<execution>`;
