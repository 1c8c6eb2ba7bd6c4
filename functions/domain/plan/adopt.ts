import { isBelow } from '../dns/name.ts';
import { addressOf, isOurValue, type Naming, ownerSubtree, targetOf } from '../dns/naming.ts';
import type { RecordSet } from '../dns/record-set.ts';
import { formatSrv, normalizeSrv, parseSrv } from '../dns/srv.ts';
import { ADDRESS_TTL } from './addresses.ts';
import type { Change, ChangeUnit } from './change.ts';

/** What becomes of one value of the previous owner. */
export interface Adoption {
  readonly name: string;
  /** As it stands. */
  readonly from: string;
  /** `taken`: ours from now on, as `to`; `dropped`: no task claims it; `kept`: not of that owner, word for word. */
  readonly fate: 'taken' | 'dropped' | 'kept';
  readonly to?: string;
}

export interface AdoptionPlan {
  readonly adoptions: readonly Adoption[];
  /** Names are changed each as a whole; addresses come before what names them. */
  readonly units: readonly ChangeUnit[];
}

export interface AdoptionFacts {
  readonly naming: Naming;
  /** TTL of our SRV record sets that have none to go by, in seconds. */
  readonly recordTtl: number;
  /** Every record set of the zone. */
  readonly recordSets: readonly RecordSet[];
  /** `<name> <target>:<port>` of every value that some task claims now, in our spelling. */
  readonly claimed: ReadonlySet<string>;
  /** Only these names; undefined: all. */
  readonly names?: ReadonlySet<string>;
}

/**
 * Takes over the weighted SRV record sets that the predecessor wrote, one for each container, whose targets are private
 * DNS names of EC2 hosts. Simple and weighted sets cannot stand at one name, so each name goes over as a whole.
 */
export function adoptWeighted(facts: AdoptionFacts): AdoptionPlan {
  const weighted = facts.recordSets.filter(({ type, policy }) => type === 'SRV' && policy === 'weighted');
  const names = Map.groupBy(weighted, ({ ownerName }) => ownerName);
  const wanted = [...names].filter(([name]) => facts.names?.has(name) ?? true);
  // A name that holds nothing of the predecessor's form is somebody else's.
  const addressOfValue = (value: string) => hostAddress(value, facts.naming);
  const isTheirs = ({ values }: RecordSet) => values.some((value) => addressOfValue(value) !== undefined);
  const theirs = wanted.filter(([, sets]) => sets.some(isTheirs));
  return planOf(
    theirs.map(([name, sets]) => ({ name, sets, addressOfValue })),
    facts,
  );
}

/** Takes over the values below an owner label that is no longer used, its addresses and its marker. */
export function adoptOwner(facts: AdoptionFacts, owner: string): AdoptionPlan {
  const former: Naming = { zone: facts.naming.zone, owner };
  const subtree = ownerSubtree(former);
  const shared = facts.recordSets.filter(
    ({ type, policy, values, ownerName }) =>
      type === 'SRV' &&
      policy === 'simple' &&
      values.some((value) => isOurValue(value, former)) &&
      (facts.names?.has(ownerName) ?? true),
  );
  const plan = planOf(
    shared.map((set) => ({
      name: set.ownerName,
      sets: [set],
      addressOfValue: (value: string) => {
        const srv = parseSrv(value);
        return srv && isOurValue(value, former) ? (addressOf(srv.target, former) ?? '') : undefined;
      },
    })),
    facts,
  );
  if (facts.names) return plan; // what else stands below the label still needs it
  const adopted = new Set<RecordSet>(shared);
  const others = facts.recordSets.filter((set) => set.type === 'SRV' && !adopted.has(set));
  const used = new Set(others.flatMap(({ values }) => values.map((value) => parseSrv(value)?.target)));
  const leftovers = facts.recordSets.filter(
    ({ type, ownerName }) =>
      (type === 'A' && isBelow(ownerName, subtree) && !used.has(ownerName)) ||
      (type === 'TXT' && ownerName === subtree),
  );
  const removals = leftovers.map(
    (recordSet): ChangeUnit => ({
      name: recordSet.ownerName,
      kind: 'address-removal',
      changes: [{ action: 'DELETE', recordSet }],
      needs: [],
    }),
  );
  return { ...plan, units: [...plan.units, ...removals] };
}

