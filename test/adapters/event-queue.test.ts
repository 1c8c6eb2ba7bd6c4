import type {
  ChangeMessageVisibilityBatchCommandInput,
  DeleteMessageBatchCommandInput,
  ReceiveMessageCommandInput,
} from '@aws-sdk/client-sqs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type EventQueue, eventQueue } from '../../functions/adapters/event-queue.ts';
import { systemClock } from '../stand-ins/clock.ts';
import { ServiceFault } from '../stand-ins/service.ts';
import { sqsStandIn } from '../stand-ins/sqs.ts';
import { failure, pausesOf, scripted, served } from './served.ts';

/** The SDK takes a queue's URL for its endpoint. */
const queueAt = (endpoint: string) => eventQueue(`${endpoint}/123456789012/events`);

/** A queue with so many messages, each visible for a second only when it is received again. */
async function servedQueue(messages = 0) {
  let now = Date.UTC(2026, 9, 1, 10);
  const clock = { ...systemClock, now: () => now };
  const sqs = sqsStandIn({ clock, region: 'us-east-1', accountId: '123456789012' });
  const wanted = { QueueName: 'events', Attributes: { VisibilityTimeout: '60' } };
  await sqs.operations.CreateQueue?.(wanted as never, {} as never);
  const endpoint = await served(sqs);
  onTestFinished(() => sqs.admin.close());
  const queue = queueAt(endpoint.url);
  for (let index = 0; index < messages; index += 1) {
    sqs.admin.deliver('arn:aws:sqs:us-east-1:123456789012:events', `message ${index}`);
  }
  const drain = async () => {
    const all: Awaited<ReturnType<typeof queue.receive>>[number][] = [];
    for (let page = await queue.receive(0); page.length > 0; page = await queue.receive(0)) all.push(...page);
    return all;
  };
  const states = () => sqs.admin.peek('events').map(({ state }) => state);
  const pass = (seconds: number) => {
    now += seconds * 1_000;
  };
  return { ...endpoint, queue, states, drain, pass };
}

describe('messages', () => {
  it('are received as they were sent, ten at a time, with what tells how they fared', async () => {
    const { queue, pass } = await servedQueue();
    for (let index = 0; index < 12; index += 1) await queue.send(`{"names":["ü😀${index}"]}`);

    const [first, second, third] = [await queue.receive(0), await queue.receive(0), await queue.receive(0)];
    pass(61);
    const again = await queue.receive(0);

    expect([first.length, second.length, third.length]).toEqual([10, 2, 0]);
    const bodies = [...first, ...second].map(({ body }) => body).toSorted();
    expect(bodies).toEqual(Array.from({ length: 12 }, (_, index) => `{"names":["ü😀${index}"]}`).toSorted());
    expect(first[0]).toMatchObject({ sentAt: Date.UTC(2026, 9, 1, 10), receiveCount: 1 });
    expect(again[0]).toMatchObject({ sentAt: Date.UTC(2026, 9, 1, 10), receiveCount: 2 });
  });

  it('are waited for as long as is said', async () => {
    const { queue, inputs } = await servedQueue(1);

    await queue.receive(1);

    expect(inputs<ReceiveMessageCommandInput>('ReceiveMessage')).toEqual([
      expect.objectContaining({ WaitTimeSeconds: 1, MaxNumberOfMessages: 10 }),
    ]);
  });

  it.each([-1, 3.5, 20, Number.NaN])(
    'are not waited for %d seconds: that would look like a hung call',
    async (seconds) => {
      const { queue, calls } = await servedQueue();

      const fault = await failure(queue.receive(seconds));

      expect(fault.message).toBe(`got ${seconds} seconds to wait for messages, want 0–3`);
      expect(calls).toEqual([]);
    },
  );

  it('are counted while they wait', async () => {
    const { queue } = await servedQueue(12);

    const before = await queue.waiting();
    await queue.receive(0);

    expect([before, await queue.waiting()]).toEqual([12, 2]);
  });

  it('are not sent when SQS did not get them as they are', async () => {
    const { url } = await served(
      scripted('sqs', { SendMessage: () => ({ MessageId: 'a', MD5OfMessageBody: '0'.repeat(32) }) }),
    );

    const fault = await failure(queueAt(url).send('wake-up'));

    expect(fault.message).toBe('InvalidChecksumError');
  });
});

