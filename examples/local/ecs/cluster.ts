import { delay } from '../../../test/stand-ins/timers.ts';
import type { Cloud } from '../cloud/cloud.ts';
import { addHost, type Host, hasOwnAddresses, hostAddresses, ownAddresses } from './hosts.ts';
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

/** Between the end of a host and ECS's word of it, milliseconds: ECS takes a minute or more. */
const TAKEN_FOR_GONE_MS = 5_000;

/** An ECS cluster whose tasks are processes on this machine. */
export interface LocalCluster {
  readonly name: string;
  /** Those that there are now. */
  readonly hosts: readonly Host[];
  /** Whether tasks in `awsvpc` mode can run here: each wants an address of its own. */
  readonly hasOwnAddresses: boolean;
  /** Addresses of hosts that were lost and not replaced. */
  lost(): readonly string[];
  /**
   * The machine ends with all its processes, as an instance that is terminated: its agent says nothing any more, and ECS takes
   * it for gone a little later.
   */
  loseHost(host: Host): void;
  /** Another instance with the address of a lost one, as an Auto Scaling group starts it. */
  replaceHost(address: string): Host;
  /** Keeps the services that it is given. */
  readonly scheduler: Scheduler;
  /** The tasks that run as processes now. */
  tasks(): readonly RunningTask[];
  /** Kills all tasks and waits until they are gone. */
  close(): Promise<void>;
}

export async function startCluster(cloud: Cloud, options: ClusterOptions): Promise<LocalCluster> {
  const { name, number, environment, replacementDelayMs, log } = options;
  const { ecs, ec2 } = cloud;
  const addresses = await hostAddresses(number);
  const own = hasOwnAddresses(addresses);
  ecs.admin.createCluster(name);
  const hosts = addresses.map((address) => addHost(cloud, name, address));
  const waiting = new Set<() => void>();
  const runner = startTaskRunner({
    ecs: ecs.admin,
    hosts,
    ...(own && { ownAddress: ownAddresses(number) }),
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
    hasOwnAddresses: own,
    scheduler,
    tasks: runner.running,
    lost: () => addresses.filter((address) => !hosts.some((host) => host.address === address)),
    loseHost: (host) => {
      hosts.splice(hosts.indexOf(host), 1);
      for (const { pid } of runner.running().filter((task) => task.host === host)) process.kill(pid, 'SIGKILL');
      ec2.admin.terminate(host.instanceId);
      ecs.admin.updateContainerInstance(host.containerInstance, { agentConnected: false });
      const cancel = delay(TAKEN_FOR_GONE_MS, () => {
        waiting.delete(cancel);
        ecs.admin.deregisterContainerInstance(host.containerInstance, { force: true });
      });
      waiting.add(cancel);
    },
    replaceHost: (address) => {
      const host = addHost(cloud, name, address);
      hosts.push(host);
      // Whoever waits for room hears of it.
      ecs.admin.updateContainerInstance(host.containerInstance, { agentConnected: true });
      return host;
    },
    close: async () => {
      for (const cancel of waiting) cancel();
      scheduler.close();
      await runner.close();
    },
  };
}
