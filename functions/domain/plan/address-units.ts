import type { AddressFamily } from '../dns/address-family.ts';
import { isAddressName } from '../dns/address-name.ts';
import { type Naming, targetOf } from '../dns/ownership.ts';
import type { Value } from '../dns/record-set.ts';
import type { Host } from '../ecs/task.ts';
import { anyUnread, type Reading, type ZoneSnapshot } from '../reading/reading.ts';
import {
  type AddressView,
  besideOf,
  type IdleAddresses,
  isMarked,
  planAddresses,
  retireAddresses,
  withdrawAddresses,
} from '../zone/addresses.ts';
import type { ChangeUnit } from '../zone/change.ts';
import type { NamePlan } from './name-plan.ts';
import type { PlanInput, PlanSettings } from './plan.ts';

/** What a run has read of the address record sets: all of them, or those that it looked for. */
export function addressView(
  snapshot: ZoneSnapshot,
  { addresses, judged }: Reading,
  { naming, family }: Pick<PlanSettings, 'naming' | 'family'>,
): AddressView {
  return {
    naming,
    ...(family && { family }),
    current: addresses?.recordSets ?? snapshot.recordSets,
    ...(addresses && { lookedFor: new Set(addresses.lookedFor) }),
    ...(family === 'dualstack' && { beside: besideOf(judged.flatMap(({ claim }) => claim.endpoint ?? [])) }),
  };
}

export interface AddressUnits {
  readonly creates: readonly ChangeUnit[];
  readonly removes: readonly ChangeUnit[];
  /** Only full runs that read everything know. */
  readonly idle?: IdleAddresses;
}

/**
 * The address record sets that a plan's names need, and in full runs those that nothing needs any more and the marked ones
 * that a value names again, whoever made it.
 */
export function planAddressUnits(names: readonly NamePlan[], input: PlanInput): AddressUnits {
  const { snapshot, reading, coverage, settings } = input;
  const [{ kind }, { naming, family }] = [coverage, settings];
  const wanted = targetsOf(namingTargets(names, input));
  const named = targetsOf(srvValues(snapshot));
  const view = addressView(snapshot, reading, settings);
  if (snapshot.marker?.withdrawn) {
    // Removed is only what no value names any more: those that leave with this plan may yet be refused (L9).
    return { creates: [], removes: kind === 'full' ? withdrawAddresses(view, named) : [] };
  }
  const marked = new Set(view.current.filter((set) => isMarked(set, naming)).map(({ ownerName }) => ownerName));
  const restored = kind === 'full' ? named.intersection(marked) : [];
  const creates = planAddresses(new Set([...wanted, ...restored]), view);
  if (kind === 'event' || anyUnread(reading)) return { creates, removes: [] };
  const { units, idle } = retireAddresses(view, {
    // Whoever made it and however it is routed: as long as an SRV value names an address set, it stays (L9).
    used: wanted.union(named),
    hosts: new Set([
      ...reading.hosts.flatMap((host) => targetOfHost(host, { naming, family })),
      ...reading.judged.flatMap(({ claim }) => claim.endpoint?.target ?? []),
    ]),
    idle: reading.idleAddresses,
    now: reading.now,
  });
  return { creates, removes: units, idle };
}

/** The targets of which a host's tasks would be published. */
function targetOfHost(
  { address, address6, publicAddress }: Pick<Host, 'address' | 'address6' | 'publicAddress'>,
  { naming, family }: { readonly naming: Naming; readonly family: AddressFamily | undefined },
): readonly string[] {
  const own = family === 'ipv6' ? address6 : address;
  return [own, publicAddress].flatMap((one) => (one === undefined ? [] : [targetOf(one, naming)]));
}

/** What stands at names whose values name address record sets: an address name has the addresses itself. */
export const namingTargets = (names: readonly NamePlan[], { settings: { naming } }: Pick<PlanInput, 'settings'>) =>
  names.flatMap(({ name, stays }) => (isAddressName(name, naming) ? [] : stays));

const srvValues = ({ recordSets }: ZoneSnapshot) =>
  recordSets.flatMap(({ type, values }) => (type === 'SRV' ? values.map((value) => ({ value })) : []));

export function targetsOf(values: readonly { readonly value: Value }[]): Set<string> {
  const targets = new Set<string>();
  for (const { value } of values) if (typeof value !== 'string') targets.add(value.target);
  return targets;
}
