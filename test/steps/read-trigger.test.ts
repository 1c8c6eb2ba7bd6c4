import { describe, expect, it } from 'vitest';
import type { EventQueue, QueueMessage } from '../../functions/adapters/event-queue.ts';
import { payloadsIn } from '../../functions/contracts/crossing.ts';
import { readTrigger } from '../../functions/steps/read-trigger.ts';
import { virtualClock } from '../stand-ins/clock.ts';
import { mapped } from '../support/inventory.ts';

const WINDOW = '2026-01-01T00:00:03Z';
const message = (index: number): QueueMessage => ({
  id: `${index}`,
  receipt: `receipt-${index}`,
  sentAt: 1,
  receiveCount: 1,
  body: JSON.stringify({
    cluster: 'arn:aws:ecs:eu-west-1:1:cluster/shop',
    task: `arn:aws:ecs:eu-west-1:1:task/shop/${index}`,
    awsvpc: true,
    version: 1,
    names: [`n${index}.shop.internal.`],
  }),
});
const page = (from: number, count: number) => Array.from({ length: count }, (_, index) => message(from + index));

/** Gives one page after another, and then nothing; `takes` is what each poll costs in milliseconds. */
function stage(pages: readonly (readonly QueueMessage[])[], takes = 0) {
  const clock = virtualClock();
  const polls: number[] = [];
  const queue: EventQueue = {
    receive: async (seconds) => {
      polls.push(seconds);
      if (takes > 0) await clock.advance(takes);
      return pages[polls.length - 1] ?? [];
    },
    send: async () => 'message',
    delete: async () => {},
    release: async () => {},
    waiting: async () => 0,
  };
  const objects = { get: async () => undefined, put: async () => {}, revise: async () => {} };
  const run = readTrigger({ payloads: payloadsIn(objects), queue, deadLetters: queue, clock });
  const drained = async (input: object = { window: WINDOW }) => {
    const { messages } = await run({ execution: 'x', input });
    return messages && 'inline' in messages ? (messages.inline as { body: readonly unknown[] }).body.length : 0;
  };
  return { drained, polls };
}

describe('the queue counts as empty after an empty long poll, and after no other', () => {
  it.each([
    { row: 'nothing waits', pages: [], polls: 1, messages: 0 },
    { row: 'one page', pages: [page(0, 3)], polls: 2, messages: 3 },
    { row: 'some of the servers answer first', pages: [page(0, 1), page(1, 1), page(2, 10)], polls: 4, messages: 12 },
  ])('$row', async ({ pages, polls: expected, messages }) => {
    const { drained, polls } = stage(pages);

    expect(await drained()).toBe(messages);
    expect(polls).toHaveLength(expected);
    expect(polls.every((seconds) => seconds >= 1)).toBe(true);
  });

  it.each([{ trigger: 'schedule' }, {}])('full runs too: %o', async (input) => {
    const { drained, polls } = stage([page(0, 2), page(2, 2)]);

    expect(await drained(input)).toBe(4);
    expect(polls).toEqual([1, 1, 1]);
  });

  it.each([
    { row: 'comes with the first poll', pages: [page(0, 3), page(3, 3)], polls: 1, messages: 3 },
    { row: 'comes after others', pages: [page(3, 3), page(0, 3), page(6, 3)], polls: 2, messages: 6 },
    { row: 'is with another run', pages: [page(3, 3)], polls: 2, messages: 3 },
    { row: 'is with another run, and none are left', pages: [], polls: 1, messages: 0 },
  ])('a run that was started at once takes what comes until its own message $row', async (row) => {
    const { drained, polls } = stage(row.pages);

    expect(await drained({ window: WINDOW, first: '1' })).toBe(row.messages);
    expect(polls).toHaveLength(row.polls);
  });

  it('a run that was started at once and is started again by hand much later is full, and drains all', async () => {
    const { drained, polls } = stage([page(0, 2), page(2, 2)]);

    expect(await drained({ window: '2025-12-31T23:00:00Z', first: '1' })).toBe(4);
    expect(polls).toHaveLength(3);
  });

  it('a dry run leaves it alone', async () => {
    const { drained, polls } = stage([page(0, 2)]);

    expect(await drained({ dryRun: true })).toBe(0);
    expect(polls).toEqual([]);
  });

  it('ends in time, however slowly messages come', async () => {
    const { drained, polls } = stage(
      Array.from({ length: 1_000 }, (_, index) => page(index, 1)),
      900,
    );

    expect(await drained()).toBe(polls.length);
    expect(polls.length).toBeLessThan(25);
  });

  it('takes no more than one run can look at', async () => {
    const { polls, drained } = stage(Array.from({ length: 500 }, (_, index) => page(10 * index, 10)));

    await drained();

    expect(polls.length).toBe(100);
  });
});

