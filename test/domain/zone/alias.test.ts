import { describe, expect, it } from 'vitest';
import type { RecordSet, Routing } from '../../../functions/domain/dns/record-set.ts';
import { aliasChanges, aliasFormAt, isOurAlias } from '../../../functions/domain/zone/alias.ts';
import { NAMING } from '../../support/builders.ts';

const NAME = 'calc.shop.internal.';
const SET = 'calc._address.ecs.shop.internal.';
const alias = (target: string, about: Partial<RecordSet> = {}): RecordSet => ({
  ownerName: NAME,
  type: 'A',
  ttl: 0,
  values: [],
  policy: 'other',
  attributes: ['AliasTarget'],
  aliasTarget: { name: target },
  ...about,
});
const weighted = (owner: string, weight = 1, setIdentifier = owner) =>
  alias(`calc._address.${owner}.shop.internal.`, { setIdentifier, weight });
const OURS = alias(SET);
const GREEN = weighted('green');

describe('an alias is ours', () => {
  it.each([
    { row: 'with a target below our label', set: OURS, ours: true },
    { row: 'with that of another name of ours', set: alias('time._address.ecs.shop.internal.'), ours: true },
    { row: 'weighted', set: weighted('ecs'), ours: true },
    { row: 'of another deployment', set: alias('calc._address.green.shop.internal.'), ours: false },
    { row: 'to one of our targets', set: alias('ip-10-0-0-1.ecs.shop.internal.'), ours: false },
    {
      row: 'with a target in another zone',
      set: alias(SET, { aliasTarget: { name: SET, elsewhere: true } }),
      ours: false,
    },
    { row: 'with a health check', set: alias(SET, { attributes: ['AliasTarget', 'HealthCheckId'] }), ours: false },
    { row: 'by latency', set: alias(SET, { attributes: ['AliasTarget', 'Region'], setIdentifier: 'a' }), ours: false },
    { row: 'of IPv6', set: alias(SET, { type: 'AAAA' }), ours: true },
    { row: 'of another type', set: alias(SET, { type: 'TXT' }), ours: false },
  ])('$row: $ours', ({ set, ours }) => {
    expect(isOurAlias(set, NAMING)).toBe(ours);
  });
});

describe('the form of our alias', () => {
  const address: RecordSet = { ownerName: NAME, type: 'A', ttl: 5, values: ['10.9.9.9'], policy: 'simple' };
  it.each<{ row: string; sets: readonly RecordSet[]; routing: Routing; form?: string; conflict?: string }>([
    { row: 'nothing', sets: [], routing: 'simple', form: 'simple' },
    { row: 'nothing', sets: [], routing: 'multivalue', form: 'simple' },
    { row: 'nothing', sets: [], routing: 'weighted', form: 'weighted' },
    { row: 'ours', sets: [OURS], routing: 'weighted', form: 'weighted' },
    { row: 'ours, weighted', sets: [weighted('ecs')], routing: 'simple', form: 'simple' },
    { row: 'a weighted alias', sets: [GREEN], routing: 'weighted', form: 'weighted' },
    { row: 'a weighted alias and ours', sets: [GREEN, weighted('ecs')], routing: 'weighted', form: 'weighted' },
    {
      row: 'a weighted alias and ours',
      sets: [GREEN, weighted('ecs')],
      routing: 'simple',
      form: 'weighted',
      conflict: 'green',
    },
    { row: 'a weighted alias', sets: [GREEN], routing: 'simple', conflict: 'a weighted alias of owner label "green"' },
    {
      row: 'a weighted alias',
      sets: [GREEN],
      routing: 'multivalue',
      conflict: 'a weighted alias of owner label "green"',
    },
    {
      row: 'our identifier',
      sets: [weighted('green', 1, 'ecs')],
      routing: 'weighted',
      conflict: 'our identifier "ecs"',
    },
    {
      row: 'an alias',
      sets: [alias('calc._address.green.shop.internal.')],
      routing: 'simple',
      conflict: 'an alias of owner',
    },
    {
      row: 'an alias',
      sets: [alias('calc._address.green.shop.internal.')],
      routing: 'weighted',
      conflict: 'an alias of owner',
    },
    {
      row: 'an alias to a server',
      sets: [alias('db.shop.internal.')],
      routing: 'simple',
      conflict: 'an alias of others',
    },
    {
      row: 'a weighted alias to a server',
      sets: [alias('db.shop.internal.', { setIdentifier: 'a', weight: 1 })],
      routing: 'weighted',
      conflict: 'a weighted alias of others',
    },
    { row: 'addresses', sets: [address], routing: 'simple', conflict: 'an A record set (10.9.9.9) of others' },
    { row: 'a CNAME', sets: [{ ...address, type: 'CNAME' }], routing: 'simple', conflict: 'a CNAME record set' },
  ])('$row with $routing: $form $conflict', ({ sets, routing, form, conflict }) => {
    const found = aliasFormAt(sets, routing, NAMING);

    expect(found.form).toBe(form);
    expect(found.conflict ?? '').toContain(conflict ?? '');
    expect(found.conflict === undefined).toBe(conflict === undefined);
  });
});

describe('the changes of our alias', () => {
  const shape = (sets: readonly RecordSet[], form: 'simple' | 'weighted' | undefined, instances: number) => {
    const { first, last } = aliasChanges({ ownerName: SET, type: 'A', sets, ...(form && { form }) }, instances, NAMING);
    const text = ({ recordSet: { aliasTarget, setIdentifier, weight } }: (typeof first)[number]) =>
      [aliasTarget?.name, setIdentifier ?? [], weight ?? []].flat().join(' ');
    expect(first.every(({ action }) => action === 'DELETE') && last.every(({ action }) => action === 'CREATE')).toBe(
      true,
    );
    return { first: first.map(text), last: last.map(text) };
  };
  const TIME_SET = 'time._address.ecs.shop.internal.';

  it.each([
    { row: 'is made', sets: [], form: 'simple', instances: 2, first: [], last: [SET] },
    { row: 'stays', sets: [OURS], form: 'simple', instances: 2, first: [], last: [] },
    { row: 'goes with the last address', sets: [OURS], form: 'simple', instances: 0, first: [SET], last: [] },
    { row: 'is put right', sets: [alias(TIME_SET)], form: 'simple', instances: 2, first: [TIME_SET], last: [SET] },
    { row: 'weighs as many as there are', sets: [], form: 'weighted', instances: 3, first: [], last: [`${SET} ecs 3`] },
    { row: 'weighs 255 at most', sets: [], form: 'weighted', instances: 400, first: [], last: [`${SET} ecs 255`] },
    {
      row: 'changes its weight',
      sets: [GREEN, weighted('ecs', 2)],
      form: 'weighted',
      instances: 3,
      first: [`${SET} ecs 2`],
      last: [`${SET} ecs 3`],
    },
    { row: 'is not made where it cannot stand', sets: [GREEN], form: undefined, instances: 2, first: [], last: [] },
    {
      row: 'goes even so',
      sets: [GREEN, weighted('ecs')],
      form: undefined,
      instances: 0,
      first: [`${SET} ecs 1`],
      last: [],
    },
  ] as const)('it $row', ({ sets, form, instances, first, last }) => {
    expect(shape(sets, form, instances)).toEqual({ first, last });
  });
});
