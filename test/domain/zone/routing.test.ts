import { describe, expect, it } from 'vitest';
import type { RecordSet, Routing } from '../../../functions/domain/dns/record-set.ts';
import {
  isForeign,
  ourValues,
  overweight,
  routingAt,
  setIdentifierOf,
  setsOf,
} from '../../../functions/domain/zone/routing.ts';
import { CALC, keyOf, NAMING, ourText, ourValue, srvSet, textsOf } from '../../support/builders.ts';

const a = ourText('10.0.0.1', 80);
const b = ourText('10.0.0.2', 81, 1, 300);
const A = keyOf('10.0.0.1', 80);
const B = keyOf('10.0.0.2', 81);
const THEIRS = '1 1 80 db.example.';
const weighted = (values: readonly string[]) =>
  srvSet(CALC, values, { policy: 'weighted', setIdentifier: 'blue', weight: 1 });
const multivalue = (values: readonly string[]) => srvSet(CALC, values, { policy: 'multivalue', setIdentifier: 'blue' });

describe('values of ours', () => {
  it.each<{ row: string; set: RecordSet; ours: readonly string[]; foreign: boolean }>([
    {
      row: 'in a simple set',
      set: srvSet(CALC, [THEIRS, a.toUpperCase(), 'x']),
      ours: [a.toUpperCase()],
      foreign: false,
    },
    { row: 'in a set with an identifier, all ours', set: weighted([a, b]), ours: [a, b], foreign: false },
    { row: 'in a set with an identifier of others', set: weighted([a, THEIRS]), ours: [], foreign: true },
    { row: 'in a latency set', set: srvSet(CALC, [a], { policy: 'other' }), ours: [], foreign: true },
    { row: 'in a set of another type', set: srvSet(CALC, [a], { type: 'TXT' }), ours: [], foreign: false },
  ])('$row', ({ set, ours, foreign }) => {
    expect(textsOf(ourValues(set, NAMING).map(({ value }) => value))).toEqual(ours);
    expect(isForeign(set, NAMING)).toBe(foreign);
  });

  it('come with their endpoints', () => {
    expect(ourValues(srvSet(CALC, [a, b]), NAMING)).toEqual([
      { key: A, value: ourValue('10.0.0.1', 80) },
      { key: B, value: ourValue('10.0.0.2', 81, 1, 300) },
    ]);
  });
});

describe('how a name is served', () => {
  it.each<{ row: string; sets: readonly RecordSet[]; configured: Routing; routing?: Routing; conflict?: string }>([
    { row: 'nothing there', sets: [], configured: 'weighted', routing: 'weighted' },
    { row: 'ours with another routing', sets: [weighted([a])], configured: 'simple', routing: 'simple' },
    { row: 'others with the same', sets: [weighted([THEIRS])], configured: 'weighted', routing: 'weighted' },
    { row: 'others in the simple set', sets: [srvSet(CALC, [THEIRS])], configured: 'simple', routing: 'simple' },
    {
      row: 'others with another routing',
      sets: [weighted([THEIRS])],
      configured: 'multivalue',
      conflict: 'weighted routing (blue)',
    },
    {
      row: 'others with another routing, ours beside them',
      sets: [multivalue([THEIRS]), { ...multivalue([a]), setIdentifier: 'ours' }],
      configured: 'simple',
      routing: 'multivalue',
      conflict: 'multivalue routing (blue)',
    },
    {
      row: 'others and ours in a simple set',
      sets: [srvSet(CALC, [THEIRS, a])],
      configured: 'weighted',
      routing: 'simple',
      conflict: 'simple routing',
    },
    {
      row: 'an alias',
      sets: [srvSet(CALC, [], { policy: 'other' })],
      configured: 'simple',
      conflict: 'other routing (alias)',
    },
    {
      row: 'a latency set with a value of ours',
      sets: [srvSet(CALC, [a], { policy: 'other', setIdentifier: 'eu' })],
      configured: 'weighted',
      conflict: 'other routing (eu)',
    },
    { row: 'a CNAME', sets: [srvSet(CALC, ['x.'], { type: 'CNAME' })], configured: 'simple', conflict: 'a CNAME' },
    {
      row: 'sets of other types',
      sets: [srvSet(CALC, ['"x"'], { type: 'TXT' })],
      configured: 'simple',
      routing: 'simple',
    },
  ])('$configured, $row', ({ sets, configured, routing, conflict }) => {
    const found = routingAt(sets, configured, NAMING);

    expect(found.routing).toBe(routing);
    if (conflict === undefined) expect(found.conflict).toBeUndefined();
    else expect(found.conflict).toContain(conflict);
  });
});

describe('the record sets of our values', () => {
  const ours = [
    { key: B, value: ourValue('10.0.0.2', 81, 1, 300) },
    { key: A, value: ourValue('10.0.0.1', 80) },
  ];
  const as = (routing: Routing, values = ours) => setsOf(CALC, values, { routing, naming: NAMING, ttl: 5 });

  it('simple: one, in an order of its own', () => {
    expect(as('simple')).toEqual([srvSet(CALC, [a, b])]);
    expect(as('simple', [])).toEqual([]);
  });

  it('weighted: one each, the weight bounded by what a set can have', () => {
    expect(as('weighted')).toEqual([
      srvSet(CALC, [b], { policy: 'weighted', setIdentifier: 'ecs/ip-10-0-0-2:81', weight: 255 }),
      srvSet(CALC, [a], { policy: 'weighted', setIdentifier: 'ecs/ip-10-0-0-1:80', weight: 1 }),
    ]);
    expect(textsOf(overweight(as('weighted')))).toEqual([b]);
    expect(overweight(as('multivalue'))).toEqual([]);
  });

  it('multivalue: one each; two spellings of one endpoint share a set', () => {
    const twice = [...ours, { key: A, value: ourValue('10.0.0.1', 80, 1, 9) }];

    expect(as('multivalue', twice).map(({ setIdentifier, values }) => [setIdentifier, values.length])).toEqual([
      ['ecs/ip-10-0-0-2:81', 1],
      ['ecs/ip-10-0-0-1:80', 2],
    ]);
  });
});

it('an identifier is unique for owner and endpoint, and fits into the 128 characters of Route 53', () => {
  const owner = 'o'.repeat(63);
  const longest = setIdentifierOf(
    { target: `ip-255-255-255-255.${owner}.shop.internal.`, port: 65_535 },
    { ...NAMING, owner },
  );

  expect(longest.length).toBeLessThanOrEqual(128);
  expect(
    new Set([
      setIdentifierOf(ourValue('10.0.0.1', 80), NAMING),
      setIdentifierOf(ourValue('10.0.0.2', 81), NAMING),
      longest,
    ]).size,
  ).toBe(3);
});
