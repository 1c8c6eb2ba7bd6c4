import { isForbidden, messageOf } from '../adapters/aws/faults.ts';
import type { DefinitionReader } from '../adapters/ecs-definitions.ts';
import type { EcsReader } from '../adapters/ecs-reader.ts';
import type { EventQueue } from '../adapters/event-queue.ts';
import type { Executions } from '../adapters/executions.ts';
import type { ChangeReader } from '../adapters/route53-change.ts';
import type { Payloads } from '../contracts/crossing.ts';
import { type Environment, namingOf } from '../contracts/environment.ts';
import type { WakeUp } from '../contracts/events.ts';
import { lifecycleCall, shiftHookContract } from '../contracts/hook-calls.ts';
import { objectAt } from '../contracts/payloads.ts';
import { nameOf } from '../domain/ecs/declared.ts';
import { unknownShares } from '../domain/ecs/deployment.ts';
import { nextWindow } from '../domain/reading/event-window.ts';
import { type HookCall, type HookReading, hookAnswer, isWorthAsking, LATER } from '../domain/telling/hook-answer.ts';
import type { KeptShift } from '../domain/telling/kept-shift.ts';
import { clusterKey } from '../observing/digest.ts';
import { type ShiftPorts, serviceSharesIn } from '../observing/service-shares.ts';
import { startWindow } from '../observing/start-window.ts';
import type { Clock } from '../runtime/clock.ts';
import { logger, metrics } from '../runtime/powertools.ts';
import { changes, clock, definitions, ecs, executions, payloads, queue, shifts } from '../wiring/ports.ts';
import { wire } from '../wiring/wire.ts';
import { sendAll, wakeUpsOf } from './draining-tasks.ts';

interface Ports {
  readonly shifts: ShiftPorts | undefined;
  readonly changes: ChangeReader;
  readonly ecs: Pick<EcsReader, 'listTasks' | 'describeTasks'>;
  readonly definitions: DefinitionReader;
  readonly payloads: Pick<Payloads, 'lasting'>;
  readonly queue: Pick<EventQueue, 'send'>;
  readonly executions: Executions;
  readonly clock: Clock;
}

type Settings = Environment<'ZONE_NAME' | 'OWNER_LABEL' | 'EVENT_WINDOW' | 'STATE_MACHINE_ARN'>;

/** Milliseconds within which a stage of a deployment wakes one run in one direction: ECS calls more often than a run ends. */
const WOKEN = 30_000;

/**
 * ECS asks at a stage of a deployment whether it may go on. What is not understood, and what fails, is answered with a wait:
 * an error or another answer would roll the deployment back.
 */
export const shiftHook = (ports: Ports, settings: Settings) => {
  const woken = new Map<string, number>();
  const answerTo = async (call: HookCall & { readonly cluster: string; readonly name: string }) => {
    const { clock } = ports;
    const [shares, kept] = await Promise.all([sharesOf(ports, call), keptOf(ports, call)]);
    const reading: HookReading = { shares, kept, now: clock.now() };
    const changes = kept && isWorthAsking(call, reading) ? await stateOf(ports.changes, kept) : undefined;
    const answer = hookAnswer(call, { ...reading, changes });
    if (answer.status === 'IN_PROGRESS' && answer.notesSync && kept) await noteSync(ports, call, kept);
    const way = `${call.deployment} ${call.stage} ${shares.direction ?? ''}`;
    const last = woken.get(way) ?? Number.NEGATIVE_INFINITY;
    if (answer.status === 'IN_PROGRESS' && answer.wakes && clock.now() - last >= WOKEN) {
      const tasks = await wake(ports, settings, call);
      woken.set(way, clock.now());
      logger.info('a run is to look at the tasks of a deployment', { call, tasks });
    }
    return answer;
  };
  return async (event: Readonly<Record<string, unknown>>) => {
    const { data: call, error } = lifecycleCall.safeParse(event);
    if (!call) {
      logger.warn('a call of the hook is not understood; ECS is told to wait', { cause: error.message, event });
      return inProgress(LATER);
    }
    try {
      const answer = await answerTo(call);
      logger.info('hook', { call, answer });
      return answer.status === 'SUCCEEDED' ? { hookStatus: 'SUCCEEDED' as const } : inProgress(answer.delay);
    } catch (fault) {
      logger.warn('the hook cannot tell; ECS is told to wait', { call, cause: messageOf(fault) });
      return inProgress(LATER);
    }
  };
};

