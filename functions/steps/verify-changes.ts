import { pool } from '../adapters/aws/pool.ts';
import type { EventQueue } from '../adapters/event-queue.ts';
import type { ZoneReader } from '../adapters/route53-zone.ts';
import type { Payloads } from '../contracts/crossing.ts';
import { objectAt } from '../contracts/payloads.ts';
import {
  type AppliedBatch,
  type BatchItem,
  type Given,
  type RunState,
  verifyChangesContract,
} from '../contracts/states.ts';
import { roomForAnother } from '../domain/reading/budget.ts';
import { groupsIn } from '../domain/reading/groups.ts';
import { anyUnread } from '../domain/reading/reading.ts';
import { type NextStep, nextStep } from '../domain/reading/run.ts';
import { joinScopes, type Scope } from '../domain/reading/scope.ts';
import { isBlind, type PlanRecord } from '../domain/telling/plan-record.ts';
import { permittedBy, sameSlice, slicesLeft } from '../domain/telling/slices-left.ts';
import {
  changedSoFar,
  type Disagreement,
  disagreements,
  hostsOf,
  openNamesOf,
  scopeAt,
  scopeOfNames,
  scopeOfStarts,
} from '../domain/telling/verify.ts';
import { fateOfWakeUps } from '../domain/telling/wake-ups.ts';
import { PayloadError } from '../domain/words/errors.ts';
import { printable } from '../domain/words/text.ts';
import { fallenTakeovers, reclaimed } from '../observing/last-comer.ts';
import { lookAgain, missingAddresses } from '../observing/look-again.ts';
import { impatientObjects, patientObjects } from '../observing/noted-objects.ts';
import type { EcsPorts } from '../observing/observe.ts';
import { type KeptPass, loadPasses } from '../observing/passes.ts';
import { progressOf } from '../observing/progress.ts';
import { portsReadOn, zoneReadOn } from '../observing/read-on.ts';
import { type ClaimEnvironment, claimSettings } from '../observing/settings.ts';
import { deleteMessages } from '../observing/settle-messages.ts';
import type { Clock } from '../runtime/clock.ts';
import { logger, metrics } from '../runtime/powertools.ts';
import { anywhere, clock, definitions, ec2, ecs, instances, payloads, queue, random, zone } from '../wiring/ports.ts';
import { wire } from '../wiring/wire.ts';

interface Ports extends EcsPorts {
  readonly payloads: Payloads;
  readonly zone: Pick<ZoneReader, 'at' | 'from'>;
  readonly queue: Pick<EventQueue, 'delete'>;
  readonly clock: Clock;
  readonly random: () => number;
}

/** Looks again at what was changed, and says what follows: another slice, another round, another look at starts, or the end. */
export const verifyChanges =
  ({ payloads, zone, queue, clock, random, ...ports }: Ports, environment: ClaimEnvironment) =>
  async ({ run, plan: handed, batches, applied, retries = 0 }: Given<typeof verifyChangesContract>) => {
    const settings = claimSettings(environment);
    const passes = await loadPasses(payloads, run, { plan: handed, applied });
    const latest = passes.find(({ pass }) => pass === run.pass);
    if (!latest) throw new PayloadError(`the plan of pass ${run.pass} is missing from the run bucket; run again`);
    const { plan } = latest;
    const left = slicesLeft(passes.map((one) => one.plan));
    const sliced = left.length > 0 || plan.slice !== undefined;
    const { moved, stale } = await openUnits(payloads, latest, batches, applied);
    // What is too old is another round, unless a slice follows that reads it anyway.
    const open = openNamesOf([...(plan.unwritten ?? []), ...moved, ...(sliced ? [] : stale)], plan);
    const next = openNamesOf([...(sliced ? stale : []), ...(left[0] ?? [])], plan);
    const changed = changedIn(passes, plan);
    const about = { run: passes[0], changed };
    const unsettled = concerned(plan, open);
    const takenOver = plan.takenOver ?? [];
    const kept = impatientObjects(payloads.lasting);
    const progress = await progressOf({ payloads, clock, at: objectAt('progress', run, 'verify-changes'), retries });
    const reading = { ...portsReadOn(ports, progress), kept, known: hostsOf(changed, settings) };
    const zoneReader = zoneReadOn(zone, progress);
    const [seen, ...others] = await progress.during(() =>
      Promise.all([
        lookAgain(reading, about, settings),
        missingAddresses(zoneReader, about, settings),
        fallenTakeovers(zoneReader, takenOver, settings.naming),
        reclaimed(patientObjects(payloads.lasting, retries), changedSoFar([latest])),
      ]),
    );
    const found = [...disagreements(changed, seen), ...others.flat()];
    const blind = isBlind(plan);
    const decided = passes[0]?.plan;

    const scope = joinScopes([
      scopeOfNames(unsettled),
      ...passes.map((one) => scopeOfNames(concerned(one.plan, next))),
      ...takenOver.filter(({ name }) => open.has(name)).map(({ name, ...where }) => scopeAt(name, where)),
      ...found.map(({ name, where }) => scopeAt(name, where)),
      ...found.map(({ name }) => scopeOfNames(changed.filter((one) => one.name === name))),
      scopeOfStarts(plan.starting),
      ...(blind && run.scope ? [await payloads.load('scope', run.scope)] : []),
    ]);
    const graceEndsAt = Math.max(0, ...plan.starting.map((instance) => instance.graceEndsAt));
    const spent = { ...run, events: (run.events ?? 0) + (plan.events ?? 0) };
    const now = clock.now();
    const room = roomForAnother(spent, { groups: groupsIn(scope), startedAt: run.startedAt, now });
    // What a slice could not read is held, as in its full run, where it cannot be read once more.
    const missed = blind && (room || decided?.kind !== 'full' || run.slice === undefined);
    const step = nextStep(run, {
      rest: next.size > 0,
      unsettled: open.size > 0 || found.length > 0 || missed,
      ...(graceEndsAt > 0 && { graceEndsAt }),
      room,
      now,
      random: random(),
    });
    report(found, open, step.next);
    kept.report();
    return {
      next: step.next,
      seconds: 'seconds' in step ? step.seconds : 0,
      run: await nextRun({ payloads, queue, clock }, spent, { step: step.next, scope, plan, decided }),
      disagreements: found.slice(0, 10).map(({ name, finding }) => printable(`${name} ${finding}`, 400)),
    };
  };

