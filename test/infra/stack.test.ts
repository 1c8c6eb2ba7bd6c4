import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { afterEach, describe, expect, it } from 'vitest';
import { readConfig } from '../../infra/config.ts';
import { OUTPUTS } from '../../infra/outputs.ts';
import { ServiceDiscoveryStack } from '../../infra/stack.ts';
import { CDK_JSON, functionsOf, only, rendered, SUBNET_IDS, testApp, VPC_ID, ZONE_ID } from './synthesized.ts';

const IDS = { hostedZoneId: ZONE_ID, hostedZoneName: 'shop.internal', vpcId: VPC_ID, privateSubnetIds: SUBNET_IDS };
const SHIFT = ['ShiftHookArn', 'ShiftHookRoleArn'];
const stackOf = (context: Readonly<Record<string, unknown>> = {}) => {
  const app = testApp({ ...CDK_JSON, ...context });
  return new ServiceDiscoveryStack(app, readConfig(app.node));
};
const templateOf = (context: Readonly<Record<string, unknown>> = {}) => Template.fromStack(stackOf(context));
const parametersOf = (template: Template) =>
  Object.entries(template.toJSON().Parameters ?? {}).filter(([name]) => name !== 'BootstrapVersion') as [
    string,
    { Description?: string; Default?: unknown },
  ][];
const network = (template: Template) => functionsOf(template).get('check-health')?.properties.VpcConfig;
const variable = (template: Template, step: string, name: string) =>
  rendered(functionsOf(template).get(step)?.environment[name]);

describe('without any context', () => {
  const template = templateOf();

  it('asks for each id by a parameter without a default, and says what it is', () => {
    const parameters = parametersOf(template);

    expect(parameters.map(([name]) => name).sort()).toEqual([
      'HostedZoneId',
      'HostedZoneName',
      'PrivateSubnetIds',
      'VpcId',
    ]);
    for (const [, { Default, Description }] of parameters) {
      expect(Default).toBeUndefined();
      expect(Description?.length).toBeGreaterThan(30);
    }
  });

  it('uses what the parameters are given', () => {
    expect(network(template)).toMatchObject({ SubnetIds: { Ref: 'PrivateSubnetIds' } });
    expect(only(template, 'AWS::EC2::SecurityGroup').Properties.VpcId).toEqual({ Ref: 'VpcId' });
    expect(variable(template, 'snapshot-zone', 'HOSTED_ZONE_ID')).toBe('{HostedZoneId}');
    expect(variable(template, 'snapshot-zone', 'ZONE_NAME')).toBe('{HostedZoneName}');
    expect(variable(template, 'collect-tasks', 'CHECKER_VPC')).toBe('{VpcId}');
  });

  it('says where people find what it made', () => {
    const outputs = template.findOutputs('*', { Value: Match.anyValue(), Description: Match.anyValue() });

    const always = Object.keys(OUTPUTS).filter((name) => name !== 'AlarmTopicArn' && !SHIFT.includes(name));
    expect(Object.keys(outputs).sort()).toEqual(always.sort());
  });

  it.each([
    { context: { healthCheck: 'false' }, without: ['CheckerSecurityGroupId', 'AlarmTopicArn', ...SHIFT] },
    { context: { dashboard: 'false' }, without: ['DashboardName', 'AlarmTopicArn', ...SHIFT] },
    { context: { blueGreen: 'true' }, without: ['AlarmTopicArn'] },
    { context: { alarmEmail: 'on-call@example.com' }, without: SHIFT },
    { context: { alarmTopicArn: 'arn:aws:sns:eu-west-1:123456789012:on-call' }, without: SHIFT },
  ])('and of what there is no more than that: $context', ({ context, without }) => {
    const found = Object.keys(templateOf(context).findOutputs('*'));

    expect(
      Object.keys(OUTPUTS)
        .filter((name) => !found.includes(name))
        .sort(),
    ).toEqual(without.toSorted());
  });
});

