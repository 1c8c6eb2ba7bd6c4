import {
  DisableRuleCommand,
  EnableRuleCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
  type Target,
} from '@aws-sdk/client-eventbridge';
import { describe, expect, it } from 'vitest';
import { virtualClock } from './clock.ts';
import type { DeadLetterAttributes, Delivery } from './events/delivery.ts';
import { eventsStandIn } from './events.ts';
import { inMemoryClient } from './in-memory-client.ts';

const TARGET = 'arn:aws:lambda:eu-central-1:111111111111:function:start-run';
const DEAD_LETTERS = 'arn:aws:sqs:eu-central-1:111111111111:dead';

const event = (id: string, detail: object = {}) => ({
  version: '0',
  id,
  'detail-type': 'ECS Task State Change',
  source: 'aws.ecs',
  resources: [],
  detail,
});

/** A bus on a virtual clock with one rule for all events of ECS; the target fails as often as said. */
async function bus({
  target = {},
  fails = () => undefined,
}: {
  target?: Partial<Target>;
  fails?: (call: number) => Error | undefined;
} = {}) {
  const clock = virtualClock();
  const start = clock.now();
  let seed = 7;
  const random = (): number => {
    seed = (seed * 16_807) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  const calls: { input: unknown; at: number }[] = [];
  const deadLetters: { queueArn: string; body: string; attributes: DeadLetterAttributes }[] = [];
  const deliveries: Delivery[] = [];
  const events = eventsStandIn({
    clock,
    random,
    region: 'eu-central-1',
    accountId: '111111111111',
    deadLetter: (queueArn, body, attributes) => deadLetters.push({ queueArn, body, attributes }),
    invoke: async (_arn, input) => {
      calls.push({ input, at: clock.now() - start });
      const error = fails(calls.length);
      if (error) throw error;
    },
  });
  events.admin.onDelivery((delivery) => deliveries.push(delivery));
  const client = inMemoryClient(events, { of: EventBridgeClient });
  await client.send(new PutRuleCommand({ Name: 'ecs', EventPattern: '{"source":["aws.ecs"]}' }));
  await client.send(new PutTargetsCommand({ Rule: 'ecs', Targets: [{ Id: 'start', Arn: TARGET, ...target }] }));
  return {
    admin: events.admin,
    client,
    clock,
    calls,
    deadLetters,
    deliveries,
    ids: () => calls.map(({ input }) => (input as { id: string }).id),
    settle: () => clock.run(events.admin.settle()),
  };
}

const broken = (name = 'ServiceUnavailable') => Object.assign(new Error('try later'), { name });

describe('deliveries', () => {
  it('bring events of AWS services to the targets, once and in order', async () => {
    const { admin, ids, settle } = await bus();
    const sent = ['1', '2', '3', '4', '5'];

    for (const id of sent) admin.deliver(event(id));
    await settle();

    expect(ids()).toEqual(sent);
  });

  it('leave out what no rule matches', async () => {
    const { admin, calls, settle } = await bus();

    admin.deliver({ ...event('1'), source: 'aws.ec2' });
    await settle();

    expect(calls).toEqual([]);
  });

  it('are not made for a rule that is switched off', async () => {
    const { admin, client, calls, settle } = await bus();

    await client.send(new DisableRuleCommand({ Name: 'ecs' }));
    admin.deliver(event('1'));
    await client.send(new EnableRuleCommand({ Name: 'ecs' }));
    admin.deliver(event('2'));
    await settle();

    expect(calls).toHaveLength(1);
  });

  it('do not share the event with the target', async () => {
    const { admin, calls, settle } = await bus();
    const sent = event('1', { list: [1] });

    admin.deliver(sent);
    sent.detail = { list: [2] };
    await settle();

    expect(calls[0]?.input).toEqual(event('1', { list: [1] }));
  });
});

describe('retries', () => {
  it('go on with growing delays until the target takes the event', async () => {
    const { admin, calls, deliveries, deadLetters, settle } = await bus({
      fails: (call) => (call <= 3 ? broken() : undefined),
    });

    admin.deliver(event('1'));
    await settle();

    const delays = calls.slice(1).map(({ at }, index) => at - (calls[index]?.at ?? 0));
    expect(delays).toHaveLength(3);
    for (const [index, delay] of delays.entries()) expect(delay).toBeLessThanOrEqual(1_000 * 2 ** index);
    expect(deliveries).toEqual([
      { eventId: '1', ruleName: 'ecs', targetArn: TARGET, attempts: 4, result: 'delivered' },
    ]);
    expect(deadLetters).toEqual([]);
  });

  it('end in the dead-letter queue after as many as the policy allows', async () => {
    const target = { RetryPolicy: { MaximumRetryAttempts: 2 }, DeadLetterConfig: { Arn: DEAD_LETTERS } };
    const { admin, calls, deadLetters, settle } = await bus({ target, fails: () => broken() });

    admin.deliver(event('1'));
    await settle();

    expect(calls).toHaveLength(3);
    expect(deadLetters).toEqual([
      {
        queueArn: DEAD_LETTERS,
        body: JSON.stringify(event('1')),
        attributes: {
          RULE_ARN: { DataType: 'String', StringValue: 'arn:aws:events:eu-central-1:111111111111:rule/ecs' },
          TARGET_ARN: { DataType: 'String', StringValue: TARGET },
          ERROR_CODE: { DataType: 'String', StringValue: 'SDK_CLIENT_ERROR' },
          ERROR_MESSAGE: { DataType: 'String', StringValue: 'try later' },
          EXHAUSTED_RETRY_CONDITION: { DataType: 'String', StringValue: 'MaximumRetryAttempts' },
          RETRY_ATTEMPTS: { DataType: 'Number', StringValue: '2' },
        },
      },
    ]);
  });

  it('end when the event is too old', async () => {
    const target = { RetryPolicy: { MaximumEventAgeInSeconds: 60 }, DeadLetterConfig: { Arn: DEAD_LETTERS } };
    const { admin, clock, deadLetters, settle } = await bus({ target, fails: () => broken() });
    const start = clock.now();

    admin.deliver(event('1'));
    await settle();

    expect(clock.now() - start).toBeLessThanOrEqual(60_000);
    expect(deadLetters[0]?.attributes.EXHAUSTED_RETRY_CONDITION?.StringValue).toBe('MaximumEventAgeInSeconds');
  });

  it('are not made where they are of no use', async () => {
    const target = { DeadLetterConfig: { Arn: DEAD_LETTERS } };
    const { admin, calls, deadLetters, settle } = await bus({
      target,
      fails: () => broken('StateMachineDoesNotExist'),
    });

    admin.deliver(event('1'));
    await settle();

    expect(calls).toHaveLength(1);
    expect(deadLetters[0]?.attributes.ERROR_CODE?.StringValue).toBe('NO_RESOURCE');
  });

  it('end in nothing, and say so, where there is no dead-letter queue', async () => {
    const { admin, deliveries, settle } = await bus({
      target: { RetryPolicy: { MaximumRetryAttempts: 0 } },
      fails: () => broken(),
    });

    admin.deliver(event('1'));
    await settle();

    expect(deliveries.map(({ result }) => result)).toEqual(['dropped']);
  });

  it('stop when the bus closes', async () => {
    const { admin, clock, deliveries } = await bus({ fails: () => broken() });

    admin.deliver(event('1'));
    await clock.advance(1);
    await admin.close();

    expect(deliveries.map(({ result }) => result)).toEqual(['stopped']);
  });
});

describe('faults', () => {
  it('can lose events', async () => {
    const { admin, calls, deliveries, settle } = await bus();
    admin.setFaults({ loss: 1 });

    admin.deliver(event('1'));
    await settle();

    expect(calls).toEqual([]);
    expect(deliveries.map(({ result }) => result)).toEqual(['lost']);
  });

  it('can repeat events, same id', async () => {
    const { admin, ids, settle } = await bus();
    admin.setFaults({ duplicates: 1 });

    admin.deliver(event('1'));
    await settle();

    expect(ids()).toEqual(['1', '1']);
  });

  it('can delay events so that they overtake each other', async () => {
    const { admin, ids, calls, settle } = await bus();
    admin.setFaults({ delayMs: 10_000 });
    const sent = ['1', '2', '3', '4', '5', '6', '7', '8'];

    for (const id of sent) admin.deliver(event(id));
    await settle();

    expect(ids()).not.toEqual(sent);
    expect(ids().toSorted()).toEqual(sent);
    expect(calls.every(({ at }) => at < 10_000)).toBe(true);
  });
});

describe('the input of a target', () => {
  const detail = { taskArn: 'arn:task/"a"', version: 3, containers: [{ name: 'app' }] };

  it.each<{ row: string; target: Partial<Target>; input: unknown }>([
    { row: 'is the event', target: {}, input: event('1', detail) },
    { row: 'is a fixed text', target: { Input: '{"trigger":"schedule"}' }, input: { trigger: 'schedule' } },
    { row: 'is the part at a path', target: { InputPath: '$.detail.containers[0]' }, input: { name: 'app' } },
    {
      row: 'is made by a template: values as JSON, in quotes as text',
      target: {
        InputTransformer: {
          InputPathsMap: { task: '$.detail.taskArn', version: '$.detail.version', containers: '$.detail.containers' },
          InputTemplate:
            '{"task": <task>, "version": <version>, "containers": <containers>, "text": "<task> at <version>", "rule": "<aws.events.rule-name>"}',
        },
      },
      input: {
        task: detail.taskArn,
        version: 3,
        containers: detail.containers,
        text: 'arn:task/"a" at 3',
        rule: 'ecs',
      },
    },
    {
      row: 'has the whole event where the template says so',
      target: { InputTransformer: { InputTemplate: '{"event": <aws.events.event.json>}' } },
      input: { event: event('1', detail) },
    },
    {
      row: 'is plain text where the template makes no JSON',
      target: { InputTransformer: { InputPathsMap: { v: '$.detail.version' }, InputTemplate: 'version <v> seen' } },
      input: 'version 3 seen',
    },
  ])('$row', async ({ target, input }) => {
    const { admin, calls, settle } = await bus({ target });

    admin.deliver(event('1', detail));
    await settle();

    expect(calls[0]?.input).toEqual(input);
  });
});
