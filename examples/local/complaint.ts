import { UsageError } from './options.ts';

/** What cannot be written, and what helps. */
export interface Writing {
  /** `the built code`. */
  readonly what: string;
  /** File or folder. */
  readonly where: string;
  /** `set TMPDIR to another folder`. */
  readonly remedy: string;
}

/** Codes of errno(3), and the words in which other programs give them, with what they mean for whoever writes a file. */
const PROBLEMS: readonly (readonly [pattern: RegExp, problem: string])[] = [
  [/ENOSPC|no space left on device/i, 'the disk is full'],
  [/EDQUOT|quota exceeded/i, 'the quota of this user is used up'],
  [/EROFS|read-only file system/i, 'the file system can only be read'],
  [/EACCES|EPERM|permission denied|operation not permitted/i, 'this user may not write there'],
  [/ENOTDIR|EEXIST|not a directory/i, 'there is a file in the place of a folder'],
  [/ENOENT|no such file or directory/i, 'there is no such folder'],
  [/ENAMETOOLONG|file name too long/i, 'the name is too long'],
  [/EIO|input\/output error/i, 'the disk fails'],
];

/** Why nothing can be written; undefined where an error is about something else. */
export function problemOf(error: unknown): string | undefined {
  const { code = '', message = String(error) } = error as NodeJS.ErrnoException;
  return PROBLEMS.find(([pattern]) => pattern.test(`${code} ${message}`))?.[1];
}

/** An error of writing as one sentence: what, where, why, and what helps. Any other error as it is. */
export function writeProblem({ what, where, remedy }: Writing, error: unknown): unknown {
  const problem = problemOf(error);
  if (problem === undefined) return error;
  return new UsageError(`${what} cannot be written to ${JSON.stringify(where)}: ${problem}; ${remedy}`, {
    cause: error,
  });
}

/** What a person is shown of an error: a sentence for what they can change, everything for a fault of ours. */
export const complaintOf = (error: unknown): unknown => (error instanceof UsageError ? error.message : error);
