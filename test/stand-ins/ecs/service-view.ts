import type { Deployment, Service, Task } from '@aws-sdk/client-ecs';
import { configurationShown } from './configuration.ts';
import { isPending } from './instances.ts';
import { requestedOf, revisionsOf } from './service-deployment.ts';
import type { ClusterRecord, DeploymentRecord, ServiceRecord } from './store.ts';

/** The service as DescribeServices shows it, with the counts of its tasks as of a time in ms. */
export function serviceAt(cluster: ClusterRecord, service: ServiceRecord, asOf: number): Service {
  const {
    sequence: _,
    serviceDeployments: __,
    name,
    arn,
    configuration,
    status,
    deployments,
    events,
    ...rest
  } = service;
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
      desiredCount: requestedOf(service, one),
      ...counts(tasks.filter(({ startedBy }) => startedBy === one.id)),
      failedTasks,
      launchType: service.launchType,
      rolloutState,
      rolloutStateReason: reasonOf(one),
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
      ...configurationShown(configuration),
      deploymentCircuitBreaker: { enable: false, rollback: false },
    },
    deployments: isGone ? [] : views,
    ...(isGone ? {} : revisionsOf(cluster, service, asOf)),
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

const reasonOf = ({ id, rolloutState }: DeploymentRecord): string =>
  `ECS deployment ${id} ${rolloutState === 'IN_PROGRESS' ? 'in progress' : rolloutState.toLowerCase()}.`;

function counts(tasks: readonly Task[]): { readonly runningCount: number; readonly pendingCount: number } {
  return {
    runningCount: tasks.filter(({ lastStatus }) => lastStatus === 'RUNNING').length,
    pendingCount: tasks.filter(({ lastStatus }) => isPending(lastStatus)).length,
  };
}
