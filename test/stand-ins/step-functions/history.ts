import type { HistoryEvent, HistoryEventType } from '@aws-sdk/client-sfn';
import { runtimeFault } from './faults.ts';

/** Events in the history of one standard execution, hard (service-quotas page of Step Functions). */
export const MAX_HISTORY_EVENTS = 25_000;

/** The details of an event: the one `…EventDetails` member that its type has. */
export type EventDetails = Omit<HistoryEvent, 'timestamp' | 'type' | 'id' | 'previousEventId'>;

/** Whether a payload in the history was cut; ours never is. */
export const WHOLE = { truncated: false };

/** The event that a branch of the execution continues from. */
export interface Cursor {
  last: number;
}

/** Writes the events of one execution in the shapes of GetExecutionHistory. */
export class History {
  readonly events: HistoryEvent[] = [];
  readonly #now: () => number;
  readonly #onEvent: (event: HistoryEvent) => void;

  constructor(now: () => number, onEvent: (event: HistoryEvent) => void = () => {}) {
    this.#now = now;
    this.#onEvent = onEvent;
  }

  /**
   * Appends an event and moves the cursor to it.
   *
   * @throws StateFault `States.Runtime` where only the last place is left, which belongs to the execution's end
   */
  record(cursor: Cursor, type: HistoryEventType, details: EventDetails = {}): void {
    if (this.events.length >= MAX_HISTORY_EVENTS - 1) {
      throw runtimeFault(`The execution reached the maximum number of history events (${MAX_HISTORY_EVENTS}).`);
    }
    this.#append(cursor, type, details);
  }

  /** Appends an event from which nothing continues: the cursor stays. @throws StateFault as `record` does */
  recordAside({ last }: Cursor, type: HistoryEventType, details: EventDetails = {}): void {
    this.record({ last }, type, details);
  }

  /** Appends what stopped together with its branch; left out where the history is full. */
  recordStopped(cursor: Cursor, type: HistoryEventType, details: EventDetails = {}): void {
    if (this.events.length < MAX_HISTORY_EVENTS - 1) this.#append(cursor, type, details);
  }

  /** Appends the event that ends the execution, for which there is always a place. */
  recordEnd(cursor: Cursor, type: HistoryEventType, details: EventDetails): void {
    this.#append(cursor, type, details);
  }

  #append(cursor: Cursor, type: HistoryEventType, details: EventDetails): void {
    const id = this.events.length + 1;
    const event: HistoryEvent = {
      timestamp: new Date(this.#now()),
      type,
      id,
      previousEventId: cursor.last,
      ...details,
    };
    // The service's own histories give 0 as the predecessor of the first state too.
    cursor.last = id === 1 ? 0 : id;
    this.events.push(event);
    this.#onEvent(event);
  }
}
