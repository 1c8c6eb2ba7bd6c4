/** An event of an execution's history, as far as it is read here (Step Functions API, HistoryEvent). */
export interface HistoryEvent {
  readonly id?: number | undefined;
  readonly previousEventId?: number | undefined;
  readonly timestamp?: Date | undefined;
  readonly type?: string | undefined;
  readonly stateEnteredEventDetails?:
    | { readonly name?: string | undefined; readonly input?: string | undefined }
    | undefined;
  readonly stateExitedEventDetails?:
    | { readonly name?: string | undefined; readonly output?: string | undefined }
    | undefined;
}

/** One fault of an attempt, or of an iteration. */
export interface Fault {
  readonly at: number;
  readonly error: string;
  readonly cause: string;
}

/** One entry of a state, as events tell it. Times in milliseconds since the epoch. */
export interface Entry {
  readonly state: string;
  /** `Task`, `Map`, … */
  readonly kind: string;
  /** The state behind which it was entered, on the same level. */
  readonly from?: string;
  readonly enteredAt: number;
  endedAt?: number;
  readonly input?: string;
  output?: string;
  attempts: number;
  /** The last one of what was entered and left again was caught. */
  readonly faults: Fault[];
  iterations: number;
  failedIterations: number;
  /** Whether the last thing that happened in it was a fault. */
  failing: boolean;
  /** The entry of the Map inside of which it is. */
  readonly parent?: Entry;
}

const ATTEMPT = /^(?:(?:Task|LambdaFunction|Activity)Scheduled|(?:Map|Parallel)StateStarted)$/;
const FAULT = /^(?:Task|LambdaFunction|Activity|MapState|MapIteration|ParallelState)\w*(?:Failed|TimedOut)$/;
const FAN_OUT = /^(?:Map|Parallel)/;

/** Every entry of every state, in the order in which they were entered; iterations of a Map may be interleaved. */
export function entriesOf(events: readonly HistoryEvent[]): readonly Entry[] {
  const entries: Entry[] = [];
  /** In which entry an event happened, by its id. */
  const owners = new Map<number, Entry>();
  const leaving = new Map<number, string>();
  for (const event of events) {
    const before = owners.get(event.previousEventId ?? 0);
    const owner = take(event, { entries, before, from: leaving.get(event.previousEventId ?? 0) });
    if (owner && event.id !== undefined) owners.set(event.id, owner);
    const left = event.stateExitedEventDetails?.name;
    if (left !== undefined && event.id !== undefined) leaving.set(event.id, left);
  }
  return entries;
}

interface Place {
  readonly entries: Entry[];
  readonly before: Entry | undefined;
  readonly from: string | undefined;
}

/** @returns the entry in which the event happened; that of the Map around it where it has left one */
function take(event: HistoryEvent, { entries, before, from }: Place): Entry | undefined {
  const at = event.timestamp?.getTime() ?? 0;
  const type = event.type ?? '';
  const entered = event.stateEnteredEventDetails;
  if (entered?.name !== undefined) {
    const entry: Entry = {
      state: entered.name,
      kind: type.replace(/StateEntered$/, ''),
      enteredAt: at,
      attempts: 0,
      faults: [],
      iterations: 0,
      failedIterations: 0,
      failing: false,
      ...(entered.input !== undefined && { input: entered.input }),
      ...(from !== undefined && { from }),
      ...(before && { parent: before }),
    };
    entries.push(entry);
    return entry;
  }
  const exited = event.stateExitedEventDetails;
  if (exited?.name !== undefined) return leave({ name: exited.name, output: exited.output, at }, { entries, before });
  const around = FAN_OUT.test(type) ? fanOutOf(event, before) : before;
  if (!around) return undefined;
  if (ATTEMPT.test(type)) around.attempts += 1;
  if (type.endsWith('IterationStarted')) around.iterations += 1;
  if (type === 'MapIterationFailed') around.failedIterations += 1;
  else if (FAULT.test(type)) around.faults.push({ at, ...faultIn(event) });
  if (FAULT.test(type)) around.failing = true;
  else if (ATTEMPT.test(type) || /^(?:Task|LambdaFunction|Activity)Succeeded$/.test(type)) around.failing = false;
  return around;
}

/** The entry is left; what follows happens in what is around it. */
function leave(
  { name, output, at }: { readonly name: string; readonly output: string | undefined; readonly at: number },
  { entries, before }: Pick<Place, 'entries' | 'before'>,
): Entry | undefined {
  let entry = before;
  while (entry && entry.state !== name) entry = entry.parent;
  entry ??= entries.findLast((one) => one.state === name && one.endedAt === undefined);
  if (!entry) return before;
  entry.endedAt = at;
  if (output !== undefined) entry.output = output;
  return entry.parent;
}

/** The Map or Parallel state that an event of it belongs to, which may follow an event of one of its iterations. */
function fanOutOf(event: HistoryEvent, before: Entry | undefined): Entry | undefined {
  const { name } = detailsOf(event);
  let entry = before;
  while (entry && !(typeof name === 'string' ? entry.state === name : FAN_OUT.test(entry.kind))) entry = entry.parent;
  return entry ?? before;
}

const detailsOf = (event: HistoryEvent): Readonly<Record<string, unknown>> => {
  const found = Object.entries(event).find(([key, value]) => key.endsWith('EventDetails') && value !== undefined);
  return Object(found?.[1]) as Readonly<Record<string, unknown>>;
};

function faultIn(event: HistoryEvent): Omit<Fault, 'at'> {
  const { error, cause } = detailsOf(event);
  return {
    error: typeof error === 'string' ? error : (event.type ?? ''),
    cause: typeof cause === 'string' ? cause : '',
  };
}
