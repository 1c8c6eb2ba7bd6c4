import { expect, it } from 'vitest';
import { API_CALLS } from '../../../functions/adapters/aws/call-log.ts';
import { calling } from '../../../functions/adapters/aws/faults.ts';
import { paced } from '../../../functions/adapters/paced.ts';
import { virtualClock } from '../../stand-ins/clock.ts';

const ENDLESS = { until: Number.POSITIVE_INFINITY };

/** Calls as one invocation makes them, all asked for at once, and when each is sent, in milliseconds. */
function invocation(input: object, { share = 0.5, until = Number.POSITIVE_INFINITY } = {}) {
  const clock = virtualClock(0);
  const times: number[] = [];
  const call = (name: string) => calling(name, async () => void times.push(clock.now()));
  const run = (work: (call: (name: string) => Promise<void>) => Promise<unknown>) =>
    clock.run(paced(() => work(call), share, clock)(input, { until }));
  return { clock, times, run };
}
const all = (count: number) => (call: (name: string) => Promise<void>) =>
  Promise.all(Array.from({ length: count }, () => call('ecs:ListTasks')));

it('lets what fits into the share of the burst through at once, the rest as it flows back', async () => {
  const { times, run } = invocation({});

  await run(all(52));

  expect(times.filter((time) => time === 0)).toHaveLength(50);
  expect(times.slice(50)).toEqual([100, 200]);
});

it('each invocation begins with its own, whatever others of the same sandbox take', async () => {
  const clock = virtualClock(0);
  let waited = false;
  const work = paced(
    async () => {
      for (let calls = 0; calls < 50; calls += 1) await calling('ecs:ListTasks', async () => {});
      waited ||= clock.now() > 0;
    },
    0.5,
    clock,
  );

  await clock.run(Promise.all([work({}, ENDLESS), work({}, ENDLESS)]));

  expect(waited).toBe(false);
});

it('buckets do not wait for each other, and what has none never waits', async () => {
  const { times, run } = invocation({}, { share: 0.02 });

  await run((call) => Promise.all(['ecs:ListTasks', 'ecs:DescribeTaskDefinition', 's3:GetObject'].map(call)));

  expect(times).toEqual([0, 0, 0]);
});

it('an item of a Map has its portion, and its place counts for cluster-resource reads alone', async () => {
  const portion = { burst: 0.04, refill: 0.5, reads: { calls: 1, before: 50, from: 0 } };
  const { times, run } = invocation({ item: { portion } });

  await run(async (call) => {
    await call('ecs:DescribeTaskDefinition');
    await call('ecs:ListTasks');
    await call('ecs:ListTasks');
  });

  expect(times).toEqual([0, 100, 300]);
});

it('what flows back before the first call of a bucket counts', async () => {
  const { clock, times, run } = invocation({ item: { portion: { burst: 0.04, refill: 0.5 } } });

  await run(async (call) => {
    await clock.sleep(800);
    await Promise.all(Array.from({ length: 6 }, () => call('ecs:DescribeTaskDefinition')));
  });

  expect(times).toEqual([800, 800, 800, 800, 800, 1_000]);
});

it('a try after a throttle begins with nothing', async () => {
  const portion = { burst: 1, refill: 0.5, reads: { calls: 9, before: 0, from: 0 } };
  const { times, run } = invocation({ item: { portion }, retries: 1 });

  await run((call) => call('ecs:ListTasks'));

  expect(times).toEqual([200]);
});

it('a run of few calls never waits, however often it is tried', async () => {
  const { times, run } = invocation({ item: {}, retries: 3 });

  await run(all(12));

  expect(new Set(times)).toEqual(new Set([0]));
});

it('attempts that the SDK has made count too', async () => {
  const { times, run } = invocation({});

  await run(async (call) => {
    API_CALLS.publish({ service: 'ECS', operation: 'DescribeTasks', attempts: 3 });
    await call('ecs:ListTasks');
  });

  expect(times).toEqual([300]);
});

it('begins no call that would come when its time is nearly over', async () => {
  const { times, run } = invocation({}, { until: 30_150 });

  await expect(run(all(53))).rejects.toMatchObject({
    name: 'ThrottledError',
    message: expect.stringContaining('ecs:ListTasks waits its turn'),
  });

  expect(times.every((time) => time <= 150)).toBe(true);
});

it('without a pace nothing waits', async () => {
  const times: number[] = [];

  await all(200)((name) => calling(name, async () => void times.push(0)));

  expect(times).toHaveLength(200);
});
