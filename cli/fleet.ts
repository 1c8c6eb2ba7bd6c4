import { pool } from '../functions/adapters/aws/pool.ts';
import { declaredNames } from '../functions/domain/ecs/declared-names.ts';
import type { Task } from '../functions/domain/ecs/task.ts';
import type { Context } from './context.ts';

/** A task as ECS shows it now, with the names that it declares. */
export interface DeclaringTask {
  readonly task: Task;
  readonly names: readonly string[];
}

/** The tasks that ECS wants running and that belong to a service, or have an id that begins so. */
export async function tasksOf(context: Context, asked: string): Promise<readonly DeclaringTask[]> {
  const { ecs, definitions, deployment } = context;
  const id = asked.split('/').at(-1) ?? asked;
  const clusters = await ecs.listClusters();
  const found = await pool(clusters, 4, async (cluster) => {
    const { tasks } = await ecs.describeTasks(cluster, await ecs.listTasks({ cluster }));
    return tasks.filter(({ arn, group }) => group === `service:${id}` || isTask(arn, id));
  });
  const tasks = found.flat();
  const { definitions: known } = await definitions.describe(tasks.map(({ definition }) => definition));
  return tasks.map((task) => {
    const definition = known.get(task.definition);
    return { task, names: definition ? declaredNames(definition, task.overrides, deployment.naming) : [] };
  });
}

/** Ids are 32 hex digits; six of them tell tasks apart, fewer may well be the beginning of a name. */
export const isTaskId = (id: string): boolean => /^[0-9a-f-]{6,}$/.test(id);

export const isTask = (arn: string, id: string): boolean =>
  isTaskId(id) && (arn.split('/').at(-1) ?? '').startsWith(id);
