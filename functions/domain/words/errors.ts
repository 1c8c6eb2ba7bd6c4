import type { Complaint } from './complaint.ts';

/**
 * Errors that the state machine tells apart by name (design, section 8). The class name is the string in the ASL;
 * messages say what was given, what is allowed and what to do.
 */
abstract class NamedError extends Error {
  constructor(name: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = name;
  }
}

/** A service said "slow down" and went on saying it; retried by the state machine. */
export class ThrottledError extends NamedError {
  constructor(message: string, options?: ErrorOptions) {
    super('ThrottledError', message, options);
  }
}

/** A service could not be reached, or failed by itself, and went on doing so; retried by the state machine. */
export class UnavailableError extends NamedError {
  constructor(message: string, options?: ErrorOptions) {
    super('UnavailableError', message, options);
  }
}

/** Route 53 is still processing an earlier change of the zone (PriorRequestNotComplete); retried by the state machine. */
export class ZoneBusyError extends NamedError {
  constructor(message: string, options?: ErrorOptions) {
    super('ZoneBusyError', message, options);
  }
}

/** Route 53 refused a batch as a whole (InvalidChangeBatch); its complaints tell moved names from refused ones. */
export class BatchRefusedError extends NamedError {
  readonly complaints: readonly Complaint[];

  constructor(message: string, complaints: readonly Complaint[], options?: ErrorOptions) {
    super('BatchRefusedError', message, options);
    this.complaints = complaints;
  }
}

/** The marker at the owner label names another deployment. */
export class OwnerTakenError extends NamedError {
  constructor(message: string, options?: ErrorOptions) {
    super('OwnerTakenError', message, options);
  }
}

/** The hosted zone's id and the configured name belong to different zones. */
export class ZoneMismatchError extends NamedError {
  constructor(message: string, options?: ErrorOptions) {
    super('ZoneMismatchError', message, options);
  }
}

/** Environment, context or execution input that cannot be used. */
export class InvalidConfigurationError extends NamedError {
  constructor(message: string, options?: ErrorOptions) {
    super('InvalidConfigurationError', message, options);
  }
}

/** An object that a state handed on is missing or has another shape. */
export class PayloadError extends NamedError {
  constructor(message: string, options?: ErrorOptions) {
    super('PayloadError', message, options);
  }
}

/** ECS answered with a view that is older than the event; retried by the state machine until it has caught up. */
export class StaleReadingError extends NamedError {
  constructor(message: string, options?: ErrorOptions) {
    super('StaleReadingError', message, options);
  }
}

/** ECS knows no such cluster: it is gone, which is a reading, not a fault. */
export class ClusterGoneError extends NamedError {
  constructor(message: string, options?: ErrorOptions) {
    super('ClusterGoneError', message, options);
  }
}

/** Nobody may change or read the zone as this deployment does, by Route 53's own text; no retry mends it. */
export class AccessDenied extends NamedError {
  constructor(message: string, options?: ErrorOptions) {
    super('AccessDenied', message, options);
  }
}
