import type {
  CreateServiceCommandInput,
  DeleteServiceCommandInput,
  DescribeServicesCommandInput,
  Failure,
  ListServicesCommandInput,
  TaskDefinition,
  UpdateServiceCommandInput,
} from '@aws-sdk/client-ecs';
import { ServiceFault } from '../service.ts';
import { configured, usualConfiguration } from './configuration.ts';
import { ecsArn, lastPart } from './identity.ts';
import { pageOf } from './paging.ts';
import { found, type ReadRules, uniqueUpTo } from './reads.ts';
import type { ServiceLife } from './service-life.ts';
import { serviceAt } from './service-view.ts';
import { type ClusterRecord, type EcsStore, invalid, type ServiceRecord } from './store.ts';

/** The calls about services: deployments by ECS itself, on container instances. */
export function serviceOperations(store: EcsStore, services: ServiceLife, { asOf, limit }: ReadRules) {
  const serviceIn = (reference: string | undefined, cluster: ClusterRecord): ServiceRecord => {
    const service = cluster.services.get(lastPart(reference ?? ''));
    if (!service) throw new ServiceFault('ServiceNotFoundException', 'Service not found.');
    return service;
  };
  const runnable = (reference: string | undefined): string => {
    if (!reference) throw invalid('TaskDefinition can not be blank.');
    const definition = store.definitions.runnable(reference);
    refuseAwsvpc(definition);
    return definition.taskDefinitionArn ?? '';
  };
  const view = (cluster: ClusterRecord, service: ServiceRecord) => ({
    service: serviceAt(cluster, service, store.now()),
  });

  return {
    CreateService({ serviceName: name = '', launchType = 'EC2', ...input }: CreateServiceCommandInput) {
      const cluster = store.cluster(input.cluster);
      if (!/^[\w-]{1,255}$/.test(name)) {
        throw invalid('Service name must be 1 to 255 letters, numbers, underscores and hyphens.');
      }
      const taskDefinition = runnable(input.taskDefinition);
      const desiredCount = countOf(input.desiredCount);
      const configuration = configured(usualConfiguration, input.deploymentConfiguration);
      return view(cluster, services.create(cluster, { name, taskDefinition, desiredCount, launchType, configuration }));
    },

    UpdateService(input: UpdateServiceCommandInput) {
      const cluster = store.cluster(input.cluster);
      const service = serviceIn(input.service, cluster);
      const { taskDefinition, desiredCount, deploymentConfiguration, forceNewDeployment = false } = input;
      const patch = {
        ...(taskDefinition !== undefined && { taskDefinition: runnable(taskDefinition) }),
        ...(desiredCount !== undefined && { desiredCount: countOf(desiredCount) }),
        configuration: configured(service.configuration, deploymentConfiguration),
      };
      services.update(cluster, service, { ...patch, forced: forceNewDeployment });
      return view(cluster, service);
    },

    DeleteService({ cluster: reference, service: name, force = false }: DeleteServiceCommandInput) {
      const cluster = store.cluster(reference);
      const service = serviceIn(name, cluster);
      services.remove(cluster, service, { force });
      return { service: { ...view(cluster, service).service, status: 'DRAINING' } };
    },

    ListServices({ cluster: reference, maxResults, nextToken, launchType }: ListServicesCommandInput) {
      const cluster = store.cluster(reference);
      const { items, ...rest } = pageOf([...cluster.services.values()], {
        limit: limit('ListServices', maxResults, 10),
        nextToken,
        question: `services ${launchType} ${cluster.name}`,
        select: (one) =>
          serviceAt(cluster, one, store.now()).status !== 'INACTIVE' &&
          (launchType === undefined || one.launchType === launchType),
      });
      return { serviceArns: items.map(({ arn }) => arn), ...rest };
    },

    DescribeServices({ cluster: reference, services: names = [] }: DescribeServicesCommandInput) {
      const cluster = store.cluster(reference);
      if (names.length === 0) throw invalid('Services cannot be empty.');
      const time = asOf('DescribeServices', cluster.name);
      const { hits, misses } = found(uniqueUpTo(names, 10, 'service names'), (name) =>
        cluster.services.get(lastPart(name)),
      );
      return {
        services: hits.map((service) => serviceAt(cluster, service, time)),
        failures: misses.map((name): Failure => {
          const arn = name.startsWith('arn:') ? name : ecsArn(store.account, 'service', `${cluster.name}/${name}`);
          return { arn, reason: 'MISSING' };
        }),
      };
    },
  };
}

/** @throws ServiceFault unless it is a whole number from 0 on */
function countOf(desiredCount: number | undefined): number {
  if (desiredCount === undefined) throw invalid('desiredCount is required when schedulingStrategy is REPLICA.');
  if (Number.isInteger(desiredCount) && desiredCount >= 0) return desiredCount;
  throw invalid(`desiredCount must be a whole number from 0 on, but was ${desiredCount}`);
}

/** Its network configuration is not served, so it has none. */
function refuseAwsvpc({ networkMode }: TaskDefinition): void {
  if (networkMode === 'awsvpc') {
    throw invalid("Network Configuration must be provided when networkMode 'awsvpc' is specified.");
  }
}
