import { Duration } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as logs from 'aws-cdk-lib/aws-logs';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import { StepFunctionsStartExecution } from 'aws-cdk-lib/aws-scheduler-targets';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { Grounds } from './permissions.ts';
import { StepLambda } from './step-lambda.ts';
import { START_RUN, type Variable } from './steps.ts';

/** A wake-up older than this is worth nothing: the schedule has looked at everything since. */
const MAX_AGE = Duration.hours(1);

export interface TriggersProps {
  readonly grounds: Grounds;
  readonly stateMachine: sfn.StateMachine;
  readonly variables: Readonly<Record<Exclude<Variable, 'STATE_MACHINE_ARN'>, string>>;
  readonly schedule: scheduler.ScheduleExpression;
  readonly deploymentId: string;
  readonly logRetention: logs.RetentionDays;
}

/** What starts runs: events of ECS make it fast, the schedule is the truth. */
export class Triggers extends Construct {
  readonly startRun: StepLambda;
  readonly rule: events.Rule;
  readonly schedule: scheduler.Schedule;

  constructor(scope: Construct, id: string, props: TriggersProps) {
    super(scope, id);
    const { grounds, stateMachine } = props;
    const values = { ...props.variables, STATE_MACHINE_ARN: stateMachine.stateMachineArn };
    this.startRun = new StepLambda(this, 'StartRun', {
      ...START_RUN,
      environment: Object.fromEntries(START_RUN.variables.map((variable) => [variable, values[variable]])),
      permissions: [...START_RUN.permissions(grounds), startsRuns(stateMachine)],
      deploymentId: props.deploymentId,
      logRetention: props.logRetention,
    });
    this.startRun.function.configureAsyncInvoke({
      maxEventAge: MAX_AGE,
      retryAttempts: 2,
      onFailure: { bind: () => ({ destination: grounds.deadLetterQueue.queueArn }) },
    });
    this.rule = new events.Rule(this, 'TaskStateChange', {
      description: 'ECS tasks that run, or that ECS wants stopped',
      eventPattern: {
        source: ['aws.ecs'],
        detailType: ['ECS Task State Change'],
        detail: {
          $or: [{ lastStatus: ['RUNNING'], desiredStatus: ['RUNNING'] }, { desiredStatus: ['STOPPED'] }],
          ...(grounds.clusters.length > 0 && { clusterArn: grounds.clusters.map(({ clusterArn }) => clusterArn) }),
        },
      },
      targets: [
        new targets.LambdaFunction(this.startRun.function, {
          deadLetterQueue: grounds.deadLetterQueue,
          maxEventAge: MAX_AGE,
          retryAttempts: 185,
        }),
      ],
    });
    this.schedule = new scheduler.Schedule(this, 'Schedule', {
      description: 'Looks at every cluster and every name',
      schedule: props.schedule,
      target: new StepFunctionsStartExecution(stateMachine, {
        input: scheduler.ScheduleTargetInput.fromObject({ trigger: 'schedule' }),
        deadLetterQueue: grounds.deadLetterQueue,
        maxEventAge: MAX_AGE,
        retryAttempts: 10,
        role: schedulerRole(this),
      }),
    });
  }
}

const startsRuns = ({ stateMachineArn }: sfn.StateMachine) =>
  new iam.PolicyStatement({ actions: ['states:StartExecution'], resources: [stateMachineArn] });

const schedulerRole = (scope: Construct) =>
  new iam.Role(scope, 'ScheduleRole', { assumedBy: new iam.ServicePrincipal('scheduler.amazonaws.com') });
