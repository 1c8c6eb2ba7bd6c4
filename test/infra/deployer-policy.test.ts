import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { wholeTemplate } from '../../infra/whole-template.ts';
import type { Resource } from './synthesized.ts';

interface Statement {
  readonly Sid: string;
  readonly Action: readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: unknown;
}
const policy: { readonly Statement: readonly Statement[] } = JSON.parse(
  readFileSync('docs/deployer-policy.json', 'utf8'),
);
const granted = policy.Statement.flatMap(({ Action }) => Action);

const all = (service: string, names: string) => names.split(' ').map((name) => `${service}:${name}`);
const TAGS = 'TagResource UntagResource ListTagsForResource';

/**
 * What CloudFormation calls in the name of whoever deploys, to make, read, change and delete a resource of each type: the
 * `handlers` of its schema in the CloudFormation registry, as far as the template uses what they are for.
 */
const HANDLERS: Readonly<Record<string, readonly string[]>> = {
  'AWS::CloudWatch::Alarm': all('cloudwatch', `PutMetricAlarm DescribeAlarms DeleteAlarms ${TAGS}`),
  'AWS::CloudWatch::Dashboard': all('cloudwatch', 'PutDashboard GetDashboard DeleteDashboards'),
  'AWS::EC2::SecurityGroup': all(
    'ec2',
    'CreateSecurityGroup DeleteSecurityGroup DescribeSecurityGroups AuthorizeSecurityGroupEgress RevokeSecurityGroupEgress AuthorizeSecurityGroupIngress RevokeSecurityGroupIngress CreateTags DeleteTags DescribeNetworkInterfaces',
  ),
  'AWS::Events::Rule': all(
    'events',
    `PutRule DescribeRule DeleteRule PutTargets RemoveTargets ListTargetsByRule ${TAGS}`,
  ),
  'AWS::IAM::Policy': all('iam', 'PutRolePolicy GetRolePolicy DeleteRolePolicy'),
  'AWS::IAM::Role': all(
    'iam',
    'CreateRole GetRole UpdateRole UpdateRoleDescription UpdateAssumeRolePolicy DeleteRole TagRole UntagRole ListRolePolicies ListAttachedRolePolicies GetRolePolicy',
  ),
  'AWS::Lambda::EventInvokeConfig': all(
    'lambda',
    'PutFunctionEventInvokeConfig GetFunctionEventInvokeConfig UpdateFunctionEventInvokeConfig DeleteFunctionEventInvokeConfig',
  ),
  'AWS::Lambda::Function': [
    ...all(
      'lambda',
      'CreateFunction GetFunction GetFunctionConfiguration GetFunctionCodeSigningConfig GetFunctionRecursionConfig GetRuntimeManagementConfig UpdateFunctionCode UpdateFunctionConfiguration DeleteFunction TagResource UntagResource ListTags',
    ),
    ...all('ec2', 'DescribeSecurityGroups DescribeSubnets DescribeVpcs'),
    's3:GetObject',
    'iam:PassRole',
  ],
  'AWS::Lambda::Permission': all('lambda', 'AddPermission GetPolicy RemovePermission'),
  'AWS::Logs::LogGroup': all(
    'logs',
    `CreateLogGroup DescribeLogGroups DeleteLogGroup PutRetentionPolicy DeleteRetentionPolicy GetDataProtectionPolicy DescribeIndexPolicies ${TAGS}`,
  ),
  'AWS::S3::Bucket': all(
    's3',
    'CreateBucket DeleteBucket GetBucketLocation GetBucketVersioning PutBucketVersioning GetBucketTagging PutBucketTagging GetBucketPublicAccessBlock PutBucketPublicAccessBlock GetBucketOwnershipControls PutBucketOwnershipControls GetEncryptionConfiguration PutEncryptionConfiguration GetLifecycleConfiguration PutLifecycleConfiguration',
  ),
  'AWS::S3::BucketPolicy': all('s3', 'GetBucketPolicy PutBucketPolicy DeleteBucketPolicy'),
  'AWS::SNS::Subscription': all(
    'sns',
    'Subscribe Unsubscribe GetSubscriptionAttributes SetSubscriptionAttributes ListSubscriptionsByTopic',
  ),
  'AWS::SNS::Topic': all(
    'sns',
    `CreateTopic DeleteTopic GetTopicAttributes SetTopicAttributes Subscribe Unsubscribe ListSubscriptionsByTopic GetDataProtectionPolicy ${TAGS}`,
  ),
  'AWS::SNS::TopicPolicy': all('sns', 'SetTopicAttributes'),
  'AWS::SQS::Queue': all(
    'sqs',
    'CreateQueue DeleteQueue GetQueueAttributes SetQueueAttributes GetQueueUrl ListQueueTags TagQueue UntagQueue',
  ),
  'AWS::SQS::QueuePolicy': all('sqs', 'SetQueueAttributes GetQueueAttributes'),
  'AWS::Scheduler::Schedule': [
    ...all('scheduler', 'CreateSchedule GetSchedule UpdateSchedule DeleteSchedule'),
    'iam:PassRole',
  ],
  'AWS::StepFunctions::StateMachine': [
    ...all('states', `CreateStateMachine DescribeStateMachine UpdateStateMachine DeleteStateMachine ${TAGS}`),
    'iam:PassRole',
  ],
};

