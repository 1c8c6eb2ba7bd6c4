import type { DefinitionReader } from '../adapters/ecs-definitions.ts';
import type { EventQueue } from '../adapters/event-queue.ts';
import type { Executions } from '../adapters/executions.ts';
import { type Environment, namingOf } from '../contracts/environment.ts';
import type { WakeUp } from '../contracts/events.ts';
import { startRunContract, type TaskEvent } from '../contracts/events.ts';
import { toVariables } from '../domain/ecs/declaration.ts';
import { declaredNames } from '../domain/ecs/declared-names.ts';
import { windowOf } from '../domain/reading/event-window.ts';
import type { Clock } from '../runtime/clock.ts';
import { metrics } from '../runtime/powertools.ts';
import { clock, definitions, executions, queue } from '../wiring/ports.ts';
import { wire } from '../wiring/wire.ts';

interface Ports {
  readonly definitions: DefinitionReader;
  readonly queue: Pick<EventQueue, 'send'>;
  readonly executions: Executions;
  readonly clock: Clock;
}

type Settings = Environment<'ZONE_NAME' | 'OWNER_LABEL' | 'EVENT_WINDOW' | 'CLUSTERS' | 'STATE_MACHINE_ARN'>;

/**
 * One ECS event: drops tasks that declare nothing, queues where to look again, and starts the execution of the current
 * window once that is acknowledged, so that no wake-up waits without somebody to come for it.
 */
export const startRun =
  ({ definitions, queue, executions, clock }: Ports, settings: Settings) =>
  async ({ detail }: TaskEvent) => {
    if (settings.CLUSTERS && !settings.CLUSTERS.includes(detail.clusterArn)) {
      return { dropped: 'its cluster is not published' };
    }
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
      task: detail.taskArn,
      ...(detail.containerInstanceArn !== undefined && { containerInstance: detail.containerInstanceArn }),
      awsvpc: definition.networkMode === 'awsvpc',
      version: detail.version,
      names: [...names],
    };
    await queue.send(JSON.stringify(wakeUp));
    metrics.addMetric('EventsQueued', 'Count', 1);
    const { execution, window } = windowOf(clock.now(), settings.EVENT_WINDOW);
    await executions.start(settings.STATE_MACHINE_ARN, execution, { window });
    return { execution, names: [...names] };
  };

export const handler = wire('StartRun', {
  contract: startRunContract,
  ports: { definitions, queue, executions, clock },
  work: startRun,
  anyRelease: true,
});
