import type { Complaint } from './complaint.ts';

/*
 * Errors that the state machine tells apart by name (design, section 8): it is the string in the ASL. Messages say what was
 * given, what is allowed and what to do.
 */

/** A service said "slow down" and went on saying it; retried by the state machine. */
export class ThrottledError extends Error {
  override readonly name = 'ThrottledError';
}

/** A service could not be reached, or failed by itself, and went on doing so; retried by the state machine. */
export class UnavailableError extends Error {
  override readonly name = 'UnavailableError';
}

/** Route 53 is still processing an earlier change of the zone (PriorRequestNotComplete); retried by the state machine. */
export class ZoneBusyError extends Error {
  override readonly name = 'ZoneBusyError';
}

/** Route 53 refused a batch as a whole (InvalidChangeBatch); its complaints tell moved names from refused ones. */
export class BatchRefusedError extends Error {
  override readonly name = 'BatchRefusedError';
  readonly complaints: readonly Complaint[];

  constructor(message: string, complaints: readonly Complaint[], options?: ErrorOptions) {
    super(message, options);
    this.complaints = complaints;
  }
}

/** The marker at the owner label names another deployment. */
export class OwnerTakenError extends Error {
  override readonly name = 'OwnerTakenError';
}

/** The hosted zone's id and the configured name belong to different zones. */
export class ZoneMismatchError extends Error {
  override readonly name = 'ZoneMismatchError';
}

/** Environment, context or execution input that cannot be used. */
export class InvalidConfigurationError extends Error {
  override readonly name = 'InvalidConfigurationError';
}

/** An object that a state handed on is missing or has another shape. */
export class PayloadError extends Error {
  override readonly name = 'PayloadError';
}

/** ECS answered with a view that is older than the event; retried by the state machine until it has caught up. */
export class StaleReadingError extends Error {
  override readonly name = 'StaleReadingError';
}

/** ECS knows no such cluster: it is gone, which is a reading, not a fault. */
export class ClusterGoneError extends Error {
  override readonly name = 'ClusterGoneError';
}

/** Nobody may change or read the zone as this deployment does, by Route 53's own text; no retry mends it. */
export class AccessDenied extends Error {
  override readonly name = 'AccessDenied';
}
