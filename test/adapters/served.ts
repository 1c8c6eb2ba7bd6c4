import { onTestFinished, vi } from 'vitest';
import { type EndpointOptions, type Injection, type InterceptedCall, startEndpoint } from '../stand-ins/protocol.ts';
import type { Service } from '../stand-ins/service.ts';

/** What happens to the nth call (from 1) of an operation instead of its answer; undefined lets it through. */
export type Fault = Injection | ((nth: number, call: InterceptedCall) => Outcome | Promise<Outcome>);
type Outcome = Injection | undefined;

/** Services behind HTTP, reached by every client of the adapters that is made as in production. */
export interface Served {
  readonly url: string;
  /** Every call that arrived, attempts counted one by one. */
  readonly calls: readonly InterceptedCall[];
  /** The inputs of one operation's calls. */
  inputs<Input>(operation: string): readonly Input[];
  /** From now on, until the end of the test or for so many calls. */
  inject(operation: string, fault: Fault, times?: number): void;
}

/**
 * Starts an endpoint and sets the environment as Lambda does, so that the adapters' own clients, with their own settings,
 * call it; gone with the test.
 */
export const served = (...services: readonly Service[]): Promise<Served> => servedTo({}, ...services);

/** The same for callers whom somebody tells apart. */
export async function servedTo(
  callers: Pick<EndpointOptions, 'authorize' | 'accountOf'>,
  ...services: readonly Service[]
): Promise<Served> {
  const calls: InterceptedCall[] = [];
  const faults = new Map<string, { readonly fault: Fault; readonly times: number; seen: number }>();
  const endpoint = await startEndpoint({
    ...callers,
    services,
    intercept: (call) => {
      calls.push(call);
      const known = faults.get(call.operation);
      if (!known || known.seen >= known.times) return undefined;
      known.seen += 1;
      return typeof known.fault === 'function' ? known.fault(known.seen, call) : known.fault;
    },
  });
  onTestFinished(() => endpoint.close());
  pointClientsAt(endpoint.url);
  return {
    url: endpoint.url,
    calls,
    inputs: <Input>(operation: string) =>
      calls.filter((call) => call.operation === operation).map(({ input }) => input as Input),
    inject: (operation, fault, times = Number.POSITIVE_INFINITY) =>
      void faults.set(operation, { fault, times, seen: 0 }),
  };
}

/** The environment of a function, as far as the SDK reads it; back to what it was after the test. */
export function pointClientsAt(url: string, accessKeyId = 'any'): void {
  vi.stubEnv('AWS_ENDPOINT_URL', url);
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'any');
  vi.stubEnv('AWS_PROFILE', undefined);
  vi.stubEnv('AWS_MAX_ATTEMPTS', undefined);
  onTestFinished(() => void vi.unstubAllEnvs());
}

/** The SDK's retries draw their pauses between nothing and a bound (full jitter): always nothing, for this test. */
export function withoutPauses(): void {
  vi.spyOn(Math, 'random').mockReturnValue(0);
  onTestFinished(() => void vi.restoreAllMocks());
}

/** A service of answers written down, for what no stand-in would say. */
export function scripted(signingName: string, operations: Readonly<Record<string, (input: never) => object>>): Service {
  return { signingName, operations };
}

/** Milliseconds between each moment and the next. */
export const pausesOf = (moments: readonly number[]): readonly number[] =>
  moments.slice(1).map((moment, index) => moment - (moments[index] ?? 0));

/** What a call failed with. */
export async function failure(call: Promise<unknown>): Promise<Error> {
  const outcome = await call.then(
    () => new Error('the call was answered'),
    (fault: unknown) => fault,
  );
  return outcome instanceof Error ? outcome : new Error(`no error was thrown, but ${outcome}`);
}
