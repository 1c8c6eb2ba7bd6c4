import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { zipSync } from 'fflate';

/** The code of one function as Lambda takes it. */
export interface Archive {
  /** `read-trigger-1a2b3c4d5e6f7081.zip`: another code has another name, so that an update of the template updates it. */
  readonly file: string;
  readonly bytes: Uint8Array;
}

/** By local time, as the format has it: the same bytes wherever the clock stands. */
const NO_TIME = new Date(1980, 0, 1);
const UNIX = 3;
/** A plain file, which everybody may read: Lambda runs it as another user. */
const READABLE = (0o100644 << 16) >>> 0;

/**
 * A zip of one file, `index.mjs`; the same bytes each time, on each machine.
 *
 * @param entry the function's source, `functions/steps/read-trigger.ts`
 */
export function archiveOf(entry: string, code: Uint8Array): Archive {
  const bytes = zipSync({ 'index.mjs': [code, { mtime: NO_TIME, os: UNIX, attrs: READABLE, level: 6 }] });
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 16);
  return { file: `${basename(entry, '.ts')}-${hash}.zip`, bytes };
}
