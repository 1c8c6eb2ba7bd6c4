import type { AddressFamily } from '../../functions/domain/dns/address-family.ts';
import type { AddressType } from '../../functions/domain/dns/address-name.ts';

/** What a history is like, besides the order in which things happen. */
export interface Traits {
  readonly kind: Kind;
  /** ECS answers with an older view now and then. */
  readonly stale: boolean;
  /** Steps are killed now and then. */
  readonly faulty: boolean;
  /** Events are lost now and then. */
  readonly lossy: boolean;
  /** Nothing happens that only a full run repairs: here the events alone must bring the zone into sync. */
  readonly eventful: boolean;
  /** Executions run through the deployed file. */
  readonly throughFile: boolean;
  /** Another deployment publishes at the same names. */
  readonly shared: boolean;
  /** A last run has to find nothing to do. */
  readonly again: boolean;
  /** How many of the tasks have an interface of their own. */
  readonly awsvpcShare: number;
  /** Full runs that may begin while things happen. */
  readonly fulls: number;
  /** Somebody pauses and resumes the deployment. */
  readonly pausing?: true;
  /** Ports have several names, and what else a deployment may publish. */
  readonly named?: Named;
  /** A service is deployed blue/green, and the zone shifts. */
  readonly shifting?: Shifting;
}

/** What histories of a service have that is deployed blue/green. */
export interface Shifting {
  /** Tasks that ECS is to run of each revision. */
  readonly count: number;
  /** Whether its revisions are tested under a name of their own. */
  readonly testName: boolean;
  /** Seconds that its revisions in turn declare as their TTL. */
  readonly ttls: readonly number[];
  /** Milliseconds until Route 53 answers with a change everywhere. */
  readonly propagationMs: number;
  /** Whether nothing has run before its first deployment by the hook. */
  readonly fromScratch: boolean;
  /** Whether what the hook wakes is lost, so that full runs alone shift. */
  readonly unwoken: boolean;
}

/** What histories of a declaration with several names have besides. */
export interface Named {
  /** Not given: IPv4, as in all other histories. */
  readonly family?: AddressFamily;
  /** How the address name beside the SRV names is reached; not given: none is declared, and ports are dynamic. */
  readonly alias?: 'simple' | 'weighted';
  /** Of which types the neighbour has an alias, and takes ours away; not given: of A. */
  readonly contested?: readonly AddressType[];
  /** Hosts drain and come back under `onDraining: 'deregister'`. */
  readonly draining: boolean;
}

/**
 * Where rare interleavings are sought on purpose.
 *
 * | kind       | what happens often                                                                                |
 * | ---------- | ------------------------------------------------------------------------------------------------- |
 * | `mixed`    | anything                                                                                          |
 * | `reusing`  | the next task gets an awsvpc address while the value of the last one is being removed             |
 * | `retiring` | the next task gets an address that nothing has needed for an hour, while it is being retired      |
 * | `stopping` | tasks fail their checks under `onUnhealthy: 'deregister-and-stop'`, and planned changes are lost  |
 * | `shifting` | a service is deployed blue/green and rolled back, while ECS tells of deployments or does not     |
 */
export type Kind = 'mixed' | 'reusing' | 'retiring' | 'stopping' | 'shifting';

/** Histories up to this one were there before anybody paused a deployment, and stay what they are. */
export const BEFORE_PAUSES = 20_000;

/** The type of the record sets that make a target. */
export const targetTypeOf = (named?: Named): 'A' | 'AAAA' => (named?.family === 'ipv6' ? 'AAAA' : 'A');

/** The types of the sets that a deployment has at its address name. */
export const addressTypesOf = ({ family = 'ipv4' }: Pick<Named, 'family'>): readonly AddressType[] => {
  if (family === 'dualstack') return ['A', 'AAAA'];
  return family === 'ipv6' ? ['AAAA'] : ['A'];
};

/** What a deployment is given besides, so that it publishes such names. */
export const settingsOf = ({ family, alias, draining = false }: Partial<Named> = {}) => ({
  ...(family && { ADDRESS_FAMILY: family }),
  ...(alias === 'weighted' && { ROUTING: 'weighted' }),
  ...(draining && { ON_DRAINING: 'deregister' }),
});

/** Histories up to this one declare one name for each port, over IPv4, on hosts that never drain. */
export const BEFORE_NAMES = 22_000;

