import type { PutEventsCommandInput } from '@aws-sdk/client-eventbridge';
import { describe, expect, it } from 'vitest';
import { EVENT_SOURCE, eventBus, type OutgoingEvent } from '../../functions/adapters/event-bus.ts';
import { ServiceFault } from '../stand-ins/service.ts';
import { failure, pausesOf, scripted, served } from './served.ts';

const events = (count: number): readonly OutgoingEvent[] =>
  Array.from({ length: count }, (_, index) => ({
    detailType: 'Instance Published',
    detail: { name: `_calc._tcp.shop.internal.${index}` },
    resources: [`arn:aws:ecs:us-east-1:123456789012:task/shop/${index}`],
  }));

/** A bus that takes every entry but those of which it is told otherwise, by the nth time that it sees them. */
async function servedBus(refuses: (detail: string, nth: number) => boolean = () => false) {
  const seen = new Map<string, number>();
  const endpoint = await served(
    scripted('events', {
      PutEvents: ({ Entries = [] }: PutEventsCommandInput) => {
        const answers = Entries.map(({ Detail = '' }) => {
          const nth = (seen.get(Detail) ?? 0) + 1;
          seen.set(Detail, nth);
          return refuses(Detail, nth) ? { ErrorCode: 'InternalFailure', ErrorMessage: 'later' } : { EventId: Detail };
        });
        return { Entries: answers, FailedEntryCount: answers.filter(({ ErrorCode }) => ErrorCode).length };
      },
    }),
  );
  return { ...endpoint, seen };
}

describe('events', () => {
  it('are sent ten at a time, as they are', async () => {
    const { inputs } = await servedBus();

    const lost = await eventBus().publish(events(23));

    expect(lost).toBe(0);
    const calls = inputs<PutEventsCommandInput>('PutEvents').map(({ Entries = [] }) => Entries);
    expect(calls.map(({ length }) => length).toSorted((a, b) => a - b)).toEqual([3, 10, 10]);
    expect(calls.flat().find(({ Detail }) => Detail?.endsWith('.0"}'))).toEqual({
      Source: EVENT_SOURCE,
      DetailType: 'Instance Published',
      Detail: '{"name":"_calc._tcp.shop.internal.0"}',
      Resources: ['arn:aws:ecs:us-east-1:123456789012:task/shop/0'],
    });
  });

  it('are sent again when the bus did not take them, and only they', async () => {
    const { seen } = await servedBus((detail, nth) => detail.includes('.3"') && nth < 3);

    const lost = await eventBus().publish(events(5));

    expect(lost).toBe(0);
    expect([...seen.values()]).toEqual([1, 1, 1, 3, 1]);
  });

  it('are sent again after a pause, and a longer one', async () => {
    const at: number[] = [];
    await servedBus(() => at.push(performance.now()) > 0);

    await eventBus().publish(events(1));

    const [first = 0, second = 0] = pausesOf(at);
    expect(at).toHaveLength(3);
    expect(first).toBeGreaterThan(90);
    expect(second).toBeGreaterThan(190);
  });

  it('are counted when the bus never takes them', async () => {
    const { seen } = await servedBus((detail) => detail.includes('.3"') || detail.includes('.13"'));

    const lost = await eventBus().publish(events(15));

    expect(lost).toBe(2);
    expect(Math.max(...seen.values())).toBe(3);
  });

  it('that were not taken in several calls are sent again by themselves, as they are', async () => {
    const again = [3, 14, 21];
    const { seen, inputs } = await servedBus(
      (detail, nth) => nth === 1 && again.some((at) => detail.includes(`.${at}"`)),
    );

    const lost = await eventBus().publish(events(25));

    const twice = [...seen].flatMap(([detail, times]) => (times === 2 ? [detail] : []));
    const sent = inputs<PutEventsCommandInput>('PutEvents').flatMap(({ Entries = [] }) => Entries);
    expect(lost).toBe(0);
    expect(twice.toSorted()).toEqual(again.map((at) => `{"name":"_calc._tcp.shop.internal.${at}"}`).toSorted());
    expect(sent).toHaveLength(28);
    for (const { Detail, Resources } of sent) expect(Detail).toContain(`.${Resources?.[0]?.split('/').at(-1)}"`);
  });

  it.each(['{}', ''])('count as not taken when the answer is "%s"', async (body) => {
    const { inject } = await servedBus();
    inject('PutEvents', { status: 200, body });

    expect(await eventBus().publish(events(4))).toBe(4);
  });

  it('cost no call when there are none', async () => {
    const { calls } = await servedBus();

    expect(await eventBus().publish([])).toBe(0);
    expect(calls).toEqual([]);
  });

  it('are sent even when another batch fails, which is told in the end', async () => {
    const { inject, seen } = await servedBus();
    inject('PutEvents', new ServiceFault('AccessDeniedException', 'no'), 1);

    const fault = await failure(eventBus().publish(events(95)));

    expect(fault.name).toBe('AccessDeniedException');
    expect(seen.size).toBe(85);
  });

  it('fail with the call', async () => {
    const { inject } = await servedBus();
    inject('PutEvents', new ServiceFault('AccessDeniedException', 'no'));

    const fault = await failure(eventBus().publish(events(1)));

    expect(fault.name).toBe('AccessDeniedException');
  });
});
