const LAUNCH_TYPE = 'launchType=EC2,FARGATE,EXTERNAL';
const CONFIGURATION =
  'deploymentConfiguration{maximumPercent minimumHealthyPercent strategy=ROLLING,BLUE_GREEN bakeTimeInMinutes ' +
  'lifecycleHooks{targetType=AWS_LAMBDA hookTargetArn roleArn lifecycleStages hookDetails timeoutConfiguration}}';

/** What of ECS is served (`Served`): a task definition is kept as it is, all but its tags. */
export const ECS_SERVED = {
  ListClusters: 'nextToken maxResults',
  DescribeClusters: 'clusters',
  ListTasks:
    'cluster containerInstance family nextToken maxResults startedBy serviceName desiredStatus=RUNNING,PENDING,STOPPED ' +
    LAUNCH_TYPE,
  DescribeTasks: 'tasks cluster',
  DescribeTaskDefinition: 'taskDefinition',
  ListTaskDefinitions: 'familyPrefix nextToken maxResults status=ACTIVE,INACTIVE sort=ASC,DESC',
  ListContainerInstances:
    'cluster nextToken maxResults status=ACTIVE,DRAINING,REGISTERING,DEREGISTERING,REGISTRATION_FAILED',
  DescribeContainerInstances: 'containerInstances cluster',
  ListServices: `cluster nextToken maxResults ${LAUNCH_TYPE}`,
  DescribeServices: 'services cluster',
  CreateService:
    `cluster serviceName taskDefinition desiredCount clientToken launchType=EC2 ${CONFIGURATION} ` +
    'schedulingStrategy=REPLICA deploymentController{type=ECS}',
  UpdateService: `cluster service desiredCount taskDefinition forceNewDeployment ${CONFIGURATION}`,
  DeleteService: 'cluster service force',
  DescribeServiceDeployments: 'serviceDeploymentArns',
  ListServiceDeployments: 'service cluster status createdAt nextToken maxResults',
  StopServiceDeployment: 'serviceDeploymentArn stopType=ROLLBACK',
  UpdateContainerInstancesState: 'cluster containerInstances status=ACTIVE,DRAINING',
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
