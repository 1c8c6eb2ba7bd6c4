import type { PlannedFrom } from '../functions/domain/telling/plan-record.ts';
import { type Difference, replay } from '../functions/domain/telling/replay.ts';
import { MAX_DECLARATION, printableTexts } from '../functions/domain/words/text.ts';
import type { Context } from './context.ts';
import { keptPlanning } from './kept-planning.ts';
import { executionArnOf, type ListedExecution } from './state-machine.ts';

/** Executions that are looked through for runs that can be replayed: one page of Step Functions, days of most deployments. */
const LOOKED_THROUGH = 1_000;
/** What a run has read is gone after so long, by a lifecycle rule of the run bucket, in milliseconds. */
const KEPT = 7 * 86_400_000;

/** One pass that this version has planned again. */
export interface ReplayedPass {
  readonly execution: string;
  readonly pass: number;
  /** Milliseconds since the epoch. */
  readonly plannedAt: number;
  readonly kind: 'full' | 'event';
  readonly trigger: PlannedFrom['run']['trigger'];
  readonly differences: readonly Difference[];
}

/** A run that says nothing, and why; `pass`: only that one of it. */
export interface Silent {
  readonly execution: string;
  readonly pass?: number;
  readonly why: string;
}

/**
 * Plans the passes of the last runs again, the newest run first, one pass in memory at a time.
 *
 * @param runs how many runs that can be replayed
 */
export async function* replayedRuns(context: Context, runs: number): AsyncGenerator<ReplayedPass | Silent> {
  const { machines, deployment, io } = context;
  let replayed = 0;
  for (const execution of await machines.executions(deployment.stateMachine, LOOKED_THROUGH)) {
    if (replayed === runs) return;
    let any = false;
    for await (const one of replayedPasses(context, execution)) {
      any ||= 'differences' in one;
      yield one;
    }
    if (any) replayed += 1;
    // All that follow are older.
    else if (io.now() - execution.startedAt > KEPT) return;
  }
}

async function* replayedPasses(context: Context, run: ListedExecution): AsyncGenerator<ReplayedPass | Silent> {
  const { machines, deployment, io } = context;
  const { name: execution } = run;
  if (run.status === 'RUNNING') return yield { execution, why: 'it is under way' };
  io.progress(`${execution} …`);
  const passes = await passesOf(context, execution);
  if (passes.length === 0) return yield { execution, why: whyNothing(run, io.now()) };
  const isDone = run.status === 'SUCCEEDED';
  if (isDone && (await machines.lastState(executionArnOf(deployment.stateMachine, execution))) === 'Superseded') {
    return yield { execution, why: 'an update or a rollback has overtaken it' };
  }
  for (const pass of passes) {
    io.progress(`${execution}, pass ${pass} …`);
    const kept = await keptPlanning(context, { execution, pass });
    if ('why' in kept) {
      yield { execution, ...(passes.length > 1 && { pass }), why: kept.why };
      continue;
    }
    const { planned } = kept.planning;
    // What was kept may say whatever it likes, at any length (L14).
    const differences = printableTexts(replay(kept.planning).differences, MAX_DECLARATION);
    const { plannedAt, kind, from } = planned;
    yield { execution, pass, plannedAt, kind, trigger: from.run.trigger, differences };
  }
}

/** Passes of which something is kept, 1 first. */
async function passesOf({ listing }: Context, execution: string): Promise<readonly number[]> {
  const prefix = `runs/${execution}/`;
  const numbers = (await listing.list(prefix)).flatMap(({ key }) => {
    const [, pass] = /^([1-9]\d*)\//.exec(key.slice(prefix.length)) ?? [];
    return pass === undefined ? [] : [Number(pass)];
  });
  return [...new Set(numbers)].sort((one, other) => one - other);
}

const whyNothing = ({ startedAt }: ListedExecution, now: number): string =>
  now - startedAt > KEPT
    ? 'what it has read was kept for 7 days, and is gone'
    : 'it has kept nothing: it ended before it had read anything';
