import { isIPv4, isIPv6 } from 'node:net';
import { labelsOf, wireName } from './name.ts';

/** A name inside RDATA that may be compressed: only those of RFC 1035 (RFC 3597 section 4), so never an SRV target. */
export interface CompressibleName {
  readonly labels: readonly string[];
}

/** RDATA as pieces to be written one after the other. */
export type RecordData = readonly (Buffer | CompressibleName)[];

/** Type codes (IANA DNS parameters) of the types that Route 53 stores and this server can answer. */
export const TYPE_CODES = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
  DS: 43,
  SSHFP: 44,
  TLSA: 52,
  SPF: 99,
  CAA: 257,
} as const;

export type SupportedType = keyof typeof TYPE_CODES;

export const isSupportedType = (type: string | undefined): type is SupportedType =>
  type !== undefined && Object.hasOwn(TYPE_CODES, type);

/**
 * Turns a value as Route 53 stores it (presentation format) into RDATA.
 *
 * @throws Error when the value does not have the type's form
 */
export function recordData(type: SupportedType, value: string): RecordData {
  const fields = value.trim().split(/\s+/);
  const at = (index: number) => fields[index] ?? '';
  switch (type) {
    case 'A':
      return [ipv4(value.trim())];
    case 'AAAA':
      return [ipv6(value.trim())];
    case 'NS':
    case 'CNAME':
    case 'PTR':
      return [{ labels: labelsOf(at(0)) }];
    case 'MX':
      return [uint(at(0), 2), { labels: labelsOf(at(1)) }];
    case 'SRV':
      return [uint(at(0), 2), uint(at(1), 2), uint(at(2), 2), wireName(labelsOf(srvTarget(value)))];
    case 'SOA':
      return [
        { labels: labelsOf(at(0)) },
        { labels: labelsOf(at(1)) },
        ...[2, 3, 4, 5, 6].map((index) => uint(at(index), 4)),
      ];
    case 'TXT':
    case 'SPF':
      return characterStrings(value).map((text) => Buffer.concat([uint(text.length, 1), text]));
    case 'CAA': {
      const [flags = '', tag = '', ...rest] = fields;
      const [text = Buffer.alloc(0)] = characterStrings(rest.join(' '));
      return [uint(flags, 1), uint(tag.length, 1), Buffer.from(tag, 'latin1'), text];
    }
    case 'DS':
      return [uint(at(0), 2), uint(at(1), 1), uint(at(2), 1), hex(fields.slice(3).join(''))];
    case 'SSHFP':
      return [uint(at(0), 1), uint(at(1), 1), hex(fields.slice(2).join(''))];
    case 'TLSA':
      return [uint(at(0), 1), uint(at(1), 1), uint(at(2), 1), hex(fields.slice(3).join(''))];
  }
}

/** The target of an SRV value, `priority weight port target`, in presentation format. */
export function srvTarget(value: string): string {
  const [, , , target] = value.trim().split(/\s+/);
  if (target === undefined) throw new Error(`SRV value ${JSON.stringify(value)}: four fields are needed`);
  return target;
}

/** The minimum field of an SOA value, in seconds: one of the two bounds of negative caching (RFC 2308 section 5). */
export const soaMinimum = (value: string): number => Number(value.trim().split(/\s+/)[6]);

function uint(value: string | number, bytes: 1 | 2 | 4): Buffer {
  const number = typeof value === 'number' ? value : /^\d+$/.test(value) ? Number(value) : Number.NaN;
  if (!(number >= 0 && number < 256 ** bytes)) {
    throw new Error(`${JSON.stringify(value)} is no number: 0 to ${256 ** bytes - 1} is allowed`);
  }
  const buffer = Buffer.alloc(bytes);
  buffer.writeUIntBE(number, 0, bytes);
  return buffer;
}

function hex(digits: string): Buffer {
  if (!/^([0-9a-f]{2})+$/i.test(digits)) throw new Error(`${JSON.stringify(digits)} is no text of hexadecimal pairs`);
  return Buffer.from(digits, 'hex');
}

function ipv4(text: string): Buffer {
  if (!isIPv4(text)) throw new Error(`${JSON.stringify(text)} is no IPv4 address`);
  return Buffer.from(text.split('.').map(Number));
}

function ipv6(text: string): Buffer {
  if (!isIPv6(text) || text.includes('%')) throw new Error(`${JSON.stringify(text)} is no IPv6 address`);
  // A dotted tail, as in ::ffff:10.0.0.1, is two groups.
  const groups = text.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, a, b, c, d) =>
    [Number(a) * 256 + Number(b), Number(c) * 256 + Number(d)].map((group) => group.toString(16)).join(':'),
  );
  const [head = '', tail] = groups.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0');
  return Buffer.concat([...before, ...zeros, ...after].map((group) => uint(Number.parseInt(group, 16), 2)));
}

/** `"one" "two \"quoted\" \303\251"`: character strings of at most 255 bytes each, escapes octal as in names. */
function characterStrings(value: string): Buffer[] {
  const strings = [...value.matchAll(/"((?:\\.|[^"\\])*)"|([^\s"]+)/gs)].map(([, quoted, bare]) =>
    Buffer.concat(
      [...(quoted ?? bare ?? '').matchAll(/\\([0-7]{3})|\\(.)|[^\\]+/g)].map(([part, octal, escaped]) =>
        octal ? Buffer.of(Number.parseInt(octal, 8) & 0xff) : Buffer.from(escaped ?? part),
      ),
    ),
  );
  if (strings.length === 0) throw new Error(`${JSON.stringify(value)} holds no character string`);
  for (const { length } of strings) {
    if (length > 255) throw new Error(`character string of ${length} bytes: at most 255 are allowed`);
  }
  return strings;
}
