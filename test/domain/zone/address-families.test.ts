import { describe, expect, it } from 'vitest';
import type { AddressFamily } from '../../../functions/domain/dns/address-family.ts';
import type { RecordSet } from '../../../functions/domain/dns/record-set.ts';
import {
  type AddressView,
  besideOf,
  planAddresses,
  retireAddresses,
  takenTargets,
  withdrawAddresses,
} from '../../../functions/domain/zone/addresses.ts';
import { exchange } from '../../../functions/domain/zone/change.ts';
import { knownAddresses, standingOf } from '../../../functions/domain/zone/known-addresses.ts';
import { addressSet, besideSet, HOUR, NAMING, NOW } from '../../support/builders.ts';

const ONE = 'ip-10-0-0-1.ecs.shop.internal.';
const OWN6 = addressSet('2001:db8::1');
const FAMILIES = [undefined, 'ipv4', 'dualstack', 'ipv6'] as const;
type Family = AddressFamily | undefined;

const view = (family: Family, current: readonly RecordSet[], seen: readonly string[] = []): AddressView => ({
  naming: NAMING,
  current,
  beside: new Map(seen.length > 0 ? [[ONE, seen]] : []),
  ...(family && { family }),
});
const planned = (...given: Parameters<typeof view>) =>
  planAddresses(new Set([ONE]), view(...given)).flatMap(({ changes }) => changes);

describe('planAddresses of both families', () => {
  it('creates both sets of a target in one unit', () => {
    const units = planAddresses(new Set([ONE]), view('dualstack', [], ['2001:db8::1']));

    const both = exchange([], [addressSet('10.0.0.1'), besideSet('10.0.0.1', '2001:db8::1')]);
    expect(units).toEqual([{ name: ONE, kind: 'address', needs: [], changes: both }]);
  });

  it('creates the AAAA set beside an A set that stands', () => {
    expect(planned('dualstack', [addressSet('10.0.0.1')], ['2001:db8::1'])).toEqual(
      exchange([], [besideSet('10.0.0.1', '2001:db8::1')]),
    );
  });

  it('exchanges an IPv6 address that is another by now, by DELETE of what was read, word for word', () => {
    const found = besideSet('10.0.0.1', '2001:DB8::9', { stored: { Name: 'as it was read' } });

    expect(planned('dualstack', [addressSet('10.0.0.1'), found], ['2001:db8::1'])).toEqual(
      exchange([found], [besideSet('10.0.0.1', '2001:db8::1')]),
    );
  });

  it.each([
    { row: 'the same address in another spelling', found: besideSet('10.0.0.1', '2001:DB8:0:0::1') },
    { row: 'the address of one of two hosts that were seen there', found: besideSet('10.0.0.1', '2001:db8::2') },
  ])('leaves alone $row', ({ found }) => {
    expect(planned('dualstack', [addressSet('10.0.0.1'), found], ['2001:db8::1', '2001:db8::2'])).toEqual([]);
  });

  it('restores what is marked, where nobody saw its host too', () => {
    const marked = [addressSet('10.0.0.1', { ttl: 60 }), besideSet('10.0.0.1', '2001:db8::1', { ttl: 60 })];

    expect(planned('dualstack', marked)).toEqual([
      ...exchange(marked.slice(0, 1), [addressSet('10.0.0.1')]),
      ...exchange(marked.slice(1), [besideSet('10.0.0.1', '2001:db8::1')]),
    ]);
  });

  it.each([undefined, 'ipv4'] as const)('with the family %s makes nothing of type AAAA', (family) => {
    expect(planned(family, [], ['2001:db8::1'])).toEqual(exchange([], [addressSet('10.0.0.1')]));
    expect(planned(family, [addressSet('10.0.0.1'), besideSet('10.0.0.1', 'fd00::9', { ttl: 60 })])).toEqual([]);
  });

  it('makes the AAAA set of a target of IPv6, with exactly the address of its name', () => {
    const units = planAddresses(new Set([OWN6.ownerName]), view('ipv6', []));

    expect(units.flatMap(({ changes }) => changes)).toEqual(exchange([], [OWN6]));
  });
});

describe('what of others stands at a target', () => {
  const theirs = besideSet('10.0.0.1', '2001:db8::1', { values: ['2001:db8::1', '2001:db8::2'] });

  it.each(FAMILIES)('with the family %s an AAAA set of others is in the way where ours would stand', (family) => {
    const taken = takenTargets(view(family, [theirs]));

    expect(taken.get(ONE)).toBe(
      family === 'dualstack'
        ? 'an AAAA record set (2001:db8::1, 2001:db8::2) stands in place of our address record set'
        : undefined,
    );
    expect(planned(family, [theirs], ['2001:db8::1']).length).toBe(family === 'dualstack' ? 0 : 1);
  });

  it('at a target of IPv6 an A set is in nobody’s way', () => {
    const a = { ...OWN6, type: 'A', values: ['10.0.0.1'] };

    expect(takenTargets(view('ipv6', [a])).size).toBe(0);
    expect(takenTargets(view('ipv6', [{ ...OWN6, values: ['2001:db8::2'] }])).size).toBe(1);
  });
});

