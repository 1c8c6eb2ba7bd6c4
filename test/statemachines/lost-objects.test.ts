import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { payloadsIn } from '../../functions/contracts/crossing.ts';
import { type Kind, objectAt, PAYLOADS } from '../../functions/contracts/payloads.ts';
import { shardOf } from '../../functions/domain/reading/shards.ts';
import { metrics } from '../../functions/runtime/powertools.ts';
import { define } from '../support/fleet.ts';
import { mapped } from '../support/inventory.ts';
import { CALC, type Shop, shop, value } from '../support/shop.ts';
import { type Execution, ZONE } from '../support/world.ts';

const MINUTE = 60_000;
const NAME = `${CALC}.${ZONE}`;
/** A name of another shard than `_calc._tcp`. */
const TIME = '_time._tcp';
const HASH = '0123456789abcdef';
const SHARD = objectAt('inventory', shardOf(NAME)).key;
const LIST = objectAt('held', HASH);

it('the two names of these tests stand in two shards', () => {
  expect(shardOf(`${TIME}.${ZONE}`)).not.toBe(shardOf(NAME));
});

/** Every object that a run reads or changes and that outlives it, with a body of its own shape. */
const OBJECTS = [
  { what: 'a shard of the inventory', ...objectAt('inventory', shardOf(NAME)), body: { names: [] } },
  {
    what: 'the readings of clusters',
    ...objectAt('cluster-readings'),
    body: { readings: [], formerTaken: true },
  },
  { what: 'the quarantine', ...objectAt('quarantine'), body: {} },
  { what: 'what is held', ...objectAt('held-now'), body: [] },
  { what: 'a list that is approved', ...LIST, body: [] },
  { what: 'the marked addresses', ...objectAt('idle-addresses'), body: {} },
] as const;

type Forbidden = 'GetObject' | 'PutObject';

/** A fault as the SDK throws it. */
const fault = (name: string, message: string, httpStatusCode: number) =>
  Object.assign(new Error(message), { name, $metadata: { httpStatusCode } });
const DENIED = fault('AccessDenied', 'Access Denied', 403);

/** A shop with two published names, on a run bucket in which one call of one object can fail for ever. */
async function stocked(answer: Error = DENIED) {
  const forbidden = new Map<string, Forbidden>();
  const around = shop({
    around: async (call, perform) => {
      const { Key } = call.input as { readonly Key?: string };
      if (call.service === 's3' && Key !== undefined && forbidden.get(Key) === call.operation) throw answer;
      return perform();
    },
  });
  const time = define(around, 'time', { names: { 8081: TIME } });
  around.task(32_768);
  const stops = around.task(32_769, { definition: time });
  const before = await around.run({});
  expect(before.end).toBe('ZoneInSync');
  return { ...around, forbid: (key: string, call: Forbidden) => void forbidden.set(key, call), time, stops };
}

/** What is counted from now on. */
function counting() {
  const spy = vi.spyOn(metrics, 'addMetric');
  onTestFinished(() => spy.mockRestore());
  return (metric: string) =>
    Math.max(0, ...spy.mock.calls.flatMap(([name, , count]) => (name === metric ? [Number(count)] : [])));
}

/** Five minutes later, with another instance of each name, a full run. */
async function nextRun(around: Shop & { readonly time: string }, input: object, port = 32_770) {
  await around.clock.advance(5 * MINUTE);
  around.task(port);
  around.task(port + 1, { definition: around.time });
  return around.run(input);
}

/** What a run says of the run bucket. */
const lost = ({ outcome }: Execution) => outcome?.findings.filter((finding) => finding.includes('run bucket'));

const found = (around: Shop, { kind, key }: (typeof OBJECTS)[number]) =>
  payloadsIn(mapped(around.bucket)).lasting.read<Kind>({ kind, key }, true);
const both = (first: number, second: number) => [value('10.0.1.23', first), value('10.0.1.23', second)];

