import { describe, expect, it } from 'vitest';
import { MAX_STOPS_PER_RUN, tasksToStop } from '../../../functions/domain/health/stop.ts';
import type { Disposition } from '../../../functions/domain/plan/reason.ts';
import type { PlannedName } from '../../../functions/domain/plan/record.ts';
import { CALC, CLUSTER, keyOf, ourValue, TIME, taskArn } from '../../support/builders.ts';

type Removed = PlannedName['removed'][number];

/** What leaves of task `id`; unhealthy and of a service unless said otherwise. */
const leaving = (id: string, about: Partial<Removed> = {}): Removed => ({
  key: keyOf('10.0.0.1', Number(id)),
  value: ourValue('10.0.0.1', Number(id)),
  task: taskArn(id),
  cluster: CLUSTER,
  reason: 'unhealthy',
  service: 'calc',
  ...about,
});
const changed = (name: string, ...removed: readonly Removed[]): PlannedName => ({
  name,
  created: [],
  removed,
  declined: [],
});
const gone = (name: string, id: string): Disposition => ({
  outcome: 'removed',
  reason: 'unhealthy',
  name,
  task: taskArn(id),
  detail: 'got status 503, want 2xx',
});
const kept = (
  name: string,
  id: string,
  reason: 'healthy' | 'held-panic' | 'held-prober' | 'held-guard',
): Disposition => ({
  outcome: 'published',
  reason,
  name,
  task: taskArn(id),
});
const stops = (names: readonly PlannedName[], dispositions: readonly Disposition[]) =>
  tasksToStop(names, dispositions).stop.map(({ name, task }) => `${name} ${task.split('/').at(-1)}`);

describe('a task stops', () => {
  it('when it left as unhealthy, with its name and the cause', () => {
    const { stop, tooMany } = tasksToStop([changed(CALC, leaving('1'))], [gone(CALC, '1')]);

    expect(stop).toEqual([{ name: CALC, task: taskArn('1'), cluster: CLUSTER, cause: 'got status 503, want 2xx' }]);
    expect(tooMany).toBe(0);
  });

  it('for each name, and only the first of a name, whatever their order', () => {
    const names = [changed(TIME, leaving('4'), leaving('3')), changed(CALC, leaving('2'), leaving('1'))];
    const dispositions = [gone(CALC, '1'), gone(CALC, '2'), gone(TIME, '3'), gone(TIME, '4')];

    const both = [stops(names, dispositions), stops(names.toReversed(), dispositions.toReversed())];

    expect(both).toEqual(Array(2).fill([`${CALC} 1`, `${TIME} 3`]));
  });

  it('once for all of its names, which have their one by it', () => {
    const names = [changed(CALC, leaving('1')), changed(TIME, leaving('0'), leaving('1'))];

    expect(stops(names, [gone(CALC, '1'), gone(TIME, '1'), gone(TIME, '0')])).toEqual([`${CALC} 1`]);
  });
});

describe('a task runs on', () => {
  it.each([
    {
      row: 'it left for another reason',
      removed: leaving('1', { reason: 'replaced' }),
      dispositions: [gone(CALC, '1')],
    },
    { row: 'it belongs to no service', removed: withoutService(), dispositions: [gone(CALC, '1')] },
    { row: 'its removal was not accepted', removed: leaving('1'), dispositions: [kept(CALC, '1', 'healthy')] },
    {
      row: 'it was published again by a later pass',
      removed: leaving('1'),
      dispositions: [gone(CALC, '1'), kept(CALC, '1', 'healthy')],
    },
    ...(['healthy', 'held-panic', 'held-prober', 'held-guard'] as const).map((reason) => ({
      row: `it is ${reason} under another name`,
      removed: leaving('1'),
      dispositions: [gone(CALC, '1'), kept(TIME, '1', reason)],
    })),
  ])('when $row', ({ removed, dispositions }) => {
    expect(stops([changed(CALC, removed)], dispositions)).toEqual([]);
  });

  it('when more names than a run may stop tasks for have one, and they are counted', () => {
    const names = Array.from({ length: MAX_STOPS_PER_RUN + 3 }, (_, index) => ({
      name: `n${index}.`,
      id: String(index),
    }));

    const { stop, tooMany } = tasksToStop(
      names.map(({ name, id }) => changed(name, leaving(id))),
      names.map(({ name, id }) => gone(name, id)),
    );

    expect(stop).toHaveLength(MAX_STOPS_PER_RUN);
    expect(tooMany).toBe(3);
  });
});

function withoutService(): Removed {
  const { service: _, ...alone } = leaving('1');
  return alone;
}
