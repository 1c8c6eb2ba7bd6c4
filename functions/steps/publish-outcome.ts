import { isForbiddenName, messageOf } from '../adapters/aws/faults.ts';
import type { TaskStopper } from '../adapters/ecs-tasks.ts';
import type { EventBus } from '../adapters/event-bus.ts';
import type { EventQueue } from '../adapters/event-queue.ts';
import type { Executions } from '../adapters/executions.ts';
import type { Payloads } from '../contracts/crossing.ts';
import type { Environment } from '../contracts/environment.ts';
import type { OutcomeRecord } from '../contracts/outcome.ts';
import { objectAt } from '../contracts/payloads.ts';
import type { Receipt } from '../contracts/reading-shapes.ts';
import { spendingIn } from '../contracts/spending.ts';
import { executionState, type Given, publishOutcomeContract, type RunState } from '../contracts/states.ts';
import { lostFinding } from '../domain/reading/lost-object.ts';
import { anyUnread } from '../domain/reading/reading.ts';
import { joinUnread } from '../domain/reading/unread.ts';
import { approvalFindings, approvalOf } from '../domain/telling/approval-outcome.ts';
import { causeOf, endingOf, heldFindings } from '../domain/telling/ending.ts';
import { mentionsOf, mentionsText } from '../domain/telling/mentions.ts';
import { accumulate } from '../domain/telling/outcome.ts';
import { type OutcomeEvent, outcomeEvents } from '../domain/telling/outcome-event.ts';
import { lastSeen } from '../domain/telling/seen-deployments.ts';
import { waitingFor } from '../domain/telling/slices-left.ts';
import { spentByRun } from '../domain/telling/spent.ts';
import { isChange, summarize } from '../domain/telling/summary.ts';
import type { TrafficShifted } from '../domain/telling/traffic-shifted.ts';
import { pausedFinding } from '../domain/telling/waiting-for-resume.ts';
import { fateOfWakeUps } from '../domain/telling/wake-ups.ts';
import { whatStands } from '../domain/telling/what-stands.ts';
import { reasonMetrics } from '../domain/words/reason.ts';
import { MAX_FINDING, MAX_MESSAGE, printable } from '../domain/words/text.ts';
import { findingOf, type Quarantine, quarantineList } from '../domain/zone/quarantine.ts';
import { latencyOf } from '../observing/event-latency.ts';
import { giveWay, isSuperseded } from '../observing/give-way.ts';
import { keepShifts } from '../observing/keep-shifts.ts';
import { impatientObjects, type NotedObjects } from '../observing/noted-objects.ts';
import { type KeptPass, loadPasses } from '../observing/passes.ts';
import { settleMessages } from '../observing/settle-messages.ts';
import { NOTHING_STOPPED, stopUnhealthy } from '../observing/stop-unhealthy.ts';
import { callsSoFar } from '../runtime/calls-made.ts';
import type { Clock } from '../runtime/clock.ts';
import { logger, metrics } from '../runtime/powertools.ts';
import { bus, clock, executions, payloads, queue, tasks } from '../wiring/ports.ts';
import { wire } from '../wiring/wire.ts';

interface Ports {
  readonly payloads: Payloads;
  readonly bus: EventBus;
  readonly queue: EventQueue;
  readonly executions: Executions;
  readonly tasks: TaskStopper;
  readonly clock: Clock;
}

type Settings = Environment<'EVENT_WINDOW' | 'ON_UNHEALTHY'> & Partial<Environment<'RELEASE'>>;

