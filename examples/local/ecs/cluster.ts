import type { Cloud } from '../cloud/cloud.ts';
import { addHost, type Host, hostAddresses } from './hosts.ts';
import { type Scheduler, startScheduler } from './scheduler.ts';
import { type RunningTask, startTaskRunner } from './task-runner.ts';
import type { TaskTrouble } from './trouble.ts';

export interface ClusterOptions {
  readonly name: string;
  /** Which of the local clusters it is, from 1: its hosts have addresses of their own. */
  readonly number: number;
  /** Variables of every container besides those of its definition: DNS_SERVER, ZONE. */
  readonly environment: Readonly<Record<string, string>>;
  /** Between the loss of a task and the start of its replacement, milliseconds. */
  readonly replacementDelayMs: number;
  /** A new task that has run for so long counts in a rolling update, milliseconds. */
  readonly provenAfterMs: number;
  readonly onTaskStart: (task: RunningTask) => void;
  readonly onTaskEnd: (task: RunningTask, exitCode: number) => void;
  readonly onTaskTrouble: (trouble: TaskTrouble) => void;
  /** A service does not start: when it is tried again. */
  readonly onImpaired: (service: string, waitMs: number) => void;
  /** Takes what the tasks print. */
  readonly log: (source: string, text: string) => void;
}

/** What does not start is tried again at least so often, milliseconds: ECS waits up to 27 minutes. */
const LONGEST_DELAY_MS = 120_000;

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
  const { name, number, environment, replacementDelayMs, log } = options;
  const { ecs } = cloud;
  const addresses = await hostAddresses(number);
  ecs.admin.createCluster(name);
  const hosts = addresses.map((address) => addHost(cloud, name, address));
  const runner = startTaskRunner({
    ecs: ecs.admin,
    hosts,
    environment,
    onStart: options.onTaskStart,
    onEnd: options.onTaskEnd,
    onTrouble: options.onTaskTrouble,
    log,
  });
  const scheduler = startScheduler({
    ecs: ecs.admin,
    cluster: name,
    hosts,
    replacementDelayMs,
    longestDelayMs: LONGEST_DELAY_MS,
    provenAfterMs: options.provenAfterMs,
    onImpaired: options.onImpaired,
  });
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
