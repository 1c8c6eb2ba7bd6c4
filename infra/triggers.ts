import { Duration, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import { StepFunctionsStartExecution } from 'aws-cdk-lib/aws-scheduler-targets';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { charactersOf } from './cluster-arns.ts';
import { environmentOf } from './environment.ts';
import type { Grounds } from './permissions.ts';
import { type ReconcilerProps, startsRuns } from './reconciler.ts';
import { StepLambda } from './step-lambda.ts';
import { START_RUN } from './steps.ts';

/** A wake-up that is older says nothing that the schedule has not seen since. */
const MAX_AGE = Duration.hours(1);
/** The most that EventBridge and Scheduler try (EventBridge, retry policy); the age ends it before. */
const RETRIES = 185;
/** Characters for cluster ARNs in an event pattern, which has 2,048 in all (EventBridge quotas). */
const PATTERN_CHARACTERS = 1_700;

interface TriggersProps extends ReconcilerProps {
  readonly stateMachine: sfn.StateMachine;
}

/** What starts runs: events of ECS make it fast, the schedule is the truth. */
export class Triggers extends Construct {
  readonly startRun: StepLambda;
  readonly #starters: readonly Construct[];

  constructor(scope: Construct, id: string, props: TriggersProps) {
    super(scope, id);
    this.startRun = startRunFunction(this, props);
    // The schedule first: it is what a person may have written wrongly.
    const schedule = fullRuns(this, props);
    const rules = [
      taskRule(this, this.startRun, props.grounds),
      ...(props.grounds.leavesDraining ? [hostRule(this, this.startRun, props.grounds)] : []),
    ];
    for (const rule of rules) rule.node.addDependency(schedule);
    this.#starters = [schedule, ...rules];
  }

  /**
   * Starts nothing before these are there: a deployment that fails before has an empty run bucket, which can be taken back,
   * and no run lacks a permission.
   */
  waitFor(...others: readonly Construct[]): void {
    for (const starter of this.#starters) starter.node.addDependency(...others);
  }
}

function startRunFunction(scope: Construct, { settings, grounds, variables, stateMachine }: TriggersProps): StepLambda {
  const step = new StepLambda(scope, 'StartRun', {
    spec: START_RUN,
    settings,
    environment: environmentOf('StartRun', { ...variables, STATE_MACHINE_ARN: stateMachine.stateMachineArn }),
    permissions: [...START_RUN.permissions(grounds), startsRuns(stateMachine)],
  });
  step.function.configureAsyncInvoke({
    maxEventAge: MAX_AGE,
    retryAttempts: 2,
    // Not SqsDestination, which grants more than the sending.
    onFailure: { bind: () => ({ destination: grounds.deadLetterQueue.queueArn }) },
  });
  return step;
}

/** Only where something can have changed for us: a task runs, or ECS has decided to stop it. */
const taskRule = (scope: Construct, startRun: StepLambda, grounds: Grounds) =>
  new events.Rule(scope, 'TaskStateChange', {
    description: 'ECS tasks that run, or that ECS wants stopped',
    ...ofClusters(scope, startRun, grounds, 'ECS Task State Change', {
      $or: [{ lastStatus: ['RUNNING'], desiredStatus: ['RUNNING'] }, { desiredStatus: ['STOPPED'] }],
    }),
  });

/** Only DRAINING: a host that is ACTIVE sends an event for whatever is placed on it. */
const hostRule = (scope: Construct, startRun: StepLambda, grounds: Grounds) =>
  new events.Rule(scope, 'HostDrains', {
    description: 'ECS container instances that drain',
    ...ofClusters(scope, startRun, grounds, 'ECS Container Instance State Change', { status: ['DRAINING'] }),
  });

/** What ECS says of the configured clusters, and who is told. */
function ofClusters(
  scope: Construct,
  startRun: StepLambda,
  { clusters, deadLetterQueue }: Grounds,
  detailType: string,
  detail: Readonly<Record<string, unknown>>,
): Pick<events.RuleProps, 'eventPattern' | 'targets'> {
  const clusterArns = clusters.map(({ clusterArn }) => clusterArn);
  // Too many for the pattern: the function drops those of other clusters by itself.
  const named = clusterArns.length > 0 && charactersOf(scope, clusterArns) <= PATTERN_CHARACTERS;
  return {
    eventPattern: {
      source: ['aws.ecs'],
      detailType: [detailType],
      detail: { ...detail, ...(named && { clusterArn: clusterArns }) },
    },
    targets: [
      new targets.LambdaFunction(startRun.function, { deadLetterQueue, maxEventAge: MAX_AGE, retryAttempts: RETRIES }),
    ],
  };
}

function fullRuns(
  scope: Construct,
  { settings, grounds: { deadLetterQueue }, stateMachine }: TriggersProps,
): scheduler.Schedule {
  return new scheduler.Schedule(scope, 'Schedule', {
    description: `Full runs of service discovery ${settings.deploymentId}`,
    schedule: settings.schedule,
    target: new StepFunctionsStartExecution(stateMachine, {
      // Every execution says what started it.
      input: scheduler.ScheduleTargetInput.fromObject({ trigger: 'schedule' }),
      role: scheduleRole(scope),
      deadLetterQueue,
      maxEventAge: MAX_AGE,
      retryAttempts: RETRIES,
    }),
  });
}

const scheduleRole = (scope: Construct) =>
  new iam.Role(scope, 'ScheduleRole', {
    assumedBy: new iam.ServicePrincipal('scheduler.amazonaws.com', {
      conditions: {
        StringEquals: { 'aws:SourceAccount': Stack.of(scope).account },
        // Scheduler names the group; schedules that name none are in this one.
        ArnLike: {
          'aws:SourceArn': Stack.of(scope).formatArn({
            service: 'scheduler',
            resource: 'schedule-group',
            resourceName: 'default',
          }),
        },
      },
    }),
  });
