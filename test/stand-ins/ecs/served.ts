const LAUNCH_TYPE = 'launchType=EC2,FARGATE,EXTERNAL';

/** What of ECS is served (`Served`): a task definition is kept as it is, all but its tags. */
export const ECS_SERVED = {
  ListClusters: 'nextToken maxResults',
  DescribeClusters: 'clusters',
  ListTasks:
    'cluster containerInstance family nextToken maxResults startedBy serviceName desiredStatus=RUNNING,PENDING,STOPPED ' +
    LAUNCH_TYPE,
  DescribeTasks: 'tasks cluster',
  DescribeTaskDefinition: 'taskDefinition',
  ListContainerInstances:
    'cluster nextToken maxResults status=ACTIVE,DRAINING,REGISTERING,DEREGISTERING,REGISTRATION_FAILED',
  DescribeContainerInstances: 'containerInstances cluster',
  ListServices: `cluster nextToken maxResults ${LAUNCH_TYPE}`,
  DescribeServices: 'services cluster',
  CreateCluster: 'clusterName',
  DeleteCluster: 'cluster',
  RegisterTaskDefinition:
    'family containerDefinitions taskRoleArn executionRoleArn networkMode volumes placementConstraints ' +
    'requiresCompatibilities cpu memory pidMode ipcMode proxyConfiguration inferenceAccelerators ephemeralStorage ' +
    'runtimePlatform enableFaultInjection',
  DeregisterTaskDefinition: 'taskDefinition',
  RunTask: 'taskDefinition cluster count group launchType=EC2,FARGATE overrides startedBy clientToken',
  StopTask: 'task cluster reason',
} as const;
