import type {
  ChangeMessageVisibilityBatchCommandInput,
  ChangeMessageVisibilityBatchResult,
  ChangeMessageVisibilityCommandInput,
  CreateQueueCommandInput,
  CreateQueueResult,
  DeleteMessageBatchCommandInput,
  DeleteMessageBatchResult,
  DeleteMessageCommandInput,
  DeleteQueueCommandInput,
  GetQueueAttributesCommandInput,
  GetQueueAttributesResult,
  GetQueueUrlCommandInput,
  GetQueueUrlResult,
  ListQueuesCommandInput,
  ListQueuesResult,
  PurgeQueueCommandInput,
  ReceiveMessageCommandInput,
  ReceiveMessageResult,
  SendMessageBatchCommandInput,
  SendMessageBatchResult,
  SendMessageCommandInput,
  SendMessageResult,
  SetQueueAttributesCommandInput,
} from '@aws-sdk/client-sqs';
import type { Clock } from './clock.ts';
import { servedOnly } from './served.ts';
import { type Service, ServiceFault } from './service.ts';
import {
  checkQueueAttributes,
  checkRange,
  checkSystemAttributes,
  DEFAULTS,
  MAX_MESSAGE_BYTES,
  MAX_VISIBILITY_SECONDS,
  settingsAsAttributes,
  withAttributes,
} from './sqs/attributes.ts';
import { checkEntries, eachEntry } from './sqs/batch.ts';
import { contentOf, type MessageAttributes, sizeOf } from './sqs/message.ts';
import { NO_FAULTS, type PeekedMessage, Queue, type QueueFaults } from './sqs/queue.ts';
import { SQS_SERVED } from './sqs/served.ts';

export interface SqsOptions {
  /** `sleep` is used by long polls only. */
  readonly clock: Clock;
  readonly region: string;
  /** Twelve digits. */
  readonly accountId: string;
  /** From 0 up to 1, for ids and faults; default `Math.random`. */
  readonly random?: () => number;
  /** Where clients reach this service, for queue URLs; asked at each use, since a port may be known late. */
  readonly endpointUrl?: () => string;
}

export interface SqsStandIn extends Service {
  readonly admin: SqsAdmin;
}

/** What only the host of the stand-in may do. */
export interface SqsAdmin {
  /** What the queues do of the things that a standard queue may do; nothing at first. */
  setFaults(faults: Partial<QueueFaults>): void;
  /** Puts a message into a queue as another service does. @throws ServiceFault QueueDoesNotExist */
  deliver(queueArn: string, body: string, attributes?: MessageAttributes): void;
  /** All messages of a queue, whatever their state, without receiving them. */
  peek(queueName: string): readonly PeekedMessage[];
  /** Answers all long polls with nothing; later ones do not wait. */
  close(): void;
}

/** SQS with standard queues: at least once, in any order, invisible while in flight, dead letters. */
export function sqsStandIn(options: SqsOptions): SqsStandIn {
  const sqs = new Sqs(options);
  const { signingName, admin } = sqs;
  const refusal = (message: string): ServiceFault => new ServiceFault('UnsupportedOperation', message);
  return { signingName, admin, operations: servedOnly(sqs.operations, SQS_SERVED, refusal), served: SQS_SERVED };
}

/** Seconds after a deletion in which the name stays taken, and between two purges (the API reference). */
const PAUSE_MS = 60_000;

class Sqs {
  readonly signingName = 'sqs' as const;
  readonly #options: Required<SqsOptions>;
  readonly #queues = new Map<string, Queue>();
  readonly #deletedAt = new Map<string, number>();
  readonly #closed = new AbortController();
  #faults: QueueFaults = NO_FAULTS;

  constructor(options: SqsOptions) {
    const endpointUrl = (): string => `https://sqs.${options.region}.amazonaws.com`;
    this.#options = { random: Math.random, endpointUrl, ...options };
  }

