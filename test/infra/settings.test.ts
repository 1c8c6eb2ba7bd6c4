import { Duration, Fn, Lazy, RemovalPolicy, Token } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import * as sns from 'aws-cdk-lib/aws-sns';
import { describe, expect, it } from 'vitest';
import { PROPS } from '../../infra/given.ts';
import { InvalidPropsError } from '../../infra/index.ts';
import { settingsOf } from '../../infra/settings.ts';
import { type PropsFrom, surroundings } from './synthesized.ts';

const HERE = { env: { account: '123456789012', region: 'eu-west-1' } };
const settings = (props: PropsFrom) => {
  const around = surroundings(HERE);
  const { stack, hostedZone, vpc } = around;
  return settingsOf(stack, { hostedZone, vpc, ...props(around) });
};
const clusters =
  (...arns: readonly string[]): PropsFrom =>
  ({ stack }) => ({ clusters: arns.map((arn, index) => ecs.Cluster.fromClusterArn(stack, `Cluster${index}`, arn)) });
const zone =
  (hostedZoneId: string): PropsFrom =>
  ({ stack }) => ({
    hostedZone: route53.HostedZone.fromHostedZoneAttributes(stack, 'Other', { hostedZoneId, zoneName: 'a.internal' }),
  });
const arn = (name: string, place = 'eu-west-1:123456789012') => `arn:aws:ecs:${place}:cluster/${name}`;

const TOPIC = 'arn:aws:sns:eu-west-1:123456789012:on-call';
const topic =
  (topicArn: string): PropsFrom =>
  ({ stack }) => ({ alarmTopic: sns.Topic.fromTopicArn(stack, 'OnCall', topicArn) });

/** Of every type that a program may hand in. */
const VALUES = {
  'a number': 5,
  'a text': 'text',
  'an object': {},
  null: null,
  'a list': ['x'],
  'an empty list': [],
  true: true,
  'a function': () => 5,
  'a Duration': Duration.seconds(5),
  'a Duration that is known later': Duration.minutes(Token.asNumber({ Ref: 'A' })),
  'a schedule': ScheduleExpression.expression('rate(5 minutes)'),
  'a text that is known later': Token.asString({ Ref: 'A' }),
  'a number that is known later': Token.asNumber({ Ref: 'A' }),
  'a list that is known later': Token.asList({ Ref: 'A' }),
  'what is known later': Fn.getAtt('A', 'Arn'),
} as const;

/** What of these is right. */
const TAKEN: Readonly<Record<string, readonly string[]>> = {
  vpcSubnets: ['an object'],
  healthCheck: ['true'],
  ecsAnywhere: ['true'],
  blueGreen: ['true'],
  publishPrimaryTaskSet: ['true'],
  anywhereProbed: ['true'],
  healthCheckPath: ['a text that is known later'],
  ownerLabel: ['a text', 'a text that is known later'],
  deploymentId: ['a text', 'a text that is known later'],
  recordTtl: ['a Duration'],
  minimumTtl: ['a Duration'],
  negativeTtl: ['a Duration'],
  schedule: ['a schedule'],
  eventWindow: ['a Duration'],
  guardMinimum: ['a number'],
  dashboard: ['true'],
  logRetention: ['a number'],
  tracingEnabled: ['true'],
};

const zoneRole =
  (roleArn: string): PropsFrom =>
  () => ({ hostedZoneRole: { roleArn } as never });

