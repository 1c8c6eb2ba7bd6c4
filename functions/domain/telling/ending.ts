import { idOf } from '../reading/held.ts';
import { MAX_ROUNDS } from '../reading/run.ts';
import { type UnreadCluster, unreadFindings } from '../reading/unread.ts';
import { MAX_MESSAGE, printable } from '../words/text.ts';
import type { PlanRecord } from './plan-record.ts';

/** How a run ends; `error` and `cause` are empty where all is well. */
export interface Ending {
  readonly state: 'in-sync' | 'held' | 'contended' | 'failed';
  readonly error: string;
  readonly cause: string;
}

/**
 * | the run                                                        | ends as   |
 * | -------------------------------------------------------------- | --------- |
 * | was ended by an error                                          | failed    |
 * | holds removals that nothing explains                           | held      |
 * | has no round, or no room, left for what is not settled         | contended |
 * | any other                                                      | in-sync   |
 *
 * @param full its first pass
 * @param stateMachine ARN, for the command that approves what is held
 */
export function endingOf({
  error,
  contended,
  full,
  unread,
  stateMachine,
}: {
  readonly error: { readonly Error: string; readonly Cause: string } | undefined;
  readonly contended: boolean;
  readonly full: Pick<PlanRecord, 'held' | 'heldHash' | 'ours'> | undefined;
  readonly unread: readonly UnreadCluster[];
  readonly stateMachine: string;
}): Ending {
  if (error) return { state: 'failed', error: error.Error, cause: readable(error.Cause) };
  if (full && full.held.length > 0) {
    return { state: 'held', error: 'RemovalsHeldError', cause: heldCause(full, stateMachine) };
  }
  if (!contended) return { state: 'in-sync', error: '', cause: '' };
  const why = unread.length > 0 ? `. ${unreadFindings(unread).join('; ')}` : '';
  return {
    state: 'contended',
    error: 'ZoneContendedError',
    cause: `${MAX_ROUNDS} rounds were not enough: others keep changing the same names, a cluster cannot be read, readings were too old when they were to be used, or there is more to do than one run has room for; the next run tries again${why}`,
  };
}

/** Lambda gives the cause as JSON: the message is what a person wants to read first. */
function readable(cause: string): string {
  try {
    const { errorMessage } = JSON.parse(cause) as { errorMessage?: unknown };
    return printable(typeof errorMessage === 'string' ? errorMessage : cause, MAX_MESSAGE);
  } catch {
    return printable(cause, MAX_MESSAGE);
  }
}

/** Names what is held and the one command, and console input, that approve exactly these removals. */
function heldCause(
  { held, heldHash = '', ours }: Pick<PlanRecord, 'held' | 'heldHash' | 'ours'>,
  stateMachine: string,
): string {
  const first = held.slice(0, 5).map(idOf);
  const input = `{"approve":"${heldHash}"}`;
  return [
    `${held.length} of ${ours} values would be removed without an explanation and are held; everything else was applied.`,
    `First: ${first.join('; ')}`,
    `They stay held in every run until they are approved, explained or gone. If they are really gone, approve exactly these with the execution input ${input}, for example:`,
    `ecssd approve ${heldHash}, or aws stepfunctions start-execution --state-machine-arn ${stateMachine} --input '${input}'`,
  ].join(' ');
}
