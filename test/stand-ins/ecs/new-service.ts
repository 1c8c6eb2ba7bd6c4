import type { DeploymentConfiguration, LaunchType } from '@aws-sdk/client-ecs';
import { configured, usualConfiguration } from './configuration.ts';
import type { ServiceLife } from './service-life.ts';
import type { EcsStore } from './store.ts';

/** A service as CreateService and UpdateService know it; who keeps its count is not our concern. */
export interface NewService {
  /** Name or ARN; `default` unless given. */
  readonly cluster?: string;
  readonly serviceName: string;
  /** Family, `family:revision` or ARN. */
  readonly taskDefinition: string;
  readonly desiredCount: number;
  /** EC2 unless given. */
  readonly launchType?: LaunchType;
  /** What is not given stays, and is a rolling update at first. */
  readonly deploymentConfiguration?: DeploymentConfiguration;
}

/** What the scheduler has to say of a service. */
export interface ServiceReport {
  /** Becomes an event of the service, behind `(service <name>) `. */
  readonly message?: string;
  /** `SERVICE_TASK_START_IMPAIRED` and its like: EventBridge is told of the message as an `ECS Service Action`. */
  readonly eventName?: string;
  /** Tasks of the PRIMARY deployment that failed one after the other. */
  readonly failedTasks?: number;
  /** All that is desired runs, and nothing else: the deployment is COMPLETED and alone. */
  readonly settled?: boolean;
}

/** Makes the service or changes it; gives its ARN. */
export function putService(
  store: EcsStore,
  services: ServiceLife,
  { serviceName: name, desiredCount, launchType = 'EC2', deploymentConfiguration: asked, ...spec }: NewService,
): string {
  const cluster = store.cluster(spec.cluster);
  const taskDefinition = store.definitions.describe(spec.taskDefinition).taskDefinitionArn ?? '';
  const known = cluster.services.get(name);
  if (known?.status === 'ACTIVE') {
    const configuration = configured(known.configuration, asked);
    services.update(cluster, known, { taskDefinition, desiredCount, launchType, configuration });
    return known.arn;
  }
  const configuration = configured(usualConfiguration, asked);
  return services.create(cluster, { name, taskDefinition, desiredCount, launchType, configuration }).arn;
}