const inProgress = (callBackDelay: number) => ({ hookStatus: 'IN_PROGRESS' as const, callBackDelay });

type Called = HookCall & { readonly cluster: string; readonly name: string };

async function sharesOf({ shifts }: Pick<Ports, 'shifts'>, { cluster, name }: Called) {
  if (!shifts) return unknownShares('the function does not know its own ARN');
  const [one] = await serviceSharesIn(shifts, cluster, [name]);
  return one?.shares ?? unknownShares('ECS does not tell of the service');
}

/** What cannot be read for now is asked for again in a moment; what is damaged, runs write anew. */
async function keptOf({ payloads }: Pick<Ports, 'payloads'>, { cluster, service }: Called) {
  const found = await payloads.lasting.read(objectAt('shifts', clusterKey(cluster)), true);
  return found.state === 'found' ? found.body.find((one) => one.service === service) : undefined;
}

/** The state of all changes: the least of them counts. */
async function stateOf(changes: ChangeReader, { changeIds }: KeptShift): Promise<HookReading['changes']> {
  if (changeIds.length === 0) return 'lost';
  const states = await Promise.all(
    changeIds.map((id) =>
      changes.state(id).catch((fault: unknown) => {
        logger.warn('Route 53 does not tell of a change', { id, cause: messageOf(fault) });
        // A role in the account of the zone may lack the right: the time that Route 53 usually takes counts then.
        return isForbidden(fault) ? ('lost' as const) : ('unread' as const);
      }),
    ),
  );
  return (['unread', 'pending', 'lost'] as const).find((state) => states.includes(state)) ?? 'insync';
}

/** Only where it is still the shift that Route 53 was asked about: a run may have changed the zone meanwhile. */
async function noteSync({ payloads, clock }: Pick<Ports, 'payloads' | 'clock'>, { cluster }: Called, seen: KeptShift) {
  const isSeen = (one: KeptShift) =>
    one.service === seen.service &&
    one.deployment === seen.deployment &&
    one.appliedAt === seen.appliedAt &&
    one.insyncAt === undefined;
  const insyncAt = clock.now();
  await payloads.lasting.revise(
    objectAt('shifts', clusterKey(cluster)),
    (before) => before?.map((one) => (isSeen(one) ? { ...one, insyncAt } : one)),
    { patient: true },
  );
}

/** Queues where to look: at every task of the service, under its names and the test name. */
async function wake(ports: Ports, settings: Settings, { cluster, name, testName }: Called): Promise<number> {
  const { clock, executions, queue } = ports;
  const naming = namingOf(settings);
  const test = testName === undefined ? undefined : nameOf({ name: testName }, naming);
  const also = test && !test.fault ? [test.name] : [];
  const found = await wakeUpsOf(ports, { cluster, service: name }, naming);
  const wakeUps = found.map((one): WakeUp => ({ ...one, names: [...new Set([...one.names, ...also])] }));
  if (wakeUps.length === 0) return 0;
  await sendAll(queue.send, wakeUps);
  metrics.addMetric('EventsQueued', 'Count', wakeUps.length);
  const { EVENT_WINDOW: length, STATE_MACHINE_ARN: stateMachine } = settings;
  await startWindow({ executions, clock, stateMachine, length }, nextWindow(clock.now(), length));
  return wakeUps.length;
}

export const handler = wire('ShiftHook', {
  contract: shiftHookContract,
  ports: { shifts, changes, ecs, definitions, payloads, queue, executions, clock },
  work: shiftHook,
  anyRelease: true,
});
