import { describe, expect, it } from 'vitest';
import { type Payloads, payloadsIn } from '../../functions/contracts/crossing.ts';
import { objectAt } from '../../functions/contracts/payloads.ts';
import type { GroupItem, RunState } from '../../functions/contracts/states.ts';
import { type Scope, within } from '../../functions/domain/reading/scope.ts';
import { listClusters } from '../../functions/steps/list-clusters.ts';
import { runState } from '../support/builders.ts';
import { mapped } from '../support/inventory.ts';

const RUN = runState({ execution: 'x' });
const arn = (name: string) => `arn:aws:ecs:eu-west-1:1:cluster/${name}`;

function stage(known: readonly string[], environment: readonly string[] = []) {
  const payloads = payloadsIn(mapped(new Map()));
  const run = listClusters(
    { payloads, ecs: { listClusters: async () => known }, clock: { now: () => 7 } },
    { CLUSTERS: [...environment], REQUEST_SHARE: 0.5 },
  );
  return { payloads, list: (about: Partial<RunState> = {}) => run({ run: { ...RUN, ...about } }) };
}

const membersOf = (payloads: Payloads, groups: readonly GroupItem[]) =>
  Promise.all(groups.map(({ clusters }) => payloads.load('group', clusters)));

describe('each cluster gets what is its own', () => {
  const clusters = ['a', 'b', 'c'].map(arn);
  const scope = (tasks: number): Scope => ({
    names: ['_calc._tcp.shop.internal.'],
    hosts: clusters.map((cluster) => ({ cluster, containerInstance: `${cluster}/host` })),
    tasks: clusters.flatMap((cluster) =>
      Array.from({ length: tasks }, (_, index) => ({ cluster, task: `${cluster}/task/${index}`, version: 1 })),
    ),
  });

  it.each([
    { row: 'small enough for the state', tasks: 1, kind: 'event' },
    { row: 'too large for it', tasks: 400, kind: 'event' },
    { row: 'too large for it, in a full run', tasks: 400, kind: 'full' },
  ] as const)('of a scope that is $row', async ({ tasks, kind }) => {
    const { payloads, list } = stage(clusters);
    const whole = scope(tasks);

    const { groups } = await list({
      kind,
      scope: await payloads.save({ kind: 'scope', key: 'scope' }, whole),
    });

    const members = await membersOf(payloads, groups);
    expect(members.map((own) => own.map(({ cluster }) => cluster))).toEqual(clusters.map((cluster) => [cluster]));
    for (const { cluster, scope: own } of members.flat()) expect(own).toEqual(within(whole, cluster));
  });

  it('of the wishes for probes, which were kept in another order', async () => {
    const { payloads, list } = stage(clusters);
    await payloads.lasting.keep(objectAt('probe-wishes'), [
      { cluster: clusters[2] ?? '', batches: 9 },
      { cluster: clusters[1] ?? '', batches: 4 },
    ]);

    const { groups: items } = await list();

    expect(items.map(({ probes }) => probes.wanted)).toEqual([1, 4, 9]);
    const [a = 0, b = 0, c = 0] = items.map(({ probes }) => probes.batches);
    expect([a < b, b < c, b >= 4, c >= 9]).toEqual([true, true, true, true]);
  });
});

describe('the pace', () => {
  const clusters = ['a', 'b', 'c'].map(arn);
  const sized = async (reads: readonly number[], about: Partial<RunState> = {}) => {
    const { payloads, list } = stage(clusters);
    const wishes = clusters.map((cluster, index) => ({ cluster, batches: 1, reads: reads[index] ?? 0 }));
    await payloads.lasting.keep(objectAt('probe-wishes'), reads.length > 0 ? wishes : []);
    const { groups, atOnce } = await list(about);
    const members = await membersOf(payloads, groups);
    return { atOnce, places: groups.map(({ portion }, index) => [members[index]?.[0]?.cluster, portion?.reads]) };
  };

  it('gives each its place by what it took last, the smallest first, where all take more than the burst', async () => {
    expect(await sized([41, 3, 21])).toEqual({
      atOnce: 2,
      places: [
        [clusters[1], { calls: 3, before: 0, from: 7 }],
        [clusters[2], { calls: 21, before: 3, from: 7 }],
        [clusters[0], { calls: 41, before: 24, from: 7 }],
      ],
    });
  });

  it('reads ten at a time, in their order, where the burst is enough', async () => {
    const { atOnce, places } = await sized([9, 3, 6]);

    expect(atOnce).toBe(10);
    expect(places.map(([cluster]) => cluster)).toEqual(clusters);
  });

  it('reads two at a time while nobody knows how large they are', async () => {
    expect((await sized([])).atOnce).toBe(2);
  });

  it('leaves runs that events have started to themselves', async () => {
    const scope = {
      inline: {
        kind: 'scope',
        version: 1,
        body: { names: [], hosts: [], tasks: clusters.map((cluster) => ({ cluster, task: 't' })) },
      },
    };

    const { atOnce, places } = await sized([41, 3, 21], { kind: 'event', scope });

    expect(atOnce).toBe(10);
    expect(places.map(([, reads]) => reads)).toEqual([undefined, undefined, undefined]);
  });
});

describe('more clusters than there is room for', () => {
  const many = Array.from({ length: 700 }, (_, index) => arn(`c${String(index).padStart(3, '0')}`));
  const beyondOf = async (about: Partial<RunState>) => {
    const { payloads, list } = stage(many);
    const { groups, beyond } = await list(about);
    const left = await payloads.load('clusters-beyond', beyond);
    const members = await membersOf(payloads, groups);
    expect([...members.flat().map(({ cluster }) => cluster), ...left].sort()).toEqual(many);
    return left;
  };

  it('are left out in turns, by run and by pass', async () => {
    const all = [{}, { startedAt: 300_000 }, { startedAt: 600_000 }, { pass: 2 }];

    const left = await Promise.all(all.map(beyondOf));

    expect(left.every((some) => some.length > 0)).toBe(true);
    const always = left.reduce((both, some) => both.filter((cluster) => some.includes(cluster)));
    expect(always).toEqual([]);
  });
});

it.each([
  { row: 'named by the deployment', environment: ['b', 'a'], about: {}, listed: ['a', 'b'], unlisted: 0 },
  { row: 'all that there are', environment: [], about: {}, listed: ['a', 'b', 'c'], unlisted: 0 },
  { row: 'chosen by hand', environment: [], about: { clusters: ['b', arn('a')] }, listed: ['b', 'a'], unlisted: 1 },
])('a full run reads those that are $row', async ({ environment, about, listed, unlisted }) => {
  const { payloads, list } = stage(['c', 'a', 'b'].map(arn), environment.map(arn));

  const result = await list(about);

  const members = await membersOf(payloads, result.groups);
  expect(members.flat().map(({ cluster }) => cluster)).toEqual(listed.map(arn));
  expect(result.unlisted).toBe(unlisted);
});
