import { ADDRESS_NAME_SUFFIX, addressNameAt, isAddressName } from '../functions/domain/dns/address-name.ts';
import { isBelow, MAX_LABEL_BYTES, normalizeName } from '../functions/domain/dns/name.ts';
import { type Naming, ownerNameOf } from '../functions/domain/dns/ownership.ts';

/** A name as a person gives it, with the zone or without, fully qualified: `_calc._tcp` → `_calc._tcp.shop.internal.` */
export function fullName(given: string, naming: Naming): string {
  const name = normalizeName(given.replace(ADDRESS_NAME_SUFFIX, ''));
  return name === naming.zone || isBelow(name, naming.zone) ? name : ownerNameOf(name.slice(0, -1), naming);
}

/** The names that a person may mean: what is published by SRV at a name, and by address. */
export function meantNames(given: string, naming: Naming): readonly string[] {
  const name = fullName(given, naming);
  return isBelow(name, naming.zone) && !isAddressName(name, naming) ? [name, addressNameAt(name, naming)] : [name];
}

/** Longest name in bytes on the wire, a byte for the length of each label and for the root included (RFC 1035, 2.3.4). */
const MAX_NAME_BYTES = 255;

/** Whether there can be such a name at all, fully qualified: Route 53 refuses a question about any other. */
export function isPossible(name: string): boolean {
  const labels = name
    .slice(0, -1)
    .replaceAll(/\\[0-3][0-7]{2}/g, '?')
    .split('.');
  const bytes = labels.reduce((sum, label) => sum + label.length + 1, 1);
  return (
    /^[\0-\u00ff]+$/.test(name) &&
    bytes <= MAX_NAME_BYTES &&
    labels.every((label) => label !== '' && label.length <= MAX_LABEL_BYTES)
  );
}
