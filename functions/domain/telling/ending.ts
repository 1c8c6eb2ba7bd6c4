import { idOf } from '../reading/held.ts';
import { MAX_ROUNDS } from '../reading/run.ts';
import { type UnreadCluster, unreadFindings } from '../reading/unread.ts';
import { MAX_MESSAGE, printable } from '../words/text.ts';
import type { PlanRecord } from './plan-record.ts';
import { standsSentence, type WhatStands } from './what-stands.ts';

/** How a run ends; `error` and `cause` are empty where all is well. */
export interface Ending {
  readonly state: 'in-sync' | 'paused' | 'held' | 'contended' | 'failed';
  readonly error: string;
  readonly cause: string;
}

/**
 * | the run                                                        | ends as   |
 * | -------------------------------------------------------------- | --------- |
 * | was ended by an error                                          | failed    |
 * | found the deployment paused                                    | paused    |
 * | is a dry one, whatever it would hold                           | in-sync   |
 * | holds removals that nothing explains                           | held      |
 * | has no round, or no room, left for what is not settled         | contended |
 * | any other                                                      | in-sync   |
 *
 * Every end that is no success says what stands.
 *
 * @param paused the deployment, when the run read the zone last; a dry run ends as if it were not
 * @param full its first pass
 * @param stateMachine ARN, for the command that approves what is held
 */
export function endingOf({
  error,
  paused,
  dryRun,
  contended,
  full,
  unread,
  stands,
  stateMachine,
}: {
  readonly error: { readonly Error: string; readonly Cause: string } | undefined;
  readonly paused: boolean;
  readonly dryRun: boolean;
  readonly contended: boolean;
  readonly full: Pick<PlanRecord, 'held' | 'heldHash' | 'ours'> | undefined;
  readonly unread: readonly UnreadCluster[];
  readonly stands: WhatStands;
  readonly stateMachine: string;
}): Ending {
  const said = standsSentence(stands);
  if (error) {
    const cause = causeOf(error.Cause);
    return { state: 'failed', error: error.Error, cause: cause === '' ? said : `${cause} (${said})` };
  }
  if (paused) return { state: 'paused', error: '', cause: '' };
  if (full && full.held.length > 0 && !dryRun) {
    return { state: 'held', error: 'RemovalsHeldError', cause: heldCause(full, { said, stateMachine }) };
  }
  if (!contended) return { state: 'in-sync', error: '', cause: '' };
  const why = unread.length > 0 ? `. ${unreadFindings(unread).join('; ')}` : '';
  return {
    state: 'contended',
    error: 'ZoneContendedError',
    cause: `${MAX_ROUNDS} rounds were not enough: others keep changing the same names, a cluster cannot be read, readings were too old when they were to be used, or there is more to do than one run has room for; the next run tries again (${said})${why}`,
  };
}

/** Lambda gives the cause as JSON: the message is what a person wants to read first. */
export function causeOf(cause: string): string {
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
  { said, stateMachine }: { readonly said: string; readonly stateMachine: string },
): string {
  const first = held.slice(0, 5).map(idOf);
  const input = `{"approve":"${heldHash}"}`;
  return [
    `${held.length} of ${ours} values would be removed without an explanation and are held; everything else was applied: ${said}.`,
    `First: ${first.join('; ')}`,
    `They stay held in every run until they are approved, explained or gone. If they are really gone, approve exactly these with the execution input ${input}, for example:`,
    `ecssd approve ${heldHash}, or aws stepfunctions start-execution --state-machine-arn ${stateMachine} --input '${input}'`,
  ].join(' ');
}

/** For people: what a dry run found that a run would hold, and what approves it; nothing where there is nothing. */
export function heldFindings({
  held,
  heldHash = '',
  ours,
}: Pick<PlanRecord, 'held' | 'heldHash' | 'ours'>): readonly string[] {
  if (held.length === 0) return [];
  return [
    `${held.length} of ${ours} values would be removed without an explanation, and are held until ecssd approve ${heldHash}`,
  ];
}