describe('with context', () => {
  const template = templateOf({ ...IDS, clusters: 'shop,arn:aws:ecs:eu-west-1:123456789012:cluster/depot' });

  it('asks for nothing', () => {
    expect(parametersOf(template)).toEqual([]);
  });

  it('uses what it was given', () => {
    expect(network(template)).toMatchObject({ SubnetIds: SUBNET_IDS });
    expect(variable(template, 'snapshot-zone', 'HOSTED_ZONE_ID')).toBe(ZONE_ID);
    expect(variable(template, 'snapshot-zone', 'ZONE_NAME')).toBe('shop.internal');
    expect(variable(template, 'collect-tasks', 'CHECKER_VPC')).toBe(VPC_ID);
  });

  it('takes clusters by name, of this account and Region, and by ARN', () => {
    expect(variable(template, 'list-clusters', 'CLUSTERS').split(',')).toEqual([
      'arn:{Partition}:ecs:{Region}:{AccountId}:cluster/shop',
      'arn:aws:ecs:eu-west-1:123456789012:cluster/depot',
    ]);
  });

  it.each([17, 30])('takes %i clusters by name', (count) => {
    const names = Array.from({ length: count }, (_, index) => `cluster-number-${index}`);
    const many = templateOf({ ...IDS, clusters: names.join(',') });

    expect(variable(many, 'list-clusters', 'CLUSTERS').split(',')).toEqual(
      names.map((name) => `arn:{Partition}:ecs:{Region}:{AccountId}:cluster/${name}`),
    );
    expect(variable(many, 'start-run', 'CLUSTERS').split(',')).toHaveLength(count);
  });

  it.each([
    { name: 'internal', fits: true },
    { name: 'internal.', fits: true },
    { name: 'shop.internal', fits: true },
    { name: '', fits: false },
    { name: '.', fits: false },
    { name: 'a..b', fits: false },
  ])('takes the zone "$name" as context and as parameter: $fits', ({ name, fits }) => {
    const { HostedZoneName } = templateOf().toJSON().Parameters;

    expect(new RegExp(HostedZoneName.AllowedPattern).test(name)).toBe(fits);
    const given = () => templateOf({ ...IDS, hostedZoneName: name });
    if (fits) expect(variable(given(), 'snapshot-zone', 'ZONE_NAME')).toBe(name);
    else expect(given).toThrow('hostedZoneName: got');
  });

  it('asks for no VPC where nothing is probed', () => {
    const unprobed = templateOf({ hostedZoneId: ZONE_ID, healthCheck: 'false' });

    expect(parametersOf(unprobed).map(([name]) => name)).toEqual(['HostedZoneName']);
    expect(network(unprobed)).toBeUndefined();
    expect(unprobed.findOutputs('CheckerSecurityGroupId')).toEqual({});
  });

  it('passes every prop on', () => {
    const changed = templateOf({
      ...IDS,
      recordTtl: '60',
      ownerLabel: 'blue',
      stackName: 'Blue',
      schedule: 'rate(1 minute)',
    });

    expect(variable(changed, 'plan-changes', 'RECORD_TTL')).toBe('60');
    expect(variable(changed, 'plan-changes', 'OWNER_LABEL')).toBe('blue');
    expect(variable(changed, 'plan-changes', 'DEPLOYMENT_ID')).toBe('{AccountId}/{Region}/Blue');
    expect(only(changed, 'AWS::Scheduler::Schedule').Properties.ScheduleExpression).toBe('rate(1 minute)');
  });
});

describe('synth', () => {
  const { CDK_VALIDATION } = process.env;
  afterEach(() => {
    process.env.CDK_VALIDATION = CDK_VALIDATION;
  });

  it.each([
    { name: 'parameters', context: {} },
    { name: 'context', context: IDS },
    { name: 'clusters', context: { ...IDS, clusters: 'shop' } },
  ])('has no warnings, and passes the validation of CloudFormation templates: $name', ({ context }) => {
    process.env.CDK_VALIDATION = 'true';
    const stack = stackOf(context);

    const warnings = Annotations.fromStack(stack).findWarning('*', Match.anyValue());

    expect(warnings).toEqual([]);
    expect(Object.keys(Template.fromStack(stack).toJSON().Resources).length).toBeGreaterThan(50);
  });
});
