import type { KeptOutcome } from '../../functions/contracts/outcome.ts';
import type { Disposition } from '../../functions/domain/words/reason.ts';
import type { Pause } from '../../functions/domain/zone/pause.ts';
import type { ListedExecution } from '../state-machine.ts';
import type { MarkerState } from '../view/status-report.ts';

/** Something that could not be asked, and why: nothing is concluded from it. */
export interface NotKnown {
  readonly what: string;
  readonly why: string;
}

/** What stands in the zone. */
export interface Standing {
  readonly marker: MarkerState;
  /** Names with values of ours, and how many these are. */
  readonly names: number;
  readonly instances: number;
  /** Names at which sets of the predecessor's agents stand. */
  readonly predecessors: ReadonlySet<string>;
}

/** What the last runs have kept: dry runs are left out. */
export interface Told {
  /** The newest first, back to the last full run that could read. */
  readonly outcomes: readonly KeptOutcome[];
  /** That full run. */
  readonly full?: KeptOutcome;
  /** What these say together of every value and every declared port. */
  readonly dispositions: readonly Disposition[];
  /** Executions of which there is an outcome, dry runs too. */
  readonly executions: ReadonlySet<string>;
  /** How many days were looked through. */
  readonly days: number;
  /** When each of what is held was held first, by name and value; empty where nobody has kept it. */
  readonly heldSince: readonly { readonly name: string; readonly value: string; readonly since: number }[];
}

/** All that a verdict is made of. Times in milliseconds since the epoch; what could not be asked is absent. */
export interface Facts {
  readonly now: number;
  readonly owner: string;
  /** Milliseconds that two full runs of the schedule are apart at most; absent where the deployment does not say. */
  readonly apart?: number;
  readonly standing?: Standing;
  readonly told?: Told;
  /** The newest first. */
  readonly runs?: readonly ListedExecution[];
  /** By order of a person every run only plans and reports. */
  readonly paused?: Pause;
  readonly notKnown: readonly NotKnown[];
}

/** The run that has said last how things are: of the newest, one that could read. */
export const lastWord = ({ outcomes }: Told): KeptOutcome | undefined =>
  outcomes.find(({ state }) => state !== 'failed');

/** Whether a run looks at everything. A run that failed at its very beginning does not say what it was. */
export const isWhole = ({ trigger }: Pick<KeptOutcome, 'trigger'>): boolean => trigger !== 'events';

/**
 * Until when a full run is not late. Runs take their time, so the next one may end a whole pause later; a long pause does
 * not excuse more than an hour.
 *
 * @param apart milliseconds that two full runs are apart at most
 */
export const lateAfter = (apart: number): number => apart + Math.min(Math.max(2 * apart, 10 * MINUTE), HOUR);

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
