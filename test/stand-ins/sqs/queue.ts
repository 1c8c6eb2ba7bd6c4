import type { Message } from '@aws-sdk/client-sqs';
import { ServiceFault } from '../service.ts';
import { uuid } from '../uuid.ts';
import { MAX_VISIBILITY_SECONDS, type Settings } from './attributes.ts';
import { type Content, selectAttributes } from './message.ts';

/** Messages of a standard queue that may be received and not deleted at once (the service's quotas). */
export const MAX_IN_FLIGHT = 120_000;

/** How often, from 0 (never) to 1, the queue does what a standard queue is allowed to do. */
export interface QueueFaults {
  /** A received message stays visible. */
  readonly duplicates: number;
  /** A deleted message comes back when its visibility timeout ends. */
  readonly returns: number;
  /** Messages are given in any order; 0 keeps the order of sending. */
  readonly shuffle: number;
  /** A short poll asks a part of the servers and finds nothing; a long poll asks them all. */
  readonly emptyShortPolls: number;
  /**
   * Whether a handle that a later receive has replaced still deletes its message and changes its visibility. Contested
   * (the API reference says no, moto's PR 4655 that AWS does), so whoever uses a queue has to be right both ways.
   */
  readonly oldHandlesWork: boolean;
  /** Milliseconds by which the approximate numbers may lag behind, each time anew from 0; on AWS up to a minute. */
  readonly countLagMs: number;
}

/** A queue without surprises. */
export const NO_FAULTS: QueueFaults = {
  duplicates: 0,
  returns: 0,
  shuffle: 0,
  emptyShortPolls: 0,
  oldHandlesWork: false,
  countLagMs: 0,
};

/** Messages by their state, at one time. */
export type Counts = Readonly<Record<PeekedMessage['state'], number>>;

interface Held {
  readonly id: string;
  readonly content: Content;
  readonly sentAt: number;
  visibleAt: number;
  receiveCount: number;
  firstReceivedAt: number | undefined;
  lastReceivedAt: number;
  /** Of the last receive; earlier ones have been replaced. */
  handle: string | undefined;
  /** ARN of the queue it was moved from. */
  deadLetterSource: string | undefined;
}

/** A message as an operator would see it. */
export interface PeekedMessage {
  readonly id: string;
  readonly body: string;
  readonly state: 'visible' | 'in-flight' | 'delayed';
  readonly receiveCount: number;
}

export interface QueueSurroundings {
  readonly now: () => number;
  readonly random: () => number;
  readonly faults: () => QueueFaults;
  /** The queue of an ARN, for redrive. */
  readonly find: (arn: string) => Queue | undefined;
}

export interface Receive {
  readonly most: number;
  /** Whether the poll waits for messages: then it asks every server. */
  readonly long: boolean;
  readonly visibilitySeconds: number | undefined;
  readonly systemAttributes: readonly string[];
  readonly attributes: readonly string[] | undefined;
}

/** One standard queue. Everything is computed when somebody looks: no timers. */
export class Queue {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: number;
  settings: Settings;
  modifiedAt: number;
  purgedAt = Number.NEGATIVE_INFINITY;
  readonly #around: QueueSurroundings;
  readonly #messages = new Map<string, Held>();
  readonly #waiting = new Set<() => void>();
  readonly #counted: CountLog;

  constructor({ name, arn, settings }: { name: string; arn: string; settings: Settings }, around: QueueSurroundings) {
    this.name = name;
    this.arn = arn;
    this.settings = settings;
    this.#around = around;
    this.createdAt = around.now();
    this.modifiedAt = this.createdAt;
    this.#counted = new CountLog(around.now, () => this.#count());
  }

  /** Messages by their state, as late as the faults let it be. */
  counts(): Counts {
    const { random, faults } = this.#around;
    const { countLagMs } = faults();
    return countLagMs > 0 ? this.#counted.asOf(random() * countLagMs) : this.#count();
  }

