/** What a run, or a part of it, has spent so far. */
export interface Spent {
  /** Requests to AWS that the functions made, each attempt of a call counted. */
  readonly calls: number;
  /** State transitions, as Step Functions bills them: each state that was entered, each retry, and the start. */
  readonly transitions: number;
  /** Attempts that failed: nobody has told what they called. Absent where none did. */
  readonly failed?: number;
}

export const NOTHING_SPENT: Spent = { calls: 0, transitions: 0 };

/** The start of an execution, which is billed, and `StartedByEvents?`. */
const BEGINNING = 2;

/**
 * States between the function before and this one, besides iterations. Those of a Map begin from nothing: what they have spent
 * is added where their results meet. `test/statemachines/spent.test.ts` compares all of it with histories.
 */
const PASSED = {
  ReadTrigger: BEGINNING,
  SnapshotZone: 0,
  /** `AnythingNew?` */
  ListClusters: 1,
  CollectTasks: 0,
  LoadBatch: 0,
  CheckHealth: 0,
  SaveVerdicts: 0,
  /** `ObserveClusters` */
  CompleteReading: 1,
  PlanChanges: 0,
  ApplyBatch: 0,
  /** `AnythingToDo?`, `ApplyBatches` */
  VerifyChanges: 2,
} as const;
export type CountedStep = keyof typeof PASSED;

export const isCounted = (step: string): step is CountedStep => Object.hasOwn(PASSED, step);

/** What an iteration of a Map has left behind, as far as it says what it has spent. */
export interface Iteration {
  readonly spent?: Spent | undefined;
  /** Of iterations of its own. */
  readonly verdicts?: readonly Iteration[] | undefined;
}

export interface StepSpending {
  readonly before?: Spent | undefined;
  /** Attempts of this step that failed. */
  readonly retries: number;
  readonly iterations?: readonly Iteration[];
  /** Whether the run has waited for the window of its events. */
  readonly waited?: boolean;
  /** Of the attempt that went through. */
  readonly calls: number;
}

/** What a run has spent up to the end of a step, or an iteration up to there. */
export function spentAfter(step: CountedStep, spending: StepSpending): Spent {
  const { before = NOTHING_SPENT, retries, iterations = [], waited = false, calls } = spending;
  return joinSpent([
    before,
    ...iterations.map(spentIn),
    entered(PASSED[step] + (waited ? 1 : 0)),
    tries(retries, calls),
  ]);
}

/** States until the next pass begins: `InSync?` or `AnythingToDo?`, the wait where there is one, and what sets `$.run`. */
export const statesToNextPass = (next: string): number => (next === 'again' || next === 'look' ? 3 : 2);

/** A state of its own stands for an iteration that came to nothing: at least one attempt before it failed. */
const CAME_TO_NOTHING: Spent = { calls: 0, transitions: 2, failed: 1 };
const FAILED: Spent = { calls: 0, transitions: 1, failed: 1 };

const entered = (transitions: number): Spent => ({ calls: 0, transitions });
const tries = (retries: number, calls: number): Spent => ({
  calls,
  transitions: 1 + retries,
  ...(retries > 0 && { failed: retries }),
});

function spentIn({ spent, verdicts }: Iteration): Spent {
  if (!spent) return CAME_TO_NOTHING;
  // `CheckEndpoints` itself.
  return verdicts ? joinSpent([spent, entered(1), ...verdicts.map(spentIn)]) : spent;
}

export function joinSpent(parts: readonly Spent[]): Spent {
  const sum = (what: keyof Spent) => parts.reduce((all, one) => all + (one[what] ?? 0), 0);
  const failed = sum('failed');
  return { calls: sum('calls'), transitions: sum('transitions'), ...(failed > 0 && { failed }) };
}

/** What the state of an execution says, each part up to the end of the step that has left it: some of an earlier pass. */
export interface SpentState {
  readonly upTo: Readonly<Partial<Record<'run' | 'zone' | 'listed' | 'read' | 'plan' | 'verified', Spent | undefined>>>;
  /** What `ObserveClusters` has left; absent while it has not. */
  readonly observed?: readonly Iteration[] | undefined;
  /** What `ApplyBatches` has left of the latest plan; absent where nothing says so. */
  readonly applied?: readonly Iteration[] | undefined;
  /** Whether a step failed, which then is the one after the latest part. */
  readonly error: boolean;
}

/**
 * What a run has spent when it ends.
 *
 * After a fault it is the least: nobody has told how often the step that failed was tried, nor what a Map has done that did not
 * come to its end.
 *
 * @param own of the last step up to here: it counts itself, and the two states after it
 */
export function spentByRun(state: SpentState, own: { readonly retries: number; readonly calls: number }): Spent {
  const { retries, calls } = own;
  return joinSpent([...upToTheEnd(state), tries(retries, calls), entered(2)]);
}

function upToTheEnd({ upTo, observed, applied, error }: SpentState): readonly Spent[] {
  // It only grows, so the most is the latest, whatever earlier passes have left in the state.
  const parts = Object.entries(upTo).flatMap(([part, spent]) => (spent ? [{ part, spent }] : []));
  const [latest] = parts.toSorted((one, other) => other.spent.transitions - one.spent.transitions);
  if (!latest) return [entered(BEGINNING), FAILED];
  const { part, spent } = latest;
  // `AnythingNew?`, `AnythingToDo?` or `InSync?`.
  if (!error) return [spent, entered(1)];
  if (part === 'zone') return [spent, entered(PASSED.ListClusters), FAILED];
  if (part === 'listed') return [spent, ...mapped(observed, PASSED.CompleteReading)];
  if (part === 'plan') return [spent, ...mapped(applied, PASSED.VerifyChanges)];
  return [spent, FAILED];
}

/** A Map, and the step after it, which failed where the Map has left something: else the Map itself did. */
const mapped = (iterations: readonly Iteration[] | undefined, passed: number): readonly Spent[] =>
  iterations ? [entered(passed), ...iterations.map(spentIn), FAILED] : [entered(passed - 1), FAILED];
