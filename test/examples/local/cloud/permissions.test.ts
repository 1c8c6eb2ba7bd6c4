import { afterEach, describe, expect, it } from 'vitest';
import { type Cloud, startCloud } from '../../../../examples/local/cloud/cloud.ts';
import { grant, logOf, onFailureOf, scheduled } from '../../../../examples/local/cloud/permissions.ts';
import type { Deployment } from '../../../../examples/local/template/deployment.ts';
import type { Statement } from '../../../stand-ins/iam.ts';

const account = '123456789012';
const roleArn = `arn:aws:iam::${account}:role/role`;
const machineArn = `arn:aws:states:eu-west-1:${account}:stateMachine:machine`;
const functionArn = `arn:aws:lambda:eu-west-1:${account}:function:reader`;
const queueArn = `arn:aws:sqs:eu-west-1:${account}:dead`;
const services = ['lambda.amazonaws.com', 'states.amazonaws.com', 'scheduler.amazonaws.com'];

let cloud: Cloud;
afterEach(() => cloud.close());

const allow = (Action: string | readonly string[], Resource = '*'): Statement => ({
  Effect: 'Allow',
  Action,
  Resource,
});

/** One role for all, with these statements. */
function deployed(statements: readonly Statement[], more: object = {}): Deployment {
  const trust: Statement = { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: services } };
  const permissions = {
    roles: [{ arn: roleArn, trust: { Statement: [trust] }, policies: [{ Statement: statements }] }],
    ofResources: new Map(),
    functions: [
      { name: 'reader', arn: functionArn, roleArn, logGroupArn: 'arn:aws:logs:::log-group:reader', inVpc: false },
    ],
    stateMachines: [{ arn: machineArn, roleArn, logs: false, traced: false }],
    schedules: [{ name: 'often', roleArn, groupArn: 'arn:aws:scheduler:::schedule-group/x', deadLetterArn: queueArn }],
    ...more,
  };
  return { permissions } as unknown as Deployment;
}

async function started(statements: readonly Statement[]) {
  cloud = await startCloud({ port: 0 });
  const deployment = deployed(statements);
  grant(cloud.iam, deployment.permissions);
  return deployment;
}

/** A GET signed with the function's key, as far as anybody here looks at signatures: status and error code. */
async function getAsReader(key: string): Promise<string> {
  const credential = 'Credential=reader/20261101/eu-west-1/s3/aws4_request';
  const authorization = `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=host, Signature=any`;
  const answer = await fetch(`${cloud.endpointUrl}/runs/${key}`, { headers: { authorization } });
  return `${answer.status} ${/<Code>(\w+)/.exec(await answer.text())?.[1] ?? ''}`.trim();
}

