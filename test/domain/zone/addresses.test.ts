import { describe, expect, it } from 'vitest';
import type { RecordSet } from '../../../functions/domain/dns/record-set.ts';
import {
  type AddressView,
  mergeIdle,
  planAddresses,
  retireAddresses,
  takenTargets,
} from '../../../functions/domain/zone/addresses.ts';
import { addressSet, HOUR, NAMING, NOW, srvSet } from '../../support/builders.ts';

const ONE = 'ip-10-0-0-1.ecs.shop.internal.';
const TWO = 'ip-10-0-0-2.ecs.shop.internal.';
const view = (current: readonly RecordSet[], lookedFor?: readonly string[]): AddressView => ({
  naming: NAMING,
  current,
  ...(lookedFor && { lookedFor: new Set(lookedFor) }),
});

/** Sets of others at a target of ours: nobody but them may change these (L2). */
const OTHERS = [
  { row: 'of another address', set: addressSet('10.0.0.1', { values: ['10.0.0.9'] }) },
  { row: 'of a second address', set: addressSet('10.0.0.1', { values: ['10.0.0.1', '10.0.0.9'] }) },
  { row: 'with another routing', set: addressSet('10.0.0.1', { policy: 'weighted', setIdentifier: 'a', weight: 1 }) },
  { row: 'an alias', set: addressSet('10.0.0.1', { policy: 'other', values: [] }) },
  { row: 'a CNAME', set: addressSet('10.0.0.1', { type: 'CNAME', values: ['lb.example.com'] }) },
];

describe('planAddresses', () => {
  it('creates what is missing, sorted, with an hour to live', () => {
    const units = planAddresses(new Set([TWO, ONE]), view([]));

    expect(units).toEqual(
      ['10.0.0.1', '10.0.0.2'].map((address) => ({
        name: addressSet(address).ownerName,
        kind: 'address',
        needs: [],
        changes: [{ action: 'CREATE', recordSet: addressSet(address, { ttl: 3_600 }) }],
      })),
    );
  });

  it.each([
    { row: 'is marked to be retired', found: addressSet('10.0.0.1', { ttl: 60 }) },
    { row: 'has a TTL that somebody gave it', found: addressSet('10.0.0.1', { ttl: 300 }) },
  ])('restores one that $row', ({ found }) => {
    const [unit, ...more] = planAddresses(new Set([ONE]), view([found]));

    expect(unit).toEqual({
      name: ONE,
      kind: 'address',
      needs: [],
      changes: [
        { action: 'DELETE', recordSet: found },
        { action: 'CREATE', recordSet: addressSet('10.0.0.1') },
      ],
    });
    expect(more).toEqual([]);
  });

  it.each([
    { row: 'is right', current: [addressSet('10.0.0.1')], target: ONE },
    { row: 'was not looked for', current: [], target: ONE, lookedFor: [TWO] },
    { row: 'stands for no address', current: [], target: 'db.ecs.shop.internal.' },
    ...OTHERS.map(({ row, set }) => ({ row: `is ${row}`, current: [set], target: ONE })),
  ])('leaves alone a target that $row', ({ current, target, lookedFor }) => {
    const units = planAddresses(new Set([target]), view(current, lookedFor));

    expect(units).toEqual([]);
  });
});

describe('takenTargets', () => {
  it.each(OTHERS)('says what is in the way: a set $row', ({ set }) => {
    expect([...takenTargets(view([set])).keys()]).toEqual([ONE]);
  });

  it('names type, routing and answer', () => {
    const told = OTHERS.map(({ set }) => takenTargets(view([set])).get(ONE));

    expect(told).toEqual([
      'an A record set (10.0.0.9) stands in place of our address record set',
      'an A record set (10.0.0.1, 10.0.0.9) stands in place of our address record set',
      'an A record set with weighted routing (10.0.0.1) stands in place of our address record set',
      'an A record set with other routing stands in place of our address record set',
      'a CNAME record set (lb.example.com) stands in place of our address record set',
    ]);
  });

  it.each([
    { row: 'our own', set: addressSet('10.0.0.1') },
    { row: 'our own, marked', set: addressSet('10.0.0.1', { ttl: 60 }) },
    { row: 'of a type that may stand beside it', set: addressSet('10.0.0.1', { type: 'TXT', values: ['"a"'] }) },
    { row: 'at a name that is no target', set: addressSet('10.0.0.1', { ownerName: 'db.ecs.shop.internal.' }) },
  ])('is silent about a set that is $row', ({ set }) => {
    expect(takenTargets(view([set])).size).toBe(0);
  });
});

