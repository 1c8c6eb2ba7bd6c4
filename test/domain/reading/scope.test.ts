import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  clustersOf,
  EMPTY_SCOPE,
  isEmptyScope,
  joinScopes,
  type Scope,
  within,
} from '../../../functions/domain/reading/scope.ts';

const cluster = fc.constantFrom('c1', 'c2', 'c3');
const name = fc.constantFrom('a.shop.internal.', 'b.shop.internal.', 'c.shop.internal.');
// A task lives in one cluster.
const task = fc.record(
  {
    task: fc.constantFrom('t1', 't2', 't3'),
    version: fc.integer({ min: 1, max: 3 }),
    queuedAt: fc.integer({ min: 1, max: 3 }),
  },
  { requiredKeys: ['task'] },
);
const scopes = fc.array(
  fc.record({
    names: fc.array(name, { maxLength: 3 }),
    hosts: fc.array(fc.record({ cluster, containerInstance: fc.constantFrom('i1', 'i2') }), { maxLength: 3 }),
    tasks: fc
      .array(task, { maxLength: 3 })
      .map((tasks) => tasks.map((one) => ({ cluster: one.task.replace('t', 'c'), ...one }))),
  }),
  { maxLength: 5 },
);

describe('joinScopes', () => {
  it('does not mind the order of the parts', () => {
    fc.assert(
      fc.property(
        scopes.chain((parts) => fc.tuple(fc.constant(parts), fc.shuffledSubarray(parts, { minLength: parts.length }))),
        ([parts, shuffled]) => {
          expect(joinScopes(shuffled)).toEqual(joinScopes(parts));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('keeps every name, host and task, each once', () => {
    fc.assert(
      fc.property(scopes, (parts) => {
        const joined = joinScopes(parts);

        const all = (of: (scope: Scope) => readonly string[]) => [...new Set(parts.flatMap(of))].toSorted();
        const host = (one: Scope['hosts'][number]) => `${one.cluster} ${one.containerInstance}`;
        expect(joined.names).toEqual(all(({ names }) => names));
        expect(joined.hosts.map(host)).toEqual(all(({ hosts }) => hosts.map(host)));
        expect(joined.tasks.map((one) => one.task)).toEqual(all(({ tasks }) => tasks.map((one) => one.task)));
      }),
    );
  });

  it('joins nothing to what is joined already', () => {
    fc.assert(
      fc.property(scopes, (parts) => {
        const joined = joinScopes(parts);

        expect(joinScopes([joined, joined, EMPTY_SCOPE])).toEqual(joined);
      }),
    );
  });

  it.each([
    { row: 'a newer version', one: { version: 2, queuedAt: 9 }, other: { version: 3, queuedAt: 1 }, counts: 3 },
    { row: 'any version over none', one: {}, other: { version: 0 }, counts: 0 },
  ])('of one task $row counts', ({ one, other, counts }) => {
    const about = { cluster: 'c1', task: 't1' };
    const of = (tasks: Scope['tasks']): Scope => ({ ...EMPTY_SCOPE, tasks });

    const joined = joinScopes([of([{ ...about, ...one }]), of([{ ...about, ...other }])]);

    expect(joined.tasks.map(({ version }) => version)).toEqual([counts]);
  });

  it('of one event that came twice the later one counts: ECS has longer to catch up', () => {
    const about = { cluster: 'c1', task: 't1', version: 4 };
    const of = (queuedAt: number): Scope => ({ ...EMPTY_SCOPE, tasks: [{ ...about, queuedAt }] });

    expect(joinScopes([of(5), of(7), of(6)]).tasks).toEqual([{ ...about, queuedAt: 7 }]);
  });
});

it('falls into the parts within its clusters, and joins back from them', () => {
  fc.assert(
    fc.property(scopes.map(joinScopes), (scope) => {
      const clusters = clustersOf(scope);

      const parts = clusters.map((one) => within(scope, one));

      expect(clusters).toEqual([...new Set(clusters)].toSorted());
      for (const [index, part] of parts.entries()) {
        expect(part.names).toEqual(scope.names);
        expect(clustersOf(part)).toEqual([clusters[index]]);
      }
      expect(joinScopes([{ ...EMPTY_SCOPE, names: scope.names }, ...parts])).toEqual(scope);
    }),
  );
});

it('is empty only without names, hosts and tasks', () => {
  expect(isEmptyScope(EMPTY_SCOPE)).toBe(true);
  expect(isEmptyScope({ ...EMPTY_SCOPE, names: ['a.'] })).toBe(false);
  expect(isEmptyScope({ ...EMPTY_SCOPE, hosts: [{ cluster: 'c', containerInstance: 'i' }] })).toBe(false);
  expect(isEmptyScope({ ...EMPTY_SCOPE, tasks: [{ cluster: 'c', task: 't' }] })).toBe(false);
});
