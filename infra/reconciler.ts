import { readFileSync } from 'node:fs';
import { RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { Grounds } from './permissions.ts';
import { type Network, StepLambda } from './step-lambda.ts';
import { STEPS, type StepName, type Variable } from './steps.ts';

const DEFINITION = new URL('../statemachines/reconcile.asl.json', import.meta.url);

export interface ReconcilerProps {
  readonly grounds: Grounds;
  /** Values of the environment variables; each function gets those that it reads. */
  readonly variables: Readonly<Record<Exclude<Variable, 'STATE_MACHINE_ARN'>, string>>;
  readonly deploymentId: string;
  readonly logRetention: logs.RetentionDays;
  readonly tracingEnabled: boolean;
  /** Where the health checker is attached; without it nothing is probed. */
  readonly network?: Network;
}

/** The state machine of one run and its steps. */
export class Reconciler extends Construct {
  readonly stateMachine: sfn.StateMachine;
  readonly steps: Readonly<Record<StepName, StepLambda>>;

  constructor(scope: Construct, id: string, props: ReconcilerProps) {
    super(scope, id);
    const role = new iam.Role(this, 'Role', { assumedBy: new iam.ServicePrincipal('states.amazonaws.com') });
    const substitutions: Record<string, string> = {};
    const steps: Partial<Record<StepName, StepLambda>> = {};
    for (const name of Object.keys(STEPS) as StepName[]) {
      const step = this.step(name, props);
      steps[name] = step;
      substitutions[`${name}FunctionArn`] = step.function.functionArn;
      role.addToPolicy(
        new iam.PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [step.function.functionArn] }),
      );
    }
    this.steps = steps as Record<StepName, StepLambda>;

    this.stateMachine = new sfn.StateMachine(this, 'StateMachine', {
      stateMachineType: sfn.StateMachineType.STANDARD,
      comment: 'Makes a private hosted zone follow the healthy tasks of Amazon ECS',
      definitionBody: sfn.DefinitionBody.fromString(readFileSync(DEFINITION, 'utf8')),
      definitionSubstitutions: substitutions,
      role,
      tracingEnabled: props.tracingEnabled,
      logs: {
        destination: new logs.LogGroup(this, 'Log', {
          retention: props.logRetention,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
        level: sfn.LogLevel.ERROR,
        includeExecutionData: false,
      },
    });
    // A policy of its own: the function that it belongs to stands before the state machine that it names.
    new iam.Policy(this, 'StartLaterWindow', {
      roles: [this.steps.PublishOutcome.role],
      statements: [
        new iam.PolicyStatement({
          actions: ['states:StartExecution'],
          resources: [this.stateMachine.stateMachineArn],
        }),
      ],
    });
  }

  private step(name: StepName, { grounds, variables, network, ...props }: ReconcilerProps): StepLambda {
    const spec = STEPS[name];
    return new StepLambda(this, name, {
      ...spec,
      permissions: spec.permissions(grounds),
      environment: Object.fromEntries(spec.variables.map((variable) => [variable, variables[variable]])),
      deploymentId: props.deploymentId,
      logRetention: props.logRetention,
      ...(name === 'CheckHealth' && network && { network }),
    });
  }
}
