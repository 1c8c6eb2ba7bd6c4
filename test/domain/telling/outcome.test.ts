import { describe, expect, it } from 'vitest';
import { accumulate, type Pass } from '../../../functions/domain/telling/outcome.ts';
import type { Disposition } from '../../../functions/domain/words/reason.ts';
import { CALC, TIME, taskArn } from '../../support/builders.ts';

const target = 'ip-10-0-0-1.ecs.shop.internal.';
const at = (id: string, port = 1) => ({ name: CALC, target, port, task: taskArn(id) });
const published = (id: string, about: Partial<Extract<Disposition, { outcome: 'published' }>> = {}): Disposition => ({
  ...at(id),
  outcome: 'published',
  reason: 'running',
  ...about,
});
const entered = (id: string): Disposition => published(id, { isNew: true });
const removed = (id: string): Disposition => ({ ...at(id), outcome: 'removed', reason: 'task-stopped' });
const left = (
  id: string,
  reason: Extract<Disposition, { outcome: 'left-out' }>['reason'] = 'starting',
): Disposition => ({
  ...at(id),
  outcome: 'left-out',
  reason,
});

/** A pass that changes `_calc._tcp`, and what became of it. */
const pass = (
  dispositions: readonly Disposition[],
  about: Partial<Omit<Pass, 'plan'>> = { applied: [CALC] },
): Pass => ({
  plan: { dispositions, names: [{ name: CALC, created: [], removed: [], declined: [] }] },
  applied: [],
  moved: [],
  refused: [],
  ...about,
});
const unchanging = (dispositions: readonly Disposition[]): Pass => ({
  ...pass(dispositions, {}),
  plan: { dispositions, names: [] },
});

const told = (passes: readonly Pass[]) =>
  accumulate(passes).map(({ outcome, reason, task }) => `${outcome} ${reason} ${task?.split('/').at(-1)}`);

describe('one pass', () => {
  it('that was applied is as it was planned', () => {
    const dispositions = [entered('1'), removed('2'), left('3')];

    expect(accumulate([pass(dispositions)])).toEqual(dispositions);
  });

  it('that was never applied, as in a dry run, is as it was planned', () => {
    const dispositions = [entered('1'), removed('2')];

    expect(accumulate([pass(dispositions, {})])).toEqual(dispositions);
  });

  it.each([
    { row: 'moved', about: { moved: [CALC] }, stays: 'held-contended', waits: 'conflict' },
    {
      row: 'refused',
      about: { refused: [{ name: CALC, message: 'why' }] },
      stays: 'held-quarantined',
      waits: 'quarantined',
    },
  ])('that $row: what was to leave stays, what was to come waits', ({ about, stays, waits }) => {
    const final = told([pass([entered('1'), removed('2'), published('3'), left('4')], about)]);

    expect(final).toEqual([
      `left-out ${waits} 1`,
      `published ${stays} 2`,
      'published running 3',
      'left-out starting 4',
    ]);
  });

  it('that moved at first and was applied after all is as it was planned', () => {
    const dispositions = [entered('1'), removed('2')];

    expect(accumulate([pass(dispositions, { applied: [CALC], moved: [CALC] })])).toEqual(dispositions);
  });

  it('says what Route 53 said', () => {
    const [one] = accumulate([pass([removed('1')], { refused: [{ name: CALC, message: 'not permitted' }] })]);

    expect(one).toEqual({ ...at('1'), outcome: 'published', reason: 'held-quarantined', detail: 'not permitted' });
  });

  it('does not blame a name for what became of another', () => {
    const about = { applied: [CALC], refused: [{ name: TIME, message: 'why' }], moved: ['a.shop.internal.'] };

    expect(told([pass([entered('1'), removed('2')], about)])).toEqual([
      'published running 1',
      'removed task-stopped 2',
    ]);
  });
});

describe('a name that changes in several steps, of which one did not go through', () => {
  const partly = { partly: [CALC], moved: [CALC] };

  it('is as a later pass finds it', () => {
    const later = { ...unchanging([published('1')]) };
    const found = [{ name: CALC, keys: [`${target}:1`] }];

    const all = told([pass([entered('1')], partly), { ...later, plan: { ...later.plan, found } }]);

    expect(all).toEqual(['published running 1']);
  });

  it('is not told as changed where no pass follows', () => {
    expect(told([pass([entered('1'), removed('2')], partly)])).toEqual([
      'left-out conflict 1',
      'published held-contended 2',
    ]);
  });
});

it('a value that gives way to another spelling of its endpoint is told as both', () => {
  const dispositions: readonly Disposition[] = [entered('1'), { ...at('1'), outcome: 'removed', reason: 'replaced' }];

  expect(accumulate([pass(dispositions)])).toEqual(dispositions);
});

describe('several passes', () => {
  it('the last one counts', () => {
    expect(told([pass([left('1')]), pass([entered('1')])])).toEqual(['published running 1']);
    expect(told([pass([entered('1')]), pass([removed('1')])])).toEqual(['removed task-stopped 1']);
  });

  it('a name that moved and was applied in the next round is as it was applied', () => {
    expect(told([pass([entered('1')], { moved: [CALC] }), pass([entered('1')])])).toEqual(['published running 1']);
  });

  it('what is new in one pass is new in the execution', () => {
    const final = accumulate([pass([entered('1')]), unchanging([published('1')])]);

    expect(final).toEqual([entered('1')]);
  });

  it('what a narrowed round leaves for the next full run stays as the full one saw it', () => {
    const passes = [
      pass([published('1', { reason: 'held-panic' })]),
      unchanging([published('1', { reason: 'held-until-full' })]),
    ];

    expect(told(passes)).toEqual(['published held-panic 1']);
  });

  it('what only a narrowed round saw is told as it saw it', () => {
    expect(told([unchanging([published('1', { reason: 'held-until-full' })])])).toEqual([
      'published held-until-full 1',
    ]);
  });

  it('an endpoint that another task has by now is published once (L6)', () => {
    expect(told([pass([entered('1')]), unchanging([published('2')])])).toEqual(['published running 2']);
  });

  it('an endpoint that one task lost and another got is told as both', () => {
    expect(told([pass([removed('1')]), pass([entered('2')])])).toEqual([
      'removed task-stopped 1',
      'published running 2',
    ]);
  });

  it('an instance that had no endpoint yet is told once when it has one', () => {
    const pending: Disposition = {
      name: CALC,
      port: 8080,
      task: taskArn('1'),
      outcome: 'left-out',
      reason: 'starting',
    };

    expect(told([unchanging([pending]), pass([entered('1')])])).toEqual(['published running 1']);
  });

  it('what a narrowed round does not look at stays as it was told', () => {
    const elsewhere = { ...published('9'), name: TIME };

    expect(accumulate([pass([elsewhere, left('1')]), pass([entered('1')])])).toEqual([elsewhere, entered('1')]);
  });

  it('a value that a later pass could not attribute is published once (L6)', () => {
    const { task: _, ...unattributed } = published('1', { reason: 'held-unattributed' });

    const final = accumulate([pass([published('1')]), unchanging([unattributed as Disposition])]);

    expect(final).toEqual([unattributed]);
  });
});
