import { ArnFormat, Duration, Lazy, Names, Stack, Token } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { refused, shown } from '../functions/contracts/settings.ts';
import { VARIABLES } from '../functions/contracts/variables.ts';
import { environmentOf } from './environment.ts';
import { InvalidPropsError } from './invalid-props.ts';
import { readsObjects, readsServices, writesObjects } from './permissions.ts';
import { type ReconcilerProps, startsRuns } from './reconciler.ts';
import { StepLambda } from './step-lambda.ts';
import { SHIFT_HOOK, type StepName } from './steps.ts';

/** How one service is deployed. */
export interface BlueGreenOptions {
  /**
   * Under which name the new revision answers while it is tested: labels below the zone, like `_calc-test._tcp`. The tasks of the
   * service have to declare exactly one name.
   *
   * @default - none: the new revision is invisible until the shift
   */
  readonly testName?: string;

  /**
   * How long ECS waits for DNS to follow at each stage, 5 minutes to 24 hours; then it rolls back.
   *
   * @default Duration.minutes(60)
   */
  readonly timeout?: Duration;
}

interface ShiftsProps extends ReconcilerProps {
  readonly stateMachine: sfn.StateMachine;
  readonly steps: ReadonlyMap<StepName, StepLambda>;
}

/** Lambda names have no more. */
const NAME_CHARACTERS = 64;

/**
 * What deployments that DNS shifts need: the function that ECS asks at their stages, and the right of the steps to read services.
 * A deployment that shifts none has nothing of it.
 */
export class Shifts extends Construct {
  /** Of the function; of no resource, so that services of other stacks refer to none of this one. */
  readonly hookArn: string;
  #role: iam.Role | undefined;
  readonly #enabled = new Set<ecs.BaseService>();