describe('retireAddresses', () => {
  const about = (parts: { used?: readonly string[]; hosts?: readonly string[]; idle?: Record<string, number> }) => ({
    used: new Set(parts.used),
    hosts: new Set(parts.hosts),
    idle: parts.idle ?? {},
    now: NOW,
  });
  const found = addressSet('10.0.0.1');
  const marked = addressSet('10.0.0.1', { ttl: 60, stored: { Name: ONE } });
  const unit = (kind: string, ...changes: readonly object[]) => ({ name: ONE, kind, needs: [], changes });

  it('marks what it finds unused, whatever was remembered of it', () => {
    const { units, idle } = retireAddresses(view([found]), about({ idle: { [ONE]: NOW - 3 * HOUR } }));

    expect(units).toEqual([
      unit(
        'address-mark',
        { action: 'DELETE', recordSet: found },
        { action: 'CREATE', recordSet: addressSet('10.0.0.1', { ttl: 60 }) },
      ),
    ]);
    expect(idle).toEqual({ [ONE]: NOW });
  });

  it.each([
    { since: NOW - HOUR + 1, fate: 'stays', idle: NOW - HOUR + 1 },
    { since: NOW - HOUR, fate: 'goes', idle: NOW - HOUR },
    { since: undefined, fate: 'stays', idle: NOW }, // the entry is lost: its hour begins anew
  ])('marked since $since: $fate, exactly as it was read', ({ since, fate, idle }) => {
    const retired = retireAddresses(view([marked]), about(since === undefined ? {} : { idle: { [ONE]: since } }));

    expect(retired).toEqual({
      units: fate === 'goes' ? [unit('address-removal', { action: 'DELETE', recordSet: marked })] : [],
      idle: { [ONE]: idle },
    });
  });

  it.each([
    { row: 'is used', parts: { used: [ONE] } },
    { row: 'belongs to a host that is there', parts: { hosts: [ONE] } },
  ])('leaves alone one that $row, marked or not, and forgets when it was marked', ({ parts }) => {
    for (const set of [found, marked]) {
      const kept = retireAddresses(view([set]), about({ ...parts, idle: { [ONE]: NOW - 2 * HOUR } }));

      expect(kept).toEqual({ units: [], idle: {} });
    }
  });

  it.each([
    { row: 'beside our subtree', set: addressSet('10.0.0.1', { ownerName: 'ip-10-0-0-1.other.shop.internal.' }) },
    { row: 'at the owner label itself', set: addressSet('10.0.0.1', { ownerName: 'ecs.shop.internal.' }) },
    { row: 'below the label, of another form', set: addressSet('10.0.0.1', { ownerName: 'node1.ecs.shop.internal.' }) },
    { row: 'of another type', set: srvSet(ONE, ['1 1 80 x.']) },
    ...OTHERS,
  ])('never touches a set $row (L2)', ({ set }) => {
    for (const ttl of [3_600, 60]) {
      const { units, idle: now } = retireAddresses(view([{ ...set, ttl }]), about({ idle: { [set.ownerName]: 0 } }));

      expect(units).toEqual([]);
      expect(now).toEqual({});
    }
  });
});

describe('mergeIdle', () => {
  it.each([
    { row: 'what is stored no more', stored: { [ONE]: 5 }, idle: {}, merged: {} },
    { row: 'a mark of its own', stored: {}, idle: { [ONE]: 9 }, merged: { [ONE]: 9 } },
    { row: 'a mark anew', stored: { [ONE]: 5 }, idle: { [ONE]: 9 }, merged: { [ONE]: 9 } },
    {
      row: 'an older mark than another run has made since',
      stored: { [ONE]: 12 },
      idle: { [ONE]: 5 },
      merged: { [ONE]: 12 },
    },
    {
      row: 'nothing of a mark that another run has made since',
      stored: { [ONE]: 12 },
      idle: {},
      merged: { [ONE]: 12 },
    },
  ])('knows $row', ({ stored, idle, merged }) => {
    expect(mergeIdle(stored, { idle, now: 10 })).toEqual(merged);
  });
});