  readonly operations = {
    CreateQueue: ({ QueueName, Attributes = {} }: CreateQueueCommandInput): CreateQueueResult => {
      const { clock, random } = this.#options;
      const name = checkQueueName(QueueName);
      const settings = withAttributes(DEFAULTS, Attributes);
      this.#checkRedrive(settings.redrive?.deadLetterTargetArn);
      const known = this.#queues.get(name);
      if (known) {
        const now = withAttributes(known.settings, Attributes);
        if (JSON.stringify(now) !== JSON.stringify(known.settings)) {
          throw new ServiceFault(
            'QueueNameExists',
            `A queue already exists with the same name and a different value for attributes ${Object.keys(Attributes).join(', ')}`,
          );
        }
        return { QueueUrl: this.#urlOf(name) };
      }
      if (clock.now() - (this.#deletedAt.get(name) ?? Number.NEGATIVE_INFINITY) < PAUSE_MS) {
        throw new ServiceFault(
          'QueueDeletedRecently',
          'You must wait 60 seconds after deleting a queue before you can create another with the same name.',
        );
      }
      const around = { now: clock.now, random, faults: () => this.#faults, find: (arn: string) => this.#byArn(arn) };
      this.#queues.set(name, new Queue({ name, arn: this.#arnOf(name), settings }, around));
      return { QueueUrl: this.#urlOf(name) };
    },

    GetQueueUrl: ({ QueueName }: GetQueueUrlCommandInput): GetQueueUrlResult => ({
      QueueUrl: this.#urlOf(this.#named(QueueName ?? '').name),
    }),

    ListQueues: ({ QueueNamePrefix = '', MaxResults, NextToken }: ListQueuesCommandInput): ListQueuesResult => {
      const limit = checkRange('MaxResults', MaxResults, { least: 1, most: 1_000, usual: 1_000 });
      const names = [...this.#queues.keys()].filter((name) => name.startsWith(QueueNamePrefix)).toSorted();
      const rest = NextToken === undefined ? names : names.filter((name) => name > NextToken);
      const page = rest.slice(0, limit);
      const last = page.at(-1);
      return {
        ...(page.length > 0 && { QueueUrls: page.map((name) => this.#urlOf(name)) }),
        // Without MaxResults the service gives no token (the API reference).
        ...(MaxResults !== undefined && rest.length > limit && last !== undefined && { NextToken: last }),
      };
    },

    DeleteQueue: ({ QueueUrl }: DeleteQueueCommandInput): object => {
      const { name } = this.#at(QueueUrl);
      this.#queues.delete(name);
      this.#deletedAt.set(name, this.#options.clock.now());
      return {};
    },

    GetQueueAttributes: ({
      QueueUrl,
      AttributeNames = [],
    }: GetQueueAttributesCommandInput): GetQueueAttributesResult => {
      const queue = this.#at(QueueUrl);
      checkQueueAttributes(AttributeNames);
      const counts = queue.counts();
      const all: Record<string, string> = {
        QueueArn: queue.arn,
        ApproximateNumberOfMessages: String(counts.visible),
        ApproximateNumberOfMessagesNotVisible: String(counts['in-flight']),
        ApproximateNumberOfMessagesDelayed: String(counts.delayed),
        CreatedTimestamp: String(Math.floor(queue.createdAt / 1_000)),
        LastModifiedTimestamp: String(Math.floor(queue.modifiedAt / 1_000)),
        ...settingsAsAttributes(queue.settings),
      };
      const asked: readonly string[] = AttributeNames;
      const wanted = Object.entries(all).filter(([name]) => asked.includes('All') || asked.includes(name));
      return wanted.length > 0 ? { Attributes: Object.fromEntries(wanted) } : {};
    },

    SetQueueAttributes: ({ QueueUrl, Attributes = {} }: SetQueueAttributesCommandInput): object => {
      const queue = this.#at(QueueUrl);
      const settings = withAttributes(queue.settings, Attributes);
      this.#checkRedrive(settings.redrive?.deadLetterTargetArn);
      queue.settings = settings;
      queue.modifiedAt = this.#options.clock.now();
      return {};
    },

    SendMessage: (input: SendMessageCommandInput): SendMessageResult => send(this.#at(input.QueueUrl), input),

    SendMessageBatch: ({ QueueUrl, Entries }: SendMessageBatchCommandInput): SendMessageBatchResult => {
      const queue = this.#at(QueueUrl);
      const entries = checkEntries(Entries);
      const bytes = entries.reduce((sum, entry) => sum + sizeOf(entry.MessageBody, entry.MessageAttributes), 0);
      if (bytes > MAX_MESSAGE_BYTES) {
        throw new ServiceFault(
          'BatchRequestTooLong',
          `Batch requests cannot be longer than ${MAX_MESSAGE_BYTES} bytes. You have sent ${bytes} bytes.`,
        );
      }
      return eachEntry(entries, (entry) => send(queue, entry));
    },

    ReceiveMessage: async (input: ReceiveMessageCommandInput): Promise<ReceiveMessageResult> => {
      const queue = this.#at(input.QueueUrl);
      const visibility = { least: 0, most: MAX_VISIBILITY_SECONDS, usual: queue.settings.VisibilityTimeout };
      const wait = { least: 0, most: 20, usual: queue.settings.ReceiveMessageWaitTimeSeconds };
      const waitSeconds = checkRange('WaitTimeSeconds', input.WaitTimeSeconds, wait);
      const systemAttributes = [...(input.MessageSystemAttributeNames ?? []), ...(input.AttributeNames ?? [])];
      checkSystemAttributes(systemAttributes);
      const receive = {
        long: waitSeconds > 0,
        systemAttributes,
        most: checkRange('MaxNumberOfMessages', input.MaxNumberOfMessages, { least: 1, most: 10, usual: 1 }),
        visibilitySeconds: checkRange('VisibilityTimeout', input.VisibilityTimeout, visibility),
        attributes: input.MessageAttributeNames,
      };
      const deadline = this.#options.clock.now() + waitSeconds * 1_000;
      for (;;) {
        const Messages = queue.receive(receive);
        if (Messages.length > 0) return { Messages };
        if (this.#options.clock.now() >= deadline || this.#closed.signal.aborted) return {};
        await this.#wait(queue, deadline);
      }
    },

    DeleteMessage: ({ QueueUrl, ReceiptHandle }: DeleteMessageCommandInput): object => {
      this.#at(QueueUrl).delete(ReceiptHandle);
      return {};
    },

    DeleteMessageBatch: ({ QueueUrl, Entries }: DeleteMessageBatchCommandInput): DeleteMessageBatchResult => {
      const queue = this.#at(QueueUrl);
      return eachEntry(checkEntries(Entries), ({ ReceiptHandle }) => {
        queue.delete(ReceiptHandle);
        return {};
      });
    },

    ChangeMessageVisibility: (input: ChangeMessageVisibilityCommandInput): object => {
      changeVisibility(this.#at(input.QueueUrl), input);
      return {};
    },

    ChangeMessageVisibilityBatch: ({
      QueueUrl,
      Entries,
    }: ChangeMessageVisibilityBatchCommandInput): ChangeMessageVisibilityBatchResult => {
      const queue = this.#at(QueueUrl);
      return eachEntry(checkEntries(Entries), (entry) => {
        changeVisibility(queue, entry);
        return {};
      });
    },

    PurgeQueue: ({ QueueUrl }: PurgeQueueCommandInput): object => {
      const queue = this.#at(QueueUrl);
      if (this.#options.clock.now() - queue.purgedAt < PAUSE_MS) {
        throw new ServiceFault(
          'PurgeQueueInProgress',
          `Only one PurgeQueue operation on ${queue.name} is allowed every 60 seconds.`,
          { statusCode: 403 },
        );
      }
      queue.purge();
      return {};
    },
  };

  readonly admin: SqsAdmin = {
    setFaults: (faults) => {
      this.#faults = { ...this.#faults, ...faults };
    },
    deliver: (queueArn, body, attributes = {}) => {
      const queue = this.#byArn(queueArn) ?? raiseMissing();
      queue.send(contentOf(body, attributes, queue.settings.MaximumMessageSize));
    },
    peek: (queueName) => this.#named(queueName).peek(),
    close: () => this.#closed.abort(),
  };

  /** Until something may be visible, the deadline, or the end. */
  async #wait(queue: Queue, deadline: number): Promise<void> {
    const { clock } = this.#options;
    const done = new AbortController();
    const either = AbortSignal.any([done.signal, this.#closed.signal]);
    const ms = Math.min(deadline, queue.nextVisibleAt()) - clock.now();
    await Promise.race([clock.sleep(ms, either), queue.changed(either)]);
    done.abort('answered'); // a reason of its own: the default one is an error with its stack
  }

  #checkRedrive(deadLetterTargetArn: string | undefined): void {
    if (deadLetterTargetArn === undefined || this.#byArn(deadLetterTargetArn)) return;
    throw new ServiceFault(
      'InvalidParameterValue',
      `Value ${deadLetterTargetArn} for parameter RedrivePolicy is invalid. Reason: Dead letter target does not exist.`,
    );
  }

  /** By the last part of its URL, whatever host the client reached us under. */
  #at(queueUrl: string | undefined): Queue {
    if (!queueUrl) throw new ServiceFault('MissingParameter', 'The request must contain the parameter QueueUrl.');
    return this.#named(queueUrl.slice(queueUrl.lastIndexOf('/') + 1));
  }

  #named(name: string): Queue {
    return this.#queues.get(name) ?? raiseMissing();
  }

  #byArn(arn: string): Queue | undefined {
    return this.#queues.values().find((queue) => queue.arn === arn);
  }

  #arnOf(name: string): string {
    return `arn:aws:sqs:${this.#options.region}:${this.#options.accountId}:${name}`;
  }

  #urlOf(name: string): string {
    return `${this.#options.endpointUrl()}/${this.#options.accountId}/${name}`;
  }
}

function send(
  queue: Queue,
  { MessageBody, MessageAttributes, DelaySeconds, MessageDeduplicationId }: Omit<SendMessageCommandInput, 'QueueUrl'>,
): Omit<SendMessageResult, 'MessageId'> & { MessageId: string; MD5OfMessageBody: string } {
  if (MessageDeduplicationId !== undefined) {
    throw new ServiceFault(
      'InvalidParameterValue',
      'The request includes a parameter that is not valid for this queue type: MessageDeduplicationId.',
    );
  }
  const { DelaySeconds: usual, MaximumMessageSize } = queue.settings;
  const delay = checkRange('DelaySeconds', DelaySeconds, { least: 0, most: 900, usual });
  const content = contentOf(MessageBody, MessageAttributes, MaximumMessageSize);
  return {
    MessageId: queue.send(content, delay),
    MD5OfMessageBody: content.bodyDigest,
    ...(content.attributesDigest !== undefined && { MD5OfMessageAttributes: content.attributesDigest }),
  };
}

function changeVisibility(
  queue: Queue,
  {
    ReceiptHandle,
    VisibilityTimeout,
  }: {
    readonly ReceiptHandle?: string | undefined;
    readonly VisibilityTimeout?: number | undefined;
  },
): void {
  if (VisibilityTimeout === undefined)
    throw new ServiceFault('MissingParameter', 'The request must contain the parameter VisibilityTimeout.');
  const bounds = { least: 0, most: MAX_VISIBILITY_SECONDS, usual: 0 };
  queue.changeVisibility(ReceiptHandle, checkRange('VisibilityTimeout', VisibilityTimeout, bounds));
}

function checkQueueName(name: string | undefined): string {
  if (name?.endsWith('.fifo')) throw new ServiceFault('UnsupportedOperation', 'FIFO queues are not served here');
  if (name && /^[\w-]{1,80}$/.test(name)) return name;
  throw new ServiceFault(
    'InvalidParameterValue',
    'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length',
  );
}

function raiseMissing(): never {
  throw new ServiceFault('QueueDoesNotExist', 'The specified queue does not exist.');
}
