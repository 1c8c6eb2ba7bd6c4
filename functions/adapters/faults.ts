import { ThrottledError } from '../domain/run/errors.ts';

/** The names under which the services say "slow down", after the SDK's own retries are spent. */
const THROTTLES = new Set([
  'Throttling',
  'ThrottlingException',
  'ThrottledException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'TooManyRequestsException',
  'SlowDown',
]);

export const nameOf = (fault: unknown): string => (fault instanceof Error ? fault.name : '');
export const messageOf = (fault: unknown): string => (fault instanceof Error ? fault.message : String(fault));

/** Passes a service's fault on as ours where the state machine has to tell it apart, else as it is. */
export function translated(fault: unknown, call: string): unknown {
  if (!THROTTLES.has(nameOf(fault))) return fault;
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
