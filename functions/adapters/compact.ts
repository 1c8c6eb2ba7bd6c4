import { gunzipSync, gzipSync } from 'node:zlib';
import { PayloadError } from '../domain/words/errors.ts';
import { messageOf } from './aws/faults.ts';

/** Bytes from which a text is kept as gzip: a tenth of them is left. What is smaller people read as it is. */
export const COMPACT_FROM = 32 * 1_024;
/** Bytes that a text may have: twice what the largest fleet has in one object, and less than a function has memory for. */
export const MOST_BYTES = 256 * 2 ** 20;

/** How gzip begins (RFC 1952, section 2.3.1), and no JSON. */
const MAGIC = [0x1f, 0x8b] as const;

/**
 * A text as it is kept: as it is while small, else as gzip. At once: a function has nothing else to do meanwhile, and whoever
 * holds the clock could not see that it waits.
 */
export function compact(text: string): string | Uint8Array {
  const large = text.length >= COMPACT_FROM || Buffer.byteLength(text) >= COMPACT_FROM;
  return large ? gzipSync(text) : text;
}

/**
 * The text that was kept, in either form: which one its first bytes say, whatever is said beside it.
 *
 * @param what it is, for the error
 * @throws PayloadError where it is damaged, or would unfold to more than any object has
 */
export function readable(bytes: Uint8Array, what: string, most = MOST_BYTES): string {
  if (MAGIC.some((byte, index) => bytes[index] !== byte))
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
  try {
    return gunzipSync(bytes, { maxOutputLength: most }).toString();
  } catch (cause) {
    throw new PayloadError(`${what} is damaged, its gzip cannot be read: ${messageOf(cause)}; run again`, { cause });
  }
}
