import { join } from 'node:path';
import { objectAt, ROWS } from '../../../functions/contracts/payloads.ts';
import { host } from '../../support/fleet.ts';
import { edit, eventRun, type Shop, shop, srv, value } from '../../support/shop.ts';

export const RECORDED = join('test', 'fixtures');

/**
 * Nobody but version 1 of the inventory has written hints, of the index only keys are read, and of deployments something is kept
 * only where DNS shifts them.
 */
const UNRECORDED = new Set(['hints', 'index', 'services', 'shifts']);

/** Kinds that runs of another version meet; those of `ofRun` end with their run, which an update overtakes. */
export const MET: readonly string[] = Object.entries(ROWS).flatMap(([kind, { kept }]) =>
  (kept !== '7 days' && !UNRECORDED.has(kind)) || ['snapshot', 'reading', 'plan', 'receipts'].includes(kind)
    ? [kind]
    : [],
);

/** A kept text, and whether it is recorded as gzip, as large ones of runs are kept. */
export interface Recorded {
  readonly text: string;
  readonly compact: boolean;
}

/** The run whose snapshot, reading and plan are recorded together: whoever has them can plan it again. */
const RUN = 'recorded';
/** Of one pass of that run, of which another version makes the same plan. */
const TOGETHER = new Set(['snapshot', 'reading', 'plan']);
/** As the largest of runs are kept; what outlives runs stays plain. */
const COMPACT = new Set(['reading', 'outcome']);

/**
 * One object of every kind that a deployment keeps, by its kind, and a message of its queue, `wake-up`: of runs that publish,
 * leave out, remove, hold, quarantine, and narrow themselves to an event.
 */
export async function recordedObjects(): Promise<ReadonlyMap<string, Recorded>> {
  const found = new Map<string, Recorded>();
  const keep = (kind: string, text: string) => {
    // What says most of what it can say.
    if (text.length > (found.get(kind)?.text.length ?? 0)) found.set(kind, { text, compact: COMPACT.has(kind) });
  };
  const keepAll = ({ bucket }: Shop) => {
    for (const [key, text] of bucket) {
      const { kind } = JSON.parse(text) as { kind: string };
      if (!TOGETHER.has(kind) || key.startsWith(`runs/${RUN}/1/`)) keep(kind, text);
    }
  };
  for await (const around of eventful(keep)) keepAll(around);
  keepAll(await largeFleet());
  const met = new Set([...MET, 'wake-up']);
  return new Map([...found].filter(([kind]) => met.has(kind)).sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** A deployment after each of its runs. */
async function* eventful(keep: (kind: string, text: string) => void): AsyncGenerator<Shop> {
  const refusing = { now: false };
  const around: Shop = shop({
    before: async ({ operation, input }) => {
      const { MessageBody } = input as { MessageBody?: string };
      if (operation === 'SendMessage' && MessageBody !== undefined) keep('wake-up', MessageBody);
      if (operation !== 'ChangeResourceRecordSets' || !refusing.now) return;
      throw Object.assign(new Error('[The change is not permitted]'), { name: 'InvalidChangeBatch' });
    },
    // Small ones cross the states inline; a large number of them is kept as an object of the same form.
    beforeStep: (_, payload) => {
      const { messages } = (payload as { run?: { messages?: { inline?: unknown } } }).run ?? {};
      if (messages?.inline !== undefined) keep('receipts', JSON.stringify(messages.inline));
    },
  });
  const { aws, clock } = around;
  const later = (milliseconds: number) => clock.run(clock.sleep(milliseconds));
  around.health.set('10.0.1.23:32769', { state: 'failing', cause: 'HTTP 500' });
  const first = around.task(32_768);
  around.task(32_769);
  const home = host(around, 'shop', '10.0.1.24');
  const leaving = around.task(32_768, { home });
  await around.run({}, 'first');
  yield around;

  const gone = Array.from({ length: 12 }, (_, index) => value('10.9.9.9', 1_000 + index));
  await edit(around, [{ Action: 'CREATE', ResourceRecordSet: srv('_old._tcp', gone) }]);
  await later(MINUTES_5);
  await eventRun(around, () => aws.ecs.admin.stopTask(first));
  yield around;

  aws.ecs.admin.updateTask(leaving, { lastStatus: 'STOPPED' });
  aws.ecs.admin.deregisterContainerInstance(home);
  for (const name of ['removes', 'marks-an-address']) {
    await later(MINUTES_5);
    await around.run({}, name);
  }
  yield around;

  around.task(32_770);
  refusing.now = true;
  await around.run({ trigger: 'schedule' }, 'refused');
  refusing.now = false;
  yield around;

  await later(12 * MINUTES_5);
  await around.run({}, RUN);
  yield around;
}

const MINUTES_5 = 300_000;

/** What a cluster wants to be probed is remembered where it is more than one batch. */
async function largeFleet(): Promise<Shop> {
  const around = shop();
  for (let at = 0; at < 450; at += 1) around.task(32_768 + at);
  await around.run({}, 'large');
  const wishes = objectAt('probe-wishes').key;
  for (const key of around.bucket.keys()) if (key !== wishes) around.bucket.delete(key);
  return around;
}
