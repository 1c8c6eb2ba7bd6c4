import { describe, expect, it } from 'vitest';
import { objectAt } from '../../functions/contracts/payloads.ts';
import { SHARDS } from '../../functions/domain/reading/shards.ts';
import type { InMemoryCall } from '../stand-ins/in-memory-client.ts';
import { connectEvents, define, runStarted } from '../support/fleet.ts';
import { rememberedIn } from '../support/inventory.ts';
import { CALC, edit, shop, srv, target, value } from '../support/shop.ts';
import { type World, ZONE } from '../support/world.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NAME = `${CALC}.${ZONE}`;
const KEY = `${target('10.0.1.23')}:32768`;

const entriesAt = async (around: World, name = NAME) => (await rememberedIn(around.bucket)).get(name)?.values ?? {};

/** Keys of objects that outlive runs and were written, in their order. */
function recorder() {
  const written: string[] = [];
  const note = async ({ service, operation, input }: InMemoryCall) => {
    const { Key = '' } = input as { readonly Key?: string };
    if (service === 's3' && operation === 'PutObject' && !Key.startsWith('runs/')) written.push(Key);
  };
  return {
    written,
    around: async (call: InMemoryCall, perform: () => Promise<object>) => {
      await note(call);
      return perform();
    },
  };
}

describe('an entry', () => {
  it('is written before the zone is changed, and counts as published once an answer has shown it', async () => {
    const seen: unknown[] = [];
    const around = shop({
      before: async ({ operation }) => {
        if (operation === 'ChangeResourceRecordSets') seen.push((await entriesAt(around))[KEY]);
      },
    });
    const task = around.task(32_768);

    await around.run({});
    const first = (await entriesAt(around))[KEY];
    await around.clock.advance(5 * MINUTE);
    await around.run({});
    const second = (await entriesAt(around))[KEY];

    const claim = { task, container: 'app', containerPort: 8081, protocol: 'tcp', awsvpc: false };
    expect(seen).toEqual([expect.objectContaining(claim)]);
    expect(first).toMatchObject({ ...claim, lastVerdict: 'healthy' });
    expect(first).not.toHaveProperty('publishedAt');
    expect(second?.publishedAt).toBeGreaterThan(first?.firstSeen ?? 0);
  });

  it('of a change that never came about never counts as published', async () => {
    let refused = true;
    const around = shop({
      before: async ({ operation }) => {
        if (refused && operation === 'ChangeResourceRecordSets')
          throw Object.assign(new Error('no'), { name: 'AccessDenied' });
      },
    });
    around.task(32_768);

    await around.run({});
    await around.clock.advance(5 * MINUTE);
    await around.run({});
    const without = (await entriesAt(around))[KEY];
    refused = false;
    await around.clock.advance(5 * MINUTE);
    await around.run({});
    await around.clock.advance(5 * MINUTE);
    await around.run({});

    expect(without).toMatchObject({ container: 'app' });
    expect(without).not.toHaveProperty('publishedAt');
    expect((await entriesAt(around))[KEY]).toHaveProperty('publishedAt');
  });

  it('is absent since a full run did not list its task, and forgotten an hour after its value has left', async () => {
    const around = shop();
    const task = around.task(32_768);
    around.task(32_769);
    await around.run({});
    const seenAt = around.clock.now();
    await around.clock.advance(5 * MINUTE);
    around.aws.ecs.admin.updateTask(task, { desiredStatus: 'STOPPED', lastStatus: 'STOPPED' });

    await around.run({});
    const left = (await entriesAt(around))[KEY];
    for (let minutes = 0; minutes < 75; minutes += 5) {
      await around.clock.advance(5 * MINUTE);
      await around.run({});
    }

    expect(left?.task).toBe(task);
    expect(left?.absentSince).toBeGreaterThanOrEqual(seenAt + 5 * MINUTE);
    expect(left?.lastSeen).toBeLessThanOrEqual(seenAt);
    expect(Object.keys(await entriesAt(around))).toEqual([`${target('10.0.1.23')}:32769`]);
  });

  it('of an instance that was taken out stays as long as its task runs', async () => {
    const around = shop();
    around.task(32_768);
    around.task(32_769);
    around.task(32_770);
    await around.run({});
    around.health.set('10.0.1.23:32768', { state: 'failing', cause: 'connection refused' });

    for (let minutes = 0; minutes < 150; minutes += 15) {
      await around.clock.advance(15 * MINUTE);
      await around.run({});
    }

    expect(around.values(CALC)).not.toContain(value('10.0.1.23', 32_768));
    expect((await entriesAt(around))[KEY]).toMatchObject({ publishedAt: expect.any(Number) });
  });
});

