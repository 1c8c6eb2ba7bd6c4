import type { KeptOutcome } from '../../functions/contracts/outcome.ts';
import { longestPause } from '../../functions/contracts/schedule.ts';
import type { ExecutionView, ListedExecution } from '../state-machine.ts';
import { failureText } from './failure.ts';
import { durationText, plural, timeText } from './style.ts';

/** A run of the schedule is late when two pauses have passed without one, and this, in milliseconds. */
const LATE = 60_000;

interface Schedule {
  /** The expression; undefined where the deployment does not say. */
  readonly schedule: string | undefined;
  /** When it has started a run last. Times in milliseconds since the epoch. */
  readonly lastAt: number | undefined;
  readonly now: number;
  readonly until: number;
}

/**
 * Who starts the run that is waited for, and whether that will be in time.
 *
 * | the schedule                                  | then                                         |
 * | --------------------------------------------- | -------------------------------------------- |
 * | nobody knows it, or how far its runs are apart | nothing is promised                          |
 * | has started none for two of its pauses        | it may be disabled: what starts a run is named |
 * | need not start one in time                    | what starts a run is named                   |
 * | any other                                     | the time by which it starts one              |
 */
export function scheduleLine({ schedule, lastAt, now, until }: Schedule): {
  readonly text: string;
  readonly late: boolean;
} {
  const seconds = schedule === undefined ? undefined : longestPause(schedule);
  if (schedule === undefined || seconds === undefined) {
    return {
      text: `it begins by the schedule${schedule === undefined ? '' : `, ${schedule}`}; ${STARTS}`,
      late: false,
    };
  }
  const pause = seconds * 1_000;
  if (lastAt !== undefined && now - lastAt > 2 * pause + LATE) {
    return {
      text: `the schedule, ${schedule}, has started none since ${timeText(lastAt)} UTC: see whether it is enabled; ${STARTS}`,
      late: true,
    };
  }
  if ((lastAt ?? now) + pause > until) {
    const by = lastAt === undefined ? '' : `, maybe only at ${timeText(lastAt + pause)} UTC`;
    return { text: `the schedule, ${schedule}, need not start one in time${by}; ${STARTS}`, late: true };
  }
  const by = lastAt === undefined ? 'starts one' : `starts one by ${timeText(Math.max(now, lastAt + pause))} UTC`;
  return { text: `the schedule, ${schedule}, ${by}`, late: false };
}

const STARTS = 'ecssd reconcile starts one now';

/** What is waited for, for the line that is overwritten. */
export const lookText = (running: ListedExecution | undefined, left: number): string =>
  running === undefined
    ? `… no full run has begun yet, ${durationText(left)} left`
    : `… ${running.name} is under way, ${durationText(left)} left`;

export const overtakenText = (name: string): string =>
  `${name} was overtaken by an update or a rollback of the stack: waiting for the next full run`;

export function inSyncText({ name }: ExecutionView, outcome: KeptOutcome | undefined): string {
  if (outcome?.paused)
    return `${name} has planned and reported only, since the deployment is paused; next: ecssd resume`;
  if (outcome?.dryRun) return `${name} has planned and reported only, and changed nothing; next: ecssd status`;
  const published = outcome?.dispositions.filter((one) => one.outcome === 'published').length;
  return `${name} has ended in ZoneInSync${published === undefined ? '' : `: ${plural(published, 'value')} published`}`;
}

/** Which run, what is wrong, and the next command. */
export function failedText({ name, status, error, cause }: ExecutionView, outcome: KeptOutcome | undefined): string {
  const why = failureText(error === '' ? status : error, cause, outcome);
  return `${name} has not ended in ZoneInSync: ${why}${why.includes('ecssd approve ') ? '' : '; next: ecssd status'}`;
}

/** @param waited milliseconds */
export const timeoutText = (running: ListedExecution | undefined, waited: number): string =>
  running === undefined
    ? `no full run has begun within ${durationText(waited)}: ecssd reconcile starts one and follows it, ecssd status says how the last ones ended`
    : `${running.name}, which began at ${timeText(running.startedAt)} UTC, has not ended within ${durationText(waited)}: ecssd status says when it has; a longer --timeout waits longer`;
