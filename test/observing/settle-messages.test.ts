import { beforeEach, describe, expect, it, vi } from 'vitest';
import { payloadsIn } from '../../functions/contracts/crossing.ts';
import type { Receipt } from '../../functions/contracts/reading-shapes.ts';
import { settleMessages } from '../../functions/observing/settle-messages.ts';
import { metrics } from '../../functions/runtime/powertools.ts';
import { virtualClock } from '../stand-ins/clock.ts';
import { mapped } from '../support/inventory.ts';
import { STATE_MACHINE } from '../support/world.ts';

const counted = vi.spyOn(metrics, 'addMetric');
beforeEach(() => void counted.mockClear());
const values = (metric: string) => counted.mock.calls.flatMap(([name, , value]) => (name === metric ? [value] : []));

const WINDOW = 2;

interface Waiting {
  /** Messages that wait besides; an error where the queue does not say. */
  readonly waiting?: number | Error;
  /** What the queue says to deleting and releasing. */
  readonly refuses?: Error;
}

/** One end of a run that has drained messages, received so often and queued so many seconds ago. */
function stage({ waiting = 0, refuses }: Waiting = {}) {
  const clock = virtualClock();
  const payloads = payloadsIn(mapped(new Map()));
  const asked: (readonly unknown[])[] = [];
  const ask = async (...what: readonly unknown[]) => {
    asked.push(what);
    if (refuses) throw refuses;
  };
  const queue = {
    send: async () => 'message',
    receive: async () => [],
    delete: (receipts: readonly string[]) => ask('delete', receipts),
    release: (receipts: readonly string[], seconds: number) => ask('release', receipts, seconds),
    waiting: async () => {
      if (waiting instanceof Error) throw waiting;
      return waiting;
    },
  };
  const started: { readonly seconds: number; readonly stateMachine: string }[] = [];
  const executions = {
    start: async (stateMachine: string, _: string, input: unknown) => {
      const { window } = input as { readonly window: string };
      started.push({ seconds: (Date.parse(window) - clock.now()) / 1_000, stateMachine });
      return 'started' as const;
    },
  };
  const settle = async (
    receipts: readonly Receipt[] | undefined,
    fate: Parameters<typeof settleMessages>[2]['fate'],
  ) => {
    const messages = receipts && (await payloads.save({ kind: 'receipts', key: 'receipts' }, receipts));
    const run = receipts && { messages };
    await settleMessages({ payloads, queue, executions, clock }, run, {
      fate,
      window: WINDOW,
      stateMachine: STATE_MACHINE,
    });
  };
  /** Messages by how often they were received; each was queued a second before the one that follows. */
  const receipts = (...times: readonly number[]): readonly Receipt[] =>
    times.map((receiveCount, index) => ({
      receipt: `receipt-${index}`,
      receiveCount,
      sentAt: clock.now() - 1_000 * (times.length - index),
    }));
  return { settle, receipts, asked, started };
}

const handles = (count: number) => Array.from({ length: count }, (_, index) => `receipt-${index}`);
/** A window that begins in so many seconds has ended, and settled, when its execution looks for the messages. */
const within = (seconds: number) => (found: number) => found > seconds && found <= seconds + WINDOW + 1;

describe('a run that is done', () => {
  it.each([0, 1, 25])('deletes all of its %i messages, each by its own receipt, and starts nothing', async (count) => {
    const { settle, receipts, asked, started } = stage();

    await settle(receipts(...Array<number>(count).fill(1)), 'delete');

    expect(asked).toEqual([['delete', handles(count)]]);
    expect(started).toEqual([]);
  });

  it.each([
    { row: 'waits in the queue', around: { waiting: 1 }, window: true },
    { row: 'could not be deleted', around: { refuses: new Error('no') }, window: true },
    { row: 'may wait, which the queue does not say', around: { waiting: new Error('no') }, window: false },
  ])('starts a window at once for what $row: $window', async ({ around, window }) => {
    const { settle, receipts, started } = stage(around);

    await settle(receipts(1, 1), 'delete');

    expect(started.map(({ stateMachine }) => stateMachine)).toEqual(window ? [STATE_MACHINE] : []);
    expect(started.map(({ seconds }) => seconds).every(within(0))).toBe(true);
  });
});

describe('a run that is not done', () => {
  it.each([
    { times: [1], delay: 2 },
    { times: [1, 3, 2], delay: 8 },
    { times: [4, 1, 1], delay: 16 },
    { times: [1, 1, 20], delay: 300 },
  ])('makes messages that were received $times times visible in $delay s, all of them', async ({ times, delay }) => {
    const { settle, receipts, asked, started } = stage();

    await settle(receipts(...times), 'release');

    expect(asked).toEqual([['release', handles(times.length), delay]]);
    expect(started).toHaveLength(1);
    expect(started.map(({ seconds }) => seconds).every(within(delay))).toBe(true);
  });

  it('that never knew its messages looks for whatever waits after half a minute', async () => {
    const { settle, started } = stage({ waiting: 1 });

    await settle(undefined, 'release');

    expect(started).toHaveLength(1);
    expect(started.map(({ seconds }) => seconds).every(within(30))).toBe(true);
  });

  it('nor ever will be, releases them at once and starts nothing: the next full run takes them', async () => {
    const { settle, receipts, asked, started } = stage({ waiting: 7 });

    await settle(receipts(3, 1), 'hand-over');

    expect(asked).toEqual([['release', handles(2), 0]]);
    expect(started).toEqual([]);
  });

  it('starts a window, too, where they cannot be released', async () => {
    const { settle, receipts, started } = stage({ refuses: new Error('no') });

    await settle(receipts(1, 1), 'release');

    expect(started).toHaveLength(1);
  });
});

describe('how long events took', () => {
  it.each([
    { fate: 'delete' as const, around: {}, EventLatency: [3_000], OldestEventAge: [], MessagesUnsettled: [] },
    { fate: 'release' as const, around: {}, EventLatency: [], OldestEventAge: [3], MessagesUnsettled: [] },
    {
      fate: 'delete' as const,
      around: { refuses: new Error('no') },
      EventLatency: [],
      OldestEventAge: [3],
      MessagesUnsettled: [3],
    },
  ])('is told of the oldest of several: $fate, $around', async ({ fate, around, ...expected }) => {
    const { settle, receipts } = stage(around);

    await settle(receipts(1, 1, 1), fate);

    const found = Object.keys(expected).map((metric) => [metric, values(metric)]);
    expect(Object.fromEntries(found)).toEqual(expected);
  });

  it('is told of none where there were none', async () => {
    const { settle } = stage();

    await settle([], 'delete');
    await settle(undefined, 'release');

    expect([...values('EventLatency'), ...values('OldestEventAge')]).toEqual([]);
  });
});