describe('what was last seen', () => {
  it('is kept once for a whole cluster, and full runs that find nothing new write nothing else', async () => {
    const { written, around: watching } = recorder();
    const around = shop({ around: watching });
    for (let port = 32_768; port < 32_800; port += 1) around.task(port);
    await around.run({});
    await around.clock.advance(5 * MINUTE);
    await around.run({});
    written.length = 0;

    const runs: string[][] = [];
    for (let minutes = 0; minutes < 60; minutes += 5) {
      await around.clock.advance(5 * MINUTE);
      await around.run({});
      runs.push(written.splice(0).filter((key) => !/^(outcomes|index)\//.test(key)));
    }

    expect(new Set(runs.flat())).toEqual(new Set([objectAt('cluster-readings').key]));
    expect(runs.flat()).toHaveLength(4);
    expect((await entriesAt(around))[KEY]?.lastSeen).toBeGreaterThan(around.clock.now() - 15 * MINUTE);
  });

  it('is kept with the entries where nothing can be kept of the cluster', async () => {
    const { written, around: watching } = recorder();
    const around = shop({
      around: async (call, perform) => {
        const { Key } = call.input as { readonly Key?: string };
        if (call.operation === 'PutObject' && Key === objectAt('cluster-readings').key)
          throw Object.assign(new Error('Access Denied'), { name: 'AccessDenied' });
        return watching(call, perform);
      },
    });
    around.task(32_768);
    await around.run({});
    await around.clock.advance(2 * HOUR);
    await around.run({});
    await around.clock.advance(2 * HOUR);

    await around.run({});

    expect((await entriesAt(around))[KEY]?.lastSeen).toBeGreaterThan(around.clock.now() - 15 * MINUTE);
    expect(written).not.toContain(objectAt('cluster-readings').key);
  });
});

describe('what version 1 has kept', () => {
  const former = (name: string) => `inventory/${name}json`;
  const stopped = 'arn:aws:ecs:us-east-1:123456789012:task/shop/0123456789abcdef0123456789abcdef';
  const entry = { task: stopped, awsvpc: false, firstSeen: 1, lastSeen: 1, lastVerdict: 'healthy' };
  const written = { print: 'aabbccdd', at: 1, corrections: 2, since: 1 };

  /** A name as version 1 has left it: a value of a task that is long gone, and another name with what was written. */
  async function updated() {
    const around = shop();
    const cluster = around.aws.ecs.admin.createCluster('shop');
    around.task(32_769);
    const values = { [KEY]: { ...entry, cluster } };
    around.bucket.set(former(NAME), JSON.stringify({ kind: 'hints', body: { name: NAME, values, written } }));
    await edit(around, [{ Action: 'CREATE', ResourceRecordSet: srv(CALC, [value('10.0.1.23', 32_768)]) }]);
    return { around, values };
  }

  it('explains removals in the first run after the update', async () => {
    const { around } = await updated();

    const run = await around.run({});

    expect(run.end).toBe('ZoneInSync');
    expect(run.outcome?.dispositions).toContainEqual(
      expect.objectContaining({ outcome: 'removed', reason: 'task-stopped', task: stopped }),
    );
  });

  it('is taken over once, with what was written, and its objects stay for a rollback', async () => {
    const { around } = await updated();
    const before = around.bucket.get(former(NAME));

    await around.run({ dryRun: true });
    await around.run({});
    const after = (await rememberedIn(around.bucket)).get(NAME);
    around.bucket.set(former(NAME), 'never read again');
    const later = await around.run({});

    expect(before).toBeDefined();
    expect(Object.keys(after?.values ?? {})).toContain(KEY);
    expect(after?.written).toBeDefined();
    expect(later.outcome?.findings.filter((finding) => finding.includes('run bucket'))).toEqual([]);
  });

  it('is understood by event runs before the first full run, which still takes over the rest', async () => {
    const { around } = await updated();
    const other = `other.${ZONE}`;
    around.bucket.set(former(other), JSON.stringify({ kind: 'hints', body: { name: other, values: {}, written } }));
    const definition = define(around, 'other', { names: { 8081: 'other' } });
    const events = connectEvents(around);
    around.task(32_770);
    await events.settled();

    const [event] = await runStarted(around);
    const between = await rememberedIn(around.bucket);
    around.task(32_771, { definition });
    await around.run({});
    const after = await rememberedIn(around.bucket);

    expect(event?.end).toBe('ZoneInSync');
    expect(between.get(NAME)?.values[KEY]).toMatchObject({ task: stopped });
    expect(after.get(other)?.values).not.toEqual({});
  });
});

describe('a name of whatever text', () => {
  const long = Array.from({ length: 4 }, () => 'x'.repeat(55)).join('.');

  it.each(['idle-addresses', 'quarantine', 'held', 'v2', '__proto__', 'constructor', '_tostring._tcp', long])(
    '%s lands in a shard, and no key carries it',
    async (declared) => {
      const around = shop();
      const definition = define(around, 'any', { names: { 8081: declared } });
      around.task(32_768, { definition });
      around.task(32_769);

      const first = await around.run({});
      await around.clock.advance(5 * MINUTE);
      const second = await around.run({});

      const name = `${declared}.${ZONE}`;
      const lasting = [...around.bucket.keys()].filter((key) => key.startsWith('inventory/'));
      expect([first.end, second.end]).toEqual(['ZoneInSync', 'ZoneInSync']);
      expect(await entriesAt(around, name)).toHaveProperty([KEY, 'container'], 'app');
      expect(await entriesAt(around)).toHaveProperty([`${target('10.0.1.23')}:32769`, 'container'], 'app');
      for (const key of lasting) expect(KNOWN).toContain(key);
    },
  );
});

it('what is no name of the zone is no key either, and costs nobody else anything', async () => {
  const around = shop();
  const names = ['idle-addresses.', '../v2/0', 'a/b', '%2e%2e', 'é', '*', '${Name}', '\u001b[2J', ' '];
  for (const [index, declared] of names.entries()) {
    const environment = { SERVICE_http_NAME: declared, SERVICE_8081_NAME: declared };
    around.task(33_000 + index, { definition: define(around, `sloppy-${index}`, { environment }) });
  }
  around.task(32_768);

  const run = await around.run({});

  expect(run.end).toBe('ZoneInSync');
  expect(around.values(CALC)).toEqual([value('10.0.1.23', 32_768)]);
  for (const key of around.bucket.keys()) expect(key).toMatch(/^[\w/.-]+$/);
});

const KNOWN = [
  ...Array.from({ length: SHARDS }, (_, shard) => objectAt('inventory', shard).key),
  objectAt('cluster-readings').key,
  objectAt('quarantine').key,
  objectAt('held-now').key,
  objectAt('idle-addresses').key,
];
