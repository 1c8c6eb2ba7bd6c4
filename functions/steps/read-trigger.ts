import { messageOf } from '../adapters/aws/faults.ts';
import type { EventQueue, QueueMessage } from '../adapters/event-queue.ts';
import type { Payloads } from '../contracts/crossing.ts';
import { type WakeUp, wakeUp } from '../contracts/events.ts';
import { objectAt } from '../contracts/payloads.ts';
import type { Receipt } from '../contracts/reading-shapes.ts';
import { type RunState, readTriggerContract, type TriggerInput, trigger } from '../contracts/states.ts';
import { joinScopes, type Scope } from '../domain/reading/scope.ts';
import { WINDOW_LIFETIME } from '../domain/reading/window.ts';
import { InvalidConfigurationError } from '../domain/words/errors.ts';
import { MAX_MESSAGE, printable } from '../domain/words/text.ts';
import type { Clock } from '../runtime/clock.ts';
import { logger } from '../runtime/powertools.ts';
import { clock, deadLetters, payloads, queue } from '../wiring/ports.ts';
import { wire } from '../wiring/wire.ts';

/** Messages that one run takes; what is left makes it start a later window. */
const DRAIN_LIMIT = 1_000;
/** Milliseconds after which a run takes no more, however slowly they come: its function has 55 s. */
const DRAIN_TIME = 20_000;
/** Seconds of a poll. A long one asks every server of the queue, so that only an empty long one says that it is empty. */
const POLL = 1;

interface Ports {
  readonly payloads: Payloads;
  readonly queue: EventQueue;
  readonly deadLetters: Pick<EventQueue, 'send'>;
  readonly clock: Clock;
}

/** Turns whatever started the execution into a run, and drains the event queue; dry runs leave it alone. */
export const readTrigger =
  ({ payloads, queue, deadLetters, clock }: Ports) =>
  async ({ execution, input }: { execution: string; input?: unknown }): Promise<RunState> => {
    const asked = readInput(input);
    const now = clock.now();
    const pastWindow = asked.window !== undefined && now - Date.parse(asked.window) > WINDOW_LIFETIME;
    const run: RunState = {
      execution,
      trigger: asked.window !== undefined ? 'events' : asked.trigger === 'schedule' ? 'schedule' : 'manual',
      kind: asked.window !== undefined && !pastWindow ? 'event' : 'full',
      startedAt: now,
      dryRun: asked.dryRun ?? false,
      ...(asked.approve !== undefined && { approve: asked.approve }),
      ...(asked.clusters && { clusters: asked.clusters }),
      pass: 1,
      round: 1,
      looks: 0,
    };
    if (run.dryRun) return run;

    // A run that was started at once is about one message; for all others somebody else comes.
    const wanted = run.kind === 'event' ? asked.first : undefined;
    const { scope, receipts } = await drain({ queue, deadLetters, clock }, wanted);
    try {
      return {
        ...run,
        scope: await payloads.save(objectAt('scope', run), scope),
        messages: await payloads.save(objectAt('receipts', run), receipts),
      };
    } catch (fault) {
      await giveBack(queue, receipts);
      throw fault;
    }
  };

/** Nobody else knows the receipts: kept, the messages would stay hidden for the whole visibility timeout. */
async function giveBack(queue: EventQueue, receipts: readonly Receipt[]): Promise<void> {
  const handles = receipts.map(({ receipt }) => receipt);
  await queue.release(handles, 0).catch((fault: unknown) => {
    logger.warn('drained messages stay hidden for their visibility timeout', { cause: messageOf(fault) });
  });
}

function readInput(input: unknown): TriggerInput {
  const parsed = trigger.safeParse(input ?? {});
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'input'}: ${message}`).join('; ');
  throw new InvalidConfigurationError(
    `got execution input ${printable(JSON.stringify(input), 200)} (${printable(faults, MAX_MESSAGE)}), want {} for a full run, or some of ` +
      '{"clusters": ["name"], "dryRun": true, "approve": "<hash>"}',
  );
}

async function drain({ queue, deadLetters, clock }: Pick<Ports, 'queue' | 'deadLetters' | 'clock'>, wanted?: string) {
  const messages = await receive({ queue, clock }, wanted);
  const read = messages.map((message) => ({ message, wakeUp: readWakeUp(message.body) }));
  const malformed = read.flatMap(({ message, wakeUp }) =>
    typeof wakeUp === 'string' ? [{ message, reason: wakeUp }] : [],
  );
  await bury(malformed, queue, deadLetters);
  const good = read.flatMap(({ message, wakeUp }) => (typeof wakeUp === 'string' ? [] : [{ message, wakeUp }]));
  return {
    scope: joinScopes(good.map(({ message, wakeUp }) => scopeOf(wakeUp, message.sentAt))),
    receipts: good.map(({ message: { receipt, receiveCount, sentAt } }) => ({ receipt, receiveCount, sentAt })),
  };
}

/**
 * Until a long poll finds the queue empty, or the message that is wanted has come: mostly with the first poll.
 *
 * @param wanted id of a message
 * @throws only while nothing is received: the run goes on with what it has, and whoever ends it sees to the rest
 */
async function receive(
  { queue, clock }: Pick<Ports, 'queue' | 'clock'>,
  wanted: string | undefined,
): Promise<readonly QueueMessage[]> {
  const end = clock.now() + DRAIN_TIME;
  const goesOn = (page: readonly QueueMessage[]) => page.length > 0 && !page.some(({ id }) => id === wanted);
  const first = await queue.receive(POLL);
  const messages = [...first];
  try {
    for (let more = goesOn(first); more && messages.length < DRAIN_LIMIT && clock.now() < end; ) {
      const page = await queue.receive(POLL);
      messages.push(...page);
      more = goesOn(page);
    }
  } catch (fault) {
    logger.warn('the event queue is drained in part', { messages: messages.length, cause: messageOf(fault) });
  }
  return messages;
}

/** Malformed messages must not cost the good ones their run: what cannot be buried now comes again. */
async function bury(
  malformed: readonly { readonly message: QueueMessage; readonly reason: string }[],
  queue: EventQueue,
  deadLetters: Pick<EventQueue, 'send'>,
): Promise<void> {
  for (const { message, reason } of malformed) {
    logger.warn('event message is malformed and goes to the dead-letter queue', { reason, body: message.body });
    try {
      await deadLetters.send(JSON.stringify({ reason, body: message.body }));
      await queue.delete([message.receipt]);
    } catch (fault) {
      logger.warn('a malformed message stays in the event queue for now', { cause: messageOf(fault) });
    }
  }
}

function readWakeUp(body: string): WakeUp | string {
  try {
    const parsed = wakeUp.safeParse(JSON.parse(body));
    if (parsed.success) return parsed.data;
    const faults = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`).join('; ');
    return printable(faults, MAX_MESSAGE);
  } catch {
    return 'body is no JSON';
  }
}

function scopeOf(wakeUp: WakeUp, queuedAt: number): Scope {
  const { cluster, task, containerInstance, awsvpc, version, names, stops } = wakeUp;
  return {
    names,
    hosts: containerInstance !== undefined && !awsvpc ? [{ cluster, containerInstance }] : [],
    tasks: [{ cluster, task, version, queuedAt, ...(stops && { stops }) }],
  };
}

export const handler = wire('ReadTrigger', {
  contract: readTriggerContract,
  ports: { payloads, queue, deadLetters, clock },
  work: readTrigger,
});
