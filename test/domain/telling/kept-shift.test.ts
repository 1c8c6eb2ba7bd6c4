import { describe, expect, it } from 'vitest';
import {
  type KeptShift,
  keptShifts,
  type PlannedShift,
  shiftsIn,
} from '../../../functions/domain/telling/kept-shift.ts';

const PLANNED: PlannedShift = {
  service: 'web',
  cluster: 'shop',
  deployment: 'dep',
  direction: 'forward',
  serving: ['ecs-svc/2'],
  tested: ['ecs-svc/2'],
  ttl: 5,
  names: ['calc.', 'test.'],
};
const { names: _names, cluster: _cluster, ...SAID } = PLANNED;
const KEPT: KeptShift = { ...SAID, changeIds: ['C1'], appliedAt: 1, insyncAt: 2 };
const OTHER: KeptShift = { ...KEPT, service: 'other' };

const kept = (before: readonly KeptShift[], about: Partial<Parameters<typeof keptShifts>[1]> = {}) =>
  keptShifts(before, { planned: [PLANNED], batches: [], open: new Set(), startedAt: 5, now: 9, ...about });

describe('what is kept of a deployment', () => {
  const batches = [
    { applied: ['else.', 'calc.'], changeIds: ['C2', 'C3'] },
    { applied: ['else.'], changeIds: ['C4'] },
    { applied: ['test.'], changeIds: ['C5'] },
  ];

  it('has the ids of the batches that changed one of its names', () => {
    const moved = [{ name: 'calc.', published: 0, removed: 1 }];
    const anew = [{ ...SAID, changeIds: ['C2', 'C3', 'C5'], appliedAt: 9 }];

    expect(kept([], { batches })).toEqual(anew);
    expect(kept([{ ...KEPT, serving: ['ecs-svc/1'] }], { batches })).toEqual(anew);
    expect(kept([KEPT], { batches, planned: [{ ...PLANNED, moved }] })).toEqual(anew);
  });

  it.each<{ row: string; before: KeptShift; ttl: number }>([
    { row: 'in sync, of a longer TTL', before: { ...KEPT, appliedAt: 10_000, insyncAt: 30_000, ttl: 60 }, ttl: 50 },
    {
      row: 'not known to be in sync',
      before: { ...KEPT, appliedAt: 10_000, insyncAt: undefined as never, ttl: 60 },
      ttl: 60,
    },
    { row: 'long ago', before: { ...KEPT, appliedAt: 0, insyncAt: 0, ttl: 20 }, ttl: 5 },
    {
      row: 'long ago, and never asked for',
      before: { ...KEPT, appliedAt: -90_000, insyncAt: undefined as never, ttl: 60 },
      ttl: 5,
    },
    { row: 'of another deployment', before: { ...KEPT, deployment: 'old', insyncAt: 30_000, ttl: 60 }, ttl: 5 },
    { row: 'of the other direction', before: { ...KEPT, direction: 'back', insyncAt: 30_000, ttl: 60 }, ttl: 5 },
  ])('waits for what an earlier change, $row, has taken away', ({ before, ttl }) => {
    const batches = [{ applied: ['calc.'], changeIds: ['C2'] }];
    const moved = [{ name: 'calc.', published: 0, removed: 1 }];
    const planned = [{ ...PLANNED, moved }];

    expect(kept([before], { batches, planned, startedAt: 40_000, now: 40_000 })).toMatchObject([
      { changeIds: ['C2'], ttl },
    ]);
  });

  it('says nothing where another run has kept something else since this one began', () => {
    const { serving: _serving, tested: _tested, ...nothing } = SAID;
    const back: KeptShift = { ...KEPT, direction: 'back', appliedAt: 6 };
    const batches = [{ applied: ['test.'], changeIds: ['C2'] }];

    expect(kept([back])).toEqual([{ ...nothing, changeIds: [], appliedAt: 9 }]);
    expect(kept([back], { batches })).toEqual([{ ...nothing, changeIds: ['C2'], appliedAt: 9 }]);
    expect(kept([back], { startedAt: 7 })).toEqual([{ ...SAID, changeIds: [], appliedAt: 9 }]);
    expect(kept([{ ...KEPT, appliedAt: 6 }])).toEqual([{ ...KEPT, appliedAt: 6 }]);
    const both = { ...SAID, changeIds: ['C1', 'C2'], appliedAt: 9 };
    const moved = [{ name: 'test.', published: 0, removed: 1 }];
    expect(kept([{ ...KEPT, appliedAt: 6 }], { batches, planned: [{ ...PLANNED, moved }] })).toEqual([both]);
  });

  it('stays, with its time, while nothing of the other revision leaves, however busy its names are', () => {
    const moved = [{ name: 'calc.', published: 3, removed: 0 }];

    expect(kept([KEPT])).toEqual([KEPT]);
    expect(kept([KEPT], { planned: [{ ...PLANNED, ttl: 60 }] })).toEqual([KEPT]);
    expect(kept([KEPT], { batches, planned: [{ ...PLANNED, moved }] })).toEqual([KEPT]);
  });

  it('stays where a run that sees a part of the service lets in one that serves, and no other', () => {
    const { serving: _serving, tested: _tested, ...part } = PLANNED;
    const { serving: _s, tested: _t, ...nothing } = SAID;
    const moved = [{ name: 'calc.', published: 1, removed: 0 }];
    const by = (entered: readonly string[], about: Partial<PlannedShift> = {}) =>
      kept([KEPT], { batches, planned: [{ ...part, moved, entered, ...about }] });
    const anew = { ...nothing, changeIds: ['C2', 'C3', 'C5'], appliedAt: 9 };

    expect(by(['ecs-svc/2'])).toEqual([KEPT]);
    expect(by(['ecs-svc/1'])).toEqual([anew]);
    expect(by(['ecs-svc/2', 'ecs-svc/1'])).toEqual([anew]);
    expect(by(['ecs-svc/2'], { direction: 'back' })).toEqual([{ ...anew, direction: 'back' }]);
    expect(by(['ecs-svc/2'], { deployment: 'new' })).toEqual([{ ...anew, deployment: 'new' }]);
  });

  it.each<{ row: string; before: readonly KeptShift[] }>([
    { row: 'nothing was kept', before: [] },
    { row: 'another deployment was kept', before: [{ ...KEPT, deployment: 'old' }] },
    { row: 'the other direction was kept', before: [{ ...KEPT, direction: 'back' }] },
    { row: 'another revision served', before: [{ ...KEPT, serving: ['ecs-svc/1'] }] },
    { row: 'nothing was said to serve', before: [(({ serving: _, ...rest }) => rest)(KEPT)] },
    { row: 'nothing was tested', before: [{ ...KEPT, tested: [] }] },
  ])('begins anew, without ids, where $row', ({ before }) => {
    expect(kept(before)).toEqual([{ ...SAID, changeIds: [], appliedAt: 9 }]);
  });

  it('says nothing of what serves while a name of it is open', () => {
    const { serving: _serving, tested: _tested, ...nothing } = SAID;

    expect(kept([KEPT], { open: new Set(['test.']) })).toEqual([{ ...nothing, changeIds: [], appliedAt: 9 }]);
  });

  it('is left alone by a run that did not look at it', () => {
    expect(kept([OTHER, KEPT], { planned: [] })).toEqual([OTHER, KEPT]);
    expect(kept([OTHER])).toContain(OTHER);
  });
});

