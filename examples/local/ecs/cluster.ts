import type { Cloud } from '../cloud/cloud.ts';
import { addHost, type Host, hostAddresses } from './hosts.ts';
import { type Scheduler, startScheduler } from './scheduler.ts';
import { type RunningTask, startTaskRunner } from './task-runner.ts';

export interface ClusterOptions {
  readonly name: string;
  /** Which of the local clusters it is, from 1: its hosts have addresses of their own. */
  readonly number: number;
  /** Variables of every container besides those of its definition: DNS_SERVER, ZONE. */
  readonly environment: Readonly<Record<string, string>>;
  /** Between the loss of a task and the start of its replacement, milliseconds. */
  readonly replacementDelayMs: number;
  readonly onTaskStart: (task: RunningTask) => void;
  readonly onTaskEnd: (task: RunningTask, exitCode: number) => void;
  /** Takes what the tasks print. */
  readonly log: (source: string, text: string) => void;
}

/** An ECS cluster whose tasks are processes on this machine. */
export interface LocalCluster {
  readonly name: string;
  readonly hosts: readonly Host[];
  /** Keeps the services that it is given. */
  readonly scheduler: Scheduler;
  /** The tasks that run as processes now. */
  tasks(): readonly RunningTask[];
  /** Kills all tasks and waits until they are gone. */
  close(): Promise<void>;
}

export async function startCluster(cloud: Cloud, options: ClusterOptions): Promise<LocalCluster> {
  const { name, number, environment, replacementDelayMs, onTaskStart, onTaskEnd, log } = options;
  const { ecs } = cloud;
  const addresses = await hostAddresses(number);
  ecs.admin.createCluster(name);
  const hosts = addresses.map((address) => addHost(cloud, name, address));
  const runner = startTaskRunner({ ecs: ecs.admin, hosts, environment, onStart: onTaskStart, onEnd: onTaskEnd, log });
  const scheduler = startScheduler({ ecs: ecs.admin, cluster: name, hosts, runner, replacementDelayMs });
  return {
    name,
    hosts,
    scheduler,
    tasks: runner.running,
    close: async () => {
      scheduler.close();
      await runner.close();
    },
  };
}
