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

/** The SRV target of an IPv4 address: `10.0.1.23` → `ip-10-0-1-23.ecs.shop.internal.` (design, section 3). */
export function targetOf(address: string, naming: Naming): string {
  return `ip-${address.replaceAll('.', '-')}.${ownerSubtree(naming)}`;
}

/** What a target of ours has before the owner label: `ip-10-0-1-23`. */
export const labelOf = (target: string): string => target.slice(0, target.indexOf('.'));

/** The address that a target of ours stands for; undefined when the name has another form. */
export function addressOf(target: string, naming: Naming): string | undefined {
  return isTarget(target, naming) ? labelOf(target).slice('ip-'.length).replaceAll('-', '.') : undefined;
}

const OCTET = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const ADDRESS_LABEL = new RegExp(`^ip-${OCTET}-${OCTET}-${OCTET}-${OCTET}$`);

/** Whether a name is one that we give to targets. */
function isTarget(name: string, { owner, zone }: Naming): boolean {
  const label = name.length - owner.length - zone.length - 2;
  return (
    label > 0 &&
    name.endsWith(`.${owner}.${zone}`) &&
    name.startsWith('ip-') &&
    ADDRESS_LABEL.test(name.slice(0, label))
  );
}

/**
 * Ownership is by value: an SRV value is ours exactly when its target is one that we give, `ip-a-b-c-d.<owner>.<zone>`. No
 * target of ours is ever called otherwise, so what else points below the label is somebody else's.
 */
export function isOurValue(value: Value, naming: Naming): value is Srv {
  return typeof value !== 'string' && isTarget(value.target, naming);
}