/** A mixed history in which a port has two names, most of the time with more that is optional. */
export function namedTraits(random: () => number): Traits {
  const chance = (share: number) => random() < share;
  const pick = <T, U>(one: T, other: U) => (chance(0.5) ? one : other);
  const mixed = mixedTraits(chance);
  const family = chance(0.6) ? pick('dualstack', 'ipv6') : undefined;
  // Address names of IPv6 alone came later, with histories of their own.
  const alias = family !== 'ipv6' && chance(0.7) ? pick('weighted', 'simple') : undefined;
  const draining = chance(0.5);
  const named: Named = { ...(family && { family }), ...(alias && { alias }), draining };
  // A host that takes tasks again, and a name that others leave, are news for a full run alone.
  const eventful = mixed.eventful && !draining && alias === undefined;
  const awsvpcShare = mixed.eventful && !eventful ? 0.3 : mixed.awsvpcShare;
  return { ...mixed, eventful, awsvpcShare, named };
}

/** Histories up to this one have no address name of IPv6 alone, and nobody else's alias of type AAAA. */
export const BEFORE_AAAA = 23_000;

/** A history with an address name that has AAAA sets, alone or beside A sets; others have aliases of the same types. */
export function addressTraits(random: () => number): Traits {
  const traits = namedTraits(random);
  const family = random() < 0.5 ? 'dualstack' : 'ipv6';
  const alias = random() < 0.5 ? 'weighted' : 'simple';
  const draining = traits.named?.draining ?? false;
  const named: Named = { family, alias, draining, contested: addressTypesOf({ family }) };
  // A name that others leave is news for a full run alone.
  return { ...traits, eventful: false, awsvpcShare: traits.eventful ? 0.3 : traits.awsvpcShare, named };
}

/** Histories up to this one have no service that asks to be shifted. */
export const BEFORE_SHIFTS = 23_500;

/** A history of a service that is deployed blue/green. */
export function shiftingTraits(random: () => number): Traits {
  const chance = (share: number) => random() < share;
  const pick = <T>(...items: readonly T[]) => items[Math.floor(random() * items.length)] as T;
  return {
    kind: 'shifting',
    stale: chance(0.25),
    faulty: chance(0.3),
    lossy: chance(0.4),
    eventful: false,
    throughFile: chance(0.03),
    shared: false,
    again: chance(0.25),
    awsvpcShare: 0,
    fulls: 6,
    shifting: {
      count: pick(1, 2, 2, 3),
      testName: chance(0.4),
      ttls: [pick(5, 20), pick(5, 20)],
      propagationMs: pick(0, 5_000, 30_000),
      fromScratch: chance(0.2),
      unwoken: chance(0.2),
    },
  };
}

/** A mixed history in which the deployment is paused: no event brings the zone into sync then. */
export const pausingTraits = (random: () => number): Traits => ({
  ...mixedTraits((share) => random() < share),
  eventful: false,
  pausing: true,
});

/** @param apart draws the kind, so that the mixed histories of known seeds stay what they are */
export function traitsOf(random: () => number, apart: () => number): Traits {
  const mixed = mixedTraits((share) => random() < share);
  const dice = apart();
  const quiet = { ...mixed, stale: false, faulty: false, lossy: false, shared: apart() < 0.1, fulls: 4 };
  // Each further full run hides what the ones before it have left.
  if (dice < 0.08)
    return { ...quiet, kind: 'reusing', eventful: true, awsvpcShare: 0.9, fulls: 1 + Math.floor(apart() * 3) };
  if (dice < 0.13) return { ...quiet, kind: 'retiring', eventful: false, awsvpcShare: 0.9 };
  if (dice < 0.16) return { ...quiet, kind: 'stopping', eventful: false, awsvpcShare: 0.3, throughFile: false };
  return mixed;
}

function mixedTraits(chance: (share: number) => boolean): Traits {
  const stale = chance(0.25);
  const faulty = chance(0.3);
  const lossy = chance(0.4);
  const eventful = !stale && !lossy && chance(0.7);
  const throughFile = chance(0.03);
  const shared = chance(0.5);
  const again = chance(0.25);
  const awsvpcShare = eventful ? 0 : chance(0.4) ? 0.6 : 0.1;
  return { kind: 'mixed', stale, faulty, lossy, eventful, throughFile, shared, again, awsvpcShare, fulls: 2 };
}
