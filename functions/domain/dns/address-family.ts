import { isAddressType } from './address-name.ts';
import { canonicalIpv6, reachesOthersByIpv6 } from './ipv6.ts';
import { addressOf, isIpv6, type Naming } from './ownership.ts';
import type { RecordSet } from './record-set.ts';

/**
 * Which addresses of instances are published.
 *
 * | family      | target                   | record sets at it                       |
 * | ----------- | ------------------------ | --------------------------------------- |
 * | not given   | `ip-a-b-c-d`             | A; no right to change what is AAAA      |
 * | `ipv4`      | `ip-a-b-c-d`             | A; AAAA of an earlier family is retired |
 * | `dualstack` | `ip-a-b-c-d`             | A, and AAAA beside it                   |
 * | `ipv6`      | `ip6-` and 32 hex digits | AAAA                                    |
 */
export type AddressFamily = 'ipv4' | 'dualstack' | 'ipv6';

/**
 * Whether a set is one of our address record sets, as it is while it is in use or while it is marked.
 *
 * | a simple set of one value at | is ours when                                          |
 * | ---------------------------- | ----------------------------------------------------- |
 * | `ip-a-b-c-d`, type A         | it answers with exactly that address                  |
 * | `ip-a-b-c-d`, type AAAA      | it answers with an IPv6 address that we might publish |
 * | `ip6-…`, type AAAA           | it answers with exactly that address, however spelled |
 */
export function isAddressSet({ type, policy, ownerName, values }: RecordSet, naming: Naming): boolean {
  const [value, ...more] = values;
  if (!isAddressType(type) || policy !== 'simple' || more.length > 0) return false;
  const address = addressOf(ownerName, naming);
  if (typeof value !== 'string' || address === undefined) return false;
  if (type === 'A') return value === address;
  const answer = canonicalIpv6(value);
  if (isIpv6(address)) return answer === address;
  return answer !== undefined && reachesOthersByIpv6(answer);
}

/** Whether a set of ours answers for IPv6 beside one that answers for the address of its name. */
export const isBeside = ({ type, ownerName }: Pick<RecordSet, 'type' | 'ownerName'>, naming: Naming): boolean =>
  type === 'AAAA' && !isIpv6(addressOf(ownerName, naming) ?? '');

/** Types that stand where an address record set of ours would have to. */
export function typesInTheWay(address: string, family: AddressFamily | undefined): ReadonlySet<string> {
  if (isIpv6(address)) return new Set(['AAAA', 'CNAME']);
  return new Set(family === 'dualstack' ? ['A', 'AAAA', 'CNAME'] : ['A', 'CNAME']);
}