describe('a function', () => {
  it('reaches what its role allows, and learns of what is missing only where it may list', async () => {
    await started([allow('s3:GetObject', 'arn:aws:s3:::runs/a*')]);
    cloud.s3.addBucket('runs');
    await cloud.clients.s3.putObject({ Bucket: 'runs', Key: 'a', Body: 'any' });

    const seen = [await getAsReader('a'), await getAsReader('b'), await getAsReader('a-missing')];

    expect(seen).toEqual(['200', '403 AccessDenied', '403 AccessDenied']);
    expect(cloud.denied).toEqual([
      `${roleArn} may not do s3:GetObject on arn:aws:s3:::runs/b`,
      `${roleArn} may not do s3:ListBucket on arn:aws:s3:::runs`,
    ]);
    await expect(cloud.clients.s3.getObject({ Bucket: 'runs', Key: 'b' })).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  it('does nothing at all where nobody here knows its role', async () => {
    cloud = await startCloud({ port: 0 });
    const { permissions } = deployed([allow('s3:GetObject')]);

    expect(() => grant(cloud.iam, { ...permissions, roles: [] })).toThrow(`there is no role ${roleArn}`);
  });

  it('writes its log only where it may', async () => {
    const deployment = await started([allow('logs:CreateLogStream')]);
    const lines: string[] = [];

    logOf(cloud, deployment, (_, text) => lines.push(text))('reader', 'lost');
    const again = deployed([allow(['logs:CreateLogStream', 'logs:PutLogEvents'], 'arn:aws:logs:::log-group:reader:*')]);
    grant(cloud.iam, again.permissions);
    logOf(cloud, again, (_, text) => lines.push(text))('reader', 'kept');

    expect(lines).toEqual(['kept']);
  });

  it('buries what it gave up only where it may', async () => {
    const deployment = await started([]);
    await cloud.clients.sqs.createQueue({ QueueName: 'dead' });

    onFailureOf(cloud, deployment)(queueArn, 'lost', functionArn);
    grant(cloud.iam, deployed([allow('sqs:SendMessage', queueArn)]).permissions);
    onFailureOf(cloud, deployment)(queueArn, 'kept', functionArn);

    expect(cloud.sqs.admin.peek('dead').map(({ body }) => body)).toEqual(['kept']);
  });
});

describe('a state machine and its schedule', () => {
  const definition = JSON.stringify({
    StartAt: 'Work',
    States: { Work: { Type: 'Task', Resource: functionArn, End: true } },
  });
  const lambdas = {
    invoke: async () => 'done',
    send: () => {},
    warmUp: () => {},
    close: async () => {},
  };

  it.each([
    { row: 'may', statements: [allow('lambda:InvokeFunction', functionArn)], status: 'SUCCEEDED', error: undefined },
    { row: 'may not', statements: [], status: 'FAILED', error: 'Lambda.AWSLambdaException' },
  ])('invokes a function that it $row invoke: $status', async ({ statements, status, error }) => {
    await started(statements);
    cloud.useLambdas(lambdas);
    await cloud.clients.stepFunctions.createStateMachine({ name: 'machine', definition, roleArn });

    const { executionArn } = await cloud.clients.stepFunctions.startExecution({ stateMachineArn: machineArn });
    await cloud.stepFunctions.admin.settle();

    const ended = await cloud.clients.stepFunctions.describeExecution({ executionArn });
    expect([ended.status, ended.error]).toEqual([status, error]);
  });

  it.each([
    { row: 'starts', statements: [allow('states:StartExecution', machineArn)], executions: 1, buried: 0 },
    { row: 'buries', statements: [allow('sqs:SendMessage', queueArn)], executions: 0, buried: 1 },
    { row: 'loses', statements: [], executions: 0, buried: 0 },
  ])('$row what is due', async ({ statements, executions, buried }) => {
    const deployment = await started(statements);
    cloud.useLambdas(lambdas);
    await cloud.clients.sqs.createQueue({ QueueName: 'dead' });
    await cloud.clients.stepFunctions.createStateMachine({ name: 'machine', definition, roleArn });

    await scheduled(cloud, deployment)({ stateMachineArn: machineArn, input: '{}' }, 'often');

    const list = await cloud.clients.stepFunctions.listExecutions({ stateMachineArn: machineArn });
    expect(list.executions).toHaveLength(executions);
    expect(cloud.sqs.admin.peek('dead')).toHaveLength(buried);
  });
});

describe('what a service would refuse to create', () => {
  it.each([
    { row: 'a function in a VPC', more: { functions: [{ name: 'f', arn: functionArn, roleArn, inVpc: true }] } },
    { row: 'a machine that logs', more: { stateMachines: [{ arn: machineArn, roleArn, logs: true, traced: false }] } },
    {
      row: 'a machine that traces',
      more: { stateMachines: [{ arn: machineArn, roleArn, logs: false, traced: true }] },
    },
  ])('is $row whose role does not allow what it takes', async ({ more }) => {
    await started([]);

    expect(() => grant(cloud.iam, deployed([], more).permissions)).toThrow('does not allow');
    expect(() => grant(cloud.iam, deployed([allow('*')], more).permissions)).not.toThrow();
  });
});

describe('EventBridge', () => {
  const ruleArn = `arn:aws:events:eu-west-1:${account}:rule/tasks`;
  const invoker = (source: string): Statement => ({
    ...allow('lambda:InvokeFunction', functionArn),
    Principal: { Service: 'events.amazonaws.com' },
    Condition: { ArnLike: { 'aws:SourceArn': source } },
  });

  it.each([
    { row: 'invokes', source: ruleArn, dead: false, sent: 1, buried: 0 },
    { row: 'buries', source: `${ruleArn}-other`, dead: true, sent: 0, buried: 1 },
    { row: 'loses', source: `${ruleArn}-other`, dead: false, sent: 0, buried: 0 },
  ])('$row where the policies of function and queue say so', async ({ source, dead, sent, buried }) => {
    await started([]);
    const got: unknown[] = [];
    cloud.useLambdas({
      invoke: async () => undefined,
      send: (_: string, event: unknown) => got.push(event),
      warmUp: () => {},
      close: async () => {},
    });
    cloud.iam.putResourcePolicy(functionArn, { Statement: invoker(source) });
    const burying: Statement = { ...invoker(ruleArn), Action: 'sqs:SendMessage', Resource: queueArn };
    if (dead) cloud.iam.putResourcePolicy(queueArn, { Statement: burying });
    const { events, sqs } = cloud.clients;
    await sqs.createQueue({ QueueName: 'dead' });
    await events.putRule({ Name: 'tasks', EventPattern: '{"source":["shop"]}' });
    const Targets = [{ Id: 'one', Arn: functionArn, DeadLetterConfig: { Arn: queueArn } }];
    await events.putTargets({ Rule: 'tasks', Targets });

    await events.putEvents({ Entries: [{ Source: 'shop', DetailType: 'any', Detail: '{}' }] });
    await cloud.events.admin.settle();

    expect(got).toHaveLength(sent);
    expect(cloud.sqs.admin.peek('dead')).toHaveLength(buried);
  });
});
