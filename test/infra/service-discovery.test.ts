import { Duration, NestedStack, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { describe, expect, it } from 'vitest';
import { ALARMS } from '../../infra/alarms.ts';
import { ServiceDiscovery } from '../../infra/index.ts';
import { CDK_JSON, discover, ofType, testApp } from './synthesized.ts';

describe('what the construct gives', () => {
  it('connects services with the health checker', () => {
    const { discovery, stack, vpc, synth } = discover();
    const service = new ec2.SecurityGroup(stack, 'Service', { vpc });

    service.connections.allowFrom(discovery, ec2.Port.allTcp(), 'health checks');

    synth().hasResourceProperties('AWS::EC2::SecurityGroupIngress', {
      GroupId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Service'), 'GroupId'] },
      SourceSecurityGroupId: { 'Fn::GetAtt': [Match.stringLikeRegexp('CheckerSecurityGroup'), 'GroupId'] },
    });
  });

  it.each([
    { row: 'services and discovery in two stacks', context: {} },
    { row: 'the same with the flags of cdk.json', context: CDK_JSON },
  ])('lets the checker in from its own side: $row', ({ context }) => {
    const app = testApp(context);
    const [shop, discoveryStack] = [new Stack(app, 'Shop'), new Stack(app, 'Discovery')];
    const vpc = new ec2.Vpc(shop, 'Vpc', { natGateways: 0 }) as ec2.IVpc;
    const cluster = new ecs.Cluster(shop, 'Cluster', { vpc }) as ecs.ICluster;
    const service = new ec2.SecurityGroup(shop, 'Service', { vpc });
    const hostedZone = new route53.PrivateHostedZone(shop, 'Zone', { zoneName: 'shop.internal', vpc });
    const discovery = new ServiceDiscovery(discoveryStack, 'Discovery', { hostedZone, vpc, clusters: [cluster] });

    discovery.connections.allowTo(service, ec2.Port.tcp(8080), 'health checks');

    const template = Template.fromStack(discoveryStack);
    template.hasResourceProperties('AWS::EC2::SecurityGroupIngress', {
      FromPort: 8080,
      GroupId: Match.not({ 'Fn::GetAtt': Match.anyValue() }),
      SourceSecurityGroupId: { 'Fn::GetAtt': [Match.stringLikeRegexp('CheckerSecurityGroup'), 'GroupId'] },
    });
    Template.fromStack(shop).resourceCountIs('AWS::EC2::SecurityGroupIngress', 0);
    expect(shop.dependencies).toEqual([]);
  });

  it('says why there is nothing to connect without health checks', () => {
    const { discovery } = discover(() => ({ healthCheck: false }));

    expect(() => discovery.connections).toThrow('connections: got healthCheck: false, want health checks on');
  });

  it('grants the start of a run and nothing more', () => {
    const { discovery, stack, synth } = discover();
    const operator = new iam.Role(stack, 'Operator', { assumedBy: new iam.AccountRootPrincipal() });

    discovery.grantStartReconcile(operator);

    synth().hasResourceProperties('AWS::IAM::Policy', {
      Roles: [{ Ref: Match.stringLikeRegexp('^Operator') }],
      PolicyDocument: {
        Statement: [
          {
            Effect: 'Allow',
            Action: 'states:StartExecution',
            Resource: { Ref: Match.stringLikeRegexp('StateMachine') },
          },
        ],
      },
    });
  });

  it('adds an action to every alarm', () => {
    const { discovery, synth } = discover();

    discovery.addAlarmAction({ bind: () => ({ alarmActionArn: 'arn:aws:sns:eu-west-1:123456789012:operators' }) });

    const alarms = ofType(synth(), 'AWS::CloudWatch::Alarm');
    expect(alarms).toHaveLength(Object.keys(ALARMS).length);
    for (const { Properties } of alarms) {
      expect(Properties.AlarmActions).toEqual(['arn:aws:sns:eu-west-1:123456789012:operators']);
    }
  });

  it('alarms people when removals are held, by the metric of this deployment', () => {
    const template = discover().synth();

    const held = ofType(template, 'AWS::CloudWatch::Alarm').find(
      ({ Properties }) => Properties.MetricName === 'RemovalsHeld',
    );
    expect(held?.Properties).toMatchObject({
      Namespace: 'EcsServiceDiscoveryDns',
      Dimensions: [{ Name: 'service', Value: 'Shop' }],
      Statistic: 'Maximum',
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    });
  });

  it('takes the name of the deployed stack: that of a nested one changes when it is replaced', () => {
    const nested = new NestedStack(new Stack(testApp(), 'Shop'), 'Nested');
    const hostedZone = route53.HostedZone.fromHostedZoneAttributes(nested, 'Zone', {
      hostedZoneId: 'Z1',
      zoneName: 'shop.internal',
    });

    const discovery = new ServiceDiscovery(nested, 'Discovery', { hostedZone, healthCheck: false });

    expect(discovery.deploymentId).toBe('Shop');
  });

  it('refuses a second one under the same deployment id in a stack', () => {
    const { stack, hostedZone, vpc } = discover();

    const second = (deploymentId?: string) =>
      new ServiceDiscovery(stack, `Second${deploymentId}`, { hostedZone, vpc, ...(deploymentId && { deploymentId }) });

    expect(() => second()).toThrow(
      'deploymentId: got "Shop" for a second ServiceDiscovery, want one of its own for each',
    );
    expect(second('other').deploymentId).toBe('other');
  });
});

describe('metrics', () => {
  const { discovery } = discover();

  it.each([
    [discovery.metricRunsInSync(), 'RunsInSync', 'Sum'],
    [discovery.metricFullRunsInSync(), 'FullRunsInSync', 'Sum'],
    [discovery.metricRunsHeld(), 'RunsHeld', 'Sum'],
    [discovery.metricRunsFailed(), 'RunsFailed', 'Sum'],
    [discovery.metricInstancesPublished(), 'InstancesPublished', 'Maximum'],
    [discovery.metricInstancesHeldByPanic(), 'InstancesHeldByPanic', 'Maximum'],
    [discovery.metricInstancesOverCapacity(), 'InstancesOverCapacity', 'Maximum'],
    [discovery.metricRemovalsHeld(), 'RemovalsHeld', 'Maximum'],
    [discovery.metricProberSuspected(), 'ProberSuspected', 'Maximum'],
    [discovery.metricChangesApplied(), 'ChangesApplied', 'Sum'],
    [discovery.metricNamesMoved(), 'NamesMoved', 'Sum'],
    [discovery.metricNamesQuarantined(), 'NamesQuarantined', 'Maximum'],
    [discovery.metricNamesInConflict(), 'NamesInConflict', 'Maximum'],
    [discovery.metricEventsQueued(), 'EventsQueued', 'Sum'],
    [discovery.metricEventLatency(), 'EventLatency', 'p90'],
    [discovery.metricCallsThrottled(), 'CallsThrottled', 'Sum'],
  ] as const)('%# is read where the functions count it', (metric, name, statistic) => {
    expect(metric).toMatchObject({
      namespace: 'EcsServiceDiscoveryDns',
      metricName: name,
      dimensions: { service: 'Shop' },
      statistic,
      period: Duration.minutes(5),
    });
  });

  it('takes options', () => {
    const metric = discovery.metric('RunsFailed', { period: Duration.minutes(1), statistic: cloudwatch.Stats.MAXIMUM });

    expect(metric).toMatchObject({ metricName: 'RunsFailed', period: Duration.minutes(1), statistic: 'Maximum' });
  });
});
