import { describe, expect, it } from 'vitest';
import { SHARED, shop, WEB } from '../support/containers.ts';
import { connectEvents, runStarted } from '../support/fleet.ts';
import { LIES } from '../support/lies.ts';
import { type Execution, type StillWorld, world } from '../support/world.ts';

/** L1: a value leaves only on a statement about the very declaration that has published it. */

const told = (run: Execution | undefined, outcome: string) =>
  new Set((run?.outcome?.dispositions ?? []).filter((one) => one.outcome === outcome).map(({ reason }) => reason));

describe.each(LIES)('$row', ({ lie: lies, modes, reason, anew = false }) => {
  it.each(modes)('%s: what is published stays in full runs', async (mode) => {
    const { around, tasks, lie, admin, restart } = shop(mode);
    await around.run({});
    const before = around.values(WEB);
    lie.now = lies;
    if (anew) restart();

    const first = await around.run({});
    const second = await around.run({ trigger: 'schedule' });

    expect(before).toHaveLength(2 * tasks.length);
    expect(around.values(WEB)).toEqual(before);
    expect([first.end, second.end]).toEqual(['ZoneInSync', 'ZoneInSync']);
    expect([told(first, 'removed'), told(second, 'removed')]).toEqual([new Set(), new Set()]);
    expect(told(second, 'published')).toEqual(new Set([reason].flat()));

    lie.now = {};
    restart();
    admin.stopTask(tasks[0] ?? '');
    const stopped = await around.run({});

    expect(told(stopped, 'removed')).toEqual(new Set(['task-stopped']));
    expect(told(stopped, 'published')).toEqual(new Set(['healthy']));
    expect(around.values(WEB)).toHaveLength(2 * (tasks.length - 1));
  });

  it.each(modes.filter((mode) => mode !== 'host'))('%s: and in event runs, which take out a stop', async (mode) => {
    const { around, tasks, lie, admin, start, restart } = shop(mode);
    await around.run({});
    const before = around.values(WEB);
    const events = connectEvents(around);
    start(8);
    start(9);
    admin.stopTask(tasks[0] ?? '');
    await events.settled();
    lie.now = lies;
    if (anew) restart();

    const runs = await runStarted(around);

    const gone = before.filter((value) => !around.values(WEB).includes(value));
    expect(runs.length).toBeGreaterThan(0);
    expect(gone.length).toBeLessThanOrEqual(2);
    for (const run of runs) expect([...told(run, 'removed')]).toEqual(gone.length > 0 ? ['task-stopped'] : []);
    expect(gone).toEqual(await lostWith(around, { before, task: tasks[0] ?? '' }, gone.length));
  });
});

/** The values of one task, as far as they have left. */
async function lostWith(
  around: StillWorld,
  { before, task }: { readonly before: readonly string[]; readonly task: string },
  count: number,
): Promise<readonly string[]> {
  const { containers: parts = [], attachments = [] } = around.aws.ecs.admin.task(task);
  const ports = parts.flatMap(({ networkBindings = [] }) => networkBindings.map(({ hostPort }) => `${hostPort}`));
  const address = attachments.flatMap(
    ({ details = [] }) => details.find(({ name }) => name === 'privateIPv4Address')?.value ?? [],
  )[0];
  return before
    .filter(
      (value) =>
        ports.includes(value.split(' ')[2] ?? '') || (address && value.includes(`ip-${address.replaceAll('.', '-')}.`)),
    )
    .slice(0, count);
}

describe('what ECS does say of that declaration', () => {
  const stopped = { lastStatus: 'STOPPED', exitCode: 0 };

  it.each(['bridge', 'awsvpc', 'fargate'] as const)(
    '%s: its container alone has stopped, its siblings run',
    async (mode) => {
      const { around, tasks, admin } = shop(mode);
      await around.run({});
      const before = around.values(WEB);
      const events = connectEvents(around);
      admin.updateTask(tasks[0] ?? '', { containers: { app: stopped } });
      await events.settled();

      const runs = await runStarted(around);

      expect(runs.map((run) => [...told(run, 'removed')])).toEqual([['task-stopped']]);
      expect(around.values(WEB)).toHaveLength(before.length - 2);
    },
  );

  it.each(['bridge', 'awsvpc', 'fargate'] as const)(
    '%s: a sibling alone has stopped: nothing changes',
    async (mode) => {
      const { around, tasks, admin } = shop(mode);
      await around.run({});
      const before = around.values(WEB);
      const events = connectEvents(around);
      for (const task of tasks) admin.updateTask(task, { containers: { 'log-router': stopped } });
      await events.settled();

      const runs = [...(await runStarted(around)), await around.run({})];

      for (const run of runs) expect(told(run, 'removed')).toEqual(new Set());
      expect(around.values(WEB)).toEqual(before);
    },
  );

  it('bridge: its container has begun anew on another host port', async () => {
    const { around, admin, tasks } = shop('bridge');
    await around.run({});
    const before = around.values(WEB);
    const binding = { bindIP: '0.0.0.0', protocol: 'tcp' as const };
    const networkBindings = [
      { ...binding, containerPort: 80, hostPort: 50_000 },
      { ...binding, containerPort: 81, hostPort: 33_001 },
    ];
    admin.updateTask(tasks[0] ?? '', { containers: { app: { networkBindings } } });

    const run = await around.run({});

    expect(told(run, 'removed')).toEqual(new Set(['replaced']));
    expect(around.values(WEB)).toHaveLength(before.length);
    expect(around.values(WEB)).toContain(before[0]?.replace('33000', '50000'));
  });

  it.each(['bridge', 'awsvpc', 'fargate'] as const)(
    '%s: each container is told once, by the one that speaks',
    async (mode) => {
      const { around, tasks } = shop(mode);

      const run = await around.run({});

      expect(told(run, 'published')).toEqual(new Set(['healthy']));
      expect(around.values(WEB)).toHaveLength(2 * tasks.length);
      // In bridge mode the others have no port of their own, and are told so.
      expect(told(run, 'left-out')).toEqual(new Set(mode === 'bridge' ? ['no-binding', 'stopping'] : []));
    },
  );
});

