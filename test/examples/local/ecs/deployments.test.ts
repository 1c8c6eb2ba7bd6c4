import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { moveDeployments } from '../../../../examples/local/ecs/deployments.ts';
import { startScheduler } from '../../../../examples/local/ecs/scheduler.ts';
import type { ServiceSpec } from '../../../../examples/local/ecs/services.ts';
import type { HookPayload } from '../../../stand-ins/ecs.ts';
import { ecsWithHosts } from './world.ts';

const MINUTE = 10_000;
const BAKE_MINUTES = 2;
const deploymentConfiguration: NonNullable<ServiceSpec['deploymentConfiguration']> = {
  strategy: 'BLUE_GREEN',
  bakeTimeInMinutes: BAKE_MINUTES,
  lifecycleHooks: [
    {
      hookTargetArn: 'arn:aws:lambda:eu-central-1:123456789012:function:shift',
      roleArn: 'arn:aws:iam::123456789012:role/hook',
      lifecycleStages: ['PRODUCTION_TRAFFIC_SHIFT'],
    },
  ],
};
const calc = (image: string): ServiceSpec => ({
  name: 'calc',
  desiredCount: 2,
  definition: {
    family: 'calc',
    networkMode: 'bridge',
    containerDefinitions: [{ name: 'calc', image, memory: 1, portMappings: [{ containerPort: 80, hostPort: 0 }] }],
  },
  deploymentConfiguration,
});

