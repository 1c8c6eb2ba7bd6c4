import { setTimeout as sleep } from 'node:timers/promises';
import { CloudFormation } from '@aws-sdk/client-cloudformation';
import { ECS } from '@aws-sdk/client-ecs';
import { Route53 } from '@aws-sdk/client-route-53';
import { S3 } from '@aws-sdk/client-s3';
import { SFN } from '@aws-sdk/client-sfn';
import { SQS } from '@aws-sdk/client-sqs';
import { SSM } from '@aws-sdk/client-ssm';
import { readDig } from '../answer.ts';
import { until } from '../wait.ts';
import { command, ecssd } from './command.ts';
import type { Clients, Place, TaskEvent } from './place.ts';
import { functionArn, physical, roleArn } from './resources.ts';

export interface Account {
  readonly account: string;
  readonly region: string;
  readonly prefix: string;
  /** Takes what the CDK prints. */
  readonly tell: (line: string) => void;
}

const stacksOf = ({ prefix }: Account) => [prefix, `${prefix}-probes`];

/** Deploys both stacks; again with other settings it is an update. */
export async function deploy(
  account: Account,
  context: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<void> {
  await cdk(account, ['deploy', '--all', '--require-approval', 'never', '--concurrency', '1'], { context, signal });
}

async function cdk(
  { prefix, tell, account, region }: Account,
  words: readonly string[],
  { context, signal }: { readonly context: Readonly<Record<string, string>>; readonly signal: AbortSignal },
): Promise<void> {
  const given = Object.entries({ prefix, ...context }).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
  const app = ['--app', 'node test/acceptance/app.ts', '--output', `cdk.out.${prefix}`];
  const env = { ...process.env, AWS_REGION: region, CDK_DEFAULT_REGION: region, CDK_DEFAULT_ACCOUNT: account };
  const { code, output } = await command(['npx', 'cdk', ...words, ...app, ...given], { env, signal, tell });
  if (code !== 0)
    throw new Error(`cdk ${words[0]} ended with ${code}: ${output.trim().split('\n').slice(-5).join(' ')}`);
}

/** Logical ids of functions that ECS calls, and of the roles by which it does. */
export const HOOKS = {
  shift: [/ShiftsShiftHookFunction[0-9A-F]{8}$/, /ShiftsEcsRole[0-9A-F]{8}$/],
  sleeper: [/^Sleeper[0-9A-F]{8}$/, /^SleeperHookRole[0-9A-F]{8}$/],
} as const;

/** What stands there of earlier: outputs and resources of both stacks. */
export async function connect(account: Account): Promise<Place> {
  const { region } = account;
  const cloudFormation = new CloudFormation({ region });
  const outputs = new Map<string, string>();
  const resources = new Map<string, string>();
  for (const StackName of stacksOf(account)) {
    const { Stacks: [stack] = [] } = await cloudFormation.describeStacks({ StackName });
    for (const { OutputKey = '', OutputValue = '' } of stack?.Outputs ?? []) outputs.set(OutputKey, OutputValue);
    for (const [logical, id] of await resourcesOf(cloudFormation, StackName)) resources.set(logical, id);
  }
  const output = (key: string): string => {
    const value = outputs.get(key);
    if (value === undefined) throw new Error(`stack ${account.prefix} has no output ${key}: is it deployed?`);
    return value;
  };
  const clients: Clients = {
    ecs: new ECS({ region }),
    route53: new Route53({ region }),
    route53Once: new Route53({ region, maxAttempts: 1 }),
    s3: new S3({ region }),
    sqs: new SQS({ region }),
    stepFunctions: new SFN({ region }),
  };
  const zoneId = output('HostedZoneId');
  const { HostedZone } = await clients.route53.getHostedZone({ Id: zoneId });
  const env = { ...process.env, AWS_REGION: region, ECSSD_STATE_MACHINE: output('StateMachineArn') };
  const asking = resolverOf(clients, { region, cluster: output('ClusterName') });
  const seen: TaskEvent[] = [];
  return {
    kind: 'account',
    label: `Account ${account.account}, ${region}`,
    clients,
    stateMachine: output('StateMachineArn'),
    bucket: output('RunBucketName'),
    zoneId,
    zone: (HostedZone?.Name ?? '').replace(/\.$/, ''),
    cluster: output('ClusterName'),
    eventQueue: output('EventQueueUrl'),
    deadLetterQueue: output('DeadLetterQueueUrl'),
    scratchQueue: output('ScratchUrl'),
    resources,
    hook: (which) => {
      const [called, role] = HOOKS[which];
      return {
        functionArn: functionArn(output('StateMachineArn'), physical({ resources }, called)),
        roleArn: roleArn(output('StateMachineArn'), physical({ resources }, role)),
      };
    },
    ask: asking,
    events: async () => {
      seen.push(...(await received(clients.sqs, output('TaskEventsUrl'))));
      return seen;
    },
    update: (signal) => deploy(account, { recordTtl: '6' }, signal),
    ecssd: (args, signal) => ecssd(args, env, signal),
    takeDown: (signal) => takeDown(account, signal),
  };
}

async function resourcesOf(
  cloudFormation: CloudFormation,
  StackName: string,
): Promise<readonly (readonly [string, string])[]> {
  const found: (readonly [string, string])[] = [];
  let NextToken: string | undefined;
  do {
    const page = await cloudFormation.listStackResources({ StackName, ...(NextToken && { NextToken }) });
    for (const { LogicalResourceId = '', PhysicalResourceId = '' } of page.StackResourceSummaries ?? []) {
      found.push([LogicalResourceId, PhysicalResourceId]);
    }
    NextToken = page.NextToken;
  } while (NextToken);
  return found;
}

/** Everything that waits in a queue, taken out of it. */
async function received(sqs: SQS, QueueUrl: string): Promise<readonly TaskEvent[]> {
  const events: TaskEvent[] = [];
  for (;;) {
    const { Messages = [] } = await sqs.receiveMessage({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 2 });
    if (Messages.length === 0) return events;
    for (const { Body = '{}', ReceiptHandle } of Messages) {
      const { time, detail } = JSON.parse(Body);
      const { taskArn: task, version, lastStatus, desiredStatus } = detail;
      events.push({ task, version, lastStatus, desiredStatus, time });
      await sqs.deleteMessage({ QueueUrl, ReceiptHandle });
    }
  }
}

/** Asks with `dig` on a host of the cluster, by Session Manager. */
function resolverOf(
  { ecs }: Clients,
  { region, cluster }: { readonly region: string; readonly cluster: string },
): Place['ask'] {
  const ssm = new SSM({ region });
  let prepared: Promise<string> | undefined;
  const shell = async (instance: string, line: string, signal: AbortSignal): Promise<string> => {
    const { Command } = await ssm.sendCommand({
      InstanceIds: [instance],
      DocumentName: 'AWS-RunShellScript',
      Parameters: { commands: [line] },
    });
    const CommandId = Command?.CommandId ?? '';
    await sleep(1_000, undefined, { signal });
    return until(
      async () => {
        const {
          Status,
          StandardOutputContent = '',
          StandardErrorContent = '',
        } = await ssm.getCommandInvocation({
          CommandId,
          InstanceId: instance,
        });
        if (Status === 'Pending' || Status === 'InProgress' || Status === 'Delayed') return undefined;
        if (Status !== 'Success')
          throw new Error(`${line} on ${instance}: ${Status} ${StandardErrorContent.slice(0, 200)}`);
        return StandardOutputContent;
      },
      { every: 1, signal },
    );
  };
  const host = async (signal: AbortSignal): Promise<string> => {
    const { containerInstanceArns: [first = ''] = [] } = await ecs.listContainerInstances({ cluster });
    const { containerInstances = [] } = await ecs.describeContainerInstances({ cluster, containerInstances: [first] });
    const id = containerInstances[0]?.ec2InstanceId ?? '';
    await shell(id, 'command -v dig >/dev/null || dnf install -y -q bind-utils', signal);
    return id;
  };
  return async (name, type, signal) => {
    prepared ??= host(signal);
    const instance = await prepared.catch((fault: unknown) => {
      prepared = undefined;
      throw fault;
    });
    return readDig(await shell(instance, `dig +noall +comments +question +answer +authority ${type} ${name}.`, signal));
  };
}

/** Both stacks and the bucket that outlives them; gives what CloudFormation left. */
export async function takeDown(account: Account, signal: AbortSignal): Promise<readonly string[]> {
  const cloudFormation = new CloudFormation({ region: account.region });
  const ids: string[] = [];
  const buckets: string[] = [];
  for (const StackName of stacksOf(account)) {
    const { Stacks: [stack] = [] } = await cloudFormation.describeStacks({ StackName }).catch(() => ({ Stacks: [] }));
    if (stack?.StackId) ids.push(stack.StackId);
    for (const { OutputKey, OutputValue } of stack?.Outputs ?? []) {
      if (OutputKey === 'RunBucketName' && OutputValue) buckets.push(OutputValue);
    }
  }
  await cdk(account, ['destroy', '--all', '--force'], { context: {}, signal });
  const left: string[] = [];
  for (const StackName of ids) {
    // The id of a stack that is gone still names it for 90 days.
    const { Stacks: [stack] = [] } = await cloudFormation.describeStacks({ StackName });
    if (stack?.StackStatus !== 'DELETE_COMPLETE') left.push(`stack ${stack?.StackName} ${stack?.StackStatus}`);
    const { StackResources = [] } = await cloudFormation.describeStackResources({ StackName });
    for (const { ResourceStatus, ResourceType, PhysicalResourceId = '' } of StackResources) {
      if (ResourceStatus === 'DELETE_COMPLETE' || buckets.includes(PhysicalResourceId)) continue;
      left.push(`${ResourceType} ${PhysicalResourceId} ${ResourceStatus}`);
    }
  }
  const s3 = new S3({ region: account.region });
  for (const bucket of buckets) {
    const fault = await emptied(s3, bucket).then(
      () => undefined,
      (one: unknown) => one,
    );
    if (fault !== undefined) left.push(`bucket ${bucket}: ${fault instanceof Error ? fault.message : String(fault)}`);
  }
  return left;
}

async function emptied(s3: S3, Bucket: string): Promise<void> {
  for (;;) {
    const { Versions = [], DeleteMarkers = [] } = await s3.listObjectVersions({ Bucket });
    const Objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }));
    if (Objects.length === 0) break;
    await s3.deleteObjects({ Bucket, Delete: { Objects } });
  }
  await s3.deleteBucket({ Bucket });
}