describe('retiring both families', () => {
  const none = { used: new Set<string>(), hosts: new Set<string>(), idle: {}, now: NOW };
  const due = { ...none, idle: { [ONE]: NOW - HOUR, [OWN6.ownerName]: NOW - HOUR } };
  const [a, aaaa] = [addressSet('10.0.0.1'), besideSet('10.0.0.1', '2001:DB8::1')];
  const marked = [
    { ...a, ttl: 60 },
    { ...aaaa, ttl: 60 },
  ];
  const changesOf = (given: AddressView, about: Parameters<typeof retireAddresses>[1] = due) =>
    retireAddresses(given, about).units.map(({ kind, changes }) => ({ kind, changes }));

  it('marks both sets of a target in one unit, and deletes both an hour later', () => {
    expect(changesOf(view('dualstack', [a, aaaa]), none)).toEqual([
      {
        kind: 'address-mark',
        changes: [
          ...exchange([a], [addressSet('10.0.0.1', { ttl: 60 })]),
          ...exchange([aaaa], [besideSet('10.0.0.1', '2001:db8::1', { ttl: 60 })]),
        ],
      },
    ]);
    expect(changesOf(view('dualstack', marked))).toEqual([{ kind: 'address-removal', changes: exchange(marked, []) }]);
  });

  it('waits anew where one of them was not marked', () => {
    const half = [marked[0] ?? a, aaaa];
    const { units, idle } = retireAddresses(view('dualstack', half), due);

    expect(units.map(({ kind, changes }) => [kind, changes.length])).toEqual([['address-mark', 2]]);
    expect(idle).toEqual({ [ONE]: NOW });
  });

  it.each([
    { family: undefined, kinds: [] },
    { family: 'ipv4', kinds: ['address-mark'] },
    { family: 'dualstack', kinds: [] },
    { family: 'ipv6', kinds: [] },
  ] as const)('with the family $family an AAAA set beside an address in use: $kinds', ({ family, kinds }) => {
    const used = { ...none, used: new Set([ONE]) };

    expect(changesOf(view(family, [a, aaaa]), used).map(({ kind }) => kind)).toEqual(kinds);
  });

  it('with the family ipv4 the A set stays while the AAAA set beside it goes', () => {
    const used = { ...due, used: new Set([ONE]) };

    expect(changesOf(view('ipv4', [a, marked[1] ?? aaaa]), used)).toEqual([
      { kind: 'address-removal', changes: exchange(marked.slice(1), []) },
    ]);
  });

  it.each(FAMILIES)('with the family %s targets of IPv6 that nothing needs are retired, or left alone', (family) => {
    const kinds = changesOf(view(family, [OWN6]), none).map(({ kind }) => kind);
    const withdrawn = withdrawAddresses(view(family, [OWN6]), new Set()).map(({ kind }) => kind);

    expect(kinds).toEqual(family === undefined ? [] : ['address-mark']);
    expect(withdrawn).toEqual(kinds);
  });
});

describe('what the first page tells of a target of both families', () => {
  const stands = (sets: readonly RecordSet[], beside: readonly string[]) =>
    standingOf({ target: ONE, beside }, knownAddresses({ recordSets: sets }, NAMING), NAMING);
  const a = addressSet('10.0.0.1');

  it.each([
    { row: 'both as wanted', sets: [a, besideSet('10.0.0.1', '2001:DB8::1')], standing: 'right' },
    { row: 'the address of another of its instances', sets: [a, besideSet('10.0.0.1', 'fd00::2')], standing: 'right' },
    { row: 'no AAAA set', sets: [a], standing: 'unknown' },
    { row: 'another IPv6 address', sets: [a, besideSet('10.0.0.1', 'fd00::1')], standing: 'unknown' },
    { row: 'no A set', sets: [besideSet('10.0.0.1', 'fd00::1')], standing: 'unknown' },
    { row: 'a marked AAAA set', sets: [a, besideSet('10.0.0.1', '2001:db8::1', { ttl: 60 })], standing: 'unknown' },
    { row: 'nothing', sets: [], standing: 'absent' },
  ])('$row → $standing', ({ sets, standing }) => {
    expect(stands(sets, ['2001:db8::1', 'fd00::2'])).toBe(standing);
  });

  it('asks for one family where one is wanted', () => {
    expect(stands([a], [])).toBe('right');
    expect(standingOf({ target: OWN6.ownerName }, knownAddresses({ recordSets: [OWN6] }, NAMING), NAMING)).toBe(
      'right',
    );
  });
});

it('knows what stands beside a target by its endpoints, each address once', () => {
  const seen = [
    { target: ONE, address6: '2001:db8::1' },
    { target: ONE, address6: '2001:db8::1' },
    { target: ONE, address6: '2001:db8::2' },
    { target: 'ip-10-0-0-2.ecs.shop.internal.' },
  ];

  expect([...besideOf(seen)]).toEqual([[ONE, ['2001:db8::1', '2001:db8::2']]]);
});
