import type { KeptOutcome } from '../../functions/contracts/outcome.ts';
import type { Facts } from './facts.ts';

/** When something began, in milliseconds since the epoch; `atLeast`: nobody has looked further back. */
export interface Since {
  readonly at: number;
  readonly atLeast?: true;
}

/** What is said of a case that holds. */
export interface Found {
  readonly says: string;
  /** Absent where nobody has kept it: then the first run in a row that shows it tells. */
  readonly since?: Since;
  /** Whether a full run shows it. */
  readonly row?: (outcome: KeptOutcome) => boolean;
  /** The command to type. */
  readonly next?: string;
}

/** One case of the table: `means` and `todo` are for the page, `alarms` those that go off with it. */
export interface Case {
  readonly id: string;
  readonly alarms: readonly string[];
  readonly means: string;
  readonly todo: string;
  readonly find: (facts: Facts) => Found | undefined;
}
