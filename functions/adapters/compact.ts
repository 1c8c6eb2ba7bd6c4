import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { PayloadError } from '../domain/words/errors.ts';
import { messageOf } from './aws/faults.ts';

/** Bytes from which a text is kept as gzip: a tenth of them is left. What is smaller people read as it is. */
export const COMPACT_FROM = 32 * 1_024;
/** Bytes that a text may have: twice what the largest fleet has in one object, and less than a function has memory for. */
export const MOST_BYTES = 256 * 2 ** 20;

/** How gzip begins (RFC 1952, section 2.3.1), and no JSON. */
const MAGIC = [0x1f, 0x8b] as const;

const pack = promisify(gzip);
const unpack = promisify<Uint8Array, { readonly maxOutputLength: number }, Buffer>(gunzip);

/** A text as it is kept: as it is while small, else as gzip. */
export async function compact(text: string): Promise<string | Uint8Array> {
  const large = text.length >= COMPACT_FROM || Buffer.byteLength(text) >= COMPACT_FROM;
  return large ? pack(text) : text;
}

/**
 * The text that was kept, in either form: which one its first bytes say, whatever is said beside it.
 *
 * @param what it is, for the error
 * @throws PayloadError where it is damaged, or would unfold to more than any object has
 */
export async function readable(bytes: Uint8Array, what: string, most = MOST_BYTES): Promise<string> {
  if (MAGIC.some((byte, index) => bytes[index] !== byte))
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
  try {
    return (await unpack(bytes, { maxOutputLength: most })).toString();
  } catch (cause) {
    throw new PayloadError(`${what} is damaged, its gzip cannot be read: ${messageOf(cause)}; run again`, { cause });
  }
}
