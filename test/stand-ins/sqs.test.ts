import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { virtualClock } from './clock.ts';
import { inMemoryClient } from './in-memory-client.ts';
import { sqsStandIn } from './sqs.ts';

/** A queue on a virtual clock, and calls of it in few words. */
async function queueOnVirtualClock(Attributes: Record<string, string> = {}) {
  const clock = virtualClock();
  const sqs = sqsStandIn({ clock, random: seeded(), region: 'eu-central-1', accountId: '111111111111' });
  const client = inMemoryClient(sqs, { of: SQSClient });
  const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: 'events', Attributes }));
  return {
    clock,
    admin: sqs.admin,
    QueueUrl,
    client,
    send: async (...bodies: string[]) => {
      for (const MessageBody of bodies) await client.send(new SendMessageCommand({ QueueUrl, MessageBody }));
    },
    receive: async (request: object = {}): Promise<Message[]> => {
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, ...request }),
      );
      return Messages;
    },
    remove: ({ ReceiptHandle }: Message) => client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle })),
  };
}

/** Lehmer's generator. */
function seeded(): () => number {
  let seed = 1;
  return () => {
    seed = (seed * 16_807) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
}

const bodies = (messages: Message[]) => messages.map(({ Body }) => Body);

it.each(['Policy', 'RedriveAllowPolicy', 'KmsMasterKeyId', 'KmsDataKeyReusePeriodSeconds', 'FifoQueue'])(
  'refuses a queue with %s, which would say who may do what or how it behaves',
  async (name) => {
    const { client, QueueUrl } = await queueOnVirtualClock();
    const Attributes = { [name]: 'any' };

    const calls = [
      client.send(new CreateQueueCommand({ QueueName: 'other', Attributes })),
      client.send(new SetQueueAttributesCommand({ QueueUrl, Attributes })),
    ];

    for (const call of calls) {
      await expect(call).rejects.toMatchObject({
        name: 'UnsupportedOperation',
        message: expect.stringContaining(name),
      });
    }
  },
);

describe('time', () => {
  it('makes a message visible again exactly when its timeout is over', async () => {
    const { clock, send, receive } = await queueOnVirtualClock({ VisibilityTimeout: '30' });
    await send('a');
    await receive();

    await clock.advance(29_999);
    const before = await receive();
    await clock.advance(1);
    const after = await receive();

    expect([before.length, after.length]).toEqual([0, 1]);
  });

  it('ends a long poll at its deadline, not before', async () => {
    const { clock, receive } = await queueOnVirtualClock();
    const start = clock.now();

    const got = await clock.run(receive({ WaitTimeSeconds: 20 }));

    expect(got).toEqual([]);
    expect(clock.now() - start).toBe(20_000);
  });

  it('lets a long poll see a message that becomes visible meanwhile', async () => {
    const { clock, send, receive } = await queueOnVirtualClock({ DelaySeconds: '7' });
    const start = clock.now();
    await send('a');

    const got = await clock.run(receive({ WaitTimeSeconds: 20 }));

    expect(bodies(got)).toEqual(['a']);
    expect(clock.now() - start).toBe(7_000);
  });

  it('forgets messages at the end of their retention, received or not', async () => {
    const { clock, send, receive, admin } = await queueOnVirtualClock({ MessageRetentionPeriod: '60' });
    await send('a');

    await clock.advance(60_000);
    expect(admin.peek('events')).toHaveLength(1);
    await clock.advance(1);

    expect(admin.peek('events')).toEqual([]);
    expect(await receive()).toEqual([]);
  });

  it('keeps the age of a message that moves to the dead-letter queue', async () => {
    const { clock, client, QueueUrl, send, receive, admin } = await queueOnVirtualClock({ VisibilityTimeout: '0' });
    await client.send(new CreateQueueCommand({ QueueName: 'dead', Attributes: { MessageRetentionPeriod: '60' } }));
    const RedrivePolicy = '{"deadLetterTargetArn":"arn:aws:sqs:eu-central-1:111111111111:dead","maxReceiveCount":1}';
    await client.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { RedrivePolicy } }));
    await send('poison');
    await receive();
    await clock.advance(50_000);
    await receive();

    expect(admin.peek('dead').map(({ body }) => body)).toEqual(['poison']);
    await clock.advance(10_001);
    expect(admin.peek('dead')).toEqual([]);
  });
});

