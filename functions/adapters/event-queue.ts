import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { clientSettings } from './aws/client-settings.ts';
import { calling, present } from './aws/faults.ts';
import { inBatches, SQS_BATCH } from './queue-batches.ts';

export interface QueueMessage {
  readonly id: string;
  readonly receipt: string;
  readonly body: string;
  /** Milliseconds since the epoch. */
  readonly sentAt: number;
  readonly receiveCount: number;
}

/** Where wake-ups wait for the run of their window. */
export interface EventQueue {
  /** @returns the message's id */
  send(body: string): Promise<string>;
  /**
   * Up to ten messages, invisible to others for the queue's visibility timeout.
   *
   * @param seconds how long to wait for the first, 0–3: a poll that waits must not look like a call that hangs
   */
  receive(seconds: number): Promise<readonly QueueMessage[]>;
  /**
   * Deletes messages; one whose receipt has expired is somebody else's by now and stays.
   *
   * @throws ThrottledError, UnavailableError or Error when some are left, after all were tried
   */
  delete(receipts: readonly string[]): Promise<void>;
  /**
   * Makes messages visible again after `seconds`; one whose receipt has expired is visible already.
   *
   * @throws ThrottledError, UnavailableError or Error when some are left, after all were tried
   */
  release(receipts: readonly string[], seconds: number): Promise<void>;
  /** Messages that wait and are visible, approximately. */
  waiting(): Promise<number>;
}

/** Far enough below the timeout of a call, `CALL_LIMITS`. */
const LONGEST_POLL = 3;

export function eventQueue(
  QueueUrl: string,
  client: Pick<SQSClient, 'send'> = new SQSClient(clientSettings()),
): EventQueue {
  return {
    async send(MessageBody) {
      const call = 'sqs:SendMessage';
      const { MessageId } = await calling(call, () => client.send(new SendMessageCommand({ QueueUrl, MessageBody })));
      return present(MessageId, call, 'MessageId');
    },
    async receive(WaitTimeSeconds) {
      if (!(WaitTimeSeconds >= 0 && WaitTimeSeconds <= LONGEST_POLL)) {
        throw new RangeError(`got ${WaitTimeSeconds} seconds to wait for messages, want 0–${LONGEST_POLL}`);
      }
      const command = new ReceiveMessageCommand({
        QueueUrl,
        WaitTimeSeconds,
        MaxNumberOfMessages: SQS_BATCH,
        MessageSystemAttributeNames: ['SentTimestamp', 'ApproximateReceiveCount'],
      });
      const { Messages = [] } = await calling('sqs:ReceiveMessage', () => client.send(command));
      return Messages.map(({ MessageId, ReceiptHandle, Body, Attributes }) => ({
        id: MessageId ?? '',
        receipt: ReceiptHandle ?? '',
        body: Body ?? '',
        sentAt: Number(Attributes?.SentTimestamp ?? 0),
        receiveCount: Number(Attributes?.ApproximateReceiveCount ?? 1),
      }));
    },
    delete: (receipts) =>
      inBatches('sqs:DeleteMessageBatch', receipts, (Entries) =>
        client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries })),
      ),
    release: (receipts, VisibilityTimeout) =>
      inBatches('sqs:ChangeMessageVisibilityBatch', receipts, (entries) => {
        const Entries = entries.map((entry) => ({ ...entry, VisibilityTimeout }));
        return client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }));
      }),
    async waiting() {
      const call = 'sqs:GetQueueAttributes';
      const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] });
      const { Attributes } = await calling(call, () => client.send(command));
      return Number(present(Attributes?.ApproximateNumberOfMessages, call, 'ApproximateNumberOfMessages'));
    },
  };
}
