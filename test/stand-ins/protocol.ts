import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { signatureScope, signedBy } from './protocol/signature.ts';
import { unsignedFault } from './protocol/unsigned.ts';
import type { HttpAnswer, HttpCall, Wire } from './protocol/wire.ts';
import { guessSigningName, wireOf } from './protocol/wires.ts';
import { type CallContext, type Service, ServiceFault } from './service.ts';

/** A call as an interceptor sees it: after decoding, before the service. */
export interface InterceptedCall {
  /** Signing name, e.g. `ecs`. */
  readonly service: string;
  /** API action name. */
  readonly operation: string;
  readonly input: object;
}

/**
 * What happens to a call instead of, or before, its service.
 *
 * - a ServiceFault is answered in the protocol's envelope
 * - `status` and `body` are answered as they are
 * - `reset` destroys the connection; the service never sees the call
 * - `reset-after` destroys the connection after the service has done its work: the answer is lost
 * - `delayMs` waits, then goes on
 */
export type Injection =
  | ServiceFault
  | { readonly status: number; readonly body: string }
  | { readonly delayMs: number }
  | 'reset'
  | 'reset-after';

export type Interceptor = (call: InterceptedCall) => Injection | undefined | Promise<Injection | undefined>;

export interface EndpointOptions {
  readonly services: readonly Service[];
  /** TCP port on 127.0.0.1; 0 (the default) takes a free one. */
  readonly port?: number;
  /** Refuses a call that its signer is not allowed; before anything is injected. @throws ServiceFault */
  readonly authorize?: (call: InterceptedCall, context: CallContext) => void;
  /** What the signer may do besides. */
  readonly may?: (context: CallContext, action: string, resource: string) => boolean;
  /** Sees every decoded call; may inject a fault. Also the place to count calls. */
  readonly intercept?: Interceptor;
  /** The account that callers belong to; twelve digits. */
  readonly accountId?: string;
  /** The account of whoever signs with a key, where they are of several. */
  readonly accountOf?: (accessKeyId: string) => string;
  /** Sees every call that reached an operation, with its answer, as both went over the wire. */
  readonly record?: (exchange: Exchange) => void;
}

/** One call and its answer: as the wire had them, and as the operation saw and meant them. */
export interface Exchange {
  /** Signing name, e.g. `ecs`. */
  readonly service: string;
  /** API action name. */
  readonly operation: string;
  readonly call: HttpCall;
  readonly answer: HttpAnswer;
  /** In the SDK's shape, as the call was decoded. */
  readonly input: object;
  /** In the SDK's shape, before it was encoded; undefined for a fault. */
  readonly output: object | undefined;
}

/** A running endpoint. */
export interface Endpoint {
  /** For `AWS_ENDPOINT_URL`, without a final slash. */
  readonly url: string;
  readonly port: number;
  /** Ends all connections, idle or not. */
  close(): Promise<void>;
}

/** The account of the stand-ins where nothing else is said. */
export const DEFAULT_ACCOUNT = '123456789012';

interface ServedService {
  readonly service: Service;
  readonly wire: Wire;
}

/**
 * Serves AWS services on one port of 127.0.0.1 to unmodified SDK clients and to the AWS CLI, told apart by the service
 * in the signature's credential scope. Any credentials are accepted; what they may do is up to `authorize`.
 *
 * @throws Error when a service has no known protocol or the port is in use
 */
