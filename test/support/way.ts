import type { runStateMachine } from '../stand-ins/step-functions/engine.ts';

type HistoryEvent = Awaited<ReturnType<typeof runStateMachine>>['history'][number];

/** States that a run passes when nothing is in its way, besides questions; the wait before `LookAgain` says why it looks. */
const STRAIGHT: ReadonlySet<string> = new Set([
  'WaitForWindow',
  'ReadTrigger',
  'SnapshotZone',
  'ListClusters',
  'ObserveClusters',
  'CollectTasks',
  'CheckEndpoints',
  'LoadBatch',
  'CheckHealth',
  'SaveVerdicts',
  'CompleteReading',
  'PlanChanges',
  'ApplyBatches',
  'ApplyBatch',
  'VerifyChanges',
  'LookAgain',
  'PublishOutcome',
  'ZoneInSync',
]);

/**
 * What an execution did besides the straight way, in its order: states that not every run enters, an end other than
 * `ZoneInSync`, and attempts of tasks that failed, as `ApplyBatch: ThrottledError`; `× 3` for three of the same in a row.
 */
export function wayOf(history: readonly HistoryEvent[]): readonly string[] {
  const events = new Map(history.map((event) => [event.id, event]));
  const stateOf = (event: HistoryEvent | undefined): string =>
    event === undefined ? '' : (event.stateEnteredEventDetails?.name ?? stateOf(events.get(event.previousEventId)));
  const detours = history.flatMap((event) => {
    const { lambdaFunctionFailedEventDetails: failed, lambdaFunctionTimedOutEventDetails: late } = event;
    const error = (failed ?? late)?.error;
    if (error !== undefined) return [`${stateOf(event)}: ${error}`];
    const state = event.stateEnteredEventDetails?.name;
    return state === undefined || state.endsWith('?') || STRAIGHT.has(state) ? [] : [state];
  });
  return counted(detours);
}

function counted(all: readonly string[]): readonly string[] {
  const runs: { readonly what: string; times: number }[] = [];
  for (const what of all) {
    const last = runs.at(-1);
    if (last?.what === what) last.times += 1;
    else runs.push({ what, times: 1 });
  }
  return runs.map(({ what, times }) => (times === 1 ? what : `${what} × ${times}`));
}

/** As much of an execution as its line says. */
interface Gone {
  readonly states: readonly string[];
  readonly way: readonly string[];
  readonly announced: readonly { readonly detailType: string }[];
  /** Operations with how often the services have seen them while it ran. */
  readonly calls: readonly (readonly [string, number])[];
}

/** Runs of the test that is under way, where somebody wants to know. */
let noted: Gone[] | undefined;

/** From now on runs are noted, until they are taken. */
export function noteWays(): void {
  noted = [];
}

export function noteWay(run: Gone): void {
  noted?.push(run);
}

/** A line for each run since the last time: `straight, 1 batch, +2 -0 | DescribeTasks 2, …`. */
export function takeWays(): readonly string[] {
  return (noted?.splice(0) ?? []).map(lineOf);
}

/**
 * Its way; the batches that it sent, where it came so far; how many instances it has announced to come and to go, and
 * whether it has announced a shift; what it has asked AWS for.
 */
function lineOf({ states, way, announced, calls }: Gone): string {
  const batches = states.filter((state) => state === 'ApplyBatch').length;
  const count = (type: string) => announced.filter(({ detailType }) => detailType === type).length;
  const [came, left, shifted] = [count('Instance Published'), count('Instance Removed'), count('Traffic Shifted')];
  const asked = calls.map(([operation, times]) => (times === 1 ? operation : `${operation} × ${times}`)).sort();
  const went = [
    ...(way.length === 0 ? ['straight'] : way),
    ...(states.includes('ApplyBatches') ? [batches === 1 ? '1 batch' : `${batches} batches`] : []),
    ...(came + left > 0 ? [`+${came} -${left}`] : []),
    ...(shifted > 0 ? ['shifted'] : []),
  ].join(', ');
  return asked.length === 0 ? went : `${went} | ${asked.join(', ')}`;
}
