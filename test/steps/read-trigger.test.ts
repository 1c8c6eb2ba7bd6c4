import { describe, expect, it } from 'vitest';
import type { EventQueue, QueueMessage } from '../../functions/adapters/event-queue.ts';
import { claimCheck } from '../../functions/contracts/claim-check.ts';
import { readTrigger } from '../../functions/steps/read-trigger.ts';
import { virtualClock } from '../stand-ins/clock.ts';

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
    send: async () => {},
    delete: async () => {},
    release: async () => {},
    waiting: async () => 0,
  };
  const objects = { get: async () => undefined, put: async () => {}, revise: async () => {} };
  const run = readTrigger({ claims: claimCheck(objects), queue, deadLetters: queue, clock });
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
