/** What a history is like, besides the order in which things happen. */
export interface Traits {
  /** Where rare interleavings are sought on purpose; `mixed`: anything may happen. */
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
}

/**
 * | kind       | looks for                                                                                       |
 * | ---------- | ----------------------------------------------------------------------------------------------- |
 * | `mixed`    | anything                                                                                        |
 * | `reusing`  | the next task at an awsvpc address while the value of the last one is being removed             |
 * | `retiring` | the next task at an address that nobody has needed for an hour, while it is being retired       |
 * | `stopping` | tasks that fail their checks, with `onUnhealthy: 'deregister-and-stop'`, and changes that are lost |
 */
export type Kind = 'mixed' | 'reusing' | 'retiring' | 'stopping';

export function traitsOf(random: () => number): Traits {
  const chance = (share: number) => random() < share;
  const dice = random();
  const mixed = mixedTraits(chance);
  const quiet = { ...mixed, stale: false, faulty: false, lossy: false, fulls: 4 };
  if (dice < 0.1) return { ...quiet, kind: 'reusing', eventful: true, awsvpcShare: 0.9, shared: chance(0.1) };
  if (dice < 0.17) return { ...quiet, kind: 'retiring', eventful: false, awsvpcShare: 0.8, shared: chance(0.1) };
  if (dice < 0.22) return { ...quiet, kind: 'stopping', eventful: false, shared: false, throughFile: false };
  return mixed;
}

function mixedTraits(chance: (share: number) => boolean): Traits {
  const stale = chance(0.25);
  const lossy = chance(0.4);
  const eventful = !stale && !lossy && chance(0.7);
  return {
    kind: 'mixed',
    stale,
    faulty: chance(0.3),
    lossy,
    eventful,
    throughFile: chance(0.03),
    shared: chance(0.5),
    again: chance(0.25),
    awsvpcShare: eventful ? 0 : chance(0.4) ? 0.6 : 0.1,
    fulls: 2,
  };
}