/** Ends every handled path: keeps the outcome, counts it, frees or deletes the messages, says how the execution ends. */
export const publishOutcome =
  ({ payloads, bus, queue, executions, tasks, clock }: Ports, settings: Settings) =>
  async ({ execution, stateMachine, state, release, retries = 0 }: Given<typeof publishOutcomeContract>) => {
    if (isSuperseded(state, { release, own: settings.RELEASE })) {
      const window = settings.EVENT_WINDOW;
      return giveWay({ payloads, queue, executions, clock }, state, { window, stateMachine });
    }
    const { run, error, zone, plan, applied, verified } = executionState.parse(state);
    const found = run ? await loadPasses(payloads, run, { plan: plan?.kept, applied }) : [];
    // What PlanChanges has kept before it failed was never sent.
    const passes = error ? found.filter(({ pass }) => pass !== run?.pass || plan?.kept?.pass === pass) : found;
    const plans = passes.map(({ plan }) => plan);
    const [full] = plans;
    const unread = joinUnread(plans.map((one) => one.unread ?? []));
    const forbidden = error !== undefined && (isForbiddenName(error.Error) || error.Error === 'NoSuchHostedZone');
    const dispositions = accumulate(passes, error && forbidden ? `${error.Error}: ${causeOf(error.Cause)}` : undefined);
    const stands = whatStands(passes, { dispositions, ours: zone?.ours, kind: full?.kind ?? run?.kind, forbidden });
    const paused = run?.dryRun ? undefined : zone?.paused;
    const ending = endingOf({
      error,
      paused: paused !== undefined,
      dryRun: run?.dryRun === true,
      stands,
      contended: verified?.next === 'contended' || plan?.reading === 'spent',
      full,
      unread,
      stateMachine,
    });
    const waiting = waitingFor(passes).length;
    const now = clock.now();
    const kept = impatientObjects(payloads.lasting);
    const shifted =
      !run || run.dryRun || paused ? [] : await keepShifts(kept, passes, { startedAt: run.startedAt, now, execution });
    const deployments = lastSeen(passes, shifted);
    const quarantined = quarantineList(await quarantineOf(kept, passes));
    const stops =
      settings.ON_UNHEALTHY === 'deregister-and-stop' && !run?.dryRun && !paused && ending.state !== 'failed';
    const stopping = stops ? await stopUnhealthy(tasks, execution, { passes, dispositions, now }) : NOTHING_STOPPED;
    const approval = full?.approved && approvalOf(full.approved, dispositions);
    const blind = plans.some(anyUnread);
    // Nor does it help to come again soon for clusters that nobody may read.
    const closed = error === undefined && unread.length > 0 && unread.every((one) => isForbiddenName(one.error));
    const read = blind ? (closed ? 'closed' : 'some') : 'none';
    const fate = fateOfWakeUps({
      state: ending.state,
      dryRun: run?.dryRun,
      forbidden,
      unread: read,
      waiting: waiting > 0,
    });
    const isHandled = fate === 'delete' && !paused;
    const receipts = isHandled && !run?.latency ? await receiptsOf(payloads, run) : undefined;
    const latency = isHandled ? (run?.latency ?? latencyOf(receipts ?? [], now)) : undefined;
    const { failed, ...spent } = spentByRun(spendingIn(state), { retries, calls: callsSoFar() });
    const record: OutcomeRecord = {
      execution,
      ...ending,
      ...(run && { trigger: run.trigger, startedAt: run.startedAt, dryRun: run.dryRun }),
      ...(paused && { paused }),
      ...(run?.dryRun ? {} : { stands }),
      endedAt: now,
      passes: passes.length,
      dispositions,
      refused: passes.flatMap(({ refused }) => refused.map(readableRefusal)),
      held: full?.held ?? [],
      ...(full?.heldHash !== undefined && { heldHash: full.heldHash, ours: full.ours }),
      ...(approval && { approval }),
      ...stopping,
      findings: [
        ...new Set(
          [
            ...(paused ? [pausedFinding(paused, passes.length > 0 ? dispositions : undefined)] : []),
            ...(full && run?.dryRun ? heldFindings(full) : []),
            ...(approval && full ? approvalFindings(approval, full) : []),
            ...(waiting > 0 ? [waitingFinding(waiting)] : []),
            ...quarantined.map(findingOf),
            ...plans.flatMap(({ findings }) => findings),
            ...passes.flatMap(({ findings }) => findings),
            ...stopping.findings,
            ...kept.lost().map(lostFinding),
          ].map((finding) => printable(finding, MAX_FINDING)),
        ),
      ],
      ...(deployments.length > 0 && { deployments }),
      unread,
      quarantined,
      contended: [...new Map(plans.flatMap(({ contended }) => contended).map((one) => [one.name, one])).values()],
      conflicts: [...new Set(plans.flatMap(({ conflicts }) => conflicts))],
      nearQuotas: plans.at(0)?.nearQuotas ?? [],
      ...(waiting > 0 && { waiting }),
      ...(latency && { latency }),
      ...spent,
      ...(failed !== undefined && { failedAttempts: failed }),
    };
    const day = new Date(now).toISOString().slice(0, 10);
    const own = objectAt('outcome', day, execution);
    // An outcome without its index is read by whoever looks for something, so their order does not matter.
    const written = await Promise.all([
      kept.keep(own, record),
      kept.keepIfPossible(objectAt('index', day, execution, mentionsText(mentionsOf(record))), { outcome: own.key }),
    ]);
    const isKept = written.every(Boolean);
    count(record);
    kept.report();
    const told = new Set([...kept.lost().map(lostFinding), ...record.findings]);
    // The last pass that looked at a cluster has the last word about it.
    const clusters = Object.fromEntries(plans.flatMap((one) => Object.entries(one.clusters)));
    const summary = summarize({ ...record, clusters, ...(isKept ? {} : { findings: [...told] }) });
    const { changes, more, findings, unseen } = summary;
    if (waiting > 0) metrics.addMetric('ChangesBeyondRoom', 'Count', waiting);
    if (unseen && !run?.dryRun) metrics.addMetric('TasksUnread', 'Count', unseen.tasks);
    // The dashboard and people who search the logs read the changes here.
    logger.info('outcome', {
      state: ending.state,
      execution,
      changes,
      more,
      findings,
      ...(unseen && { unseen }),
      ...(waiting > 0 && { waiting }),
      held: record.held.length,
      refused: record.refused,
    });
    const everything = full?.kind === 'full' && run?.dryRun === false && run.clusters === undefined;
    metrics.addMetric('FullRunsInSync', 'Count', ending.state === 'in-sync' && everything ? 1 : 0);
    if (!run?.dryRun) await announce(bus, [...outcomeEvents(dispositions, execution), ...shifted], stateMachine);
    await settleMessages({ payloads, queue, executions, clock }, run, {
      fate,
      ...(receipts && { receipts }),
      window: settings.EVENT_WINDOW,
      stateMachine,
    });
    return { ...ending, summary };
  };

