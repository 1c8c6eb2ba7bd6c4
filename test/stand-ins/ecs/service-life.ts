import type { LaunchType, Service, ServiceEvent } from '@aws-sdk/client-ecs';
import { ServiceFault } from '../service.ts';
import { ecsArn, idSource, uuid } from './identity.ts';
import { deploymentStateChange, type ServiceChangeEvent, serviceAction } from './service-event.ts';
import { serviceAt } from './service-view.ts';
import { type ClusterRecord, type DeploymentRecord, type EcsStore, invalid, type ServiceRecord } from './store.ts';

/** What is to run, all of it settled. */
export interface ServiceSpec {
  readonly name: string;
  /** ARN. */
  readonly taskDefinition: string;
  readonly desiredCount: number;
  readonly launchType: LaunchType;
  readonly rolling: ServiceRecord['rolling'];
}

/** DescribeServices shows so many events (API_Service). */
const mostEvents = 100;

/** Makes and changes services, and tells whoever listens: their scheduler of the change, EventBridge of events. */
export class ServiceLife {
  readonly #store: EcsStore;
  /** Ids of their own: those of tasks are the same with and without services. */
  readonly #nextId: () => string;
  readonly #schedulers = new Set<(service: Service) => void>();
  readonly #listeners = new Set<(event: ServiceChangeEvent) => void>();

  constructor(store: EcsStore, seed: number) {
    this.#store = store;
    this.#nextId = idSource(seed ^ 0x5e2f1ce5);
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

  /** The PRIMARY deployment is complete, and alone: it has reached a steady state. No-op when it was before. */
  settle(cluster: ClusterRecord, service: ServiceRecord): void {
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
    service.deployments = [deployment, ...service.deployments.filter(({ id }) => running.has(id))];
    this.#tell(
      deploymentStateChange('IN_PROGRESS', { deployment: deployment.id, service: service.arn, ...this.#origin() }),
    );
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
  { taskDefinition, desiredCount, launchType, rolling }: Omit<ServiceSpec, 'name'>,
) {
  return (
    service.deployments[0]?.taskDefinition === taskDefinition &&
    service.desiredCount === desiredCount &&
    service.launchType === launchType &&
    service.rolling.maximumPercent === rolling.maximumPercent &&
    service.rolling.minimumHealthyPercent === rolling.minimumHealthyPercent
  );
}

/** 19 decimal digits, as the ids of deployments have. */
const digits = (id: string): string => BigInt(`0x${id}`).toString().padStart(19, '1').slice(-19);
