import { describe, expect, it } from 'vitest';
import { type TemplateResource, templateResolver } from '../../../../examples/local/template/cloudformation.ts';
import { readPermissions } from '../../../../examples/local/template/permissions.ts';

const place = {
  region: 'eu-west-1',
  accountId: '123456789012',
  stackName: 'Demo',
  queueUrl: (name: string) => `http://127.0.0.1:4600/123456789012/${name}`,
};
const read = (Resources: Record<string, TemplateResource>) =>
  readPermissions(templateResolver({ Resources }, place), place);

const statement = (Action: string) => ({ Effect: 'Allow', Action, Resource: '*' });
const role = (more: object = {}): TemplateResource => ({
  Type: 'AWS::IAM::Role',
  Properties: { AssumeRolePolicyDocument: { Statement: [statement('sts:AssumeRole')] }, ...more },
});
const roleArn = 'arn:aws:iam::123456789012:role/Demo-Role';
const RoleOf = { 'Fn::GetAtt': ['Role', 'Arn'] };

describe('roles', () => {
  it('have their own policies and those of every document that names them', () => {
    const policy = (action: string, ...Roles: object[]): TemplateResource => ({
      Type: 'AWS::IAM::Policy',
      Properties: { Roles, PolicyDocument: { Statement: statement(action) } },
    });

    const { roles } = read({
      Role: role({ Policies: [{ PolicyName: 'own', PolicyDocument: { Statement: [statement('a:Own')] } }] }),
      Other: role(),
      One: policy('a:One', { Ref: 'Role' }),
      Two: policy('a:Two', { Ref: 'Other' }, { Ref: 'Role' }),
    });

    const actions = roles.map(({ arn, policies }) => [
      arn.split('/').at(-1),
      ...policies.flatMap(({ Statement }) => [Statement].flat().map(({ Action }) => Action)),
    ]);
    expect(actions).toEqual([
      ['Demo-Role', 'a:Own', 'a:One', 'a:Two'],
      ['Demo-Other', 'a:Two'],
    ]);
  });

  it('have nothing of what AWS manages, since nothing here says what that allows', () => {
    const { roles } = read({ Role: role({ ManagedPolicyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'] }) });

    expect(roles).toMatchObject([{ arn: roleArn, policies: [] }]);
  });
});

describe('who has which role', () => {
  it('is told of functions, with their log group and whether they are in a VPC', () => {
    const { functions } = read({
      Role: role(),
      Log: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: '/shop' } },
      Inside: {
        Type: 'AWS::Lambda::Function',
        Properties: { Role: RoleOf, LoggingConfig: { LogGroup: { Ref: 'Log' } }, VpcConfig: { SubnetIds: [] } },
      },
      Outside: { Type: 'AWS::Lambda::Function', Properties: { Role: RoleOf } },
    });

    expect(functions).toEqual([
      {
        name: 'Demo-Inside',
        arn: 'arn:aws:lambda:eu-west-1:123456789012:function:Demo-Inside',
        roleArn,
        logGroupArn: 'arn:aws:logs:eu-west-1:123456789012:log-group:/shop',
        inVpc: true,
      },
      {
        name: 'Demo-Outside',
        arn: 'arn:aws:lambda:eu-west-1:123456789012:function:Demo-Outside',
        roleArn,
        logGroupArn: undefined,
        inVpc: false,
      },
    ]);
  });

  it('is told of state machines and schedules', () => {
    const { stateMachines, schedules } = read({
      Role: role(),
      Plain: { Type: 'AWS::StepFunctions::StateMachine', Properties: { RoleArn: RoleOf } },
      Seen: {
        Type: 'AWS::StepFunctions::StateMachine',
        Properties: {
          RoleArn: RoleOf,
          LoggingConfiguration: { Level: 'ERROR' },
          TracingConfiguration: { Enabled: true },
        },
      },
      Dead: { Type: 'AWS::SQS::Queue' },
      Often: {
        Type: 'AWS::Scheduler::Schedule',
        Properties: {
          GroupName: 'runs',
          Target: { RoleArn: RoleOf, DeadLetterConfig: { Arn: { 'Fn::GetAtt': ['Dead', 'Arn'] } } },
        },
      },
    });

    expect(stateMachines.map(({ logs, traced }) => [logs, traced])).toEqual([
      [false, false],
      [true, true],
    ]);
    expect(schedules).toEqual([
      {
        name: 'Demo-Often',
        roleArn,
        groupArn: 'arn:aws:scheduler:eu-west-1:123456789012:schedule-group/runs',
        deadLetterArn: 'arn:aws:sqs:eu-west-1:123456789012:Demo-Dead',
      },
    ]);
  });
});

it('policies of resources are joined by resource, a function’s invokers among them', () => {
  const about = (action: string) => ({ ...statement(action), Principal: { Service: 'events.amazonaws.com' } });
  const { ofResources } = read({
    Queue: { Type: 'AWS::SQS::Queue' },
    Bucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'runs' } },
    One: {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: { Queues: [{ Ref: 'Queue' }], PolicyDocument: { Statement: [about('sqs:SendMessage')] } },
    },
    Two: {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: { Queues: [{ Ref: 'Queue' }], PolicyDocument: { Statement: [about('sqs:ReceiveMessage')] } },
    },
    OfBucket: {
      Type: 'AWS::S3::BucketPolicy',
      Properties: { Bucket: { Ref: 'Bucket' }, PolicyDocument: { Statement: about('s3:*') } },
    },
    Invoker: {
      Type: 'AWS::Lambda::Permission',
      Properties: {
        Action: 'lambda:InvokeFunction',
        FunctionName: 'arn:function',
        Principal: 'events.amazonaws.com',
        SourceArn: 'arn:rule',
      },
    },
  });

  const actions = [...ofResources].map(([arn, { Statement }]) => [
    arn,
    ...[Statement].flat().map(({ Action }) => Action),
  ]);
  expect(actions).toEqual([
    ['arn:aws:sqs:eu-west-1:123456789012:Demo-Queue', 'sqs:SendMessage', 'sqs:ReceiveMessage'],
    ['arn:aws:s3:::runs', 's3:*'],
    ['arn:function', 'lambda:InvokeFunction'],
  ]);
  expect([ofResources.get('arn:function')?.Statement].flat()[0]).toMatchObject({
    Principal: { Service: 'events.amazonaws.com' },
    Resource: 'arn:function',
    Condition: { ArnLike: { 'aws:SourceArn': 'arn:rule' } },
  });
});
