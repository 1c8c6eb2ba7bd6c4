import { randomBytes } from 'node:crypto';
import type { KeptOutcome } from '../functions/contracts/outcome.ts';
import { objectAt } from '../functions/contracts/payloads.ts';
import type { TriggerInput } from '../functions/contracts/states.ts';
import { printableTexts } from '../functions/domain/words/text.ts';
import type { Context } from './context.ts';
import { readOutcome, skipLine } from './outcomes.ts';
import type { ExecutionView, HistoryEvent, HistoryPosition } from './state-machine.ts';
import { failureText } from './view/failure.ts';
import { patience } from './waiting.ts';

/** Milliseconds between two looks at an execution. */
const PAUSE = 700;
const DAY = 86_400_000;

/** A run by hand; its name says who started it and when, for those who look at the console. */
export async function startRun({ machines, deployment, io }: Context, input: TriggerInput): Promise<string> {
  const at = new Date(io.now()).toISOString().slice(0, 19).replaceAll(':', '-');
  return machines.start(deployment.stateMachine, `ecssd-${at}Z-${randomBytes(3).toString('hex')}`, input);
}

/**
 * Waits for the end of an execution; faults that pass are waited out, as it goes on whatever is heard of it.
 *
 * @param onEvents gets what its history says, as it comes
 */
export async function follow(
  { machines, io }: Context,
  executionArn: string,
  onEvents?: (events: readonly HistoryEvent[]) => void,
): Promise<ExecutionView> {
  let position: HistoryPosition | undefined;
  const patient = patience({ io });
  for (;;) {
    const seen = await patient(async () => ({
      // Asked first: what the history says after the end is all there is.
      view: await machines.execution(executionArn),
      page: onEvents && (await machines.history(executionArn, position)),
    }));
    if (seen?.page) position = seen.page.position;
    if (seen?.page && seen.page.events.length > 0) onEvents?.(seen.page.events);
    if (seen && seen.view.status !== 'RUNNING') return seen.view;
    await io.pause(PAUSE);
  }
}

/** What the first pass of a run would do now; no plan where it does not get so far. */
export async function dryRun(context: Context, input: TriggerInput = {}) {
  const view = await follow(context, await startRun(context, { dryRun: true, ...input }));
  const plan = await context.payloads.find(objectAt('plan', { execution: view.name, pass: 1 }));
  return { view, plan: printableTexts(plan) };
}

/** @throws Error where there is no plan */
export async function planNow(context: Context) {
  const { view, plan } = await dryRun(context);
  if (!plan) throw new Error(`${view.name} ${failureOf(view) ?? 'left no plan'}`);
  return { view, plan };
}

/** What a run has kept at its end; it is filed under the day on which that was written. */
export async function findOutcome(context: Context, view: ExecutionView): Promise<KeptOutcome | undefined> {
  const last = view.endedAt ?? view.startedAt;
  for (let at = last; at >= view.startedAt - DAY; at -= DAY) {
    const day = new Date(at).toISOString().slice(0, 10);
    const { key, found } = await readOutcome(context, objectAt('outcome', day, view.name));
    if (found.state === 'found') return found.body;
    if (found.state === 'lost') context.io.tell(skipLine(key, found.why));
  }
  return undefined;
}

/** How an execution ended, in a line, or undefined when it did what it was to do. */
export function failureOf({ status, error, cause }: ExecutionView, outcome?: KeptOutcome): string | undefined {
  if (status === 'SUCCEEDED') return undefined;
  return failureText(error === '' ? status : error, cause, outcome);
}
