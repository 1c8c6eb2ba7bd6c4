import type { CallContext } from '../service.ts';
import type { Keys } from './patterns.ts';
import type { AccessRequest } from './policy.ts';

/** A call that somebody has to be allowed to make. */
export interface Call {
  /** Signing name. */
  readonly service: string;
  readonly operation: string;
  /** In the SDK's shape. */
  readonly input: object;
}

type Place = Pick<CallContext, 'region' | 'accountId'>;
type Needs = (input: never, place: Place) => readonly AccessRequest[];

const need = (action: string, resource: string, keys: Keys = {}): AccessRequest => ({ action, resource, keys });
const arn = (service: string, rest: string, { region, accountId }: Place): string =>
  `arn:aws:${service}:${region}:${accountId}:${rest}`;

/** What each call needs (Service Authorization Reference); of several requests all must be allowed. */
const NEEDS: Readonly<Record<string, Readonly<Record<string, Needs>>>> = {
  s3: {
    GetObject: (input: ObjectInput) => [need('s3:GetObject', objectArn(input))],
    HeadObject: (input: ObjectInput) => [need('s3:GetObject', objectArn(input))],
    // With If-Match whoever writes has to be allowed to read ("conditional writes" of the S3 user guide).
    PutObject: (input: ObjectInput & { IfMatch?: string }) => [
      need('s3:PutObject', objectArn(input)),
      ...(input.IfMatch === undefined ? [] : [need('s3:GetObject', objectArn(input))]),
    ],
    DeleteObject: (input: ObjectInput) => [need('s3:DeleteObject', objectArn(input))],
    ListObjectsV2: ({ Bucket = '', Prefix = '' }: { Bucket?: string; Prefix?: string }) => [
      need('s3:ListBucket', bucketArn(Bucket), { 's3:prefix': Prefix }),
    ],
    HeadBucket: ({ Bucket = '' }: ObjectInput) => [need('s3:ListBucket', bucketArn(Bucket))],
  },
  sqs: Object.fromEntries(
    [
      ['SendMessage', 'SendMessage'],
      ['SendMessageBatch', 'SendMessage'],
      ['ReceiveMessage', 'ReceiveMessage'],
      ['DeleteMessage', 'DeleteMessage'],
      ['DeleteMessageBatch', 'DeleteMessage'],
      ['ChangeMessageVisibility', 'ChangeMessageVisibility'],
      ['ChangeMessageVisibilityBatch', 'ChangeMessageVisibility'],
      ['GetQueueAttributes', 'GetQueueAttributes'],
    ].map(([operation, action]): [string, Needs] => [
      operation ?? '',
      ({ QueueUrl = '' }: { QueueUrl?: string }, place) => [
        need(`sqs:${action}`, arn('sqs', QueueUrl.slice(QueueUrl.lastIndexOf('/') + 1), place)),
      ],
    ]),
  ),
  events: {
    PutEvents: ({ Entries = [] }: { Entries?: readonly Entry[] }, place) =>
      Entries.map(({ EventBusName: bus = 'default', Source = '', DetailType = '' }) =>
        need('events:PutEvents', bus.startsWith('arn:') ? bus : arn('events', `event-bus/${bus}`, place), {
          'events:source': Source,
          'events:detail-type': DetailType,
        }),
      ),
  },
  states: {
    StartExecution: ({ stateMachineArn = '' }: { stateMachineArn?: string }) => [
      need('states:StartExecution', stateMachineArn),
    ],
    DescribeExecution: ({ executionArn = '' }: { executionArn?: string }) => [
      need('states:DescribeExecution', executionArn),
    ],
    GetExecutionHistory: ({ executionArn = '' }: { executionArn?: string }) => [
      need('states:GetExecutionHistory', executionArn),
    ],
    ListExecutions: ({ stateMachineArn = '' }: { stateMachineArn?: string }) => [
      need('states:ListExecutions', stateMachineArn),
    ],
    DescribeStateMachine: ({ stateMachineArn = '' }: { stateMachineArn?: string }) => [
      need('states:DescribeStateMachine', stateMachineArn),
    ],
    ListStateMachines: () => [need('states:ListStateMachines', '*')],
  },
  sts: {
    AssumeRole: ({ RoleArn = '' }: { RoleArn?: string }) => [need('sts:AssumeRole', RoleArn)],
    GetCallerIdentity: () => [],
  },
  route53: {
    GetChange: ({ Id = '' }: { Id?: string }) => [
      need('route53:GetChange', `arn:aws:route53:::change/${Id.replace(/^\/?change\//, '')}`),
    ],
    GetHostedZone: ({ Id = '' }: { Id?: string }) => [need('route53:GetHostedZone', zoneArn(Id))],
    ListResourceRecordSets: ({ HostedZoneId = '' }: { HostedZoneId?: string }) => [
      need('route53:ListResourceRecordSets', zoneArn(HostedZoneId)),
    ],
    ChangeResourceRecordSets: ({ HostedZoneId = '', ChangeBatch }: ChangeInput) => {
      const { Changes = [] } = ChangeBatch ?? {};
      const sets = Changes.map(({ ResourceRecordSet }) => ResourceRecordSet ?? {});
      return [
        need('route53:ChangeResourceRecordSets', zoneArn(HostedZoneId), {
          'route53:ChangeResourceRecordSetsActions': unique(Changes.map(({ Action = '' }) => Action)),
          'route53:ChangeResourceRecordSetsRecordTypes': unique(sets.map(({ Type = '' }) => Type)),
          'route53:ChangeResourceRecordSetsNormalizedRecordNames': unique(
            sets.map(({ Name = '' }) => Name.toLowerCase().replace(/\.$/, '')),
          ),
        }),
      ];
    },
  },
  ecs: {
    ListClusters: () => [need('ecs:ListClusters', '*')],
    DescribeTaskDefinition: () => [need('ecs:DescribeTaskDefinition', '*')],
    ListTasks: ({ containerInstance, ...input }: ClusterInput & { containerInstance?: string }, place) => [
      need(
        'ecs:ListTasks',
        containerInstance === undefined ? '*' : within('container-instance', containerInstance, input, place),
        clusterKey(input, place),
      ),
    ],
    DescribeTasks: ({ tasks = [], ...input }: ClusterInput & { tasks?: readonly string[] }, place) =>
      tasks.map((task) => need('ecs:DescribeTasks', within('task', task, input, place), clusterKey(input, place))),
    DescribeContainerInstances: (
      { containerInstances = [], ...input }: ClusterInput & { containerInstances?: readonly string[] },
      place,
    ) =>
      containerInstances.map((one) =>
        need(
          'ecs:DescribeContainerInstances',
          within('container-instance', one, input, place),
          clusterKey(input, place),
        ),
      ),
    DescribeServices: ({ services = [], ...input }: ClusterInput & { services?: readonly string[] }, place) =>
      services.map((one) =>
        need('ecs:DescribeServices', within('service', one, input, place), clusterKey(input, place)),
      ),
    // Of the resources of the page "Permissions required for viewing Amazon ECS service deployments" the deployments' own.
    DescribeServiceDeployments: ({ serviceDeploymentArns = [] }: { serviceDeploymentArns?: readonly string[] }) =>
      serviceDeploymentArns.map((one) => need('ecs:DescribeServiceDeployments', one)),
    StopTask: ({ task = '', ...input }: ClusterInput & { task?: string }, place) => [
      need('ecs:StopTask', within('task', task, input, place), clusterKey(input, place)),
    ],
  },
  ssm: { DescribeInstanceInformation: () => [need('ssm:DescribeInstanceInformation', '*')] },
  ec2: {
    DescribeInstances: () => [need('ec2:DescribeInstances', '*')],
    DescribeNetworkInterfaces: () => [need('ec2:DescribeNetworkInterfaces', '*')],
    DescribeSubnets: () => [need('ec2:DescribeSubnets', '*')],
  },
};

