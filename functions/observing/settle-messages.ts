import { messageOf } from '../adapters/aws/faults.ts';
import type { EventQueue } from '../adapters/event-queue.ts';
import type { Executions } from '../adapters/executions.ts';
import type { Payloads } from '../contracts/crossing.ts';
import type { Receipt } from '../contracts/reading-shapes.ts';
import type { RunState } from '../contracts/states.ts';
import { backoff, nextWindow } from '../domain/reading/event-window.ts';
import type { fateOfWakeUps } from '../domain/telling/wake-ups.ts';
import type { Clock } from '../runtime/clock.ts';
import { logger, metrics } from '../runtime/powertools.ts';
import { countAge, countLatency, latencyOf } from './event-latency.ts';
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
  readonly fate: ReturnType<typeof fateOfWakeUps>;
  /** Those of the run's messages, where they are loaded already. */
  readonly receipts?: readonly Receipt[];
  /** Whether events wait that it has not even taken: the queue's count may lag by a minute, and know nothing of them. */
  readonly untaken?: boolean;
  /** Of events, in seconds. */
  readonly window: number;
  /** ARN. */
  readonly stateMachine: string;
}

/**
 * Carries out what becomes of the messages of a run that has ended. Whatever else waits in the queue gets a window as well:
 * a message that nobody comes for would be lost.
 */
export async function settleMessages(
  { payloads, queue, executions, clock }: SettlePorts,
  run: { readonly messages?: RunState['messages'] | undefined } | undefined,
  { fate, receipts: loaded, untaken = false, window, stateMachine }: Settling,
): Promise<void> {
  if (fate === 'leave') return;
  const messages = run?.messages;
  const receipts = loaded ?? (messages ? await payloads.load('receipts', messages) : []);
  const handles = receipts.map(({ receipt }) => receipt);
  const longest = Math.max(0, ...receipts.map(({ receiveCount }) => receiveCount));
  const delay = fate === 'release' ? (run ? backoff(longest) : UNREAD_DELAY) : 0;
  const settled = await (fate === 'delete' ? queue.delete(handles) : queue.release(handles, delay)).then(
    () => true,
    (fault: unknown) => {
      logger.warn('messages could not be settled and come again', { cause: messageOf(fault) });
      metrics.addMetric('MessagesUnsettled', 'Count', handles.length);
      return false;
    },
  );
  const deleted = fate === 'delete' && settled;
  if (deleted) countLatency(receipts, clock.now());
  else countAge(receipts, clock.now());
  if (fate === 'hand-over') return;
  const left = (deleted ? 0 : handles.length) || (await waiting(queue));
  if (left === 0 && !untaken) return;
  // Counted from here: what was released is visible again before the window's execution looks for it.
  const first = nextWindow(clock.now() + delay * 1_000, window);
  const later = await startWindow({ executions, clock, stateMachine, length: window }, first);
  logger.info('messages are left for a later window', { left, window: later.window });
}

/** Deletes the messages of a run that goes on, and gives the run without them. What cannot be deleted now, is later. */
export async function deleteMessages(
  { payloads, queue, clock }: Pick<SettlePorts, 'payloads' | 'clock'> & { readonly queue: Pick<EventQueue, 'delete'> },
  run: RunState,
): Promise<RunState> {
  const { messages, ...settled } = run;
  if (!messages) return run;
  const receipts = await payloads.load('receipts', messages);
  try {
    await queue.delete(receipts.map(({ receipt }) => receipt));
  } catch (fault) {
    logger.warn('messages could not be deleted yet', { cause: messageOf(fault) });
    return run;
  }
  const now = clock.now();
  countLatency(receipts, now);
  const latency = latencyOf(receipts, now);
  return { ...settled, ...(latency && { latency }) };
}

/** A queue that does not answer must not fail a run that is done: the schedule drains it too. */
async function waiting(queue: EventQueue): Promise<number> {
  return queue.waiting().catch((fault: unknown) => {
    logger.warn('the event queue did not say whether messages wait', { cause: messageOf(fault) });
    return 0;
  });
}
