import { onTestFinished } from 'vitest';
import { ec2Reader } from '../../functions/adapters/ec2-reader.ts';
import { definitionReader } from '../../functions/adapters/ecs-definitions.ts';
import { instanceReader } from '../../functions/adapters/ecs-instances.ts';
import { ecsReader } from '../../functions/adapters/ecs-reader.ts';
import { serviceReader } from '../../functions/adapters/ecs-services.ts';
import { taskStopper } from '../../functions/adapters/ecs-tasks.ts';
import { eventBus } from '../../functions/adapters/event-bus.ts';
import { eventQueue } from '../../functions/adapters/event-queue.ts';
import { executions } from '../../functions/adapters/executions.ts';
import { roleSessions } from '../../functions/adapters/role-credentials.ts';
import { changeReader } from '../../functions/adapters/route53-change.ts';
import { zoneReader, zoneWriter } from '../../functions/adapters/route53-zone.ts';
import { runListing, runStore } from '../../functions/adapters/run-store.ts';
import { anywhereReader } from '../../functions/adapters/ssm-reader.ts';
import { systemClock } from '../stand-ins/clock.ts';
import { DEFAULT_SUBNET, ec2StandIn } from '../stand-ins/ec2.ts';
import { ecsStandIn } from '../stand-ins/ecs.ts';
import { eventsStandIn } from '../stand-ins/events.ts';
import { iamStandIn } from '../stand-ins/iam.ts';
import { route53StandIn } from '../stand-ins/route53.ts';
import { s3StandIn } from '../stand-ins/s3.ts';
import { sqsStandIn } from '../stand-ins/sqs.ts';
import { ssmStandIn } from '../stand-ins/ssm.ts';
import { stepFunctionsStandIn } from '../stand-ins/step-functions.ts';
import { stsStandIn } from '../stand-ins/sts.ts';
import { type Served, served } from './served.ts';

const place = { region: 'us-east-1', accountId: '123456789012' };
const context = { ...place, requestId: 'arranged' };
const INSTANCE = 'i-0123456789abcdef0';
const ROLE = 'arn:aws:iam::123456789012:role/zone';
const DEPLOYMENT = 'arn:aws:ecs:us-east-1:123456789012:service-deployment/shop/web/abc';
const MACHINE = 'arn:aws:states:us-east-1:123456789012:stateMachine:reconcile';

/** One of everything that the adapters call. */
export interface World extends Served {
  readonly task: string;
  readonly host: string;
  readonly definition: string;
  readonly queueUrl: string;
  readonly receipt: string;
  /** Id of a change of the zone. */
  readonly change: string;
}

/**
 * All services behind one endpoint, gone with the test.
 *
 * @param only the service of one call: quicker
 */