const seal = (kind: string, version: number, body: unknown) => JSON.stringify({ kind, version, body });
const versionOf = ({ kind }: Pick<Object_, 'kind'>) => PAYLOADS[kind].version;
type Object_ = (typeof OBJECTS)[number];
const DAMAGES: readonly { readonly damage: string; readonly text: (one: Object_) => string }[] = [
  { damage: 'garbage', text: () => '{"kind":"inventory","body":' },
  { damage: 'empty', text: () => '' },
  { damage: 'no envelope', text: () => '[1]' },
  { damage: 'null', text: () => 'null' },
  {
    damage: 'another shape',
    text: (one) => seal(one.kind, versionOf(one), { names: [{ name: 1 }], readings: 'none' }),
  },
  { damage: 'another kind', text: (one) => seal('plan', versionOf(one), one.body) },
  {
    damage: 'a version that is no number',
    text: ({ kind, body }) => JSON.stringify({ kind, version: 'x', body }),
  },
];

describe.each(OBJECTS)('$what ($key)', (object) => {
  const { kind, key, body } = object;
  const input = kind === 'held' ? { approve: HASH } : {};

  it.each(DAMAGES)('$damage: lost, told, and written anew', async ({ text }) => {
    const around = await stocked();
    around.bucket.set(key, text(object));
    const counted = counting();

    const run = await nextRun(around, input);
    const told = counted('ObjectsUnreadable');
    const after = await found(around, object);
    const later = await around.run({});

    expect(run.end).toBe('ZoneInSync');
    expect(around.values(CALC)).toEqual(both(32_768, 32_770));
    expect(around.values(TIME)).toEqual(both(32_769, 32_771));
    expect(lost(run)).toContainEqual(expect.stringContaining(`${key} of the run bucket cannot be read`));
    expect(told).toBeGreaterThan(0);
    expect(after.state).toBe(kind === 'held' ? 'lost' : 'found'); // a list is written by the run that holds it
    expect(lost(later)).toEqual([]);
  });

  it('of a later version: lost, told, and left alone', async () => {
    const around = await stocked();
    const text = seal(kind, versionOf(object) + 1, body);
    around.bucket.set(key, text);
    const counted = counting();

    const run = await nextRun(around, input);

    // A claim that cannot be written is not sent: what stands in this shard stays as it is.
    expect(run.end).toBe(kind === 'inventory' ? 'ZoneContended' : 'ZoneInSync');
    expect(around.values(CALC)).toEqual(kind === 'inventory' ? both(32_768, 32_768).slice(1) : both(32_768, 32_770));
    expect(around.values(TIME)).toEqual(both(32_769, 32_771));
    expect(lost(run)).toContainEqual(expect.stringContaining(`version ${versionOf(object) + 1} wrote it`));
    expect(counted('ObjectsUnreadable')).toBeGreaterThan(0);
    expect(around.bucket.get(key)).toBe(text);
  });

  it('may not be read: lost, told', async () => {
    const around = await stocked();
    around.bucket.set(key, seal(kind, versionOf(object), body));
    around.forbid(key, 'GetObject');
    const counted = counting();

    const run = await nextRun(around, input);

    expect(run.end).toBe('ZoneInSync');
    expect(around.values(CALC)).toEqual(both(32_768, 32_770));
    expect(around.values(TIME)).toEqual(both(32_769, 32_771));
    expect(lost(run)).toContainEqual(expect.stringContaining(`${key} of the run bucket cannot be read`));
    expect(lost(run)).toContainEqual(expect.stringContaining('AccessDenied'));
    expect(counted('ObjectsUnreadable')).toBeGreaterThan(0);
  });

  it('gone: as if it had never been', async () => {
    const around = await stocked();
    around.bucket.delete(key);

    const run = await nextRun(around, {});

    expect(run.end).toBe('ZoneInSync');
    expect(around.values(CALC)).toEqual(both(32_768, 32_770));
    expect(around.values(TIME)).toEqual(both(32_769, 32_771));
    expect(lost(run)).toEqual([]);
  });
});

