import type { DefinitionReader } from '../adapters/ecs-definitions.ts';
import type { EcsReader } from '../adapters/ecs-reader.ts';
import type { EventQueue } from '../adapters/event-queue.ts';
import type { Executions } from '../adapters/executions.ts';
import { type Environment, namingOf } from '../contracts/environment.ts';
import { type HostEvent, startRunContract, type TaskEvent, type WakeUp } from '../contracts/events.ts';
import { toVariables } from '../domain/ecs/declaration.ts';
import { declaredEndpoints, declaredNames } from '../domain/ecs/declared-names.ts';
import { atOnce, nextWindow } from '../domain/reading/event-window.ts';
import { type EventSeen, isRepeated, type Queued, withQueued } from '../domain/reading/repeats.ts';
import { startWindow } from '../observing/start-window.ts';
import type { Clock } from '../runtime/clock.ts';
import { metrics } from '../runtime/powertools.ts';
import { clock, definitions, ecs, executions, queue } from '../wiring/ports.ts';
import { wire } from '../wiring/wire.ts';
import { drainingTasks, sendAll } from './draining-tasks.ts';

interface Ports {
  readonly definitions: DefinitionReader;
  /** Asked only of a host that drains. */
  readonly ecs: Pick<EcsReader, 'listTasks' | 'describeTasks'>;
  readonly queue: Pick<EventQueue, 'send'>;
  readonly executions: Executions;
  readonly clock: Clock;
}

type Settings = Environment<
  'ZONE_NAME' | 'OWNER_LABEL' | 'PUBLISH_TASKS' | 'EVENT_WINDOW' | 'CLUSTERS' | 'STATE_MACHINE_ARN'
>;

/**
 * One ECS event: drops tasks that declare nothing and what repeats an earlier event, queues where to look again, and once
 * that is acknowledged sees to an execution that comes for it: at once where it is the first of its window. What it has
 * queued it remembers only then; another sandbox knows nothing of it. A host that drains has several tasks to look at: the
 * execution for them waits for its window and takes all messages, where one that is started at once is about one.
 */
export const startRun = ({ definitions, ecs, queue, executions, clock }: Ports, settings: Settings) => {
  const { EVENT_WINDOW: length, STATE_MACHINE_ARN: stateMachine } = settings;
  const starter = { executions, clock, stateMachine, length };
  let queued: Queued = new Map();
  const hostDrains = async (detail: HostEvent['detail']) => {
    const seen: EventSeen = { task: detail.containerInstanceArn, tells: 'drain' };
    if (isRepeated(queued, seen, clock.now())) return { dropped: 'it repeats what was queued of this drain' };
    const wakeUps = await drainingTasks({ ecs, definitions }, detail, namingOf(settings));
    if (wakeUps.length === 0) return { dropped: 'no task on its host declares a name' };
    const queuedAt = clock.now();
    await sendAll(queue.send, wakeUps);
    metrics.addMetric('EventsQueued', 'Count', wakeUps.length);
    const { execution } = await startWindow(starter, nextWindow(clock.now(), length));
    queued = withQueued(queued, seen, queuedAt);
    return { execution, names: [...new Set(wakeUps.flatMap(({ names }) => names))] };
  };
  return async ({ detail }: TaskEvent | HostEvent) => {
    if (settings.CLUSTERS && !settings.CLUSTERS.includes(detail.clusterArn)) {
      return { dropped: 'its cluster is not published' };
    }
    if (!('taskArn' in detail)) return hostDrains(detail);
    // What such a task has published under another setting leaves by the next full run.
    if (settings.PUBLISH_TASKS === 'services' && detail.oneOff) return { dropped: 'its task is of no service' };
    const { taskArn: task, tells, shows } = detail;
    const seen: EventSeen = { task, ...(tells && { tells }), ...(shows !== undefined && { shows }) };
    if (isRepeated(queued, seen, clock.now())) return { dropped: `it repeats what was queued of this ${tells}` };
    const described = await definitions.describe([detail.taskDefinitionArn]);
    const definition = described.definitions.get(detail.taskDefinitionArn);
    const overrides = detail.overrides.containerOverrides.map(({ name = '', environment }) => ({
      container: name,
      environment: toVariables(environment),
    }));
    const names = definition ? declaredNames(definition, overrides, namingOf(settings)) : [];
    // Without its definition nobody can tell its names; the next full run looks at the task whatever it declares.
    if (!definition) return { dropped: `ECS does not know its task definition ${detail.taskDefinitionArn} (any more)` };
    if (names.length === 0) return { dropped: 'its task declares no name' };

    const wakeUp: WakeUp = {
      cluster: detail.clusterArn,
      task,
      ...(detail.containerInstanceArn !== undefined && { containerInstance: detail.containerInstanceArn }),
      awsvpc: definition.networkMode === 'awsvpc',
      version: detail.version,
      names: [...names],
      ...(tells === 'stop' && { stops: { endpoints: declaredEndpoints(definition, overrides, namingOf(settings)) } }),
    };
    const queuedAt = clock.now();
    const id = await queue.send(JSON.stringify(wakeUp));
    metrics.addMetric('EventsQueued', 'Count', 1);
    const { execution } = await startWindow(starter, atOnce(clock.now(), length), id);
    queued = withQueued(queued, seen, queuedAt);
    return { execution, names: [...names] };
  };
};

export const handler = wire('StartRun', {
  contract: startRunContract,
  ports: { definitions, ecs, queue, executions, clock },
  work: startRun,
  anyRelease: true,
});