  constructor(scope: Construct, id: string, { settings, grounds, variables, stateMachine, steps }: ShiftsProps) {
    super(scope, id);
    // A name, since the function is told its own ARN: services that have it are those that ask to be shifted.
    const functionName = Names.uniqueResourceName(this, { maxLength: NAME_CHARACTERS, separator: '-' });
    this.hookArn = Stack.of(this).formatArn({
      service: 'lambda',
      resource: 'function',
      resourceName: functionName,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    const told = { SHIFT_HOOK: this.hookArn };
    new StepLambda(this, 'ShiftHook', {
      spec: SHIFT_HOOK,
      functionName,
      settings,
      environment: environmentOf('ShiftHook', {
        ...variables,
        ...told,
        STATE_MACHINE_ARN: stateMachine.stateMachineArn,
      }),
      permissions: [...SHIFT_HOOK.permissions(grounds), startsRuns(stateMachine)],
    });
    for (const [name, step] of steps) {
      if (!VARIABLES[name].some((variable) => variable === 'SHIFT_HOOK')) continue;
      step.function.addEnvironment('SHIFT_HOOK', told.SHIFT_HOOK);
      step.allow(
        ...readsServices(grounds),
        ...readsObjects(grounds, 'services'),
        ...writesObjects(grounds, 'services'),
      );
    }
    steps.get('PublishOutcome')?.allow(...readsObjects(grounds, 'shifts'), ...writesObjects(grounds, 'shifts'));
  }

  /** What services need that are not made by the CDK: the function, and a role by which ECS calls it. */
  forOthers(): { readonly functionArn: string; readonly roleArn: string } {
    this.#role ??= hookRole(this, 'EcsRole', this.hookArn);
    return { functionArn: this.hookArn, roleArn: this.#role.roleArn };
  }

  /** Has a service shifted by DNS. @throws InvalidPropsError that says what was given, what is allowed and what to do */
  enable(service: ecs.BaseService, { testName, timeout = Duration.minutes(60) }: BlueGreenOptions = {}): void {
    const resource = resourceOf(service);
    if (this.#enabled.has(service)) {
      throw new InvalidPropsError(
        `enableBlueGreen of ${service.node.path}: got a service that has the hook already, want one call for each service`,
      );
    }
    checkService(service, resource);
    checkOptions(testName, timeout);
    this.#enabled.add(service);
    const role = hookRole(service, 'ShiftHookRole', this.hookArn);
    const { PRODUCTION_TRAFFIC_SHIFT, TEST_TRAFFIC_SHIFT } = ecs.DeploymentLifecycleStage;
    const lifecycleStages = [...(testName === undefined ? [] : [TEST_TRAFFIC_SHIFT]), PRODUCTION_TRAFFIC_SHIFT];
    service.addLifecycleHook({ bind: () => ({ targetArn: this.hookArn, role, lifecycleStages }) });
    completeHook(resource, this.hookArn, {
      timeoutConfiguration: { timeoutInMinutes: timeout.toMinutes(), action: 'ROLLBACK' },
      ...(testName !== undefined && { hookDetails: JSON.stringify({ testName }) }),
    });
    // A first deployment calls it, and a function that is not there yet rolls it back.
    resource.node.addDependency(this, role);
  }
}

function hookRole(scope: Construct, id: string, hookArn: string): iam.Role {
  const role = new iam.Role(scope, id, {
    assumedBy: new iam.ServicePrincipal('ecs.amazonaws.com'),
    description: 'ECS asks at the stages of a deployment whether DNS has followed',
  });
  role.addToPolicy(new iam.PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [hookArn] }));
  return role;
}

function resourceOf(service: ecs.BaseService): ecs.CfnService {
  const resource = service.node.findAll().find((one): one is ecs.CfnService => one instanceof ecs.CfnService);
  if (resource) return resource;
  throw new InvalidPropsError(
    `enableBlueGreen: got ${service.node.path} without a resource of ECS, want a service of this app`,
  );
}

const SHORTEST_BAKE = 2;

function checkService(service: ecs.BaseService, resource: ecs.CfnService): void {
  const about = `enableBlueGreen of ${service.node.path}`;
  // As it was given: resolving it would keep the hooks as they are now.
  const { strategy, bakeTimeInMinutes } = { ...resource.deploymentConfiguration } as Configuration;
  if (!service.isUsingECSDeploymentController()) {
    throw new InvalidPropsError(
      `${about}: got a service of another deployment controller, want that of ECS, which calls hooks`,
    );
  }
  if (strategy !== 'BLUE_GREEN') {
    const text = refused('deploymentStrategy', shown(strategy ?? 'ROLLING'), 'BLUE_GREEN');
    throw new InvalidPropsError(
      `${about}: ${text}: give the service deploymentStrategy: ecs.DeploymentStrategy.BLUE_GREEN; of other strategies there is no moment at which DNS could shift`,
    );
  }
  if (typeof bakeTimeInMinutes !== 'number' || bakeTimeInMinutes < SHORTEST_BAKE) {
    const text = refused('bakeTime', shown(bakeTimeInMinutes), `at least ${SHORTEST_BAKE} minutes`);
    throw new InvalidPropsError(
      `${about}: ${text}: give the service bakeTime: Duration.minutes(5), in which the old revision runs on for clients that have its addresses`,
    );
  }
}

type Configuration = ecs.CfnService.DeploymentConfigurationProperty;
type Hook = ecs.CfnService.DeploymentLifecycleHookProperty;

const isOurs = (stack: Stack, { hookTargetArn }: Hook, hookArn: string): boolean =>
  JSON.stringify(hookTargetArn) === JSON.stringify(stack.resolve(hookArn));

/** Adds to our hook what the CDK's own ones do not say yet; others, also those that come later, stay as they are. */
function completeHook(resource: ecs.CfnService, hookArn: string, more: Partial<Hook>): void {
  const stack = Stack.of(resource);
  const given = resource.deploymentConfiguration;
  resource.deploymentConfiguration = Lazy.any({
    produce: () => {
      const { lifecycleHooks = [], ...rest } = stack.resolve(given);
      const completed = lifecycleHooks.map((one: Hook) => (isOurs(stack, one, hookArn) ? { ...one, ...more } : one));
      return { ...rest, lifecycleHooks: completed };
    },
  });
}

/** Minutes. A run, Route 53 on all its servers and a TTL of a minute take up to two; a first deployment waits for `negativeTtl`. */
const SHORTEST_TIMEOUT = 5;
const DAY = 1_440;
/** One to three or so labels, each as DNS has them. */
const NAME = /^(?=.{1,200}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*\.?$/i;

function checkOptions(testName: string | undefined, timeout: Duration): void {
  if (testName !== undefined && !Token.isUnresolved(testName) && !NAME.test(testName)) {
    throw new InvalidPropsError(refused('testName', shown(testName), 'labels below the zone, like "_calc-test._tcp"'));
  }
  const minutes = timeout.toMinutes({ integral: false });
  if (!Number.isInteger(minutes) || minutes < SHORTEST_TIMEOUT || minutes > DAY) {
    throw new InvalidPropsError(
      refused('timeout', `${minutes} minutes`, `whole minutes, ${SHORTEST_TIMEOUT} to ${DAY}`),
    );
  }
}
