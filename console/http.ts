import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { PAGE_POLICY } from './page/read.ts';

/** What is answered with a status of its own and one sentence. */
export class Refusal extends Error {
  readonly status: number;
  constructor(status: number, sentence: string) {
    super(sentence);
    this.status = status;
  }
}

/** Octets of a body that are read. */
const MOST_BODY = 16 * 1_024;
/** The port of http addresses that name none. */
const HTTP = 80;
/** Fields of an order, and characters of each. */
const MOST_FIELDS = 20;
const MOST_FIELD = 2_000;

const HEADERS = {
  'content-security-policy': PAGE_POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-store',
} as const;

export function head(response: ServerResponse, status: number, type: string): void {
  response.writeHead(status, { ...HEADERS, 'content-type': type });
}

export function send(response: ServerResponse, status: number, type: string, body: string): void {
  const bytes = Buffer.from(body);
  response.writeHead(status, { ...HEADERS, 'content-type': type, 'content-length': bytes.length });
  response.end(bytes);
}

export const sendJson = (response: ServerResponse, status: number, text: string): void =>
  send(response, status, 'application/json; charset=utf-8', text);

/**
 * A page of somebody else, in the same browser, may send requests to a loopback address, under a name of its own that it
 * lets resolve to it (DNS rebinding): neither its name nor its origin is ours.
 *
 * @throws Refusal
 */
export function checkPlace({ headers }: IncomingMessage, port: number): void {
  // Browsers leave out the port that a scheme has by itself.
  const own = port === HTTP ? '' : `:${port}`;
  const hosts = [...new Set(['127.0.0.1', 'localhost'].flatMap((name) => [`${name}${own}`, `${name}:${port}`]))];
  if (!hosts.includes(headers.host ?? '')) {
    throw new Refusal(403, `this console is at ${hosts.join(' and ')} only, and was asked for under another name`);
  }
  const { origin } = headers;
  if (origin !== undefined && !hosts.some((host) => origin === `http://${host}`)) {
    throw new Refusal(403, 'a page of another origin has asked; only the console itself may');
  }
  if (headers['sec-fetch-site'] === 'cross-site') throw new Refusal(403, 'a page of another site has asked');
}

/** @throws Refusal */
export function checkToken({ headers }: IncomingMessage, token: string): void {
  const given = headers['x-console-token'];
  if (typeof given === 'string' && timingSafeEqual(digest(given), digest(token))) return;
  throw new Refusal(
    401,
    'the token is missing or wrong: open the address that the command has printed, with what stands behind #',
  );
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** @throws Refusal */
export function checkMethod(
  { method = '' }: IncomingMessage,
  response: ServerResponse,
  allowed: readonly string[],
): void {
  if (allowed.includes(method)) return;
  response.setHeader('allow', allowed.join(', '));
  throw new Refusal(405, `got another method, want ${allowed.join(' or ')}`);
}

/**
 * The fields of an order, an object of texts.
 *
 * @throws Refusal
 */
export async function fieldsIn(request: IncomingMessage): Promise<ReadonlyMap<string, string>> {
  if (!/^application\/json\b/.test(request.headers['content-type'] ?? '')) {
    throw new Refusal(415, 'got another content type, want application/json');
  }
  const body = await bodyOf(request);
  let given: unknown;
  try {
    given = body === '' ? {} : JSON.parse(body);
  } catch {
    throw new Refusal(400, 'the body is no JSON, want an object of texts');
  }
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new Refusal(400, 'the body is no object, want an object of texts');
  }
  const fields = Object.entries(given);
  if (fields.length > MOST_FIELDS) throw new Refusal(400, `got ${fields.length} fields, want ${MOST_FIELDS} at most`);
  for (const [, value] of fields) {
    if (typeof value !== 'string') throw new Refusal(400, 'got a field that is no text');
    if (value.length > MOST_FIELD)
      throw new Refusal(400, `got a field of ${value.length} characters, want ${MOST_FIELD} at most`);
  }
  return new Map(fields as [string, string][]);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const tooLong = () => new Refusal(413, `the body is too long, want ${MOST_BODY} octets at most`);
  if (Number(request.headers['content-length'] ?? 0) > MOST_BODY) throw tooLong();
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > MOST_BODY) throw tooLong();
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}