export async function startEndpoint(options: EndpointOptions): Promise<Endpoint> {
  const served = new Map(
    await Promise.all(
      options.services.map(
        async (service) => [service.signingName, { service, wire: await wireOf(service.signingName) }] as const,
      ),
    ),
  );
  const server = createServer((request, response) => {
    answer(request, response, served, options).catch(() => response.destroy());
  });
  server.keepAliveTimeout = 60_000; // longer than clients keep idle connections: never a race at reuse
  await new Promise<void>((listening, failed) => {
    server.once('error', failed);
    server.listen(options.port ?? 0, '127.0.0.1', () => {
      server.off('error', failed);
      listening();
    });
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    close: () =>
      new Promise((closed, failed) => {
        server.close((error) => (error ? failed(error) : closed()));
        server.closeAllConnections();
      }),
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  served: ReadonlyMap<string, ServedService>,
  options: EndpointOptions,
): Promise<void> {
  const call = await readCall(request);
  const outcome = await handle(call, served, options);
  if (outcome === 'reset') {
    request.socket.destroy();
    return;
  }
  const { status, headers, body } = outcome;
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  const bodiless = call.method === 'HEAD' || status === 204 || status === 304; // RFC 9110 section 8.6
  const length = bodiless ? {} : { 'content-length': String(bytes.length) };
  response.writeHead(status, { ...length, ...headers });
  response.end(bodiless ? undefined : bytes);
}

async function readCall(request: IncomingMessage): Promise<HttpCall> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const [path = '/', search = ''] = (request.url ?? '/').split(/\?(.*)/s);
  return {
    method: request.method ?? 'GET',
    path,
    query: new URLSearchParams(search),
    headers: request.headers,
    body: Buffer.concat(chunks),
  };
}

async function handle(
  call: HttpCall,
  served: ReadonlyMap<string, ServedService>,
  { intercept, record, authorize, may, accountOf, accountId = DEFAULT_ACCOUNT }: EndpointOptions,
): Promise<HttpAnswer | 'reset'> {
  const requestId = randomUUID();
  const scope = signatureScope(call);
  const signingName = typeof scope === 'object' ? scope.service : guessSigningName(call);
  const target = served.get(signingName);
  if (!target) return notServed(signingName, [...served.keys()]);

  const { service, wire } = target;
  let seen: Pick<Exchange, 'operation' | 'input'> | undefined;
  const noted = (answer: HttpAnswer, output?: object): HttpAnswer => {
    if (seen) record?.({ ...seen, service: signingName, call, answer, output });
    return answer;
  };
  try {
    if (typeof scope !== 'object') throw unsignedFault(signingName, scope);
    const { operation, input } = wire.read(call);
    seen = { operation: operation.name, input };
    const run = Object.hasOwn(service.operations, operation.name) ? service.operations[operation.name] : undefined;
    if (!run) throw new ServiceFault('NotImplemented', `${operation.name} is not served here`, { statusCode: 501 });

    const { accessKeyId } = scope;
    const caller: CallContext = { ...signedBy(scope), accountId: accountOf?.(accessKeyId) ?? accountId, requestId };
    authorize?.({ service: signingName, operation: operation.name, input }, caller);
    const injection = await Promise.resolve(intercept?.({ service: signingName, operation: operation.name, input }));
    if (injection === 'reset') return 'reset';
    if (injection instanceof ServiceFault) throw injection;
    if (typeof injection === 'object' && 'status' in injection) return { ...injection, headers: {} };
    if (typeof injection === 'object') await sleep(injection.delayMs);

    const context = may ? { ...caller, may: may.bind(undefined, caller) } : caller;
    const output = await run(input as never, context);
    return injection === 'reset-after' ? 'reset' : noted(wire.write(operation, output, requestId), output);
  } catch (error) {
    const fault = error instanceof ServiceFault ? error : internalFault(error);
    return noted(wire.fault(fault, requestId, call.method));
  }
}

// A defect of a stand-in must be seen, and must not be mistaken for an answer of the service.
function internalFault(error: unknown): ServiceFault {
  const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return new ServiceFault('InternalFailure', `the stand-in failed: ${reason}`, { statusCode: 500, cause: error });
}

function notServed(signingName: string, served: readonly string[]): HttpAnswer {
  return {
    status: 404,
    headers: { 'content-type': 'text/plain' },
    body: `service ${signingName} is not served here, only ${served.join(', ')}\n`,
  };
}