describe('a task that ECS calls UNHEALTHY', () => {
  /** The app has no check of its own; the essential sidecar that ECS checks declares nothing. */
  function sidecar(essential = true) {
    const around = world();
    const { admin } = around.aws.ecs;
    admin.createCluster('shop');
    const healthCheck = { command: ['CMD', 'true'] };
    const taskDefinition = admin.registerTaskDefinition({
      family: 'web',
      networkMode: 'awsvpc',
      containerDefinitions: [
        { name: 'app', image: 'app', portMappings: [{ containerPort: 80 }], environment: SHARED.slice(0, 1) },
        { name: 'proxy', image: 'proxy', healthCheck, essential },
      ],
    });
    const start = (address: string, health: 'HEALTHY' | 'UNHEALTHY') =>
      admin.putTask({ cluster: 'shop', taskDefinition, address, health: { proxy: health } });
    return { around, admin, start };
  }

  it('enters late, in full and in event runs', async () => {
    const { around, admin, start } = sidecar();
    const events = connectEvents(around);
    const task = start('10.0.2.1', 'UNHEALTHY');
    await events.settled();
    const [late] = await runStarted(around);
    const first = await around.run({});
    await around.clock.advance(600_000);
    const second = await around.run({});
    admin.updateTask(task, { health: { proxy: 'HEALTHY' } });

    const third = await around.run({});

    expect(late && told(late, 'published')).toEqual(new Set());
    expect([told(first, 'left-out'), told(second, 'left-out')]).toEqual([
      new Set(['unhealthy']),
      new Set(['unhealthy']),
    ]);
    expect(told(third, 'published')).toEqual(new Set(['running']));
    expect(around.values(WEB)).toHaveLength(1);
  });

  it('a sidecar that is not essential says nothing of its task', async () => {
    const { around, start } = sidecar(false);
    start('10.0.2.1', 'UNHEALTHY');

    const run = await around.run({});

    expect(told(run, 'published')).toEqual(new Set(['running']));
  });

  it('never leaves for that alone', async () => {
    const { around, admin, start } = sidecar();
    const tasks = ['10.0.2.1', '10.0.2.2', '10.0.2.3'].map((address) => start(address, 'HEALTHY'));
    await around.run({});
    admin.updateTask(tasks[0] ?? '', { health: { proxy: 'UNHEALTHY' } });

    const runs = [await around.run({}), await around.run({})];

    for (const run of runs) expect(told(run, 'published')).toEqual(new Set(['running']));
    expect(around.values(WEB)).toHaveLength(3);
  });
});

describe('with the inventory lost as well', () => {
  const saysNothing = /list|lacks|ignored/;
  const unplaced = LIES.filter(({ reason, row }) => `${reason}`.includes('held') && !saysNothing.test(row));

  it.each(unplaced.flatMap(({ modes, ...about }) => modes.map((mode) => ({ ...about, mode }))))(
    '$row, $mode: what may be that of a task that runs stays',
    async ({ lie: lies, mode }) => {
      const { around, tasks, lie } = shop(mode);
      await around.run({});
      const before = around.values(WEB);
      around.bucket.clear();
      lie.now = lies;

      const run = await around.run({});

      expect(before).toHaveLength(2 * tasks.length);
      expect(around.values(WEB)).toEqual(before);
      expect(told(run, 'removed')).toEqual(new Set());
      expect([...told(run, 'published')]).toContain('held-unattributed');
    },
  );
});

describe('with an inventory as earlier versions have left it, which names no container', () => {
  /** Everything that is remembered, without what tells the declaration. */
  const forget = (text: string) =>
    text.replaceAll(/"(?:container|protocol)":"[^"]*",/g, '').replaceAll(/"containerPort":\d+,/g, '');

  it.each(LIES.flatMap(({ modes, ...about }) => modes.map((mode) => ({ ...about, mode }))))(
    '$row, $mode: nothing leaves, and then what stops',
    async ({ lie: lies, mode, anew }) => {
      const { around, admin, tasks, lie, restart } = shop(mode);
      await around.run({});
      const before = around.values(WEB);
      const remembered = [...around.bucket].filter(([key]) => key.startsWith('inventory/'));
      for (const [key, text] of remembered) around.bucket.set(key, forget(text));
      const changed = remembered.filter(([, text]) => text !== forget(text));
      lie.now = lies;
      if (anew) restart();

      const first = await around.run({});
      const standing = around.values(WEB);
      lie.now = {};
      restart();
      const events = connectEvents(around);
      admin.stopTask(tasks[0] ?? '');
      await events.settled();
      const [stopped] = await runStarted(around);

      expect(changed.length).toBeGreaterThan(0);
      expect(standing).toEqual(before);
      expect(told(first, 'removed')).toEqual(new Set());
      expect(told(stopped, 'removed')).toEqual(new Set(['task-stopped']));
      expect(around.values(WEB)).toHaveLength(2 * (tasks.length - 1));
    },
  );
});
