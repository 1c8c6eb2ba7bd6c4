import { describe, expect, it } from 'vitest';
import { connectEvents, define, host, runStarted } from '../support/fleet.ts';
import { OWNER, type StillWorld, world, ZONE } from '../support/world.ts';

const value = (address: string, port: number) => `1 1 ${port} ip-${address.replaceAll('.', '-')}.${OWNER}.${ZONE}`;

/** One task of `web` on each of some hosts, all of them published. */
async function shop(networkMode: 'bridge' | 'host' | 'awsvpc', hosts: number, ON_DRAINING = 'deregister') {
  const around = world({ environment: { ON_DRAINING, HEALTH_CHECK: 'off' } });
  const { admin } = around.aws.ecs;
  admin.createCluster('shop');
  const taskDefinition = define(around, 'web', { names: { 80: 'web' }, networkMode });
  const homes = Array.from({ length: hosts }, (_, index) => host(around, 'shop', `10.0.1.${index + 1}`));
  const tasks = homes.map((containerInstance, index) =>
    admin.putTask({
      cluster: 'shop',
      taskDefinition,
      containerInstance,
      ...(networkMode === 'bridge' && { hostPorts: { 80: 8_000 } }),
      ...(networkMode === 'awsvpc' && { address: `10.0.1.${index + 1}` }),
    }),
  );
  const port = networkMode === 'bridge' ? 8_000 : 80;
  const published = (...numbers: readonly number[]) => numbers.map((number) => value(`10.0.1.${number}`, port)).sort();
  await around.run({});
  expect(around.values('web')).toEqual(published(...homes.map((_, index) => index + 1)));
  const set = (index: number, status: 'ACTIVE' | 'DRAINING') =>
    admin.updateContainerInstance(homes[index] ?? '', { status });
  return { around, admin, homes, tasks, taskDefinition, published, set };
}

/** What events of a change bring about. */
async function withEvents(around: StillWorld, change: () => void) {
  await around.clock.advance(60_000);
  const { settled, off } = connectEvents(around);
  change();
  await settled();
  off();
  return runStarted(around);
}

const said = (runs: readonly { readonly outcome: { readonly dispositions: readonly unknown[] } | undefined }[]) =>
  runs.flatMap(({ outcome }) => outcome?.dispositions ?? []);

describe.each(['bridge', 'host', 'awsvpc'] as const)(
  'a host that drains, of tasks in network mode %s',
  (networkMode) => {
    it('loses its instances by its own event, before ECS stops anything', async () => {
      const { around, tasks, published, set } = await shop(networkMode, 2);

      const runs = await withEvents(around, () => set(0, 'DRAINING'));

      expect(runs).toMatchObject([{ end: 'ZoneInSync' }]);
      expect(around.values('web')).toEqual(published(2));
      expect(said(runs)).toContainEqual(
        expect.objectContaining({ outcome: 'removed', reason: 'host-draining', task: tasks[0] }),
      );
    });

    it('loses them by the next full run where its event is lost, and nothing changes after that', async () => {
      const { around, published, set } = await shop(networkMode, 2);
      set(0, 'DRAINING');

      const first = await around.run({});
      const second = await around.run({});

      expect(around.values('web')).toEqual(published(2));
      expect(said([first])).toContainEqual(expect.objectContaining({ outcome: 'removed', reason: 'host-draining' }));
      expect(said([second])).toContainEqual(expect.objectContaining({ outcome: 'left-out', reason: 'host-draining' }));
      expect(second.states).not.toContain('ApplyBatch');
    });

    it('keeps the last of a name, whichever run looks, until another one is published', async () => {
      const { around, admin, homes, taskDefinition, published, set } = await shop(networkMode, 2);
      await withEvents(around, () => {
        for (const index of homes.keys()) set(index, 'DRAINING');
      });
      expect(around.values('web')).toEqual(published(1, 2));
      await around.run({});
      expect(around.values('web')).toEqual(published(1, 2));
      const containerInstance = host(around, 'shop', '10.0.1.3');
      await withEvents(around, () => {
        admin.putTask({
          cluster: 'shop',
          taskDefinition,
          containerInstance,
          ...(networkMode === 'bridge' && { hostPorts: { 80: 8_000 } }),
          ...(networkMode === 'awsvpc' && { address: '10.0.1.3' }),
        });
      });
      expect(around.values('web')).toEqual(published(1, 2, 3));

      await around.run({});

      expect(around.values('web')).toEqual(published(3));
    });

    it('gets its instances back with the next full run once it is ACTIVE again', async () => {
      const { around, published, set } = await shop(networkMode, 2);
      await withEvents(around, () => set(0, 'DRAINING'));
      set(0, 'ACTIVE');

      await around.run({});

      expect(around.values('web')).toEqual(published(1, 2));
    });

    it('is published again by no late event of a task of its own', async () => {
      const { around, admin, tasks, published, set } = await shop(networkMode, 2);
      await withEvents(around, () => set(0, 'DRAINING'));

      await withEvents(around, () => admin.updateTask(tasks[0] ?? '', { connectivity: 'CONNECTED' }));

      expect(around.values('web')).toEqual(published(2));
    });

    it('keeps everything by default', async () => {
      const { around, published, set } = await shop(networkMode, 2, 'keep');
      set(0, 'DRAINING');

      await around.run({});

      expect(around.values('web')).toEqual(published(1, 2));
    });
  },
);

it('takes nothing from a name beyond the guard: an explained removal always goes', async () => {
  const { around, homes, published, set } = await shop('bridge', 12);
  for (const index of [...homes.keys()].slice(1)) set(index, 'DRAINING');

  const { end } = await around.run({});

  expect(end).toBe('ZoneInSync');
  expect(around.values('web')).toEqual(published(1));
});
