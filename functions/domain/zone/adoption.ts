import type { Naming } from '../dns/ownership.ts';
import { normalValue, type RecordSet, type Routing, type Value, valueText } from '../dns/record-set.ts';
import { normalSrv, type Srv } from '../dns/srv.ts';
import { endpointKey } from '../ecs/claim.ts';
import { type AddressView, planAddresses, takenTargets } from './addresses.ts';
import { type Change, type ChangeUnit, exchange } from './change.ts';
import { markerSets, markerUnit } from './marker.ts';
import { ourValues, setIdentifierOf, setsOf } from './routing.ts';

/** What becomes of one value at a name that is taken over. */
export interface Adoption {
  readonly name: string;
  /** As it stands. */
  readonly from: Value;
  /**
   * | fate       | the value                                                                            |
   * | ---------- | ------------------------------------------------------------------------------------ |
   * | `taken`    | is ours from now on, as `to`                                                         |
   * | `dropped`  | goes: no task claims it, or it is `unplaced` and a person said so                     |
   * | `unplaced` | stays in its set: nothing tells the address of its host                              |
   * | `blocked`  | stays in its set: something of others stands where ours, or its address, would have to |
   * | `kept`     | stays word for word: not of that owner                                               |
   */
  readonly fate: 'taken' | 'dropped' | 'unplaced' | 'blocked' | 'kept';
  readonly to?: Srv;
  /** Dropped although nothing tells the address of its host. */
  readonly unplaced?: true;
}

export interface AdoptionPlan {
  readonly adoptions: readonly Adoption[];
  /** Everything that is sent: the marker and addresses, then each name as a whole, then what nothing needs any more. */
  readonly units: readonly ChangeUnit[];
}

export interface AdoptionFacts {
  readonly naming: Naming;
  /** `<account>/<region>/<deployment id>`, whose marker is made where nobody's stands; undefined: it is left to the next run. */
  readonly deployment?: string;
  /** TTL of our SRV record sets that have none to go by, in seconds. */
  readonly recordTtl: number;
  /** Every record set of the zone. */
  readonly recordSets: readonly RecordSet[];
  /** `<name> <target>:<port>` of every value that some task claims now, in our spelling. */
  readonly claimed: ReadonlySet<string>;
  /** Only these names; undefined: all. */
  readonly names?: ReadonlySet<string>;
  /** By order of a person what cannot be placed is dropped as well. */
  readonly dropUnplaced?: boolean;
  /** By order of a person an owner label without a marker was a deployment's all the same. */
  readonly unmarked?: boolean;
}

/** What becomes of the sets of one name. */
export interface NameAdoption {
  readonly name: string;
  readonly adoptions: readonly (Adoption & { readonly set: RecordSet })[];
  /** Sets that are replaced; a simple one takes along what others have in it. */
  readonly going: readonly RecordSet[];
  readonly staying: readonly RecordSet[];
  readonly routing: Routing;
}

/** Makes of what becomes of each name what is sent. */
export function planOf(names: readonly NameAdoption[], facts: AdoptionFacts): AdoptionPlan {
  const { naming, recordSets, deployment } = facts;
  // Whoever adopts has a person's rights, whichever family is published.
  const view: AddressView = { naming, current: recordSets, family: 'ipv6' };
  const taken = takenTargets(view);
  const open = names.map((one) => (isBlocked(one, { taken, naming }) ? blocked(one) : one));
  const addresses = planAddresses(new Set(open.flatMap(({ adoptions }) => targetsOf(adoptions))), view);
  const made = new Set(addresses.map(({ name }) => name));
  const units = open.flatMap((one): readonly ChangeUnit[] => {
    const needs = targetsOf(one.adoptions).filter((target) => made.has(target));
    return one.going.length > 0 ? [{ name: one.name, kind: 'name', changes: changesOf(one, facts), needs }] : [];
  });
  const marks = units.length > 0 && markerSets(recordSets, naming).length === 0;
  return {
    adoptions: open.flatMap(({ adoptions }) => adoptions.map(({ set: _, ...adoption }) => adoption)),
    units: [...(marks && deployment !== undefined ? [markerUnit(naming, { deployment })] : []), ...addresses, ...units],
  };
}

/** Whether something stands where an address of ours would have to, or has the identifier that the endpoint's set would get. */
function isBlocked(
  { adoptions, staying, routing }: NameAdoption,
  { taken, naming }: { readonly taken: ReadonlyMap<string, string>; readonly naming: Naming },
): boolean {
  return adoptions.some(({ to }) => {
    if (to === undefined) return false;
    const key = endpointKey(to);
    const identifier = setIdentifierOf(to, naming);
    const named = routing === 'simple' ? [] : staying.filter(({ setIdentifier }) => setIdentifier === identifier);
    const isOfEndpoint = (set: RecordSet) => ourValues(set, naming).some((ours) => ours.key === key);
    return taken.has(to.target) || !named.every(isOfEndpoint);
  });
}

const blocked = ({ adoptions, ...one }: NameAdoption): NameAdoption => ({
  ...one,
  going: [],
  adoptions: adoptions.map(({ set, name, from, fate }) => ({
    set,
    name,
    from,
    fate: fate === 'kept' ? fate : 'blocked',
  })),
});

function changesOf(one: NameAdoption, facts: AdoptionFacts): readonly Change[] {
  const created = one.routing === 'simple' ? [joined(one, facts)] : identified(one, facts);
  return exchange(
    one.going,
    created.filter(({ values }) => values.length > 0),
  );
}

/** One simple set: what others have in it goes along word for word, and then it keeps its time to live. */
function joined({ name, adoptions, going }: NameAdoption, { recordTtl }: AdoptionFacts): RecordSet {
  // What is taken may stand there already, as ours, in whatever spelling; that of others goes word for word.
  const taken = new Map(adoptions.flatMap(({ to }) => (to ? [[normalSrv(to), to] as const] : [])));
  const values = adoptions.flatMap(({ fate, from, to }): readonly Value[] => {
    if (fate !== 'kept') return to ? [to] : [];
    return [taken.get(normalValue(from)) ?? from];
  });
  const shared = adoptions.some(({ fate }) => fate === 'kept');
  const ttl = shared ? (going[0]?.ttl ?? recordTtl) : recordTtl;
  return { ownerName: name, type: 'SRV', ttl, values: eachText(values), policy: 'simple' };
}

/** A set for each endpoint, beside those that stay: with their TTL, which weighted sets of a name share (R53-MODEL). */
function identified(
  { name, adoptions, staying, routing }: NameAdoption,
  { naming, recordTtl }: AdoptionFacts,
): readonly RecordSet[] {
  const ours = eachText(adoptions.flatMap(({ to }) => to ?? [])).map((value) => ({ key: endpointKey(value), value }));
  const standing = new Set(staying.map(({ setIdentifier }) => setIdentifier));
  return setsOf(name, ours, { routing, naming, ttl: staying[0]?.ttl ?? recordTtl }).filter(
    ({ setIdentifier }) => !standing.has(setIdentifier),
  );
}

const targetsOf = (adoptions: readonly Adoption[]): readonly string[] => [
  ...new Set(adoptions.flatMap(({ to }) => to?.target ?? [])),
];

/** Each once, in the order in which they come first. */
const eachText = <V extends Value>(values: readonly V[]): readonly V[] => {
  const first = new Map<string, V>();
  for (const value of values) if (!first.has(valueText(value))) first.set(valueText(value), value);
  return [...first.values()];
};