interface NameAdoption {
  readonly name: string;
  readonly sets: readonly RecordSet[];
  /** The host's address of a value of the previous owner, empty where it tells none; undefined: not that owner's. */
  readonly addressOfValue: (value: string) => string | undefined;
}

function planOf(names: readonly NameAdoption[], facts: AdoptionFacts): AdoptionPlan {
  const { naming, recordSets } = facts;
  const known = new Set(recordSets.filter(({ type }) => type === 'A').map(({ ownerName }) => ownerName));
  const missing = new Map<string, ChangeUnit>();
  const adopted = names.map((one) => ({ ...one, adoptions: adoptionsOf(one, facts) }));
  for (const { adoptions } of adopted) {
    for (const target of targetsOf(adoptions)) {
      const address = addressOf(target, naming);
      if (address !== undefined && !known.has(target)) missing.set(target, addressUnit(target, address));
    }
  }
  return {
    adoptions: adopted.flatMap(({ adoptions }) => adoptions),
    units: [
      ...[...missing.values()].sort((one, other) => (one.name < other.name ? -1 : 1)),
      ...adopted.map(
        ({ name, sets, adoptions }): ChangeUnit => ({
          name,
          kind: 'name',
          changes: changesOf({ name, sets, adoptions }, facts),
          needs: targetsOf(adoptions).filter((target) => missing.has(target)),
        }),
      ),
    ],
  };
}

function adoptionsOf({ name, sets, addressOfValue }: NameAdoption, facts: AdoptionFacts): readonly Adoption[] {
  return sets
    .flatMap(({ values }) => values)
    .map((from): Adoption => {
      const srv = parseSrv(from);
      const address = addressOfValue(from);
      if (!srv || address === undefined) return { name, from, fate: 'kept' };
      const target = targetOf(address, facts.naming);
      if (address === '' || !facts.claimed.has(`${name} ${target}:${srv.port}`)) return { name, from, fate: 'dropped' };
      return { name, from, fate: 'taken', to: formatSrv({ ...srv, target }) };
    });
}

function changesOf(
  { name, sets, adoptions }: Pick<NameAdoption, 'name' | 'sets'> & { readonly adoptions: readonly Adoption[] },
  { recordTtl }: AdoptionFacts,
): readonly Change[] {
  const all = adoptions.flatMap(({ fate, from, to }) => (fate === 'kept' ? [from] : (to ?? [])));
  const values = [...new Map(all.map((value) => [normalizeSrv(value), value])).values()];
  const shared = adoptions.some(({ fate }) => fate === 'kept');
  // A record set that holds values of others keeps its time to live.
  const ttl = shared ? (sets[0]?.ttl ?? recordTtl) : recordTtl;
  const recordSet: RecordSet = { ownerName: name, type: 'SRV', ttl, values, policy: 'simple' };
  return [
    ...sets.map((set) => ({ action: 'DELETE' as const, recordSet: set })),
    ...(values.length > 0 ? [{ action: 'CREATE' as const, recordSet }] : []),
  ];
}

const targetsOf = (adoptions: readonly Adoption[]): readonly string[] => [
  ...new Set(adoptions.flatMap(({ to }) => (to === undefined ? [] : (parseSrv(to)?.target ?? [])))),
];

const addressUnit = (ownerName: string, address: string): ChangeUnit => ({
  name: ownerName,
  kind: 'address',
  changes: [
    { action: 'CREATE', recordSet: { ownerName, type: 'A', ttl: ADDRESS_TTL, values: [address], policy: 'simple' } },
  ],
  needs: [],
});

/**
 * The address in a private DNS name that EC2 makes of an address, whatever the VPC's domain: `ip-10-0-1-23.ec2.internal`,
 * `ip-10-0-1-23.eu-west-1.compute.internal`. Empty for one made of an instance id, which tells no address.
 *
 * A target below the zone is no such name, but that of a deployment with an owner label.
 */
function hostAddress(value: string, { zone }: Naming): string | undefined {
  const target = parseSrv(value)?.target ?? '';
  if (isBelow(target, zone)) return undefined;
  const [, label = ''] = /^([a-z0-9-]+)\.[a-z]/.exec(target) ?? [];
  if (/^i-[0-9a-f]{8,17}$/.test(label)) return '';
  const octets = /^ip-(\d{1,3})-(\d{1,3})-(\d{1,3})-(\d{1,3})$/.exec(label)?.slice(1);
  return octets?.every((octet) => Number(octet) <= 255) ? octets.join('.') : undefined;
}
