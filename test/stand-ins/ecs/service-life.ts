import type { LaunchType, Service, ServiceEvent } from '@aws-sdk/client-ecs';
import { ServiceFault } from '../service.ts';
import type { Configuration } from './configuration.ts';
import { ecsArn, idSource, uuid } from './identity.ts';
import {
  type Located,
  latestOf,
  recordOf,
  type ServiceDeploymentRecord,
  sourcesOf,
  stagedOf,
} from './service-deployment.ts';
import { deploymentStateChange, type ServiceChangeEvent, serviceAction } from './service-event.ts';
import { serviceAt } from './service-view.ts';
import { begin, isUnderWay, type Progress, replaced, winnerOf } from './stages.ts';
import { type ClusterRecord, type DeploymentRecord, type EcsStore, invalid, type ServiceRecord } from './store.ts';

/** What is to run, all of it settled. */
export interface ServiceSpec {
  readonly name: string;
  /** ARN. */
  readonly taskDefinition: string;
  readonly desiredCount: number;
  readonly launchType: LaunchType;
  readonly configuration: Configuration;
}

/** DescribeServices shows so many events (API_Service). */
const mostEvents = 100;

/** Makes and changes services, and tells whoever listens: their scheduler of the change, EventBridge of events. */
export class ServiceLife {
  readonly #store: EcsStore;
  /** Ids of their own: those of tasks are the same with and without services. */
  readonly #nextId: () => string;
  readonly #nextDeploymentId: () => string;
  readonly #schedulers = new Set<(service: Service) => void>();
  readonly #listeners = new Set<(event: ServiceChangeEvent) => void>();

  constructor(store: EcsStore, seed: number) {
    this.#store = store;
    this.#nextId = idSource(seed ^ 0x5e2f1ce5);
    this.#nextDeploymentId = idSource(seed ^ 0x0de91075);
  }

  /** @returns what ends the listening */
  schedule(scheduler: (service: Service) => void): () => void {
    this.#schedulers.add(scheduler);
    return () => void this.#schedulers.delete(scheduler);
  }

