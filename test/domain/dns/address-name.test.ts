import { describe, expect, it } from 'vitest';
import {
  addressNameAt,
  addressNameOf,
  aliasNameOf,
  hasAddressLabel,
  isAddressName,
  parseAddress,
  shownEndpoint,
  shownName,
} from '../../../functions/domain/dns/address-name.ts';
import { isOurValue } from '../../../functions/domain/dns/ownership.ts';
import { valueText } from '../../../functions/domain/dns/record-set.ts';
import { endpointKey, srvOf } from '../../../functions/domain/ecs/claim.ts';
import { endpoint, NAMING } from '../../support/builders.ts';

const SET = 'calc._address.ecs.shop.internal.';

const HEX = '20010db8000000000000000000000001';

describe('an address name', () => {
  it.each([
    { declared: 'calc', set: SET, alias: 'calc.shop.internal.' },
    { declared: 'a.b', set: 'a.b._address.ecs.shop.internal.', alias: 'a.b.shop.internal.' },
  ])('$declared has its set at $set and its alias at $alias', ({ declared, set, alias }) => {
    expect(addressNameOf(declared, NAMING)).toBe(set);
    expect(aliasNameOf(set, NAMING)).toBe(alias);
    expect(addressNameAt(alias, NAMING)).toBe(set);
    expect(shownName(set)).toBe(`${alias} (address name)`);
  });

  it.each([
    'calc.shop.internal.',
    '_address.ecs.shop.internal.',
    'calc._address.green.shop.internal.',
    'ecs.shop.internal.',
  ])('%s is none of ours', (name) => {
    expect(isAddressName(name, NAMING)).toBe(false);
    expect(aliasNameOf(name, NAMING)).toBeUndefined();
  });

  it.each([
    { name: '_calc._tcp.shop.internal.', shown: '_calc._tcp.shop.internal.' },
    { name: 'calc._address.green.shop.internal.', shown: 'calc.shop.internal. (address name)' },
  ])('$name is shown as $shown', ({ name, shown }) => {
    expect(shownName(name)).toBe(shown);
  });

  it.each([
    { target: 'ip-10-0-0-1.ecs.shop.internal.', port: 80, shown: 'ip-10-0-0-1.ecs.shop.internal.:80' },
    { target: 'ip-10-0-0-1.ecs.shop.internal.', port: 0, shown: '10.0.0.1' },
    { target: 'ip-10-0-0-1.ecs.shop.internal.', port: undefined, shown: 'ip-10-0-0-1.ecs.shop.internal.:' },
    { target: `ip6-${HEX}.ecs.shop.internal.`, port: 0, shown: '2001:db8::1' },
    { target: 'db.example.', port: 0, shown: 'db.example.:0' },
  ])('the endpoint $target:$port is shown as $shown', ({ target, port, shown }) => {
    expect(shownEndpoint({ target, port })).toBe(shown);
  });

  it('is declared without the label that tells its set', () => {
    expect(['calc', '_address', 'a._address.b', 'my_address'].map(hasAddressLabel)).toEqual([false, true, true, false]);
  });
});

describe('a value of an address set', () => {
  it.each(['2001:db8::1', '2001:0DB8:0:0::1'])('of IPv6 is one endpoint in each spelling, and keeps it: %s', (text) => {
    const value = parseAddress(SET, text);

    expect(value && isOurValue(value, NAMING)).toBe(true);
    expect(value && endpointKey(value)).toBe(`ip6-${HEX}.ecs.shop.internal.:0`);
    expect(value && valueText(value)).toBe(text);
  });

  it('is one of ours with an endpoint of its own, and is spelled as the plain address', () => {
    const value = parseAddress(SET, '10.0.0.1');

    expect(value && isOurValue(value, NAMING)).toBe(true);
    expect(value && endpointKey(value)).toBe('ip-10-0-0-1.ecs.shop.internal.:0');
    expect(value && valueText(value)).toBe('10.0.0.1');
    expect(srvOf(endpoint('10.0.0.1', 0, { servesAt: 8080 }))).toEqual(value);
  });

  it.each([
    { row: 'of another deployment', name: 'calc._address.green.shop.internal.', text: '10.0.0.1', ours: false },
    { row: 'of IPv6, mapped from IPv4', name: SET, text: '::ffff:10.0.0.1' },
    { row: 'in another form', name: SET, text: '10.0.0.01' },
    { row: 'that is none', name: SET, text: 'x' },
    { row: 'at another name', name: 'ip-10-0-0-1.ecs.shop.internal.', text: '10.0.0.1' },
  ])('is none of ours: $row', ({ name, text, ours }) => {
    const value = parseAddress(name, text);

    expect(value && isOurValue(value, NAMING)).toBe(ours);
  });
});
