import { canonicalIpv6 } from '../dns/ipv6.ts';
import { type Field, type FieldOf, isEmpty, readDuration, readFlag, readWhole, refuse } from './declared-value.ts';

/** How one port is probed. Everything in it is printable ASCII, and bounded: it crosses to the checker. */
export interface Check {
  readonly kind: 'http' | 'https' | 'grpc' | 'tcp';
  /** Begins with `/`; only for HTTP and HTTPS. */
  readonly path?: string;
  /** Whom it asks for: Host header, `:authority` of gRPC, and over TLS the server name; the address unless it says so. */
  readonly host?: string;
  /** Statuses of HTTP that pass, from and to; any 2xx unless it says so. */
  readonly statuses?: readonly StatusRange[];
  /** Which service of the server gRPC asks for; the server as a whole unless it says so. */
  readonly service?: string;
  /** Milliseconds one attempt may take. */
  readonly timeout: number;
  readonly attempts: number;
}

export type StatusRange = readonly [from: number, to: number];

export const DEFAULT_CHECK_TIMEOUT = 2_000;
export const DEFAULT_CHECK_ATTEMPTS = 3;
export const MAX_CHECK_TIMEOUT = 10_000;
export const MAX_CHECK_ATTEMPTS = 10;
export const MAX_CHECK_GRACE = 30 * 60_000;
const MAX_PATH = 1_024;
export const MAX_HOST = 253;
export const MAX_GRPC_SERVICE = 200;
export const MAX_STATUS_RANGES = 10;

/**
 * TCP wins over gRPC over HTTPS over HTTP; an empty path means no check. What is not asked is read too: a value that
 * cannot be used is a fault wherever it stands.
 */
export function readCheck(field: FieldOf, defaultPath: string | undefined): Check | undefined {
  const timeout = readDuration(field('CHECK_TIMEOUT'), TIMEOUT) ?? DEFAULT_CHECK_TIMEOUT;
  const attempts = readWhole(field('CHECK_ATTEMPTS'), 1, MAX_CHECK_ATTEMPTS) ?? DEFAULT_CHECK_ATTEMPTS;
  const tcp = readFlag(field('CHECK_TCP'));
  const grpc = readGrpc(field('CHECK_GRPC'));
  const https = readPath(field('CHECK_HTTPS'));
  const http = readPath(field('CHECK_HTTP'));
  const host = readHost(field('CHECK_HOST'));
  const statuses = readStatuses(field('CHECK_STATUS'));
  if (tcp) return { kind: 'tcp', timeout, attempts };
  const asked = host === undefined ? {} : { host };
  if (grpc) return { kind: 'grpc', ...grpc, ...asked, timeout, attempts };
  const answered = statuses === undefined ? {} : { statuses };
  if (https) return { kind: 'https', path: https, ...asked, ...answered, timeout, attempts };
  const path = http ?? defaultPath;
  return path ? { kind: 'http', path, ...asked, ...answered, timeout, attempts } : undefined;
}

const TIMEOUT = {
  most: MAX_CHECK_TIMEOUT,
  units: ['ms', 's'],
  want: `more than 0 and at most ${MAX_CHECK_TIMEOUT / 1_000}s, like "2s" or "500ms"`,
} as const;

const GRACE = {
  most: MAX_CHECK_GRACE,
  units: ['ms', 's', 'm'],
  want: `more than 0 and at most ${MAX_CHECK_GRACE / 60_000}m, like "90s" or "5m"`,
} as const;

/** How long a new instance may take to pass, in milliseconds. */
export const readGrace = (field: FieldOf): number | undefined => readDuration(field('CHECK_GRACE'), GRACE);

function readPath(field: Field): string | undefined {
  const { text } = field;
  if (isEmpty(text) || (/^\/[\x21-\x7e]*$/.test(text) && text.length <= MAX_PATH)) return text;
  throw refuse(field, 'a path that begins with "/", without spaces, like "/health"');
}

function readGrpc(field: Field): Pick<Check, 'service'> | undefined {
  const { text } = field;
  if (isEmpty(text) || text.toLowerCase() === 'false') return undefined;
  if (text.toLowerCase() === 'true') return {};
  if (/^[\x21-\x7e]+$/.test(text) && text.length <= MAX_GRPC_SERVICE) return { service: text };
  throw refuse(field, `true, false, or a service of at most ${MAX_GRPC_SERVICE} characters, like "shop.Cart"`);
}

const LABEL = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/i;

/** A name or an address, with a port or without; as it is sent. */
function readHost(field: Field): string | undefined {
  const { text } = field;
  if (isEmpty(text)) return undefined;
  const [, name = '', port = '1'] = /^(\[[0-9a-f:.]{2,45}\]|[^:[\]]{1,253})(?::(\d{1,5}))?$/i.exec(text) ?? [];
  const [, address = ''] = /^\[(.+)\]$/.exec(name) ?? [];
  const isName = canonicalIpv6(address) !== undefined || name.split('.').every((label) => LABEL.test(label));
  if (isName && text.length <= MAX_HOST && Number(port) >= 1 && Number(port) <= 65_535) return text;
  throw refuse(field, 'a host name, with a port or without, like "app.example.com" or "app.example.com:8443"');
}

function readStatuses(field: Field): readonly StatusRange[] | undefined {
  const { text } = field;
  if (isEmpty(text)) return undefined;
  const parts = text.split(',', MAX_STATUS_RANGES + 1);
  const ranges = parts.flatMap((part): readonly StatusRange[] => {
    const [, from, to = from] = /^([2-5]\d\d)(?: ?- ?([2-5]\d\d))?$/.exec(part.trim()) ?? [];
    return from !== undefined && Number(from) <= Number(to) ? [[Number(from), Number(to)]] : [];
  });
  if (ranges.length === parts.length && parts.length <= MAX_STATUS_RANGES) return ranges;
  throw refuse(field, `statuses 200–599, at most ${MAX_STATUS_RANGES}, like "200-399" or "200,204,300-399"`);
}

const ANY_2XX: readonly StatusRange[] = [[200, 299]];

/** Whether an answer of HTTP passes. */
export const passes = ({ statuses = ANY_2XX }: Pick<Check, 'statuses'>, status: number): boolean =>
  statuses.some(([from, to]) => status >= from && status <= to);

/** What passes, for people: `2xx`, or as it was declared. */
export const wantedStatuses = ({ statuses }: Pick<Check, 'statuses'>): string =>
  statuses?.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(',') ?? '2xx';

/** A check in few words: `https /up as app.example.com, 200-399`. */
export function checkText(check: Check): string {
  const { kind, path, service, host, statuses } = check;
  const what = [kind, path ?? service, host === undefined ? undefined : `as ${host}`];
  return `${what.filter((one) => one !== undefined).join(' ')}${statuses ? `, ${wantedStatuses(check)}` : ''}`;
}
