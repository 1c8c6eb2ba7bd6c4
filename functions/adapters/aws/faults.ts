import { ThrottledError, UnavailableError } from '../../domain/words/errors.ts';
import { turnOf } from './pace.ts';

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
/** The names under which the services say that the caller may not, or is nobody they know. */
const FORBIDDEN = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'AuthFailure',
  'ExpiredToken',
  'ExpiredTokenException',
  'IncompleteSignature',
  'InvalidAccessKeyId',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'MissingAuthenticationToken',
  'NotAuthorized',
  'OptInRequired',
  'SignatureDoesNotMatch',
  'UnauthorizedOperation',
  'UnrecognizedClientException',
]);
/** RFC 9110 sections 15.5.2 and 15.5.4: answers of whatever name. */
const NOT_ALLOWED = new Set([401, 403]);
/** RFC 6585 section 4; what stands between us and a service may answer it without a name. */
const TOO_MANY_REQUESTS = 429;
/** The service's own faults begin here, or those of what stands before it (RFC 9110 section 15.6). */
const SERVER_ERROR = 500;
/** The names and codes of a call that never came to an answer: `TimeoutError` is the SDK's, the others are Node's. */
const UNANSWERED = new Set([
  'TimeoutError',
  'EAI_AGAIN',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
]);

export const nameOf = (fault: unknown): string => (fault instanceof Error ? fault.name : '');
export const messageOf = (fault: unknown): string => (fault instanceof Error ? fault.message : String(fault));
export const isThrottle = (name: string): boolean => THROTTLES.has(name);

/** Whether the caller may not, or is nobody the service knows: no retry mends that. */
export const isForbidden = (fault: unknown): boolean =>
  FORBIDDEN.has(nameOf(fault)) || NOT_ALLOWED.has(statusOf(fault) ?? 0);

/** The same of a fault of which only the name has been handed on. */
export const isForbiddenName = (name: string): boolean => FORBIDDEN.has(name);

export const statusOf = (fault: unknown) =>
  (fault as { readonly $metadata?: { readonly httpStatusCode?: number } } | undefined)?.$metadata?.httpStatusCode;

const codeOf = (fault: unknown) => (fault as { readonly code?: unknown } | undefined)?.code;

function isUnavailable(fault: unknown): boolean {
  const code = codeOf(fault);
  if (UNANSWERED.has(nameOf(fault)) || (typeof code === 'string' && UNANSWERED.has(code))) return true;
  return (statusOf(fault) ?? 0) >= SERVER_ERROR;
}

/** Passes a service's fault on as ours where the state machine has to tell it apart, else as it is. */
export function translated(fault: unknown, call: string): unknown {
  const about = `(${nameOf(fault)}: ${messageOf(fault)})`;
  if (isThrottle(nameOf(fault)) || statusOf(fault) === TOO_MANY_REQUESTS) {
    return new ThrottledError(`${call} was throttled ${about}`, { cause: fault });
  }
  if (isUnavailable(fault)) return new UnavailableError(`${call} was not available ${about}`, { cause: fault });
  return fault;
}

/** Runs one call of a service in its turn, and gives its throttles and its outages our names. */
export async function calling<T>(call: string, send: () => Promise<T>): Promise<T> {
  await turnOf(call);
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
