import { keyOf } from './name.ts';

/** Response codes (RFC 1035 section 4.1.1; BADVERS: RFC 6891 section 9). */
export const RCODES = {
  NOERROR: 0,
  FORMERR: 1,
  SERVFAIL: 2,
  NXDOMAIN: 3,
  NOTIMP: 4,
  REFUSED: 5,
  BADVERS: 16,
} as const;

export type Rcode = (typeof RCODES)[keyof typeof RCODES];

export const HEADER_BYTES = 12;
export const OPT_TYPE = 41;
/** The Internet: the only class that holds data here. */
export const CLASS_IN = 1;

/** The EDNS part of a query (RFC 6891). */
export interface Edns {
  readonly version: number;
  /** Largest UDP answer that the client takes, in bytes. */
  readonly payloadSize: number;
  /** The DO bit is the only flag defined. */
  readonly flags: number;
}

/** The header's fields that an answer repeats. */
export interface QueryHeader {
  readonly id: number;
  readonly opcode: number;
  readonly recursionDesired: boolean;
}

export interface Query extends QueryHeader {
  /** Key of the name asked for. */
  readonly name: string;
  readonly type: number;
  readonly class: number;
  /** The question word for word, so that an answer keeps its case. */
  readonly question: Buffer;
  readonly edns: Edns | undefined;
}

/** The message breaks the format; the server answers FORMERR. */
export class MalformedMessageError extends Error {
  override readonly name = 'MalformedMessageError';
}

/** Reads the header; undefined for what is no query: too short, or itself an answer (answering those could loop). */
export function readHeader(message: Buffer): QueryHeader | undefined {
  if (message.length < HEADER_BYTES || (message.readUInt8(2) & 0x80) !== 0) return undefined;
  const flags = message.readUInt16BE(2);
  return { id: message.readUInt16BE(0), opcode: (flags >> 11) & 0xf, recursionDesired: (flags & 0x0100) !== 0 };
}

/**
 * Reads a standard query: exactly one question (RFC 9619), at most one OPT, nothing after the last record.
 *
 * @throws MalformedMessageError
 */
export function readQuery(message: Buffer, header: QueryHeader): Query {
  const [questions, answers, authorities, additionals] = [4, 6, 8, 10].map((offset) => message.readUInt16BE(offset));
  if (questions !== 1) throw new MalformedMessageError(`${questions} questions: exactly one is allowed`);

  const asked = readName(message, HEADER_BYTES);
  const question = slice(message, HEADER_BYTES, asked.end + 4);
  let offset = asked.end + 4;
  let edns: Edns | undefined;

  const records = (answers ?? 0) + (authorities ?? 0) + (additionals ?? 0);
  for (let index = 0; index < records; index++) {
    const record = readRecord(message, offset);
    offset = record.end;
    if (record.type !== OPT_TYPE) continue;
    if (edns || record.owner !== '.') throw new MalformedMessageError('OPT appears twice or not at the root');
    ({ edns } = record);
  }
  if (offset !== message.length)
    throw new MalformedMessageError(`${message.length - offset} bytes after the last record`);

  const type = message.readUInt16BE(asked.end);
  return { ...header, name: asked.key, type, class: message.readUInt16BE(asked.end + 2), question, edns };
}

/**
 * The first OPT of any message, as far as it can be read: whoever sends one gets one with an error as well (RFC 6891
 * section 6.1.1). Never throws.
 */
export function findEdns(message: Buffer): Edns | undefined {
  try {
    const [questions, ...sections] = [4, 6, 8, 10].map((offset) => message.readUInt16BE(offset));
    let offset = HEADER_BYTES;
    for (let index = 0; index < (questions ?? 0); index++) offset = readName(message, offset).end + 4;
    for (let left = sections.reduce((sum, count) => sum + count, 0); left > 0; left--) {
      const { owner, type, edns, end } = readRecord(message, offset);
      if (type === OPT_TYPE && owner === '.') return edns;
      offset = end;
    }
  } catch {
    // What comes before it cannot be read.
  }
  return undefined;
}

interface ReadRecord {
  /** Key of the owner name. */
  readonly owner: string;
  readonly type: number;
  /** What it says if it is an OPT. */
  readonly edns: Edns;
  readonly end: number;
}

function readRecord(message: Buffer, start: number): ReadRecord {
  const owner = readName(message, start);
  const fixed = slice(message, owner.end, owner.end + 10);
  const end = owner.end + 10 + fixed.readUInt16BE(8);
  if (end > message.length) throw new MalformedMessageError('record data ends beyond the message');
  const edns = {
    version: fixed.readUInt8(5),
    payloadSize: fixed.readUInt16BE(2),
    flags: fixed.readUInt16BE(6) & 0x8000,
  };
  return { owner: owner.key, type: fixed.readUInt16BE(0), edns, end };
}

function readName(message: Buffer, start: number): { readonly key: string; readonly end: number } {
  const labels: string[] = [];
  let bytes = 1;
  let end: number | undefined;
  let offset = start;
  let run = start;

  for (;;) {
    const length = slice(message, offset, offset + 1).readUInt8(0);
    if (length === 0) return { key: keyOf(labels), end: end ?? offset + 1 };
    if (length >= 0xc0) {
      const pointer = slice(message, offset, offset + 2).readUInt16BE(0) & 0x3fff;
      // Before everything read so far, so that every chain of pointers ends.
      if (pointer >= run || pointer < HEADER_BYTES) {
        throw new MalformedMessageError(
          `pointer at ${offset} leads to ${pointer}: ${HEADER_BYTES} to ${run - 1} is allowed`,
        );
      }
      end ??= offset + 2;
      offset = pointer;
      run = pointer;
    } else if (length > 63) {
      throw new MalformedMessageError(`label type 0x${length.toString(16)} is not defined`);
    } else {
      labels.push(slice(message, offset + 1, offset + 1 + length).toString('latin1'));
      bytes += length + 1;
      offset += length + 1;
      if (bytes > 255) throw new MalformedMessageError('name is longer than 255 bytes');
    }
  }
}

function slice(message: Buffer, start: number, end: number): Buffer {
  if (end > message.length) throw new MalformedMessageError(`message of ${message.length} bytes ends before ${end}`);
  return message.subarray(start, end);
}
