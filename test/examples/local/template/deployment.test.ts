import { describe, expect, it } from 'vitest';
import type { TemplateResource } from '../../../../examples/local/template/cloudformation.ts';
import { readDeployment } from '../../../../examples/local/template/deployment.ts';

const place = {
  region: 'eu-west-1',
  accountId: '123456789012',
  queueUrl: (name: string) => `http://127.0.0.1:4600/123456789012/${name}`,
};

const machine: TemplateResource = {
  Type: 'AWS::StepFunctions::StateMachine',
  Properties: {
    DefinitionString: '{"Resource":"${StepFunctionArn}","Comment":"${Unknown}"}',
    DefinitionSubstitutions: { StepFunctionArn: { 'Fn::GetAtt': ['Step', 'Arn'] } },
    RoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] },
  },
};

const step: TemplateResource = {
  Type: 'AWS::Lambda::Function',
  Properties: {
    Timeout: 55,
    MemorySize: 256,
    Environment: { Variables: { EVENT_QUEUE_URL: { Ref: 'Events' } } },
    Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
  },
  Metadata: { 'ecs-service-discovery-dns:entry': 'functions/steps/step.ts' },
};

const resources: Record<string, TemplateResource> = {
  Role: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: { Statement: [] } } },
  Step: step,
  Foreign: { Type: 'AWS::Lambda::Function', Properties: { Role: 'arn:aws:iam::123456789012:role/theirs' } },
  Settings: {
    Type: 'AWS::Lambda::EventInvokeConfig',
    Properties: {
      FunctionName: { Ref: 'Step' },
      MaximumRetryAttempts: 1,
      MaximumEventAgeInSeconds: 60,
      DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': ['Dead', 'Arn'] } } },
    },
  },
  Machine: machine,
  Events: {
    Type: 'AWS::SQS::Queue',
    Properties: {
      VisibilityTimeout: 3600,
      Tags: [{ Key: 'a', Value: 'b' }],
      RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['Dead', 'Arn'] }, maxReceiveCount: 20 },
    },
  },
  Dead: { Type: 'AWS::SQS::Queue', Properties: { SqsManagedSseEnabled: true } },
  Bucket: { Type: 'AWS::S3::Bucket' },
  Rule: {
    Type: 'AWS::Events::Rule',
    Properties: {
      EventPattern: { source: ['aws.ecs'] },
      Targets: [{ Id: 'T', Arn: { 'Fn::GetAtt': ['Step', 'Arn'] }, RetryPolicy: { MaximumRetryAttempts: 3 } }],
    },
  },
  Off: { Type: 'AWS::Events::Rule', Properties: { EventPattern: {}, State: 'DISABLED', Targets: [] } },
  Schedule: {
    Type: 'AWS::Scheduler::Schedule',
    Properties: {
      ScheduleExpression: 'rate(5 minutes)',
      Target: {
        Arn: { Ref: 'Machine' },
        Input: '{"trigger":"schedule"}',
        RoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] },
      },
    },
  },
};

const read = (changed: Record<string, TemplateResource> = {}) =>
  readDeployment({ name: 'Demo', template: { Resources: { ...resources, ...changed } } }, place);

const functionArn = 'arn:aws:lambda:eu-west-1:123456789012:function:Demo-Step';
const deadArn = 'arn:aws:sqs:eu-west-1:123456789012:Demo-Dead';

describe('what is read from a template', () => {
  it('is each function with a source of ours, its environment and its limits', () => {
    expect(read().functions).toEqual([
      {
        name: 'Demo-Step',
        arn: functionArn,
        entry: 'functions/steps/step.ts',
        environment: { EVENT_QUEUE_URL: 'http://127.0.0.1:4600/123456789012/Demo-Events' },
        timeoutSeconds: 55,
        memoryMiB: 256,
        asynchronous: { retries: 1, maxAgeSeconds: 60, onFailure: deadArn },
      },
    ]);
  });

  it("is Lambda's defaults where the template says nothing", () => {
    const bare = { ...step, Properties: { Role: { 'Fn::GetAtt': ['Role', 'Arn'] } } };

    const { functions } = read({ Step: bare, Settings: { Type: 'Custom::Nothing' } });

    expect(functions[0]).toMatchObject({
      environment: {},
      timeoutSeconds: 3,
      memoryMiB: 128,
      asynchronous: { retries: 2, maxAgeSeconds: 21_600 },
    });
  });

  it('is the definition of the state machine with its substitutions, and what is none left alone', () => {
    const { stateMachine } = read();

    expect(stateMachine.definition).toBe(`{"Resource":"${functionArn}","Comment":"\${Unknown}"}`);
    expect(stateMachine.name).toBe('Demo-Machine');
    expect(stateMachine.roleArn).toBe('arn:aws:iam::123456789012:role/Demo-Role');
  });

  it('is each queue as CreateQueue takes it, dead-letter queues first', () => {
    const { queues } = read();

    expect(queues.map(({ name, attributes }) => ({ name, attributes }))).toEqual([
      { name: 'Demo-Dead', attributes: { SqsManagedSseEnabled: 'true' } },
      {
        name: 'Demo-Events',
        attributes: {
          VisibilityTimeout: '3600',
          RedrivePolicy: JSON.stringify({ deadLetterTargetArn: deadArn, maxReceiveCount: 20 }),
        },
      },
    ]);
  });

  it('is each enabled rule, schedule and bucket', () => {
    const { rules, schedules, buckets } = read();

    expect(rules).toEqual([
      {
        name: 'Demo-Rule',
        pattern: '{"source":["aws.ecs"]}',
        targets: [{ Id: 'T', Arn: functionArn, RetryPolicy: { MaximumRetryAttempts: 3 } }],
      },
    ]);
    expect(schedules).toEqual([
      {
        name: 'Demo-Schedule',
        expression: 'rate(5 minutes)',
        targetArn: 'arn:aws:states:eu-west-1:123456789012:stateMachine:Demo-Machine',
        input: '{"trigger":"schedule"}',
      },
    ]);
    expect(buckets).toEqual(['demo-bucket']);
  });

  it.each([
    { row: 'no state machine', changed: { Machine: { Type: 'Custom::Nothing' } }, says: /has 0 state machines/ },
    { row: 'two state machines', changed: { Second: machine }, says: /has 2 state machines/ },
    {
      row: 'a schedule without a target',
      changed: { Schedule: { Type: 'AWS::Scheduler::Schedule', Properties: { ScheduleExpression: 'rate(1 hour)' } } },
      says: /AWS::Scheduler::Schedule "Schedule"/,
    },
  ])('is refused with $row', ({ changed, says }) => {
    expect(() => read(changed)).toThrow(says);
  });
});
