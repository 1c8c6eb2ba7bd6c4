import type { Executions } from '../adapters/executions.ts';
import { startAfter, type WindowStart } from '../domain/reading/window.ts';
import type { Clock } from '../runtime/clock.ts';

/** Who may start executions of which state machine, one for each window of so many seconds. */
export interface Starter {
  readonly executions: Executions;
  readonly clock: Pick<Clock, 'now'>;
  /** ARN. */
  readonly stateMachine: string;
  /** Seconds. */
  readonly length: number;
}

/**
 * Sees to it that an execution drains the queue that has not begun to yet.
 *
 * @param first what is asked for first
 * @param id makes the input of a run at once its own: with an equal one everybody would be told that he had started it
 * @returns the execution that comes
 */
export async function startWindow(
  { executions, clock, stateMachine, length }: Starter,
  first: WindowStart,
  id?: string,
): Promise<WindowStart> {
  let asked = first;
  for (;;) {
    const { execution, window, waits } = asked;
    const input = waits || id === undefined ? { window } : { window, first: id };
    const askedAt = clock.now();
    const answer = await executions.start(stateMachine, execution, input);
    const now = clock.now();
    const next = startAfter(asked, answer, { now, took: now - askedAt, length });
    if (!next) return asked;
    asked = next;
  }
}
