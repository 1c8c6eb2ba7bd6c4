import { CALL_LOG } from './call-log.ts';

/** Attempts at one call, the SDK's default, said aloud since the limits build on it. */
export const MAX_ATTEMPTS = 3;

/**
 * What bounds one call of a service, in milliseconds.
 *
 * The SDK waits for ever by default, or 15 minutes on a silent connection: a hung service would use up a function's
 * time, and the state machine would see `Sandbox.Timedout` and not what hung. Three attempts of seven seconds, with their
 * pauses, end within the shortest timeout of a function, 25 s; seven seconds are far above what any of our calls takes.
 */
export const CALL_LIMITS = {
  /** Until the connection stands. Two seconds survive one lost SYN, which is sent again after one. */
  connectionTimeout: 2_000,
  /** Until the answer's headers are there, connecting included. */
  requestTimeout: 7_000,
  /** How long a connection may be silent: what bounds the body of an answer, where `requestTimeout` does not reach. */
  socketTimeout: 7_000,
};

/**
 * What every SDK client of the adapters is made with.
 *
 * Retries are few and quick (full jitter from 50 ms, throttles from 1 s): whoever goes on being throttled gives the
 * state back, and the state machine waits without paying for it.
 */
export const clientSettings = (limits = CALL_LIMITS) => ({
  maxAttempts: MAX_ATTEMPTS,
  retryMode: 'standard',
  // Without `throwOnRequestTimeout` the SDK only warns (NodeHttpHandlerOptions).
  requestHandler: { ...limits, throwOnRequestTimeout: true },
  logger: CALL_LOG,
});
