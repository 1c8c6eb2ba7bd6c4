import { describe, expect, it } from 'vitest';
import { rollout } from '../support/blue-green.ts';
import { FAILING } from '../support/builders.ts';
import { told, value } from '../support/shop.ts';

const MINUTE = 60_000;
const at = (...ports: readonly number[]) => ports.map((port) => value('10.0.1.23', port));
const BLUE = at(1, 2);
const GREEN = at(3, 4);

async function begun(options: Parameters<typeof rollout>[0] = {}) {
  const around = await rollout(options);
  await around.run({});
  await around.deploy();
  await around.settle();
  return around;
}

describe('a hook that Lambda refuses to call', () => {
  it('rolls the deployment back, and nothing has changed', async () => {
    const around = await rollout();
    await around.run({});
    around.throttle.left = 1;
    await around.deploy();
    await around.settle();

    await around.run({});

    expect(await around.status()).toMatch(/^ROLLBACK_/);
    expect(around.published()).toEqual(BLUE);
  });

  it('rolls back what the zone has shifted already, and the zone follows', async () => {
    const around = await begun();
    await around.run({});
    expect(around.published()).toEqual(GREEN);

    around.throttle.left = 1;
    await around.pass(10_000);
    await around.run({});

    expect(await around.status()).toMatch(/^ROLLBACK_/);
    expect(around.published()).toEqual(BLUE);
  });
});

it('a new revision that fails its checks leaves the old one, until the timeout of the hook rolls back', async () => {
  const around = await begun();
  for (const port of [3, 4]) around.health.set(`10.0.1.23:${port}`, FAILING);
  await around.pass(5 * MINUTE);

  const first = await around.run({});
  await around.pass(10_000);
  const again = await around.run({});

  expect(around.published()).toEqual(BLUE);
  expect(told(again)).toEqual(told(first));
  expect(told(first)).toEqual([
    'left-out unhealthy 3',
    'left-out unhealthy 4',
    'published held-shift 1',
    'published held-shift 2',
  ]);
  expect(await around.status()).toBe('IN_PROGRESS');
  await around.pass(1_440 * MINUTE);
  await around.run({});
  expect(await around.status()).toMatch(/^ROLLBACK_/);
  expect(around.published()).toEqual(BLUE);
});

it('a second deployment counts alone, and whoever has had traffic stays until it takes over', async () => {
  const around = await begun();
  await around.run({});
  expect(around.published()).toEqual(GREEN);

  await around.deploy();
  const meanwhile = await around.run({});
  await around.settle();
  await around.run({});

  expect(meanwhile.end).toBe('ZoneInSync');
  expect(around.published()).toEqual(at(5, 6));
  for (let calls = 0; calls < 10 && (await around.status()) !== 'SUCCESSFUL'; calls += 1) await around.pass(MINUTE);
  await around.run({});
  expect([await around.status(), around.published()]).toEqual(['SUCCESSFUL', at(5, 6)]);
});

it('the old revision that dies before the shift leaves, a finding says so, and the new one waits', async () => {
  const around = await begun({ testName: '_try._tcp' });
  around.blueDies();

  const { outcome } = await around.run({});

  const name = '_calc._tcp.shop.internal.';
  const said = (outcome?.dispositions ?? []).flatMap((one) =>
    one.name === name ? `${one.outcome} ${one.reason}` : [],
  );
  expect(said.toSorted()).toEqual([
    ...Array(2).fill('left-out awaiting-shift'),
    ...Array(2).fill('removed task-stopped'),
  ]);
  expect(around.published(name)).toEqual([]);
  expect(outcome?.findings.join()).toContain(`nothing stands at ${name}, 2 awaiting-shift`);
});
