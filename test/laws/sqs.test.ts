import {
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  type Message,
  PurgeQueueCommand,
  type QueueAttributeName,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SendMessageBatchCommand,
  SendMessageCommand,
  type SendMessageCommandInput,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../stand-ins/clock.ts';
import { DEFAULT_ACCOUNT } from '../stand-ins/protocol.ts';
import { sqsStandIn } from '../stand-ins/sqs.ts';
import { type LawsEndpoint, lawsEndpoint, standInOnly } from './endpoint.ts';

let endpoint: LawsEndpoint;
let client: SQSClient;
const standIn = sqsStandIn({
  clock: systemClock,
  region: 'us-east-1',
  accountId: DEFAULT_ACCOUNT,
  endpointUrl: () => endpoint.clientConfig.endpoint ?? '',
});
const made: string[] = [];

beforeAll(async () => {
  endpoint = await lawsEndpoint([standIn]);
  client = new SQSClient(endpoint.clientConfig);
});

afterAll(async () => {
  for (const QueueUrl of made) await client.send(new DeleteQueueCommand({ QueueUrl }));
  client.destroy();
  standIn.admin.close();
  await endpoint.close();
});

describe('queues', () => {
  it('are found by name under the URL they were made with', async () => {
    const QueueName = unique();
    const QueueUrl = await queue({}, QueueName);

    const found = await client.send(new GetQueueUrlCommand({ QueueName }));

    expect(found.QueueUrl).toBe(QueueUrl);
    expect(QueueUrl.endsWith(`/${QueueName}`)).toBe(true);
  });

  it('are the same when made again with the same attributes, and refused with others', async () => {
    const QueueName = unique();
    const QueueUrl = await queue({ VisibilityTimeout: '7' }, QueueName);

    const again = await client.send(new CreateQueueCommand({ QueueName, Attributes: { VisibilityTimeout: '7' } }));
    const other = client.send(new CreateQueueCommand({ QueueName, Attributes: { VisibilityTimeout: '8' } }));

    expect(again.QueueUrl).toBe(QueueUrl);
    await expect(other).rejects.toMatchObject({ name: 'QueueNameExists' });
  });

  it.each([
    { call: 'GetQueueUrl', run: () => client.send(new GetQueueUrlCommand({ QueueName: unique() })) },
    { call: 'ReceiveMessage', run: async () => receive(`${await queue()}-not`) },
  ])('that do not exist are refused by $call', async ({ run }) => {
    await expect(run()).rejects.toMatchObject({ name: 'QueueDoesNotExist' });
  });

  it('tell their attributes and take changed ones', async () => {
    const QueueUrl = await queue({ DelaySeconds: '0' });

    await client.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { VisibilityTimeout: '77' } }));

    const { Attributes } = await client.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn', 'VisibilityTimeout'] }),
    );
    expect(Attributes).toEqual({
      QueueArn: expect.stringMatching(/^arn:aws:sqs:.*:\d{12}:laws-/),
      VisibilityTimeout: '77',
    });
  });

  it.each([
    { Attributes: { VisibilityTimeout: '43201' }, name: 'InvalidAttributeValue' },
    { Attributes: { MessageRetentionPeriod: '59' }, name: 'InvalidAttributeValue' },
    { Attributes: { Colour: 'red' } as Record<string, string>, name: 'InvalidAttributeName' },
  ])('refuse $Attributes', async ({ Attributes, name }) => {
    const created = client.send(new CreateQueueCommand({ QueueName: unique(), Attributes }));

    await expect(created).rejects.toMatchObject({ name });
  });

  it('refuse to tell what no queue has', async () => {
    const QueueUrl = await queue();
    const AttributeNames = ['QueueArn', 'Colour'] as QueueAttributeName[];

    const asked = client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }));

    await expect(asked).rejects.toMatchObject({ name: 'InvalidAttributeName' });
  });

  it('are listed by prefix', async () => {
    const prefix = unique();
    const urls = [await queue({}, `${prefix}-a`), await queue({}, `${prefix}-b`)];

    const { QueueUrls } = await client.send(new ListQueuesCommand({ QueueNamePrefix: prefix }));

    expect(QueueUrls?.toSorted()).toEqual(urls);
  });
});

