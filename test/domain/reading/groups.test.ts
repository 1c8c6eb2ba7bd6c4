import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  clusterNames,
  GROUP_CLUSTERS,
  GROUP_TASKS,
  groupsIn,
  groupsOf,
  isOtherSize,
  OWN_ITERATIONS,
  type Sized,
} from '../../../functions/domain/reading/groups.ts';
import { MAX_GROUPS_PER_RUN } from '../../../functions/domain/words/quotas.ts';

const arn = (index: number) => `arn:aws:ecs:eu-west-1:1:cluster/c${index}`;
const clusters = (count: number, tasks?: number): Sized[] =>
  Array.from({ length: count }, (_, index) => ({ cluster: arn(index), ...(tasks !== undefined && { tasks }) }));
const sizes = (groups: readonly (readonly Sized[])[]) => groups.map(({ length }) => length);

describe('groups', () => {
  const size = fc.oneof(fc.constantFrom(0, undefined), fc.nat({ max: 2 * GROUP_TASKS }));
  const any = fc.array(size, { maxLength: 600, size: 'max' });

  it('have every cluster once, in their order, and no more than one iteration reads', () => {
    fc.assert(
      fc.property(any, (tasks) => {
        const all = tasks.map((one, index): Sized => ({ cluster: arn(index), tasks: one }));

        const groups = groupsOf(all);

        const found = groups.flat().map(({ cluster }) => cluster);
        expect(found.toSorted()).toEqual(all.map(({ cluster }) => cluster).toSorted());
        for (const group of groups) {
          expect(group).toEqual(all.filter((one) => group.includes(one)));
          expect(group.length).toBeGreaterThan(0);
          expect(group.length).toBeLessThanOrEqual(GROUP_CLUSTERS);
          const known = group.reduce((sum, one) => sum + (one.tasks ?? 0), 0);
          if (group.length > 1) expect(known).toBeLessThanOrEqual(GROUP_TASKS);
        }
      }),
    );
  });

  it.each([
    { row: 'few are read one by one', count: OWN_ITERATIONS, tasks: 1, want: 20 },
    { row: 'ten iterations stay busy', count: 40, tasks: 1, want: 10 },
    { row: '500 small ones', count: 500, tasks: 5, want: 50 },
    { row: '500 that nobody knows', count: 500, want: 125 },
    { row: 'large ones are alone', count: 50, tasks: GROUP_TASKS + 1, want: 50 },
  ])('$row: $count in $want', ({ count, tasks, want }) => {
    const groups = groupsOf(clusters(count, tasks));

    expect(groups).toHaveLength(want);
    expect(groups.length).toBeLessThanOrEqual(MAX_GROUPS_PER_RUN);
  });

  it('a large one between small ones keeps them no room', () => {
    const all = clusters(30, 10).map((one, index) => (index === 1 ? { ...one, tasks: GROUP_TASKS + 1 } : one));

    expect(sizes(groupsOf(all)).slice(0, 3)).toEqual([3, 1, 3]);
  });

  it('of a narrowed pass are as many as its scope makes', () => {
    const scope = (hosts: number, count: number) => ({
      names: [],
      tasks: [],
      hosts: clusters(count).flatMap(({ cluster }) =>
        Array.from({ length: hosts }, (_, index) => ({ cluster, containerInstance: `${index}` })),
      ),
    });

    expect([groupsIn(scope(1, 3)), groupsIn(scope(1, 200)), groupsIn(scope(30, 200))]).toEqual([3, 20, 200]);
  });
});

it.each([
  { tasks: 5, known: undefined, other: true },
  { tasks: 25, known: 5, other: false },
  { tasks: 26, known: 5, other: true },
  { tasks: 1_240, known: 1_000, other: false },
  { tasks: 700, known: 1_000, other: true },
])('a size of $tasks where $known was known is worth keeping: $other', ({ tasks, known, other }) => {
  expect(isOtherSize(tasks, known)).toBe(other);
});

it.each([
  { row: 'one, however long', clusters: [`a/${'x'.repeat(255)}`], names: 'x'.repeat(255) },
  { row: 'a few', clusters: ['a/one', 'a/two'], names: 'one, two' },
  {
    row: 'many',
    clusters: Array.from({ length: 10 }, (_, index) => `a/${`${index}`.repeat(20)}`),
    names: `${['0', '1', '2', '3'].map((one) => one.repeat(20)).join(', ')} and 6 more`,
  },
])('shows the names of $row', ({ clusters: all, names }) => {
  expect(clusterNames(all)).toBe(names);
});
