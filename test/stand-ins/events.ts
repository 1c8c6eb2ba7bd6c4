import type { PutEventsCommandInput, PutEventsResponse, PutEventsResultEntry } from '@aws-sdk/client-eventbridge';
import type { Clock } from './clock.ts';
import { type DeadLetter, type Delivery, deliver, type InvokeTarget } from './events/delivery.ts';
import { type BusEvent, checkEntries, eventOf } from './events/put-events.ts';
import { checkBus, type Rule, Rules } from './events/rules.ts';
import { EVENTS_SERVED } from './events/served.ts';
import { servedOnly } from './served.ts';
import { type Service, ServiceFault } from './service.ts';
import { throughJson } from './step-functions/json.ts';
import { uuid } from './uuid.ts';

export interface EventsOptions {
  /** Delays, backoff and times of events. */
  readonly clock: Clock;
  readonly region: string;
  /** Twelve digits. */
  readonly accountId: string;
  /** Calls the targets; the input has gone through JSON. */
  readonly invoke: InvokeTarget;
  /** Takes what could not be delivered, where the target names a queue; without it such events are dropped. */
  readonly deadLetter?: DeadLetter;
  /** From 0 up to 1, for ids, faults and backoff; default `Math.random`. */
  readonly random?: () => number;
}

/** What deliveries suffer; nothing at first. Each is decided apart for every event and target. */
export interface DeliveryFaults {
  /** Probability of never. */
  readonly loss: number;
  /** Probability of twice. */
  readonly duplicates: number;
  /** Milliseconds, drawn from 0 up to this: events overtake each other. */
  readonly delayMs: number;
}

export interface EventsStandIn extends Service {
  readonly admin: EventsAdmin;
}

/** What only the host of the stand-in may do. */
export interface EventsAdmin {
  /** Puts an event of an AWS service on the default bus, as it is. */
  deliver(event: object): void;
  setFaults(faults: Partial<DeliveryFaults>): void;
  /** Tells how each delivery ended, until the function that it returns is called. */
  onDelivery(listener: (delivery: Delivery) => void): () => void;
  /** Waits until no delivery is under way, retries included. */
  settle(): Promise<void>;
  /** Gives up all deliveries and waits for the targets that are being called. */
  close(): Promise<void>;
}

/**
 * EventBridge's default bus: rules with event patterns, targets called with retries, dead letters. At least once and in
 * no order, as soon as the faults are set; once and in order before.
 */
export function eventsStandIn(options: EventsOptions): EventsStandIn {
  const { clock, random = Math.random, region, accountId } = options;
  const rules = new Rules(options);
  const closing = new AbortController();
  const underWay = new Set<Promise<void>>();
  const listeners = new Set<(delivery: Delivery) => void>();
  const around = { clock, random, invoke: options.invoke, deadLetter: options.deadLetter, stopped: closing.signal };
  let faults: DeliveryFaults = { loss: 0, duplicates: 0, delayMs: 0 };

  const happens = (probability: number): boolean => probability > 0 && random() < probability;
  const tell = (delivery: Delivery): void => {
    for (const listener of listeners) listener(delivery);
  };

  const dispatch = async (event: { readonly id: string }, rule: Rule, targetId: string): Promise<void> => {
    const target = rule.targets.get(targetId);
    if (!target) return;
    const ingested = new Date(clock.now()).toISOString();
    await Promise.resolve(); // whoever publishes gets the answer before any target is called
    if (faults.delayMs > 0) await clock.sleep(random() * faults.delayMs, closing.signal);
    const variables = { ruleArn: rule.arn, ruleName: rule.name, ingestionTime: ingested };
    const attempt = { target, event: throughJson(event), eventId: event.id, rule: variables };
    tell({ ...(await deliver(attempt, around)), ruleName: rule.name });
  };

  const start = (work: Promise<void>): void => {
    underWay.add(work);
    const done = (): boolean => underWay.delete(work);
    work.then(done, done);
  };

  const publish = (event: object): void => {
    if (closing.signal.aborted) return;
    const copy = throughJson(event);
    const id = 'id' in event && typeof event.id === 'string' ? event.id : uuid(random);
    for (const rule of rules.matching(copy)) {
      for (const [targetId, { Arn: targetArn = '' }] of rule.targets) {
        if (happens(faults.loss)) {
          tell({ eventId: id, ruleName: rule.name, targetArn, attempts: 0, result: 'lost' });
          continue;
        }
        const times = happens(faults.duplicates) ? 2 : 1;
        for (let time = 0; time < times; time++) start(dispatch({ ...event, id }, rule, targetId));
      }
    }
  };

  const putEvents = ({ Entries }: PutEventsCommandInput): PutEventsResponse => {
    const results = checkEntries(Entries).map((entry): PutEventsResultEntry => {
      const origin = { id: uuid(random), now: clock.now(), account: accountId, region };
      try {
        checkBus(entry.EventBusName);
        const event: BusEvent = eventOf(entry, origin);
        publish(event);
        return { EventId: event.id };
      } catch (fault) {
        if (!(fault instanceof ServiceFault)) throw fault;
        return { ErrorCode: fault.name, ErrorMessage: fault.message };
      }
    });
    return { FailedEntryCount: results.filter(({ ErrorCode }) => ErrorCode !== undefined).length, Entries: results };
  };

  const settle = async (): Promise<void> => {
    while (underWay.size > 0) await Promise.allSettled(underWay);
  };

  return {
    signingName: 'events',
    served: EVENTS_SERVED,
    operations: servedOnly(
      {
        PutEvents: putEvents,
        PutRule: rules.put,
        DescribeRule: rules.describe,
        ListRules: rules.list,
        EnableRule: rules.enable,
        DisableRule: rules.disable,
        DeleteRule: rules.delete,
        PutTargets: rules.putTargets,
        RemoveTargets: rules.removeTargets,
        ListTargetsByRule: rules.listTargets,
        TestEventPattern: rules.test,
      },
      EVENTS_SERVED,
      (message) => new ServiceFault('ValidationException', message),
    ),
    admin: {
      deliver: publish,
      setFaults: (changed) => {
        faults = { ...faults, ...changed };
      },
      onDelivery: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      settle,
      close: async () => {
        closing.abort();
        await settle();
      },
    },
  };
}
