import { messageOf } from '../adapters/aws/faults.ts';
import type { EventQueue } from '../adapters/event-queue.ts';
import type { Executions } from '../adapters/executions.ts';
import type { Receipt } from '../contracts/objects.ts';
import type { Payloads } from '../contracts/payloads.ts';
import type { RunState } from '../contracts/states.ts';
import { backoff, nextWindow } from '../domain/reading/window.ts';
import type { Clock } from '../runtime/clock.ts';
import { logger, metrics } from '../runtime/powertools.ts';
import { countAge, countLatency } from './event-latency.ts';
import { startWindow } from './start-window.ts';

/** Seconds until messages that a run could not even read are tried again: nothing counts how often they were. */
const UNREAD_DELAY = 30;

export interface SettlePorts {
  readonly payloads: Payloads;
  readonly queue: EventQueue;
  readonly executions: Executions;
  readonly clock: Clock;
}

interface Settling {
  /** Whether the run has done what its messages asked for. */
  readonly done: boolean;
  /** Whether another run of events would fail just as this one has: what is left is for the next full run. */
  readonly hopeless?: boolean;
  /** Whether events wait that it has not even taken: the queue's count may lag by a minute, and know nothing of them. */
  readonly untaken?: boolean;
  /** Of events, in seconds. */
  readonly window: number;
  /** ARN. */
  readonly stateMachine: string;
}

/**
 * Messages whose run went well have done their duty; all others become visible again, and a later window comes for them.
 * Whatever else waits in the queue gets a window as well: a message that nobody comes for would be lost. Where the run has
 * ended for what no retry mends, they are released at once, and the next full run drains them.
 */
export async function settleMessages(
  { payloads, queue, executions, clock }: SettlePorts,
  run: { readonly messages?: RunState['messages'] | undefined } | undefined,
  { done, hopeless = false, untaken = false, window, stateMachine }: Settling,
): Promise<void> {
  const messages = run?.messages;
  const receipts = messages ? await payloads.load<Receipt[]>('receipts', messages) : [];
  const handles = receipts.map(({ receipt }) => receipt);
  const delay =
    done || hopeless
      ? 0
      : run
        ? backoff(Math.max(0, ...receipts.map(({ receiveCount }) => receiveCount)))
        : UNREAD_DELAY;
  const settled = await (done ? queue.delete(handles) : queue.release(handles, delay)).then(
    () => true,
    (fault: unknown) => {
      logger.warn('messages could not be settled and come again', { cause: messageOf(fault) });
      metrics.addMetric('MessagesUnsettled', 'Count', handles.length);
      return false;
    },
  );
  if (done && settled) countLatency(receipts, clock.now());
  else countAge(receipts, clock.now());
  if (hopeless) return;
  const left = (done && settled ? 0 : handles.length) || (await waiting(queue));
  if (left === 0 && !untaken) return;
  // Counted from here: what was released is visible again before the window's execution looks for it.
  const first = nextWindow(clock.now() + delay * 1_000, window);
  const later = await startWindow({ executions, clock, stateMachine, length: window }, first);
  logger.info('messages are left for a later window', { left, window: later.window });
}

/** A queue that does not answer must not fail a run that is done: the schedule drains it too. */
async function waiting(queue: EventQueue): Promise<number> {
  return queue.waiting().catch((fault: unknown) => {
    logger.warn('the event queue did not say whether messages wait', { cause: messageOf(fault) });
    return 0;
  });
}