/** @throws Error for a call of which it is not known here what it needs */
export function needsOf({ service, operation, input }: Call, place: Place): readonly AccessRequest[] {
  const needs = NEEDS[service]?.[operation];
  if (!needs) throw new Error(`what ${service}:${operation} needs to be allowed is not known here`);
  return needs(input as never, place);
}

interface ObjectInput {
  readonly Bucket?: string;
  readonly Key?: string;
}

interface Entry {
  readonly EventBusName?: string;
  readonly Source?: string;
  readonly DetailType?: string;
}

interface ClusterInput {
  readonly cluster?: string;
}

interface ChangeInput {
  readonly HostedZoneId?: string;
  readonly ChangeBatch?: {
    readonly Changes?: readonly {
      readonly Action?: string;
      readonly ResourceRecordSet?: { readonly Name?: string; readonly Type?: string };
    }[];
  };
}

export const bucketArn = (bucket: string): string => `arn:aws:s3:::${bucket}`;

function objectArn({ Bucket = '', Key = '' }: ObjectInput): string {
  return `${bucketArn(Bucket)}/${Key}`;
}

export function zoneArn(id: string): string {
  return `arn:aws:route53:::hostedzone/${id.slice(id.lastIndexOf('/') + 1)}`;
}

function clusterKey(input: ClusterInput, place: Place): Keys {
  return { 'ecs:cluster': arn('ecs', `cluster/${clusterName(input)}`, place) };
}

function within(
  type: 'task' | 'container-instance' | 'service',
  reference: string,
  input: ClusterInput,
  place: Place,
): string {
  if (reference.startsWith('arn:')) return reference;
  return arn('ecs', `${type}/${clusterName(input)}/${reference}`, place);
}

function clusterName({ cluster = 'default' }: ClusterInput): string {
  return cluster.slice(cluster.lastIndexOf('/') + 1);
}

function unique(values: readonly string[]): readonly string[] {
  return [...new Set(values)];
}
