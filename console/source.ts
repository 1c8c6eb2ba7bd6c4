import type { KeptOutcome } from '../functions/contracts/outcome.ts';
import type { Naming } from '../functions/domain/dns/ownership.ts';
import type { RecordSet } from '../functions/domain/dns/record-set.ts';
import type { HeldRemoval } from '../functions/domain/reading/held.ts';
import type { Reading } from '../functions/domain/reading/reading.ts';
import type { Disposition } from '../functions/domain/words/reason.ts';
import type { Pause } from '../functions/domain/zone/pause.ts';
import type { HistoryEvent } from './model/history.ts';
import type { NotKnown, Said } from './views.ts';

/** What the deployment itself says of it. */
export interface Deployed {
  /** `<account>/<region>/<deployment id>` */
  readonly id: string;
  readonly naming: Naming;
  readonly zoneId: string;
  /** JSON text of its state machine. */
  readonly definition: string;
  /** Who answers for the zone where it is not whoever the system asks: `host` or `host:port`. */
  readonly dnsServer?: string;
}

/** One look at zone and kept runs; what could not be asked is absent, and `notKnown` says why. Times in milliseconds. */
export interface Looked {
  readonly at: number;
  /** The worst first, word for word as `ecssd status` says them; never empty. */
  readonly verdicts: readonly Said[];
  readonly apart?: number;
  readonly paused?: Pause;
  readonly recordSets?: readonly RecordSet[];
  /** What the last runs say together of every value and every declared port. */
  readonly dispositions?: readonly Disposition[];
  /** The last full run that came to a plan. */
  readonly full?: KeptOutcome;
  readonly heldSince?: readonly HeldRemoval[];
  readonly notKnown: readonly NotKnown[];
}

/** An execution as Step Functions lists it. */
export interface ListedRun {
  readonly name: string;
  readonly status: string;
  readonly startedAt: number;
  readonly endedAt?: number;
}

export interface DescribedRun extends ListedRun {
  /** JSON text. */
  readonly input: string;
  readonly error: string;
  readonly cause: string;
}

/** What a run was asked to be. */
export interface Order {
  readonly dryRun?: true;
  /** Hash of held removals. */
  readonly approve?: string;
  readonly clusters?: readonly string[];
}

/** What was done, in a sentence; the execution that it has started. */
export interface Done {
  readonly says: string;
  readonly execution?: string;
}

/** What the server asks of a deployment and may order there. Each may reject with whatever fault there was. */
export interface Source {
  readonly deployed: Deployed;
  now(): number;
  look(): Promise<Looked>;
  /** The newest first, at most so many. */
  runs(most: number): Promise<readonly ListedRun[]>;
  /** Outcomes of the last day that are not known yet, the newest first, with what of them could not be read. */
  outcomes(
    known: ReadonlySet<string>,
    most: number,
  ): Promise<{ readonly outcomes: readonly KeptOutcome[]; readonly skipped: readonly string[] }>;
  /** Kept outcomes that have changed something at a name, as far back as they are kept, the newest first, at most so many. */
  past(name: string, most: number): Promise<readonly KeptOutcome[]>;
  /** What a run has read of ECS last; undefined where it is not kept any more. */
  reading(execution: string): Promise<Reading | undefined>;
  /** Undefined where there is no such execution. */
  run(execution: string): Promise<DescribedRun | undefined>;
  /** Undefined where it has kept none; rejects where what it has kept cannot be read. */
  outcome(run: ListedRun): Promise<KeptOutcome | undefined>;
  /** @param data with what went into and out of each state */
  history(execution: string, data: boolean): Promise<readonly HistoryEvent[]>;
  start(order: Order): Promise<Done>;
  pause(reason: string | undefined): Promise<Done>;
  resume(): Promise<Done>;
  /** What a fault means and what to do, in a sentence or two. */
  says(fault: unknown): string;
}