export async function everyService(only?: string): Promise<World> {
  const ecs = ecsStandIn({ now: Date.now, ...place });
  ecs.admin.createCluster('shop');
  const containerDefinitions = [{ name: 'app', image: 'calc', portMappings: [{ containerPort: 80 }] }];
  const definition = ecs.admin.registerTaskDefinition({ family: 'calc', networkMode: 'bridge', containerDefinitions });
  const host = ecs.admin.registerContainerInstance({ cluster: 'shop', ec2InstanceId: INSTANCE });
  const task = ecs.admin.putTask({ cluster: 'shop', taskDefinition: 'calc', containerInstance: host });
  ecs.admin.putService({ cluster: 'shop', serviceName: 'web', taskDefinition: 'calc', desiredCount: 1 });
  const ec2 = ec2StandIn({ now: Date.now, ...place });
  ec2.admin.putInstance(INSTANCE, { privateIpAddress: '10.0.0.1' });
  const route53 = route53StandIn({ now: Date.now });
  route53.addHostedZone({ name: 'shop.internal', id: 'Z0WORLD', vpcId: 'vpc-1' });
  const sets = [
    {
      Action: 'CREATE',
      ResourceRecordSet: { Name: 'known.shop.internal.', Type: 'A', TTL: 5, ResourceRecords: [{ Value: '10.0.0.9' }] },
    },
  ];
  const changed = await route53.operations.ChangeResourceRecordSets?.(
    { HostedZoneId: 'Z0WORLD', ChangeBatch: { Changes: sets } } as never,
    context,
  );
  const { ChangeInfo } = changed as { ChangeInfo?: { Id?: string } };
  const s3 = s3StandIn({ now: Date.now });
  s3.addBucket('runs');
  await s3.operations.PutObject?.({ Bucket: 'runs', Key: 'known', Body: Buffer.from('{}') } as never, context);
  const sqs = sqsStandIn({ clock: systemClock, ...place });
  await sqs.operations.CreateQueue?.({ QueueName: 'events' } as never, context);
  sqs.admin.deliver('arn:aws:sqs:us-east-1:123456789012:events', 'in flight');
  const QueueUrl = '/123456789012/events';
  const received = await sqs.operations.ReceiveMessage?.({ QueueUrl } as never, context);
  const { Messages: [message] = [] } = received as { Messages?: { ReceiptHandle?: string }[] };
  sqs.admin.deliver('arn:aws:sqs:us-east-1:123456789012:events', 'waiting');
  const states = stepFunctionsStandIn({ clock: systemClock, invoke: async () => ({}), ...place });
  const machine = { StartAt: 'Done', States: { Done: { Type: 'Succeed' } } };
  const created = {
    name: 'reconcile',
    definition: JSON.stringify(machine),
    roleArn: 'arn:aws:iam::123456789012:role/r',
  };
  await states.operations.CreateStateMachine?.(created as never, context);
  onTestFinished(async () => {
    sqs.admin.close();
    await states.admin.close();
  });
  const bus = eventsStandIn({ clock: systemClock, invoke: async () => undefined, ...place });
  const ssm = ssmStandIn({ now: Date.now });
  const iam = iamStandIn(place);
  const trust = { Effect: 'Allow', Principal: { AWS: place.accountId }, Action: 'sts:AssumeRole' } as const;
  iam.putRole({ arn: ROLE, trust: { Statement: trust }, policies: [] });
  // The stand-in knows no deployments by ARN.
  const DescribeServiceDeployments = () => ({
    serviceDeployments: [{ serviceDeploymentArn: DEPLOYMENT, status: 'IN_PROGRESS' }],
  });
  const withDeployments = { ...ecs, operations: { ...ecs.operations, DescribeServiceDeployments } };
  const services = [withDeployments, ec2, ssm, route53, s3, sqs, states, bus, stsStandIn({ iam })];
  const endpoint = await served(...services.filter(({ signingName }) => !only || signingName === only));
  const queueUrl = `${endpoint.url}${QueueUrl}`;
  return {
    ...endpoint,
    task,
    host,
    definition,
    queueUrl,
    receipt: message?.ReceiptHandle ?? '',
    change: ChangeInfo?.Id ?? '',
  };
}

/** A call of the adapters, by a client of its own. */
export interface EveryCall {
  /** As faults name it. */
  readonly call: string;
  /** The error code with which this service throttles. */
  readonly throttle: string;
  /** Good answers that say nothing, in the service's form; none where such an answer has a meaning. */
  readonly hollow: readonly string[];
  readonly run: (world: World) => Promise<unknown>;
}

const JSON_HOLLOW = ['', '{}', 'null', '<html>busy</html>', '{"taskArns":["arn:aws:ec'];
const XML_HOLLOW = ['', '<html/>', '{}', '<Response><reservationSet><item>'];
const ecs = { throttle: 'ThrottlingException', hollow: JSON_HOLLOW };
const ec2 = { throttle: 'RequestLimitExceeded', hollow: XML_HOLLOW };
const ssm = { throttle: 'ThrottlingException', hollow: JSON_HOLLOW };
const route53 = { throttle: 'Throttling', hollow: XML_HOLLOW };
const s3 = { throttle: 'SlowDown', hollow: [] };
const sqs = { throttle: 'RequestThrottled', hollow: JSON_HOLLOW };
const states = { throttle: 'ThrottlingException', hollow: JSON_HOLLOW };

const address = {
  ownerName: 'a.shop.internal.',
  type: 'A',
  ttl: 5,
  values: ['10.0.0.1'],
  policy: 'simple',
} as const;

