import type { LookupResult, ResourceRecord } from './lookup.ts';
import { CLASS_IN, type Edns, HEADER_BYTES, OPT_TYPE, type Query, type QueryHeader, type Rcode } from './message.ts';
import { keyOf, labelsOf, parentKey } from './name.ts';

/** Largest UDP answer of Route 53 in bytes (developer guide, DNSBehavior.html); also what our OPT says we take. */
export const MAX_UDP_PAYLOAD = 4096;
/** Largest UDP answer to a client without EDNS (RFC 1035 section 4.2.1), in bytes. */
const PLAIN_UDP_PAYLOAD = 512;
const MAX_TCP_MESSAGE = 65_535;
const OPT_BYTES = 11;
/** Route 53's resolver in a VPC would ask others; clients that want recursion complain where this is missing. */
const RECURSION_AVAILABLE = 0x0080;
/** A compression pointer has 14 bits (RFC 1035 section 4.1.4). */
const MAX_POINTER = 0x3fff;

/** The largest answer that may be sent, in bytes. */
export function answerLimit(query: Query, transport: 'udp' | 'tcp'): number {
  if (transport === 'tcp') return MAX_TCP_MESSAGE;
  return Math.min(Math.max(query.edns?.payloadSize ?? 0, PLAIN_UDP_PAYLOAD), MAX_UDP_PAYLOAD);
}

/** What an answer repeats of a query: all of it, or its OPT alone where the question could not be read. */
type Repeated = Query | { readonly edns: Edns | undefined };

/** An answer that carries nothing but a response code, what could be read of the query, and OPT where it had one. */
export function bareResponse(header: QueryHeader, rcode: Rcode, repeated: Repeated): Buffer {
  const writer = new ResponseWriter(header, repeated, PLAIN_UDP_PAYLOAD);
  return writer.finish({ rcode, authoritative: false, truncated: false });
}

/**
 * Writes the answer to a query within a limit in bytes.
 *
 * What does not fit sets TC, and only whole records are sent (RFC 2181 section 9); additional RRsets that do not fit are
 * left out without it.
 */
export function fullResponse(query: Query, result: LookupResult, limit: number): Buffer {
  const writer = new ResponseWriter(query, query, limit);
  const complete =
    writer.addAll('answer', result.answers) === result.answers.length &&
    writer.addAll('authority', result.authority) === result.authority.length;
  for (const records of complete ? result.additional : []) writer.addWhole('additional', records);
  return writer.finish({ rcode: result.rcode, authoritative: result.authoritative, truncated: !complete });
}

type Section = 'answer' | 'authority' | 'additional';

/** A response being written; what would pass the limit is taken back. */
class ResponseWriter {
  readonly #header: QueryHeader;
  readonly #query: Query | undefined;
  readonly #edns: Edns | undefined;
  readonly #buffer: Buffer;
  readonly #limit: number;
  readonly #counts = { answer: 0, authority: 0, additional: 0 };
  /** Where each name was written, for compression. */
  readonly #offsets = new Map<string, number>();
  #end = HEADER_BYTES;

  constructor(header: QueryHeader, repeated: Repeated, limit: number) {
    const query = 'question' in repeated ? repeated : undefined;
    this.#header = header;
    this.#query = query;
    this.#edns = repeated.edns;
    this.#limit = limit - (repeated.edns ? OPT_BYTES : 0);
    this.#buffer = Buffer.allocUnsafe(limit);
    if (!query) return;

    this.#bytes(query.question);
    let offset = HEADER_BYTES;
    for (let name = query.name; name !== '.'; name = parentKey(name)) {
      this.#offsets.set(name, offset);
      offset += 1 + query.question.readUInt8(offset - HEADER_BYTES);
    }
  }

  /** Adds records while they fit; returns how many were added. */
  addAll(section: Section, records: readonly ResourceRecord[]): number {
    const unfit = records.findIndex((record) => !this.addWhole(section, [record]));
    return unfit < 0 ? records.length : unfit;
  }

  /** Adds all of the records or none; returns whether they fitted. */
  addWhole(section: Section, records: readonly ResourceRecord[]): boolean {
    const start = this.#end;
    if (records.every((record) => this.#record(record))) {
      this.#counts[section] += records.length;
      return true;
    }
    this.#end = start;
    for (const [name, offset] of this.#offsets) if (offset >= start) this.#offsets.delete(name);
    return false;
  }

  finish(flags: { readonly rcode: Rcode; readonly authoritative: boolean; readonly truncated: boolean }): Buffer {
    const { id, opcode, recursionDesired } = this.#header;
    const bits =
      0x8000 |
      (opcode << 11) |
      (flags.authoritative ? 0x0400 : 0) |
      (flags.truncated ? 0x0200 : 0) |
      (recursionDesired ? 0x0100 : 0) |
      RECURSION_AVAILABLE |
      (flags.rcode & 0xf);
    const edns = this.#edns;
    const { answer, authority, additional } = this.#counts;
    const counts = [this.#query ? 1 : 0, answer, authority, additional + (edns ? 1 : 0)];
    [id, bits, ...counts].forEach((word, index) => {
      this.#buffer.writeUInt16BE(word, index * 2);
    });

    let end = this.#end;
    if (edns) {
      end = this.#buffer.writeUInt8(0, end);
      for (const word of [OPT_TYPE, MAX_UDP_PAYLOAD]) end = this.#buffer.writeUInt16BE(word, end);
      // The upper bits of the response code, then the version that we know: 0.
      for (const byte of [flags.rcode >> 4, 0]) end = this.#buffer.writeUInt8(byte, end);
      for (const word of [edns.flags, 0]) end = this.#buffer.writeUInt16BE(word, end);
    }
    return Buffer.from(this.#buffer.subarray(0, end));
  }

  #record({ owner, type, ttl, data }: ResourceRecord): boolean {
    if (!this.#owner(owner) || this.#end + 10 > this.#limit) return false;
    this.#buffer.writeUInt16BE(type, this.#end);
    this.#buffer.writeUInt16BE(CLASS_IN, this.#end + 2);
    this.#buffer.writeUInt32BE(ttl, this.#end + 4);
    const lengthAt = this.#end + 8;
    this.#end += 10;
    const start = this.#end;
    if (!data.every((piece) => (Buffer.isBuffer(piece) ? this.#bytes(piece) : this.#name(piece.labels)))) return false;
    this.#buffer.writeUInt16BE(this.#end - start, lengthAt);
    return true;
  }

  #owner(key: string): boolean {
    const known = this.#offsets.get(key);
    return known === undefined ? this.#name(labelsOf(key)) : this.#pointer(known);
  }

  #name(labels: readonly string[]): boolean {
    for (let index = 0; index < labels.length; index++) {
      const key = keyOf(labels.slice(index));
      const known = this.#offsets.get(key);
      if (known !== undefined) return this.#pointer(known);
      if (this.#end <= MAX_POINTER) this.#offsets.set(key, this.#end);
      const label = labels[index] ?? '';
      if (!this.#bytes(Buffer.from(String.fromCharCode(label.length) + label, 'latin1'))) return false;
    }
    return this.#bytes(Buffer.of(0));
  }

  #pointer(offset: number): boolean {
    return this.#bytes(Buffer.of(0xc0 | (offset >> 8), offset & 0xff));
  }

  #bytes(bytes: Buffer): boolean {
    if (this.#end + bytes.length > this.#limit) return false;
    bytes.copy(this.#buffer, this.#end);
    this.#end += bytes.length;
    return true;
  }
}
