import type { Task, TaskDefinition } from '@aws-sdk/client-ecs';
import type { EcsAdmin } from '../../../test/stand-ins/ecs.ts';
import { delay } from '../../../test/stand-ins/timers.ts';
import type { Host } from './hosts.ts';
import type { ServiceSpec } from './services.ts';
import type { TaskRunner } from './task-runner.ts';

export interface SchedulerOptions {
  readonly ecs: EcsAdmin;
  /** Name. */
  readonly cluster: string;
  readonly hosts: readonly Host[];
  readonly runner: Pick<TaskRunner, 'start'>;
  /** Between the loss of a task and the start of the next one, milliseconds. */
  readonly replacementDelayMs: number;
}

/** The service scheduler of one cluster: keeps the desired count of each service, spread over the hosts. */
export interface Scheduler {
  /** Makes the service, or changes it: more tasks start and surplus ones stop at once, a new definition waits for new tasks. */
  put(service: ServiceSpec): void;
  /** Starts no more tasks. */
  close(): void;
}

interface Service {
  readonly name: string;
  readonly desiredCount: number;
  /** ARN. */
  readonly taskDefinition: string;
  readonly definition: TaskDefinition;
}

export function startScheduler(options: SchedulerOptions): Scheduler {
  const { ecs: admin, cluster, hosts, runner, replacementDelayMs } = options;
  const services = new Map<string, Service>();
  const tasks = new Map<string, Set<string>>();
  /** What cancels each replacement that is to start. */
  const waiting = new Set<() => void>();

  const staying = (service: string): readonly Task[] =>
    [...(tasks.get(service) ?? [])]
      .map((arn) => admin.task(arn))
      .filter(({ desiredStatus }) => desiredStatus === 'RUNNING');

  const adjust = ({ name, desiredCount, taskDefinition, definition }: Service): void => {
    const present = staying(name);
    for (const { taskArn = '' } of present.slice(desiredCount)) {
      admin.stopTask(taskArn, {
        stopCode: 'ServiceSchedulerInitiated',
        stoppedReason: `Scaling activity initiated by (deployment ${name})`,
      });
    }
    for (let missing = desiredCount - present.length; missing > 0; missing -= 1) {
      const task = admin.putTask({
        cluster,
        service: name,
        taskDefinition,
        containerInstance: hostFor(name).containerInstance,
        lastStatus: 'PROVISIONING',
      });
      tasks.set(name, (tasks.get(name) ?? new Set()).add(task));
      void runner.start(task, definition);
    }
  };

  /** The host with the fewest tasks of the service, and among such the one with the fewest of all. */
  const hostFor = (service: string): Host => {
    const all = [...services.keys()].flatMap(staying);
    const own = staying(service);
    const on = (list: readonly Task[], host: Host): number =>
      list.filter(({ containerInstanceArn }) => containerInstanceArn === host.containerInstance).length;
    const [best] = hosts.toSorted((one, other) => on(own, one) - on(own, other) || on(all, one) - on(all, other));
    if (!best) throw new Error(`cluster ${cluster} has no host`);
    return best;
  };

  const stopListening = admin.onTaskChange(({ detail: { taskArn, desiredStatus } }) => {
    if (desiredStatus !== 'STOPPED') return;
    for (const [name, arns] of tasks) {
      if (!arns.delete(taskArn)) continue;
      const cancel = delay(replacementDelayMs, () => {
        waiting.delete(cancel);
        const service = services.get(name);
        if (service) adjust(service);
      });
      waiting.add(cancel);
    }
  });

  return {
    put: ({ name, desiredCount, definition }) => {
      const taskDefinition = admin.registerTaskDefinition(definition);
      admin.putService({ cluster, serviceName: name, taskDefinition, desiredCount });
      const service = { name, desiredCount, taskDefinition, definition };
      services.set(name, service);
      adjust(service);
    },
    close: () => {
      stopListening();
      for (const cancel of waiting) cancel();
    },
  };
}