/** What the types of the template's parameters are checked by. */
const PARAMETERS: Readonly<Record<string, readonly string[]>> = {
  'AWS::EC2::VPC::Id': ['ec2:DescribeVpcs'],
  'List<AWS::EC2::Subnet::Id>': ['ec2:DescribeSubnets'],
  'AWS::Route53::HostedZone::Id': all('route53', 'GetHostedZone ListHostedZones'),
};

/** Of the stack itself, and of the bucket that it is launched from. */
const LAUNCHING = [
  ...all(
    'cloudformation',
    'CreateStack UpdateStack DeleteStack DescribeStacks DescribeStackEvents DescribeStackResources GetTemplate GetTemplateSummary ValidateTemplate CreateChangeSet DescribeChangeSet ExecuteChangeSet DeleteChangeSet',
  ),
  ...all('s3', 'GetObject ListBucket PutObject'),
];

interface Whole {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Parameters: Readonly<Record<string, { readonly Type: string }>>;
}
const template = (context: Readonly<Record<string, string>>) => wholeTemplate(context) as Whole;

describe.each([
  { of: 'the defaults', made: template({}) },
  { of: 'more settings', made: template({ tracingEnabled: 'true', removalPolicy: 'destroy', negativeTtl: '5' }) },
])('the policy of a deployer, with $of', ({ made }) => {
  const types = [...new Set(Object.values(made.Resources).map(({ Type }) => Type))].sort();

  it.each(types)('is enough for each %s', (type) => {
    expect(HANDLERS[type], `docs/deployer-policy.json has to know ${type}`).toBeDefined();
    expect(HANDLERS[type]?.filter((action) => !granted.includes(action))).toEqual([]);
  });

  it('is enough for the parameters', () => {
    const asked = Object.values(made.Parameters).flatMap(({ Type }) => PARAMETERS[Type] ?? []);

    expect(asked.filter((action) => !granted.includes(action))).toEqual([]);
  });
});

describe('the policy of a deployer', () => {
  it('grants nothing that nothing needs', () => {
    const needed = new Set([...Object.values(HANDLERS), ...Object.values(PARAMETERS), LAUNCHING].flat());

    expect(granted.filter((action) => !needed.has(action))).toEqual([]);
    expect(granted.filter((action) => action.includes('*'))).toEqual([]);
  });

  it('is enough to launch', () => {
    expect(LAUNCHING.filter((action) => !granted.includes(action))).toEqual([]);
  });

  it('hands roles of the stack to the services that take them, and to no other', () => {
    const passing = policy.Statement.filter(({ Action }) => Action.includes('iam:PassRole'));
    const trusted = Object.values(template({}).Resources).flatMap(({ Type, Properties }) => {
      if (Type !== 'AWS::IAM::Role') return [];
      const { Statement } = Properties.AssumeRolePolicyDocument as { Statement: { Principal: { Service: string } }[] };
      return Statement.map(({ Principal }) => Principal.Service);
    });

    expect(passing).toEqual([
      expect.objectContaining({
        Action: ['iam:PassRole'],
        Resource: 'arn:aws:iam::*:role/EcsServiceDiscoveryDns-*',
        Condition: { StringEquals: { 'iam:PassedToService': [...new Set(trusted)].sort() } },
      }),
    ]);
  });

  it('reaches roles of the stack only', () => {
    const roles = policy.Statement.filter(({ Action }) => Action.some((action) => action.startsWith('iam:')));

    expect(new Set(roles.map(({ Resource }) => Resource))).toEqual(
      new Set(['arn:aws:iam::*:role/EcsServiceDiscoveryDns-*']),
    );
  });

  it('fits into a managed policy', () => {
    // 6,144 characters without white space (IAM quotas).
    expect(JSON.stringify(policy).replaceAll(/\s/g, '').length).toBeLessThanOrEqual(6_144);
  });
});
