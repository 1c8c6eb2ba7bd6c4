import { describe, expect, it } from 'vitest';
import { payloadsIn } from '../../functions/contracts/crossing.ts';
import { objectAt } from '../../functions/contracts/payloads.ts';
import type { PlanRecord } from '../../functions/domain/telling/plan-record.ts';
import { define, host } from '../support/fleet.ts';
import { mapped } from '../support/inventory.ts';
import { smallSlices } from '../support/sending.ts';
import { edit, hashIn, type Shop, shop, srv, value } from '../support/shop.ts';
import type { Execution, WorldOptions } from '../support/world.ts';

/** Plans of more batches than may be sent while their reading is young. */

const FAILING = { state: 'failing', cause: 'got status 503' } as const;
const HOMES = ['10.0.2.1', '10.0.2.2', '10.0.2.3'];
const NAMES = ['n0', 'n1', 'n2', 'n3', 'n4', 'n5'];
const port = (name: string) => 32_000 + NAMES.indexOf(name);

interface Fleet extends Shop {
  /** Of each name on each host, `<name> <host>`. */
  readonly tasks: ReadonlyMap<string, string>;
  /** Passes of the run under way that have read so far. */
  readonly passes: { count: number };
}

/** Six names with an instance on each of three hosts; a batch has one unit, a slice two batches. */
function fleet(options: Omit<WorldOptions, 'beside'> = {}): Fleet {
  const passes = { count: 0 };
  const around = shop({
    sending: smallSlices({ elements: 1, batches: 2 }),
    ...options,
    beforeStep: async (step, payload) => {
      if (step === 'ReadTrigger') passes.count = 0;
      if (step === 'SnapshotZone') passes.count += 1;
      await options.beforeStep?.(step, payload);
    },
  });
  const homes = HOMES.map((address) => host(around, 'shop', address));
  const tasks = new Map<string, string>();
  for (const name of NAMES) {
    const definition = define(around, name, { names: { 8081: name }, environment: { SERVICE_8081_CHECK_TCP: 'true' } });
    for (const [index, address] of HOMES.entries()) {
      const task = around.task(port(name), { home: homes[index] ?? '', definition });
      tasks.set(`${name} ${address}`, task);
    }
  }
  return { ...around, tasks, passes };
}

const standing = (around: Shop) => NAMES.map((name) => around.values(name));
const all = (name: string) => HOMES.map((address) => value(address, port(name)));
const times = ({ states }: Execution, state: string) => states.filter((one) => one === state).length;

/** As if everything had been published for a while. */
async function published(options: Omit<WorldOptions, 'beside'> = {}): Promise<Fleet> {
  const around = fleet(options);
  await around.run({});
  await around.clock.advance(120_000);
  await around.run({});
  await around.clock.advance(300_000);
  return around;
}

const plans = ({ bucket }: Shop, { name, outcome }: Execution) =>
  Promise.all(
    Array.from({ length: outcome?.passes ?? 0 }, (_, index) =>
      payloadsIn(mapped(bucket)).find(objectAt('plan', { execution: name, pass: index + 1 })),
    ),
  );
const removedIn = (plan: PlanRecord | undefined) =>
  plan?.names.flatMap(({ name, removed }) => removed.map(({ reason, key }) => `${name} ${reason} ${key.slice(0, 11)}`));

