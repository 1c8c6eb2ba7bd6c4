import { describe, expect, it } from 'vitest';
import { rollout } from '../support/blue-green.ts';
import { host } from '../support/fleet.ts';
import { eventRun, value } from '../support/shop.ts';

const MINUTE = 60_000;
const at = (...ports: readonly number[]) => ports.map((port) => value('10.0.1.23', port));
const WAITS = 'PRODUCTION_TRAFFIC_SHIFT IN_PROGRESS';
const BLUE = at(1, 2);
const GREEN = at(3, 4);

describe('a service that is deployed blue/green', () => {
  it('moves in the zone when ECS shifts, and ECS waits for the zone, for Route 53 and for the TTL', async () => {
    const { run, settle, pass, deploy, published, answers, queued } = await rollout({ propagationMs: 30_000 });
    await run({});
    await pass(30_000);
    expect(published()).toEqual(BLUE);

    await deploy();
    await settle();
    expect(answers).toEqual([WAITS]);
    expect(queued).toHaveLength(4);
    await run({});

    await pass(29_000);
    expect([published(), answers.at(-1)]).toEqual([BLUE, WAITS]);
    await pass(10_000);
    expect([published(), answers.at(-1)]).toEqual([GREEN, WAITS]);
    await pass(5_000);
    expect(answers.at(-1)).toBe('PRODUCTION_TRAFFIC_SHIFT SUCCEEDED');
    await run({});
    expect(published()).toEqual(GREEN);
  });

  it('goes on with what a run has seen of all of it, whatever events tell of some of its tasks', async () => {
    const around = await rollout();
    const { run, settle, pass, deploy, published, answers, bucket, aws } = around;
    await run({});
    await deploy();
    await settle();
    await run({});
    const kept = () => [...bucket].flatMap(([key, text]) => (key.startsWith('shifts/') ? [text] : []));
    const [before] = kept();

    // One more comes to another host, where nobody looks at those that serve already.
    const [green = ''] = aws.ecs.admin.service('shop', 'web').deployments?.flatMap(({ id = [] }) => id) ?? [];
    const containerInstance = host(around, 'shop', '10.0.1.24');
    const place = { cluster: 'shop', taskDefinition: around.definition, containerInstance, hostPorts: { 8081: 9 } };
    await eventRun(around, () => void aws.ecs.admin.putTask({ ...place, service: 'web', startedBy: green }));

    expect(published()).toEqual([...GREEN, value('10.0.1.24', 9)].sort());
    expect(before).toContain('"serving"');
    expect(kept()).toEqual([before]);
    await pass(10_000);
    await pass(10_000);
    expect(answers.at(-1)).toBe('PRODUCTION_TRAFFIC_SHIFT SUCCEEDED');
  });

  it('comes back in the zone when it is rolled back', async () => {
    const { run, settle, pass, deploy, roll, published, answers } = await rollout();
    await run({});
    await deploy();
    await settle();
    await run({});
    expect(published()).toEqual(GREEN);

    await roll();
    await settle();
    expect(answers.at(-1)).toBe(WAITS);
    await run({});

    expect(published()).toEqual(BLUE);
    await pass(10_000);
    await pass(10_000);
    expect(answers.at(-1)).toBe('PRODUCTION_TRAFFIC_SHIFT SUCCEEDED');
  });

  it('tells the bus once that it has moved, forward and back', async () => {
    const { run, settle, deploy, roll } = await rollout();
    const told: unknown[] = [];
    const runs = async () => {
      for (let count = 0; count < 2; count += 1) {
        const { announced } = await run({});
        for (const { detailType, detail } of announced) {
          const { direction, names, published, removed } = detail as Record<string, unknown>;
          if (detailType === 'Traffic Shifted') told.push([direction, names, published, removed]);
        }
      }
    };
    await runs();
    expect(told).toEqual([]);

    await deploy();
    await settle();
    await runs();
    expect(told).toEqual([['forward', ['_calc._tcp.shop.internal'], 2, 2]]);

    await roll();
    await settle();
    await runs();
    expect(told.slice(1)).toEqual([['back', ['_calc._tcp.shop.internal'], 2, 2]]);
  });

  it('asks ECS of the service only while it is deployed', async () => {
    const { run, settle, pass, deploy, called } = await rollout();
    const calls = async () => {
      const before = called.get('DescribeServices') ?? 0;
      await run({});
      return (called.get('DescribeServices') ?? 0) - before;
    };
    expect([await calls(), await calls(), await calls()]).toEqual([1, 0, 0]);

    await deploy();
    await settle();
    expect([await calls(), await calls()]).toEqual([1, 1]);
    for (let minutes = 0; minutes < 8; minutes += 1) await pass(MINUTE);
    await calls();

    expect([await calls(), await calls()]).toEqual([0, 0]);
  });

  it('is published as ever without the hook, and costs no call', async () => {
    const { run, settle, deploy, published, called, bucket } = await rollout({ hook: null });
    await run({});

    await deploy();
    await settle();
    const byTheHook = called.get('DescribeServices');
    await run({});

    expect(published()).toEqual([...BLUE, ...GREEN]);
    expect(called.get('DescribeServices')).toBe(byTheHook);
    expect([...bucket.keys()].filter((key) => /^(services|shifts)\//.test(key))).toEqual([]);
    const kept = [...bucket.values()].join();
    for (const key of ['startedBy', 'shift', 'colour', 'deployments']) expect(kept).not.toContain(`"${key}"`);
  });
});

it('tests the new revision under the test name until its deployment is over', async () => {
  const { run, settle, pass, deploy, published, answers } = await rollout({ testName: '_try._tcp' });
  const both = () => [published('_calc._tcp.shop.internal.'), published('_try._tcp.shop.internal.')];
  await run({});

  await deploy();
  await settle();
  expect(answers).toEqual(['TEST_TRAFFIC_SHIFT IN_PROGRESS']);
  const tested = await run({});
  expect([tested.end, tested.states.filter((state) => state === 'PlanChanges').length, both()]).toEqual([
    'ZoneInSync',
    1,
    [BLUE, GREEN],
  ]);

  for (let calls = 0; calls < 100 && !answers.includes(WAITS); calls += 1) await pass(10_000);
  expect(answers).toContain('TEST_TRAFFIC_SHIFT SUCCEEDED');
  await run({});
  expect(both()).toEqual([GREEN, GREEN]);

  for (let minutes = 0; minutes < 8; minutes += 1) await pass(MINUTE);
  await run({});
  expect(both()).toEqual([GREEN, []]);
});
