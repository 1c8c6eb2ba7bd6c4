import { expect, it } from 'vitest';
import { isAddressSet } from '../../../functions/domain/dns/address-family.ts';
import type { RecordSet } from '../../../functions/domain/dns/record-set.ts';
import { namesOfSets, strangers } from '../../../functions/domain/zone/label-taken.ts';
import { addressSet, besideSet, NAMING, srvSet } from '../../support/builders.ts';

const at = (ownerName: string, type = 'A', values: readonly string[] = ['10.0.7.1']): RecordSet =>
  srvSet(ownerName, values, { type });
const own = addressSet('10.0.0.1');
const identified = { policy: 'weighted', setIdentifier: 'a', weight: 1 } as const;

it.each([
  { row: 'an address set of ours', set: own, address: true },
  { row: 'one that is marked', set: { ...own, ttl: 60 }, address: true },
  { row: 'another address', set: { ...own, values: ['10.9.9.9'] }, address: false },
  { row: 'two addresses', set: { ...own, values: ['10.0.0.1', '10.0.0.2'] }, address: false },
  { row: 'its address twice', set: { ...own, values: ['10.0.0.1', '10.0.0.1'] }, address: false },
  { row: 'a weighted one', set: { ...own, ...identified }, address: false },
  { row: 'an alias', set: { ...own, values: [], policy: 'other' } as const, address: false },
  { row: 'another type', set: { ...own, type: 'TXT', values: ['"10.0.0.1"'] }, address: false },
  { row: 'an IPv6 address beside it', set: besideSet('10.0.0.1', '2001:db8::1'), address: true },
  { row: 'one in another spelling', set: besideSet('10.0.0.1', '2001:DB8:0::1'), address: true },
  { row: 'two of them', set: besideSet('10.0.0.1', '2001:db8::1', { values: ['fd00::1', 'fd00::2'] }), address: false },
  { row: 'one that nobody reaches', set: besideSet('10.0.0.1', '::1'), address: false },
  { row: 'an IPv4-mapped one', set: besideSet('10.0.0.1', '::ffff:10.0.0.1'), address: false },
  { row: 'no address beside it', set: besideSet('10.0.0.1', '10.0.0.1'), address: false },
  { row: 'a weighted one beside it', set: besideSet('10.0.0.1', '2001:db8::1', identified), address: false },
  { row: 'a set of IPv6', set: addressSet('2001:db8::1'), address: true },
  { row: 'that in another spelling', set: addressSet('2001:db8::1', { values: ['2001:DB8::0001'] }), address: true },
  { row: 'that with another address', set: addressSet('2001:db8::1', { values: ['2001:db8::2'] }), address: false },
  {
    row: 'an A set at a target of IPv6',
    set: addressSet('2001:db8::1', { type: 'A', values: ['10.0.0.1'] }),
    address: false,
  },
  { row: 'a deeper name', set: { ...own, ownerName: `x.${own.ownerName}` }, address: false },
  { row: 'another label', set: { ...own, ownerName: 'ip-10-0-0-1.other.shop.internal.' }, address: false },
])('$row is an address set of ours: $address', ({ set, address }) => {
  expect(isAddressSet(set, NAMING)).toBe(address);
  const below = set.ownerName.endsWith('.ecs.shop.internal.');
  expect(strangers([set], NAMING)).toEqual(address || !below ? [] : [set]);
});

it.each([
  { row: 'a host', set: at('node1.ecs.shop.internal.'), stranger: true },
  { row: 'a wildcard', set: at('*.ecs.shop.internal.'), stranger: true },
  { row: 'an alias of a CNAME', set: at('www.ecs.shop.internal.', 'CNAME', ['www.example.']), stranger: true },
  { row: 'a delegation below', set: at('a.ecs.shop.internal.', 'NS', ['ns.example.']), stranger: true },
  { row: 'SRV sets', set: at('_x._tcp.ecs.shop.internal.', 'SRV', ['0 0 1 x.example.']), stranger: true },
  { row: 'texts', set: at('a.b.ecs.shop.internal.', 'TXT', ['"x"']), stranger: true },
  { row: 'an address name', set: at('api._address.ecs.shop.internal.'), stranger: false },
  { row: 'an address name of IPv6', set: at('api._address.ecs.shop.internal.', 'AAAA', ['fd00::1']), stranger: false },
  { row: 'texts below it', set: at('api._address.ecs.shop.internal.', 'TXT', ['"x"']), stranger: true },
  { row: 'a weighted one', set: { ...at('api._address.ecs.shop.internal.'), ...identified }, stranger: true },
  { row: 'a CNAME at the label', set: at('ecs.shop.internal.', 'CNAME', ['x.example.']), stranger: true },
  { row: 'a delegation of the label', set: at('ecs.shop.internal.', 'NS', ['ns.example.']), stranger: true },
  { row: 'a host at the label', set: at('ecs.shop.internal.'), stranger: false },
  { row: 'another label', set: at('node1.xecs.shop.internal.'), stranger: false },
  { row: 'a label with a dot of its own', set: at('node1\\056ecs.shop.internal.'), stranger: false },
])('$row ($set.ownerName $set.type) is a stranger: $stranger', ({ set, stranger }) => {
  expect(strangers([own, set], NAMING)).toEqual(stranger ? [set] : []);
});

it('names a few of them, as Route 53 writes them', () => {
  const many = ['*', 'b', 'c', 'd', 'e'].map((label) => at(`${label}.ecs.shop.internal.`));

  expect(namesOfSets(many)).toBe(
    '\\052.ecs.shop.internal. (A), b.ecs.shop.internal. (A), c.ecs.shop.internal. (A) and 2 more',
  );
});
