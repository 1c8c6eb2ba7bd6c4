import { ThrottledError } from '../domain/run/errors.ts';

/** The names under which the services say "slow down", after the SDK's own retries are spent. */
const THROTTLES = new Set([
  'EC2ThrottledException',
  'KmsThrottled',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'SlowDown',
  'ThrottledException',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
]);
/** RFC 6585 section 4; what stands between us and a service may answer it without a name. */
const TOO_MANY_REQUESTS = 429;

export const nameOf = (fault: unknown): string => (fault instanceof Error ? fault.name : '');
export const messageOf = (fault: unknown): string => (fault instanceof Error ? fault.message : String(fault));
export const isThrottle = (name: string): boolean => THROTTLES.has(name);

const statusOf = (fault: unknown) =>
  (fault as { readonly $metadata?: { readonly httpStatusCode?: number } } | undefined)?.$metadata?.httpStatusCode;

/** Passes a service's fault on as ours where the state machine has to tell it apart, else as it is. */
export function translated(fault: unknown, call: string): unknown {
  if (!isThrottle(nameOf(fault)) && statusOf(fault) !== TOO_MANY_REQUESTS) return fault;
  return new ThrottledError(`${call} was throttled (${nameOf(fault)}: ${messageOf(fault)})`, { cause: fault });
}

/** Runs one call of a service and translates its throttles. */
export async function calling<T>(call: string, send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (fault) {
    throw translated(fault, call);
  }
}

/**
 * A part that every good answer of the call has. The SDK reads an empty or foreign body as an answer without any part,
 * which must not pass for "none" (L1).
 *
 * @throws Error when it is not there
 */
export function present<T>(part: T | undefined, call: string, name: string): T {
  if (part === undefined) throw new Error(`${call} gave an answer without ${name}, which says nothing`);
  return part;
}
