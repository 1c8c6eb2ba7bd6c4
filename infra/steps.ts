import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import {
  changesZone,
  type Grounds,
  readsClusters,
  readsObjects,
  readsZone,
  usesQueue,
  withoutResource,
  writesObjects,
} from './permissions.ts';

/** The environment variables of the functions (functions/contracts/environment.ts). */
export type Variable =
  | 'HOSTED_ZONE_ID'
  | 'ZONE_NAME'
  | 'OWNER_LABEL'
  | 'DEPLOYMENT_ID'
  | 'RUN_BUCKET'
  | 'CLUSTERS'
  | 'RECORD_TTL'
  | 'HEALTH_CHECK'
  | 'HEALTH_CHECK_PATH'
  | 'CHECKER_VPC'
  | 'MAX_DELETE_SHARE'
  | 'MINIMUM_HEALTHY_SHARE'
  | 'EVENT_QUEUE_URL'
  | 'DEAD_LETTER_QUEUE_URL'
  | 'STATE_MACHINE_ARN'
  | 'EVENT_WINDOW';

/** One function: what it is for, what it needs, what it reads and what it may do. */
export interface StepSpec {
  readonly entry: string;
  readonly description: string;
  readonly memoryMiB: number;
  /** Whole seconds; below the `TimeoutSeconds` of its state, so that the function's own error is what is seen. */
  readonly timeoutSeconds: number;
  readonly variables: readonly Variable[];
  readonly permissions: (grounds: Grounds) => readonly PolicyStatement[];
}

/** Small steps: a few calls and a few kilobytes; 256 MiB buys a share of CPU that keeps a cold start short. */
const SMALL = 256;
/** Steps that hold a whole zone or fleet: 10,000 record sets or tasks with their JSON take about 200 MB. */
const LARGE = 1_024;

const OBSERVATION = ['ZONE_NAME', 'OWNER_LABEL', 'HEALTH_CHECK', 'HEALTH_CHECK_PATH', 'CHECKER_VPC'] as const;

