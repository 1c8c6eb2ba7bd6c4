import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Credentials, isAuthorized } from './basic-auth.ts';
import { followSignals, type Lifecycle } from './lifecycle.ts';
import { type Defaults, readSettings } from './settings.ts';

export interface Request {
  /** The path as it was sent, still percent-encoded, without query. */
  readonly path: string;
  readonly query: URLSearchParams;
}

export interface Reply {
  readonly status: number;
  /** Text is sent as it is, with a content type among the headers; anything else as JSON. */
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a service is besides its answers. */
export interface ServiceOptions {
  /** Stands before each line it prints, and is its realm. */
  readonly name: string;
  readonly defaults: Defaults;
  /** Asked of every request but those for `/health`; without them the service is open. */
  readonly credentials?: Credentials;
}

/** Thrown by a handler for what the client got wrong: the answer says what, what was given and what is allowed. */
export class BadRequestError extends Error {
  override readonly name = 'BadRequestError';
  readonly got: string;
  readonly allowed: string;

  constructor(message: string, details: { readonly got: string; readonly allowed: string }) {
    super(message);
    this.got = details.got;
    this.allowed = details.allowed;
  }
}

/**
 * Serves GET and HEAD over HTTP until a signal ends the process; `/health` is open and says 200 as long as it serves.
 *
 * Prints one line with its address once it listens. A wrong setting or a port in use ends the process with 1.
 */
export function runService(options: ServiceOptions, handle: (request: Request) => Promise<Reply> | Reply): void {
  const say = (line: string) => console.log(`${options.name}: ${line}`);
  const fail = (error: Error) => {
    console.error(`${options.name}: ${error.message}`);
    process.exitCode = 1;
  };

  let settings: ReturnType<typeof readSettings>;
  try {
    settings = readSettings(process.env, options.defaults);
  } catch (error) {
    fail(error as Error);
    return;
  }

  const server = createServer((message, response) => {
    void answer(message, options, lifecycle, handle).then((reply) => send(response, message, reply, lifecycle));
  });
  const lifecycle = followSignals(server, settings.drainSeconds, say);
  server.once('error', ({ message }) => fail(new Error(`${message}: HOST and PORT say where to listen`)));
  server.listen(settings.port, settings.host, () => {
    const { address, port, family } = server.address() as AddressInfo;
    say(`listening on http://${family === 'IPv6' ? `[${address}]` : address}:${port}`);
  });
}

async function answer(
  message: IncomingMessage,
  { name, credentials }: ServiceOptions,
  lifecycle: Lifecycle,
  handle: (request: Request) => Promise<Reply> | Reply,
): Promise<Reply> {
  const [path = '/', query = ''] = (message.url ?? '/').split(/\?(.*)/s);
  if (message.method !== 'GET' && message.method !== 'HEAD') {
    const body = { error: 'method not allowed', got: message.method, allowed: 'GET, HEAD' };
    return { status: 405, headers: { allow: 'GET, HEAD' }, body };
  }
  if (path === '/health') {
    return lifecycle.failing
      ? { status: 503, body: { status: 'failing on purpose until the next SIGUSR2' } }
      : { status: 200, body: { status: lifecycle.draining ? 'draining' : 'ok' } };
  }
  if (credentials && !isAuthorized(message.headers.authorization, credentials)) {
    const body = {
      error: 'not authorized',
      got: message.headers.authorization ? 'other credentials' : 'no credentials',
    };
    const challenge = `Basic realm="${name}", charset="UTF-8"`;
    return {
      status: 401,
      headers: { 'www-authenticate': challenge },
      body: { ...body, allowed: 'basic authentication' },
    };
  }

  try {
    return await handle({ path, query: new URLSearchParams(query) });
  } catch (error) {
    if (error instanceof BadRequestError) {
      return { status: 400, body: { error: error.message, got: error.got, allowed: error.allowed } };
    }
    console.error(error);
    return { status: 500, body: { error: 'internal error' } };
  }
}

function send(response: ServerResponse, message: IncomingMessage, reply: Reply, { draining }: Lifecycle): void {
  const text = typeof reply.body === 'string' ? reply.body : `${JSON.stringify(reply.body)}\n`;
  const type = typeof reply.body === 'string' ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8';
  response.writeHead(reply.status, {
    'content-type': type,
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...(draining ? { connection: 'close' } : {}),
    ...reply.headers,
  });
  response.end(message.method === 'HEAD' ? undefined : text);
}
