import { describe, expect, it } from 'vitest';
import type { RecordSet } from '../../../functions/domain/dns/record-set.ts';
import { type AddressView, planAddresses, retireAddresses } from '../../../functions/domain/plan/addresses.ts';
import { addressSet, MINUTE, NAMING, NOW, srvSet } from '../../support/builders.ts';

const ONE = 'ip-10-0-0-1.ecs.shop.internal.';
const TWO = 'ip-10-0-0-2.ecs.shop.internal.';
const view = (current: readonly RecordSet[], lookedFor?: readonly string[]): AddressView => ({
  naming: NAMING,
  current,
  ...(lookedFor && { lookedFor: new Set(lookedFor) }),
});

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
    { row: 'another address', found: addressSet('10.0.0.1', { values: ['10.0.0.9'] }) },
    { row: 'a second address', found: addressSet('10.0.0.1', { values: ['10.0.0.1', '10.0.0.9'] }) },
    { row: 'another TTL', found: addressSet('10.0.0.1', { ttl: 60 }) },
  ])('corrects one that has $row', ({ found }) => {
    const [unit, ...more] = planAddresses(new Set([ONE]), view([found]));

    expect(unit?.changes).toEqual([
      { action: 'DELETE', recordSet: found },
      { action: 'CREATE', recordSet: addressSet('10.0.0.1') },
    ]);
    expect(more).toEqual([]);
  });

  it.each([
    { row: 'is right', current: [addressSet('10.0.0.1')], target: ONE },
    { row: 'was not looked for', current: [], target: ONE, lookedFor: [TWO] },
    { row: 'stands for no address', current: [], target: 'db.ecs.shop.internal.' },
  ])('leaves alone a target that $row', ({ current, target, lookedFor }) => {
    const units = planAddresses(new Set([target]), view(current, lookedFor));

    expect(units).toEqual([]);
  });
});

describe('retireAddresses', () => {
  const idle = { [ONE]: NOW - MINUTE };
  const about = (parts: { used?: readonly string[]; hosts?: readonly string[]; idle?: Record<string, number> }) => ({
    used: new Set(parts.used),
    hosts: new Set(parts.hosts),
    idle: parts.idle ?? {},
    now: NOW,
  });

  it('removes only what the second full run in a row finds unused', () => {
    const current = [addressSet('10.0.0.1')];

    const first = retireAddresses(view(current), about({}));
    const second = retireAddresses(view(current), { ...about({ idle: { ...first.idle } }), now: NOW + MINUTE });

    expect(first).toEqual({ units: [], idle: { [ONE]: NOW } });
    expect(second).toEqual({
      units: [
        { name: ONE, kind: 'address-removal', needs: [], changes: [{ action: 'DELETE', recordSet: current[0] }] },
      ],
      idle: { [ONE]: NOW },
    });
  });

  it.each([
    { row: 'is used', parts: { used: [ONE], idle } },
    { row: 'belongs to a host that is there', parts: { hosts: [ONE], idle } },
  ])('keeps one that $row, and starts counting anew', ({ parts }) => {
    const kept = retireAddresses(view([addressSet('10.0.0.1')]), about(parts));

    expect(kept).toEqual({ units: [], idle: {} });
  });

  it.each([
    { row: 'beside our subtree', set: addressSet('10.0.0.1', { ownerName: 'ip-10-0-0-1.other.shop.internal.' }) },
    { row: 'at the owner label itself', set: addressSet('10.0.0.1', { ownerName: 'ecs.shop.internal.' }) },
    { row: 'of another type', set: srvSet(ONE, ['1 1 80 x.']) },
    { row: 'of another routing policy', set: addressSet('10.0.0.1', { policy: 'weighted', setIdentifier: 'a' }) },
  ])('never touches a set $row (L2)', ({ set }) => {
    const { units, idle: now } = retireAddresses(view([set]), about({ idle: { [set.ownerName]: 0 } }));

    expect(units).toEqual([]);
    expect(now).toEqual({});
  });
});
