import { shortId, timeText } from '../../cli/view/style.ts';
import { table } from '../../cli/view/table.ts';
import { payloadsIn } from '../../functions/contracts/crossing.ts';
import { joinVerdict } from '../../functions/domain/health/verdict.ts';
import { roomForAnother } from '../../functions/domain/reading/budget.ts';
import { groupsIn } from '../../functions/domain/reading/groups.ts';
import { nextStep } from '../../functions/domain/reading/run.ts';
import { joinScopes } from '../../functions/domain/reading/scope.ts';
import { findingsOf } from '../../functions/domain/telling/findings.ts';
import { accumulate, type Pass } from '../../functions/domain/telling/outcome.ts';
import { isBlind } from '../../functions/domain/telling/plan-record.ts';
import { replay } from '../../functions/domain/telling/replay.ts';
import { slicesLeft } from '../../functions/domain/telling/slices-left.ts';
import { countReasons, summarize } from '../../functions/domain/telling/summary.ts';
import { openNamesOf, scopeOfNames, scopeOfStarts } from '../../functions/domain/telling/verify.ts';
import { readable } from '../../functions/domain/words/readable.ts';
import type { Disposition } from '../../functions/domain/words/reason.ts';
import { loadPasses } from '../../functions/observing/passes.ts';
import { differenceRows } from './differences.ts';
import { type KeptPass, planningOf, planOf, readingOf } from './objects.ts';

/** Runs one state on what a pass has kept; gives what it decides, as lines. */
export type State = (kept: KeptPass) => Promise<readonly string[]>;

/** The states whose decision follows from kept objects alone, in the order of a run. */
export const STATES: Readonly<Record<string, State>> = {
  CompleteReading: completeReading,
  PlanChanges: planChanges,
  VerifyChanges: verifyChanges,
  PublishOutcome: publishOutcome,
};

/** What health check and probe of each claim come to; the fates of tasks are as ECS told them then. */
async function completeReading(kept: KeptPass): Promise<readonly string[]> {
  const { now, clusters, judged, taskFates, hostFates } = await readingOf(kept);
  const rows = judged.map(({ claim, probe, verdict: then }) => {
    const { name, task, endpoint, leftOut, containerHealth } = claim;
    const where = endpoint ? `${endpoint.target}:${endpoint.port}` : '';
    if (!endpoint) return [name, shortId(task), where, `left out: ${leftOut?.reason ?? 'no endpoint'}`];
    const verdict = joinVerdict(containerHealth, probe);
    const sources = `container ${containerHealth ?? 'without check'}, probe ${probe?.state ?? 'none'}`;
    const cause = 'cause' in verdict ? verdict.cause : '';
    const changed = then && then.state !== verdict.state ? `the run itself: ${then.state}` : '';
    return [name, shortId(task), where, sources, `→ ${verdict.state}`, cause, changed];
  });
  return [
    `read ${timeText(now)}`,
    ...section('clusters', Object.entries(clusters)),
    ...section('claims', rows),
    ...section('fates of tasks that are not listed', Object.entries(taskFates)),
    ...section('fates of hosts', Object.entries(hostFates)),
  ];
}

/** What becomes of everything at each name and why, and whether the run has decided the same. */
async function planChanges(kept: KeptPass): Promise<readonly string[]> {
  const { snapshot, reading, planned } = await planningOf(kept);
  const { plan, soa, differences } = replay({ snapshot, reading, planned });
  const { coverage, run } = planned.from;
  const units = [...plan.units, ...soa.units];
  return [
    `a ${coverage.kind} pass, started by ${run.trigger}; zone read ${timeText(snapshot.takenAt)}, ECS ${timeText(reading.now)}`,
    ...[...Map.groupBy(plan.dispositions, ({ name }) => name)].flatMap(([name, all]) =>
      section(name, all.map(dispositionRow)),
    ),
    ...section(
      'change units',
      units.map(({ kind, name, changes, needs }) => [
        kind,
        name,
        changes.map(({ action, recordSet: { type, values } }) => `${action} ${type} × ${values.length}`).join(', '),
        needs.length > 0 ? `needs ${needs.join(', ')}` : '',
      ]),
    ),
    ...section(
      'held removals',
      plan.held.map(({ name, value }) => [name, value]),
    ),
    ...section('findings', [...findingsOf(plan, reading, snapshot.total), ...soa.findings].map(row)),
    ...section('otherwise than the run itself has decided', differences.flatMap(differenceRows)),
  ];
}

