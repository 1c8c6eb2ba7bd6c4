import { Duration, Validations } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { Policy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { IConstruct } from 'constructs';
import { describe, expect, it } from 'vitest';
import { ServiceDiscoveryStack } from '../../infra/stack.ts';
import { CDK_JSON, discover, type PropsFrom, testApp } from './synthesized.ts';
import { environmentStack } from './templates.ts';

const findingsIn = (scope: IConstruct) =>
  new AwsSolutionsChecks(scope).validateScope(scope).violations.map(({ ruleName }) => ruleName);
const clusters: PropsFrom = ({ stack }) => ({
  clusters: [ecs.Cluster.fromClusterArn(stack, 'Cluster', 'arn:aws:ecs:eu-west-1:123456789012:cluster/shop')],
});

describe('no finding of AwsSolutions is unacknowledged', () => {
  it.each<{ row: string; props: PropsFrom; context?: Readonly<Record<string, unknown>> }>([
    { row: 'by default', props: () => ({}) },
    { row: 'with the flags of cdk.json', props: () => ({}), context: CDK_JSON },
    { row: 'for some clusters', props: clusters },
    { row: 'stopping tasks', props: () => ({ onUnhealthy: 'deregister-and-stop' }) },
    { row: 'lowering the SOA', props: () => ({ negativeTtl: Duration.seconds(5) }) },
    { row: 'without health checks, traced', props: () => ({ healthCheck: false, tracingEnabled: true }) },
  ])('$row', ({ props, context = {} }) => {
    const { stack } = discover(props, { context });

    expect(findingsIn(stack)).toEqual([]);
  });

  it('in the app as it is', () => {
    expect(findingsIn(new ServiceDiscoveryStack(testApp(CDK_JSON), { stackName: 'App', props: {} }))).toEqual([]);
  });

  it('in the app with a topic of its own', () => {
    const alarmEmail = 'on-call@example.com';

    expect(
      findingsIn(new ServiceDiscoveryStack(testApp(CDK_JSON), { stackName: 'App', alarmEmail, props: {} })),
    ).toEqual([]);
  });

  it.each([
    { flags: 'without feature flags', context: {} },
    { flags: 'with those of cdk.json', context: CDK_JSON },
  ])('in examples/environment, $flags', ({ context }) => {
    expect(findingsIn(environmentStack(context))).toEqual([]);
  });
});

it.each([
  { action: 's3:*', resource: 'arn:aws:s3:::any' },
  { action: 'route53:ChangeResourceRecordSets', resource: '*' },
  { action: 's3:GetObject', resource: 'arn:aws:s3:::any/*' },
])('a wider permission is still a finding: $action on $resource', ({ action, resource }) => {
  const { stack, discovery } = discover();
  const role = discovery.node.findChild('Reconciler').node.findChild('SnapshotZone').node.findChild('Role');

  new Policy(role, 'Wider', { statements: [new PolicyStatement({ actions: [action], resources: [resource] })] });

  expect(findingsIn(stack)).toEqual([expect.stringMatching(/^AwsSolutions-IAM5\[/)]);
});

it('each acknowledgement has a reason, and stands at the resource that it is about', () => {
  const { stack, discovery } = discover();
  const acknowledged = stack.node
    .findAll()
    .flatMap((construct) =>
      construct.node.metadata
        .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
        .map(({ data }) => ({ path: construct.node.path, rules: data as Readonly<Record<string, unknown>> })),
    );

  const wide = [stack.node.path, discovery.node.path, `${discovery.node.path}/Reconciler`];
  expect(acknowledged.filter(({ path }) => wide.includes(path))).toEqual([]);
  expect(acknowledged.length).toBeGreaterThan(10);
  for (const { rules } of acknowledged) {
    for (const reason of Object.values(rules)) expect(JSON.stringify(reason).length).toBeGreaterThan(40);
  }
});
