import { durationText as lasting, plural } from '../view/style.ts';
import type { Case } from './case.ts';
import { type Facts, isWhole, lateAfter, type Told } from './facts.ts';

const ENDED_BADLY = new Set<string>(['FAILED', 'TIMED_OUT', 'ABORTED']);
const isBad = ({ state }: { readonly state: string }) => state === 'failed' || state === 'contended';

export const failing: Case = {
  id: 'failing',
  alarms: ['RunsNotSucceeding', 'NoSuccessfulRun', 'OldestEvent', 'ObjectsUnreadable'],
  means: 'the last run, or the last full run, failed or did not come to an end of it; what is published stands',
  todo: 'the error says which service or setting; run it again and see which state fails',
  find(facts) {
    const silent = endedSilently(facts);
    if (silent) {
      return {
        says: `the last run ended as ${silent.status}, and ${facts.told ? 'has kept no outcome' : 'its outcome cannot be read'}: ${silent.name}; what is published stands`,
        since: { at: silent.endedAt ?? silent.startedAt },
        next: 'ecssd reconcile',
      };
    }
    const { outcomes = [] } = facts.told ?? {};
    const bad = [outcomes[0], outcomes.find(isWhole)].find((one) => one !== undefined && isBad(one));
    if (!bad) return undefined;
    const alike = outcomes.filter((one) => !isWhole(bad) || isWhole(one));
    const good = alike.findIndex((one) => !isBad(one));
    const row = good === -1 ? alike : alike.slice(0, good);
    const what = isWhole(bad) ? 'full run' : 'run';
    const many = row.length > 1 ? `the last ${row.length} ${what}s have failed` : `the last ${what} has failed`;
    const first = row.at(-1);
    return {
      says: `${many}, what is published stands: ${[bad.error, bad.cause].filter((part) => part !== '').join(': ')}`,
      ...(first && { since: { at: first.endedAt, ...(good === -1 && { atLeast: true as const }) } }),
      next: 'ecssd reconcile',
    };
  },
};

/** The newest execution, where it ended badly without an outcome; outcomes are written before a run ends. */
function endedSilently({ runs = [], told }: Facts) {
  const last = runs.find(({ status }) => status !== 'RUNNING');
  if (!last || !ENDED_BADLY.has(last.status)) return undefined;
  if (!told) return last;
  const [newest] = told.outcomes;
  const isOlder = newest !== undefined && (last.endedAt ?? last.startedAt) < newest.endedAt;
  return isOlder || told.executions.has(last.name) ? undefined : last;
}

const hasEnded = (told: Told | undefined) => told !== undefined && told.executions.size > 0;

export const neverRun: Case = {
  id: 'never-run',
  alarms: ['NoSuccessfulRun', 'DeadLetters'],
  means: 'no run has ever started: the stack is new, or neither schedule nor events can start one',
  todo: 'start one; then see whether the schedule is enabled, and what its dead letters say',
  find: ({ runs, told }) =>
    runs?.length === 0 && told && !hasEnded(told)
      ? { says: 'no run has ever started, so nothing is published', next: 'ecssd reconcile' }
      : undefined,
};

export const firstRun: Case = {
  id: 'first-run',
  alarms: [],
  means: 'the deployment is new: no full run has ended yet, and none is late',
  todo: 'wait for its end',
  find(facts) {
    const { runs = [], told, apart } = facts;
    if (told && areTheFirst(runs, told)) {
      const what = runs.length === 1 ? 'the first run is' : 'the first runs are';
      const at = Math.min(...runs.map(({ startedAt }) => startedAt));
      return { says: `${what} under way`, since: { at }, next: 'ecssd status --watch' };
    }
    const at = beganLately(facts);
    if (at === undefined || apart === undefined) return undefined;
    const then = runs.some(({ status }) => status === 'RUNNING')
      ? ', runs are under way'
      : `: the schedule wants one every ${lasting(apart)}`;
    return { says: `no full run has ended yet${then}`, since: { at }, next: 'ecssd status --watch' };
  },
};

/** Whether there is nothing but runs under way: none has ended before them. */
const areTheFirst = (runs: NonNullable<Facts['runs']>, told: Told): boolean =>
  !hasEnded(told) && runs.length > 0 && runs.every(({ status }) => status === 'RUNNING');

/** When the first run of a new deployment began, where only event runs have ended since and a full one is not late yet. */
function beganLately({ runs = [], told, apart, now }: Facts): number | undefined {
  if (!told || apart === undefined || told.outcomes.some(isWhole)) return undefined;
  if (told.outcomes.length === 0 && (hasEnded(told) || runs.length === 0)) return undefined;
  const first = Math.min(...runs.map(({ startedAt }) => startedAt), ...told.outcomes.map(({ endedAt }) => endedAt));
  return now - first <= lateAfter(apart) ? first : undefined;
}

export const late: Case = {
  id: 'late',
  alarms: ['NoSuccessfulRun', 'DeadLetters'],
  means:
    'no full run has ended for longer than the schedule allows: nothing repairs the zone, even if events do their part',
  todo: 'start one; then see whether the schedule is enabled, and what its dead letters say',
  find(facts) {
    const { told, runs, apart, now, paused } = facts;
    // Runs of a paused deployment are dry ones, and what has never run is not late.
    if (!told || paused || (runs?.length === 0 && !hasEnded(told))) return undefined;
    if (!told.full) {
      if (beganLately(facts) !== undefined) return undefined;
      if (areTheFirst(runs ?? [], told)) return undefined;
      return { says: `no full run has ended well in ${plural(told.days, 'day')}`, next: 'ecssd reconcile' };
    }
    const age = now - told.full.endedAt;
    if (apart === undefined || age <= lateAfter(apart)) return undefined;
    return {
      says: `no full run has ended for ${lasting(age)}, and the schedule wants one every ${lasting(apart)}`,
      since: { at: told.full.endedAt + apart },
      next: 'ecssd reconcile',
    };
  },
};
