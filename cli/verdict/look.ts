import { messageOf, nameOf } from '../../functions/adapters/aws/faults.ts';
import type { KeptOutcome } from '../../functions/contracts/outcome.ts';
import { objectAt } from '../../functions/contracts/payloads.ts';
import { longestPause } from '../../functions/contracts/schedule.ts';
import type { RecordSet } from '../../functions/domain/dns/record-set.ts';
import { MAX_FINDING, printable } from '../../functions/domain/words/text.ts';
import { isPredecessors } from '../../functions/domain/zone/predecessor.ts';
import { type Context, telling } from '../context.ts';
import { latestPicture, recentOutcomes } from '../outcomes.ts';
import { markerState, type NameStatus, nameStatuses, pauseOf } from '../view/status-report.ts';
import type { Since } from './case.ts';
import { type Facts, isWhole, type NotKnown, type Standing, type Told } from './facts.ts';
import { type Judged, judge } from './verdict.ts';

export const SHOWN_RUNS = 10;
/** Runs that are read to find the first one that shows what is wrong. */
const LOOKED_BACK = 100;
const DAY = 86_400_000;

/** What one look at a deployment has found. */
export interface Look {
  readonly facts: Facts;
  /** The worst first. */
  readonly verdicts: readonly Judged[];
  readonly names: readonly NameStatus[];
  /** The zone; absent where it could not be read. */
  readonly recordSets?: readonly RecordSet[];
  /** What is behind `facts.notKnown`, in its order. */
  readonly faults: readonly unknown[];
}

/**
 * Asks everything that `status` tells. What cannot be asked is noted and costs what belongs to it; only where nothing at all
 * can be asked, the fault itself is thrown.
 *
 * @param before an earlier look, which knows since when
 */
export async function look(context: Context, before?: Look): Promise<Look> {
  const { io, deployment, machines, zone } = context;
  const notKnown: NotKnown[] = [];
  const faults: unknown[] = [];
  const asked = async <T>(what: string, ask: Promise<T>): Promise<T | undefined> => {
    try {
      return await ask;
    } catch (cause) {
      faults.push(cause);
      notKnown.push({ what, why: printable(faultText(cause), MAX_FINDING) });
      return undefined;
    }
  };
  const apart = apartIn(deployment.schedule);
  const days = daysBack(apart);
  const zoneAsked = asked('the zone', zone.all());
  // Outcomes are written before a run ends: of a run that is seen to have ended there is one, if ever there will be.
  const runs = await asked('the list of runs', machines.executions(deployment.stateMachine, SHOWN_RUNS));
  const [recordSets, kept] = await Promise.all([zoneAsked, asked('what runs have kept', toldIn(context, days))]);
  if (notKnown.length === ASKED) throw faults[0];
  const { told, lost } = kept ?? {};
  if (lost !== undefined) {
    faults.push(new Error(lost));
    notKnown.push({ what: 'since when removals are held', why: printable(lost, MAX_FINDING) });
  }
  const names = nameStatuses(
    { recordSets: recordSets ?? [], dispositions: told?.dispositions ?? [] },
    deployment.naming,
  );
  const paused = recordSets && pauseOf(recordSets, deployment);
  const facts: Facts = {
    now: io.now(),
    owner: `${deployment.naming.owner}.${deployment.naming.zone}`,
    ...(apart !== undefined && { apart }),
    ...(paused && { paused }),
    ...(recordSets && { standing: standingIn(recordSets, names, context) }),
    ...(told && { told }),
    ...(runs && { runs }),
    notKnown,
  };
  const verdicts = await dated(context, judge(facts), before?.verdicts ?? []);
  return { facts, names, verdicts, ...(recordSets && { recordSets }), faults };
}

/** With its name, where that says something. */
const faultText = (fault: unknown): string =>
  [nameOf(fault), messageOf(fault)].filter((part) => part !== '' && part !== 'Error').join(': ');

/** Milliseconds that two full runs are apart at most, where the schedule tells. */
function apartIn(schedule: string | undefined): number | undefined {
  const seconds = schedule === undefined ? undefined : longestPause(schedule);
  return seconds === undefined ? undefined : 1_000 * seconds;
}

/** How many things are asked. */
const ASKED = 3;

/** Days in which a running deployment has had a full run. */
const daysBack = (apart = DAY) => Math.min(90, Math.max(2, Math.ceil((2 * apart) / DAY) + 1));

function standingIn(recordSets: readonly RecordSet[], names: readonly NameStatus[], { deployment }: Context): Standing {
  const published = names.filter(({ instances }) => instances.length > 0);
  const { naming } = deployment;
  return {
    marker: markerState(recordSets, deployment),
    names: published.length,
    instances: published.reduce((sum, { instances }) => sum + instances.length, 0),
    predecessors: new Set(recordSets.filter((set) => isPredecessors(set, naming)).map(({ ownerName }) => ownerName)),
  };
}

/** @returns `lost`: why it cannot be told since when removals are held */
async function toldIn(context: Context, days: number): Promise<{ readonly told: Told; readonly lost?: string }> {
  const { outcomes, full, dispositions, executions } = await latestPicture(context, days);
  const held = full?.held.length ? await context.payloads.lasting.read(objectAt('held-now'), false) : undefined;
  const heldSince = held?.state === 'found' ? held.body : [];
  return {
    told: { outcomes, ...(full && { full }), dispositions, executions, days, heldSince },
    ...(held?.state === 'lost' && { lost: `inventory/held.json: ${held.why}` }),
  };
}

/** Says since when the worst case holds, where nobody has kept it: by the first run in a row that shows it. */
async function dated(
  context: Context,
  [first, ...more]: readonly [Judged, ...Judged[]],
  before: readonly Judged[],
): Promise<readonly Judged[]> {
  const [dating = first, ...rest] = knownSince([first, ...more], before);
  const since = dating.since ?? (first.row && (await firstInRow(context, first.row)));
  return [{ ...dating, ...(since && { since }) }, ...rest];
}

/** Verdicts with what an earlier look knew of since when each holds. */
export function knownSince(verdicts: readonly Judged[], before: readonly Judged[]): readonly Judged[] {
  const known = new Map(before.map((one) => [one.case, one.since]));
  return verdicts.map((one) => {
    const since = one.since ?? known.get(one.case);
    return since === undefined ? one : { ...one, since };
  });
}

/** The end of the first full run in a row, up to the last one, that shows something. */
async function firstInRow(context: Context, shows: (outcome: KeptOutcome) => boolean): Promise<Since | undefined> {
  let since: number | undefined;
  let looked = 0;
  for await (const outcome of recentOutcomes(telling(context), LONGEST)) {
    if (outcome.dryRun || !isWhole(outcome)) continue;
    // A run that failed has not looked.
    if (!shows(outcome) && outcome.state !== 'failed') return since === undefined ? undefined : { at: since };
    if (shows(outcome)) since = outcome.endedAt;
    looked += 1;
    if (looked === LOOKED_BACK) break;
  }
  return since === undefined ? undefined : { at: since, atLeast: true };
}

/** Days that are looked through for the beginning of something. */
const LONGEST = 14;