describe('a plan that takes longer than its reading lives', () => {
  it('is sent in slices, each read anew, in one run and one round', async () => {
    const around = fleet();

    const run = await around.run({});

    expect(run.end).toBe('ZoneInSync');
    expect(standing(around)).toEqual(NAMES.map(all));
    // Marker, three addresses and six names, two at a time: the addresses come with the first name.
    expect(times(run, 'NextSlice')).toBeGreaterThanOrEqual(3);
    expect(times(run, 'SnapshotZone')).toBe(1 + times(run, 'NextSlice'));
    expect(times(run, 'WaitForOthers')).toBe(0);
    expect(run.outcome?.dispositions.filter(({ outcome }) => outcome === 'published')).toHaveLength(18);
    expect(run.announced).toHaveLength(18);
    expect(run.outcome?.waiting).toBeUndefined();
  });

  it('has nothing left to do for the next run', async () => {
    const around = fleet();
    await around.run({});
    const changes: unknown[] = [];
    around.aws.route53.onChange((change) => changes.push(change));

    const run = await around.run({});

    expect(run.end).toBe('ZoneInSync');
    expect(changes).toEqual([]);
  });

  it('makes every removal of the full run, whatever its reason', async () => {
    const around = await published();
    const { admin } = around.aws.ecs;
    for (const name of ['n0', 'n5']) around.health.set(`${HOMES[0]}:${port(name)}`, FAILING);
    for (const name of ['n1', 'n4']) admin.removeTask(around.tasks.get(`${name} ${HOMES[1]}`) ?? '');
    for (const name of ['n2', 'n3']) admin.stopTask(around.tasks.get(`${name} ${HOMES[2]}`) ?? '');

    const run = await around.run({});

    expect(run.end).toBe('ZoneInSync');
    expect(times(run, 'NextSlice')).toBe(2);
    expect(removedIn((await plans(around, run))[0])).toEqual([
      'n0.shop.internal. unhealthy ip-10-0-2-1',
      'n1.shop.internal. unexplained ip-10-0-2-2',
      'n2.shop.internal. task-stopped ip-10-0-2-3',
      'n3.shop.internal. task-stopped ip-10-0-2-3',
      'n4.shop.internal. unexplained ip-10-0-2-2',
      'n5.shop.internal. unhealthy ip-10-0-2-1',
    ]);
    const left = [0, 1, 2, 2, 1, 0];
    expect(standing(around)).toEqual(NAMES.map((name, at) => all(name).filter((_, index) => index !== left[at])));
    expect(run.announced.map(({ detailType }) => detailType)).toEqual(Array(6).fill('Instance Removed'));
  });
});

it('a slice probes its own names only, whatever else runs on their hosts', async () => {
  const probed: number[] = [];
  const around = fleet({
    beforeStep: (step, payload) => {
      const { targets } = payload as { readonly targets?: readonly unknown[] };
      if (step === 'CheckHealth') probed.push(targets?.length ?? 0);
    },
  });

  const run = await around.run({});

  expect(standing(around)).toEqual(NAMES.map(all));
  expect(probed[0]).toBe(18);
  expect(probed.length).toBe(1 + times(run, 'NextSlice'));
  expect(Math.max(...probed.slice(1))).toBeLessThan(18);
});

