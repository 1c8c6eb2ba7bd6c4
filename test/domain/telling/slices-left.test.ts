import { describe, expect, it } from 'vitest';
import { permittedBy, sameSlice, slicesLeft, waitingFor } from '../../../functions/domain/telling/slices-left.ts';
import { CALC, planRecord } from '../../support/builders.ts';

describe('slices that nobody has begun', () => {
  it.each([
    { row: 'a plan that fits', plans: [{}], left: [] },
    { row: 'a plan in three', plans: [{ slices: [['a'], ['b']] }], left: [['a'], ['b']] },
    { row: 'the second has begun', plans: [{ slices: [['a'], ['b']] }, { slice: 1 }], left: [['b']] },
    { row: 'the last has begun', plans: [{ slices: [['a'], ['b']] }, { slice: 1 }, { slice: 2 }], left: [] },
    { row: 'a round after it', plans: [{ slices: [['a']] }, { slice: 1 }, { slice: 1 }], left: [] },
    {
      row: 'one that does not fit',
      plans: [{ slices: [['a', 'b'], ['c']] }, { slice: 1, slices: [['b']] }],
      left: [['b', 'c']],
    },
    { row: 'the last does not fit', plans: [{ slices: [['a', 'b']] }, { slice: 1, slices: [['b']] }], left: [['b']] },
    {
      row: 'that is read with the next',
      plans: [{ slices: [['a', 'b'], ['c']] }, { slice: 1, slices: [['b']] }, { slice: 2 }],
      left: [],
    },
    { row: 'a round that does not fit', plans: [{}, { slices: [['b']] }], left: [['b']] },
    { row: 'what was too old, after all', plans: [{ slices: [['a']] }, { slice: 1 }, { slice: 2 }], left: [] },
  ])('$row → $left', ({ plans, left }) => {
    expect(slicesLeft(plans)).toEqual(left);
  });
});

it.each([
  { slices: [undefined], same: 1 },
  { slices: [undefined, undefined], same: 2 },
  { slices: [undefined, 1], same: 1 },
  { slices: [undefined, 1, 2, 2], same: 2 },
])('passes with slices $slices: the last $same are of one', ({ slices, same }) => {
  const passes = slices.map((slice) => ({ plan: { ...(slice !== undefined && { slice }) } }));

  expect(sameSlice(passes)).toEqual(passes.slice(-same));
});

describe('names that wait when the run ends', () => {
  const names = [{ name: CALC, created: [], removed: [], declined: [] }];

  it.each([
    { row: 'all was sent', plan: {}, stale: [], waiting: [] },
    { row: 'too old in a run of one slice: a round has seen to it', plan: {}, stale: [CALC], waiting: [] },
    { row: 'slices are left', plan: { slices: [['a.'], ['b.']] }, stale: [], waiting: ['a.', 'b.'] },
    { row: 'too old besides', plan: { slices: [['a.']] }, stale: [CALC, 'ip-10-0-0-1.'], waiting: [CALC, 'a.'] },
    { row: 'too old in the last slice', plan: { slice: 3 }, stale: [CALC], waiting: [CALC] },
  ])('$row', ({ plan, stale, waiting }) => {
    expect(waitingFor([{ plan: planRecord({ names, ...plan }), stale }])).toEqual(waiting);
  });

  it('none of a run without a plan', () => {
    expect(waitingFor([])).toEqual([]);
  });
});

it('what a full plan has decided goes along: which value, whose, and why', () => {
  const value = { key: 'ip-10-0-0-1.ecs.shop.internal.:80', value: '1 1 80 x', target: 'x', task: 'task' };
  const removed = [
    { ...value, reason: 'unhealthy' as const, cluster: 'c' },
    { key: 'b.:80', value: 'b', target: 'b', reason: 'unexplained' as const },
  ];

  expect(permittedBy([{ name: CALC, created: [], removed, declined: [] }])).toEqual([
    { name: CALC, key: value.key, value: value.value, reason: 'unhealthy', task: 'task' },
    { name: CALC, key: 'b.:80', value: 'b', reason: 'unexplained' },
  ]);
});
