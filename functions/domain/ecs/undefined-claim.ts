import type { Claim } from './claim.ts';
import { isStopping, type Task } from './task.ts';

/**
 * What stands for a task whose definition ECS does not know any more (a deleted revision): nobody can tell what it
 * declares, so it is named by its definition, and what it has published stays while it runs.
 */
export function undefinedClaim(task: Task): Claim {
  const name = task.definition.slice(task.definition.lastIndexOf('/') + 1);
  return {
    name,
    task: task.arn,
    cluster: task.cluster,
    container: '',
    awsvpc: task.networkInterface !== undefined,
    ...(task.containerInstance !== undefined && { containerInstance: task.containerInstance }),
    leftOut: {
      reason: 'no-definition',
      detail: `ECS does not know its task definition ${name} (any more); the task ${isStopping(task) ? 'stops' : 'runs'}`,
    },
  };
}
