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
 * The ports of a state that go on where its earlier tries have given out. EC2, which takes one call or a few, is asked again.
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

type Lists = Pick<ZoneReader, 'all' | 'at' | 'below' | 'from'>;

/** As much of a zone's reader as there is. */
export function zoneReadOn<Z extends Partial<ZoneReader>>(reader: Z, { sets }: Progress): Z {
  const { all, at, below, from }: Partial<Lists> = reader;
  const lists: Partial<Lists> = {
    ...(all && { all: () => listOn(sets, 'all', all) }),
    ...(at && {
      at: (name: string) => listOn(sets, `at ${name}`, (memory: Parameters<typeof at>[1]) => at(name, memory)),
    }),
    ...(below && {
      below: (name: string) =>
        listOn(sets, `below ${name}`, (memory: Parameters<typeof below>[1]) => below(name, memory)),
    }),
    ...(from && { from: pagesOn(from, sets) }),
  };
  return { ...reader, ...lists };
}

/** Pages from a name on, each of which says how far it reaches. */
const pagesOn =
  (from: ZoneReader['from'], sets: Progress['sets']): ZoneReader['from'] =>
  async (name) => {
    const question = `from ${name}`;
    const known = sets.before(question);
    if (known) return { recordSets: known.items, ...(known.next !== undefined && { before: known.next }) };
    return sets.ask(() =>
      from(name).then((page) => {
        sets.note({ question, items: page.recordSets, ...(page.before !== undefined && { next: page.before }) });
        return page;
      }),
    );
  };

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