/** Every call that the adapters make. */
export const EVERY_CALL: readonly EveryCall[] = [
  { call: 'ecs:ListClusters', ...ecs, run: () => ecsReader().listClusters() },
  { call: 'ecs:ListTasks', ...ecs, run: () => ecsReader().listTasks({ cluster: 'shop' }) },
  { call: 'ecs:DescribeTasks', ...ecs, run: ({ task }) => ecsReader().describeTasks('shop', [task]) },
  {
    call: 'ecs:DescribeTaskDefinition',
    ...ecs,
    run: ({ definition }) => definitionReader().describe([definition]),
  },
  { call: 'ecs:StopTask', ...ecs, run: ({ task }) => taskStopper().stop({ cluster: 'shop', task, reason: 'a test' }) },
  { call: 'ecs:DescribeContainerInstances', ...ecs, run: ({ host }) => instanceReader().describe('shop', [host]) },
  {
    call: 'ecs:DescribeServices',
    ...ecs,
    run: () => serviceReader().services('shop', ['web']),
  },
  {
    call: 'ecs:DescribeServiceDeployments',
    ...ecs,
    run: () => serviceReader().deployments([DEPLOYMENT]),
  },
  { call: 'ec2:DescribeInstances', ...ec2, run: () => ec2Reader().describeInstances([INSTANCE]) },
  { call: 'ec2:DescribeNetworkInterfaces', ...ec2, run: () => ec2Reader().holdersOf(['10.0.0.1']) },
  { call: 'ec2:DescribeSubnets', ...ec2, run: () => ec2Reader().vpcsOf([DEFAULT_SUBNET]) },
  {
    call: 'ssm:DescribeInstanceInformation',
    ...ssm,
    run: () => anywhereReader().addressesOf(['mi-0123456789abcdef0']),
  },
  { call: 'route53:GetHostedZone', ...route53, run: () => zoneReader('Z0WORLD').describe() },
  { call: 'route53:ListResourceRecordSets', ...route53, run: () => zoneReader('Z0WORLD').all() },
  {
    call: 'route53:ChangeResourceRecordSets',
    ...route53,
    run: () => zoneWriter('Z0WORLD').change([{ action: 'CREATE', recordSet: address }], 'a test'),
  },
  { call: 'route53:GetChange', ...route53, run: ({ change }) => changeReader().state(change) },
  {
    call: 'sts:AssumeRole',
    throttle: 'Throttling',
    hollow: XML_HOLLOW,
    run: () => roleSessions({ arn: ROLE }, () => 'a-run').credentials(),
  },
  { call: 's3:GetObject', ...s3, run: () => runStore('runs').get('known') },
  { call: 's3:ListObjectsV2', ...s3, hollow: XML_HOLLOW, run: () => runListing('runs').list('kno') },
  { call: 's3:PutObject', ...s3, run: () => runStore('runs').put('new', '{}') },
  { call: 'sqs:SendMessage', ...sqs, run: ({ queueUrl }) => eventQueue(queueUrl).send('wake-up') },
  // No messages is an empty object; what is not JSON is a fault.
  {
    call: 'sqs:ReceiveMessage',
    ...sqs,
    hollow: JSON_HOLLOW.slice(3),
    run: ({ queueUrl }) => eventQueue(queueUrl).receive(0),
  },
  { call: 'sqs:GetQueueAttributes', ...sqs, run: ({ queueUrl }) => eventQueue(queueUrl).waiting() },
  {
    call: 'sqs:DeleteMessageBatch',
    ...sqs,
    run: ({ queueUrl, receipt }) => eventQueue(queueUrl).delete([receipt]),
  },
  {
    call: 'sqs:ChangeMessageVisibilityBatch',
    ...sqs,
    run: ({ queueUrl, receipt }) => eventQueue(queueUrl).release([receipt], 1),
  },
  // What the bus has not taken is counted, which its own test shows; what is not JSON is a fault.
  {
    call: 'events:PutEvents',
    throttle: 'ThrottlingException',
    hollow: JSON_HOLLOW.slice(3),
    run: () => eventBus().publish([{ detailType: 'Test', detail: {}, resources: [] }]),
  },
  { call: 'states:StartExecution', ...states, run: () => executions().start(MACHINE, 'events-1', {}) },
];

/** API action name of a call. */
export const operationOf = (call: string) => call.slice(call.indexOf(':') + 1);
