import { onTestFinished, vi } from 'vitest';
import { PLACE } from '../../../../examples/local/cloud/place.ts';
import type { Host } from '../../../../examples/local/ecs/hosts.ts';
import {
  type RunningTask,
  startTaskRunner,
  type TaskRunner,
  type TaskRunnerOptions,
} from '../../../../examples/local/ecs/task-runner.ts';
import type { TaskTrouble } from '../../../../examples/local/ecs/trouble.ts';
import { type EcsOptions, type EcsStandIn, ecsStandIn, type TaskStateChangeDetail } from '../../../stand-ins/ecs.ts';

/** ECS with one cluster, `demo`, and hosts on one address each. */
export function ecsWithHosts(
  addresses: readonly string[],
  options: Pick<EcsOptions, 'invoke' | 'minuteMs'> = {},
): {
  readonly ecs: EcsStandIn;
  readonly hosts: readonly Host[];
} {
  const ecs = ecsStandIn({ now: Date.now, ...PLACE, ...options });
  ecs.admin.createCluster('demo');
  const hosts = addresses.map((address, index) => {
    const instanceId = `i-0000000${index}`;
    const containerInstance = ecs.admin.registerContainerInstance({ cluster: 'demo', ec2InstanceId: instanceId });
    return { address, instanceId, containerInstance };
  });
  return { ecs, hosts };
}

/** A runner of real processes, ended with the test at the latest. */
export function startedRunner(
  ecs: EcsStandIn,
  hosts: readonly Host[],
  more: Pick<TaskRunnerOptions, 'ownAddress'> = {},
) {
  const started: RunningTask[] = [];
  const ended: { readonly task: RunningTask; readonly exitCode: number }[] = [];
  const troubles: TaskTrouble[] = [];
  const runner: TaskRunner = startTaskRunner({
    ecs: ecs.admin,
    hosts,
    ...more,
    environment: { DNS_SERVER: '127.0.0.1:53', ZONE: 'example.internal' },
    onStart: (task) => void started.push(task),
    onEnd: (task, exitCode) => void ended.push({ task, exitCode }),
    onTrouble: (trouble) => void troubles.push(trouble),
    log: () => {},
  });
  onTestFinished(() => runner.close());
  return { runner, started, ended, troubles };
}

/** `lastStatus desiredStatus` of every event, in order. */
export function statusesOf(ecs: EcsStandIn): readonly string[] {
  const seen: string[] = [];
  ecs.admin.onTaskChange(({ detail }: { detail: TaskStateChangeDetail }) => {
    seen.push(`${detail.lastStatus} ${detail.desiredStatus}`);
  });
  return seen;
}

/** Looks again until the check passes; generous, since other tests run at the same time. */
export const soon = <T>(check: () => T | Promise<T>, timeout = 60_000): Promise<T> =>
  vi.waitFor(check, { timeout, interval: 50 });
