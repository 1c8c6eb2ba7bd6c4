import { trigger } from '../functions/contracts/states.ts';
import { isPassing } from '../functions/domain/words/passing.ts';
import type { Context } from './context.ts';
import { type ExecutionView, executionArnOf, type ListedExecution } from './state-machine.ts';

/** Milliseconds between two looks at the executions. */
const PAUSE = 5_000;
/** Executions of one look: many times what begins between two of them. */
const LOOKED_AT = 100;
/** Executions that are asked for what has started them, to find the last one of the schedule. */
const DESCRIBED = 10;

/** How a wait for a full run has ended. `running`: one that began in time and has not ended. */
export type Waited =
  | { readonly ended: 'in-sync' | 'failed'; readonly view: ExecutionView }
  | { readonly ended: 'timeout'; readonly running?: ListedExecution };

/**
 * Waits until a full run that begins from now on has ended: of every cluster, and no dry run. One that an update has
 * overtaken has not done what it was for: the next one counts. Throttles and failures that pass are waited out.
 *
 * @param until milliseconds since the epoch
 * @param onLook hears what is waited for, at each look
 */
export async function waitForFullRun(
  context: Context,
  until: number,
  onLook: (running: ListedExecution | undefined, overtaken: readonly string[]) => void,
): Promise<Waited> {
  const { io } = context;
  const began = io.now();
  const inputs = inputsOf(context);
  const overtaken: string[] = [];
  // Clocks differ: what is there already has begun before, whatever it says.
  const before = new Set((await listed(context)).map(({ name }) => name));
  const isNew = ({ name, startedAt }: ListedExecution) =>
    startedAt >= began && !before.has(name) && !overtaken.includes(name);
  for (;;) {
    const first = await patient(context, async () => {
      const oldestFirst = (await listed(context)).filter(isNew).toReversed();
      return firstOf(oldestFirst, async ({ name }) => isFull(await inputs(name)));
    });
    if (first && first.status !== 'RUNNING') {
      const end = await patient(context, () => endOf(context, first));
      if (end && end !== 'overtaken') return end;
      if (end) {
        overtaken.push(first.name);
        onLook(undefined, overtaken);
        continue;
      }
    }
    if (io.now() >= until) return { ended: 'timeout', ...(first && { running: first }) };
    onLook(first, overtaken);
    await io.pause(Math.min(PAUSE, until - io.now()));
  }
}

/** When the schedule has started a run last, in milliseconds since the epoch; undefined where none of late is known. */
export async function lastScheduled(context: Context): Promise<number | undefined> {
  const inputs = inputsOf(context);
  const candidates = (await listed(context)).filter(isNoEventRun).slice(0, DESCRIBED);
  const last = await firstOf(candidates, async ({ name }) => read(await inputs(name))?.trigger === 'schedule');
  return last?.startedAt;
}

const listed = ({ machines, deployment }: Context) => machines.executions(deployment.stateMachine, LOOKED_AT);

/** Their names say so, so that none of them need be asked for its input. */
const isNoEventRun = ({ name }: Pick<ListedExecution, 'name'>) => !name.startsWith('events-');

/** JSON text of what each execution was given, asked for once. */
function inputsOf({ machines, deployment }: Context) {
  const known = new Map<string, string>();
  return async (name: string): Promise<string> => {
    const input =
      known.get(name) ??
      (isNoEventRun({ name })
        ? (await machines.execution(executionArnOf(deployment.stateMachine, name))).input
        : '{"window":""}');
    known.set(name, input);
    return input;
  };
}

function isFull(input: string): boolean {
  const asked = read(input);
  return asked !== undefined && !asked.window && !asked.clusters && asked.dryRun !== true;
}

/** Undefined for an input that no run understands. */
function read(input: string) {
  try {
    return trigger.safeParse(JSON.parse(input)).data;
  } catch {
    return undefined;
  }
}

async function endOf({ machines, deployment }: Context, { name }: ListedExecution): Promise<Waited | 'overtaken'> {
  const arn = executionArnOf(deployment.stateMachine, name);
  const view = await machines.execution(arn);
  if (view.status !== 'SUCCEEDED') return { ended: 'failed', view };
  // For Step Functions both are a success.
  return (await machines.lastState(arn)) === 'Superseded' ? 'overtaken' : { ended: 'in-sync', view };
}

/** A quarter of an hour has its faults: what passes is no reason to end. Undefined: ask again. */
async function patient<T>({ io }: Pick<Context, 'io'>, ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (fault) {
    if (!isPassing(fault)) throw fault;
    io.progress('AWS does not answer at the moment: asking again …');
    return undefined;
  }
}

/** Faults one after the other that a wait without a limit of its own bears; each has the retries of the SDK behind it. */
const MOST_FAULTS = 20;

/** The same for a wait without a limit of its own: what does not pass after all is thrown. */
export function patience(context: Pick<Context, 'io'>) {
  let faults = 0;
  return async <T>(ask: () => Promise<T>): Promise<T | undefined> => {
    const answer = await (faults < MOST_FAULTS ? patient(context, ask) : ask());
    faults = answer === undefined ? faults + 1 : 0;
    return answer;
  };
}

async function firstOf<T>(all: readonly T[], is: (one: T) => Promise<boolean>): Promise<T | undefined> {
  for (const one of all) if (await is(one)) return one;
  return undefined;
}
