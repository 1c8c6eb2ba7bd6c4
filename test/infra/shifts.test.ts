import { Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import { describe, expect, it } from 'vitest';
import { type BlueGreenOptions, InvalidPropsError, ServiceDiscovery } from '../../infra/index.ts';
import { functionsOf, ofType, rendered, surroundings } from './synthesized.ts';

type ServiceProps = Partial<ecs.FargateServiceProps>;

const BLUE_GREEN = {
  deploymentStrategy: ecs.DeploymentStrategy.BLUE_GREEN,
  bakeTime: Duration.minutes(5),
} as const;

/** A deployment, and a service in its stack or in one beside it. */
function shop(props: ServiceProps = BLUE_GREEN, beside = false) {
  const { stack, hostedZone, vpc } = surroundings();
  const discovery = new ServiceDiscovery(stack, 'ServiceDiscovery', { hostedZone, vpc });
  const own = beside ? new Stack(stack.node.root, 'Services') : stack;
  const cluster = ecs.Cluster.fromClusterAttributes(own, 'Cluster', { clusterName: 'shop', vpc, securityGroups: [] });
  const taskDefinition = new ecs.FargateTaskDefinition(own, 'Calc');
  taskDefinition.addContainer('calc', { image: ecs.ContainerImage.fromRegistry('calc') });
  const service = new ecs.FargateService(own, 'Service', { cluster, taskDefinition, ...props });
  return { discovery, stack, own, service };
}

function enabled(options: BlueGreenOptions = {}, props: ServiceProps = BLUE_GREEN, beside = false) {
  const around = shop(props, beside);
  around.discovery.enableBlueGreen(around.service, options);
  return {
    ...around,
    get template() {
      return Template.fromStack(around.stack);
    },
    get services() {
      return Template.fromStack(around.own);
    },
  };
}

const hooksOf = (template: Template): readonly Readonly<Record<string, unknown>>[] =>
  ofType(template, 'AWS::ECS::Service').flatMap(
    ({ Properties }) => (Properties.DeploymentConfiguration as { LifecycleHooks: [] }).LifecycleHooks,
  );

describe('a service that is shifted by DNS', () => {
  const { template } = enabled({ testName: '_calc-test._tcp', timeout: Duration.hours(2) });
  const functions = functionsOf(template);
  const hook = functions.get('shift-hook');
  const [own] = hooksOf(template);

  it('has the hook at both stages, with its test name and its timeout', () => {
    expect(own).toMatchObject({
      LifecycleStages: ['TEST_TRAFFIC_SHIFT', 'PRODUCTION_TRAFFIC_SHIFT'],
      TimeoutConfiguration: { TimeoutInMinutes: 120, Action: 'ROLLBACK' },
      HookDetails: '{"testName":"_calc-test._tcp"}',
    });
  });

  it('has it at the production stage alone, an hour long, where nothing else is said', () => {
    const [plain] = hooksOf(enabled().template);

    expect(plain).toMatchObject({
      LifecycleStages: ['PRODUCTION_TRAFFIC_SHIFT'],
      TimeoutConfiguration: { TimeoutInMinutes: 60, Action: 'ROLLBACK' },
    });
    expect(plain).not.toHaveProperty('HookDetails');
  });

  it('names the function by the ARN that the function itself and the reading step know', () => {
    const arn = rendered(own?.HookTargetArn);

    expect(arn).toMatch(/:lambda:.*:function:/);
    expect(rendered(hook?.environment.SHIFT_HOOK)).toBe(arn);
    expect(rendered(functions.get('collect-tasks')?.environment.SHIFT_HOOK)).toBe(arn);
    const [made] = ofType(template, 'AWS::Lambda::Function').filter(({ Properties }) => Properties.FunctionName);
    expect(arn.endsWith(`:function:${String(made?.Properties.FunctionName)}`)).toBe(true);
    expect(String(made?.Properties.FunctionName)).toMatch(/^[\w-]{1,64}$/);
  });

  it('lets ECS call that function, and nothing else', () => {
    const roles = template.findResources('AWS::IAM::Role', {
      Properties: { AssumeRolePolicyDocument: { Statement: [{ Principal: { Service: 'ecs.amazonaws.com' } }] } },
    });
    const [id = ''] = Object.keys(roles);
    const policies = ofType(template, 'AWS::IAM::Policy').filter(({ Properties }) =>
      JSON.stringify(Properties.Roles).includes(`"${id}"`),
    );

    expect(Object.keys(roles)).toHaveLength(1);
    expect(own?.RoleArn).toEqual({ 'Fn::GetAtt': [id, 'Arn'] });
    const statements = policies.flatMap(
      ({ Properties }) =>
        (Properties.PolicyDocument as { Statement: { Action: string; Resource: unknown }[] }).Statement,
    );
    expect(statements.map(({ Action, Resource }) => [Action, rendered(Resource)])).toEqual([
      ['lambda:InvokeFunction', rendered(own?.HookTargetArn)],
    ]);
  });

  it('is made after the function, which its first deployment calls', () => {
    const [service] = Object.values(template.findResources('AWS::ECS::Service'));
    const [hookId = ''] = Object.keys(
      template.findResources('AWS::Lambda::Function', {
        Properties: { FunctionName: rendered(own?.HookTargetArn).split(':').at(-1) },
      }),
    );

    expect(service?.DependsOn).toContain(hookId);
  });

  it('keeps the hooks that it has', () => {
    const target = (name: string) => ({
      bind: (scope: IConstruct) => ({
        targetArn: `arn:aws:lambda:eu-west-1:1:function:${name}`,
        role: iam.Role.fromRoleArn(scope, name, 'arn:aws:iam::111111111111:role/hook'),
        lifecycleStages: [ecs.DeploymentLifecycleStage.PRE_SCALE_UP],
      }),
    });
    const { service, stack } = enabled({}, { ...BLUE_GREEN, lifecycleHooks: [target('before')] });
    service.addLifecycleHook(target('after'));
    const hooks = hooksOf(Template.fromStack(stack));

    expect(hooks.map((one) => rendered(one.HookTargetArn))).toEqual([
      'arn:aws:lambda:eu-west-1:1:function:before',
      rendered(own?.HookTargetArn),
      'arn:aws:lambda:eu-west-1:1:function:after',
    ]);
    expect(hooks.map((one) => 'TimeoutConfiguration' in one)).toEqual([false, true, false]);
  });

  it('of another stack refers to nothing of the deployment, and is deployed after it', () => {
    const { services, stack, own: other } = enabled({}, BLUE_GREEN, true);

    expect(JSON.stringify(services.toJSON())).not.toContain('Fn::ImportValue');
    expect(other.dependencies).toContain(stack);
    expect(functionsOf(services).size).toBe(0);
  });
});

it('without one there is no such function, and no step may read services', () => {
  const template = Template.fromStack(shop().stack);

  expect(functionsOf(template).has('shift-hook')).toBe(false);
  const text = JSON.stringify(template.toJSON());
  expect(['SHIFT_HOOK', 'ecs:DescribeServices', 'route53:GetChange'].filter((one) => text.includes(one))).toEqual([]);
});

it('one function serves all services', () => {
  const { discovery, own, stack, service } = shop();
  const second = new ecs.FargateService(own, 'Second', {
    cluster: service.cluster,
    taskDefinition: service.taskDefinition,
    ...BLUE_GREEN,
  });
  for (const one of [service, second]) discovery.enableBlueGreen(one);

  const named = ofType(Template.fromStack(stack), 'AWS::Lambda::Function').filter(
    ({ Properties }) => Properties.FunctionName,
  );
  expect(named).toHaveLength(1);
});

describe('refuses, with what to do', () => {
  const EXTERNAL = { deploymentController: { type: ecs.DeploymentControllerType.CODE_DEPLOY } };

  it.each([
    { row: 'a rolling service', props: {}, says: /got "ROLLING".*want BLUE_GREEN.*deploymentStrategy/ },
    {
      row: 'a canary',
      props: {
        ...BLUE_GREEN,
        deploymentStrategy: ecs.DeploymentStrategy.CANARY,
        canaryConfiguration: { stepPercent: 10, stepBakeTime: Duration.minutes(5) },
      },
      says: /CANARY.*want BLUE_GREEN/,
    },
    { row: 'another controller', props: EXTERNAL, says: /deployment controller, want that of ECS/ },
    {
      row: 'a short bake time',
      props: { ...BLUE_GREEN, bakeTime: Duration.minutes(1) },
      says: /got 1.*want at least 2 minutes.*bakeTime/,
    },
    { row: 'no bake time', props: { ...BLUE_GREEN, bakeTime: Duration.minutes(0) }, says: /want at least 2 minutes/ },
    {
      row: 'a test name that is none',
      options: { testName: 'a b' },
      says: /testName: got "a b".*want labels below the zone/,
    },
    { row: 'an empty test name', options: { testName: '' }, says: /testName: got "", want labels/ },
    {
      row: 'too long a timeout',
      options: { timeout: Duration.days(2) },
      says: /timeout: got 2880 minutes, want whole minutes, 5 to 1440/,
    },
    { row: 'too short a timeout', options: { timeout: Duration.minutes(4) }, says: /timeout: got 4 minutes/ },
    { row: 'parts of a minute', options: { timeout: Duration.seconds(330) }, says: /timeout: got 5\.5 minutes/ },
  ] as { row: string; props?: ServiceProps; options?: BlueGreenOptions; says: RegExp }[])(
    '$row',
    ({ props, options = {}, says }) => {
      const { discovery, service } = shop(props);

      const enable = () => discovery.enableBlueGreen(service, options);

      expect(enable).toThrow(InvalidPropsError);
      expect(enable).toThrow(says);
    },
  );

  it('a service for the second time', () => {
    const { discovery, service } = shop();
    discovery.enableBlueGreen(service);

    expect(() => discovery.enableBlueGreen(service)).toThrow(/has the hook already/);
  });
});

it('gives function and role to services that are made otherwise', () => {
  const { discovery, own } = shop();

  const { functionArn, roleArn } = discovery.shiftHook;

  expect(rendered(own.resolve(functionArn))).toMatch(/:function:/);
  expect(discovery.shiftHook.roleArn).toBe(roleArn);
});
