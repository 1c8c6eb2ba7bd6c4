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
  const run = listClusters({ payloads, ecs: { listClusters: async () => known } }, { CLUSTERS: [...environment] });
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
