import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { describe, expect, it } from 'vitest';
import { InvalidContextError, readConfig } from '../../infra/config.ts';
import { CDK_JSON, SUBNET_IDS, testApp, VPC_ID, ZONE_ID } from './synthesized.ts';

const config = (context: Readonly<Record<string, unknown>>) => readConfig(testApp(context).node);

describe('what is given', () => {
  it.each([
    { given: {}, config: { stackName: 'EcsServiceDiscoveryDns', props: {} } },
    { given: { stackName: 'Blue' }, config: { stackName: 'Blue', props: {} } },
    { given: { hostedZoneId: ZONE_ID }, config: { hostedZoneId: ZONE_ID } },
    { given: { hostedZoneName: 'shop.internal' }, config: { hostedZoneName: 'shop.internal' } },
    { given: { vpcId: VPC_ID }, config: { vpcId: VPC_ID } },
    { given: { privateSubnetIds: SUBNET_IDS.join(', ') }, config: { privateSubnetIds: SUBNET_IDS } },
    { given: { privateSubnetIds: SUBNET_IDS }, config: { privateSubnetIds: SUBNET_IDS } },
    {
      given: { clusters: 'shop,arn:aws:ecs:eu-west-1:123456789012:cluster/depot' },
      config: { clusters: ['shop', 'arn:aws:ecs:eu-west-1:123456789012:cluster/depot'] },
    },
    { given: { healthCheck: 'false' }, config: { props: { healthCheck: false } } },
    { given: { healthCheck: true }, config: { props: { healthCheck: true } } },
    { given: { healthCheckPath: '/health' }, config: { props: { healthCheckPath: '/health' } } },
    { given: { ownerLabel: 'blue' }, config: { props: { ownerLabel: 'blue' } } },
    { given: { deploymentId: 'blue' }, config: { props: { deploymentId: 'blue' } } },
    { given: { recordTtl: '0' }, config: { props: { recordTtl: Duration.seconds(0) } } },
    { given: { eventWindow: 5 }, config: { props: { eventWindow: Duration.seconds(5) } } },
    { given: { onUnhealthy: 'deregister-and-stop' }, config: { props: { onUnhealthy: 'deregister-and-stop' } } },
    { given: { beyondCapacity: 'spread' }, config: { props: { beyondCapacity: 'spread' } } },
    { given: { routing: 'multivalue' }, config: { props: { routing: 'multivalue' } } },
    { given: { guardMinimum: '20' }, config: { props: { guardMinimum: 20 } } },
    { given: { maxDeleteShare: '0.5' }, config: { props: { maxDeleteShare: 0.5 } } },
    { given: { minimumHealthyShare: 0 }, config: { props: { minimumHealthyShare: 0 } } },
    { given: { requestShare: '1' }, config: { props: { requestShare: 1 } } },
    { given: { outcomeRetention: '30' }, config: { props: { outcomeRetention: Duration.days(30) } } },
    { given: { logRetention: '7' }, config: { props: { logRetention: RetentionDays.ONE_WEEK } } },
    { given: { logRetention: 'forever' }, config: { props: { logRetention: RetentionDays.INFINITE } } },
    { given: { removalPolicy: 'destroy' }, config: { props: { removalPolicy: RemovalPolicy.DESTROY } } },
    { given: { tracingEnabled: 'true' }, config: { props: { tracingEnabled: true } } },
  ])('$given', ({ given, config: expected }) => {
    expect(config(given)).toMatchObject(expected);
  });

  it.each(['rate(1 minute)', 'cron(0 * * * ? *)'])('schedule %s', (schedule) => {
    const { props } = config({ schedule });

    expect(props.schedule?.expressionString).toBe(schedule);
  });
});

