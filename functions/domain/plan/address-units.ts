import { type Naming, targetOf } from '../dns/naming.ts';
import { parseSrv } from '../dns/srv.ts';
import { type IdleAddresses, planAddresses, retireAddresses, withdrawAddresses } from './addresses.ts';
import type { ChangeUnit } from './change.ts';
import type { NamePlan } from './name-plan.ts';
import type { Coverage, Reading, ZoneSnapshot } from './plan.ts';

/** The address record sets that a plan's names need, and in full runs those that nothing needs any more. */
export function planAddressUnits(
  snapshot: ZoneSnapshot,
  reading: Reading,
  names: readonly NamePlan[],
  { kind }: Coverage,
  naming: Naming,
): {
  readonly creates: readonly ChangeUnit[];
  readonly removes: readonly ChangeUnit[];
  readonly idle?: IdleAddresses;
} {
  const wanted = targetsOf(names.flatMap(({ keep }) => keep));
  const lookedFor = reading.addresses && { lookedFor: new Set(reading.addresses.lookedFor) };
  const view = { naming, current: reading.addresses?.recordSets ?? snapshot.recordSets, ...lookedFor };
  if (snapshot.marker?.withdrawn) {
    // Only what no value names any more: those that leave with this plan may yet be refused (L9).
    return { creates: [], removes: kind === 'full' ? withdrawAddresses(view, targetsOf(srvValues(snapshot))) : [] };
  }
  const creates = planAddresses(wanted, view);
  const unsure = Object.values(reading.clusters).includes('unread');
  if (kind === 'event' || unsure) return { creates, removes: [] };
  const { units, idle } = retireAddresses(view, {
    // Whoever made it and however it is routed: as long as an SRV value names an address set, it stays (L9).
    used: new Set([...wanted, ...targetsOf(srvValues(snapshot))]),
    hosts: new Set(
      [...reading.hosts, ...reading.judged.map(({ candidate }) => candidate.endpoint)].flatMap((place) =>
        place?.address === undefined ? [] : [targetOf(place.address, naming)],
      ),
    ),
    idle: reading.idleAddresses,
    now: reading.now,
  });
  return { creates, removes: units, idle };
}

const srvValues = ({ recordSets }: ZoneSnapshot) =>
  recordSets.filter(({ type }) => type === 'SRV').flatMap(({ values }) => values.map((value) => ({ value })));

export function targetsOf(values: readonly { readonly value: string }[]): ReadonlySet<string> {
  return new Set(values.map(({ value }) => parseSrv(value)?.target).filter((target) => target !== undefined));
}
