import { Duration, RemovalPolicy, type Stack } from 'aws-cdk-lib';
import type { Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import * as sns from 'aws-cdk-lib/aws-sns';
import { describe, expect, it } from 'vitest';
import type { ServiceDiscoveryProps } from '../../infra/index.ts';
import {
  discover,
  functionsOf,
  ofType,
  only,
  type PropsFrom,
  rendered,
  SUBNET_IDS,
  VPC_ID,
  ZONE_ID,
} from './synthesized.ts';

const OTHER_VPC = 'vpc-0fedcba9876543210';
const ZONE_ROLE = 'arn:aws:iam::210987654321:role/dns/zone';
const TOPIC = 'arn:aws:sns:eu-west-1:123456789012:on-call';
const CLUSTER = 'arn:aws:ecs:eu-west-1:123456789012:cluster/shop';

interface Case {
  readonly given: PropsFrom;
  /** What of the template the prop is for. */
  readonly says: (template: Template) => unknown;
  readonly byDefault: unknown;
  readonly changed: unknown;
}

/** One for every prop: the compiler sees to it. */
const CASES: Readonly<Record<keyof ServiceDiscoveryProps, Case>> = {
  hostedZone: {
    given: ({ stack }) => ({ hostedZone: otherZone(stack) }),
    says: variables('snapshot-zone', 'HOSTED_ZONE_ID', 'ZONE_NAME'),
    byDefault: [ZONE_ID, 'shop.internal'],
    changed: ['Z9876543210', 'other.internal'],
  },
  hostedZoneRole: {
    given: ({ stack }) => ({ hostedZoneRole: iam.Role.fromRoleArn(stack, 'ZoneRole', ZONE_ROLE) }),
    says: variables('snapshot-zone', 'HOSTED_ZONE_ROLE'),
    byDefault: [''],
    changed: [ZONE_ROLE],
  },
  hostedZoneExternalId: {
    given: ({ stack }) => ({
      hostedZoneRole: iam.Role.fromRoleArn(stack, 'ZoneRole', ZONE_ROLE),
      hostedZoneExternalId: 'of-the-shop',
    }),
    says: variables('apply-batch', 'HOSTED_ZONE_EXTERNAL_ID'),
    byDefault: [''],
    changed: ['of-the-shop'],
  },
  vpc: {
    given: ({ stack }) => ({ vpc: otherVpc(stack) }),
    says: variables('collect-tasks', 'CHECKER_VPC'),
    byDefault: [VPC_ID],
    changed: [OTHER_VPC],
  },
  vpcSubnets: {
    given: ({ vpc }) => ({ vpcSubnets: { subnets: vpc.privateSubnets.slice(1) } }),
    says: (template) => network(template)?.SubnetIds,
    byDefault: SUBNET_IDS,
    changed: SUBNET_IDS.slice(1),
  },
  securityGroups: {
    given: ({ stack }) => ({
      securityGroups: [ec2.SecurityGroup.fromSecurityGroupId(stack, 'Group', 'sg-0123456789abcdef0')],
    }),
    says: (template) => rendered(network(template)?.SecurityGroupIds),
    byDefault: '{ReconcilerCheckerSecurityGroup}',
    changed: 'sg-0123456789abcdef0',
  },
  clusters: {
    given: ({ stack }) => ({ clusters: [ecs.Cluster.fromClusterArn(stack, 'Cluster', CLUSTER)] }),
    says: variables('list-clusters', 'CLUSTERS'),
    byDefault: [''],
    changed: [CLUSTER],
  },
  healthCheck: {
    given: () => ({ healthCheck: false }),
    says: (template) => [
      ...variables('collect-tasks', 'HEALTH_CHECK', 'CHECKER_VPC')(template),
      network(template) !== undefined,
      ofType(template, 'AWS::EC2::SecurityGroup').length,
    ],
    byDefault: ['on', VPC_ID, true, 1],
    changed: ['off', '', false, 0],
  },
  ecsAnywhere: {
    given: () => ({ ecsAnywhere: true }),
    says: variables('collect-tasks', 'ECS_ANYWHERE'),
    byDefault: ['false'],
    changed: ['true'],
  },
  anywhereProbed: {
    given: () => ({ ecsAnywhere: true, anywhereProbed: true }),
    says: variables('collect-tasks', 'ANYWHERE_PROBED'),
    byDefault: ['false'],
    changed: ['true'],
  },
  healthCheckPath: {
    given: () => ({ healthCheckPath: '/health' }),
    says: variables('collect-tasks', 'HEALTH_CHECK_PATH'),
    byDefault: [''],
    changed: ['/health'],
  },
  ownerLabel: {
    given: () => ({ ownerLabel: 'blue' }),
    says: variables('plan-changes', 'OWNER_LABEL'),
    byDefault: ['ecs'],
    changed: ['blue'],
  },
  routing: {
    given: () => ({ routing: 'weighted' }),
    says: variables('plan-changes', 'ROUTING'),
    byDefault: ['simple'],
    changed: ['weighted'],
  },
  addressFamily: {
    given: () => ({ addressFamily: 'dualstack' }),
    says: variables('plan-changes', 'ADDRESS_FAMILY'),
    byDefault: [''],
    changed: ['dualstack'],
  },
  beyondCapacity: {
    given: () => ({ beyondCapacity: 'spread' }),
    says: variables('plan-changes', 'BEYOND_CAPACITY'),
    byDefault: ['leave-out'],
    changed: ['spread'],
  },
  deploymentId: {
    given: () => ({ deploymentId: 'blue' }),
    says: variables('plan-changes', 'DEPLOYMENT_ID', 'POWERTOOLS_SERVICE_NAME'),
    byDefault: ['{AccountId}/{Region}/Shop', 'Shop'],
    changed: ['{AccountId}/{Region}/blue', 'blue'],
  },
  recordTtl: {
    given: () => ({ recordTtl: Duration.minutes(1) }),
    says: variables('plan-changes', 'RECORD_TTL'),
    byDefault: ['5'],
    changed: ['60'],
  },
  publishTasks: {
    given: () => ({ publishTasks: 'services' }),
    says: (template) =>
      ['collect-tasks', 'verify-changes', 'start-run'].flatMap((of) => variables(of, 'PUBLISH_TASKS')(template)),
    byDefault: ['all', 'all', 'all'],
    changed: ['services', 'services', 'services'],
  },
  minimumTtl: {
    given: () => ({ minimumTtl: Duration.seconds(2) }),
    says: variables('plan-changes', 'MINIMUM_TTL'),
    byDefault: [''],
    changed: ['2'],
  },
  negativeTtl: {
    given: () => ({ negativeTtl: Duration.seconds(5) }),
    says: (template) => [
      ...variables('plan-changes', 'NEGATIVE_TTL')(template),
      JSON.stringify(template.toJSON()).includes('"UPSERT"'),
    ],
    byDefault: ['', false],
    changed: ['5', true],
  },
  schedule: {
    given: () => ({ schedule: ScheduleExpression.rate(Duration.minutes(1)) }),
    says: (template) => only(template, 'AWS::Scheduler::Schedule').Properties.ScheduleExpression,
    byDefault: 'rate(5 minutes)',
    changed: 'rate(1 minute)',
  },
  eventWindow: {
    given: () => ({ eventWindow: Duration.seconds(5) }),
    says: (template) => ['start-run', 'publish-outcome'].flatMap((step) => variables(step, 'EVENT_WINDOW')(template)),
    byDefault: ['2', '2'],
    changed: ['5', '5'],
  },
  maxDeleteShare: {
    given: () => ({ maxDeleteShare: 1 }),
    says: variables('plan-changes', 'MAX_DELETE_SHARE'),
    byDefault: ['0.3'],
    changed: ['1'],
  },
  guardMinimum: {
    given: () => ({ guardMinimum: 3 }),
    says: variables('plan-changes', 'GUARD_MINIMUM'),
    byDefault: ['10'],
    changed: ['3'],
  },
  minimumHealthyShare: {
    given: () => ({ minimumHealthyShare: 0 }),
    says: variables('plan-changes', 'MINIMUM_HEALTHY_SHARE'),
    byDefault: ['0.5'],
    changed: ['0'],
  },
  requestShare: {
    given: () => ({ requestShare: 0.25 }),
    says: variables('collect-tasks', 'REQUEST_SHARE'),
    byDefault: ['0.5'],
    changed: ['0.25'],
  },
  onUnhealthy: {
    given: () => ({ onUnhealthy: 'deregister-and-stop' }),
    says: variables('publish-outcome', 'ON_UNHEALTHY'),
    byDefault: ['deregister'],
    changed: ['deregister-and-stop'],
  },
  onDraining: {
    given: () => ({ onDraining: 'deregister' }),
    says: variables('plan-changes', 'ON_DRAINING'),
    byDefault: ['keep'],
    changed: ['deregister'],
  },
  publishPrimaryTaskSet: {
    given: () => ({ publishPrimaryTaskSet: true }),
    says: variables('collect-tasks', 'PUBLISH_PRIMARY_TASK_SET'),
    byDefault: ['false'],
    changed: ['true'],
  },
  blueGreen: {
    given: () => ({ blueGreen: true }),
    says: (template) => [
      functionsOf(template).has('shift-hook'),
      JSON.stringify(functionsOf(template).get('collect-tasks')?.environment.SHIFT_HOOK ?? ''),
    ],
    byDefault: [false, '""'],
    changed: [true, expect.stringContaining(':lambda:')],
  },
  alarmTopic: {
    given: ({ stack }) => ({ alarmTopic: sns.Topic.fromTopicArn(stack, 'Topic', TOPIC) }),
    says: (template) => [
      ...new Set(ofType(template, 'AWS::CloudWatch::Alarm').map(({ Properties }) => rendered(Properties.AlarmActions))),
    ],
    byDefault: ['undefined'],
    changed: [TOPIC],
  },
  dashboard: {
    given: () => ({ dashboard: false }),
    says: (template) => ofType(template, 'AWS::CloudWatch::Dashboard').length,
    byDefault: 1,
    changed: 0,
  },
  outcomeRetention: {
    given: () => ({ outcomeRetention: Duration.days(400) }),
    says: expirations,
    byDefault: { 'runs/': 7, 'outcomes/': 90, 'index/': 90, 'held/': 90 },
    changed: { 'runs/': 7, 'outcomes/': 400, 'index/': 400, 'held/': 400 },
  },
  logRetention: {
    given: () => ({ logRetention: logs.RetentionDays.ONE_WEEK }),
    says: (template) =>
      ofType(template, 'AWS::Logs::LogGroup').map(({ Properties: { RetentionInDays } }) => RetentionInDays),
    byDefault: Array(14).fill(30),
    changed: Array(14).fill(7),
  },
  removalPolicy: {
    given: () => ({ removalPolicy: RemovalPolicy.DESTROY }),
    says: (template) => only(template, 'AWS::S3::Bucket').DeletionPolicy,
    byDefault: 'RetainExceptOnCreate',
    changed: 'Delete',
  },
  tracingEnabled: {
    given: () => ({ tracingEnabled: true }),
    says: (template) => only(template, 'AWS::StepFunctions::StateMachine').Properties.TracingConfiguration,
    byDefault: { Enabled: false },
    changed: { Enabled: true },
  },
};

describe('each prop changes the template', () => {
  const byDefault = discover().synth();

  it.each(Object.entries(CASES))('%s', (_, { given, says, byDefault: before, changed: after }) => {
    const changed = discover(given).synth();

    expect(says(byDefault)).toEqual(before);
    expect(says(changed)).toEqual(after);
  });
});

function variables(step: string, ...names: readonly string[]) {
  return (template: Template) => names.map((name) => rendered(functionsOf(template).get(step)?.environment[name]));
}

function network(template: Template): Readonly<Record<string, unknown>> | undefined {
  return functionsOf(template).get('check-health')?.properties.VpcConfig as
    | Readonly<Record<string, unknown>>
    | undefined;
}

/** Days by folder of the run bucket; what is not here is kept for ever. */
function expirations(template: Template) {
  const { Rules } = only(template, 'AWS::S3::Bucket').Properties.LifecycleConfiguration as {
    Rules: readonly { Prefix?: string; ExpirationInDays?: number }[];
  };
  return Object.fromEntries(
    Rules.flatMap(({ Prefix, ExpirationInDays }) => (ExpirationInDays ? [[Prefix, ExpirationInDays]] : [])),
  );
}

function otherZone(stack: Stack) {
  return route53.HostedZone.fromHostedZoneAttributes(stack, 'Other', {
    hostedZoneId: 'Z9876543210',
    zoneName: 'other.internal',
  });
}

function otherVpc(stack: Stack) {
  return ec2.Vpc.fromVpcAttributes(stack, 'OtherVpc', {
    vpcId: OTHER_VPC,
    availabilityZones: ['a'],
    privateSubnetIds: ['subnet-0fedcba9876543210'],
    privateSubnetRouteTableIds: ['rtb-0fedcba9876543210'],
  });
}