describe('the rights of the full run', () => {
  /** All names change, the last ones for want of health; and something happens before the second slice reads. */
  async function changedMeanwhile(happens: (around: Fleet) => Promise<void> | void) {
    const state = { armed: false };
    const around: Fleet = await published({
      beforeStep: async (step) => {
        if (step !== 'SnapshotZone' || !state.armed || around.passes.count !== 2) return;
        state.armed = false;
        await happens(around);
      },
    });
    for (const name of NAMES) around.health.set(`${HOMES[0]}:${port(name)}`, FAILING);
    state.armed = true;
    const run = await around.run({});
    return { around, run };
  }

  it('what passes again by then stays', async () => {
    const { around, run } = await changedMeanwhile(({ health }) => void health.delete(`${HOMES[0]}:${port('n5')}`));

    expect(run.end).toBe('ZoneInSync');
    expect(around.values('n5')).toEqual(all('n5'));
    expect(around.values('n4')).toEqual(all('n4').slice(1));
  });

  it('what begins to fail after the full plan is held until the next full run', async () => {
    const { around, run } = await changedMeanwhile(
      ({ health }) => void health.set(`${HOMES[1]}:${port('n5')}`, FAILING),
    );

    expect(run.end).toBe('ZoneInSync');
    expect(around.values('n5')).toEqual(all('n5').slice(1));
  });

  it('what has vanished by then is held until the next full run, and what has stopped leaves', async () => {
    const { around, run } = await changedMeanwhile(({ aws, tasks }) => {
      aws.ecs.admin.removeTask(tasks.get(`n5 ${HOMES[0]}`) ?? '');
      aws.ecs.admin.stopTask(tasks.get(`n4 ${HOMES[0]}`) ?? '');
    });

    expect(run.end).toBe('ZoneInSync');
    expect(around.values('n5')).toEqual(all('n5'));
    expect(around.values('n4')).toEqual(all('n4').slice(1));
    expect(removedIn((await plans(around, run)).at(-1))).toContain('n4.shop.internal. task-stopped ip-10-0-2-1');
  });

  it('what guard and panic hold stays held in every slice', async () => {
    const around = await published();
    for (const name of NAMES) {
      for (const home of HOMES.slice(0, 2)) around.aws.ecs.admin.removeTask(around.tasks.get(`${name} ${home}`) ?? '');
      around.health.set(`${HOMES[2]}:${port(name)}`, FAILING);
    }
    const fresh = host(around, 'shop', '10.0.2.9');
    for (const name of NAMES) {
      const definition = define(around, `more-${name}`, { names: { 8081: name } });
      around.task(port(name), { home: fresh, definition });
    }

    const run = await around.run({});

    expect(run.end).toBe('RemovalsHeld');
    expect(times(run, 'NextSlice')).toBeGreaterThan(1);
    expect(standing(around)).toEqual(NAMES.map((name) => [...all(name), value('10.0.2.9', port(name))]));

    const approved = await around.run({ approve: hashIn(run) });

    expect(approved.end).toBe('ZoneInSync');
    expect(times(approved, 'NextSlice')).toBeGreaterThan(1);
    expect(around.values('n5')).toHaveLength(approved.outcome?.approval?.removed === 12 ? 2 : 0);
  });

  it('a name that somebody changes meanwhile is read with the next slice, and counts no round', async () => {
    const { around, run } = await changedMeanwhile(async (here) => {
      const theirs = srv('n2', ['1 1 1 theirs.example.com', ...all('n2')]);
      await edit(here, [{ Action: 'UPSERT', ResourceRecordSet: theirs }]);
    });

    expect(run.end).toBe('ZoneInSync');
    expect(times(run, 'WaitForOthers')).toBe(0);
    expect(around.values('n2')).toEqual(['1 1 1 theirs.example.com', ...all('n2').slice(1)]);
  });

  it('what moves while its slice is sent is read again with the next one', async () => {
    const state = { armed: false };
    const around: Fleet = await published({
      beforeStep: async (step) => {
        if (step !== 'ApplyBatch' || !state.armed) return;
        state.armed = false;
        const theirs = srv('n0', ['1 1 1 theirs.example.com', ...all('n0')]);
        await edit(around, [{ Action: 'UPSERT', ResourceRecordSet: theirs }]);
      },
    });
    for (const name of NAMES) around.health.set(`${HOMES[0]}:${port(name)}`, FAILING);
    state.armed = true;

    const run = await around.run({});

    expect(run.end).toBe('ZoneInSync');
    expect(times(run, 'WaitForOthers')).toBe(0);
    expect(standing(around).slice(1)).toEqual(NAMES.slice(1).map((name) => all(name).slice(1)));
    expect(around.values('n0')).toEqual(['1 1 1 theirs.example.com', ...all('n0').slice(1)]);
  });
});

describe('more than one run has time for', () => {
  it('waits for the next full run, and the end says so', async () => {
    const state = { slow: true, ahead: 0 };
    const around: Fleet = fleet({
      later: () => state.ahead,
      beforeStep: (step) => {
        if (step === 'VerifyChanges' && state.slow && around.passes.count === 2) state.ahead = 1_700_000;
      },
    });

    const run = await around.run({});

    expect(run.end).toBe('ZoneInSync');
    expect(run.outcome?.waiting).toBeGreaterThan(0);
    expect(run.result).toMatchObject({ output: { waiting: run.outcome?.waiting } });
    expect(run.outcome?.findings[0]).toMatch(/^\d names wait for another run/);
    const waits = run.outcome?.dispositions.filter(({ detail }) => detail?.startsWith('there are more changes than'));
    expect(new Set(waits?.map(({ name }) => name)).size).toBe(run.outcome?.waiting);

    Object.assign(state, { slow: false, ahead: 0 });
    const next = await around.run({});

    expect(next.end).toBe('ZoneInSync');
    expect(next.outcome?.waiting).toBeUndefined();
    expect(standing(around)).toEqual(NAMES.map(all));
  });
});
