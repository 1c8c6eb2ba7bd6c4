import { describe, expect, it } from 'vitest';
import { connectEvents, everyRunStarted, host } from '../support/fleet.ts';
import { CALC, type Shop, shop } from '../support/shop.ts';
import type { WorldOptions } from '../support/world.ts';

const TASKS = 250;
const throttle = () => Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' });

/** A cluster of 250 tasks on five hosts. */
function large(options: Omit<WorldOptions, 'beside'> = {}): Shop {
  const around = shop(options);
  const homes = Array.from({ length: 5 }, (_, index) => host(around, 'shop', `10.0.2.${index + 1}`));
  for (let task = 0; task < TASKS; task += 1) around.task(32_768 + task, { home: homes[task % 5] as string });
  return around;
}

/** Each second call of an operation is refused, from a time on. */
function everySecond(operation: string) {
  const state = { on: false, calls: 0, answered: 0 };
  const before: NonNullable<WorldOptions['before']> = async (call) => {
    if (!state.on || call.operation !== operation) return;
    state.calls += 1;
    if (state.calls % 2 === 0) throw throttle();
    state.answered += 1;
  };
  return { state, before };
}

describe('a state that AWS throttles goes on where it gave out', () => {
  it.each([
    { operation: 'DescribeTasks', answers: 3 },
    { operation: 'ListTasks', answers: 3 },
  ])('$operation: no answer is asked for twice', async ({ operation, answers }) => {
    const { state, before } = everySecond(operation);
    const around = large({ before });
    state.on = true;

    const { end } = await around.run({});

    expect(end).toBe('ZoneInSync');
    expect(around.values(CALC)).toHaveLength(TASKS);
    // The first round reads each once; what it has created is verified in the same calls once more at most.
    expect(state.answered).toBeLessThanOrEqual(2 * answers + 1);
  });

  it('a zone is read on from the page that was refused', async () => {
    const { state, before } = everySecond('ListResourceRecordSets');
    const around = large({ before });
    const sets = Array.from({ length: 900 }, (_, index) => ({
      Action: 'CREATE',
      ResourceRecordSet: { Name: `n${index}.shop.internal.`, Type: 'TXT', TTL: 5, ResourceRecords: [{ Value: '"x"' }] },
    }));
    const { ChangeResourceRecordSets } = around.aws.route53.operations;
    const input = { HostedZoneId: 'Z0TEST', ChangeBatch: { Changes: sets } };
    await ChangeResourceRecordSets?.(input as never, { region: 'us-east-1', accountId: '1', requestId: 'r' });
    await around.run({});
    state.on = true;

    const { end } = await around.run({});

    expect(end).toBe('ZoneInSync');
    expect(state.answered).toBe(4);
  });
});

describe('a small share of the rates', () => {
  it('lets a cluster take longer than its function may: each try gets further', async () => {
    const around = large({ environment: { REQUEST_SHARE: '0.0025' } });
    const began = around.clock.now();

    const { end, states } = await around.run({});

    expect(end).toBe('ZoneInSync');
    expect(around.values(CALC)).toHaveLength(TASKS);
    expect(states.filter((state) => state === 'ClusterUnread')).toEqual([]);
    expect(around.clock.now() - began).toBeGreaterThan(110_000);
  });

  it('delays no run that events start', async () => {
    const took = async (share: string) => {
      const around = shop({ environment: { REQUEST_SHARE: share } });
      const began = around.clock.now();
      const events = connectEvents(around);
      around.task(32_768);
      await around.clock.run(events.settled());
      const runs = await everyRunStarted(around);
      expect(runs.map(({ end }) => end)).toContain('ZoneInSync');
      expect(around.values(CALC)).toHaveLength(1);
      return around.clock.now() - began;
    };

    expect(await took('0.25')).toBe(await took('1'));
  });
});