/** A scheduler whose tasks run as soon as they are started, and `calc` once deployed; the hook answers the next time so. */
async function deployed(answers: readonly string[]) {
  const calls: HookPayload[] = [];
  const left = ['SUCCEEDED', ...answers];
  const invoke = (_: string, payload: HookPayload) => {
    calls.push(payload);
    return { hookStatus: (left.length > 1 ? left.shift() : left[0]) ?? '', callBackDelay: 60 };
  };
  const { ecs, hosts } = ecsWithHosts(['127.0.1.10', '127.0.1.11'], { invoke, minuteMs: MINUTE });
  const stopMoving = moveDeployments(ecs.admin);
  const stopAgent = ecs.admin.connectAgent({
    startTask: ({ taskArn = '' }) => void ecs.admin.updateTask(taskArn, { lastStatus: 'RUNNING' }),
    stopTask: ({ taskArn = '' }) => void ecs.admin.updateTask(taskArn, { lastStatus: 'STOPPED' }),
  });
  const delays = { replacementDelayMs: 3_000, longestDelayMs: 60_000, provenAfterMs: 1_000 };
  const scheduler = startScheduler({ ecs: ecs.admin, cluster: 'demo', hosts, ...delays });
  onTestFinished(() => {
    stopMoving();
    stopAgent();
    scheduler.close();
  });
  const service = () => ecs.admin.service('demo', 'calc');
  /** Running tasks of each deployment, the PRIMARY one first. */
  const colours = () => service().deployments?.map(({ runningCount }) => runningCount);
  const tasksOf = (deployment?: string) =>
    tasks.filter((arn) => {
      const { startedBy, lastStatus } = ecs.admin.task(arn);
      return startedBy === deployment && lastStatus === 'RUNNING';
    });
  const tasks: string[] = [];
  ecs.admin.onTaskChange(({ detail: { taskArn, version } }) => void (version === 1 && tasks.push(taskArn)));

  scheduler.put(calc('calc:1'));
  await vi.advanceTimersByTimeAsync(BAKE_MINUTES * MINUTE);
  const blue = service().deployments?.[0]?.id;
  calls.length = 0;
  return { ecs, hosts, scheduler, calls, service, colours, tasksOf, blue, stopMoving };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a blue/green deployment of the scheduler', () => {
  it('runs both colours while the hook is at work and through the bake time, then the new one alone', async () => {
    const { scheduler, calls, colours, service, tasksOf, blue } = await deployed(['IN_PROGRESS', 'SUCCEEDED']);

    scheduler.put(calc('calc:2'));
    await vi.advanceTimersByTimeAsync(MINUTE - 1);
    const shifting = [colours(), calls.length];
    await vi.advanceTimersByTimeAsync(MINUTE);
    const baking = [colours(), calls.length];
    await vi.advanceTimersByTimeAsync(BAKE_MINUTES * MINUTE);

    expect(shifting).toEqual([[2, 2], 1]);
    expect(baking).toEqual([[2, 2], 2]);
    expect(colours()).toEqual([2]);
    expect(tasksOf(blue)).toEqual([]);
    expect(service()).toMatchObject({ deployments: [{ rolloutState: 'COMPLETED' }], runningCount: 2 });
  });

  it('goes back to blue where the hook fails', async () => {
    const { scheduler, colours, tasksOf, blue, service } = await deployed(['FAILED', 'SUCCEEDED']);

    scheduler.put(calc('calc:2'));
    await vi.advanceTimersByTimeAsync(1_000);

    expect(colours()).toEqual([2]);
    expect(tasksOf(blue)).toHaveLength(2);
    expect(
      service()
        .events?.map(({ message }) => message)
        .join('\n'),
    ).toMatch(/deployment failed: Lifecycle hook/);
  });

  it('replaces tasks of both colours that are lost meanwhile', async () => {
    const { ecs, scheduler, colours, service, tasksOf, blue } = await deployed(['IN_PROGRESS']);
    scheduler.put(calc('calc:2'));
    await vi.advanceTimersByTimeAsync(2_000);
    const green = service().deployments?.[0]?.id;

    for (const colour of [blue, green]) ecs.admin.stopTask(tasksOf(colour)[0] ?? '');
    await vi.advanceTimersByTimeAsync(2_999);
    const lost = colours();
    await vi.advanceTimersByTimeAsync(1);

    expect(lost).toEqual([1, 1]);
    expect(colours()).toEqual([2, 2]);
  });

  it('empties a host that is drained of both colours', async () => {
    const { ecs, hosts, scheduler, colours, service, tasksOf, blue } = await deployed(['IN_PROGRESS']);
    scheduler.put(calc('calc:2'));
    await vi.advanceTimersByTimeAsync(2_000);
    const host = hosts[0]?.containerInstance ?? '';

    ecs.admin.updateContainerInstance(host, { status: 'DRAINING' });
    await vi.advanceTimersByTimeAsync(2_000);

    expect(colours()).toEqual([2, 2]);
    const used = [...tasksOf(blue), ...tasksOf(service().deployments?.[0]?.id)].map((arn) => ecs.admin.task(arn));
    expect(used.map(({ containerInstanceArn }) => containerInstanceArn)).toEqual(
      Array(4).fill(hosts[1]?.containerInstance),
    );
  });

  it('scales both', async () => {
    const { scheduler, colours } = await deployed(['IN_PROGRESS']);
    scheduler.put(calc('calc:2'));
    await vi.advanceTimersByTimeAsync(2_000);

    scheduler.put({ ...calc('calc:2'), desiredCount: 3 });

    expect(colours()).toEqual([3, 3]);
  });

  it('gives way to another one, which stops both before it', async () => {
    const { scheduler, colours, tasksOf, blue } = await deployed(['IN_PROGRESS', 'SUCCEEDED']);
    scheduler.put(calc('calc:2'));
    await vi.advanceTimersByTimeAsync(2_000);

    scheduler.put(calc('calc:3'));
    await vi.advanceTimersByTimeAsync(2_000);
    const meanwhile = colours();
    await vi.advanceTimersByTimeAsync(BAKE_MINUTES * MINUTE);

    expect(meanwhile).toEqual([2, 2, 2]);
    expect([colours(), tasksOf(blue)]).toEqual([[2], []]);
  });

  it('stands still when nobody moves it any more', async () => {
    const { scheduler, calls, stopMoving } = await deployed(['IN_PROGRESS']);
    scheduler.put(calc('calc:2'));
    await vi.advanceTimersByTimeAsync(2_000);

    stopMoving();
    await vi.advanceTimersByTimeAsync(10 * MINUTE);

    expect(calls).toHaveLength(1);
  });
});