/** The steps by the name of their state in `statemachines/reconcile.asl.json`. */
export const STEPS = {
  ReadTrigger: {
    entry: 'functions/steps/read-trigger.ts',
    description: 'Reads what started the run and drains the event queue',
    memoryMiB: SMALL,
    timeoutSeconds: 55,
    variables: ['RUN_BUCKET', 'EVENT_QUEUE_URL', 'DEAD_LETTER_QUEUE_URL'],
    permissions: (on) => [
      ...usesQueue(on.eventQueue, 'sqs:ReceiveMessage', 'sqs:DeleteMessage'),
      ...usesQueue(on.deadLetterQueue, 'sqs:SendMessage'),
      ...writesObjects(on, 'runs'),
    ],
  },
  SnapshotZone: {
    entry: 'functions/steps/snapshot-zone.ts',
    description: 'Reads the zone before anything of ECS is read',
    memoryMiB: LARGE,
    timeoutSeconds: 110,
    variables: ['HOSTED_ZONE_ID', 'ZONE_NAME', 'OWNER_LABEL', 'DEPLOYMENT_ID', 'RUN_BUCKET'],
    permissions: (on) => [
      ...readsZone(on, 'route53:GetHostedZone'),
      ...readsObjects(on, 'runs'),
      ...writesObjects(on, 'runs'),
    ],
  },
  ListClusters: {
    entry: 'functions/steps/list-clusters.ts',
    description: 'Chooses the clusters of this pass',
    memoryMiB: SMALL,
    timeoutSeconds: 55,
    variables: ['CLUSTERS', 'RUN_BUCKET'],
    permissions: (on) => [
      ...withoutResource('ecs:ListClusters'),
      ...readsObjects(on, 'runs'),
      ...writesObjects(on, 'runs'),
    ],
  },
  CollectTasks: {
    entry: 'functions/steps/collect-tasks.ts',
    description: 'Reads the tasks of one cluster and joins them with their hosts',
    memoryMiB: LARGE,
    timeoutSeconds: 110,
    variables: [...OBSERVATION, 'RUN_BUCKET'],
    permissions: (on) => [
      ...readsClusters(on, 'ecs:ListTasks', 'ecs:DescribeTasks', 'ecs:DescribeContainerInstances'),
      ...withoutResource('ecs:DescribeTaskDefinition', 'ec2:DescribeInstances'),
      ...readsObjects(on, 'runs'),
      ...writesObjects(on, 'runs'),
    ],
  },
  LoadBatch: {
    entry: 'functions/steps/load-batch.ts',
    description: 'Puts one batch of endpoints into the state, for the health checker',
    memoryMiB: SMALL,
    timeoutSeconds: 25,
    variables: ['RUN_BUCKET'],
    permissions: (on) => readsObjects(on, 'runs'),
  },
  CheckHealth: {
    entry: 'functions/steps/check-health.ts',
    description: 'Probes one batch of endpoints from inside the VPC; calls no AWS API',
    // 400 endpoints within 256 MB (issue: health); 200 sockets at a time stay far below 1,024 file descriptors.
    memoryMiB: SMALL,
    // 400 endpoints that all hang: two waves of 3 attempts of up to 20 s each, and a margin.
    timeoutSeconds: 160,
    variables: [],
    permissions: () => [],
  },
  SaveVerdicts: {
    entry: 'functions/steps/save-verdicts.ts',
    description: 'Stores what the health checker found',
    memoryMiB: SMALL,
    timeoutSeconds: 25,
    variables: ['RUN_BUCKET'],
    permissions: (on) => writesObjects(on, 'runs'),
  },
  CompleteReading: {
    entry: 'functions/steps/complete-reading.ts',
    description: 'Asks what became of tasks that the hints know and the listing lacks',
    memoryMiB: LARGE,
    timeoutSeconds: 110,
    variables: ['HOSTED_ZONE_ID', 'ZONE_NAME', 'OWNER_LABEL', 'RUN_BUCKET', 'HEALTH_CHECK', 'CHECKER_VPC'],
    permissions: (on) => [
      ...readsClusters(on, 'ecs:DescribeTasks', 'ecs:DescribeContainerInstances'),
      ...withoutResource('ec2:DescribeInstances', 'ec2:DescribeNetworkInterfaces'),
      ...readsZone(on),
      ...readsObjects(on, 'runs', 'inventory'),
      ...writesObjects(on, 'runs'),
    ],
  },
  PlanChanges: {
    entry: 'functions/steps/plan-changes.ts',
    description: 'Decides what changes and why',
    memoryMiB: LARGE,
    timeoutSeconds: 110,
    variables: [
      'ZONE_NAME',
      'OWNER_LABEL',
      'RECORD_TTL',
      'DEPLOYMENT_ID',
      'MAX_DELETE_SHARE',
      'MINIMUM_HEALTHY_SHARE',
      'RUN_BUCKET',
    ],
    permissions: (on) => [...readsObjects(on, 'runs', 'held'), ...writesObjects(on, 'runs', 'held', 'inventory')],
  },
  ApplyBatch: {
    entry: 'functions/steps/apply-batch.ts',
    description: 'Sends one change batch to Route 53',
    memoryMiB: SMALL,
    timeoutSeconds: 55,
    variables: ['HOSTED_ZONE_ID', 'RUN_BUCKET'],
    permissions: (on) => [...changesZone(on), ...readsObjects(on, 'runs'), ...writesObjects(on, 'runs')],
  },
  VerifyChanges: {
    entry: 'functions/steps/verify-changes.ts',
    description: 'Observes again what was created and removed',
    memoryMiB: LARGE,
    timeoutSeconds: 110,
    variables: [...OBSERVATION, 'HOSTED_ZONE_ID', 'RUN_BUCKET', 'EVENT_QUEUE_URL'],
    permissions: (on) => [
      ...readsClusters(on, 'ecs:ListTasks', 'ecs:DescribeTasks', 'ecs:DescribeContainerInstances'),
      ...withoutResource('ecs:DescribeTaskDefinition', 'ec2:DescribeInstances'),
      ...readsZone(on),
      ...usesQueue(on.eventQueue, 'sqs:DeleteMessage'),
      ...readsObjects(on, 'runs'),
      ...writesObjects(on, 'runs'),
    ],
  },
  PublishOutcome: {
    entry: 'functions/steps/publish-outcome.ts',
    description: 'Keeps and counts the outcome, settles the messages',
    memoryMiB: LARGE,
    timeoutSeconds: 55,
    variables: ['RUN_BUCKET', 'EVENT_QUEUE_URL', 'EVENT_WINDOW'],
    permissions: (on) => [
      ...readsObjects(on, 'runs'),
      ...writesObjects(on, 'outcomes'),
      ...usesQueue(on.eventQueue, 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility', 'sqs:GetQueueAttributes'),
    ],
  },
} as const satisfies Readonly<Record<string, StepSpec>>;

export type StepName = keyof typeof STEPS;

/** What EventBridge calls for each ECS event. */
export const START_RUN: StepSpec = {
  entry: 'functions/triggers/start-run.ts',
  description: 'Queues where an ECS event says to look and starts the run of the current window',
  memoryMiB: SMALL,
  timeoutSeconds: 30,
  variables: ['ZONE_NAME', 'OWNER_LABEL', 'EVENT_WINDOW', 'CLUSTERS', 'EVENT_QUEUE_URL', 'STATE_MACHINE_ARN'],
  permissions: (on) => [
    ...withoutResource('ecs:DescribeTaskDefinition'),
    ...usesQueue(on.eventQueue, 'sqs:SendMessage'),
    ...usesQueue(on.deadLetterQueue, 'sqs:SendMessage'),
  ],
};