describe('a long poll', () => {
  it('of a dead-letter queue is woken by what arrives there', async () => {
    const { clock, client, QueueUrl, send, receive } = await queueOnVirtualClock({ VisibilityTimeout: '0' });
    const { QueueUrl: dead } = await client.send(new CreateQueueCommand({ QueueName: 'dead' }));
    const RedrivePolicy = '{"deadLetterTargetArn":"arn:aws:sqs:eu-central-1:111111111111:dead","maxReceiveCount":1}';
    await client.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { RedrivePolicy } }));
    await send('poison');
    await receive();
    const start = clock.now();

    const polling = client.send(new ReceiveMessageCommand({ QueueUrl: dead, WaitTimeSeconds: 20 }));
    await clock.advance(1_000);
    await receive();
    const { Messages = [] } = await clock.run(polling);

    expect(bodies(Messages)).toEqual(['poison']);
    expect(clock.now() - start).toBe(1_000);
  });

  it('sees what another consumer releases', async () => {
    const { clock, client, QueueUrl, send, receive } = await queueOnVirtualClock();
    await send('a');
    const [held] = await receive();
    const start = clock.now();

    const polling = receive({ WaitTimeSeconds: 20 });
    await clock.advance(1_000);
    const ReceiptHandle = held?.ReceiptHandle;
    await client.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }));
    const got = await clock.run(polling);

    expect(bodies(got)).toEqual(['a']);
    expect(clock.now() - start).toBe(1_000);
  });
});

describe('faults', () => {
  it('can give a message twice', async () => {
    const { send, receive, admin } = await queueOnVirtualClock();
    admin.setFaults({ duplicates: 1 });
    await send('a');

    const twice = [await receive(), await receive()];

    expect(twice.map(bodies)).toEqual([['a'], ['a']]);
  });

  it('can bring a deleted message back when its timeout is over', async () => {
    const { clock, send, receive, remove, admin } = await queueOnVirtualClock({ VisibilityTimeout: '30' });
    await send('a');
    const [message] = await receive();

    admin.setFaults({ returns: 1 });
    if (message) await remove(message);
    admin.setFaults({ returns: 0 });

    expect(await receive()).toEqual([]);
    await clock.advance(30_000);
    expect(bodies(await receive())).toEqual(['a']);
  });

  it('can give messages in another order, none lost', async () => {
    const { send, receive, admin } = await queueOnVirtualClock();
    const sent = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    await send(...sent);
    admin.setFaults({ shuffle: 1 });

    const got = bodies(await receive());

    expect(got).not.toEqual(sent);
    expect(got.toSorted()).toEqual(sent);
  });

  it('can hide everything from short polls, never from long ones', async () => {
    const { send, receive, admin } = await queueOnVirtualClock();
    await send('a', 'b');
    admin.setFaults({ emptyShortPolls: 1 });

    expect(await receive()).toEqual([]);
    expect(bodies(await receive({ WaitTimeSeconds: 1 }))).toEqual(['a', 'b']);
  });

  it('can let the approximate numbers lag, by a minute at most', async () => {
    const { clock, send, receive, admin, client, QueueUrl } = await queueOnVirtualClock();
    admin.setFaults({ countLagMs: 1e12 });
    const counts = async () => {
      const AttributeNames = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
      const { Attributes } = await client.send(
        new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...AttributeNames] }),
      );
      return AttributeNames.map((name) => Number(Attributes?.[name])).join(' ');
    };

    await clock.advance(1_000);
    await send('a', 'b');
    const late = await counts();
    await clock.advance(30_000);
    await receive({ MaxNumberOfMessages: 1, VisibilityTimeout: 600 });
    await clock.advance(31_000);
    const between = await counts();
    await clock.advance(30_000);

    expect([late, between, await counts()]).toEqual(['0 0', '2 0', '1 1']);
  });

  it('are off at first: every message once, in order', async () => {
    const { send, receive } = await queueOnVirtualClock();
    await send('a', 'b', 'c');

    expect(bodies(await receive())).toEqual(['a', 'b', 'c']);
    expect(await receive()).toEqual([]);
  });
});

describe('the host', () => {
  it('delivers to a queue by its ARN, and wakes who polls', async () => {
    const { receive, admin, clock } = await queueOnVirtualClock();
    const start = clock.now();
    const attributes = { ERROR_CODE: { DataType: 'String', StringValue: 'SDK_CLIENT_ERROR' } };

    const polling = receive({ WaitTimeSeconds: 20, MessageAttributeNames: ['All'] });
    await clock.advance(1_000);
    admin.deliver('arn:aws:sqs:eu-central-1:111111111111:events', 'lost event', attributes);
    const got = await clock.run(polling);

    expect(got).toMatchObject([{ Body: 'lost event', MessageAttributes: attributes }]);
    expect(clock.now() - start).toBe(1_000);
  });

  it('sees every message and its state', async () => {
    const { send, receive, admin, client, QueueUrl } = await queueOnVirtualClock();
    await send('a', 'b');
    await receive({ MaxNumberOfMessages: 1 });
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'c', DelaySeconds: 9 }));

    const seen = admin.peek('events').map(({ body, state, receiveCount }) => ({ body, state, receiveCount }));

    expect(seen).toEqual([
      { body: 'a', state: 'in-flight', receiveCount: 1 },
      { body: 'b', state: 'visible', receiveCount: 0 },
      { body: 'c', state: 'delayed', receiveCount: 0 },
    ]);
  });

  it('ends all polls when it closes', async () => {
    const { receive, admin, clock } = await queueOnVirtualClock();
    const start = clock.now();

    const polling = receive({ WaitTimeSeconds: 20 });
    await clock.advance(1_000);
    admin.close();

    expect(await polling).toEqual([]);
    expect(clock.now() - start).toBe(1_000);
  });
});