/** The names of a plan that are open, or whose addresses are. */
const concerned = ({ names }: Pick<PlanRecord, 'names'>, open: ReadonlySet<string>) =>
  names.filter(({ name, created }) => open.has(name) || created.some(({ target }) => open.has(target)));

/** What is verified: all that the run has changed so far, or of a slice all that it looks at. */
function changedIn(passes: readonly KeptPass[], { slice }: Pick<PlanRecord, 'slice'>) {
  const changed = changedSoFar(passes);
  if (slice === undefined) return changed;
  const names = new Set(sameSlice(passes).flatMap(({ plan: { found = [] } }) => found.map(({ name }) => name)));
  return changed.filter(({ name }) => names.has(name));
}

/** What has to be read and planned again: moved, or lost with its batch; and what was too old. */
async function openUnits(
  payloads: Payloads,
  { results }: KeptPass,
  batches: readonly BatchItem[],
  applied: readonly AppliedBatch[],
): Promise<{ readonly moved: readonly string[]; readonly stale: readonly string[] }> {
  const open = await pool(batches, 10, async ({ index, batch }) => {
    const answered = applied.some((one) => one.index === index && !('unknown' in one));
    const result = results.find((one) => one.index === index);
    if (answered && result) return result;
    return { moved: (await payloads.load('batch', batch)).map(({ name }) => name), stale: [] };
  });
  return { moved: open.flatMap((one) => one.moved), stale: open.flatMap((one) => one.stale) };
}

async function nextRun(
  { payloads, ...ports }: Pick<Ports, 'payloads' | 'queue' | 'clock'>,
  run: RunState,
  {
    step,
    scope,
    plan,
    decided,
  }: {
    readonly step: NextStep['next'];
    readonly scope: Scope;
    readonly plan: PlanRecord;
    /** The first plan of the run. */
    readonly decided: PlanRecord | undefined;
  },
): Promise<RunState> {
  if (step === 'publish' || step === 'contended') return run;
  const unread = anyUnread(plan) ? 'some' : 'none';
  const fate = fateOfWakeUps({ state: step, dryRun: run.dryRun, unread });
  const before = fate === 'delete' ? await deleteMessages({ payloads, ...ports }, run) : run;
  const next = { ...before, kind: 'event' as const, pass: run.pass + 1 };
  return {
    ...next,
    ...(step === 'again' && { round: run.round + 1 }),
    ...(step === 'look' && { looks: run.looks + 1 }),
    ...(step === 'slice' && { slice: (run.slice ?? 0) + 1, ...(await permits(payloads, next, decided)) }),
    scope: await payloads.save(objectAt('scope', next), scope),
  };
}

/** The rights of the full run go along with the slices of its plan: what that has decided, and nothing else. */
async function permits(payloads: Payloads, run: RunState, decided: PlanRecord | undefined) {
  if (run.permitted || decided?.kind !== 'full') return {};
  const permitted = permittedBy(decided.names);
  return permitted.length > 0 ? { permitted: await payloads.keep(objectAt('permitted', run), permitted) } : {};
}

function report(found: readonly Disagreement[], open: ReadonlySet<string>, next: string): void {
  metrics.addMetric('ChangesDisagreed', 'Count', found.length);
  logger.info('verified', { next, disagreements: found.map(({ finding }) => finding), open: [...open] });
}

export const handler = wire('VerifyChanges', {
  contract: verifyChangesContract,
  ports: { payloads, zone, queue, clock, random, ecs, definitions, instances, ec2, anywhere },
  work: verifyChanges,
});
