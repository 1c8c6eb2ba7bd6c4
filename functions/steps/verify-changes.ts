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
import { ecsReadOn, instancesReadOn, zoneReadOn } from '../observing/read-on.ts';
import { type ClaimEnvironment, claimSettings } from '../observing/settings.ts';
import { deleteMessages } from '../observing/settle-messages.ts';
import type { Clock } from '../runtime/clock.ts';
import { logger, metrics } from '../runtime/powertools.ts';
import { clock, definitions, ec2, ecs, instances, payloads, queue, random, zone } from '../wiring/ports.ts';
import { wire } from '../wiring/wire.ts';

interface Ports extends EcsPorts {
  readonly payloads: Payloads;
  readonly zone: Pick<ZoneReader, 'at' | 'from'>;
  readonly queue: Pick<EventQueue, 'delete'>;
  readonly clock: Clock;
  readonly random: () => number;
}

/** Looks again at what was changed, and says what follows: another round, another look at starts, or the end. */
export const verifyChanges =
  ({ payloads, zone, queue, clock, random, ...ports }: Ports, environment: ClaimEnvironment) =>
  async ({ run, batches, applied, retries = 0 }: Given<typeof verifyChangesContract>) => {
    const settings = claimSettings(environment);
    const passes = await loadPasses(payloads, run);
    const latest = passes.find(({ pass }) => pass === run.pass);
    if (!latest) throw new PayloadError(`the plan of pass ${run.pass} is missing from the run bucket; run again`);
    const { plan } = latest;
    const sent = await openUnits(payloads, latest, batches, applied);
    const open = openNamesOf([...(plan.unwritten ?? []), ...(plan.unsent ?? []), ...sent], plan);
    const changed = changedSoFar(passes);
    const about = { run: passes[0], changed };
    const unsettled = plan.names.filter(
      ({ name, created }) => open.has(name) || created.some(({ target }) => open.has(target)),
    );
    const takenOver = plan.takenOver ?? [];
    const kept = impatientObjects(payloads.lasting);
    const progress = await progressOf({ payloads, clock, at: objectAt('progress', run, 'verify-changes'), retries });
    const reading = {
      ...ports,
      ecs: ecsReadOn(ports.ecs, progress),
      instances: instancesReadOn(ports.instances, progress),
    };
    const zoneReader = zoneReadOn(zone, progress);
    const [seen, ...others] = await progress.during(() =>
      Promise.all([
        lookAgain({ ...reading, kept, known: hostsOf(changed, settings.naming) }, about, settings),
        missingAddresses(zoneReader, about, settings),
        fallenTakeovers(zoneReader, takenOver, settings.naming),
        reclaimed(patientObjects(payloads.lasting, retries), changedSoFar([latest])),
      ]),
    );
    const found = [...disagreements(changed, seen), ...others.flat()];
    const blind = isBlind(plan);

    const scope = joinScopes([
      scopeOfNames(unsettled),
      ...takenOver.filter(({ name }) => open.has(name)).map(({ name, ...where }) => scopeAt(name, where)),
      ...found.map(({ name, where }) => scopeAt(name, where)),
      ...found.map(({ name }) => scopeOfNames(changed.filter((one) => one.name === name))),
      scopeOfStarts(plan.starting),
      ...(blind && run.scope ? [await payloads.load('scope', run.scope)] : []),
    ]);
    const graceEndsAt = Math.max(0, ...plan.starting.map((instance) => instance.graceEndsAt));
    const spent = { ...run, events: (run.events ?? 0) + (plan.events ?? 0) };
    const now = clock.now();
    const step = nextStep(run, {
      unsettled: open.size > 0 || found.length > 0 || blind,
      ...(graceEndsAt > 0 && { graceEndsAt }),
      room: roomForAnother(spent, { groups: groupsIn(scope), startedAt: run.startedAt, now }),
      now,
      random: random(),
    });
    report(found, open, step.next);
    kept.report();
    return {
      next: step.next,
      seconds: 'seconds' in step ? step.seconds : 0,
      run: await nextRun({ payloads, queue, clock }, spent, { step: step.next, scope, plan }),
      disagreements: found.slice(0, 10).map(({ name, finding }) => printable(`${name} ${finding}`, 400)),
    };
  };

/** What has to be read and planned again: moved, stale, or lost with its batch. */
async function openUnits(
  payloads: Payloads,
  { results }: KeptPass,
  batches: readonly BatchItem[],
  applied: readonly AppliedBatch[],
): Promise<readonly string[]> {
  const open = await pool(batches, 10, async ({ index, batch }) => {
    const answered = applied.some((one) => one.index === index && !('unknown' in one));
    const result = results.find((one) => one.index === index);
    if (answered && result) return [...result.moved, ...result.stale];
    return (await payloads.load('batch', batch)).map(({ name }) => name);
  });
  return open.flat();
}

async function nextRun(
  { payloads, ...ports }: Pick<Ports, 'payloads' | 'queue' | 'clock'>,
  run: RunState,
  { step, scope, plan }: { readonly step: NextStep['next']; readonly scope: Scope; readonly plan: PlanRecord },
): Promise<RunState> {
  if (step === 'publish' || step === 'contended') return run;
  const unread = anyUnread(plan) ? 'some' : 'none';
  const fate = fateOfWakeUps({ state: step, dryRun: run.dryRun, unread });
  const before = fate === 'delete' ? await deleteMessages({ payloads, ...ports }, run) : run;
  const next = { ...before, kind: 'event' as const, pass: run.pass + 1 };
  const counted = step === 'again' ? { round: run.round + 1 } : { looks: run.looks + 1 };
  return { ...next, ...counted, scope: await payloads.save(objectAt('scope', next), scope) };
}

function report(found: readonly Disagreement[], open: ReadonlySet<string>, next: string): void {
  metrics.addMetric('ChangesDisagreed', 'Count', found.length);
  logger.info('verified', { next, disagreements: found.map(({ finding }) => finding), open: [...open] });
}

export const handler = wire('VerifyChanges', {
  contract: verifyChangesContract,
  ports: { payloads, zone, queue, clock, random, ecs, definitions, instances, ec2 },
  work: verifyChanges,
});
