import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import {
  announces,
  byRole,
  changesSoa,
  changesZone,
  type Grounds,
  readsAnywhere,
  readsChanges,
  readsClusters,
  readsDraining,
  readsObjects,
  readsServices,
  readsTaskSets,
  readsZone,
  stopsTasks,
  usesQueue,
  withoutResource,
  writesObjects,
} from './permissions.ts';

/** One function: what it is for, what it needs and what it may do. */
export interface FunctionSpec {
  /** File of the handler, from the root of this package. */
  readonly entry: string;
  readonly description: string;
  readonly memoryMiB: number;
  /** Whole seconds; below the `TimeoutSeconds` of its state, so that the function's own error is what is seen. */
  readonly timeoutSeconds: number;
  /** All that it may do, besides writing its own log. */
  readonly permissions: (grounds: Grounds) => readonly PolicyStatement[];
}

/** MiB for a few calls and a few kilobytes. CPU comes with memory, and a run waits for one step after the other. */
const SMALL = 512;
/** MiB for what may hold a whole zone or fleet (10,000 record sets, 10,000 tasks) and its JSON. */
const LARGE = 1_024;
/** MiB that come with one whole vCPU (Lambda quotas): with less, 200 TLS handshakes at a time would time out by themselves. */
const WHOLE_CPU = 1_769;

/** Where tasks are; the interface of one tells its public address. */
const asksEc2 = ['ec2:DescribeInstances', 'ec2:DescribeNetworkInterfaces'] as const;

