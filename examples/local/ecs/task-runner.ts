import { randomBytes } from 'node:crypto';
import type { ContainerDefinition, Task, TaskDefinition } from '@aws-sdk/client-ecs';
import { declaredPorts } from '../../../functions/domain/ecs/declaration.ts';
import { printable } from '../../../functions/domain/words/text.ts';
import type { EcsAdmin } from '../../../test/stand-ins/ecs.ts';
import { delay } from '../../../test/stand-ins/timers.ts';
import { CannotStartError, commandOf } from './command.ts';
import { freePort, type Host } from './hosts.ts';
import { watchPort } from './port-watch.ts';
import { startTaskProcess, type TaskProcess } from './task-process.ts';
import { adviceFor, lastLines, reasonOf, type TaskTrouble } from './trouble.ts';

/** A task that runs as a process. */
export interface RunningTask {
  readonly arn: string;
  /** The last part of the ARN. */
  readonly id: string;
  readonly family: string;
  readonly host: Host;
  /** Where it listens. */
  readonly address: string;
  readonly port: number;
  readonly pid: number;
  readonly containerId: string;
  /** Whether its container declares a name: of others DNS shows nothing. */
  readonly isDeclared: boolean;
}

export interface TaskRunnerOptions {
  readonly ecs: EcsAdmin;
  readonly hosts: readonly Host[];
  /** An address for a task with an interface of its own, at which the port is free; absent where the machine has none. */
  readonly ownAddress?: (port: number) => Promise<string>;
  /** Variables of every container besides those of its definition: DNS_SERVER, ZONE. */
  readonly environment: Readonly<Record<string, string>>;
  readonly onStart: (task: RunningTask) => void;
  readonly onEnd: (task: RunningTask, exitCode: number) => void;
  /** Takes what goes wrong with a task, and why. */
  readonly onTrouble: (trouble: TaskTrouble) => void;
  readonly log: (task: string, text: string) => void;
}

/** The container agents of the hosts: make processes of tasks, and tell ECS what becomes of them. */
export interface TaskRunner {
  /** Starts a task that ECS knows as PROVISIONING or PENDING. Never throws: one that cannot be started is STOPPED. */
  start(task: string, definition: TaskDefinition): Promise<void>;
  running(): readonly RunningTask[];
  /** Kills every process and waits until it is gone. ECS is not told any more. */
  close(): Promise<void>;
}

interface Held {
  readonly task: RunningTask;
  readonly process: TaskProcess;
  readonly stopTimeoutMs: number;
}

/** Between SIGTERM and the agent's word of it, milliseconds: the events of one stop come seconds apart. */
const TOLD_AFTER_MS = 1_000;
/** Seconds between SIGTERM and SIGKILL unless the definition says otherwise (ECS_CONTAINER_STOP_TIMEOUT). */
const STOP_TIMEOUT = 30;
/** Whoever ends by itself within this time has not really started, milliseconds. */
const STARTING_MS = 10_000;

