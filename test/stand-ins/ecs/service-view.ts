import type { Deployment, Service, Task } from '@aws-sdk/client-ecs';
import { isPending } from './instances.ts';
import type { ClusterRecord, ServiceRecord } from './store.ts';

/** The service as DescribeServices shows it, with the counts of its tasks as of a time in ms. */
export function serviceAt(cluster: ClusterRecord, service: ServiceRecord, asOf: number): Service {
  const { sequence: _, name, arn, rolling, status, deployments, events, ...rest } = service;
  const tasks = cluster.tasks
    .map(({ history }) => history.at(asOf))
    .filter((task) => task !== undefined)
    .filter(({ group }) => group === `service:${name}`);
  const isGone = status === 'DRAINING' && tasks.every(({ lastStatus }) => lastStatus === 'STOPPED');
  const views = deployments.map((one, index): Deployment => {
    const { failedTasks, rolloutState, ...shown } = one;
    const isPrimary = index === 0;
    return {
      ...shown,
      status: isPrimary ? 'PRIMARY' : 'ACTIVE',
      desiredCount: isPrimary ? service.desiredCount : 0,
      ...counts(tasks.filter(({ startedBy }) => startedBy === one.id)),
      failedTasks,
      launchType: service.launchType,
      rolloutState,
      rolloutStateReason: `ECS deployment ${one.id} ${rolloutState === 'COMPLETED' ? 'completed' : 'in progress'}.`,
    };
  });
  return {
    ...rest,
    status: isGone ? 'INACTIVE' : status,
    taskDefinition: deployments[0]?.taskDefinition,
    serviceName: name,
    serviceArn: arn,
    clusterArn: cluster.arn,
    ...counts(tasks),
    schedulingStrategy: 'REPLICA',
    deploymentController: { type: 'ECS' },
    deploymentConfiguration: {
      ...rolling,
      deploymentCircuitBreaker: { enable: false, rollback: false },
      strategy: 'ROLLING',
    },
    deployments: isGone ? [] : views,
    events: [...events],
    loadBalancers: [],
    serviceRegistries: [],
    placementConstraints: [],
    placementStrategy: [],
    propagateTags: 'NONE',
    enableECSManagedTags: false,
    enableExecuteCommand: false,
  };
}

function counts(tasks: readonly Task[]): { readonly runningCount: number; readonly pendingCount: number } {
  return {
    runningCount: tasks.filter(({ lastStatus }) => lastStatus === 'RUNNING').length,
    pendingCount: tasks.filter(({ lastStatus }) => isPending(lastStatus)).length,
  };
}