  /** @returns what ends the listening */
  listen(listener: (event: ServiceChangeEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** @throws ServiceFault where one of that name stands that is another, or has not drained yet */
  create(cluster: ClusterRecord, { name, ...spec }: ServiceSpec): ServiceRecord {
    const known = cluster.services.get(name);
    if (known && this.isDraining(cluster, known)) throw invalid('Unable to Start a service that is still Draining.');
    if (known?.status === 'ACTIVE') {
      if (!isSame(known, spec)) throw invalid('Creation of service was not idempotent.');
      return known;
    }
    const { taskDefinition, ...rest } = spec;
    const service: ServiceRecord = {
      ...rest,
      sequence: this.#store.nextSequence(),
      name,
      arn: ecsArn(this.#store.account, 'service', `${cluster.name}/${name}`),
      createdAt: new Date(this.#store.now()),
      status: 'ACTIVE',
      deployments: [],
      serviceDeployments: [],
      events: [],
    };
    cluster.services.delete(name);
    cluster.services.set(name, service);
    this.#deploy(cluster, service, taskDefinition);
    this.#tellSchedulers(cluster, service);
    return service;
  }

  /**
   * @param forced begins a deployment of what runs already
   * @throws ServiceFault ServiceNotActiveException for one that is deleted
   */
  update(
    cluster: ClusterRecord,
    service: ServiceRecord,
    { taskDefinition, forced = false, ...patch }: Partial<Omit<ServiceSpec, 'name'>> & { readonly forced?: boolean },
  ): void {
    if (service.status !== 'ACTIVE') throw new ServiceFault('ServiceNotActiveException', 'Service was not ACTIVE.');
    Object.assign(service, patch);
    const [primary] = service.deployments;
    const wanted = taskDefinition ?? primary?.taskDefinition ?? '';
    if (forced || wanted !== primary?.taskDefinition) this.#deploy(cluster, service, wanted);
    else primary.updatedAt = new Date(this.#store.now());
    this.#tellSchedulers(cluster, service);
  }

  /** DRAINING from now on, and INACTIVE once none of its tasks runs. @throws ServiceFault while it is scaled above 0 */
  remove(cluster: ClusterRecord, service: ServiceRecord, { force }: { readonly force: boolean }): void {
    if (service.desiredCount > 0 && !force) {
      throw invalid('The service cannot be stopped while it is scaled above 0.');
    }
    service.desiredCount = 0;
    service.status = 'DRAINING';
    this.#end(latestOf(service));
    this.#tellSchedulers(cluster, service);
  }

  isDraining(cluster: ClusterRecord, service: ServiceRecord): boolean {
    return serviceAt(cluster, service, this.#store.now()).status === 'DRAINING';
  }

  /**
   * Adds a line to the service's events, `(service web) ` and the text.
   *
   * @param eventName of the `ECS Service Action` that EventBridge is told; none unless given
   */
  report(cluster: ClusterRecord, service: ServiceRecord, text: string, eventName?: string): void {
    this.#say(service, text);
    if (eventName !== undefined) {
      this.#tell(serviceAction(eventName, { cluster: cluster.arn, service: service.arn, ...this.#origin() }));
    }
  }

  /** A deployment by stages goes on: what it wants now, and what became of it where it has ended. */
  follow({ cluster, service, record }: Located, progress: Progress): void {
    const now = new Date(this.#store.now());
    Object.assign(record, { progress, updatedAt: now, startedAt: record.startedAt ?? now });
    if (!isUnderWay(progress)) {
      record.endedAt = now;
      const { target } = progress;
      if (progress.status !== 'SUCCESSFUL') this.#fail(service, target, progress.reason ?? '');
      if (progress.status !== 'ROLLBACK_FAILED') {
        service.deployments = service.deployments.filter(({ id }) => id === winnerOf(progress));
        this.settle(cluster, service);
      }
    }
    this.#tellSchedulers(cluster, service);
  }

  /**
   * The PRIMARY deployment is complete, and alone: it has reached a steady state. No-op when it was before, and where stages
   * say when it is.
   */
  settle(cluster: ClusterRecord, service: ServiceRecord): void {
    if (stagedOf(service)) return;
    const latest = latestOf(service);
    if (latest && isUnderWay(latest.progress)) {
      const now = new Date(this.#store.now());
      const progress = { ...latest.progress, status: 'SUCCESSFUL' } as const;
      Object.assign(latest, { progress, updatedAt: now, endedAt: now });
    }
    const [primary, ...others] = service.deployments;
    if (!primary || (primary.rolloutState === 'COMPLETED' && others.length === 0)) return;
    const wasComplete = primary.rolloutState === 'COMPLETED';
    Object.assign(primary, { rolloutState: 'COMPLETED', failedTasks: 0, updatedAt: new Date(this.#store.now()) });
    service.deployments = [primary];
    if (!wasComplete) {
      this.#say(service, `(deployment ${primary.id}) deployment completed.`);
      this.#tell(
        deploymentStateChange('COMPLETED', { deployment: primary.id, service: service.arn, ...this.#origin() }),
      );
    }
    this.report(cluster, service, 'has reached a steady state.', 'SERVICE_STEADY_STATE');
  }

  #deploy(cluster: ClusterRecord, service: ServiceRecord, taskDefinition: string): void {
    const now = new Date(this.#store.now());
    const deployment: DeploymentRecord = {
      id: `ecs-svc/${digits(this.#nextId())}`,
      taskDefinition,
      createdAt: now,
      updatedAt: now,
      failedTasks: 0,
      rolloutState: 'IN_PROGRESS',
    };
    const running = new Set(cluster.tasks.map(({ history }) => !history.latest.stoppedAt && history.latest.startedBy));
    const sources = sourcesOf(service, (id) => running.has(id));
    const isCompleted = (id: string) =>
      service.deployments.some((one) => one.id === id && one.rolloutState === 'COMPLETED');
    const progress = begin(deployment.id, sources, isCompleted);
    const begun = { id: this.#nextDeploymentId(), sequence: this.#store.nextSequence(), at: now.getTime() };
    this.#end(latestOf(service));
    service.serviceDeployments.push(recordOf(service, begun, progress));
    const isStaged = service.configuration.strategy === 'BLUE_GREEN';
    const stays = (id: string) => running.has(id) || (isStaged && sources.some((one) => one.id === id));
    service.deployments = [deployment, ...service.deployments.filter(({ id }) => stays(id))];
    this.#tell(
      deploymentStateChange('IN_PROGRESS', { deployment: deployment.id, service: service.arn, ...this.#origin() }),
    );
  }

  /** Nothing else comes of one that is under way. */
  #end(record: ServiceDeploymentRecord | undefined): void {
    if (!record || !isUnderWay(record.progress)) return;
    const now = new Date(this.#store.now());
    Object.assign(record, { progress: replaced(record.progress), updatedAt: now, endedAt: now });
  }

  #fail(service: ServiceRecord, deployment: string, reason: string): void {
    for (const one of service.deployments) if (one.id === deployment) one.rolloutState = 'FAILED';
    this.#say(service, `(deployment ${deployment}) deployment failed: ${reason}`);
    this.#tell(deploymentStateChange('FAILED', { deployment, service: service.arn, reason, ...this.#origin() }));
  }

  #say(service: ServiceRecord, text: string): void {
    const message = `(service ${service.name}) ${text}`;
    const event: ServiceEvent = { id: uuid(this.#nextId()), createdAt: new Date(this.#store.now()), message };
    service.events = [event, ...service.events].slice(0, mostEvents);
  }

  #origin() {
    return { account: this.#store.account, id: this.#nextId(), at: this.#store.now() };
  }

  #tell(event: ServiceChangeEvent): void {
    for (const listener of [...this.#listeners]) listener(event);
  }

  #tellSchedulers(cluster: ClusterRecord, service: ServiceRecord): void {
    for (const scheduler of [...this.#schedulers]) scheduler(serviceAt(cluster, service, this.#store.now()));
  }
}

function isSame(
  service: ServiceRecord,
  { taskDefinition, desiredCount, launchType, configuration }: Omit<ServiceSpec, 'name'>,
) {
  return (
    service.deployments[0]?.taskDefinition === taskDefinition &&
    service.desiredCount === desiredCount &&
    service.launchType === launchType &&
    JSON.stringify(service.configuration) === JSON.stringify(configuration)
  );
}

/** 19 decimal digits, as the ids of deployments have. */
const digits = (id: string): string => BigInt(`0x${id}`).toString().padStart(19, '1').slice(-19);
