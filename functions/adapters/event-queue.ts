import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { calling } from './faults.ts';
import { chunks, pool } from './pool.ts';

export interface QueueMessage {
  readonly id: string;
  readonly receipt: string;
  readonly body: string;
  /** Milliseconds since the epoch. */
  readonly sentAt: number;
  readonly receiveCount: number;
}

/** Where event hints wait for the run of their window. */
export interface EventQueue {
  send(body: string): Promise<void>;
  /** Up to ten messages, invisible to others for the queue's visibility timeout; waits up to `seconds` for the first. */
  receive(seconds: number): Promise<readonly QueueMessage[]>;
  delete(receipts: readonly string[]): Promise<void>;
  /** Makes messages visible again after `seconds`; a receipt that has expired is visible already. */
  release(receipts: readonly string[], seconds: number): Promise<void>;
  /** Messages that wait and are visible, approximately. */
  waiting(): Promise<number>;
}

/** Entries in one batch call (SQS API model). */
const SQS_BATCH = 10;

export function eventQueue(QueueUrl: string, client: Pick<SQSClient, 'send'> = new SQSClient({})): EventQueue {
  return {
    async send(MessageBody) {
      await calling('sqs:SendMessage', () => client.send(new SendMessageCommand({ QueueUrl, MessageBody })));
    },
    async receive(WaitTimeSeconds) {
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
    async delete(receipts) {
      await pool(chunks(receipts, SQS_BATCH), 5, async (handles) => {
        const Entries = handles.map((ReceiptHandle, index) => ({ Id: String(index), ReceiptHandle }));
        await calling('sqs:DeleteMessageBatch', () =>
          client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries })),
        );
      });
    },
    async release(receipts, VisibilityTimeout) {
      await pool(chunks(receipts, SQS_BATCH), 5, async (handles) => {
        const Entries = handles.map((ReceiptHandle, index) => ({
          Id: String(index),
          ReceiptHandle,
          VisibilityTimeout,
        }));
        const command = new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries });
        await calling('sqs:ChangeMessageVisibilityBatch', () => client.send(command));
      });
    },
    async waiting() {
      const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] });
      const { Attributes } = await calling('sqs:GetQueueAttributes', () => client.send(command));
      return Number(Attributes?.ApproximateNumberOfMessages ?? 0);
    },
  };
}