describe('a message', () => {
  it('arrives as it was sent, with its attributes', async () => {
    const QueueUrl = await queue();
    const MessageAttributes = {
      reason: { DataType: 'String', StringValue: 'malformed' },
      count: { DataType: 'Number', StringValue: '3' },
      raw: { DataType: 'Binary', BinaryValue: Uint8Array.of(1, 2) },
    };

    const sent = await send(QueueUrl, { MessageBody: 'grüße', MessageAttributes });
    const [message] = await receive(QueueUrl, { MessageAttributeNames: ['All'], MessageSystemAttributeNames: ['All'] });

    expect(message).toMatchObject({ MessageId: sent.MessageId, Body: 'grüße', MessageAttributes });
    expect(message?.MD5OfMessageAttributes).toBe(sent.MD5OfMessageAttributes);
    expect(message?.Attributes).toMatchObject({
      ApproximateReceiveCount: '1',
      SentTimestamp: expect.stringMatching(/^\d{13}$/),
      ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
    });
  });

  it('shows only the attributes that were asked for', async () => {
    const QueueUrl = await queue({ VisibilityTimeout: '0' });
    const MessageAttributes = {
      'a.one': { DataType: 'String', StringValue: '1' },
      'a.two': { DataType: 'String', StringValue: '2' },
      b: { DataType: 'String', StringValue: '3' },
    };
    await send(QueueUrl, { MessageBody: 'm', MessageAttributes });

    const asked = async (MessageAttributeNames: string[]) => {
      const [message] = await receive(QueueUrl, { MessageAttributeNames });
      return Object.keys(message?.MessageAttributes ?? {});
    };

    expect(await asked([])).toEqual([]);
    expect(await asked(['a.*'])).toEqual(['a.one', 'a.two']);
    expect(await asked(['b'])).toEqual(['b']);
  });

  it('is invisible while it is in flight, and counted so', async () => {
    const QueueUrl = await queue();
    await send(QueueUrl);

    const first = await receive(QueueUrl);
    const second = await receive(QueueUrl);

    expect([first.length, second.length]).toEqual([1, 0]);
    expect(await counts(QueueUrl)).toEqual({ visible: '0', inFlight: '1', delayed: '0' });
  });

  it('comes again when its visibility timeout is over, with another handle and a higher count', async () => {
    const QueueUrl = await queue({ VisibilityTimeout: '1' });
    await send(QueueUrl);

    const [first] = await receive(QueueUrl);
    const [second] = await receive(QueueUrl, { WaitTimeSeconds: 5, MessageSystemAttributeNames: ['All'] });

    expect(second?.MessageId).toBe(first?.MessageId);
    expect(second?.ReceiptHandle).not.toBe(first?.ReceiptHandle);
    expect(second?.Attributes?.ApproximateReceiveCount).toBe('2');
  });

  it('is gone once it was deleted, and deleting it again is no error', async () => {
    const QueueUrl = await queue({ VisibilityTimeout: '0' });
    await send(QueueUrl);
    const [message] = await receive(QueueUrl);

    await remove(QueueUrl, message);
    await remove(QueueUrl, message);

    expect(await receive(QueueUrl)).toEqual([]);
    expect(await counts(QueueUrl)).toEqual({ visible: '0', inFlight: '0', delayed: '0' });
  });

  it('can be released before its time', async () => {
    const QueueUrl = await queue({ VisibilityTimeout: '600' });
    await send(QueueUrl);
    const [message] = await receive(QueueUrl);

    await client.send(changed(QueueUrl, message, 0));

    expect(await receive(QueueUrl)).toHaveLength(1);
  });

  it('cannot be held once it is visible again', async () => {
    const QueueUrl = await queue({ VisibilityTimeout: '0' });
    await send(QueueUrl);
    const [message] = await receive(QueueUrl);

    await expect(client.send(changed(QueueUrl, message, 5))).rejects.toMatchObject({ name: 'MessageNotInflight' });
  });

  it('cannot be held for more than 12 hours', async () => {
    const QueueUrl = await queue();
    await send(QueueUrl);
    const [message] = await receive(QueueUrl);

    await expect(client.send(changed(QueueUrl, message, 43_201))).rejects.toMatchObject({
      name: 'InvalidParameterValue',
    });
  });

  it('is delayed as the sender says', async () => {
    const QueueUrl = await queue();
    await send(QueueUrl, { MessageBody: 'later', DelaySeconds: 1 });

    const first = await receive(QueueUrl);
    const second = await receive(QueueUrl, { WaitTimeSeconds: 5 });

    expect([first.length, second.length]).toEqual([0, 1]);
  });

  it.each([
    { row: 'of more than 1 MiB', message: { MessageBody: 'x'.repeat(1_048_577) }, name: 'InvalidParameterValue' },
    {
      row: 'with a character that XML does not know',
      message: { MessageBody: 'a\u0001' },
      name: 'InvalidMessageContents',
    },
    { row: 'with no body', message: { MessageBody: '' }, name: 'MissingParameter' },
    {
      row: 'delayed by more than 15 minutes',
      message: { MessageBody: 'a', DelaySeconds: 901 },
      name: 'InvalidParameterValue',
    },
  ])('$row is refused', async ({ message, name }) => {
    const QueueUrl = await queue();

    await expect(send(QueueUrl, message)).rejects.toMatchObject({ name });
  });

  it('of exactly 1 MiB is taken', async () => {
    const QueueUrl = await queue();

    const { MessageId } = await send(QueueUrl, { MessageBody: 'x'.repeat(1_048_576) });

    expect(MessageId).toBeDefined();
  });
});

