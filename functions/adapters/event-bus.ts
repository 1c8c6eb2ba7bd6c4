import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { clientSettings } from './aws/client-settings.ts';
import { calling } from './aws/faults.ts';
import { chunks, pool } from './aws/pool.ts';

/** One event of ours on the default bus. */
export interface OutgoingEvent {
  readonly detailType: string;
  readonly detail: object;
  /** ARNs that it is about. */
  readonly resources: readonly string[];
}

export interface EventBus {
  /**
   * Sends events in batches of ten; entries that the bus did not take are tried again a few times, after a pause.
   *
   * @returns how many it never took
   * @throws the first fault of a call, after all batches were tried
   */
  publish(events: readonly OutgoingEvent[]): Promise<number>;
}

/** The `source` of every event of ours. */
export const EVENT_SOURCE = 'ecs-service-discovery-dns';
/** Entries in one PutEvents call (EventBridge API model). */
const ENTRIES_PER_CALL = 10;
const ATTEMPTS = 3;
/** Milliseconds before an entry is sent again, longer each time: a bus that is busy is busy for a moment. */
const PAUSE = 100;

export function eventBus(client: Pick<EventBridgeClient, 'send'> = new EventBridgeClient(clientSettings())): EventBus {
  const put = async (events: readonly OutgoingEvent[]): Promise<readonly OutgoingEvent[]> => {
    const Entries = events.map(({ detailType, detail, resources }) => ({
      Source: EVENT_SOURCE,
      DetailType: detailType,
      Detail: JSON.stringify(detail),
      Resources: [...resources],
    }));
    const answer = await calling('events:PutEvents', () => client.send(new PutEventsCommand({ Entries })));
    return events.filter((_, index) => answer.Entries?.[index]?.EventId === undefined);
  };
  return {
    async publish(events) {
      const faults: unknown[] = [];
      const refused = await pool(chunks(events, ENTRIES_PER_CALL), 5, async (batch) => {
        let left: readonly OutgoingEvent[] = batch;
        for (let attempt = 1; attempt <= ATTEMPTS && left.length > 0; attempt += 1) {
          if (attempt > 1) await new Promise((resume) => setTimeout(resume, PAUSE * (attempt - 1)));
          try {
            left = await put(left);
          } catch (fault) {
            // The SDK has retried the call as such; the other batches may still be taken.
            faults.push(fault);
            break;
          }
        }
        return left.length;
      });
      if (faults.length > 0) throw faults[0];
      return refused.reduce((sum, count) => sum + count, 0);
    },
  };
}