/** The steps by the name of their state in `statemachines/reconcile.asl.yaml`. */
export const STEPS = {
  ReadTrigger: {
    entry: 'functions/steps/read-trigger.ts',
    description: 'Reads what started the run and drains the event queue',
    memoryMiB: SMALL,
    timeoutSeconds: 55,
    permissions: (on) => [
      ...usesQueue(on.eventQueue, 'sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility'),
      ...usesQueue(on.deadLetterQueue, 'sqs:SendMessage'),
      ...writesObjects(on, 'runs'),
    ],
  },
  SnapshotZone: {
    entry: 'functions/steps/snapshot-zone.ts',
    description: 'Reads the zone before anything of ECS is read',
    memoryMiB: LARGE,
    timeoutSeconds: 110,
    permissions: (on) => [
      ...byRole(on, readsZone(on, 'route53:GetHostedZone')),
      ...readsObjects(on, 'runs', 'inventory'),
      ...writesObjects(on, 'runs'),
    ],
  },
  ListClusters: {
    entry: 'functions/steps/list-clusters.ts',
    description: 'Chooses the clusters of this pass',
    memoryMiB: SMALL,
    timeoutSeconds: 55,
    permissions: (on) => [
      // The configured ones are known without asking.
      ...(on.clusters.length === 0 ? withoutResource('ecs:ListClusters') : []),
      ...readsObjects(on, 'runs', 'inventory'),
      ...writesObjects(on, 'runs'),
    ],
  },
  CollectTasks: {
    entry: 'functions/steps/collect-tasks.ts',
    description: 'Reads the tasks of one cluster and joins them with their hosts',
    memoryMiB: LARGE,
    timeoutSeconds: 110,
    permissions: (on) => [
      ...readsClusters(on, 'ecs:ListTasks', 'ecs:DescribeTasks', 'ecs:DescribeContainerInstances'),
      ...withoutResource('ecs:DescribeTaskDefinition', ...asksEc2, 'ec2:DescribeSubnets'),
      ...readsAnywhere(on),
      ...readsTaskSets(on),
      ...readsObjects(on, 'runs', 'definitions'),
      ...writesObjects(on, 'runs', 'definitions'),
    ],
  },
  LoadBatch: {
    entry: 'functions/steps/load-batch.ts',
    description: 'Puts one batch of endpoints into the state, for the health checker',
    memoryMiB: SMALL,
    timeoutSeconds: 25,
    permissions: (on) => readsObjects(on, 'runs'),
  },
  CheckHealth: {
    entry: 'functions/steps/check-health.ts',
    description: 'Probes one batch of endpoints from inside the VPC; calls no AWS API',
    memoryMiB: WHOLE_CPU,
    // The prober itself gives up after 120 s (functions/adapters/http-probe.ts).
    timeoutSeconds: 160,
    permissions: () => [],
  },
  SaveVerdicts: {
    entry: 'functions/steps/save-verdicts.ts',
    description: 'Stores what the health checker found',
    memoryMiB: SMALL,
    timeoutSeconds: 25,
    permissions: (on) => writesObjects(on, 'runs'),
  },
  CompleteReading: {
    entry: 'functions/steps/complete-reading.ts',
    description: 'Asks what became of tasks that the inventory knows and the listing lacks',
    memoryMiB: LARGE,
    timeoutSeconds: 110,
    permissions: (on) => [
      // Tasks of every cluster: what became of those of a cluster that is not among the configured ones any more.
      ...readsClusters({ ...on, clusters: [] }, 'ecs:DescribeTasks'),
      ...readsClusters(on, 'ecs:DescribeContainerInstances'),
      ...withoutResource('ec2:DescribeInstances', 'ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets'),
      ...byRole(on, readsZone(on)),
      ...readsObjects(on, 'runs', 'inventory'),
      ...writesObjects(on, 'runs', 'inventory'),
    ],
  },
  PlanChanges: {
    entry: 'functions/steps/plan-changes.ts',
    description: 'Decides what changes and why',
    memoryMiB: LARGE,
    timeoutSeconds: 110,
    permissions: (on) => [
      ...readsObjects(on, 'runs', 'held', 'inventory'),
      ...writesObjects(on, 'runs', 'held', 'inventory'),
    ],
  },
  ApplyBatch: {
    entry: 'functions/steps/apply-batch.ts',
    description: 'Sends one change batch to Route 53',
    memoryMiB: SMALL,
    timeoutSeconds: 55,
    permissions: (on) => [
      ...byRole(on, readsZone(on), changesZone(on), changesSoa(on)),
      ...readsObjects(on, 'runs', 'inventory'),
      ...writesObjects(on, 'runs', 'inventory'),
    ],
  },
  VerifyChanges: {
    entry: 'functions/steps/verify-changes.ts',
    description: 'Observes again what was created and removed',
    memoryMiB: LARGE,
    timeoutSeconds: 110,
    permissions: (on) => [
      ...readsClusters(on, 'ecs:ListTasks', 'ecs:DescribeTasks', 'ecs:DescribeContainerInstances'),
      ...withoutResource('ecs:DescribeTaskDefinition', ...asksEc2),
      ...readsAnywhere(on),
      ...byRole(on, readsZone(on)),
      ...usesQueue(on.eventQueue, 'sqs:DeleteMessage'),
      ...readsObjects(on, 'runs', 'inventory', 'definitions'),
      ...writesObjects(on, 'runs', 'definitions'),
    ],
  },
  PublishOutcome: {
    entry: 'functions/steps/publish-outcome.ts',
    description: 'Keeps, counts and announces the outcome, settles the messages',
    memoryMiB: LARGE,
    timeoutSeconds: 55,
    permissions: (on) => [
      ...stopsTasks(on),
      ...readsObjects(on, 'runs', 'inventory'),
      ...writesObjects(on, 'outcomes', 'index'),
      ...usesQueue(on.eventQueue, 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility', 'sqs:GetQueueAttributes'),
      // The source of functions/adapters/event-bus.ts.
      ...announces(on.bucket, 'ecs-service-discovery-dns'),
    ],
  },
} as const satisfies Readonly<Record<string, FunctionSpec>>;

export type StepName = keyof typeof STEPS;

/** What EventBridge calls for each ECS event. */
export const START_RUN = {
  entry: 'functions/triggers/start-run.ts',
  description: 'Queues where an ECS event says to look and starts the run of the current window',
  memoryMiB: SMALL,
  timeoutSeconds: 30,
  permissions: (on) => [
    ...withoutResource('ecs:DescribeTaskDefinition'),
    ...readsDraining(on),
    ...usesQueue(on.eventQueue, 'sqs:SendMessage'),
    ...usesQueue(on.deadLetterQueue, 'sqs:SendMessage'),
  ],
} as const satisfies FunctionSpec;

/** What ECS calls at the stages of a deployment that DNS shifts. */
export const SHIFT_HOOK = {
  entry: 'functions/triggers/shift-hook.ts',
  description: 'Tells ECS at a stage of a deployment whether DNS has followed, and has a run look at the service',
  memoryMiB: SMALL,
  timeoutSeconds: 60,
  permissions: (on) => [
    ...withoutResource('ecs:DescribeTaskDefinition'),
    ...readsClusters(on, 'ecs:ListTasks', 'ecs:DescribeTasks'),
    ...readsServices(on),
    ...byRole(on, readsChanges()),
    ...readsObjects(on, 'shifts'),
    ...writesObjects(on, 'shifts'),
    ...usesQueue(on.eventQueue, 'sqs:SendMessage'),
  ],
} as const satisfies FunctionSpec;

/** Files of all handlers. */
export const ENTRIES: readonly string[] = [...Object.values(STEPS), START_RUN, SHIFT_HOOK].map(({ entry }) => entry);