/** Of the messages of a run; what cannot be read costs the latency only, and is asked for once more to settle them. */
async function receiptsOf(payloads: Payloads, run: RunState | undefined): Promise<readonly Receipt[] | undefined> {
  if (!run?.messages) return undefined;
  return payloads.load('receipts', run.messages).catch(() => undefined);
}

const waitingFinding = (names: number) =>
  `${names} names wait for another run: their changes are more than this one had time for, or room in its history`;

/** What is in quarantine by now: nothing where the run has found nothing there, and Route 53 has refused nothing since. */
async function quarantineOf(kept: NotedObjects, passes: readonly KeptPass[]): Promise<Quarantine> {
  const isClear = ({ plan, refused }: KeptPass) =>
    plan.from !== undefined && !plan.from.quarantine && refused.length === 0;
  if (passes.length > 0 && passes.every(isClear)) return {};
  return (await kept.read(objectAt('quarantine'))) ?? {};
}

const readableRefusal = ({ name, message }: OutcomeRecord['refused'][number]) => ({
  name,
  message: printable(message, MAX_MESSAGE),
});

function count({ state, trigger, dispositions, quarantined, contended, ...found }: OutcomeRecord): void {
  // A dry run has done nothing, and pages nobody.
  if (found.dryRun) return;
  // What events bring about has its latency, and that nothing was to do is told by `FullRunsInSync`.
  if (state === 'paused') metrics.addMetric('RunsPaused', 'Count', 1);
  else if (state !== 'in-sync') metrics.addMetric(state === 'held' ? 'RunsHeld' : 'RunsFailed', 'Count', 1);
  else if (trigger !== 'events') metrics.addMetric('RunsInSync', 'Count', dispositions.some(isChange) ? 1 : 0);
  metrics.addMetric('NamesQuarantined', 'Count', quarantined.length);
  metrics.addMetric('NamesContended', 'Count', contended.length);
  if (found.unread.length > 0) metrics.addMetric('ClustersUnread', 'Count', found.unread.length);
  metrics.addMetric('QuotasNear', 'Count', found.nearQuotas.length);
  metrics.addMetric('NamesInConflict', 'Count', found.conflicts.length);
  for (const [metric, count] of reasonMetrics(dispositions)) metrics.addMetric(metric, 'Count', count);
}

/** Tells the default event bus what came about. News only: a bus that takes none fails no run. */
async function announce(
  bus: EventBus,
  happened: readonly (OutcomeEvent | TrafficShifted)[],
  stateMachine: string,
): Promise<void> {
  const events = happened.map((event) => ({ ...event, resources: [stateMachine] }));
  const lost = await bus.publish(events).catch((fault: unknown) => {
    logger.warn('outcome events were not taken', { cause: messageOf(fault) });
    return events.length;
  });
  metrics.addMetric('OutcomeEventsLost', 'Count', lost);
}

export const handler = wire('PublishOutcome', {
  contract: publishOutcomeContract,
  ports: { payloads, bus, queue, executions, tasks, clock },
  work: publishOutcome,
  anyRelease: true,
});
