import { isBelow, normalizeName } from '../functions/domain/dns/name.ts';
import { type Naming, ownerNameOf } from '../functions/domain/dns/ownership.ts';

/** A name as a person gives it, with the zone or without, fully qualified: `_calc._tcp` → `_calc._tcp.shop.internal.` */
export function fullName(given: string, naming: Naming): string {
  const name = normalizeName(given);
  return name === naming.zone || isBelow(name, naming.zone) ? name : ownerNameOf(name.slice(0, -1), naming);
}
