import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startScheduler } from '../../../../examples/local/ecs/scheduler.ts';
import type { ServiceSpec } from '../../../../examples/local/ecs/services.ts';
import { ecsWithHosts } from './world.ts';

const service = (name: string, desiredCount: number): ServiceSpec => ({
  name,
  desiredCount,
  definition: {
    family: name,
    networkMode: 'bridge',
    containerDefinitions: [{ name, image: name, memory: 1, portMappings: [{ containerPort: 80, hostPort: 0 }] }],
  },
});

/** A scheduler whose tasks run as soon as they are started. */
function scheduled() {
  const { ecs, hosts } = ecsWithHosts(['127.0.1.10', '127.0.1.11', '127.0.1.12']);
  const tasks: string[] = [];
  const start = async (task: string): Promise<void> => {
    tasks.push(task);
    ecs.admin.updateTask(task, { lastStatus: 'RUNNING' });
  };
  const scheduler = startScheduler({
    ecs: ecs.admin,
    cluster: 'demo',
    hosts,
    runner: { start },
    replacementDelayMs: 10_000,
  });
  const running = () =>
    tasks.map((task) => ecs.admin.task(task)).filter(({ desiredStatus }) => desiredStatus === 'RUNNING');
  return { ecs, hosts, scheduler, tasks, running };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a service', () => {
  it('gets its desired count at once, spread over the hosts', () => {
    const { scheduler, running, hosts } = scheduled();

    scheduler.put(service('calc', 3));
    scheduler.put(service('time', 3));

    const used = Map.groupBy(running(), ({ containerInstanceArn }) => containerInstanceArn);
    expect(running().every(({ group }) => group === 'service:calc' || group === 'service:time')).toBe(true);
    expect([...used.values()].map((tasks) => tasks.map(({ group }) => group).sort())).toEqual(
      hosts.map(() => ['service:calc', 'service:time']),
    );
  });

  it('begins on the host with the fewest tasks', () => {
    const { scheduler, running, hosts } = scheduled();

    scheduler.put(service('calc', 2));
    scheduler.put(service('time', 1));

    expect(running().at(-1)?.containerInstanceArn).toBe(hosts[2]?.containerInstance);
  });

  it('rather spreads over hosts than fills the emptiest one', () => {
    const { ecs, scheduler, running, hosts } = scheduled();
    scheduler.put(service('calc', 1));
    scheduler.put(service('time', 2));
    scheduler.put(service('other', 3));
    const [first] = hosts;
    const onFirst = (group: string) =>
      running().find((task) => task.group === group && task.containerInstanceArn === first?.containerInstance);
    ecs.admin.stopTask(onFirst('service:other')?.taskArn ?? '');

    scheduler.put(service('calc', 2));

    expect(onFirst('service:calc')).toBeDefined();
    expect(running().at(-1)?.containerInstanceArn).toBe(hosts[1]?.containerInstance);
  });

  it('replaces a task that is lost, 10 s later and not before', async () => {
    const { ecs, scheduler, running, tasks } = scheduled();
    scheduler.put(service('calc', 2));

    ecs.admin.updateTask(tasks[0] ?? '', { lastStatus: 'STOPPED' });
    await vi.advanceTimersByTimeAsync(9_999);
    const before = running().length;
    await vi.advanceTimersByTimeAsync(1);

    expect(before).toBe(1);
    expect(running()).toHaveLength(2);
    expect(tasks).toHaveLength(3);
  });

  it('counts a task as lost when it is to stop, and once', async () => {
    const { ecs, scheduler, running, tasks } = scheduled();
    scheduler.put(service('calc', 2));

    ecs.admin.stopTask(tasks[0] ?? '');
    await vi.advanceTimersByTimeAsync(10_000);
    ecs.admin.updateTask(tasks[0] ?? '', { lastStatus: 'STOPPED' });
    await vi.advanceTimersByTimeAsync(60_000);

    expect(running()).toHaveLength(2);
    expect(tasks).toHaveLength(3);
  });

  it('is scaled in and out at once', () => {
    const { scheduler, running } = scheduled();
    scheduler.put(service('calc', 3));

    scheduler.put(service('calc', 1));
    const scaledIn = running().length;
    scheduler.put(service('calc', 2));

    expect(scaledIn).toBe(1);
    expect(running()).toHaveLength(2);
  });

  it('stays as it is when the scheduler has closed', async () => {
    const { ecs, scheduler, running, tasks } = scheduled();
    scheduler.put(service('calc', 2));
    ecs.admin.stopTask(tasks[0] ?? '');

    scheduler.close();
    ecs.admin.stopTask(tasks[1] ?? '');
    await vi.advanceTimersByTimeAsync(60_000);

    expect(running()).toEqual([]);
  });
});
