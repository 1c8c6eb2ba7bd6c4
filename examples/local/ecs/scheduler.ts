import type { ContainerInstance, Service } from '@aws-sdk/client-ecs';
import type { EcsAdmin, TaskStateChangeDetail } from '../../../test/stand-ins/ecs.ts';
import { delay } from '../../../test/stand-ins/timers.ts';
import type { Host } from './hosts.ts';
import { placing } from './placing.ts';
import { type RestartDelays, type Restarts, restarts } from './restarts.ts';
import { nextStep, type StayingTask } from './rolling.ts';
import type { ServiceSpec } from './services.ts';

export interface SchedulerOptions extends RestartDelays {
  readonly ecs: EcsAdmin;
  /** Name. */
  readonly cluster: string;
  readonly hosts: readonly Host[];
  /** A task that has run for so long is counted on, milliseconds; ECS takes 40 s where it has no health check. */
  readonly provenAfterMs: number;
  /** Takes what is worth saying of a service that does not start. */
  readonly onImpaired?: (service: string, waitMs: number) => void;
}

/** The service scheduler of one cluster: keeps the desired count of each service that ECS knows, spread over the hosts. */
export interface Scheduler {
  /** Makes the service, or changes it, as CreateService and UpdateService do. */
  put(service: ServiceSpec): void;
  /** Names of those that it keeps. */
  services(): readonly string[];
  /** Starts no more tasks. */
  close(): void;
}

/** What is known of one task of a service. */
interface Own {
  readonly service: string;
  readonly deployment: string;
  isProven: boolean;
  /** Somebody, or itself, has said that it is to stop. */
  isLeaving: boolean;
}

