import { Aws, Stack } from 'aws-cdk-lib';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type * as route53 from 'aws-cdk-lib/aws-route53';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

/** What permissions are granted on. */
export interface Grounds {
  readonly hostedZone: route53.IHostedZone;
  /** By which the zone is reached, where it is one of another account. */
  readonly hostedZoneRole?: IRole;
  readonly bucket: s3.Bucket;
  readonly eventQueue: sqs.Queue;
  readonly deadLetterQueue: sqs.Queue;
  /** Empty: every cluster of the account and Region. */
  readonly clusters: readonly ecs.ICluster[];
  /** Whether unhealthy tasks may be stopped. */
  readonly stopsTasks: boolean;
  /** Whether sets of IPv6 addresses may be changed. */
  readonly changesIpv6: boolean;
  /** Whether instances leave hosts that drain. */
  readonly leavesDraining: boolean;
  /** Whether instances of ECS Anywhere are published. */
  readonly readsAnywhere: boolean;
  /** Whether of CodeDeploy and external controllers the PRIMARY task set is published. */
  readonly readsTaskSets: boolean;
  /** Whether the SOA of the zone may be lowered. */
  readonly lowersSoa: boolean;
}

/** What the rights in the zone itself are granted on, in whatever account. */
export type OfZone = Pick<Grounds, 'hostedZone' | 'lowersSoa' | 'changesIpv6'>;

/** Top folders of the run bucket. */
export type Prefix = 'runs' | 'outcomes' | 'index' | 'held' | 'inventory' | 'definitions' | 'services' | 'shifts';

/** Objects below these folders may be read, and a missing one is told from a forbidden one. */
export function readsObjects({ bucket }: Grounds, ...prefixes: readonly Prefix[]): PolicyStatement[] {
  return [
    new PolicyStatement({
      actions: ['s3:GetObject'],
      resources: prefixes.map((prefix) => bucket.arnForObjects(`${prefix}/*`)),
    }),
    // Without it S3 answers AccessDenied for an object that does not exist. On the whole bucket: whether a condition on the
    // prefix holds for a GET, which names none, is not documented.
    new PolicyStatement({ actions: ['s3:ListBucket'], resources: [bucket.bucketArn] }),
  ];
}

export function writesObjects({ bucket }: Grounds, ...prefixes: readonly Prefix[]): PolicyStatement[] {
  const resources = prefixes.map((prefix) => bucket.arnForObjects(`${prefix}/*`));
  return [new PolicyStatement({ actions: ['s3:PutObject'], resources })];
}

/** Where a role reaches the zone, that role has the rights in it, and a function may only take the role. */
export const byRole = (
  { hostedZoneRole }: Grounds,
  ...statements: readonly (readonly PolicyStatement[])[]
): readonly PolicyStatement[] =>
  hostedZoneRole
    ? [new PolicyStatement({ actions: ['sts:AssumeRole'], resources: [hostedZoneRole.roleArn] })]
    : statements.flat();

export function readsZone({ hostedZone }: OfZone, ...also: readonly 'route53:GetHostedZone'[]): PolicyStatement[] {
  const actions = ['route53:ListResourceRecordSets', ...also];
  return [new PolicyStatement({ actions, resources: [hostedZone.hostedZoneArn] })];
}

/** Exact DELETE and CREATE of the types that a deployment owns; never UPSERT. */
export function changesZone({ hostedZone, changesIpv6 }: OfZone): PolicyStatement[] {
  return [
    new PolicyStatement({
      actions: ['route53:ChangeResourceRecordSets'],
      resources: [hostedZone.hostedZoneArn],
      conditions: {
        'ForAllValues:StringEquals': {
          'route53:ChangeResourceRecordSetsRecordTypes': changesIpv6
            ? ['A', 'AAAA', 'SRV', 'TXT']
            : ['A', 'SRV', 'TXT'],
          'route53:ChangeResourceRecordSetsActions': ['CREATE', 'DELETE'],
        },
      },
    }),
  ];
}

/** Only when asked: an UPSERT of the SOA, which knows nothing else; whoever sends it reads the zone before. */
export function changesSoa(on: OfZone): PolicyStatement[] {
  if (!on.lowersSoa) return [];
  return [
    new PolicyStatement({
      actions: ['route53:ChangeResourceRecordSets'],
      resources: [on.hostedZone.hostedZoneArn],
      conditions: {
        'ForAllValues:StringEquals': {
          'route53:ChangeResourceRecordSetsRecordTypes': ['SOA'],
          'route53:ChangeResourceRecordSetsActions': ['UPSERT'],
        },
      },
    }),
  ];
}

/** Events of our own source only, on the default bus. */
export function announces(scope: Construct, source: string): PolicyStatement[] {
  const resource = Stack.of(scope).formatArn({ service: 'events', resource: 'event-bus', resourceName: 'default' });
  return [
    new PolicyStatement({
      actions: ['events:PutEvents'],
      resources: [resource],
      conditions: { StringEquals: { 'events:source': source } },
    }),
  ];
}