/** A queue of messages, some of them malformed, over a run bucket and a dead-letter queue that may refuse. */
function drainedFrom(
  messages: readonly QueueMessage[],
  { lost = () => false, refuses = [] }: { lost?: (key: string) => boolean; refuses?: readonly string[] } = {},
) {
  const clock = virtualClock();
  const [deleted, buried, released]: [string[], string[], (readonly unknown[])[]] = [[], [], []];
  let polls = 0;
  const queue: EventQueue = {
    receive: async () => (polls++ === 0 ? messages : []),
    send: async (body) => {
      if (refuses.includes(JSON.parse(body).body)) throw new Error('no');
      buried.push(JSON.parse(body).body);
      return 'message';
    },
    delete: async (receipts) => void deleted.push(...receipts),
    release: async (...what) => void released.push(what),
    waiting: async () => 0,
  };
  const bucket = new Map<string, string>();
  const objects = {
    ...mapped(bucket),
    put: async (key: string, text: string) => {
      if (lost(key)) throw new Error('SlowDown');
      bucket.set(key, text);
    },
  };
  const payloads = payloadsIn(objects);
  const run = (input: object = { window: WINDOW }) =>
    readTrigger({ payloads, queue, deadLetters: queue, clock })({ execution: 'x', input });
  return { run, payloads, clock, deleted, buried, released };
}

describe('malformed messages go to the dead-letter queue, each by its own receipt', () => {
  const bad = (index: number): QueueMessage => ({ ...message(index), body: `poison-${index}` });
  const mixed = [message(0), bad(1), message(2), bad(3), bad(4)];

  it('and only these are deleted; the good ones make the run', async () => {
    const { run, payloads, deleted, buried } = drainedFrom(mixed);

    const { messages, scope } = await run();

    expect(buried).toEqual(['poison-1', 'poison-3', 'poison-4']);
    expect(deleted).toEqual(['receipt-1', 'receipt-3', 'receipt-4']);
    const receipts = await payloads.load('receipts', messages ?? { key: '' });
    expect(receipts.map(({ receipt }) => receipt)).toEqual(['receipt-0', 'receipt-2']);
    expect((await payloads.load('scope', scope ?? { key: '' })).names).toEqual([
      'n0.shop.internal.',
      'n2.shop.internal.',
    ]);
  });

  it('one that the dead-letter queue does not take stays, and costs the others nothing', async () => {
    const { run, deleted } = drainedFrom(mixed, { refuses: ['poison-3'] });

    await run();

    expect(deleted).toEqual(['receipt-1', 'receipt-4']);
  });
});

it('keeps of each message how often it was received and since when it waits', async () => {
  const told = [3, 1, 7].map((receiveCount, index) => ({ ...message(index), receiveCount, sentAt: 100 + index }));
  const { run, payloads } = drainedFrom(told);

  const { messages } = await run();

  expect(await payloads.load('receipts', messages ?? { key: '' })).toEqual(
    told.map(({ receipt, receiveCount, sentAt }) => ({ receipt, receiveCount, sentAt })),
  );
});

it.each(['scope', 'receipts'])('gives every message back at once where its %s cannot be kept', async (what) => {
  const many = page(0, 200); // too much to go inline
  const { run, released } = drainedFrom(many, { lost: (key) => key.includes(what) });

  const fault = await run().catch((thrown: unknown) => thrown);

  expect(fault).toMatchObject({ message: 'SlowDown' });
  expect(released).toEqual([[many.map(({ receipt }) => receipt), 0]]);
});

it.each([
  { row: 'not over yet', past: -5_000, kind: 'event' },
  { row: 'just over', past: 1_000, kind: 'event' },
  { row: 'over for ten minutes', past: 600_000, kind: 'event' },
  { row: 'over for longer: somebody has started it again', past: 600_001, kind: 'full' },
])('a window that is $row makes a run that is $kind', async ({ past, kind }) => {
  const { run, clock } = drainedFrom([message(0)]);

  const made = await run({ window: new Date(clock.now() - past).toISOString() });

  expect(made).toMatchObject({ kind, trigger: 'events' });
});