describe('ReceiveMessage', () => {
  it.each([
    { request: { MaxNumberOfMessages: 0 } },
    { request: { MaxNumberOfMessages: 11 } },
    { request: { WaitTimeSeconds: 21 } },
    { request: { VisibilityTimeout: 43_201 } },
  ])('refuses $request', async ({ request }) => {
    const QueueUrl = await queue();

    await expect(receive(QueueUrl, request)).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  });

  it('refuses to tell of a message what none has', async () => {
    const QueueUrl = await queue();
    const MessageSystemAttributeNames = ['Colour'] as never[];

    await expect(receive(QueueUrl, { MessageSystemAttributeNames })).rejects.toMatchObject({
      name: 'InvalidAttributeName',
    });
  });

  it('waits for a message that comes while it polls', async () => {
    const QueueUrl = await queue();

    const polling = receive(QueueUrl, { WaitTimeSeconds: 20 });
    await send(QueueUrl, { MessageBody: 'just in time' });

    expect((await polling).map(({ Body }) => Body)).toEqual(['just in time']);
  });

  it('gives at most as many as asked for, 1 by default, every message once', async () => {
    const QueueUrl = await queue();
    for (let index = 0; index < 12; index++) await send(QueueUrl, { MessageBody: String(index) });

    const bodies: (string | undefined)[] = [];
    expect(await receive(QueueUrl)).toHaveLength(1);
    for (let got = await receive(QueueUrl, { MaxNumberOfMessages: 10 }); got.length > 0; ) {
      expect(got.length).toBeLessThanOrEqual(10);
      bodies.push(...got.map(({ Body }) => Body));
      got = await receive(QueueUrl, { MaxNumberOfMessages: 10 });
    }

    expect(new Set(bodies).size).toBe(11);
  });

  it('refuses handles of nobody', async () => {
    const QueueUrl = await queue();
    const deleting = client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: 'mine' }));

    await expect(deleting).rejects.toMatchObject({ name: 'ReceiptHandleIsInvalid' });
  });
});