describe('what a run has done about deployments', () => {
  const pass = (names: readonly string[], applied: readonly string[], shifts: readonly PlannedShift[] = [PLANNED]) => ({
    plan: { shifts, names: names.map((name) => ({ name })) },
    applied,
  });

  it('is told by the last pass that looked', () => {
    const again: PlannedShift = { ...PLANNED, serving: ['ecs-svc/9'] };

    expect(shiftsIn([pass([], []), pass([], [], [again]), pass([], [], [])]).planned).toEqual([again]);
  });

  it('has moved what each of its passes has brought about, at the names that took it', () => {
    const [calc, test] = ['calc.', 'test.'].map((name) => ({ name, published: 2, removed: 1 }));
    const first: PlannedShift = { ...PLANNED, moved: [calc, test].flatMap((one) => one ?? []) };
    const second: PlannedShift = { ...PLANNED, moved: test ? [test] : [] };
    const names = ['calc.', 'test.'];

    expect(shiftsIn([pass(names, ['calc.'], [first])]).planned).toEqual([{ ...PLANNED, moved: [calc] }]);
    const both = shiftsIn([pass(names, ['calc.'], [first]), pass(['test.'], ['test.'], [second])]);
    expect(both.planned).toEqual([{ ...PLANNED, moved: [calc, test] }]);
    expect(shiftsIn([pass(names, names, [first]), pass([], [])]).planned).toEqual([first]);
  });

  it('is open at names whose change did not take effect, until a later pass has it right', () => {
    expect(shiftsIn([pass(['calc.', 'test.'], ['test.'])]).open).toEqual(new Set(['calc.']));
    expect(shiftsIn([pass(['calc.'], []), pass([], [])]).open).toEqual(new Set());
    expect(shiftsIn([pass(['calc.'], []), pass([], [], [])]).open).toEqual(new Set(['calc.']));
  });
});
