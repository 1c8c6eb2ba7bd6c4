import type { HistoryEvent } from '../state-machine.ts';
import type { Paint } from './style.ts';

/** A state of the machine's own level that was left, with what happened inside of it. */
export interface StateLine {
  readonly name: string;
  readonly milliseconds: number;
  /** States of Map iterations, by name, as often as they were entered. */
  readonly inner: Readonly<Record<string, number>>;
  /** Attempts that failed and were retried or caught. */
  readonly faults: readonly string[];
}

interface Machine {
  readonly States: Readonly<Record<string, { readonly ItemProcessor?: Machine }>>;
}

/** Names of the states that stand inside of a Map; names are unique in a state machine. */
export function innerStates(definition: string): ReadonlySet<string> {
  const below = ({ States }: Machine): readonly string[] =>
    Object.values(States).flatMap(({ ItemProcessor }) =>
      ItemProcessor ? [...Object.keys(ItemProcessor.States), ...below(ItemProcessor)] : [],
    );
  return new Set(below(JSON.parse(definition) as Machine));
}

/** Folds a history, piece by piece, into one line for each state of the machine's own level. */
export function foldRun(inner: ReadonlySet<string>) {
  let entered: { readonly name: string; readonly at: number } | undefined;
  let counts: Record<string, number> = {};
  let faults: string[] = [];
  const take = (event: HistoryEvent): readonly StateLine[] => {
    const at = event.timestamp?.getTime() ?? 0;
    const opened = event.stateEnteredEventDetails?.name;
    if (opened !== undefined && inner.has(opened)) counts[opened] = (counts[opened] ?? 0) + 1;
    else if (opened !== undefined) {
      entered = { name: opened, at };
      counts = {};
      faults = [];
    }
    const failed =
      event.taskFailedEventDetails ?? event.lambdaFunctionFailedEventDetails ?? event.taskTimedOutEventDetails;
    if (failed) faults.push(failed.error ?? 'States.TaskFailed');
    const left = event.stateExitedEventDetails?.name;
    if (left === undefined || left !== entered?.name) return [];
    return [{ name: left, milliseconds: at - entered.at, inner: counts, faults }];
  };
  return {
    /** Lines of the states that were left with these events. */
    add: (events: readonly HistoryEvent[]) => events.flatMap(take),
    /** Where the run is now, for the line that is overwritten. */
    get current() {
      return entered ? [entered.name, ...timesEach(counts)].join('  ') : '';
    },
  };
}

export function stateText({ name, milliseconds, inner, faults }: StateLine, paint: Paint): string {
  const failed = Object.fromEntries(
    [...Map.groupBy(faults, (fault) => fault)].map(([fault, { length }]) => [fault, length]),
  );
  const seconds = `${(milliseconds / 1_000).toFixed(1)} s`;
  return [
    faults.length > 0 ? paint('yellow', '!') : paint('green', '✓'),
    name.padEnd(18),
    paint('dim', seconds.padStart(7)),
    paint('dim', timesEach(inner).join(', ')),
    paint('yellow', timesEach(failed).join(', ')),
  ]
    .join(' ')
    .trimEnd();
}

const timesEach = (counts: Readonly<Record<string, number>>) =>
  Object.entries(counts).map(([name, count]) => `${name} ×${count}`);
