import { ThrottledError, UnavailableError } from './errors.ts';

/** Whether a fault passes by itself: a service that is throttled, or away for now. The state machine waits it out. */
export const isPassing = (fault: unknown): boolean =>
  fault instanceof ThrottledError || fault instanceof UnavailableError;
