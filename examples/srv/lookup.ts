import { Resolver } from 'node:dns/promises';

/**
 * Finds the instances of a service by its SRV record set and orders them as RFC 2782 asks clients to.
 *
 * Without dependencies: copy this file, or import it.
 *
 * @example
 * const { value } = await tryEach('_calc._tcp.servicediscovery.internal', async ({ address, port }) => {
 *   const response = await fetch(`http://${address}:${port}/calc/1+1`);
 *   if (!response.ok) throw new Error(`status ${response.status}`);
 *   return response.json();
 * });
 */

/** One SRV value, as Node's resolver gives it. */
export interface SrvValue {
  /** Target host, without final dot. */
  readonly name: string;
  readonly port: number;
  /** Lower is contacted first. */
  readonly priority: number;
  /** Share among values of the same priority. */
  readonly weight: number;
}

/** Where one instance can be reached. */
export interface Endpoint extends Omit<SrvValue, 'name'> {
  readonly target: string;
  /** One address of the target, IPv4 where it has any. */
  readonly address: string;
}

/** The part of Node's `dns.promises.Resolver` that is needed; its own is used by default. */
export interface SrvResolver {
  resolveSrv(name: string): Promise<readonly SrvValue[]>;
  resolve4(name: string): Promise<readonly string[]>;
  resolve6(name: string): Promise<readonly string[]>;
}

export interface LookupOptions {
  /** DNS server as `address:port`; the system's servers by default. Not used together with `resolver`. */
  readonly server?: string;
  readonly resolver?: SrvResolver;
  /** A number in [0, 1); Math.random by default. */
  readonly random?: () => number;
}

export interface Tried<T> {
  readonly value: T;
  readonly endpoint: Endpoint;
  /** How many endpoints were tried, the good one included. */
  readonly tries: number;
}

/** Thrown when the name has no instance at the moment: no such record set, or none of its targets has an address. */
export class NoInstanceError extends Error {
  override readonly name = 'NoInstanceError';
}

/** Thrown when every instance was tried and failed; `errors` holds the reasons in the order of the tries. */
export class EveryInstanceFailedError extends AggregateError {
  override readonly name = 'EveryInstanceFailedError';
}

/** "There is no such record", in contrast to every other code: those say that it is not known. */
const ABSENT_CODES = new Set(['ENOTFOUND', 'ENODATA']);

/**
 * Every instance of a name, in the order in which to try them; empty when there is none at the moment.
 *
 * @throws the resolver's error (ETIMEOUT, ESERVFAIL, EREFUSED, …) when the answer is not known
 */
export async function lookup(name: string, options: LookupOptions = {}): Promise<Endpoint[]> {
  const found: Endpoint[] = [];
  for await (const endpoint of endpoints(name, options)) found.push(endpoint);
  return found;
}

/** As `lookup`, but asks for a target's addresses only when the caller gets there: better for names with many instances. */
export async function* endpoints(name: string, options: LookupOptions = {}): AsyncGenerator<Endpoint> {
  const resolver = options.resolver ?? resolverOf(options.server);
  const values = await presentOrNone(resolver.resolveSrv(name));
  // A target of "." says that the service is decidedly not offered here (RFC 2782).
  const offered = values.filter(({ name: target }) => target !== '' && target !== '.');

  for (const { name: target, port, priority, weight } of orderSrv(offered, options.random)) {
    let addresses = await presentOrNone(resolver.resolve4(target));
    if (addresses.length === 0) addresses = await presentOrNone(resolver.resolve6(target));
    for (const address of addresses) yield { target, address, port, priority, weight };
  }
}

/**
 * Calls `attempt` with one endpoint after the other until one succeeds.
 *
 * @throws NoInstanceError, EveryInstanceFailedError, or the resolver's error when the answer is not known
 */
export async function tryEach<T>(
  name: string,
  attempt: (endpoint: Endpoint) => Promise<T>,
  options: LookupOptions = {},
): Promise<Tried<T>> {
  const errors: unknown[] = [];
  for await (const endpoint of endpoints(name, options)) {
    try {
      return { value: await attempt(endpoint), endpoint, tries: errors.length + 1 };
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length === 0) throw new NoInstanceError(`${name} has no instance at the moment`);
  throw new EveryInstanceFailedError(errors, `${name}: all of ${errors.length} instances tried have failed`);
}

/**
 * Orders SRV values by priority, and within one priority by RFC 2782's weighted random selection: values of weight 0
 * first, running sums of the weights, a whole number from 0 to the sum (inclusive), the first value whose running sum
 * reaches it; then again with the rest.
 */
export function orderSrv<T extends SrvValue>(values: readonly T[], random: () => number = Math.random): T[] {
  const priorities = [...new Set(values.map(({ priority }) => priority))].sort((a, b) => a - b);
  return priorities.flatMap((priority) =>
    orderByWeight(
      values.filter((value) => value.priority === priority),
      random,
    ),
  );
}

function orderByWeight<T extends SrvValue>(values: readonly T[], random: () => number): T[] {
  // "In any order": a random one, so that a server that always answers in the same order gives no value an advantage.
  const shuffled = values
    .map((value) => ({ value, position: random() }))
    .sort((a, b) => a.position - b.position)
    .map(({ value }) => value);
  const rest = [...shuffled.filter(({ weight }) => weight === 0), ...shuffled.filter(({ weight }) => weight !== 0)];

  const ordered: T[] = [];
  while (rest.length > 0) {
    const sum = rest.reduce((total, { weight }) => total + weight, 0);
    const drawn = Math.floor(random() * (sum + 1));
    let running = 0;
    const index = rest.findIndex(({ weight }) => {
      running += weight;
      return running >= drawn;
    });
    ordered.push(...rest.splice(index, 1));
  }
  return ordered;
}

function resolverOf(server: string | undefined): SrvResolver {
  const resolver = new Resolver({ timeout: 2_000, tries: 2 });
  if (server !== undefined) resolver.setServers([server]);
  return resolver;
}

async function presentOrNone<T>(answer: Promise<readonly T[]>): Promise<readonly T[]> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Error && 'code' in error && ABSENT_CODES.has(String(error.code))) return [];
    throw error;
  }
}
