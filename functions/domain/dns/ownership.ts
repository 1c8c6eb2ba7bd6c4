import { hexOfIpv6, ipv6OfHex } from './ipv6.ts';
import { isBelow, normalizeName } from './name.ts';
import type { Value } from './record-set.ts';
import type { Srv } from './srv.ts';

/** Where a deployment publishes, and how its values are told from those of others. */
export interface Naming {
  /** The hosted zone's name, normalized: `shop.internal.` */
  readonly zone: string;
  /** One label, chosen per deployment: `ecs`. */
  readonly owner: string;
}

/** The name of our marker and the top of the subtree in which our targets lie: `ecs.shop.internal.` */
export function ownerSubtree({ zone, owner }: Naming): string {
  return `${owner}.${zone}`;
}

/** The fully qualified owner name of a declared name: `_calc._tcp` → `_calc._tcp.shop.internal.` */
export function ownerNameOf(relativeName: string, { zone }: Naming): string {
  return normalizeName(`${relativeName}.${zone}`);
}

/** Names at or below the owner label belong to the deployment itself. */
export function isReserved(ownerName: string, naming: Naming): boolean {
  const subtree = ownerSubtree(naming);
  return ownerName === subtree || isBelow(ownerName, subtree);
}

/**
 * The SRV target of an address (design, section 3), which is canonical where it is one of IPv6.
 *
 * | address       | target                                                     |
 * | ------------- | ---------------------------------------------------------- |
 * | `10.0.1.23`   | `ip-10-0-1-23.ecs.shop.internal.`                          |
 * | `2001:db8::1` | `ip6-20010db8000000000000000000000001.ecs.shop.internal.`  |
 */
export function targetOf(address: string, naming: Naming): string {
  return `${addressLabel(address)}.${ownerSubtree(naming)}`;
}

/** What a target has before the owner label, whosever: `10.0.1.23` → `ip-10-0-1-23`. */
export const addressLabel = (address: string): string =>
  isIpv6(address) ? `ip6-${hexOfIpv6(address)}` : `ip-${address.replaceAll('.', '-')}`;

/** Whether a target of ours, or what begins with one, is made of an IPv6 address. */
export const isOfIpv6 = (target: string): boolean => target.startsWith('ip6-');

/** Whether a text that is an address is one of IPv6. */
export const isIpv6 = (address: string): boolean => address.includes(':');

/** What a target of ours has before the owner label: `ip-10-0-1-23`. */
export const labelOf = (target: string): string => target.slice(0, target.indexOf('.'));

/** The address that a target of ours stands for; undefined when the name has another form. */
export function addressOf(target: string, naming: Naming): string | undefined {
  if (!isTarget(target, naming)) return undefined;
  const label = labelOf(target);
  return label.startsWith('ip-')
    ? label.slice('ip-'.length).replaceAll('-', '.')
    : ipv6OfHex(label.slice('ip6-'.length));
}

const OCTET = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const IPV4_LABEL = new RegExp(`^ip-${OCTET}-${OCTET}-${OCTET}-${OCTET}$`);
/** None of an IPv4-mapped address: such a host has an IPv4 address. */
const IPV6_LABEL = /^ip6-(?!0{20}ffff)[0-9a-f]{32}$/;

/** Whether a name is one that we give to targets, of whichever address family. */
function isTarget(name: string, { owner, zone }: Naming): boolean {
  const length = name.length - owner.length - zone.length - 2;
  if (length <= 0 || !name.startsWith('ip') || !name.endsWith(`.${owner}.${zone}`)) return false;
  const label = name.slice(0, length);
  return IPV4_LABEL.test(label) || IPV6_LABEL.test(label);
}

/**
 * Ownership is by value: an SRV value is ours exactly when its target is one that we give, `ip-a-b-c-d.<owner>.<zone>` or
 * `ip6-<32 hex digits>.<owner>.<zone>`, whichever family the deployment publishes now. No target of ours is ever called
 * otherwise, so what else points below the label is somebody else's.
 */
export function isOurValue(value: Value, naming: Naming): value is Srv {
  return typeof value !== 'string' && isTarget(value.target, naming);
}
