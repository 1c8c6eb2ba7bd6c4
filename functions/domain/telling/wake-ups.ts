import type { Ending } from './ending.ts';

/** How a run stands when it may settle its wake-ups: it goes on, has ended, or an update has overtaken it. */
export interface Standing {
  readonly state: 'again' | 'look' | 'slice' | 'superseded' | Ending['state'];
  readonly dryRun?: boolean | undefined;
  /** Whether a permission, or the zone itself, is missing: another run of events would fail as this one has. */
  readonly forbidden?: boolean;
  /**
   * Clusters that were not read, by any pass of a run that has ended, else by the latest: nobody has looked at what the
   * wake-ups of such a cluster are about, whatever kind of run has drained them. `closed`: nobody may read any of them.
   */
  readonly unread?: 'none' | 'some' | 'closed';
  /** Changes that there was neither time nor room for are left to the next full run. */
  readonly waiting?: boolean;
}

/**
 * What becomes of a run's wake-ups. `release`: they become visible again after a while, and a later window comes for them.
 * `hand-over`: they become visible at once, and no window comes, since it would do no better: the next full run drains them.
 *
 * | the run                            | its clusters                     | its wake-ups |
 * | ---------------------------------- | -------------------------------- | ------------ |
 * | is a dry one, and has drained none | any                              | leave        |
 * | found the deployment paused        | any: resuming looks at everything | delete      |
 * | begins another round, or a slice   | any                              | leave        |
 * | looks at starts once more          | all read: the rest is in sync    | delete       |
 * | looks at starts once more          | some unread                      | leave        |
 * | ended for a want that nobody mends | any                              | hand-over    |
 * | ended in sync, or with held values | all read                         | delete       |
 * | the same, and changes of it wait   | all read                         | release      |
 * | ended in any way                   | some unread, that nobody may read | hand-over   |
 * | ended in sync, or with held values | some unread                      | release      |
 * | contended, failed, or overtaken    | all read, or some unread         | release      |
 */
export function fateOfWakeUps({
  state,
  dryRun = false,
  forbidden = false,
  unread = 'none',
  waiting = false,
}: Standing): 'leave' | 'delete' | 'release' | 'hand-over' {
  if (dryRun || state === 'again' || state === 'slice') return 'leave';
  if (state === 'paused') return 'delete';
  if (state === 'look') return unread === 'none' ? 'delete' : 'leave';
  if (forbidden || unread === 'closed') return 'hand-over';
  return unread === 'none' && !waiting && (state === 'in-sync' || state === 'held') ? 'delete' : 'release';
}