describe('deleting', () => {
  it('deletes all of them, ten at a time', async () => {
    const { queue, drain, states, inputs } = await servedQueue(25);
    const receipts = (await drain()).map(({ receipt }) => receipt);

    await queue.delete(receipts);

    expect(states()).toEqual([]);
    const sizes = inputs<DeleteMessageBatchCommandInput>('DeleteMessageBatch').map(
      ({ Entries }) => Entries?.length ?? 0,
    );
    expect(sizes.toSorted((a, b) => a - b)).toEqual([5, 10, 10]);
  });

  it('calls nobody for no message', async () => {
    const { queue, calls } = await servedQueue();

    await queue.delete([]);
    await queue.release([], 5);

    expect(calls).toEqual([]);
  });

  it('leaves a message to whoever has received it since', async () => {
    const { queue, drain, states, pass } = await servedQueue(2);
    const [early, late] = await drain();
    pass(61);
    const [taken] = await queue.receive(0);

    await queue.delete([early?.receipt ?? '', late?.receipt ?? '']);

    expect(taken).toBeDefined();
    expect(states()).toHaveLength(2);
  });

  it('goes on with the other batches when one is refused, and says so', async () => {
    const { queue, drain, states, inject } = await servedQueue(45);
    const receipts = (await drain()).map(({ receipt }) => receipt);
    inject('DeleteMessageBatch', new ServiceFault('AccessDenied', 'no', { statusCode: 403 }), 1);

    const fault = await failure(queue.delete(receipts));

    expect(fault.message).toBe('sqs:DeleteMessageBatch left 10 of 45 messages undone (no)');
    expect(states()).toHaveLength(10);
  });
});

