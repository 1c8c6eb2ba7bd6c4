import { Resolver } from 'node:dns/promises';
import { type LastAnswers, lastAnswers, putLast, type Silence } from './last-answers.ts';

/**
 * Finds the instances of a service by its SRV record set and orders them as RFC 2782 asks clients to. While DNS is silent,
 * the last answer of each name is used (as RFC 8767 lets resolvers do it).
 *
 * Without dependencies: copy this folder, or import it as `ecs-service-discovery-dns/srv`.
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
  /**
   * How long the last answer of a name is used while DNS does not give another, in milliseconds; one day by default, 0 for
   * never. An answer that there is no such record set is an answer.
   */
  readonly keep?: number;
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
/** A query is sent again after 300, 600 and 1,200 ms, so that a lost packet costs less than `PATIENCE`. */
const QUERY = { timeout: 300, tries: 3 };
/** The least that RFC 8767, section 5, recommends as the limit of stale answers, in milliseconds. */
const ONE_DAY = 86_400_000;
/** Servers whose answers are kept; the oldest go first. */
const MOST_SERVERS = 16;

/**
 * Every instance of a name, in the order in which to try them; empty when there is none at the moment.
 *
 * @throws the resolver's error (ETIMEOUT, ESERVFAIL, EREFUSED, …) when the answer is not known, and there is no last one
 */
export async function lookup(name: string, options: LookupOptions = {}): Promise<Endpoint[]> {
  const found: Endpoint[] = [];
  for await (const endpoint of endpoints(name, options)) found.push(endpoint);
  return found;
}

/**
 * As `lookup`, but asks for a target's addresses only when the caller gets there: better for names with many instances. A
 * target whose addresses are not known is passed over, and its error thrown after the last of the others.
 */
export async function* endpoints(name: string, options: LookupOptions = {}): AsyncGenerator<Endpoint> {
  const values = await answersFor(options).instances.ask(name, keepOf(options));
  yield* endpointsOf(values, options);
}

async function* endpointsOf(values: readonly SrvValue[], options: LookupOptions): AsyncGenerator<Endpoint> {
  const keep = keepOf(options);
  const { addresses } = answersFor(options);
  const faults: unknown[] = [];
  for (const { name: target, port, priority, weight } of orderSrv(values.filter(isOffered), options.random)) {
    const found = await addresses.ask(target, keep).catch((fault: unknown) => {
      faults.push(fault);
      return [];
    });
    for (const address of found) yield { target, address, port, priority, weight };
  }
  if (faults.length > 0) throw faults[0];
}

/**
 * As `endpoints`; where those of a last answer were not enough, DNS is asked once more, for it may speak again: then those
 * that the last answer did not have come too.
 */
async function* endpointsAndLater(name: string, options: LookupOptions): AsyncGenerator<Endpoint> {
  const keep = keepOf(options);
  const { instances } = answersFor(options);
  const before = instances.last(name, keep);
  const values = await instances.ask(name, keep);
  let fault: unknown;
  try {
    yield* endpointsOf(values, options);
    if (values !== before) return;
  } catch (unknown) {
    if (values !== before) throw unknown;
    fault = unknown;
  }
  const tried = new Set(values.map(placeOf));
  const later = await instances.ask(name, keep);
  yield* endpointsOf(
    later.filter((value) => !tried.has(placeOf(value))),
    options,
  );
  if (fault !== undefined) throw fault;
}

const placeOf = ({ name: target, port }: SrvValue): string => `${target.toLowerCase()}:${port}`;

/**
 * Calls `attempt` with one endpoint after the other until one succeeds.
 *
 * @throws NoInstanceError, EveryInstanceFailedError, or the resolver's error when the answer is not known, and there is no
 *   last one
 */
export async function tryEach<T>(
  name: string,
  attempt: (endpoint: Endpoint) => Promise<T>,
  options: LookupOptions = {},
): Promise<Tried<T>> {
  const errors: unknown[] = [];
  try {
    for await (const endpoint of endpointsAndLater(name, options)) {
      try {
        const value = await attempt(endpoint);
        learnOneMore(name, options);
        return { value, endpoint, tries: errors.length + 1 };
      } catch (error) {
        errors.push(error);
      }
    }
  } catch (unknown) {
    if (errors.length === 0) throw unknown;
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

/** A target of "." says that the service is decidedly not offered here (RFC 2782). */
const isOffered = ({ name: target }: SrvValue): boolean => target !== '' && target !== '.';

function keepOf({ keep = ONE_DAY }: LookupOptions): number {
  if (typeof keep === 'number' && keep >= 0) return keep;
  throw new RangeError(`keep: got ${String(keep)}, want milliseconds, 0 or more`);
}

/** Those that are never reached while the first ones work are asked for too, one a call: DNS may be silent when they are. */
function learnOneMore(name: string, options: LookupOptions): void {
  const keep = keepOf(options);
  const { instances, addresses } = answersFor(options);
  const target = instances.last(name, keep)?.find((value) => isOffered(value) && !addresses.knows(value.name));
  if (target) addresses.ask(target.name, keep).catch(() => {});
}

interface Answers {
  readonly instances: LastAnswers<SrvValue>;
  readonly addresses: LastAnswers<string>;
}

const ofServers = new Map<string, Answers>();
const ofResolvers = new WeakMap<SrvResolver, Answers>();

function answersFor({ resolver, server = '' }: LookupOptions): Answers {
  const known = resolver ? ofResolvers.get(resolver) : ofServers.get(server);
  if (known) return known;
  const answers = answersOf(resolver ?? resolverOf(server));
  if (resolver) ofResolvers.set(resolver, answers);
  else putLast(ofServers, { key: server, value: answers, most: MOST_SERVERS });
  return answers;
}

function answersOf(resolver: SrvResolver): Answers {
  const silence: Silence = { until: 0, probing: false };
  const addressesOf = async (target: string) => {
    const found = await presentOrNone(resolver.resolve4(target));
    return found.length > 0 ? found : presentOrNone(resolver.resolve6(target));
  };
  return {
    instances: lastAnswers((name: string) => presentOrNone(resolver.resolveSrv(name)), silence),
    addresses: lastAnswers(addressesOf, silence),
  };
}

/** A new one for each query: what one of them has learned of a server that was gone must not outlast it. */
function resolverOf(server: string): SrvResolver {
  const made = () => {
    const resolver = new Resolver(QUERY);
    if (server !== '') resolver.setServers([server]);
    return resolver;
  };
  return {
    resolveSrv: (name) => made().resolveSrv(name),
    resolve4: (name) => made().resolve4(name),
    resolve6: (name) => made().resolve6(name),
  };
}

async function presentOrNone<T>(answer: Promise<readonly T[]>): Promise<readonly T[]> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Error && 'code' in error && ABSENT_CODES.has(String(error.code))) return [];
    throw error;
  }
}
