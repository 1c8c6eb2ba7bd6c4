import type {
  DescribeServiceDeploymentsCommandInput,
  Failure,
  ListServiceDeploymentsCommandInput,
  StopServiceDeploymentCommandInput,
} from '@aws-sdk/client-ecs';
import { ServiceFault } from '../service.ts';
import { lastPart } from './identity.ts';
import { pageOf } from './paging.ts';
import { found, type ReadRules, uniqueUpTo } from './reads.ts';
import { briefOf, type Located, serviceDeploymentAt } from './service-deployment.ts';
import type { ServiceLife } from './service-life.ts';
import { isUnderWay } from './stages.ts';
import { type EcsStore, invalid } from './store.ts';

/** Deployments of one description (API_DescribeServiceDeployments). */
const mostDeployments = 20;

/** The calls about the deployments of services. */
export function serviceDeploymentOperations(store: EcsStore, services: ServiceLife, { asOf, limit }: ReadRules) {
  const locate = (arn: string): Located | undefined => {
    for (const cluster of store.clusters.values()) {
      for (const service of cluster.services.values()) {
        const record = service.serviceDeployments.find((one) => one.arn === arn);
        if (record) return { cluster, service, record };
      }
    }
    return undefined;
  };

  return {
    DescribeServiceDeployments({ serviceDeploymentArns = [] }: DescribeServiceDeploymentsCommandInput) {
      if (serviceDeploymentArns.length === 0) throw invalid('Service deployment ARNs cannot be empty.');
      const asked = uniqueUpTo(serviceDeploymentArns, mostDeployments, 'serviceDeploymentArns');
      const { hits, misses } = found(asked, locate);
      return {
        serviceDeployments: hits.map((one) =>
          serviceDeploymentAt(one, asOf('DescribeServiceDeployments', one.cluster.name)),
        ),
        failures: misses.map((arn): Failure => ({ arn, reason: 'MISSING' })),
      };
    },

    /** The latest first. */
    ListServiceDeployments(input: ListServiceDeploymentsCommandInput) {
      const cluster = store.cluster(input.cluster);
      const service = cluster.services.get(lastPart(input.service ?? ''));
      if (!service) throw new ServiceFault('ServiceNotFoundException', 'Service not found.');
      const { status: statuses = [], createdAt: { before, after } = {} } = input;
      const all = service.serviceDeployments.map((record) => ({ sequence: -record.sequence, record })).reverse();
      const { items, ...rest } = pageOf(all, {
        limit: limit('ListServiceDeployments', input.maxResults, 20),
        nextToken: input.nextToken,
        question: `service deployments ${service.arn} ${statuses} ${before?.getTime()} ${after?.getTime()}`,
        select: ({ record: { progress, createdAt } }) =>
          (statuses.length === 0 || statuses.includes(progress.status)) &&
          (before === undefined || createdAt < before) &&
          (after === undefined || createdAt > after),
      });
      return { serviceDeployments: items.map(({ record }) => briefOf({ cluster, service, record })), ...rest };
    },

    /** The way back begins when deployments next advance. */
    StopServiceDeployment({ serviceDeploymentArn: arn = '' }: StopServiceDeploymentCommandInput) {
      const located = locate(arn);
      if (!located) throw new ServiceFault('ServiceDeploymentNotFoundException', 'Service deployment not found.');
      const { record } = located;
      if (record.configuration.strategy !== 'BLUE_GREEN') {
        throw invalid('StopServiceDeployment is served here for the strategy BLUE_GREEN only.');
      }
      if (!isUnderWay(record.progress)) {
        throw new ServiceFault('ConflictException', `Service deployment is ${record.progress.status}.`);
      }
      if (record.progress.status !== 'ROLLBACK_IN_PROGRESS') {
        services.follow(located, { ...record.progress, status: 'ROLLBACK_REQUESTED' });
      }
      return { serviceDeploymentArn: arn };
    },
  };
}
