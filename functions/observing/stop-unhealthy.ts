import { messageOf } from '../adapters/aws/faults.ts';
import { pool } from '../adapters/aws/pool.ts';
import type { TaskStopper } from '../adapters/ecs-tasks.ts';
import type { NotStopped } from '../contracts/outcome.ts';
import type { StopOrder } from '../domain/telling/plan-record.ts';
import { STOP_LIFETIME, tasksToStop } from '../domain/telling/stop.ts';
import type { Disposition } from '../domain/words/reason.ts';
import { printable } from '../domain/words/text.ts';
import { logger, metrics } from '../runtime/powertools.ts';
import type { KeptPass } from './passes.ts';

/** What became of the tasks to stop, for the outcome. */
export interface Stopping {
  readonly stopped: readonly StopOrder[];
  readonly notStopped: readonly NotStopped[];
  readonly findings: readonly string[];
}

export const NOTHING_STOPPED: Stopping = { stopped: [], notStopped: [], findings: [] };

/** Stops what the full pass took out as unhealthy, so that ECS replaces it; what cannot be stopped fails no run. */
export async function stopUnhealthy(
  tasks: TaskStopper,
  execution: string,
  { passes, dispositions, now }: { passes: readonly KeptPass[]; dispositions: readonly Disposition[]; now: number },
): Promise<Stopping> {
  const [full] = passes;
  if (full?.plan.kind !== 'full' || now - full.plan.plannedAt > STOP_LIFETIME) return NOTHING_STOPPED;
  const accepted = new Set(full.applied);
  const { stop, tooMany } = tasksToStop(
    full.plan.names.filter(({ name }) => accepted.has(name)),
    dispositions,
    full.plan.unhealthy,
  );
  const results = await pool(stop, 5, async ({ cluster, task, name, cause }) => {
    const reason = `unhealthy for ${name} (${cause}), taken out and stopped by service discovery, execution ${execution}`;
    return tasks.stop({ cluster, task, reason }).then(() => undefined, messageOf);
  });
  const stopped = stop.filter((_, index) => results[index] === undefined);
  const notStopped = stop.flatMap((order, index) => {
    const error = results[index];
    return error === undefined ? [] : [{ ...order, error: printable(error, 500) }];
  });
  metrics.addMetric('TasksStopped', 'Count', stopped.length);
  metrics.addMetric('TasksNotStopped', 'Count', notStopped.length + tooMany);
  logger.info('stopped unhealthy tasks', { stopped, notStopped, tooMany });
  return {
    stopped,
    notStopped,
    findings: [
      ...stopped.map(({ name, task, cause }) => `stopped ${task} of ${name}, which is unhealthy: ${cause}`),
      ...notStopped.map(({ task, error }) => `could not stop ${task}, which is unhealthy: ${error}`),
      ...(tooMany > 0 ? [`${tooMany} unhealthy tasks were not stopped: ${stop.length} in one run are the most`] : []),
    ],
  };
}
