import { BlockList, isIPv6 } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalIpv6, hexOfIpv6, ipv6OfHex, reachesOthersByIpv6 } from '../../../functions/domain/dns/ipv6.ts';

const MAPPED = new BlockList();
MAPPED.addSubnet('::ffff:0:0', 96, 'ipv6');

describe('canonicalIpv6', () => {
  it.each([
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['2001:0db8:0000:0000:0001:0000:0000:0001', '2001:db8::1:0:0:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:db8::0:1', '2001:db8::1'],
    ['2001:db8:0:0:1:0:0:0', '2001:db8:0:0:1::'],
    ['::', '::'],
    ['::1', '::1'],
    ['1::', '1::'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
    ['fd00::A', 'fd00::a'],
  ])('%s → %s', (given, canonical) => {
    expect(canonicalIpv6(given)).toBe(canonical);
  });

  it.each([
    '',
    ':',
    ':::',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7::8',
    '1::2::3',
    '12345::',
    'g::',
    ' ::2',
    '::2 ',
    'fe80::1%eth0',
    '10.0.0.1',
    '::10.0.0.256',
    '::10.0.0.01',
    '::10.0.0.1:1',
    '[2001:db8::1]',
    '2001:db8::/32',
  ])('"%s" is none', (text) => {
    expect(canonicalIpv6(text)).toBeUndefined();
  });

  it.each(['::ffff:10.0.0.1', '::FFFF:a00:1', '0:0:0:0:0:ffff:0a00:0001'])('%s is IPv4-mapped, and none', (text) => {
    expect(canonicalIpv6(text)).toBeUndefined();
  });

  it('is what Node makes of any spelling, and its own canonical form', () => {
    fc.assert(
      fc.property(fc.ipV6(), (text) => {
        fc.pre(isIPv6(text) && !MAPPED.check(text, 'ipv6'));
        const canonical = canonicalIpv6(text) ?? '';
        const one = new BlockList();
        one.addAddress(text, 'ipv6');

        expect(one.check(canonical, 'ipv6')).toBe(true);
        expect(canonicalIpv6(canonical)).toBe(canonical);
        expect(ipv6OfHex(hexOfIpv6(text))).toBe(canonical);
      }),
    );
  });

  it('takes no text that Node refuses', () => {
    const texts = fc.stringMatching(/^[0-9a-f:.]{1,24}$/);
    fc.assert(
      fc.property(texts, (text) => {
        fc.pre(canonicalIpv6(text) !== undefined);

        expect(isIPv6(text)).toBe(true);
      }),
    );
  });
});

it.each([
  { address: '2001:db8::1', reaches: true },
  { address: 'fd00::1', reaches: true },
  { address: '::', reaches: false },
  { address: '::1', reaches: false },
  { address: '::2', reaches: true },
  { address: 'fe80::1', reaches: false },
  { address: 'febf::1', reaches: false },
  { address: 'fec0::1', reaches: true },
  { address: 'ff02::1', reaches: false },
])('$address reaches others: $reaches', ({ address, reaches }) => {
  expect(reachesOthersByIpv6(address)).toBe(reaches);
});
