import { describe, expect, it } from 'vitest';
import type { Scope } from '../../../functions/domain/reading/scope.ts';
import type { Call, Invocation } from './call-log.ts';
import { floorOf, runCosts } from './costs.ts';

const task = (id: number, queuedAt?: number) => ({ cluster: 'c', task: `t${id}`, ...(queuedAt && { queuedAt }) });
const host = (id: number) => ({ cluster: 'c', containerInstance: `h${id}` });
const EXECUTION = 'events-2026-01-01T00-00-03Z';

const scope = (changes: Partial<Scope> = {}): Scope => ({ names: [], hosts: [], tasks: [], ...changes });
const look = (from: number, pass: number, of: Scope): Invocation => ({
  caller: 'snapshot',
  step: 'snapshot-zone',
  execution: EXECUTION,
  pass,
  scope: { inline: { kind: 'scope', body: of } },
  from,
  until: from + 10,
});
const call = (from: number, service = 'route53', caller = 'snapshot'): Call => ({
  service,
  operation: 'ListResourceRecordSets',
  caller,
  from,
  until: from + 5,
});
/** As far as costs look at a stage. */
const stage = (calls: readonly Call[], invocations: readonly Invocation[]) =>
  ({ calls, invocations, cloud: {}, deployment: { buckets: [] } }) as unknown as Parameters<typeof runCosts>[0];

describe('what a run may call', () => {
  it.each([
    { row: 'nothing', changed: scope(), floor: 3 },
    { row: 'one task', changed: scope({ names: ['a'], hosts: [host(1)], tasks: [task(1)] }), floor: 9 },
    { row: 'a task of its own interface', changed: scope({ names: ['a'], tasks: [task(1)] }), floor: 5 },
    {
      row: 'tasks by the hundred',
      changed: scope({ tasks: Array.from({ length: 101 }, (_, id) => task(id)) }),
      floor: 5,
    },
  ])('for $row is $floor', ({ changed, floor }) => {
    expect(floorOf(changed)).toBe(floor);
  });
});

describe('what a run cost', () => {
  it('is all calls of all its passes, against what changed for it, each once', async () => {
    const first = scope({ names: ['a', 'b'], hosts: [host(1)], tasks: [task(1, 900), task(2, 700)] });
    const second = scope({ names: ['b', 'c'], hosts: [host(1), host(2)], tasks: [task(2)] });

    const [cost, ...others] = await runCosts(
      stage([call(1_001), call(1_003), call(2_001)], [look(1_000, 1, first), look(2_000, 2, second)]),
      500,
    );

    expect(others).toEqual([]);
    expect(cost).toMatchObject({ execution: EXECUTION, passes: 2, names: 3, hosts: 2, tasks: 2, calls: 3 });
    expect(cost?.floor).toBe(3 + 4 * 2 + 1 + 3);
    expect(cost).toMatchObject({ from: 1_000, until: 2_010, waited: 200 });
    expect(cost?.byOperation).toEqual({ 'snapshot-zone ListResourceRecordSets': 3 });
  });

  it.each([
    { row: 'the run bucket', calls: [call(1_001, 's3')] },
    { row: 'the queue', calls: [call(1_001, 'sqs')] },
    { row: 'other functions', calls: [call(1_001, 'ecs', 'trigger')] },
    { row: 'what nobody was waiting for', calls: [call(1_500)] },
  ])('leaves out calls of $row', async ({ calls }) => {
    const [cost] = await runCosts(stage(calls, [look(1_000, 1, scope())]), 0);

    expect(cost?.calls).toBe(0);
  });

  it('is not asked of runs that began before, nor of full ones', async () => {
    const full = { ...look(3_000, 1, scope()), execution: 'manual' };

    expect(await runCosts(stage([], [look(1_000, 1, scope()), full]), 2_000)).toEqual([]);
  });
});