export function startTaskRunner(options: TaskRunnerOptions): TaskRunner {
  const { ecs } = options;
  const held = new Map<string, Held>();
  const starting = new Set<Promise<void>>();
  const closing = new AbortController();
  const hostOf = ({ containerInstanceArn }: Task): Host | undefined =>
    options.hosts.find(({ containerInstance }) => containerInstance === containerInstanceArn);
  const isToStop = (arn: string): boolean => ecs.task(arn).desiredStatus === 'STOPPED';

  const launch = async (arn: string, definition: TaskDefinition): Promise<void> => {
    const { overrides } = ecs.task(arn);
    const host = hostOf(ecs.task(arn));
    const [container, ...others] = definition.containerDefinitions ?? [];
    if (!host || !container || others.length > 0) {
      const message = 'a task runs here only on one of the hosts and with one container';
      throw new CannotStartError(message, 'make a service of each container');
    }
    const isAwsvpc = definition.networkMode === 'awsvpc';
    const own = isAwsvpc ? await ownPlace(container, options.ownAddress) : undefined;
    ecs.updateTask(arn, { lastStatus: 'PENDING', ...(own && { address: own.address }) });
    const command = commandOf(container, overrides);
    const { address, port } = own ?? (await listenOn(container, host));
    if (isToStop(arn)) return ecs.updateTask(arn, { lastStatus: 'STOPPED' });

    const {
      name = '',
      portMappings: [{ containerPort, protocol = 'tcp' } = {}] = [],
      stopTimeout = STOP_TIMEOUT,
    } = container;
    const containerId = randomBytes(32).toString('hex');
    const variables = declared(container, ecs.task(arn));
    const isDeclared = declaredPorts({ ...container.dockerLabels, ...variables }).length > 0;
    const task = { ...named(arn, definition), arn, host, address, port, containerId, isDeclared };
    const process = await startTaskProcess({
      command,
      environment: { ...options.environment, ...variables, ...given(task) },
      log: (text) => options.log(`${task.family} ${task.id}`, text),
    });
    const running = { ...task, pid: process.pid };
    const startedAt = performance.now();
    const isServing = containerPort !== undefined && protocol === 'tcp';
    const stopWatching = isServing ? watchPort(running, options.onTrouble) : () => {};
    held.set(arn, { task: running, process, stopTimeoutMs: stopTimeout * 1_000 });
    void process.ended.then((exitCode) => {
      stopWatching();
      held.delete(arn);
      if (closing.signal.aborted) return;
      if (!options.hosts.includes(host)) return options.onEnd(running, exitCode); // nobody is left who could tell
      const words = process.lastWords();
      const wasAsked = isToStop(arn);
      const reason = exitCode === 0 || wasAsked ? undefined : reasonOf(words);
      const told = { exitCode, ...(reason !== undefined && { reason }) };
      const isEarly = performance.now() - startedAt < STARTING_MS;
      if (!wasAsked && exitCode <= 128 && (isEarly || exitCode !== 0)) {
        const what = `has ended ${isEarly ? 'at once' : 'by itself'} with exit code ${exitCode}`;
        const advice = adviceFor({ exitCode, words, command });
        options.onTrouble({ ...named(arn, definition), what, said: lastLines(words), advice });
      } else options.onEnd(running, exitCode);
      ecs.updateTask(arn, { lastStatus: 'STOPPED', containers: { [name]: told } });
    });
    if (closing.signal.aborted || !options.hosts.includes(host)) return process.signal('SIGKILL');
    ecs.updateTask(arn, {
      lastStatus: 'RUNNING',
      hostPorts: { [containerPort ?? 0]: port },
      containers: { [name]: { runtimeId: containerId } },
    });
    options.onStart(running);
    if (isToStop(arn)) stop(arn);
  };

  const start = (arn: string, definition: TaskDefinition): Promise<void> => {
    const work = launch(arn, definition).catch((error: Error) => {
      if (closing.signal.aborted) return;
      const stoppedReason = printable(`CannotStartContainerError: ${error.message}`, 1_024);
      const [{ name = '' } = {}] = definition.containerDefinitions ?? [];
      const what = `cannot start: ${printable(error.message, 400)}`;
      const advice = error instanceof CannotStartError ? error.advice : 'look at the log: LOG=1 npm start';
      options.onTrouble({ ...named(arn, definition), what, said: [], advice });
      const containers = { [name]: { reason: stoppedReason } };
      ecs.updateTask(arn, { lastStatus: 'STOPPED', stopCode: 'TaskFailedToStart', stoppedReason, containers });
    });
    starting.add(work);
    return work.finally(() => starting.delete(work));
  };

  const stop = (arn: string): void => {
    const one = held.get(arn);
    if (!one) return; // not started yet: whoever starts it will see
    one.process.signal('SIGTERM');
    const toldOf = delay(TOLD_AFTER_MS, () => ecs.updateTask(arn, { lastStatus: 'STOPPING' }));
    const spare = delay(one.stopTimeoutMs, () => one.process.signal('SIGKILL'));
    void one.process.ended.then(toldOf).then(spare);
  };

  const disconnect = ecs.connectAgent({
    startTask: (task, definition) => {
      if (hostOf(task)) void start(task.taskArn ?? '', definition); // else it is another cluster's
    },
    stopTask: ({ taskArn = '' }) => stop(taskArn),
  });

  return {
    start,
    running: () => [...held.values()].map(({ task }) => task),
    close: async () => {
      disconnect();
      closing.abort();
      for (const { process } of held.values()) process.signal('SIGKILL');
      await Promise.all(starting);
      await Promise.all([...held.values()].map(({ process }) => process.ended));
    },
  };
}

const named = (arn: string, { family = '' }: TaskDefinition) => ({ family, id: arn.split('/').at(-1) ?? arn });

/** A task with an interface of its own listens at its container port. */
async function ownPlace(
  { portMappings = [] }: ContainerDefinition,
  ownAddress: TaskRunnerOptions['ownAddress'],
): Promise<{ readonly address: string; readonly port: number }> {
  const [{ containerPort = 0 } = {}] = portMappings;
  if (!ownAddress) {
    const message = 'a task in awsvpc mode has an address of its own, and this machine has one loopback address only';
    throw new CannotStartError(message, 'use networkMode "bridge", or a machine with all of 127.0.0.0/8 (Linux)');
  }
  return { address: await ownAddress(containerPort), port: containerPort };
}

/** A dynamic port is one of the host's; a fixed one is opened where a browser on this machine looks for it. */
async function listenOn({ portMappings = [] }: ContainerDefinition, { address }: Host) {
  const [{ hostPort = 0 } = {}] = portMappings;
  return hostPort > 0 ? { address: '127.0.0.1', port: hostPort } : { address, port: await freePort(address) };
}

/** The variables of the definition, overlaid by those of the task's overrides. */
function declared({ name, environment = [] }: ContainerDefinition, { overrides }: Task): Record<string, string> {
  const overriding = overrides?.containerOverrides?.find((one) => one.name === name)?.environment ?? [];
  return Object.fromEntries([...environment, ...overriding].map(({ name: key = '', value = '' }) => [key, value]));
}

const given = ({ address, port, containerId, host }: Omit<RunningTask, 'pid'>): Record<string, string> => ({
  HOST: address,
  PORT: String(port),
  CONTAINER_ID: containerId,
  INSTANCE_ID: host.instanceId,
});
