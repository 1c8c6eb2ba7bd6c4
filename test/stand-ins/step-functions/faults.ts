import { type Json, throughJson } from './json.ts';

/** UTF-8 bytes of one task's, state's or execution's input or output; hard (service-quotas page of Step Functions). */
export const MAX_PAYLOAD_BYTES = 262_144;

/** Characters of an error's cause (`SensitiveCause` in the service's model); a longer one is cut. */
export const MAX_CAUSE_LENGTH = 32_768;

/** Characters of an error's name (`SensitiveError` in the service's model). */
export const MAX_ERROR_LENGTH = 256;

/** A state failed: `error` is what Retry and Catch match, `detail` becomes the `Cause`. */
export class StateFault extends Error {
  override readonly name = 'StateFault';
  readonly error: string;
  readonly detail: string | undefined;

  constructor(error: string, detail?: string) {
    super(detail === undefined ? error : `${error}: ${detail}`);
    this.error = error.slice(0, MAX_ERROR_LENGTH);
    this.detail = detail?.slice(0, MAX_CAUSE_LENGTH);
  }
}

/**
 * Throw this from `invoke` for an error whose cause is a text of its own and not what a function threw:
 * `new TaskError('Lambda.TooManyRequestsException', 'Rate exceeded (Service: Lambda, Status Code: 429)')`.
 */
export class TaskError extends Error {
  readonly detail: string;

  constructor(error: string, detail: string) {
    super(detail);
    this.name = error;
    this.detail = detail;
  }
}

/**
 * The fault of a task as Step Functions sees it when a Node.js function threw: the error's name, and as cause the JSON
 * that the Lambda runtime reports (`errorType`, `errorMessage`, `trace`).
 */
export function taskFault(thrown: unknown): StateFault {
  if (thrown instanceof StateFault) return thrown;
  if (thrown instanceof TaskError) return new StateFault(thrown.name, thrown.detail);
  const report =
    thrown instanceof Error
      ? { errorType: thrown.name, errorMessage: thrown.message, trace: (thrown.stack ?? '').split('\n') }
      : { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };
  return new StateFault(report.errorType, JSON.stringify(report));
}

/** What a path or template that cannot be filled ends in; never retried, never caught. */
export function runtimeFault(detail: string): StateFault {
  return new StateFault('States.Runtime', detail);
}

/**
 * Does an error match one of a retrier's or catcher's `ErrorEquals`?
 *
 * | error                      | its own name | States.TaskFailed | States.ALL |
 * | -------------------------- | ------------ | ----------------- | ---------- |
 * | States.Runtime             | no           | no                | no         |
 * | States.DataLimitExceeded   | yes          | no                | no         |
 * | States.Timeout             | yes          | no                | yes        |
 * | any other                  | yes          | yes               | yes        |
 *
 * Source: "Handling errors in Step Functions workflows" of the developer guide (concepts-error-handling.html).
 */
export function matchesError(errorEquals: readonly string[], error: string): boolean {
  if (error === 'States.Runtime') return false;
  return errorEquals.some((name) => {
    if (name === error) return true;
    if (error === 'States.DataLimitExceeded') return false;
    return name === 'States.ALL' || (name === 'States.TaskFailed' && error !== 'States.Timeout');
  });
}

/** A payload with its text, which is what the quota counts and the history shows. */
export interface Payload {
  readonly value: Json;
  readonly text: string;
}

/**
 * Takes a value across a state's border: through JSON, and within the quota.
 *
 * @param what names the payload in the message, e.g. `the output of state 'PlanChanges'`
 * @throws StateFault `States.DataLimitExceeded`
 */
export function asPayload(value: unknown, what: string): Payload {
  const text = JSON.stringify(value) ?? 'null';
  // A UTF-16 unit is at most three bytes: short texts need no count.
  if (text.length * 3 > MAX_PAYLOAD_BYTES) {
    const bytes = Buffer.byteLength(text);
    if (bytes > MAX_PAYLOAD_BYTES) {
      throw new StateFault(
        'States.DataLimitExceeded',
        `${what} has ${bytes} bytes, a size exceeding the maximum number of bytes service limit of ${MAX_PAYLOAD_BYTES}`,
      );
    }
  }
  return { value: throughJson(value), text };
}