describe('refuses, and says what was given and what is allowed', () => {
  it.each<{ props: PropsFrom; message: string }>([
    {
      props: ({ stack }) => ({
        hostedZone: new route53.PublicHostedZone(stack, 'Public', { zoneName: 'example.com' }),
      }),
      message: 'hostedZone: got the public hosted zone "example.com", want a private one',
    },
    {
      props: zone('/hostedzone/Z1'),
      message:
        'hostedZone.hostedZoneId: got "/hostedzone/Z1", want the id of a private hosted zone alone, like Z0123456789ABCDEFGHIJ',
    },
    {
      props: zoneRole('arn:aws:iam::210987654321:user/somebody'),
      message:
        'hostedZoneRole.roleArn: got "arn:aws:iam::210987654321:user/somebody", want the ARN of an IAM role, like arn:aws:iam::',
    },
    { props: zoneRole('zone'), message: 'hostedZoneRole.roleArn: got "zone", want the ARN of an IAM role' },
    {
      props: () => ({ hostedZoneRole: 'arn:aws:iam::210987654321:role/zone' as never }),
      message:
        'hostedZoneRole: got "arn:aws:iam::210987654321:role/zone", want a role of the zone\'s account, like iam.Role',
    },
    {
      props: () => ({ hostedZoneExternalId: 'of-the-shop' }),
      message: 'hostedZoneExternalId: got "of-the-shop" without hostedZoneRole, want both or none',
    },
    {
      props: (around) => ({ ...zoneRole('arn:aws:iam::210987654321:role/zone')(around), hostedZoneExternalId: 'a b' }),
      message: 'hostedZoneExternalId: got "a b", want 2 to 1224 letters, digits and characters of "_+=,.@:/-"',
    },
    {
      props: () => ({ healthCheck: false, healthCheckPath: '/health' }),
      message: 'healthCheckPath: got "/health" with healthCheck: false, want one of both',
    },
    {
      props: () => ({ healthCheckPath: 'health' }),
      message: 'healthCheckPath: got "health", want a path that begins with "/" and has no spaces, like /health',
    },
    { props: clusters(), message: 'clusters: got an empty list, want at least one, or no list for every cluster' },
    {
      props: clusters(arn('shop', 'us-east-1:123456789012')),
      message: `clusters: got ${arn('shop', 'us-east-1:123456789012')}, want clusters of this stack's account and Region, 123456789012 and eu-west-1`,
    },
    {
      props: clusters(arn('shop', 'eu-west-1:210987654321')),
      message: `clusters: got ${arn('shop', 'eu-west-1:210987654321')}, want clusters of this stack's`,
    },
    {
      props: clusters(...Array.from({ length: 60 }, (_, index) => arn(`cluster-${index}`))),
      message: 'clusters: got 60, want so few that their ARNs fit into 3000 characters, or no list for every cluster',
    },
    {
      props: () => ({ ownerLabel: 'my.label' }),
      message:
        'ownerLabel: got "my.label", want one label of lower-case letters, digits and "-", at most 63 characters',
    },
    { props: () => ({ ownerLabel: 'Blue' }), message: 'ownerLabel: got "Blue", want one label' },
    { props: () => ({ ownerLabel: 'a'.repeat(64) }), message: 'at most 63 characters' },
    {
      props: () => ({ deploymentId: 'a/b' }),
      message: 'deploymentId: got "a/b", want letters, digits, "_", "." and "-", at most 128 characters',
    },
    {
      props: () => ({ recordTtl: Duration.millis(1_500) }),
      message: 'recordTtl: got 1.5 seconds, want whole seconds from 0 to 86400',
    },
    { props: () => ({ recordTtl: Duration.days(2) }), message: 'recordTtl: got 172800 seconds' },
    {
      props: () => ({ eventWindow: Duration.seconds(0) }),
      message: 'eventWindow: got 0 seconds, want whole seconds from 1 to 60',
    },
    { props: () => ({ eventWindow: Duration.seconds(61) }), message: 'eventWindow: got 61 seconds' },
    {
      props: () => ({ schedule: ScheduleExpression.at(new Date('2030-01-01T00:00:00Z')) }),
      message: 'schedule: got "at(2030-01-01T00:00:00)", want one that repeats: a rate or a cron',
    },
    { props: () => ({ maxDeleteShare: 0 }), message: 'maxDeleteShare: got 0, want a share above 0 to 1' },
    {
      props: () => ({ onUnhealthy: 'stop' as 'deregister' }),
      message: 'onUnhealthy: got "stop", want deregister or deregister-and-stop',
    },
    {
      props: () => ({ routing: 'latency' as 'simple' }),
      message: 'routing: got "latency", want simple or weighted or multivalue',
    },
    {
      props: () => ({ beyondCapacity: 'more' as 'spread' }),
      message: 'beyondCapacity: got "more", want leave-out or spread',
    },
    {
      props: () => ({ beyondCapacity: 'spread', routing: 'weighted' }),
      message: 'beyondCapacity: got "spread" with routing: "weighted", want routing: "simple"',
    },
    { props: () => ({ guardMinimum: 0 }), message: 'guardMinimum: got 0, want a whole number, at least 1' },
    { props: () => ({ guardMinimum: Number.POSITIVE_INFINITY }), message: 'guardMinimum: got Infinity, want a whole' },
    { props: () => ({ guardMinimum: '10' as never }), message: 'guardMinimum: got "10", want a whole number' },
    { props: () => ({ maxDeleteShare: '0.3' as never }), message: 'maxDeleteShare: got "0.3", want a share' },
    { props: () => ({ maxDeleteShare: null as never }), message: 'maxDeleteShare: got null, want a share' },
    { props: () => ({ maxDeleteShare: 30 }), message: 'maxDeleteShare: got 30, want a share above 0 to 1, like 0.3' },
    {
      props: () => ({ recordTtl: 5 as never }),
      message: 'recordTtl: got 5, want whole seconds from 0 to 86400, as a Duration',
    },
    { props: () => ({ recordTtl: null as never }), message: 'recordTtl: got null, want whole seconds from' },
    { props: () => ({ dashboard: 'false' as never }), message: 'dashboard: got "false", want true or false' },
    { props: () => ({ healthCheck: 'false' as never }), message: 'healthCheck: got "false", want true or false' },
    { props: () => ({ healthCheckPath: '' }), message: 'healthCheckPath: got "", want a path that begins with "/"' },
    { props: () => ({ schedule: {} as never }), message: 'schedule: got an object, want one that repeats' },
    { props: () => ({ removalPolicy: RemovalPolicy.SNAPSHOT }), message: 'removalPolicy: got "snapshot", want retain' },
    { props: () => ({ logRetention: 8 as never }), message: 'logRetention: got 8 days, want 1 or 3 or 5 or 7 or' },
    {
      props: () => ({ guardMinimum: Token.asNumber({ Ref: 'Count' }) }),
      message: 'guardMinimum: got a token, want what is known when the template is made: a whole number, at least 1',
    },
    { props: () => ({ recordTtl: Duration.seconds(Lazy.number({ produce: () => 5 })) }), message: 'got a token' },
    {
      props: () => ({ onUnhealthy: Token.asString({ Ref: 'Policy' }) as never }),
      message: 'onUnhealthy: got a token, want what is known when the template is made: deregister or',
    },
    { props: () => ({ guardMinimum: 2.5 }), message: 'guardMinimum: got 2.5' },
    { props: () => ({ maxDeleteShare: 1.1 }), message: 'maxDeleteShare: got 1.1' },
    { props: () => ({ maxDeleteShare: Number.NaN }), message: 'maxDeleteShare: got NaN' },
    {
      props: () => ({ minimumHealthyShare: -0.1 }),
      message: 'minimumHealthyShare: got -0.1, want a share from 0 to 1',
    },
    { props: () => ({ minimumHealthyShare: 50 }), message: 'minimumHealthyShare: got 50' },
    { props: () => ({ requestShare: 0 }), message: 'requestShare: got 0, want a share above 0 to 1' },
    { props: () => ({ requestShare: 2 }), message: 'requestShare: got 2' },
    {
      props: () => ({ outcomeRetention: Duration.hours(36) }),
      message: 'outcomeRetention: got 1.5 days, want whole days, at least 1',
    },
    { props: () => ({ outcomeRetention: Duration.days(0) }), message: 'outcomeRetention: got 0 days' },
  ])('$message', ({ props, message }) => {
    const act = () => settings(props);

    expect(act).toThrow(InvalidPropsError);
    expect(act).toThrow(message);
  });

  it.each<{ props: PropsFrom; message: string }>([
    { props: topic(`${TOPIC}.fifo`), message: `alarmTopic: got the FIFO topic ${TOPIC}.fifo, want a standard one` },
    {
      props: topic('arn:aws:sqs:eu-west-1:123456789012:a'),
      message: 'alarmTopic: got "arn:aws:sqs:eu-west-1:123456789012:a", want the ARN',
    },
    {
      props: topic(TOPIC.replace('eu-west-1', 'us-east-1')),
      message: "alarmTopic: got a topic of us-east-1, want one of this stack's Region, eu-west-1",
    },
    {
      props: ({ stack }) => ({
        alarmTopic: new sns.Topic(stack, 'OnCall', {
          masterKey: kms.Alias.fromAliasName(stack, 'Key', 'alias/aws/sns'),
        }),
      }),
      message: 'alarmTopic: got a topic that alias/aws/sns encrypts, which lets no alarm in, want one without a key',
    },
    {
      props: ({ stack }) => ({ alarmTopic: new sns.Topic(stack, 'OnCall', { fifo: true }) }),
      message: 'got the FIFO topic',
    },
    { props: () => ({ alarmTopic: TOPIC as never }), message: `alarmTopic: got "${TOPIC}", want a standard SNS topic` },
    {
      props: () => ({ schedule: 'rate(5 minutes)' as never }),
      message: 'schedule: got "rate(5 minutes)", want one that',
    },
    { props: () => ({ logRetention: 'forever' as never }), message: 'logRetention: got "forever", want 1 or 3' },
    {
      props: () => ({ ownerLabel: Duration.seconds(5) as never }),
      message: 'ownerLabel: got Duration.seconds(5), want one',
    },
    {
      props: ({ vpc }) => ({ vpcSubnets: vpc.privateSubnets as never }),
      message: 'vpcSubnets: got [an object of Import',
    },
    { props: () => ({ securityGroups: [] }), message: 'securityGroups: got an empty list, want at least one' },
  ])('$message', ({ props, message }) => {
    const act = () => settings(props);

    expect(act).toThrow(InvalidPropsError);
    expect(act).toThrow(message);
  });

  it.each([
    { props: { recordTTL: 5 }, message: 'prop "recordTTL" is none of ours, the nearest is recordTtl' },
    { props: { securityGroup: [] }, message: 'prop "securityGroup" is none of ours, the nearest is securityGroups' },
    { props: { env: {} }, message: 'prop "env" is none of ours, the nearest is' },
    { props: { stackName: 'a', tll: 1 }, message: ' | prop "tll" is none of ours' },
    { props: { alarmEmail: 'a@b.com' }, message: 'prop "alarmEmail" is none of ours' },
  ])('unknown props: $message', ({ props, message }) => {
    const act = () => settings(() => props as never);

    expect(act).toThrow(InvalidPropsError);
    expect(act).toThrow(message);
  });

  it.each([undefined, null, 'props', []])('no props at all: %j', (props) => {
    expect(() => settingsOf(surroundings().stack, props as never)).toThrow(/^props: got .*, want an object, like/);
  });

  it.each(PROPS.flatMap((prop) => Object.keys(VALUES).map((value) => ({ prop, value }))))(
    '$prop with $value by its name, or takes it',
    ({ prop, value }) => {
      const act = () => settings(() => ({ [prop]: VALUES[value as keyof typeof VALUES] }));

      if ((TAKEN[prop] ?? []).includes(value)) expect(act).not.toThrow();
      else expect(act).toThrow(new RegExp(`^${prop}: got .+, want .+`));
    },
  );

  it('health checks without a VPC', () => {
    const { stack, hostedZone } = surroundings();

    expect(() => settingsOf(stack, { hostedZone })).toThrow(
      'vpc: got none, want the VPC to probe instances from, or healthCheck: false',
    );
  });
});

