import { describe, expect, it } from 'vitest';
import { targetOf } from '../../../functions/domain/dns/ownership.ts';
import type { PlannedName } from '../../../functions/domain/telling/plan-record.ts';
import { MAX_STOPS_PER_RUN, stillUnhealthy, tasksToStop } from '../../../functions/domain/telling/stop.ts';
import type { Disposition } from '../../../functions/domain/words/reason.ts';
import {
  CALC,
  CLUSTER,
  entryOf,
  FAILING,
  instance,
  keyOf,
  MINUTE,
  NAMING,
  NOW,
  ourText,
  rememberedAt,
  TIME,
  taskArn,
} from '../../support/builders.ts';

type Removed = PlannedName['removed'][number];

/** What leaves of task `id`; unhealthy and of a service unless said otherwise. */
const leaving = (id: string, about: Partial<Removed> = {}): Removed => ({
  key: keyOf('10.0.0.1', Number(id)),
  value: ourText('10.0.0.1', Number(id)),
  target: targetOf('10.0.0.1', NAMING),
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

describe('what was published, has left and still fails', () => {
  const waits = (name: string, id: string) => ({ name, task: taskArn(id), cluster: CLUSTER, cause: 'status 503' });

  it('stops when nothing else of its name does, and counts as the one of its name', () => {
    const alone = tasksToStop([], [], [waits(CALC, '2')]).stop;
    const beside = tasksToStop([changed(CALC, leaving('1'))], [gone(CALC, '1')], [waits(CALC, '2')]).stop;

    expect(alone).toEqual([waits(CALC, '2')]);
    expect(beside.map(({ task }) => task)).toEqual([taskArn('1')]);
  });

  it('runs on when another name publishes its task', () => {
    const { stop } = tasksToStop([], [kept(TIME, '2', 'healthy')], [waits(CALC, '2')]);

    expect(stop).toEqual([]);
  });

  const out: Disposition = { outcome: 'left-out', reason: 'unhealthy', name: CALC, task: taskArn('2'), detail: '503' };
  const failing = instance('2', { service: 'calc', probe: FAILING });
  const rememberedOf = (id: string) => [
    rememberedAt(CALC, { [keyOf('10.0.0.1', 32_768)]: entryOf(id, { publishedAt: NOW - MINUTE }) }),
  ];
  const claimed = [rememberedAt(CALC, { [keyOf('10.0.0.1', 32_768)]: entryOf('2') })];
  const found = (
    dispositions: readonly Disposition[],
    { remembered = rememberedOf('2'), judged = [failing], share = 0.5, proberSuspected = false } = {},
  ) => stillUnhealthy({ dispositions, proberSuspected }, { judged, remembered }, { minimumHealthyShare: share });
  const good = kept(CALC, '3', 'healthy');

  it('waits for its turn, with its cause', () => {
    expect(found([out, good])).toEqual([{ name: CALC, task: taskArn('2'), cluster: CLUSTER, cause: '503' }]);
  });

  it.each([
    { row: 'nothing is remembered of it', dispositions: [out, good], remembered: [] },
    {
      row: 'it has only been claimed: no answer of Route 53 has shown it',
      dispositions: [out, good],
      remembered: claimed,
    },
    { row: 'another task was published at its endpoint', dispositions: [out, good], remembered: rememberedOf('9') },
    { row: 'it is left out for another reason', dispositions: [{ ...out, reason: 'starting' as const }, good] },
    { row: 'its name is in panic', dispositions: [out, good, kept(CALC, '4', 'held-panic')] },
    { row: 'nothing of its name passes any more', dispositions: [out] },
    { row: 'what passes is published only by this run', dispositions: [out, { ...good, isNew: true }] },
    { row: 'another name passes', dispositions: [out, kept(TIME, '3', 'healthy')] },
    { row: 'the prober is suspected', dispositions: [out, good], proberSuspected: true },
    { row: 'it belongs to no service', dispositions: [out, good], judged: [instance('2', { probe: FAILING })] },
  ])('runs on when $row', ({ dispositions, ...about }) => {
    expect(found(dispositions, about)).toEqual([]);
  });

  it.each([
    { passing: 2, leave: 0, share: 0.5, stops: true },
    { passing: 1, leave: 0, share: 0.5, stops: true },
    { passing: 1, leave: 1, share: 0.5, stops: false }, // what this run takes out fails as well
    { passing: 2, leave: 1, share: 0.5, stops: true },
    { passing: 2, leave: 0, share: 0.7, stops: false },
    { passing: 1, leave: 5, share: 0, stops: true },
    { passing: 0, leave: 0, share: 0, stops: false },
  ])(
    'is counted as if it still stood: $passing pass, $leave leave now, share $share: stops $stops',
    ({ passing, leave, share, stops: some }) => {
      const others = Array.from({ length: passing }, (_, index) => kept(CALC, `p${index}`, 'healthy'));
      const leaves = Array.from({ length: leave }, (_, index) => gone(CALC, `l${index}`));

      expect(found([out, ...others, ...leaves], { share })).toHaveLength(some ? 1 : 0);
    },
  );
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
