import { supersededRun } from '../contracts/states.ts';
import { summarize } from '../domain/telling/summary.ts';
import { fateOfWakeUps } from '../domain/telling/wake-ups.ts';
import { PayloadError } from '../domain/words/errors.ts';
import { logger } from '../runtime/powertools.ts';
import { type SettlePorts, settleMessages } from './settle-messages.ts';

/** Whether a function of another release has refused the run, or this one is of another release itself. */
export function isSuperseded(
  state: unknown,
  { release, own = '' }: { readonly release: string | undefined; readonly own: string | undefined },
): boolean {
  return (
    (own !== '' && release !== undefined && release !== own) ||
    supersededRun.safeParse(state).data?.error?.Error === 'SupersededError'
  );
}

/** Of a run that an update has overtaken nothing else is understood than its wake-ups: they are given back. */
export async function giveWay(
  ports: SettlePorts,
  state: unknown,
  { window, stateMachine }: { readonly window: number; readonly stateMachine: string },
) {
  const { run, window: asked } = supersededRun.safeParse(state).data ?? {};
  const fate = fateOfWakeUps({ state: 'superseded', dryRun: run?.dryRun });
  const settling = { fate, untaken: run === undefined && asked !== undefined, window, stateMachine };
  await settleMessages(ports, run, settling).catch((fault: unknown) => {
    if (!(fault instanceof PayloadError)) throw fault;
    logger.warn('the wake-ups of this run cannot be read and come again by themselves', { cause: fault.message });
    return settleMessages(ports, undefined, settling);
  });
  logger.info('an update or a rollback has overtaken this run; a later one takes over');
  const finding = 'an update or a rollback of the stack has overtaken this run: the next one takes over';
  const summary = summarize({ dispositions: [], findings: [finding] });
  return { state: 'superseded' as const, error: '', cause: '', summary };
}