describe('releasing', () => {
  it('makes messages visible after so many seconds', async () => {
    const { queue, drain, states, pass, inputs } = await servedQueue(12);
    const receipts = (await drain()).map(({ receipt }) => receipt);

    await queue.release(receipts, 5);
    const before = states();
    pass(5);

    expect(new Set(before)).toEqual(new Set(['in-flight']));
    expect(states()).toEqual(Array(12).fill('visible'));
    expect(inputs<ChangeMessageVisibilityBatchCommandInput>('ChangeMessageVisibilityBatch')).toHaveLength(2);
  });

  it('is done for a message whose time was up: it is visible already', async () => {
    const { queue, drain, states, pass } = await servedQueue(2);
    const receipts = (await drain()).map(({ receipt }) => receipt);
    pass(61);

    await queue.release(receipts, 5);

    expect(states()).toEqual(['visible', 'visible']);
  });

  it('is done for a message that another run has deleted', async () => {
    const { queue, drain } = await servedQueue(1);
    const [message] = await drain();
    await queue.delete([message?.receipt ?? '']);

    await expect(queue.release([message?.receipt ?? ''], 5)).resolves.toBeUndefined();
  });

  it('is not done with a time that SQS does not take', async () => {
    const { queue, drain } = await servedQueue(1);
    const [message] = await drain();

    const fault = await failure(queue.release([message?.receipt ?? ''], 50_000));

    expect(fault.message).toMatch(
      /^sqs:ChangeMessageVisibilityBatch left 1 of 1 messages undone \(InvalidParameterValue: /,
    );
  });
});

describe.each([
  { operation: 'DeleteMessageBatch', call: (queue: EventQueue, receipts: readonly string[]) => queue.delete(receipts) },
  {
    operation: 'ChangeMessageVisibilityBatch',
    call: (queue: EventQueue, receipts: readonly string[]) => queue.release(receipts, 1),
  },
])('$operation, where entries fail alone,', ({ operation, call }) => {
  type Entry = { readonly Id?: string; readonly ReceiptHandle?: string };
  type Failed = { readonly Code: string; readonly Message?: string; readonly SenderFault?: boolean };
  /** Answers as told of each receipt, call by call; done where nothing is told. */
  async function answering(failed: (receipt: string, call: number) => Failed | 'silence' | undefined) {
    let count = 0;
    const endpoint = await served(
      scripted('sqs', {
        [operation]: ({ Entries }: { Entries: readonly Entry[] }) => {
          count += 1;
          const told = Entries.map((entry) => ({ Id: entry.Id, failed: failed(entry.ReceiptHandle ?? '', count) }));
          return {
            Successful: told.filter(({ failed }) => !failed).map(({ Id }) => ({ Id })),
            Failed: told.flatMap(({ Id, failed }) =>
              failed && failed !== 'silence' ? [{ Id, SenderFault: false, ...failed }] : [],
            ),
          };
        },
      }),
    );
    const sent = () =>
      endpoint
        .inputs<{ Entries: readonly Entry[] }>(operation)
        .map(({ Entries }) => Entries.map((entry) => entry.ReceiptHandle));
    const run = (receipts: readonly string[]) => call(queueAt(endpoint.url), receipts);
    return { run, sent };
  }

  it.each([
    { Code: 'ReceiptHandleIsInvalid', Message: 'The input receipt handle is invalid.' },
    {
      Code: 'InvalidParameterValue',
      Message: 'Value a for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired.',
    },
    { Code: 'MessageNotInflight', Message: 'The specified message is not in flight.' },
    { Code: 'AWS.SimpleQueueService.MessageNotInflight', Message: 'The specified message is not in flight.' },
  ])('takes $Code for done', async (fault) => {
    const { run, sent } = await answering((receipt) => (receipt === 'a' ? { ...fault, SenderFault: true } : undefined));

    await run(['a', 'b']);

    expect(sent()).toEqual([['a', 'b']]);
  });

  it.each([
    { Code: 'InternalError' as string },
    { Code: 'ServiceUnavailable' },
    { Code: 'RequestThrottled', SenderFault: true },
  ])('sends what failed with $Code again, and only that', async (fault) => {
    const { run, sent } = await answering((receipt, call) => (receipt === 'b' && call < 3 ? fault : undefined));

    await run(['a', 'b', 'c']);

    expect(sent()).toEqual([['a', 'b', 'c'], ['b'], ['b']]);
  });

  it('sends again what the answer does not mention', async () => {
    const { run, sent } = await answering((receipt, call) => (receipt === 'b' && call === 1 ? 'silence' : undefined));

    await run(['a', 'b']);

    expect(sent()).toEqual([['a', 'b'], ['b']]);
  });

  it.each([
    {
      row: 'fails for ever',
      fault: { Code: 'InternalError', Message: 'try later' },
      name: 'UnavailableError',
      calls: 3,
      says: 'InternalError: try later',
    },
    {
      row: 'is throttled for ever',
      fault: { Code: 'RequestThrottled', Message: 'slow down' },
      name: 'ThrottledError',
      calls: 3,
      says: 'RequestThrottled: slow down',
    },
    {
      row: "is the caller's own fault",
      fault: { Code: 'InvalidAddress', Message: 'wrong', SenderFault: true },
      name: 'Error',
      calls: 1,
      says: 'InvalidAddress: wrong',
    },
    { row: 'is never mentioned', fault: 'silence' as const, name: 'Error', calls: 3, says: 'SQS said nothing of it' },
  ])('throws when a message $row', async ({ fault, name, calls, says }) => {
    const { run, sent } = await answering((receipt) => (receipt === 'b' ? fault : undefined));

    const thrown = await failure(run(['a', 'b']));

    expect(thrown).toMatchObject({ name, message: `sqs:${operation} left 1 of 2 messages undone (${says})` });
    expect(sent()).toHaveLength(calls);
  });

  /** In three batches; each has some that fail, at other places of each, and one batch is last and short. */
  const many = Array.from({ length: 25 }, (_, index) => `receipt-${index}`);
  const [first, second, third] = ['receipt-3', 'receipt-14', 'receipt-21'];

  it('finds each failure among more than ten for its own receipt, and sends only those again', async () => {
    const { run, sent } = await answering((receipt, call) =>
      call <= 3 && [first, second, third].includes(receipt) ? { Code: 'InternalError' } : undefined,
    );

    await run(many);

    expect(sent().slice(0, 3).flat().toSorted()).toEqual(many.toSorted());
    expect(sent().slice(3)).toEqual([[first, second, third]]);
  });

  it('tells expired receipts from failed ones and from silence in each of several batches', async () => {
    const told: Readonly<Record<string, Failed | 'silence'>> = {
      'receipt-0': { Code: 'ReceiptHandleIsInvalid', SenderFault: true },
      [first]: { Code: 'InternalError' },
      'receipt-13': { Code: 'MessageNotInflight', SenderFault: true },
      [second]: 'silence',
      'receipt-20': { Code: 'InvalidAddress', Message: 'wrong', SenderFault: true },
      'receipt-24': { Code: 'ReceiptHandleIsInvalid', SenderFault: true },
    };
    const { run, sent } = await answering((receipt, call) => (call <= 3 ? told[receipt] : undefined));

    const thrown = await failure(run(many));

    expect(sent().slice(3)).toEqual([[first, second]]);
    expect(thrown.message).toBe(`sqs:${operation} left 1 of 25 messages undone (InvalidAddress: wrong)`);
  });

  it('goes on with what is left of several batches until it is done or has been tried three times', async () => {
    const { run, sent } = await answering((receipt, call) => {
      if (receipt === second) return { Code: 'InternalError', Message: 'never' };
      return call <= 4 && (receipt === first || receipt === third) ? { Code: 'InternalError' } : undefined;
    });

    const thrown = await failure(run(many));

    expect(sent().slice(3)).toEqual([
      [first, second, third],
      [first, second, third],
    ]);
    expect(thrown).toMatchObject({ name: 'UnavailableError', message: expect.stringContaining('left 1 of 25') });
  });

  it('says that SQS failed rather than that we did: some of them may be done when they are tried again', async () => {
    const { run } = await answering((receipt) =>
      receipt === 'a' ? { Code: 'InvalidAddress', SenderFault: true } : { Code: 'InternalError', Message: 'later' },
    );

    const thrown = await failure(run(['a', 'b']));

    expect(thrown).toMatchObject({ name: 'UnavailableError', message: expect.stringContaining('left 2 of 2') });
    expect(thrown.message).toContain('InternalError: later');
  });

  it('waits a moment before it sends an entry again', async () => {
    const at: number[] = [];
    const { run } = await answering(() => {
      at.push(performance.now());
      return { Code: 'InternalError' };
    });

    await failure(run(['a']));

    expect(at).toHaveLength(3);
    for (const pause of pausesOf(at)) expect(pause).toBeGreaterThan(90);
  });

  it('says "slow down" rather than another fault: the state machine waits and tries all again', async () => {
    const { run } = await answering((receipt) => ({
      Code: receipt === 'b' ? 'RequestThrottled' : 'InternalError',
      Message: '',
    }));

    const thrown = await failure(run(['a', 'b']));

    expect(thrown.name).toBe('ThrottledError');
    expect(thrown.message).toContain('left 2 of 2');
  });
});
