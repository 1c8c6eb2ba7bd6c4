import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import { following } from '../../console/follow.ts';
import type { Source } from '../../console/source.ts';
import type { NameView, State } from '../../console/views.ts';
import { CALC, edit, shop, srv, value } from '../support/shop.ts';
import { ZONE } from '../support/world.ts';
import { opened, sourceOf } from './stage.ts';

/** Only what is asked at once is asked: no look is due by time. */
const STILL = { runs: 60_000, whole: 600_000, linger: 600_000 };

async function published() {
  const around = shop();
  around.task(32_768);
  await around.run({});
  return around;
}

/** The same source, with something before each look. */
const before = (source: Source, look: () => Promise<void> | void): Source => ({
  ...source,
  async look() {
    await look();
    return source.look();
  },
});

it('a look that fails after something was done has not seen it: the next one asks everything again', async () => {
  const around = await published();
  let fails = false;
  const source = before(await sourceOf(around), () => {
    if (fails) throw new Error('a defect');
  });
  const follow = following(source, () => [], STILL);
  const first = await follow.picture();
  around.task(32_769);
  await around.run({});

  fails = true;
  follow.hurry();
  await expect(follow.picture()).rejects.toThrow('a defect');
  fails = false;
  const after = await follow.picture();
  await follow.close();

  expect(first.state.glance.instances.published).toBe(1);
  expect(after.state.glance.instances.published).toBe(2);
});

it('a look that is under way when it is closed has ended before the closing has', async () => {
  const around = await published();
  const asked: string[] = [];
  const begun = Promise.withResolvers<void>();
  const source = before(await sourceOf(around), async () => {
    asked.push('begun');
    begun.resolve();
    await sleep(100);
    asked.push('ended');
  });
  const follow = following(source, () => [], STILL);
  const looking = follow.picture();
  await begun.promise;

  await follow.close();

  expect(asked).toEqual(['begun', 'ended']);
  await looking;
  await expect(follow.picture()).rejects.toThrow('the console is closed');
});

it('what is asked for somebody who has gone has ended before the closing has', async () => {
  const real = await sourceOf(await published());
  const { promise, resolve } = Promise.withResolvers<void>();
  let ended = false;
  const source: Source = {
    ...real,
    async run(execution) {
      resolve();
      await sleep(100);
      ended = true;
      return real.run(execution);
    },
  };
  const at = await opened(source);
  const asking = at.ask('/api/runs/run').catch(() => {});
  await promise;

  await at.close();

  expect(ended).toBe(true);
  await asking;
});

it('names that print alike are each shown, and each opens', async () => {
  const around = await published();
  const real = await sourceOf(around);
  const alike = ['\u001b', '\\u001b', '\\u001b #2'].map((text) => `_a${text}._tcp.${ZONE}`);
  const source: Source = {
    ...real,
    async look() {
      const { recordSets, dispositions: _, ...looked } = await real.look();
      const [first] = (recordSets ?? []).filter(({ type }) => type === 'SRV');
      if (!first) throw new Error('no record set to begin with');
      return { ...looked, recordSets: alike.map((ownerName, at) => ({ ...first, ownerName, ttl: at + 1 })) };
    },
  };
  await using at = await opened(source);

  const shown = (await at.json<State>('/api/state')).names.map(({ name }) => name);
  const views = await Promise.all(shown.map((name) => at.json<NameView>(`/api/names/${encodeURIComponent(name)}`)));

  expect(new Set(shown).size).toBe(3);
  expect(views.map(({ name }) => name)).toEqual(shown);
  expect(views.map(({ ttl = 0 }) => ttl).sort()).toEqual([1, 2, 3]);
});

/** Twelve values of ours that nothing explains beside one that a task claims, under a source whose runs end when they may. */
async function holding() {
  const around = shop();
  const gone = Array.from({ length: 12 }, (_, at) => value('10.9.9.9', 1_000 + at));
  await edit(around, [{ Action: 'CREATE', ResourceRecordSet: srv(CALC, gone) }]);
  around.task(32_768);
  await around.run({});
  const real = await sourceOf(around);
  const started: string[] = [];
  let runs: Awaited<ReturnType<Source['runs']>> = [];
  const source: Source = {
    ...real,
    runs: async () => runs,
    async start({ approve = '' }) {
      started.push(approve);
      await sleep(20);
      runs = [{ name: `approves-${started.length}`, status: 'RUNNING', startedAt: real.now() }, ...runs];
      return { says: 'begun', execution: `approves-${started.length}` };
    },
  };
  const ended = () => {
    runs = runs.map((one) => ({ ...one, status: 'FAILED', endedAt: real.now() }));
  };
  return { source, started, ended };
}

it('an approval is given once: a second one is refused while the run of the first is under way', async () => {
  const { source, started, ended } = await holding();
  await using at = await opened(source);
  const hash = (await at.json<State>('/api/state')).held?.hash ?? '';

  const both = await Promise.all([at.act('approve', { typed: hash }), at.act('approve', { typed: hash })]);
  const during = await at.act('approve', { typed: hash });
  const once = started.length;
  ended();
  await vi.waitFor(async () => expect((await at.json<State>('/api/state')).runs[0]?.status).toBe('failed'));
  const after = await at.act('approve', { typed: hash });

  expect(both.map(({ done }) => done).sort()).toEqual([false, true]);
  expect(both.find(({ done }) => !done)?.says).toBe(
    `${hash} is being approved already, by an order that was given just now: nothing was done`,
  );
  expect(during).toEqual({
    done: false,
    says: `${hash} is approved already: approves-1 is under way, and removes what is still held of it: nothing was done`,
  });
  expect([once, after.done, started]).toEqual([1, true, [hash, hash]]);
});
