import { describe, expect, it } from 'vitest';
import { addressValue } from '../../../functions/domain/dns/address-name.ts';
import { targetOf } from '../../../functions/domain/dns/ownership.ts';
import { type Value, valueText } from '../../../functions/domain/dns/record-set.ts';
import { endpointKey } from '../../../functions/domain/ecs/claim.ts';
import type { Leaving, NameJudgement, Staying } from '../../../functions/domain/judging/judgement.ts';
import { leftOutAs, withhold } from '../../../functions/domain/plan/name-plan.ts';
import { settleName } from '../../../functions/domain/plan/settle-name.ts';
import { setIdentifierOf } from '../../../functions/domain/zone/routing.ts';
import {
  CALC,
  claim,
  endpoint,
  entryOf,
  keyOf,
  NAMING,
  ourText,
  ourValue,
  srvSet,
  taskArn,
} from '../../support/builders.ts';

const full = { naming: NAMING, recordTtl: 5, routing: 'simple', kind: 'full' } as const;
const event = { ...full, kind: 'event' } as const;
const NONE: ReadonlySet<string> = new Set();
const ADDRESSES = Array.from(
  { length: 410 },
  (_, index) => `10.0.${100 + Math.floor(index / 100)}.${100 + (index % 100)}`,
);
const addressAt = (index: number) => ADDRESSES[index] ?? '';
const valueAt = (index: number) => ourText(addressAt(index), 9);
const keyAt = (index: number) => keyOf(addressAt(index), 9);
const THEIRS = '1 1 80 db.example.';

const kept = (index: number, about: Partial<Staying> = {}): Staying => ({
  key: keyAt(index),
  value: ourValue(addressAt(index), 9),
  reason: 'running',
  isNew: false,
  claim: claim(`${index}`, { endpoint: endpoint(addressAt(index), 9) }),
  ...about,
});
/** A value that stands only because nothing better is known. */
function held(index: number, reason: Staying['reason'] = 'held-unread'): Staying {
  const { claim: _, ...rest } = kept(index);
  return { ...rest, reason, entry: entryOf(`${index}`) };
}
const leaving = (index: number, reason: Leaving['reason']): Leaving => ({
  key: keyAt(index),
  value: ourValue(addressAt(index), 9),
  reason,
  entry: entryOf(`${index}`),
});
const judgement = (about: Partial<NameJudgement>): NameJudgement => ({
  name: CALC,
  current: [],
  routing: 'simple',
  stays: [],
  leaves: [],
  leftOut: [],
  absent: [],
  ...about,
});
const range = (count: number, from = 0) => Array.from({ length: count }, (_, index) => from + index);

it('gives each value and each claim its disposition', () => {
  const waiting = claim('4', { endpoint: endpoint(addressAt(4), 9) });
  const plan = settleName(
    judgement({
      current: [srvSet(CALC, [valueAt(1), valueAt(2), THEIRS])],
      stays: [kept(0, { isNew: true }), kept(1, { reason: 'held-panic', detail: 'connection refused' })],
      leaves: [leaving(2, 'task-stopped')],
      leftOut: [
        { claim: waiting, reason: 'starting', detail: 'got status 503, want 2xx' },
        { claim: claim('5'), reason: 'no-binding' },
      ],
    }),
    NONE,
    full,
  );

  const target = (index: number) => endpoint(addressAt(index), 1).target;
  expect(plan.dispositions).toEqual([
    {
      outcome: 'published',
      reason: 'held-panic',
      name: CALC,
      target: target(1),
      port: 9,
      task: taskArn('1'),
      detail: 'connection refused',
    },
    {
      outcome: 'published',
      reason: 'running',
      isNew: true,
      name: CALC,
      target: target(0),
      port: 9,
      task: taskArn('0'),
    },
    { outcome: 'removed', reason: 'task-stopped', name: CALC, target: target(2), port: 9, task: taskArn('2') },
    {
      outcome: 'left-out',
      reason: 'starting',
      name: CALC,
      target: target(4),
      port: 9,
      task: taskArn('4'),
      detail: 'got status 503, want 2xx',
    },
    { outcome: 'left-out', reason: 'no-binding', name: CALC, port: 8080, task: taskArn('5') },
  ]);
});