describe('an object that S3 fails with, for as long as the run lasts', () => {
  const broken = fault('InternalError', 'We encountered an internal error', 500);

  it.each(OBJECTS.filter(({ kind }) => kind !== 'held'))('$what: is waited for, and lost then', async ({ key }) => {
    const around = await stocked(broken);
    around.aws.ecs.admin.updateTask(around.stops, { desiredStatus: 'STOPPED', lastStatus: 'STOPPED' });
    around.forbid(key, 'GetObject');

    const run = await nextRun(around, {});

    // Nobody knows what stands there, so that what belongs into this shard cannot be written either.
    expect(run.end).toBe(key === SHARD ? 'ZoneContended' : 'ZoneInSync');
    expect(around.values(TIME)).toEqual([value('10.0.1.23', 32_771)]);
    expect(lost(run)).toContainEqual(expect.stringContaining('UnavailableError: s3:GetObject was not available'));
  });

  it('a shard of the inventory that cannot be written: what is new in its names waits', async () => {
    const around = await stocked(broken);
    around.forbid(SHARD, 'PutObject');

    const run = await nextRun(around, {});

    expect(run.end).toBe('ZoneContended');
    expect(around.values(CALC)).toEqual([value('10.0.1.23', 32_768)]);
    expect(around.values(TIME)).toEqual(both(32_769, 32_771));
  });
});

describe('an object that may not be written', () => {
  it('of the inventory: what is new in its names is not sent and counts as moved, all else goes on', async () => {
    const around = await stocked();
    around.forbid(SHARD, 'PutObject');
    const counted = counting();

    const run = await nextRun(around, {});

    expect(run.end).toBe('ZoneContended');
    expect(around.values(CALC)).toEqual([value('10.0.1.23', 32_768)]);
    expect(around.values(TIME)).toEqual(both(32_769, 32_771));
    expect(lost(run)).toContainEqual(expect.stringContaining(`${SHARD} of the run bucket cannot be written`));
    expect(run.outcome?.dispositions).toContainEqual(
      expect.objectContaining({ name: NAME, outcome: 'left-out', reason: 'conflict', port: 32_770 }),
    );
    expect(counted('ObjectsUnwritable')).toBeGreaterThan(0);
  });

  it('of the inventory, where nothing is new in its names: costs nothing', async () => {
    const around = await stocked();
    around.forbid(SHARD, 'PutObject');

    await around.clock.advance(5 * MINUTE);
    const run = await around.run({});

    expect(run.end).toBe('ZoneInSync');
  });

  it.each([
    { what: 'the readings of clusters', key: objectAt('cluster-readings').key },
    { what: 'an outcome', key: `outcomes/2026-01-01/run-ecs-events-2.json` },
  ])('$what: told, and costs no more', async ({ key }) => {
    const around = await stocked();
    const day = new Date(around.clock.now()).toISOString().slice(0, 10);
    const own = key.replace('2026-01-01', day);
    around.forbid(own, 'PutObject');
    const counted = counting();

    await around.clock.advance(15 * MINUTE);
    const run = await nextRun(around, {});

    expect(run.end).toBe('ZoneInSync');
    expect(around.values(CALC)).toEqual(both(32_768, 32_770));
    expect(JSON.stringify(run.result)).toContain(`${own} of the run bucket cannot be written`);
    expect(counted('ObjectsUnwritable')).toBeGreaterThan(0);
  });

  it('is written by the next run that may', async () => {
    const around = await stocked();
    around.forbid(SHARD, 'PutObject');
    await nextRun(around, {});
    around.forbid(SHARD, 'GetObject');

    const run = await nextRun(around, {}, 32_772);

    expect(run.end).toBe('ZoneInSync');
    expect(around.values(CALC)).toHaveLength(3);
  });
});