describe('a handle that a later receive has replaced', () => {
  standInOnly('contested: the service may delete all the same')(
    'does not delete a message received again',
    async () => {
      const QueueUrl = await queue({ VisibilityTimeout: '0' });
      await send(QueueUrl);
      const [first] = await receive(QueueUrl);
      const [second] = await receive(QueueUrl);

      await remove(QueueUrl, first);
      expect(await receive(QueueUrl, { VisibilityTimeout: 0 })).toHaveLength(1);

      await remove(QueueUrl, second);
      expect(await receive(QueueUrl)).toHaveLength(1);
    },
  );

  standInOnly('contested: the service may refuse')('deletes and holds all the same where that is set', async () => {
    standIn.admin.setFaults({ oldHandlesWork: true });
    const QueueUrl = await queue({ VisibilityTimeout: '0' });
    await send(QueueUrl);
    const [first] = await receive(QueueUrl);
    const [second] = await receive(QueueUrl, { VisibilityTimeout: 60 });

    const held = { QueueUrl, ReceiptHandle: first?.ReceiptHandle, VisibilityTimeout: 0 };
    await client.send(new ChangeMessageVisibilityCommand(held));
    const [third] = await receive(QueueUrl, { VisibilityTimeout: 0 });
    await remove(QueueUrl, second);
    standIn.admin.setFaults({ oldHandlesWork: false });

    expect(third?.MessageId).toBe(first?.MessageId);
    expect(await receive(QueueUrl)).toEqual([]);
  });
});

describe('batches', () => {
  it('send, hold and delete entries by id', async () => {
    const QueueUrl = await queue();
    const Entries = ['a', 'b', 'c'].map((Id) => ({ Id, MessageBody: `body ${Id}` }));

    const sent = await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    const messages = await receive(QueueUrl, { MaxNumberOfMessages: 10 });
    const handles = messages.map(({ ReceiptHandle }, index) => ({ Id: `${index}`, ReceiptHandle }));
    const [one, two, three] = handles;
    const held = await client.send(
      new ChangeMessageVisibilityBatchCommand({
        QueueUrl,
        Entries: [one, two].map((entry) => ({
          Id: entry?.Id,
          ReceiptHandle: entry?.ReceiptHandle,
          VisibilityTimeout: 0,
        })),
      }),
    );
    const deleted = await client.send(
      new DeleteMessageBatchCommand({ QueueUrl, Entries: [{ Id: three?.Id, ReceiptHandle: three?.ReceiptHandle }] }),
    );

    expect(sent.Successful?.map(({ Id }) => Id)).toEqual(['a', 'b', 'c']);
    expect(held.Successful?.map(({ Id }) => Id)).toEqual(['0', '1']);
    expect(deleted.Successful?.map(({ Id }) => Id)).toEqual(['2']);
    expect(await counts(QueueUrl)).toEqual({ visible: '2', inFlight: '0', delayed: '0' });
  });

  it('fail entry by entry', async () => {
    const QueueUrl = await queue();

    const { Successful, Failed } = await client.send(
      new SendMessageBatchCommand({
        QueueUrl,
        Entries: [
          { Id: 'good', MessageBody: 'a' },
          { Id: 'bad', MessageBody: 'a\u0001' },
        ],
      }),
    );

    expect(Successful?.map(({ Id }) => Id)).toEqual(['good']);
    expect(Failed).toEqual([
      { Id: 'bad', SenderFault: true, Code: 'InvalidMessageContents', Message: expect.any(String) },
    ]);
  });

  const entry = (Id: string, MessageBody = 'a') => ({ Id, MessageBody });
  it.each([
    { row: 'nothing', Entries: [], name: 'EmptyBatchRequest' },
    {
      row: '11 entries',
      Entries: Array.from({ length: 11 }, (_, index) => entry(`${index}`)),
      name: 'TooManyEntriesInBatchRequest',
    },
    { row: 'one id twice', Entries: [entry('a'), entry('a')], name: 'BatchEntryIdsNotDistinct' },
    { row: 'an id with a blank', Entries: [entry('a b')], name: 'InvalidBatchEntryId' },
    {
      row: 'more than 1 MiB in all',
      Entries: [entry('a', 'x'.repeat(600_000)), entry('b', 'x'.repeat(600_000))],
      name: 'BatchRequestTooLong',
    },
  ])('refuse $row as a whole', async ({ Entries, name }) => {
    const QueueUrl = await queue();

    await expect(client.send(new SendMessageBatchCommand({ QueueUrl, Entries }))).rejects.toMatchObject({ name });

    expect(await receive(QueueUrl)).toEqual([]);
  });
});

