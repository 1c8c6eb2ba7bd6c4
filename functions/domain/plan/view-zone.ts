import { isAddressSet } from '../dns/address-family.ts';
import { addressNameAt, aliasNameOf, isAddressName, isAddressType } from '../dns/address-name.ts';
import type { Naming } from '../dns/ownership.ts';
import type { RecordSet } from '../dns/record-set.ts';
import { suspectProber } from '../health/too-few-healthy.ts';
import type { NameView } from '../judging/judgement.ts';
import { countPublishedProbes } from '../judging/published-probes.ts';
import type { ZoneSnapshot } from '../reading/reading.ts';
import { claimsName } from '../words/reason.ts';
import { takenTargets } from '../zone/addresses.ts';
import { isOurAlias } from '../zone/alias.ts';
import { eachOnce, ourValues } from '../zone/routing.ts';
import { addressView } from './address-units.ts';
import type { PlanInput } from './plan.ts';
import type { Aside } from './set-aside.ts';

/** What a plan looks at: each name that it covers, what stands there of ours, and what may not be changed for now. */
export interface ZoneView {
  readonly names: readonly NameView[];
  /** How many values of ours stand there. */
  readonly ours: number;
  /** AAAA record sets of ours that nothing may be done about; only full runs see all of them. */
  readonly untouchable: number;
  readonly proberSuspected: boolean;
  readonly aside: Aside;
}

export function viewZone(input: PlanInput): ZoneView {
  const { snapshot, reading, coverage, settings } = input;
  const { naming } = settings;
  const names = nameViews(input);
  return {
    names,
    ours: names.reduce((sum, { ours }) => sum + ours.length, 0),
    untouchable: coverage.kind === 'full' && settings.family === undefined ? leftOfIpv6(snapshot, naming) : 0,
    proberSuspected: coverage.kind === 'full' && suspectProber(countPublishedProbes(reading, names)),
    aside: {
      naming,
      now: reading.now,
      quarantine: new Map(Object.entries(reading.quarantine ?? {})),
      written: new Map(reading.remembered.flatMap(({ name, written }) => (written ? [[name, written] as const] : []))),
      retry: coverage.kind === 'full' && coverage.retry === true,
      taken: takenTargets(addressView(snapshot, reading, settings)),
      unmarked: !snapshot.marker,
    },
  };
}

/** The names that a plan covers, in order, each with what stands there and who claims it. */
function nameViews({ snapshot, reading, coverage, settings: { naming, family } }: PlanInput): readonly NameView[] {
  // Without a family there is no right to change what is AAAA: it is nobody's here, and no batch is refused for it.
  const recordSets = snapshot.recordSets.filter(({ type }) => family !== undefined || type !== 'AAAA');
  const grouped = Map.groupBy(recordSets, ({ ownerName }) => ownerName);
  const sets = new Map([...grouped].map(([name, at]) => [name, at.sort(byIdentity)] as const));
  const claimed = reading.judged.filter(({ claim }) => claimsName(claim));
  const byName = Map.groupBy(claimed, ({ claim }) => claim.name);
  const remembered = new Map(reading.remembered.map((entry) => [entry.name, entry]));
  const oursIn = (at: readonly RecordSet[]) => eachOnce(at.flatMap((set) => ourValues(set, naming)));
  const ours = new Map([...sets].map(([name, at]) => [name, oursIn(at)] as const));
  const published = [...ours].flatMap(([name, values]) => (values.length > 0 ? [name] : []));
  const aliased = recordSets.flatMap((set) => aliasedName(set, naming) ?? []);
  const names = coverage.kind === 'event' ? coverage.names : [...published, ...aliased, ...byName.keys()];
  return [...new Set(names)].sort().map((name) => ({
    name,
    sets: sets.get(name) ?? [],
    ...aliasView(name, sets, naming),
    ours: ours.get(name) ?? [],
    judged: byName.get(name) ?? [],
    remembered: remembered.get(name) ?? { name, values: {} },
  }));
}

/** AAAA record sets that an earlier `addressFamily` has made: at targets, of address names, and their aliases. */
const leftOfIpv6 = ({ recordSets }: ZoneSnapshot, naming: Naming): number =>
  recordSets.filter(
    (set) =>
      set.type === 'AAAA' &&
      (isAddressSet(set, naming) || isAddressName(set.ownerName, naming) || isOurAlias(set, naming)),
  ).length;

/** The address name whose own alias a set is: it goes with the last address, however that went. */
const aliasedName = (set: RecordSet, naming: Naming): string | undefined =>
  isOurAlias(set, naming) && set.aliasTarget?.name === addressNameAt(set.ownerName, naming)
    ? set.aliasTarget.name
    : undefined;

function aliasView(name: string, sets: ReadonlyMap<string, readonly RecordSet[]>, naming: Naming) {
  const at = aliasNameOf(name, naming);
  const alias = at === undefined ? undefined : (sets.get(at) ?? []);
  return alias && { alias: alias.filter(({ type }) => isAddressType(type) || type === 'CNAME') };
}

const identityOf = ({ type, setIdentifier = '' }: RecordSet) => `${type} ${setIdentifier}`;
const byIdentity = (one: RecordSet, other: RecordSet) => (identityOf(one) < identityOf(other) ? -1 : 1);