/** Actions that know no resources (Service Authorization Reference). */
export function withoutResource(
  ...actions: readonly (
    | 'ecs:ListClusters'
    | 'ecs:DescribeTaskDefinition'
    | 'ec2:DescribeInstances'
    | 'ec2:DescribeNetworkInterfaces'
    | 'ec2:DescribeSubnets'
    | 'ssm:DescribeInstanceInformation'
  )[]
): PolicyStatement[] {
  return [new PolicyStatement({ actions: [...actions], resources: ['*'] })];
}

type ClusterAction =
  | 'ecs:ListTasks'
  | 'ecs:DescribeTasks'
  | 'ecs:DescribeContainerInstances'
  | 'ecs:DescribeServices'
  | 'ecs:DescribeServiceDeployments'
  | 'ecs:StopTask';
const RESOURCE_TYPES = {
  'ecs:ListTasks': 'container-instance',
  'ecs:DescribeTasks': 'task',
  'ecs:DescribeContainerInstances': 'container-instance',
  'ecs:DescribeServices': 'service',
  'ecs:DescribeServiceDeployments': 'service-deployment',
  'ecs:StopTask': 'task',
} as const;

/** Only where `onUnhealthy` says so: by default nothing touches the workload (L12). */
export const stopsTasks = (on: Grounds): PolicyStatement[] => (on.stopsTasks ? inClusters(on, 'ecs:StopTask') : []);

/** Only where `ecsAnywhere` says so: EC2 does not know those machines. */
export const readsAnywhere = (on: Grounds): PolicyStatement[] =>
  on.readsAnywhere ? withoutResource('ssm:DescribeInstanceInformation') : [];

/** Only where `onDraining` says so: the event of a host names no task. */
export const readsDraining = (on: Grounds): PolicyStatement[] =>
  on.leavesDraining ? inClusters(on, 'ecs:ListTasks', 'ecs:DescribeTasks') : [];

/** Only where services are shifted by DNS: which of their revisions serve. */
export const readsServices = (on: Grounds): PolicyStatement[] =>
  inClusters(on, 'ecs:DescribeServices', 'ecs:DescribeServiceDeployments');

/** Only where `publishPrimaryTaskSet` says so: tasks do not say whether their set is PRIMARY. */
export const readsTaskSets = (on: Grounds): PolicyStatement[] =>
  on.readsTaskSets
    ? [...inClusters(on, 'ecs:DescribeServices'), ...readsObjects(on, 'services'), ...writesObjects(on, 'services')]
    : [];

/** Whether a change has reached all name servers; changes know no zone (Service Authorization Reference). */
export const readsChanges = (): PolicyStatement[] => [
  new PolicyStatement({ actions: ['route53:GetChange'], resources: [`arn:${Aws.PARTITION}:route53:::change/*`] }),
];

type ClusterRead = Exclude<ClusterAction, 'ecs:StopTask'>;

export const readsClusters = (on: Grounds, ...actions: readonly ClusterRead[]): PolicyStatement[] =>
  inClusters(on, ...actions);

/** Calls on the configured clusters, told by condition and by resource; of all clusters of this account and Region. */
function inClusters({ bucket, clusters }: Grounds, ...actions: readonly ClusterAction[]): PolicyStatement[] {
  const only = clusters.length > 0 && {
    conditions: { ArnEquals: { 'ecs:cluster': clusters.map(({ clusterArn }) => clusterArn) } },
  };
  const names = clusters.length > 0 ? clusters.map(({ clusterName }) => clusterName) : [undefined];
  return actions.map(
    (action) =>
      new PolicyStatement({
        actions: [action],
        // ListTasks of a whole cluster names no container instance, so only its condition narrows it.
        resources:
          action === 'ecs:ListTasks'
            ? ['*']
            : names.map((name) =>
                Stack.of(bucket).formatArn({
                  service: 'ecs',
                  resource: RESOURCE_TYPES[action],
                  resourceName: name === undefined ? '*' : `${name}/*`,
                }),
              ),
        // That ECS tells the cluster of a deployment as a condition is not documented everywhere; its ARN has it.
        ...(action !== 'ecs:DescribeServiceDeployments' && only),
      }),
  );
}

type QueueAction =
  | 'sqs:ReceiveMessage'
  | 'sqs:DeleteMessage'
  | 'sqs:SendMessage'
  | 'sqs:ChangeMessageVisibility'
  | 'sqs:GetQueueAttributes';

export const usesQueue = (queue: sqs.Queue, ...actions: readonly QueueAction[]): PolicyStatement[] => [
  new PolicyStatement({ actions: [...actions], resources: [queue.queueArn] }),
];
