import { canonicalIpv6, ipv6OfHex } from './ipv6.ts';
import { isBelow, normalizeName } from './name.ts';
import { addressLabel, isOfIpv6, type Naming, ownerSubtree } from './ownership.ts';
import type { Srv } from './srv.ts';

/** The label below which a deployment keeps the addresses of its address names. */
const ADDRESS_LABEL = '_address';

/** All that stands below it is ours, by its place: `_address.ecs.shop.internal.` */
const addressSubtree = (naming: Naming): string => `${ADDRESS_LABEL}.${ownerSubtree(naming)}`;

/** Whether a name is that of the address set of an address name, `calc._address.ecs.shop.internal.` */
export const isAddressName = (ownerName: string, naming: Naming): boolean => isBelow(ownerName, addressSubtree(naming));

/** Types of the sets that an address name has, one for each address family. */
export const ADDRESS_TYPES = ['A', 'AAAA'] as const;
export type AddressType = (typeof ADDRESS_TYPES)[number];

/** The type of the set in which a value of an address name stands. */
export const addressTypeOf = ({ target }: Pick<Srv, 'target'>): AddressType => (isOfIpv6(target) ? 'AAAA' : 'A');

export const isAddressType = (type: string): type is AddressType => ADDRESS_TYPES.some((one) => one === type);

/** The name of the address set of a declared address name: `calc` → `calc._address.ecs.shop.internal.` */
export const addressNameOf = (relativeName: string, naming: Naming): string =>
  normalizeName(`${relativeName}.${addressSubtree(naming)}`);

/** The room of a declared address name, in the form in which `nameFault` takes a zone. */
export const addressZone = addressSubtree;

/** Whether a relative name has the label that tells address sets from other names: two of them would be read as one. */
export const hasAddressLabel = (relativeName: string): boolean => relativeName.split('.').includes(ADDRESS_LABEL);

/**
 * The name that clients ask for, at which the alias of an address name stands: `calc._address.ecs.shop.internal.` →
 * `calc.shop.internal.`; undefined for any other name.
 */
export function aliasNameOf(ownerName: string, naming: Naming): string | undefined {
  if (!isAddressName(ownerName, naming)) return undefined;
  return `${ownerName.slice(0, -addressSubtree(naming).length)}${naming.zone}`;
}

/** The address name whose alias would stand at a name: `calc.shop.internal.` → `calc._address.ecs.shop.internal.` */
export const addressNameAt = (ownerName: string, naming: Naming): string =>
  `${ownerName.slice(0, -naming.zone.length)}${addressSubtree(naming)}`;

/** What follows the name that clients ask for, where people are told of an address name. */
export const ADDRESS_NAME_SUFFIX = ' (address name)';

/** What clients of a name ask for, whosever it is: of an address name its alias, `calc.shop.internal.` */
export const askedName = (ownerName: string): string => ownerName.replace(/^(.+?)\._address\.[^.]+\.(.+)$/s, '$1.$2');

/** A name as people know it: `calc.shop.internal. (address name)`, and any other as it is. */
export function shownName(ownerName: string): string {
  const asked = askedName(ownerName);
  return asked === ownerName ? ownerName : `${asked}${ADDRESS_NAME_SUFFIX}`;
}

/** An endpoint as people know it: `<target>:<port>`, and under an address name the address alone. */
export function shownEndpoint({
  target,
  port,
}: {
  readonly target: string;
  readonly port?: number | undefined;
}): string {
  const [, ...octets] = port === 0 ? (/^ip-(\d+)-(\d+)-(\d+)-(\d+)\./.exec(target) ?? []) : [];
  const [, digits = ''] = port === 0 ? (/^ip6-([0-9a-f]{32})\./.exec(target) ?? []) : [];
  const address = octets.length > 0 ? octets.join('.') : ipv6OfHex(digits);
  return address ?? `${target}:${port ?? ''}`;
}

/** An address set has neither. */
export const WEIGHTLESS = { priority: 1, weight: 1 } as const;

/**
 * The value of an address name, in the form of an SRV value, so that all that is decided of these holds for it: its target is
 * ours, its port is none, and it is spelled as the plain address.
 */
export const addressValue = (address: string, target: string): Srv => ({
  ...WEIGHTLESS,
  port: 0,
  target,
  spelled: address,
});

/**
 * Reads a value of an address set, whoever's; undefined where the name is no such one, or the text is no IPv4 address as
 * Route 53 returns it, and no IPv6 address in whatever spelling.
 */
export function parseAddress(ownerName: string, text: string): Srv | undefined {
  const subtree = /^.+?\._address\.(.+)$/.exec(ownerName)?.[1];
  if (subtree === undefined) return undefined;
  const address6 = canonicalIpv6(text);
  if (address6 !== undefined) return addressValue(text, `${addressLabel(address6)}.${subtree}`);
  const octets = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1);
  if (!octets || octets.some((octet) => String(Number(octet)) !== octet)) return undefined;
  return addressValue(text, `${addressLabel(text)}.${subtree}`);
}