describe('every task that claims the endpoint of a value', () => {
  const besides = [claim('b', { endpoint: endpoint(addressAt(400), 9) })];
  const told = (settled: ReturnType<typeof settleName>) =>
    settled.dispositions
      .filter(({ outcome }) => outcome !== 'published')
      .map(({ outcome, reason, task }) => `${outcome} ${reason} ${task?.split('/').at(-1)}`);

  it('is left out with a new one that there is no room for', () => {
    const stays = [...range(400).map((index) => kept(index)), kept(400, { isNew: true, besides })];

    const plan = settleName(judgement({ current: [srvSet(CALC, range(400).map(valueAt))], stays }), NONE, full);

    expect(told(plan)).toEqual(['left-out over-capacity 400', 'left-out over-capacity b']);
  });

  it('is left out where one leaves for want of room', () => {
    const stays = range(401).map((index) => kept(index, index === 400 ? { besides } : {}));

    const plan = settleName(judgement({ current: [srvSet(CALC, range(401).map(valueAt))], stays }), NONE, full);

    expect(told(plan).slice(-2)).toEqual(['removed over-capacity 400', 'left-out over-capacity b']);
  });

  it('is left out with a new one whose identifier others have', () => {
    const identifier = setIdentifierOf(ourValue(addressAt(400), 9), NAMING);
    const theirs = srvSet(CALC, [THEIRS], { policy: 'multivalue', setIdentifier: identifier });
    const stays = [kept(400, { isNew: true, besides })];

    const plan = settleName(judgement({ current: [theirs], routing: 'multivalue', stays }), NONE, {
      ...full,
      routing: 'multivalue',
    });

    expect(told(plan)).toEqual(['left-out conflict 400', 'left-out conflict b']);
  });

  it('is left out with a new one whose change is held back', () => {
    const plan = settleName(judgement({ stays: [kept(400, { isNew: true, besides })] }), NONE, full);

    const waiting = withhold(plan, { published: 'held-quarantined', leftOut: 'quarantined', detail: 'refused' });

    expect(told(waiting)).toEqual(['left-out quarantined 400', 'left-out quarantined b']);
  });
});

describe('the change', () => {
  it.each([
    { row: 'nothing to do', zone: [valueAt(0)], keep: [kept(0)], actions: [] },
    { row: 'the first value', zone: [], keep: [kept(0, { isNew: true })], actions: ['CREATE'] },
    { row: 'one more', zone: [valueAt(0)], keep: [kept(0), kept(1, { isNew: true })], actions: ['DELETE', 'CREATE'] },
    { row: 'the last one leaves', zone: [valueAt(0)], keep: [], actions: ['DELETE'] },
    { row: 'the last of ours leaves', zone: [valueAt(0), THEIRS], keep: [], actions: ['DELETE', 'CREATE'] },
  ])('$row → $actions', ({ zone, keep, actions }) => {
    const current = zone.length > 0 ? { current: [srvSet(CALC, zone)] } : {};

    const plan = settleName(judgement({ ...current, stays: keep }), NONE, full);

    expect(plan.changes.map(({ action }) => action)).toEqual(actions);
  });

  it('deletes word for word what was read, and creates what is wanted', () => {
    const current = srvSet(CALC, [valueAt(0).toUpperCase(), THEIRS], { ttl: 60, stored: { Name: 'as stored' } });

    const plan = settleName(judgement({ current: [current], stays: [kept(1, { isNew: true })] }), NONE, full);

    expect(plan.changes).toEqual([
      { action: 'DELETE', recordSet: current },
      { action: 'CREATE', recordSet: srvSet(CALC, [THEIRS, valueAt(1)], { ttl: 60 }) },
    ]);
    expect(plan.changes[0]?.recordSet).toBe(current);
    expect(plan.changes[1]?.recordSet).not.toHaveProperty('stored');
  });
});

describe('what the guard holds', () => {
  it('stays, with its reason; explained removals go', () => {
    const leaves = [leaving(0, 'unexplained'), leaving(1, 'unexplained'), leaving(2, 'task-stopped')];

    const plan = settleName(
      judgement({ current: [srvSet(CALC, [0, 1, 2].map(valueAt))], leaves }),
      new Set([keyAt(0), keyAt(2)]),
      full,
    );

    expect(plan.stays.map(({ value, reason }) => [valueText(value), reason])).toEqual([[valueAt(0), 'held-guard']]);
    expect(plan.leaves.map(({ value, reason }) => [valueText(value), reason])).toEqual([
      [valueAt(1), 'unexplained'],
      [valueAt(2), 'task-stopped'],
    ]);
    expect(plan.dispositions.map(({ outcome, reason }) => `${outcome} ${reason}`)).toEqual([
      'published held-guard',
      'removed unexplained',
      'removed task-stopped',
    ]);
  });
});

