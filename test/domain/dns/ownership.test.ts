import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalIpv6 } from '../../../functions/domain/dns/ipv6.ts';
import { nameFault } from '../../../functions/domain/dns/name.ts';
import { addressOf, isReserved, ownerNameOf, ownerSubtree, targetOf } from '../../../functions/domain/dns/ownership.ts';
import { relativeName } from '../../support/arbitraries.ts';
import { isOurText, NAMING } from '../../support/builders.ts';

const naming = NAMING;

it('knows the top of its subtree and the owner names of declared names', () => {
  expect(ownerSubtree(naming)).toBe('ecs.shop.internal.');
  expect(ownerNameOf('_Calc._tcp', naming)).toBe('_calc._tcp.shop.internal.');
});

describe('targetOf and addressOf', () => {
  it('are inverse for every IPv4 address', () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        const target = targetOf(address, naming);

        expect(addressOf(target, naming)).toBe(address);
      }),
    );
  });

  it('are inverse for every IPv6 address, whose target has 32 hex digits', () => {
    fc.assert(
      fc.property(fc.ipV6(), (text) => {
        const address = canonicalIpv6(text);
        fc.pre(address !== undefined);
        const target = targetOf(address, naming);

        expect(target).toMatch(/^ip6-[0-9a-f]{32}\.ecs\.shop\.internal\.$/);
        expect(addressOf(target, naming)).toBe(address);
      }),
    );
  });

  it('give an address only for the target of exactly that address', () => {
    const octet = fc.oneof(fc.nat({ max: 999 }).map(String), fc.stringMatching(/^[0-9]{1,3}$/));
    const targets = fc.tuple(octet, octet, octet, octet).map((octets) => `ip-${octets.join('-')}.ecs.shop.internal.`);

    fc.assert(
      fc.property(targets, (target) => {
        const address = addressOf(target, naming);
        fc.pre(address !== undefined);

        expect(address.split('.').every((one) => Number(one) <= 255 && String(Number(one)) === one)).toBe(true);
        expect(targetOf(address, naming)).toBe(target);
      }),
    );
  });

  it.each([
    'ip-10-0-0-1.other.shop.internal.',
    'ip-10-0-0-1.ecs.shop.internal',
    'ip-10-0-0.ecs.shop.internal.',
    'ip-10-0-0-1-2.ecs.shop.internal.',
    'ip-10-0-0-256.ecs.shop.internal.',
    'ip-10-0-0-01.ecs.shop.internal.',
    'ip-999-0-0-1.ecs.shop.internal.',
    'x.ip-10-0-0-1.ecs.shop.internal.',
    'ip6-20010db8.ecs.shop.internal.',
    'ip6-20010db800000000000000000000001.ecs.shop.internal.',
    'ip6-20010db80000000000000000000000011.ecs.shop.internal.',
    'ip6-20010db8000000000000000000000xyz.ecs.shop.internal.',
    'ip6-00000000000000000000ffff0a000001.ecs.shop.internal.',
    'ip-20010db8000000000000000000000001.ecs.shop.internal.',
    'host.ecs.shop.internal.',
    'ecs.shop.internal.',
    '',
  ])('find no address in "%s"', (target) => {
    const address = addressOf(target, naming);

    expect(address).toBeUndefined();
  });
});

describe('ownership', () => {
  it.each([
    { value: '1 1 80 ip-10-0-0-1.ecs.shop.internal.', ours: true, why: 'its target is one that we give' },
    { value: '1 1 80 IP-10-0-0-1.ECS.shop.internal', ours: true, why: 'case and final dot carry no meaning' },
    { value: '1 1 80 ip-10-0-0-1.\\145cs.shop.internal.', ours: true, why: 'an escaped letter is that letter' },
    { value: '01 001 00080 ip-10-0-0-1.ecs.shop.internal.', ours: true, why: 'zeros before a number carry no meaning' },
    { value: '1 1 80 ip6-20010db8000000000000000000000001.ecs.shop.internal.', ours: true, why: 'the other family' },
    { value: '1 1 80 IP6-20010DB8000000000000000000000001.ecs.shop.internal', ours: true, why: 'in another case' },
    { value: '1 1 80 ip6-20010db8000000000000000000000001.x.shop.internal.', ours: false, why: 'another owner label' },
    { value: '0 0 80 node1.ecs.shop.internal.', ours: false, why: 'no target of ours is ever called node1' },
    { value: '0 0 80 ip-10-0-0-256.ecs.shop.internal.', ours: false, why: 'no address' },
    { value: '0 0 80 x.ip-10-0-0-1.ecs.shop.internal.', ours: false, why: 'below a target of ours' },
    { value: '0 0 80 api._address.ecs.shop.internal.', ours: false, why: 'an address name is no target' },
    { value: '1 1 80 ecs.shop.internal.', ours: false, why: 'at the label is not below it' },
    { value: '1 1 80 ip-10-0-0-1.other.shop.internal.', ours: false, why: 'another owner label' },
    { value: '1 1 80 ip-10-0-0-1.xecs.shop.internal.', ours: false, why: 'a label that only ends like ours' },
    { value: '1 1 80 ip-10-0-0-1.ecs.shop.internal.example.', ours: false, why: 'another zone' },
    { value: '1 1 80 ip-10-0-0-1\\056ecs.shop.internal.', ours: false, why: 'an escaped dot separates nothing' },
    { value: '1 1 ip-10-0-0-1.ecs.shop.internal.', ours: false, why: 'no SRV value' },
    { value: '1 1 99999 ip-10-0-0-1.ecs.shop.internal.', ours: false, why: 'no port' },
  ])('$value → $ours: $why', ({ value, ours }) => {
    const found = isOurText(value, naming);

    expect(found).toBe(ours);
  });

  it.each([
    { name: 'ecs.shop.internal.', reserved: true },
    { name: '_calc._tcp.ecs.shop.internal.', reserved: true },
    { name: 'xecs.shop.internal.', reserved: false },
    { name: 'ecs.calc.shop.internal.', reserved: false },
  ])('$name is reserved: $reserved', ({ name, reserved }) => {
    const found = isReserved(name, naming);

    expect(found).toBe(reserved);
  });

  it('reserves exactly the declared names whose last labels are the owner label', () => {
    fc.assert(
      fc.property(relativeName(), (text) => {
        fc.pre(nameFault(text, naming.zone) === undefined);
        const last = text.toLowerCase().split('.').at(-1);

        expect(isReserved(ownerNameOf(text, naming), naming)).toBe(last === 'ecs');
      }),
    );
  });
});
