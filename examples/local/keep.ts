import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { LocalRun } from './boot.ts';
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
    mkdirSync(folder, { recursive: true });
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

/** Writes the objects of the run bucket, each as the file that `aws s3 cp --recursive` would make of it. */
export async function keepBucket(
  { cloud: { s3, clients }, deployment }: Pick<LocalRun, 'cloud' | 'deployment'>,
  folder: string,
): Promise<number> {
  const [Bucket = ''] = deployment.buckets;
  const keys = s3.keys(Bucket);
  for (const Key of keys) {
    const { Body } = await clients.s3.getObject({ Bucket, Key });
    const path = join(folder, Key);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, (await Body?.transformToByteArray()) ?? '');
  }
  return keys.length;
}

export const keptLine = (objects: number, folder: string): string =>
  `kept ${objects} objects of the run bucket in ${folder}; for a run of them: npm run step -- PlanChanges ${folder}/runs/<execution>`;
