import { get } from 'node:http';
import { authorization, type Credentials } from '../service/basic-auth.ts';
import type { Reply } from '../service/http-service.ts';
import {
  type Endpoint,
  EveryInstanceFailedError,
  type LookupOptions,
  NoInstanceError,
  tryEach,
} from '../srv/lookup.ts';

/** A service that the portal asks. */
export interface Service {
  /** SRV name, `_calc._tcp.servicediscovery.internal`. */
  readonly name: string;
  /** Path before the argument, `/calc/`. */
  readonly prefix: string;
  readonly credentials: Credentials;
}

interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** An instance that takes longer than this is left for the next one, in milliseconds. */
const TIMEOUT = 2_000;
/** The services' answers are short; more is none of theirs, in bytes. */
const MAX_BODY = 65_536;

/**
 * Asks the instances of a service, one after the other, until one answers with anything below 500.
 *
 * | what happens                                  | answer                              |
 * | --------------------------------------------- | ----------------------------------- |
 * | an instance answers                           | its status and JSON, and who it was |
 * | the name has no instance yet                  | 503, `state: 'no-instance'`         |
 * | every instance fails                          | 502, `state: 'all-failed'`          |
 * | the DNS server does not answer, or with fault | 503, `state: 'lookup-failed'`       |
 */
export async function askService(service: Service, argument: string, options: LookupOptions): Promise<Reply> {
  const path = service.prefix + encodeURIComponent(argument);
  try {
    const { value, endpoint, tries } = await tryEach(
      service.name,
      (candidate) => request(candidate, path, service.credentials),
      options,
    );
    const { target, address, port } = endpoint;
    return { status: value.status, body: { ...value.body, answeredBy: { target, address, port }, tries } };
  } catch (error) {
    return failure(service, error);
  }
}

function failure({ name }: Service, error: unknown): Reply {
  if (error instanceof NoInstanceError) {
    const body = {
      state: 'no-instance',
      error: `${name} has no instance yet; it appears here as soon as one is healthy`,
    };
    return { status: 503, headers: { 'retry-after': '2' }, body };
  }
  if (error instanceof EveryInstanceFailedError) {
    const reasons = error.errors.map(messageOf);
    const body = { state: 'all-failed', error: error.message, tries: reasons.length, reasons };
    return { status: 502, headers: { 'retry-after': '2' }, body };
  }
  const body = { state: 'lookup-failed', error: `the lookup of ${name} failed: ${messageOf(error)}` };
  return { status: 503, headers: { 'retry-after': '2' }, body };
}

/** One request on a connection of its own, so that no connection outlives the instance that it leads to. */
async function request({ address, port }: Endpoint, path: string, credentials: Credentials): Promise<Answer> {
  const where = address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  // Not fetch: it would resolve "." and ".." in the path, which are fine arguments.
  const call = get(
    {
      host: address,
      port,
      path,
      agent: false,
      signal: AbortSignal.timeout(TIMEOUT),
      headers: { authorization: authorization(credentials), accept: 'application/json' },
    },
    (response) => {
      const { statusCode = 0 } = response;
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        chunks.push(chunk);
        if (bytes > MAX_BODY) call.destroy(new Error(`more than ${MAX_BODY} bytes`));
      });
      response.on('error', reject);
      response.on('end', () => {
        try {
          resolve(readAnswer(statusCode, Buffer.concat(chunks).toString()));
        } catch (error) {
          reject(error);
        }
      });
    },
  );
  call.on('error', reject);
  return promise.catch((error: unknown) => {
    const timedOut = error instanceof Error && error.name === 'AbortError';
    throw new Error(`${where}: ${timedOut ? `no answer within ${TIMEOUT} ms` : messageOf(error)}`, { cause: error });
  });
}

/** Throws for what another instance may do better: a fault of the server's, or something else on that port. */
function readAnswer(status: number, text: string): Answer {
  if (status >= 500) throw new Error(`status ${status}`);
  if (status === 401) throw new Error('status 401: the portal has other credentials');
  const body: unknown = JSON.parse(text);
  if (body === null || typeof body !== 'object' || Array.isArray(body)) throw new Error('the answer is no JSON object');
  return { status, body: { ...body } };
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
