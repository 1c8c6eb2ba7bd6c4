import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';

export interface ProbesProps extends StackProps {
  readonly clusterArn: string;
}

/** What the checks need beside the environment: somewhere for events to go, and a function that takes too long. */
export class ProbesStack extends Stack {
  constructor(scope: Construct, id: string, { clusterArn, ...props }: ProbesProps) {
    super(scope, id, props);
    const settings = { enforceSSL: true, removalPolicy: RemovalPolicy.DESTROY } as const;
    const taskEvents = new sqs.Queue(this, 'TaskEvents', settings);
    const scratch = new sqs.Queue(this, 'Scratch', settings);
    new events.Rule(this, 'Rule', {
      eventPattern: {
        source: ['aws.ecs'],
        detailType: ['ECS Task State Change'],
        detail: { clusterArn: [clusterArn] },
      },
      targets: [new targets.SqsQueue(taskEvents)],
    });
    const sleeper = new lambda.Function(this, 'Sleeper', {
      runtime: lambda.Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: lambda.Code.fromInline('exports.handler = () => new Promise((resolve) => setTimeout(resolve, 30000));'),
      timeout: Duration.seconds(1),
    });
    // As a hook of a deployment it fails each time.
    const ecs = new iam.Role(this, 'SleeperHookRole', { assumedBy: new iam.ServicePrincipal('ecs.amazonaws.com') });
    sleeper.grantInvoke(ecs);
    const call = new tasks.LambdaInvoke(this, 'Sleep', { lambdaFunction: sleeper, retryOnServiceExceptions: false });
    const machine = new sfn.StateMachine(this, 'SleeperMachine', {
      definitionBody: sfn.DefinitionBody.fromChainable(call),
      timeout: Duration.minutes(1),
    });
    new CfnOutput(this, 'TaskEventsUrl', { value: taskEvents.queueUrl });
    new CfnOutput(this, 'ScratchUrl', { value: scratch.queueUrl });
    new CfnOutput(this, 'SleeperMachineArn', { value: machine.stateMachineArn });
  }
}
