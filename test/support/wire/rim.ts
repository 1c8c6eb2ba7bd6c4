import { gunzipSync } from 'node:zlib';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { type EventBus, eventBus, type OutgoingEvent } from '../../../functions/adapters/event-bus.ts';
import { type Executions, executions } from '../../../functions/adapters/executions.ts';
import { runStore } from '../../../functions/adapters/run-store.ts';
import type { Objects } from '../../../functions/contracts/envelope.ts';
import type { Clock } from '../../stand-ins/clock.ts';
import { eventsStandIn } from '../../stand-ins/events.ts';
import { ACCOUNT, REGION } from '../../stand-ins/in-memory-aws.ts';
import { type Around, inMemoryClient } from '../../stand-ins/in-memory-client.ts';
import { s3StandIn } from '../../stand-ins/s3.ts';
import { type CallContext, type Operation, type Service, ServiceFault } from '../../stand-ins/service.ts';

/** What a world keeps of the run bucket, of executions asked for and of events announced. */
export interface Kept {
  readonly bucket: Map<string, string>;
  readonly started: { name: string; input: unknown }[];
  readonly announced: OutgoingEvent[];
  readonly clock: Clock;
  readonly random: () => number;
  readonly onStart: ((name: string, input: unknown) => void) | undefined;
}

export interface Rim {
  readonly objects: Objects;
  readonly executions: Executions;
  readonly bus: EventBus;
}

/** The run bucket, Step Functions and the event bus without any call, for models that run many thousand executions. */
export function directly({ bucket, announced, ...kept }: Kept): Rim {
  const begin = beginning(kept);
  return {
    objects: {
      get: async (key) => bucket.get(key),
      put: async (key, text) => void bucket.set(key, text),
      revise: async (key, change) => {
        const text = change(bucket.get(key));
        if (text !== undefined) bucket.set(key, text);
      },
    },
    executions: { start: async (_, name, input) => (begin(name, input) ? 'started' : 'exists') },
    bus: {
      publish: async (events) => {
        announced.push(...events);
        return 0;
      },
    },
  };
}

/** The same behind our own adapters and their clients, so that each of their calls can meet a fault. */
export function behindClients(kept: Kept, around: Around): Rim {
  const { bucket, announced, clock, random } = kept;
  const place = { region: REGION, accountId: ACCOUNT };
  const s3 = s3StandIn({ now: clock.now });
  s3.addBucket('runs');
  const objects = inSync(s3, bucket, { ...place, requestId: 'a test' });
  const bus = mirrored(
    eventsStandIn({ clock, random, invoke: async () => undefined, ...place }),
    'PutEvents',
    ({ Entries }: { Entries: readonly Entry[] }) =>
      announced.push(
        ...Entries.map(({ DetailType, Detail, Resources }) => ({
          detailType: DetailType,
          detail: JSON.parse(Detail),
          resources: Resources,
        })),
      ),
  );
  const begin = beginning(kept);
  const StartExecution = ({ name, input }: { name: string; input: string }) => {
    if (begin(name, JSON.parse(input))) return { executionArn: name, startDate: new Date(clock.now()) };
    throw new ServiceFault('ExecutionAlreadyExists', `Execution Already Exists: '${name}'`);
  };
  const states: Service = { signingName: 'states', operations: { StartExecution } };
  return {
    objects: runStore('runs', inMemoryClient(objects, { of: S3Client, around, context: place })),
    executions: executions(inMemoryClient(states, { of: SFNClient, around, context: place })),
    bus: eventBus(inMemoryClient(bus, { of: EventBridgeClient, around, context: place })),
  };
}

interface Entry {
  readonly DetailType: string;
  readonly Detail: string;
  readonly Resources: readonly string[];
}

/** Step Functions' own idempotency: each name begins once, and whoever asks again with an equal input is told so too. */
function beginning({ started, onStart }: Pick<Kept, 'started' | 'onStart'>): (name: string, input: unknown) => boolean {
  const begun = new Map<string, string>();
  return (name, input) => {
    const text = JSON.stringify(input);
    if (begun.has(name)) return begun.get(name) === text;
    begun.set(name, text);
    started.push({ name, input });
    onStart?.(name, input);
    return true;
  };
}

/** The run bucket and the map that a test sees of it: what either changes, the other has before the next call. */
function inSync(s3: Service, bucket: Map<string, string>, context: CallContext): Service {
  const stored = new Map<string, string>();
  const { GetObject, PutObject, DeleteObject } = s3.operations;
  const bring = async (Key: string) => {
    const text = bucket.get(Key);
    if (text === stored.get(Key)) return;
    if (text === undefined) await DeleteObject?.({ Bucket: 'runs', Key } as never, context);
    else await PutObject?.({ Bucket: 'runs', Key, Body: Buffer.from(text) } as never, context);
  };
  const reading: Operation = async (input: { readonly Key: string }, call) => {
    await bring(input.Key);
    return (await GetObject?.(input as never, call)) ?? {};
  };
  const writing: Operation = async (input: { readonly Key: string; readonly Body: string | Uint8Array }, call) => {
    await bring(input.Key);
    const output = (await PutObject?.(input as never, call)) ?? {};
    const text = typeof input.Body === 'string' ? input.Body : gunzipSync(input.Body).toString();
    stored.set(input.Key, text);
    bucket.set(input.Key, text);
    return output;
  };
  return { ...s3, operations: { ...s3.operations, GetObject: reading, PutObject: writing } };
}

/** A service that shows what one of its operations was given, once it has done it. */
function mirrored<Input>(service: Service, operation: string, show: (input: Input) => void): Service {
  const perform: Operation = async (input, context) => {
    const output = (await service.operations[operation]?.(input, context)) ?? {};
    show(input);
    return output;
  };
  return { ...service, operations: { ...service.operations, [operation]: perform } };
}
