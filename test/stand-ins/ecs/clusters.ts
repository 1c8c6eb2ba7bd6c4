import type { Cluster } from '@aws-sdk/client-ecs';
import { ServiceFault } from '../service.ts';
import { isPending } from './instances.ts';
import type { ClusterRecord, EcsStore } from './store.ts';

/** The cluster with its counts as of a time in ms. */
export function clusterAt(cluster: ClusterRecord, asOf: number): Cluster {
  const statuses = cluster.tasks.map(({ history }) => history.at(asOf)?.lastStatus);
  return {
    clusterArn: cluster.arn,
    clusterName: cluster.name,
    status: cluster.status,
    registeredContainerInstancesCount: cluster.instances.filter(({ history }) => isRegistered(history.at(asOf))).length,
    runningTasksCount: statuses.filter((status) => status === 'RUNNING').length,
    pendingTasksCount: statuses.filter(isPending).length,
    activeServicesCount: [...cluster.services.values()].filter(({ status }) => status === 'ACTIVE').length,
    statistics: [],
    tags: [],
    settings: [],
    capacityProviders: [],
    defaultCapacityProviderStrategy: [],
  };
}

/**
 * Makes the cluster INACTIVE: not listed any more, and not found by any other call than DescribeClusters.
 *
 * @throws ServiceFault while it has services, tasks or container instances
 */
export function deleteCluster(store: EcsStore, cluster: ClusterRecord): void {
  const { activeServicesCount, runningTasksCount, pendingTasksCount, registeredContainerInstancesCount } = clusterAt(
    cluster,
    store.now(),
  );
  if (activeServicesCount) throw stillActive('ClusterContainsServicesException', 'Services are active');
  if (runningTasksCount || pendingTasksCount) throw stillActive('ClusterContainsTasksException', 'Tasks are active');
  if (registeredContainerInstancesCount) {
    throw stillActive('ClusterContainsContainerInstancesException', 'Container Instances are active or draining');
  }
  cluster.status = 'INACTIVE';
}

function isRegistered(instance: { status?: string | undefined } | undefined): boolean {
  return instance?.status === 'ACTIVE' || instance?.status === 'DRAINING';
}

function stillActive(code: string, what: string): ServiceFault {
  return new ServiceFault(code, `The Cluster cannot be deleted while ${what}.`);
}