describe('accepts', () => {
  it.each<{ name: string; props: PropsFrom }>([
    { name: 'a bucket that is kept in any case', props: () => ({ removalPolicy: RemovalPolicy.RETAIN }) },
    { name: 'an owner label that is known later', props: () => ({ ownerLabel: Token.asString({ Ref: 'Label' }) }) },
    { name: 'a TTL of 0', props: () => ({ recordTtl: Duration.seconds(0) }) },
    { name: 'a TTL of one day', props: () => ({ recordTtl: Duration.days(1) }) },
    { name: 'a window of one minute', props: () => ({ eventWindow: Duration.minutes(1) }) },
    { name: 'a share of 1', props: () => ({ maxDeleteShare: 1 }) },
    { name: 'no minimum of healthy instances', props: () => ({ minimumHealthyShare: 0 }) },
    { name: 'clusters of this account and Region', props: clusters(arn('shop')) },
    {
      name: 'a zone that the same stack creates',
      props: ({ stack, vpc }) => ({
        hostedZone: new route53.PrivateHostedZone(stack, 'Own', { zoneName: 'own.internal', vpc }),
      }),
    },
    {
      name: 'a cluster that the same stack creates',
      props: ({ stack }) => ({
        clusters: [ecs.Cluster.fromClusterArn(stack, 'Own', new ecs.CfnCluster(stack, 'Cluster').attrArn)],
      }),
    },
  ])('$name', ({ props }) => {
    expect(() => settings(props)).not.toThrow();
  });

  it('neither VPC nor path where nothing is probed', () => {
    const { stack, hostedZone } = surroundings();

    const { network, healthCheckPath } = settingsOf(stack, { hostedZone, healthCheck: false });

    expect({ network, healthCheckPath }).toEqual({ network: undefined, healthCheckPath: undefined });
  });
});
