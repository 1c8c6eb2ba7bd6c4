import { type ContainerDefinition, DescribeTaskDefinitionCommand, ECSClient } from '@aws-sdk/client-ecs';
import type { NetworkMode, TaskDefinition } from '../domain/ecs/task.ts';
import { toVariables } from './ecs-reader.ts';
import { calling } from './faults.ts';
import { pool } from './pool.ts';

export interface DefinitionReader {
  /** The definitions by their ARN; a revision never changes, so each is asked for once in a function's life. */
  describe(arns: readonly string[]): Promise<ReadonlyMap<string, TaskDefinition>>;
}

/** Concurrent requests: their bucket refills with 20 a second (ECS request throttling). */
const CONCURRENT_READS = 5;
/** Revisions remembered, a few kilobytes each; the oldest go first. */
const REMEMBERED = 2_000;
/** Seconds, as ECS has them where a health check leaves them out (ECS API model, HealthCheck). */
const DEFAULTS = { interval: 30, retries: 3, startPeriod: 0 };

export function definitionReader(client: Pick<ECSClient, 'send'> = new ECSClient({})): DefinitionReader {
  const known = new Map<string, TaskDefinition>();
  return {
    async describe(arns) {
      const wanted = [...new Set(arns)];
      const unseen = wanted.filter((arn) => !known.has(arn));
      const found = await pool(unseen, CONCURRENT_READS, async (taskDefinition) => {
        const command = new DescribeTaskDefinitionCommand({ taskDefinition });
        const answer = await calling('ecs:DescribeTaskDefinition', () => client.send(command));
        const { networkMode, containerDefinitions = [] } = answer.taskDefinition ?? {};
        return {
          arn: taskDefinition,
          networkMode: (networkMode ?? 'bridge') as NetworkMode,
          containers: containerDefinitions.map(toContainer),
        };
      });
      for (const definition of found) known.set(definition.arn, definition);
      const answer = new Map(wanted.flatMap((arn) => [...(known.has(arn) ? [[arn, known.get(arn)] as const] : [])]));
      for (const arn of known.keys()) {
        if (known.size <= REMEMBERED) break;
        known.delete(arn);
      }
      return answer as ReadonlyMap<string, TaskDefinition>;
    },
  };
}

function toContainer({ name, environment = [], dockerLabels = {}, healthCheck }: ContainerDefinition) {
  return {
    name: name ?? '',
    environment: toVariables(environment),
    labels: dockerLabels,
    ...(healthCheck && {
      healthCheck: {
        interval: healthCheck.interval ?? DEFAULTS.interval,
        retries: healthCheck.retries ?? DEFAULTS.retries,
        startPeriod: healthCheck.startPeriod ?? DEFAULTS.startPeriod,
      },
    }),
  };
}
