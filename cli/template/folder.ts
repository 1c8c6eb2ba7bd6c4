import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { UsageError } from '../errors.ts';

type Files = readonly (readonly [name: string, content: string | Uint8Array])[];

/** What a file system refuses, in words. */
const REFUSALS: Readonly<Record<string, string>> = {
  EACCES: 'it may not be written',
  EPERM: 'it may not be written',
  EROFS: 'it is on a file system that is only read',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota of the disk is used up',
  ENOTDIR: 'a part of it is a file',
  EEXIST: 'it is a file',
  ENOENT: 'there is no place for it',
  EISDIR: 'a folder stands where a file has to',
  ENAMETOOLONG: 'its name is too long',
};

/**
 * Whether the folder can be used, before anything is made for it.
 *
 * @throws UsageError where it is not empty, unless `force`, and where it is no folder
 */
export function checkFolder(folder: string, { force }: { readonly force: boolean }): void {
  const found = refusing(folder, () => (existsSync(folder) ? readdirSync(folder) : []));
  if (found.length === 0 || force) return;
  throw new UsageError(
    `--out: got ${JSON.stringify(folder)}, which is not empty, want a new or an empty folder; --force writes over what stands there`,
  );
}

/**
 * Writes files into a folder, made where there is none; the last one says that all are there. What was begun is taken back
 * when something fails.
 *
 * @throws UsageError for what the file system refuses
 */
export function writeFolder(folder: string, files: Files): void {
  const made = refusing(folder, () => makeFolder(folder));
  const written: string[] = [];
  try {
    for (const [name, content] of files) {
      const path = join(folder, name);
      if (!existsSync(path)) written.push(path);
      writeFileSync(path, content);
    }
  } catch (fault) {
    for (const path of written) rmSync(path, { force: true });
    if (made !== undefined) rmSync(made, { recursive: true, force: true });
    throw worded(folder, fault);
  }
}

/**
 * Makes a folder with those above it, one by one: `recursive` of Node 24 never ends where the file system takes none (/proc).
 *
 * @returns the uppermost one that was made
 */
function makeFolder(folder: string): string | undefined {
  if (existsSync(folder) && statSync(folder).isDirectory()) return undefined;
  const above = dirname(folder) === folder ? undefined : makeFolder(dirname(folder));
  mkdirSync(folder);
  return above ?? folder;
}

function refusing<T>(folder: string, act: () => T): T {
  try {
    return act();
  } catch (fault) {
    throw worded(folder, fault);
  }
}

function worded(folder: string, cause: unknown): unknown {
  const { code = '' } = cause as NodeJS.ErrnoException;
  const why = REFUSALS[code];
  if (why === undefined) return cause;
  return new UsageError(
    `--out: ${JSON.stringify(folder)} cannot be written: ${why} (${code}); nothing was left there, give another folder`,
    { cause },
  );
}
