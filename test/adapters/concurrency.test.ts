import { expect, it, vi } from 'vitest';
import { ec2Reader } from '../../functions/adapters/ec2-reader.ts';
import { definitionReader } from '../../functions/adapters/ecs-definitions.ts';
import { instanceReader } from '../../functions/adapters/ecs-instances.ts';
import { ecsReader } from '../../functions/adapters/ecs-reader.ts';
import { eventBus } from '../../functions/adapters/event-bus.ts';
import { eventQueue } from '../../functions/adapters/event-queue.ts';
import { everyService, type World } from './every-call.ts';

/** Buckets of requests are those of the account: whoever asks for everything at once takes them from all others. */

const some = (count: number, prefix: string) => Array.from({ length: count }, (_, index) => `${prefix}${index}`);
const TASK = 'arn:aws:ecs:us-east-1:123456789012:task/shop/';
const HOST = 'arn:aws:ecs:us-east-1:123456789012:container-instance/shop/';
const DEFINITION = 'arn:aws:ecs:us-east-1:123456789012:task-definition/none:';
const EVENTS = some(200, '').map((text) => ({ detailType: 'Test', detail: { text }, resources: [] }));

interface Row {
  readonly call: string;
  readonly most: number;
  /** Enough for twenty calls. */
  readonly run: (world: World) => Promise<unknown>;
}

it.each<Row>([
  { call: 'ecs:DescribeTasks', most: 8, run: () => ecsReader().describeTasks('shop', some(2_000, TASK)) },
  {
    call: 'ecs:DescribeContainerInstances',
    most: 8,
    run: () => instanceReader().describe('shop', some(2_000, HOST)),
  },
  { call: 'ecs:DescribeTaskDefinition', most: 5, run: () => definitionReader().describe(some(20, DEFINITION)) },
  { call: 'ec2:DescribeInstances', most: 5, run: () => ec2Reader().describeInstances(some(4_000, 'i-')) },
  { call: 'ec2:DescribeNetworkInterfaces', most: 5, run: () => ec2Reader().holdersOf(some(4_000, '10.0.')) },
  { call: 'ec2:DescribeSubnets', most: 5, run: () => ec2Reader().vpcsOf(some(4_000, 'subnet-')) },
  { call: 'sqs:DeleteMessageBatch', most: 5, run: ({ queueUrl }) => eventQueue(queueUrl).delete(some(200, 'gone')) },
  {
    call: 'sqs:ChangeMessageVisibilityBatch',
    most: 5,
    run: ({ queueUrl }) => eventQueue(queueUrl).release(some(200, 'gone'), 1),
  },
  { call: 'events:PutEvents', most: 5, run: () => eventBus().publish(EVENTS) },
])('$call is made by at most $most at a time, and by as many', async ({ call, most, run }) => {
  const [service = '', operation = ''] = call.split(':');
  const world = await everyService(service);
  let [open, peak] = [0, 0];
  world.inject(operation, async () => {
    open += 1;
    peak = Math.max(peak, open);
    // Held until as many are there as may be, however slow this machine is, and for a moment in which one more would come.
    await vi.waitUntil(() => peak >= most, { timeout: 3_000, interval: 5 }).catch(() => {});
    await new Promise((resume) => setTimeout(resume, 50));
    open -= 1;
    return undefined;
  });

  await run(world);

  expect(world.inputs(operation)).toHaveLength(20);
  expect(peak).toBe(most);
});
