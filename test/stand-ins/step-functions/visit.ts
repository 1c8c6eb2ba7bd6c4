import type { State } from './definition.ts';
import type { Payload } from './faults.ts';
import type { Cursor } from './history.ts';

/** One line of the execution: the machine itself, an iteration of a Map or a branch of a Parallel. */
export interface Branch {
  readonly cursor: Cursor;
  readonly signal: AbortSignal;
}

/** One stay in a state, its retries included. */
export interface Visit<S extends State = State> {
  readonly name: string;
  readonly state: S;
  /** The raw input, before `InputPath`. */
  readonly input: Payload;
  readonly branch: Branch;
  /** ISO 8601. */
  readonly enteredTime: string;
  readonly retryCount: number;
}

export function isA<T extends State['Type']>(
  visit: Visit,
  type: T,
): visit is Visit<Extract<State, { readonly Type: T }>> {
  return visit.state.Type === type;
}