describe('dead letters', () => {
  it('are messages that were received too often', async () => {
    const deadLetters = await queue();
    const QueueUrl = await queue({
      VisibilityTimeout: '0',
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: await arnOf(deadLetters), maxReceiveCount: 2 }),
    });
    const { MessageId } = await send(QueueUrl, { MessageBody: 'poison' });

    const received = [await receive(QueueUrl), await receive(QueueUrl), await receive(QueueUrl)];
    const [dead] = await receive(deadLetters, { WaitTimeSeconds: 5, MessageSystemAttributeNames: ['All'] });

    expect(received.map(({ length }) => length)).toEqual([1, 1, 0]);
    expect(dead).toMatchObject({ MessageId, Body: 'poison' });
    expect(dead?.Attributes?.DeadLetterQueueSourceArn).toBe(await arnOf(QueueUrl));
  });

  it('need a queue that exists', async () => {
    const deadLetterTargetArn = `${await arnOf(await queue())}-not`;
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 2 });

    const created = client.send(new CreateQueueCommand({ QueueName: unique(), Attributes: { RedrivePolicy } }));

    await expect(created).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  });
});

describe('PurgeQueue', () => {
  standInOnly('the service takes up to 60 s')('empties the queue, once a minute', async () => {
    const QueueUrl = await queue();
    await send(QueueUrl);

    await client.send(new PurgeQueueCommand({ QueueUrl }));
    const second = client.send(new PurgeQueueCommand({ QueueUrl }));

    await expect(second).rejects.toMatchObject({ name: 'PurgeQueueInProgress' });
    expect(await receive(QueueUrl)).toEqual([]);
  });
});

function unique(): string {
  return `laws-${crypto.randomUUID()}`;
}

async function queue(
  Attributes: Partial<Record<QueueAttributeName, string>> = {},
  QueueName = unique(),
): Promise<string> {
  const { QueueUrl = '' } = await client.send(new CreateQueueCommand({ QueueName, Attributes }));
  made.push(QueueUrl);
  return QueueUrl;
}

function send(QueueUrl: string, message: Omit<SendMessageCommandInput, 'QueueUrl'> = { MessageBody: 'a' }) {
  return client.send(new SendMessageCommand({ QueueUrl, ...message }));
}

async function receive(
  QueueUrl: string,
  request: Omit<ReceiveMessageCommandInput, 'QueueUrl'> = {},
): Promise<Message[]> {
  const { Messages = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl, ...request }));
  return Messages;
}

async function remove(QueueUrl: string, message: Message | undefined): Promise<void> {
  await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message?.ReceiptHandle }));
}

function changed(QueueUrl: string, message: Message | undefined, VisibilityTimeout: number) {
  return new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: message?.ReceiptHandle, VisibilityTimeout });
}

async function arnOf(QueueUrl: string): Promise<string> {
  const asked = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] });
  const { Attributes } = await client.send(asked);
  return Attributes?.QueueArn ?? '';
}

async function counts(QueueUrl: string) {
  const { Attributes } = await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
  return {
    visible: Attributes?.ApproximateNumberOfMessages,
    inFlight: Attributes?.ApproximateNumberOfMessagesNotVisible,
    delayed: Attributes?.ApproximateNumberOfMessagesDelayed,
  };
}
