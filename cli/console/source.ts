import type { Done, Looked, Order, Source } from '../../console/source.ts';
import type { KeptOutcome } from '../../functions/contracts/outcome.ts';
import { objectAt } from '../../functions/contracts/payloads.ts';
import type { TriggerInput } from '../../functions/contracts/states.ts';
import { isChange } from '../../functions/domain/telling/summary.ts';
import { pauseSentence } from '../../functions/domain/zone/pause.ts';
import { type Context, telling } from '../context.ts';
import { readLabel, refusePaused } from '../label.ts';
import { KEPT_DAYS, recentOutcomes, skipLine } from '../outcomes.ts';
import { lookFor } from '../outcomes-about.ts';
import { endPause, markerNow, pauseReason, writePause } from '../pausing.ts';
import { findOutcome, startRun } from '../runs.ts';
import { executionArnOf } from '../state-machine.ts';
import { type Look, look } from '../verdict/look.ts';
import type { Judged } from '../verdict/verdict.ts';
import { faultLines } from '../view/fault.ts';
import { pauseOf } from '../view/status-report.ts';

/** Days in whose folders the outcomes of the last 24 hours stand. */
const DAYS = 2;
/** Milliseconds for which an outcome that cannot be read is not tried again. */
const LOST_FOR = 300_000;

/** A deployment as the console asks for it, with what this command may. */
export function consoleSource(context: Context): Source {
  const { io, deployment, machines, payloads } = context;
  const arnOf = (execution: string) => executionArnOf(deployment.stateMachine, execution);
  const start = async (input: TriggerInput): Promise<string> =>
    (await startRun(context, input)).split(':').at(-1) ?? '';
  let before: Look | undefined;
  /** Outcomes that cannot be read, by key. */
  const lost = new Map<string, { readonly says: string; readonly until: number }>();
  return {
    deployed: {
      id: deployment.id,
      naming: deployment.naming,
      zoneId: deployment.zoneId,
      definition: deployment.definition,
      // As `npm start` prints it: the zone of a local run stands with no resolver of the system.
      ...(io.variables.DNS_SERVER && { dnsServer: io.variables.DNS_SERVER }),
    },
    now: io.now,
    says: (fault) => sentence(context, fault),
    async look() {
      try {
        before = await look(context, before);
        return lookedOf(before, context);
      } catch (fault) {
        return blind(fault, context);
      }
    },
    runs: (most) => machines.executions(deployment.stateMachine, most),
    async outcomes(known, most) {
      const until = io.now() + LOST_FOR;
      for (const [key, one] of lost) if (one.until <= io.now()) lost.delete(key);
      const isNew = ({ key }: { readonly key: string }) =>
        !lost.has(key) && !known.has(key.slice(key.lastIndexOf('/') + 1, -'.json'.length));
      const hears = (key: string, why: string) => void lost.set(key, { says: skipLine(key, why), until });
      const outcomes: KeptOutcome[] = [];
      const quiet = telling(context);
      for await (const outcome of recentOutcomes(quiet, DAYS, { look: { ofDay: async () => isNew }, lost: hears })) {
        outcomes.push(outcome);
        if (outcomes.length >= most) break;
      }
      return { outcomes, skipped: [...lost.values()].map(({ says }) => says) };
    },
    async past(name, most) {
      const quiet = telling(context);
      const look = lookFor(quiet, { name, names: [name] }, ({ changed }, isAsked) => isAsked(changed));
      const found: KeptOutcome[] = [];
      for await (const outcome of recentOutcomes(quiet, KEPT_DAYS, { look })) {
        if (outcome.dryRun || !outcome.dispositions.some((one) => one.name === name && isChange(one))) continue;
        found.push(outcome);
        if (found.length >= most) break;
      }
      return found;
    },
    // The first pass has read everything; rounds that follow look at a part of it only.
    reading: (execution) => payloads.find(objectAt('reading', { execution, pass: 1 })),
    run: (execution) => machines.execution(arnOf(execution)).catch(unlessMissing),
    async outcome({ name, startedAt, endedAt, status }) {
      const skipped: string[] = [];
      const quiet = telling(context, (line) => void skipped.push(line));
      const ended = endedAt !== undefined && { endedAt };
      const view = { name, startedAt, ...ended, status: status as 'RUNNING', input: '', error: '', cause: '' };
      const found = await findOutcome(quiet, view);
      const [lost] = skipped;
      if (!found && lost !== undefined) throw new Error(lost);
      return found;
    },
    history: async (execution, data) => (await machines.history(arnOf(execution), undefined, data)).events,
    async start(order) {
      if (order.approve !== undefined) {
        refusePaused(pauseOf(await readLabel(context), deployment), context, `ecssd approve ${order.approve}`);
      }
      const execution = await start(inputOf(order));
      return { execution, says: `states:StartExecution: ${execution} has begun` };
    },
    async pause(reason) {
      const text = pauseReason(reason, 'why');
      const now = await markerNow(context);
      if (now.marker.paused) return { says: `it is ${pauseSentence(now.marker.paused)} already; nothing was done` };
      const paused = await writePause(context, now, text);
      return {
        says: `route53:ChangeResourceRecordSets: ${pauseSentence(paused)}; what runs already may still send what it has planned`,
      };
    },
    async resume(): Promise<Done> {
      const now = await markerNow(context);
      if (!now.marker.paused) return { says: 'it is not paused; nothing was done' };
      await endPause(context, now);
      const execution = await start({});
      return {
        execution,
        says: `route53:ChangeResourceRecordSets: the pause has ended; states:StartExecution: ${execution} has begun`,
      };
    },
  };
}

const inputOf = ({ dryRun, approve, clusters }: Order): TriggerInput => ({
  ...(clusters && { clusters: [...clusters] }),
  ...(dryRun && { dryRun }),
  ...(approve !== undefined && { approve }),
});

const sentence = ({ io, endpoints }: Context, fault: unknown): string =>
  faultLines(fault, io.variables, endpoints).join('; ');

function lookedOf({ facts, verdicts, recordSets, faults }: Look, context: Context): Looked {
  const { now, apart, paused, told, notKnown } = facts;
  return {
    at: now,
    verdicts: verdicts.map(saidOf),
    ...(apart !== undefined && { apart }),
    ...(paused && { paused }),
    ...(recordSets && { recordSets }),
    ...(told && { dispositions: told.dispositions }),
    ...(told?.full && { full: told.full }),
    ...(told && { heldSince: told.heldSince.map((one) => ({ key: '', ...one })) }),
    notKnown: notKnown.map(({ what }, at) => ({ what, why: sentence(context, faults[at]) })),
  };
}

const saidOf = ({ case: id, says, since, next }: Judged): Looked['verdicts'][number] => ({
  case: id,
  says,
  ...(since && { since: since.at }),
  ...(since?.atLeast && { sinceAtLeast: true }),
  ...(next !== undefined && { next }),
});

/** Where nothing at all could be asked. */
function blind(fault: unknown, context: Context): Looked {
  const why = sentence(context, fault);
  return {
    at: context.io.now(),
    verdicts: [{ case: 'not-known', says: `cannot tell whether all is in sync: ${why}` }],
    notKnown: ['the zone', 'what runs have kept'].map((what) => ({ what, why })),
  };
}

function unlessMissing(fault: unknown): undefined {
  if (fault instanceof Error && (fault.name === 'ExecutionDoesNotExist' || fault.name === 'InvalidArn'))
    return undefined;
  throw fault;
}