/** What follows when nothing disagrees that is looked at again: that look needs ECS and Route 53. */
async function verifyChanges(kept: KeptPass): Promise<readonly string[]> {
  const { run, pass } = kept;
  const plan = await planOf(kept);
  const passes = await loadPasses(payloadsIn(run.objects), { execution: run.execution, pass });
  const { applied, moved, refused, unsent = [], unanswered = [] }: Omit<Pass, 'plan'> = passes.at(-1) ?? NOTHING_SENT;
  const [slice = []] = slicesLeft(passes.map((one) => one.plan));
  const left = new Set(unsent);
  const open = openNamesOf([...moved.filter((name) => !left.has(name)), ...unanswered], plan);
  const scope = joinScopes([
    scopeOfNames(plan.names.filter(({ name }) => open.has(name) || left.has(name))),
    scopeOfStarts(plan.starting),
  ]);
  const graceEndsAt = Math.max(0, ...plan.starting.map((instance) => instance.graceEndsAt));
  const { startedAt, events = 0 } = plan.from.run;
  const spent = { kind: plan.kind, events: events + (plan.events ?? 0) };
  const { next } = nextStep(plan.from.run, {
    rest: slice.length > 0,
    unsettled: open.size > 0 || isBlind(plan),
    ...(graceEndsAt > 0 && { graceEndsAt }),
    room: roomForAnother(spent, { groups: groupsIn(scope), startedAt, now: plan.plannedAt }),
    now: plan.plannedAt,
    random: 0,
  });
  const went = run.passes.includes(pass + 1) ? 'another pass is kept' : 'no other pass is kept';
  return [
    `round ${plan.from.run.round}, looks ${plan.from.run.looks}; as if it was ${timeText(plan.plannedAt)} and all that was applied agreed`,
    `→ ${next} (of the run itself ${went})`,
    ...section('applied', applied.map(row)),
    ...section('open: moved, stale, or without an answer', [...open].map(row)),
    ...section('of the next slice', slice.map(row)),
    ...section(
      'refused',
      refused.map(({ name, message }) => [name, message]),
    ),
    ...section(
      'starting',
      plan.starting.map(({ name, task = '', graceEndsAt: until }) => [name, shortId(task), `until ${timeText(until)}`]),
    ),
  ];
}

const NOTHING_SENT: Omit<Pass, 'plan'> = { applied: [], moved: [], refused: [] };

/** What the run tells of all of its passes up to this one. */
async function publishOutcome({ run, pass }: KeptPass): Promise<readonly string[]> {
  await planOf({ run, pass });
  const passes = await loadPasses(payloadsIn(run.objects), { execution: run.execution, pass });
  const dispositions = accumulate(passes);
  const findings = [...new Set(passes.flatMap(({ plan, findings: more }) => [...plan.findings, ...more]))];
  const summary = summarize({ dispositions, findings });
  const held = passes[0]?.plan.held ?? [];
  const counted = (all: Readonly<Record<string, number>>) =>
    Object.entries(all).map(([code, times]) => [code, `${times}`]);
  return [
    `${passes.length} ${passes.length === 1 ? 'pass' : 'passes'}, ${held.length} held removals`,
    ...section('published', counted(summary.published)),
    ...section('removed', counted(summary.removed)),
    ...section('left out', counted(countReasons(dispositions.filter(({ outcome }) => outcome === 'left-out')))),
    ...section('changes', [...summary.changes.map(row), ...(summary.more > 0 ? [[`and ${summary.more} more`]] : [])]),
    ...section('findings', summary.findings.map(row)),
  ];
}

const row = (text: string) => [text];

export function dispositionRow(disposition: Disposition): readonly string[] {
  const { outcome, reason, target = '', port, task, detail = '' } = readable(disposition);
  const isNew = outcome === 'published' && disposition.outcome === 'published' && disposition.isNew ? 'new' : '';
  return [outcome, reason, `${target}:${port ?? ''}`, task === undefined ? '' : shortId(task), isNew, detail];
}

/** A heading with its rows below it; `none` where there are none, so that nobody wonders. */
function section(heading: string, rows: readonly (readonly string[])[]): readonly string[] {
  if (rows.length === 0) return ['', `${heading}: none`];
  return ['', heading, ...table(rows).map((line) => `  ${line}`)];
}