  #count(): Counts {
    const counts = { visible: 0, 'in-flight': 0, delayed: 0 };
    for (const { state } of this.peek()) counts[state] += 1;
    return counts;
  }

  /** To be called before anything changes. */
  #beforeChange(): void {
    if (this.#around.faults().countLagMs > 0) this.#counted.note();
  }

  /** @returns the message's id */
  send(content: Content, delaySeconds = this.settings.DelaySeconds): string {
    this.#beforeChange();
    const now = this.#around.now();
    const id = uuid(this.#around.random);
    this.#messages.set(id, {
      id,
      content,
      sentAt: now,
      visibleAt: now + delaySeconds * 1_000,
      receiveCount: 0,
      firstReceivedAt: undefined,
      lastReceivedAt: now,
      handle: undefined,
      deadLetterSource: undefined,
    });
    this.#wake();
    return id;
  }

  /**
   * Messages that are visible now, hidden from then on for the visibility timeout. One that was received too often goes
   * to the dead-letter queue instead.
   *
   * @throws ServiceFault OverLimit
   */
  receive({ most, long, visibilitySeconds = this.settings.VisibilityTimeout, ...asked }: Receive): Message[] {
    this.#beforeChange();
    const { now, random, faults } = this.#around;
    const time = now();
    const held = this.#held();
    if (held.filter((message) => stateOf(message, time) === 'in-flight').length >= MAX_IN_FLIGHT) {
      throw new ServiceFault('OverLimit', `Too many messages in flight, allowed are ${MAX_IN_FLIGHT}.`, {
        statusCode: 403,
      });
    }
    const { duplicates, shuffle, emptyShortPolls } = faults();
    if (!long && emptyShortPolls > 0 && random() < emptyShortPolls) return [];
    const visible = held.filter((message) => stateOf(message, time) === 'visible');
    const ordered = shuffle > 0 && random() < shuffle ? shuffled(visible, random) : visible;

    const received: Message[] = [];
    for (const message of ordered) {
      if (received.length >= most) break;
      if (this.#movedToDeadLetters(message)) continue;
      message.receiveCount += 1;
      message.firstReceivedAt ??= time;
      message.lastReceivedAt = time;
      message.handle = this.#newHandle(message);
      const stays = duplicates > 0 && random() < duplicates;
      message.visibleAt = stays ? time : time + visibilitySeconds * 1_000;
      received.push(asReceived(message, asked));
    }
    return received;
  }

  /**
   * Deletes what the handle of the last receive names. A replaced handle is taken too, with or without effect; a message
   * that is no longer there counts as deleted.
   *
   * @throws ServiceFault ReceiptHandleIsInvalid
   */
  delete(handle: string | undefined): void {
    this.#beforeChange();
    const message = this.#byHandle(handle);
    const { random, faults } = this.#around;
    const { returns, oldHandlesWork } = faults();
    if (!message || (message.handle !== handle && !oldHandlesWork)) return;
    if (!(returns > 0 && random() < returns)) this.#messages.delete(message.id);
  }

  /** @throws ServiceFault ReceiptHandleIsInvalid, MessageNotInflight, InvalidParameterValue */
  changeVisibility(handle: string | undefined, seconds: number): void {
    this.#beforeChange();
    const now = this.#around.now();
    const message = this.#byHandle(handle);
    if (!message || (message.handle !== handle && !this.#around.faults().oldHandlesWork)) {
      throw new ServiceFault(
        'InvalidParameterValue',
        `Value ${handle} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.`,
      );
    }
    if (stateOf(message, now) !== 'in-flight') {
      throw new ServiceFault('MessageNotInflight', 'The specified message is not in flight.');
    }
    if (now + seconds * 1_000 > message.lastReceivedAt + MAX_VISIBILITY_SECONDS * 1_000) {
      throw new ServiceFault(
        'InvalidParameterValue',
        `Value ${seconds} for parameter VisibilityTimeout is invalid. Reason: Total VisibilityTimeout for the message is beyond the limit [${MAX_VISIBILITY_SECONDS} seconds]`,
      );
    }
    message.visibleAt = now + seconds * 1_000;
    this.#wake();
  }

  purge(): void {
    this.#beforeChange();
    this.#messages.clear();
    this.purgedAt = this.#around.now();
  }

  /** Every message in the order of sending. */
  peek(): readonly PeekedMessage[] {
    const now = this.#around.now();
    return this.#held().map((message) => ({
      id: message.id,
      body: message.content.body,
      state: stateOf(message, now),
      receiveCount: message.receiveCount,
    }));
  }

  /** When the next message becomes visible by itself; infinite when none will. */
  nextVisibleAt(): number {
    return Math.min(Number.POSITIVE_INFINITY, ...this.#held().map(({ visibleAt }) => visibleAt));
  }

  /** Resolves when a message may have become visible without time passing; forget it by the signal. */
  changed(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#waiting.delete(wake);
        resolve();
      };
      this.#waiting.add(wake);
      signal.addEventListener('abort', wake, { once: true });
    });
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
  }

  /** All messages but those whose retention is over. */
  #held(): Held[] {
    const oldest = this.#around.now() - this.settings.MessageRetentionPeriod * 1_000;
    for (const [id, { sentAt }] of this.#messages) if (sentAt < oldest) this.#messages.delete(id);
    return [...this.#messages.values()];
  }

  #movedToDeadLetters(message: Held): boolean {
    const { redrive } = this.settings;
    if (!redrive || message.receiveCount < redrive.maxReceiveCount) return false;
    const target = this.#around.find(redrive.deadLetterTargetArn);
    if (!target) return false;
    this.#messages.delete(message.id);
    // The time of sending stays, so a standard queue's retention goes on counting (the developer guide's dead-letter page).
    target.#messages.set(message.id, { ...message, handle: undefined, deadLetterSource: this.arn });
    target.#wake();
    return true;
  }

  #newHandle({ id, receiveCount }: Held): string {
    return Buffer.from(JSON.stringify([this.arn, id, receiveCount, uuid(this.#around.random)])).toString('base64');
  }

  #byHandle(handle: string | undefined): Held | undefined {
    const content = parseHandle(handle);
    if (content[0] !== this.arn) throw invalidHandle(handle);
    return this.#messages.get(String(content[1]));
  }
}

/** What a queue held lately, for answers that lag. */
class CountLog {
  readonly #now: () => number;
  readonly #count: () => Counts;
  readonly #past: { readonly until: number; readonly counts: Counts }[] = [];

  constructor(now: () => number, count: () => Counts) {
    this.#now = now;
    this.#count = count;
  }

  /** Keeps the counts as they are: something is about to change. */
  note(): void {
    const until = this.#now();
    while ((this.#past[0]?.until ?? until) < until - LONGEST_LAG_MS) this.#past.shift();
    if (this.#past.at(-1)?.until !== until) this.#past.push({ until, counts: this.#count() });
  }

  /** The counts as they were so many milliseconds ago, at most a minute. */
  asOf(ms: number): Counts {
    const time = this.#now() - Math.min(ms, LONGEST_LAG_MS);
    return this.#past.find(({ until }) => until > time)?.counts ?? this.#count();
  }
}

/** "At most a minute after producers stop" (GetQueueAttributes of the API reference). */
const LONGEST_LAG_MS = 60_000;

function stateOf({ visibleAt, receiveCount }: Held, now: number): PeekedMessage['state'] {
  if (visibleAt <= now) return 'visible';
  return receiveCount > 0 ? 'in-flight' : 'delayed';
}

function parseHandle(handle: string | undefined): readonly unknown[] {
  try {
    const content: unknown = JSON.parse(Buffer.from(handle ?? '', 'base64').toString());
    if (Array.isArray(content)) return content;
  } catch (cause) {
    throw invalidHandle(handle, cause);
  }
  throw invalidHandle(handle);
}

function invalidHandle(handle: string | undefined, cause?: unknown): ServiceFault {
  return new ServiceFault(
    'ReceiptHandleIsInvalid',
    `The input receipt handle "${handle}" is not a valid receipt handle.`,
    { cause },
  );
}

function asReceived(
  message: Held,
  { systemAttributes, attributes }: Pick<Receive, 'systemAttributes' | 'attributes'>,
): Message {
  const { id, content, handle, sentAt, receiveCount, firstReceivedAt, deadLetterSource } = message;
  const system: Record<string, string> = {
    SenderId: 'AIDAIENQZJOLO23YVJ4VO',
    SentTimestamp: String(sentAt),
    ApproximateReceiveCount: String(receiveCount),
    ApproximateFirstReceiveTimestamp: String(firstReceivedAt),
    ...(deadLetterSource !== undefined && { DeadLetterQueueSourceArn: deadLetterSource }),
  };
  const wanted = Object.entries(system).filter(
    ([name]) => systemAttributes.includes('All') || systemAttributes.includes(name),
  );
  const selected = selectAttributes(content.attributes, attributes);
  return {
    MessageId: id,
    ReceiptHandle: handle,
    Body: content.body,
    MD5OfBody: content.bodyDigest,
    ...(wanted.length > 0 && { Attributes: Object.fromEntries(wanted) }),
    ...(Object.keys(selected).length > 0 && {
      MessageAttributes: selected,
      MD5OfMessageAttributes: content.attributesDigest,
    }),
  };
}

/** Fisher and Yates. */
function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const rest = [...items];
  return items.flatMap(() => rest.splice(Math.floor(random() * rest.length), 1));
}