describe('what is refused', () => {
  it.each([
    {
      given: { hostedZoneId: '/hostedzone/Z1' },
      message:
        'hostedZoneId: got "/hostedzone/Z1", want the id of a private hosted zone alone, like Z0123456789ABCDEFGHIJ',
    },
    {
      given: { hostedZoneRoleArn: 'arn:aws:iam::123456789012:user/a' },
      message:
        'hostedZoneRoleArn: got "arn:aws:iam::123456789012:user/a", want the ARN of an IAM role, like arn:aws:iam::',
    },
    { given: { hostedZoneName: 'a..b' }, message: 'hostedZoneName: got "a..b", want the name of the hosted' },
    { given: { hostedZoneName: '.' }, message: 'hostedZoneName: got ".", want the name of the hosted' },
    { given: { vpcId: '' }, message: 'vpcId: got "", want the id of a VPC, like vpc-0123456789abcdef0' },
    {
      given: { privateSubnetIds: 'subnet-1;subnet-2' },
      message: 'privateSubnetIds: got "subnet-1;subnet-2", want ids',
    },
    { given: { clusters: 'a b' }, message: 'clusters: got "a b", want names or ARNs of ECS clusters, separated by' },
    { given: { healthCheck: 'off' }, message: 'healthCheck: got "off", want true or false' },
    { given: { recordTtl: '5s' }, message: 'recordTtl: got "5s", want whole seconds from 0 to 86400' },
    { given: { recordTtl: -1 }, message: 'recordTtl: got -1, want whole seconds from 0 to 86400' },
    {
      given: { maxDeleteShare: '30%' },
      message: 'maxDeleteShare: got "30%", want a share above 0 to 1, like 0.3 for 30 %',
    },
    { given: { maxDeleteShare: 30 }, message: 'maxDeleteShare: got 30, want a share above 0 to 1' },
    { given: { maxDeleteShare: Number.NaN }, message: 'maxDeleteShare: got NaN, want a share' },
    { given: { maxDeleteShare: '' }, message: 'maxDeleteShare: got "", want a share' },
    { given: { guardMinimum: ' 5' }, message: 'guardMinimum: got " 5", want a whole number, at least 1' },
    { given: { guardMinimum: '1e309' }, message: 'guardMinimum: got "1e309", want a whole number' },
    { given: { guardMinimum: '9'.repeat(400) }, message: 'want a whole number' },
    { given: { guardMinimum: Number.POSITIVE_INFINITY }, message: 'guardMinimum: got Infinity, want a whole number' },
    { given: { recordTtl: '86401' }, message: 'recordTtl: got "86401", want whole seconds from 0 to 86400' },
    { given: { ownerLabel: 'Blue' }, message: 'ownerLabel: got "Blue", want one label' },
    { given: { healthCheckPath: '' }, message: 'healthCheckPath: got "", want a path that begins with "/"' },
    { given: { schedule: '5 minutes' }, message: 'schedule: got "5 minutes", want one that repeats: a rate or a cron' },
    { given: { logRetention: '8' }, message: 'logRetention: got "8", want 1 or 3 or 5 or 7 or' },
    { given: { removalPolicy: 'toString' }, message: 'removalPolicy: got "toString", want retain or destroy' },
    { given: { stackName: '1st' }, message: 'stackName: got "1st", want letters, digits and "-", beginning with a' },
  ])('$message', ({ given, message }) => {
    const act = () => config(given);

    expect(act).toThrow(InvalidContextError);
    expect(act).toThrow(message);
  });

  it.each([
    { key: 'ownerlabel', says: 'context "ownerlabel" is none of ours, the nearest is ownerLabel' },
    { key: 'recordTTL', says: 'context "recordTTL" is none of ours, the nearest is recordTtl' },
    { key: 'record-ttl', says: 'the nearest is recordTtl' },
    { key: 'HostedZoneId', says: 'the nearest is hostedZoneId' },
    { key: 'alarmsEmail', says: 'the nearest is alarmEmail' },
    { key: 'cluster', says: 'the nearest is clusters' },
    { key: 'alarmTopic', says: 'the nearest is alarmTopicArn; known are stackName, hostedZoneId,' },
    { key: 'securityGroups', says: 'context "securityGroups" is none of ours, the nearest is' },
    { key: 'ttl', says: '; known are stackName,' },
    { key: 'constructor', says: 'context "constructor" is none of ours' },
    { key: 'x'.repeat(10_000), says: 'x…" is none of ours' },
  ])('an unknown key, with the near one: $says', ({ key, says }) => {
    const act = () => config({ [key]: 'x' });

    expect(act).toThrow(InvalidContextError);
    expect(act).toThrow(says);
  });

  it.each(Object.keys(CDK_JSON))('not the flag %s', (key) => {
    expect(() => config({ [key]: true })).not.toThrow();
  });

  it.each([
    'aws:cdk:enable-path-metadata',
    'aws-cdk:enableDiffNoFail',
    '@aws-cdk/core:newStyleStackSynthesis',
    'acknowledged-issue-numbers',
    'availability-zones:account=123456789012:region=eu-west-1',
    'vpc-provider:account=123456789012:filter.vpc-id=vpc-1:region=eu-west-1:returnAsymmetricSubnets=true',
    'hosted-zone:account=123456789012:domainName=shop.internal:region=eu-west-1',
    'ami:account=123456789012:filters.name.0=al2023:region=eu-west-1',
    'ssm:account=123456789012:parameterName=/a/b:region=eu-west-1',
    'security-group:account=123456789012:region=eu-west-1:securityGroupId=sg-1',
    '@acme/tags:team',
    'acme:team',
  ])('not what says whose it is: %s', (key) => {
    expect(() => config({ [key]: ['x'] })).not.toThrow();
  });

  it.each([
    { given: { ownerLabel: null }, message: 'ownerLabel: got null, want one label' },
    { given: { ownerLabel: true }, message: 'ownerLabel: got true, want one label' },
    { given: { ownerLabel: 5 }, message: /ownerLabel: got 5, want one label .*, as text$/ },
    { given: { ownerLabel: ['ecs'] }, message: 'ownerLabel: got ["ecs"], want one label' },
    { given: { deploymentId: { a: 1 } }, message: 'deploymentId: got an object, want letters' },
    { given: { healthCheck: 1 }, message: 'healthCheck: got 1, want true or false' },
    { given: { healthCheck: null }, message: 'healthCheck: got null, want true or false' },
    { given: { recordTtl: true }, message: 'recordTtl: got true, want whole seconds' },
    { given: { recordTtl: [5] }, message: 'recordTtl: got [5], want whole seconds' },
    { given: { recordTtl: { seconds: 5 } }, message: 'recordTtl: got an object, want whole seconds' },
    { given: { routing: ['simple'] }, message: 'routing: got ["simple"], want simple or' },
    { given: { clusters: [] }, message: 'clusters: got [], want names or ARNs' },
    { given: { clusters: [1, 2, 3, 4] }, message: 'clusters: got [1, 2, 3, …], want names or ARNs' },
    { given: { clusters: {} }, message: 'clusters: got an object, want names or ARNs' },
    { given: { ownerLabel: 'X'.repeat(10_000) }, message: 'XXX…", want one label' },
    {
      given: { alarmTopicArn: 'on-call' },
      message: 'alarmTopicArn: got "on-call", want the ARN of a standard SNS topic',
    },
    {
      given: { alarmTopicArn: 'arn:aws:sqs:eu-west-1:123456789012:on-call' },
      message: 'want the ARN of a standard SNS',
    },
    {
      given: { alarmTopicArn: 'arn:aws:sns:eu-west-1:123456789012:on-call.fifo' },
      message: 'want the ARN of a standard',
    },
    { given: { alarmEmail: 'on-call' }, message: 'alarmEmail: got "on-call", want one e-mail address' },
    { given: { alarmEmail: 'a@b.com,c@d.com' }, message: 'want one e-mail address, like on-call@example.com' },
    { given: { alarmEmail: 'On Call <a@b.com>' }, message: 'want one e-mail address' },
    { given: { alarmEmail: '' }, message: 'alarmEmail: got "", want one e-mail address' },
    {
      given: { alarmEmail: 'a@b.com', alarmTopicArn: 'arn:aws:sns:eu-west-1:123456789012:on-call' },
      message: 'alarmEmail: got "a@b.com" with alarmTopicArn, want one of both: subscribe the address to that topic',
    },
  ])('$message', ({ given, message }) => {
    expect(() => config(given)).toThrow(message);
  });

  it('names all faults at once', () => {
    const act = () => config({ vpcId: 'x', healthCheck: 'y' });

    expect(act).toThrow(/^invalid context: vpcId: got "x", .* \| healthCheck: got "y"/);
  });
});