describe('above the capacity of one record set', () => {
  const wordsOf = (plan: ReturnType<typeof settleName>) =>
    Object.fromEntries(
      [...Map.groupBy(plan.dispositions, ({ outcome, reason }) => `${outcome} ${reason}`)].map(([words, all]) => [
        words,
        all.length,
      ]),
    );

  it('new instances wait while those published stay', () => {
    const stays = [
      ...range(398).map((index) => kept(index)),
      ...range(5, 398).map((index) => kept(index, { isNew: true })),
    ];

    const plan = settleName(judgement({ current: [srvSet(CALC, range(398).map(valueAt))], stays }), NONE, full);

    expect(wordsOf(plan)).toEqual({ 'published running': 400, 'left-out over-capacity': 3 });
    expect(plan.stays.map(({ value }) => valueText(value))).toEqual(range(400).map(valueAt));
  });

  it('a full run shrinks a set that has grown beyond it', () => {
    const theirs = range(270).map((index) => `1 1 80 a-name-that-somebody-else-wrote-${index}.example.`);
    const current = [srvSet(CALC, [...theirs, ...range(100).map(valueAt)])];

    const plan = settleName(judgement({ current, stays: range(100).map((index) => kept(index)) }), NONE, full);

    const characters = (values: readonly Value[]) => values.reduce((sum, value) => sum + valueText(value).length, 0);
    const all = [...theirs, ...range(100).map(valueAt)];
    const fits = Math.floor((32_000 - characters(all) - characters(theirs)) / valueAt(0).length);
    expect(characters(plan.changes.flatMap(({ recordSet }) => recordSet.values))).toBeLessThanOrEqual(32_000);
    expect(fits).toBeLessThan(100);
    expect(wordsOf(plan)).toEqual({ 'published running': fits, 'removed over-capacity': 100 - fits });
  });

  it('a set that others have made too large to be replaced is left as it is, and told of', () => {
    const theirs = range(130).map((index) => `1 1 80 ${'somebody-else-wrote-it.'.repeat(6)}${index}.example.`);
    const current = [srvSet(CALC, [...theirs, valueAt(0), valueAt(1)])];
    const leaves = [leaving(1, 'task-stopped')];

    const plan = settleName(judgement({ current, stays: [kept(0), kept(2, { isNew: true })], leaves }), NONE, full);

    expect(wordsOf(plan)).toEqual({ 'published held-quarantined': 2, 'left-out over-capacity': 1 });
    expect(plan.changes).toEqual([]);
    expect(plan.after).toBe(current);
  });

  it('what is only held is not up for choice (L1)', () => {
    const theirs = range(250).map((index) => `1 1 80 a-name-that-somebody-else-wrote-${index}.example.`);
    const unread = range(50, 50).map((index) => held(index));
    const guarded = range(10, 40).map((index) => leaving(index, 'unexplained'));
    const current = [srvSet(CALC, [...theirs, ...range(100).map(valueAt)])];

    const plan = settleName(
      judgement({ current, stays: [...range(40).map((index) => kept(index)), ...unread], leaves: guarded }),
      new Set(guarded.map(({ key }) => key)),
      full,
    );

    expect(wordsOf(plan)).toMatchObject({ 'published held-unread': 50, 'published held-guard': 10 });
    expect(wordsOf(plan)['removed over-capacity']).toBeGreaterThan(0);
  });

  it('an event run removes nothing for it', () => {
    const theirs = range(300).map((index) => `1 1 80 a-name-that-somebody-else-wrote-${index}.example.`);
    const current = [srvSet(CALC, [...theirs, ...range(100).map(valueAt)])];
    const stays = [...range(100).map((index) => kept(index)), kept(100, { isNew: true })];

    const plan = settleName(judgement({ current, stays }), NONE, event);

    expect(wordsOf(plan)).toEqual({ 'published running': 100, 'left-out over-capacity': 1 });
    expect(plan.changes).toEqual([]);
  });
});

it('tells of a declaration that belongs to no name', () => {
  const one = claim('1', { name: 'a b' });

  expect(leftOutAs({ claim: one, reason: 'invalid-name', detail: 'got "a b"' })).toEqual({
    outcome: 'left-out',
    reason: 'invalid-name',
    name: 'a b',
    port: 8080,
    task: taskArn('1'),
    detail: 'got "a b"',
  });
});

it('sends the sets of both families of an address name one after the other, where one batch does not carry them', () => {
  const name = 'calc._address.ecs.shop.internal.';
  const both = (count: number) =>
    range(count).flatMap((index) =>
      [addressAt(index), `2001:db8::${(index + 1).toString(16)}`].map((address): Staying => {
        const value = addressValue(address, targetOf(address, NAMING));
        return { ...kept(index, { isNew: true }), key: endpointKey(value), value };
      }),
    );
  const aliases = (['A', 'AAAA'] as const).map((type) => ({ type, sets: [], form: 'simple' as const }));
  const settled = (count: number) => settleName(judgement({ name, aliases, stays: both(count) }), NONE, full);
  const typesOf = (changes: readonly { readonly recordSet: { readonly type: string } }[]) =>
    changes.map(({ recordSet: { type } }) => type);

  const [few, many] = [settled(2), settled(410)];

  expect(few.steps).toBeUndefined();
  expect(typesOf(few.changes)).toEqual(['A', 'A', 'AAAA', 'AAAA']);
  expect(many.after.map(({ type, values }) => [type, values.length])).toEqual([
    ['A', 400],
    ['AAAA', 400],
  ]);
  expect(many.dispositions.filter(({ reason }) => reason === 'over-capacity')).toHaveLength(20);
  const exchanged = settleName(
    judgement({
      name,
      aliases,
      current: many.after,
      stays: many.stays
        .map((one) => ({ ...one, isNew: false }))
        .slice(0, -1)
        .toSpliced(0, 1),
    }),
    NONE,
    full,
  );
  expect(exchanged.steps?.map(({ changes }) => typesOf(changes))).toEqual([
    ['A', 'A', 'A'],
    ['AAAA', 'AAAA', 'AAAA'],
  ]);
});
