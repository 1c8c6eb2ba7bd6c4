import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { startScheduler } from '../../../../examples/local/ecs/scheduler.ts';
import type { ServiceSpec } from '../../../../examples/local/ecs/services.ts';
import type { EcsStandIn } from '../../../stand-ins/ecs.ts';
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
function scheduled({ starts = () => true }: { readonly starts?: () => boolean } = {}) {
  const { ecs, hosts } = ecsWithHosts(['127.0.1.10', '127.0.1.11', '127.0.1.12']);
  const tasks: string[] = [];
  onTestFinished(
    ecs.admin.connectAgent({
      startTask: ({ taskArn = '' }) => {
        tasks.push(taskArn);
        if (starts()) ecs.admin.updateTask(taskArn, { lastStatus: 'RUNNING' });
        else ecs.admin.updateTask(taskArn, { lastStatus: 'STOPPED', stopCode: 'TaskFailedToStart' });
      },
      stopTask: ({ taskArn = '' }) => ecs.admin.updateTask(taskArn, { lastStatus: 'STOPPED' }),
    }),
  );
  const impaired: number[] = [];
  const scheduler = startScheduler({
    ecs: ecs.admin,
    cluster: 'demo',
    hosts,
    replacementDelayMs: 10_000,
    longestDelayMs: 60_000,
    provenAfterMs: 8_000,
    onImpaired: (_, waitMs) => void impaired.push(waitMs),
  });
  const running = () =>
    tasks.map((task) => ecs.admin.task(task)).filter(({ desiredStatus }) => desiredStatus === 'RUNNING');
  return { ecs, hosts, scheduler, tasks, running, impaired };
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

describe('a service of the API', () => {
  const family = (ecs: EcsStandIn, image: string): string =>
    ecs.admin.registerTaskDefinition({
      family: 'web',
      containerDefinitions: [{ name: 'web', image, portMappings: [{ containerPort: 80, hostPort: 0 }] }],
    });
  const call = (ecs: EcsStandIn, name: string, input: object): void =>
    void (ecs.operations[name] as unknown as (input: object) => object)({ cluster: 'demo', ...input });
  const service = (ecs: EcsStandIn) => ecs.admin.service('demo', 'web');
  const counts = (ecs: EcsStandIn) =>
    service(ecs).deployments?.map(({ status, runningCount, rolloutState }) => [status, runningCount, rolloutState]);

  /** Made with two tasks, which have proved themselves. */
  async function made(options: Parameters<typeof scheduled>[0] = {}) {
    const world = scheduled(options);
    family(world.ecs, 'web:1');
    call(world.ecs, 'CreateService', { serviceName: 'web', taskDefinition: 'web', desiredCount: 2 });
    await vi.advanceTimersByTimeAsync(8_000);
    return world;
  }

  it('runs with the id of its deployment, and settles', async () => {
    const { ecs, running } = await made();

    const { deployments, events } = service(ecs);

    expect(running().map(({ startedBy, group }) => [startedBy, group])).toEqual(
      Array(2).fill([deployments?.[0]?.id, 'service:web']),
    );
    expect(counts(ecs)).toEqual([['PRIMARY', 2, 'COMPLETED']]);
    expect(events?.map(({ message }) => message?.replaceAll(/[0-9a-f]{19,}/g, '…'))).toEqual([
      '(service web) has reached a steady state.',
      '(service web) (deployment ecs-svc/…) deployment completed.',
      '(service web) has started 2 tasks: (task …) (task …).',
    ]);
  });

  it('rolls: new tasks run before old ones stop', async () => {
    const { ecs } = await made();
    const revision = family(ecs, 'web:2');

    call(ecs, 'UpdateService', { service: 'web', taskDefinition: revision });
    const begun = counts(ecs);
    await vi.advanceTimersByTimeAsync(7_999);
    const before = counts(ecs);
    await vi.advanceTimersByTimeAsync(1);
    const after = counts(ecs);

    expect(begun).toEqual([
      ['PRIMARY', 2, 'IN_PROGRESS'],
      ['ACTIVE', 2, 'COMPLETED'],
    ]);
    expect(before).toEqual(begun);
    expect(after).toEqual([['PRIMARY', 2, 'COMPLETED']]);
    expect(service(ecs)).toMatchObject({ taskDefinition: revision, runningCount: 2 });
  });

  it('stops first where there is no room for more', async () => {
    const { ecs, running } = await made();
    const deploymentConfiguration = { maximumPercent: 100, minimumHealthyPercent: 50 };

    call(ecs, 'UpdateService', { service: 'web', forceNewDeployment: true, deploymentConfiguration });
    const begun = running().length;
    await vi.advanceTimersByTimeAsync(20_000);

    expect(begun).toBe(2);
    expect(counts(ecs)).toEqual([['PRIMARY', 2, 'COMPLETED']]);
  });

  it('is scaled, and drained when it is deleted', async () => {
    const { ecs, running } = await made();

    call(ecs, 'UpdateService', { service: 'web', desiredCount: 3 });
    const scaled = running().length;
    call(ecs, 'DeleteService', { service: 'web', force: true });
    await vi.advanceTimersByTimeAsync(20_000);

    expect(scaled).toBe(3);
    expect(running()).toEqual([]);
    expect(service(ecs).status).toBe('INACTIVE');
  });

  it('that does not start is tried less and less often, and says so; an update tries at once', async () => {
    let starts = false;
    const { ecs, tasks, impaired } = await made({ starts: () => starts });

    await vi.advanceTimersByTimeAsync(10_000 + 20_000 + 40_000 + 60_000);
    const tries = tasks.length;
    const failed = service(ecs);
    starts = true;
    call(ecs, 'UpdateService', { service: 'web', forceNewDeployment: true });
    await vi.advanceTimersByTimeAsync(8_000);

    expect([...new Set(impaired)]).toEqual([10_000, 20_000, 40_000, 60_000]);
    expect(tries).toBe(2 * 5);
    expect(failed.deployments?.[0]?.failedTasks).toBe(5);
    expect(failed.events?.map(({ message }) => message)).toContain(
      '(service web) is unable to consistently start tasks successfully.',
    );
    expect(counts(ecs)).toEqual([['PRIMARY', 2, 'COMPLETED']]);
  });

  it('takes no more tasks than its hosts have room for', async () => {
    const { ecs, running } = await made();

    call(ecs, 'UpdateService', { service: 'web', desiredCount: 100 });

    expect(running()).toHaveLength(3 * 20);
    expect(service(ecs).events?.[0]?.message).toMatch(/^\(service web\) was unable to place a task/);
  });
});

describe('a host that is drained', () => {
  it('is emptied by new tasks elsewhere, and no task goes before another counts', async () => {
    const { ecs, hosts, scheduler, running } = scheduled();
    scheduler.put(service('calc', 2));
    await vi.advanceTimersByTimeAsync(8_000);
    const [first] = hosts;

    ecs.admin.updateContainerInstance(first?.containerInstance ?? '', { status: 'DRAINING' });
    await vi.advanceTimersByTimeAsync(7_000);
    const meanwhile = running().length;
    await vi.advanceTimersByTimeAsync(2_000);

    expect(meanwhile).toBe(3);
    expect(running()).toHaveLength(2);
    expect(running().map((task) => task.containerInstanceArn)).not.toContain(first?.containerInstance);
  });

  it('gets tasks again when it is active', async () => {
    const { ecs, hosts, scheduler, running } = scheduled();
    const [first] = hosts;
    const set = (status: 'ACTIVE' | 'DRAINING') =>
      ecs.admin.updateContainerInstance(first?.containerInstance ?? '', { status });
    set('DRAINING');
    scheduler.put(service('calc', 2));
    set('ACTIVE');
    scheduler.put(service('calc', 3));

    expect(running().at(-1)?.containerInstanceArn).toBe(first?.containerInstance);
  });

  it('is no way out where all others are full or gone: its tasks stay', async () => {
    const { ecs, hosts, scheduler, running } = scheduled();
    scheduler.put(service('calc', 2));
    await vi.advanceTimersByTimeAsync(8_000);

    for (const { containerInstance } of hosts)
      ecs.admin.updateContainerInstance(containerInstance, { status: 'DRAINING' });
    await vi.advanceTimersByTimeAsync(60_000);

    expect(running()).toHaveLength(2);
    expect(scheduler.services()).toEqual(['calc']);
  });
});