export function startScheduler(options: SchedulerOptions): Scheduler {
  const { ecs: admin, cluster, hosts, provenAfterMs, onImpaired = () => {} } = options;
  const own = new Map<string, Own>();
  /** By service, then deployment. */
  const waits = new Map<string, Map<string, Restarts>>();
  const timers = new Set<() => void>();
  const hostFor = placing({
    hosts,
    task: (arn) => admin.task(arn),
    isOpen: ({ containerInstance }) => isOpen(admin.containerInstance(containerInstance)),
  });
  const known = new Set<string>();
  let isClosed = false;

  const after = (ms: number, act: () => void): void => {
    const cancel = delay(ms, () => {
      timers.delete(cancel);
      act();
    });
    timers.add(cancel);
  };
  const tasksOf = (service: string) => [...own].filter(([, one]) => one.service === service);
  const staying = (service: string, isOurs: (deployment: string) => boolean): readonly StayingTask[] =>
    tasksOf(service)
      .filter(([, { isLeaving, deployment }]) => !isLeaving && isOurs(deployment))
      .map(([arn, { deployment, isProven }]) => {
        const { lastStatus, containerInstanceArn = '' } = admin.task(arn);
        // What stands on a draining host is replaced as what is of an old deployment: within the service's percentages.
        const isDrained = admin.containerInstance(containerInstanceArn)?.status === 'DRAINING';
        return { arn, deployment: isDrained ? DRAINED : deployment, isProven, isRunning: lastStatus === 'RUNNING' };
      });
  const waitsOf = (service: string, deployment: string): Restarts => {
    const ofService = waits.get(service) ?? new Map<string, Restarts>();
    waits.set(service, ofService);
    const begun = ofService.get(deployment) ?? restarts(options, () => adjust(service));
    ofService.set(deployment, begun);
    return begun;
  };
  /** What waits for a deployment that is not kept any more waits in vain. */
  const forgetWaits = (service: string, kept: readonly Kept[]): void => {
    for (const [deployment, wait] of waits.get(service) ?? []) {
      if (kept.some(({ id }) => id === deployment)) continue;
      wait.reset();
      waits.get(service)?.delete(deployment);
    }
  };

  const active = () => [...known].filter((name) => admin.service(cluster, name).status === 'ACTIVE').sort();

  const adjust = (name: string): void => {
    if (isClosed) return;
    const service = admin.service(cluster, name);
    const kept = keptOf(service);
    forgetWaits(name, kept);
    for (const deployment of kept) {
      // With a rolling update the one that is wanted replaces all others; with blue/green each is kept by itself.
      const isOurs = (one: string) => one === deployment.id || !isStaged(service);
      bring(service, deployment, staying(name, isOurs));
    }
    const now = tasksOf(name);
    const [primary] = kept;
    const isSettled =
      now.length === service.desiredCount && now.every(([, one]) => one.deployment === primary?.id && one.isProven);
    if (isSettled) admin.reportService(cluster, name, { settled: true });
  };

  /** Starts and stops what a deployment is short of, or has too much of. */
  const bring = (
    { serviceName: name = '', deploymentConfiguration }: Service,
    deployment: Kept,
    tasks: readonly StayingTask[],
  ) => {
    const { maximumPercent = 200, minimumHealthyPercent = 100 } = deploymentConfiguration ?? {};
    const { id: primary, desiredCount } = deployment;
    const waiting = waitsOf(name, primary).waiting();
    const { start, stop } = nextStep({ primary, desiredCount, maximumPercent, minimumHealthyPercent, waiting }, tasks);
    for (const arn of stop) {
      admin.stopTask(arn, {
        stopCode: 'ServiceSchedulerInitiated',
        stoppedReason: `Scaling activity initiated by (deployment ${own.get(arn)?.deployment})`,
      });
    }
    if (stop.length > 0) say(name, `has stopped ${stop.length} running tasks: ${listed(stop)}.`);
    const started = Array.from({ length: start }, () => startTask(name, deployment)).filter((arn) => arn !== undefined);
    if (started.length > 0) say(name, `has started ${started.length} tasks: ${listed(started)}.`);
    if (started.length < start) {
      say(name, 'was unable to place a task because no container instance met all of its requirements.');
    }
  };

  const startTask = (service: string, { id, taskDefinition }: Kept): string | undefined => {
    const all = [...own].filter(([, { isLeaving }]) => !isLeaving);
    const host = hostFor(
      all.map(([arn]) => arn),
      all.filter(([, one]) => one.service === service).map(([arn]) => arn),
    );
    if (!host) return undefined;
    const arn = admin.putTask({
      cluster,
      service,
      startedBy: id,
      taskDefinition,
      containerInstance: host.containerInstance,
      lastStatus: 'PROVISIONING',
    });
    own.set(arn, { service, deployment: id, isProven: false, isLeaving: false });
    admin.startTask(arn);
    return arn;
  };

  const say = (service: string, message: string): void => admin.reportService(cluster, service, { message });

  /** A task of ours ends, whoever wanted it. */
  const leave = (one: Own, { stopCode }: TaskStateChangeDetail): void => {
    one.isLeaving = true;
    if (stopCode === 'ServiceSchedulerInitiated') return;
    const kept = keptOf(admin.service(cluster, one.service));
    if (kept.every(({ id }) => id !== one.deployment)) return;
    const wait = waitsOf(one.service, one.deployment);
    if (one.isProven || stopCode === 'UserInitiated' || stopCode === 'TerminationNotice') {
      wait.lost();
      return;
    }
    const { delayMs, failures: failedTasks } = wait.failed();
    admin.reportService(cluster, one.service, { failedTasks });
    if (failedTasks > 1) {
      const message = 'is unable to consistently start tasks successfully.';
      admin.reportService(cluster, one.service, { message, eventName: 'SERVICE_TASK_START_IMPAIRED' });
    }
    onImpaired(one.service, delayMs);
  };

  const stopListening = [
    admin.onServiceChange(({ clusterArn, serviceName = '' }) => {
      if (!clusterArn?.endsWith(`/${cluster}`)) return;
      known.add(serviceName);
      adjust(serviceName);
    }),
    admin.onInstanceChange((arn) => {
      if (!arn.includes(`/${cluster}/`)) return;
      for (const service of active()) queueMicrotask(() => adjust(service));
    }),
    admin.onTaskChange(({ detail }) => {
      const one = own.get(detail.taskArn);
      if (!one) return;
      if (detail.desiredStatus === 'STOPPED' && !one.isLeaving) leave(one, detail);
      if (detail.lastStatus === 'STOPPED') own.delete(detail.taskArn);
      if (detail.lastStatus === 'RUNNING' && !one.isLeaving) {
        after(provenAfterMs, () => {
          if (one.isLeaving || one.isProven) return;
          one.isProven = true;
          waitsOf(one.service, one.deployment).proved();
          adjust(one.service);
        });
      }
      queueMicrotask(() => adjust(one.service)); // not within somebody else's change
    }),
  ];

  const definitions = new Map<string, { readonly text: string; readonly arn: string }>();
  return {
    put: ({ name, desiredCount, definition, deploymentConfiguration }) => {
      const text = JSON.stringify(definition);
      const known = definitions.get(name);
      const arn = known?.text === text ? known.arn : admin.registerTaskDefinition(definition);
      definitions.set(name, { text, arn });
      admin.putService({
        cluster,
        serviceName: name,
        taskDefinition: arn,
        desiredCount,
        ...(deploymentConfiguration && { deploymentConfiguration }),
      });
    },
    services: active,
    close: () => {
      isClosed = true;
      for (const stop of stopListening) stop();
      for (const cancel of timers) cancel();
      for (const ofService of waits.values()) for (const wait of ofService.values()) wait.reset();
    },
  };
}

/** In the place of a deployment, of a task whose host is to be emptied. */
const DRAINED = 'draining';

const isOpen = (host: ContainerInstance | undefined): boolean =>
  host?.status === 'ACTIVE' && host.agentConnected === true;

/** A deployment of which so many tasks are to run. */
interface Kept {
  readonly id: string;
  readonly taskDefinition: string;
  readonly desiredCount: number;
}

const isStaged = ({ deploymentConfiguration }: Service): boolean => deploymentConfiguration?.strategy === 'BLUE_GREEN';

/** The PRIMARY one first, and with blue/green those beside it; with a rolling update they are to go. */
function keptOf(service: Service): readonly Kept[] {
  const all = (service.deployments ?? []).map(({ id = '', taskDefinition = '', desiredCount = 0 }) => ({
    id,
    taskDefinition,
    desiredCount,
  }));
  return isStaged(service) ? all : all.slice(0, 1);
}

const listed = (arns: readonly string[]): string => arns.map((arn) => `(task ${arn.split('/').at(-1)})`).join(' ');
