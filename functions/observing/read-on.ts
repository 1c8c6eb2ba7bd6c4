import { chunks, pool } from '../adapters/aws/pool.ts';
import type { InstanceReader } from '../adapters/ecs-instances.ts';
import type { EcsReader } from '../adapters/ecs-reader.ts';
import type { ZoneReader } from '../adapters/route53-zone.ts';
import { declaringPart } from '../domain/ecs/declaration.ts';
import type { Task } from '../domain/ecs/task.ts';
import { ECS_BATCH } from '../domain/words/quotas.ts';
import { digestOf } from './digest.ts';
import { listOn, type Progress } from './progress.ts';

/*
 * The ports of a state that go on where its earlier tries have given out. What takes one call anyhow is asked again.
 */

/** Batches that are described at a time, as the adapters do. */
const AT_ONCE = 8;

export function ecsReadOn(reader: EcsReader, { lists, tasks }: Progress): EcsReader {
  return {
    ...reader,
    listTasks: (query) =>
      listOn<string, string>(lists, `${query.cluster} ${query.containerInstance ?? ''}`, (memory) =>
        reader.listTasks(query, memory),
      ),
    async describeTasks(cluster, arns) {
      const answers = await pool(batchesOf(arns), AT_ONCE, async (some) => {
        const question = questionOf(cluster, some);
        const before = tasks.before(question);
        if (before) return before;
        const answer = await tasks.ask(() =>
          reader.describeTasks(cluster, some).then((found) => {
            tasks.note({ question, tasks: found.tasks.map(withoutTheRest), missing: found.missing });
            return found;
          }),
        );
        return answer;
      });
      return {
        tasks: answers.flatMap((answer) => answer.tasks),
        missing: answers.flatMap(({ missing }) => missing),
      };
    },
  };
}

export function instancesReadOn(reader: InstanceReader, { instances }: Progress): InstanceReader {
  return {
    async describe(cluster, arns) {
      const answers = await pool(batchesOf(arns), AT_ONCE, async (some) => {
        const question = questionOf(cluster, some);
        const before = instances.before(question);
        if (before) return before.instances;
        return instances.ask(() =>
          reader.describe(cluster, some).then((found) => {
            instances.note({ question, instances: found });
            return found;
          }),
        );
      });
      return answers.flat();
    },
  };
}

type Lists = Pick<ZoneReader, 'all' | 'at' | 'below'>;

/** As much of a zone's reader as there is. */
export function zoneReadOn<Z extends Partial<ZoneReader>>(reader: Z, { sets }: Progress): Z {
  const { all, at, below }: Partial<Lists> = reader;
  const lists: Partial<Lists> = {
    ...(all && { all: () => listOn(sets, 'all', all) }),
    ...(at && {
      at: (name: string) => listOn(sets, `at ${name}`, (memory: Parameters<typeof at>[1]) => at(name, memory)),
    }),
    ...(below && {
      below: (name: string) =>
        listOn(sets, `below ${name}`, (memory: Parameters<typeof below>[1]) => below(name, memory)),
    }),
  };
  return { ...reader, ...lists };
}

const batchesOf = (arns: readonly string[]) => chunks([...new Set(arns)], ECS_BATCH);
const questionOf = (cluster: string, arns: readonly string[]): string => `${cluster} ${digestOf(arns.join(' '))}`;

/** Of what a task overrides only what declares something: the rest may hold secrets. */
const withoutTheRest = (task: Task): Task => ({
  ...task,
  overrides: task.overrides.map(({ container, environment }) => ({
    container,
    environment: declaringPart(environment),
  })),
});
