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

/** The ports of a state that reads ECS, each of which goes on. */
export const portsReadOn = <P extends { readonly ecs: EcsReader; readonly instances: InstanceReader }>(
  ports: P,
  progress: Progress,
): P => ({
  ...ports,
  ecs: ecsReadOn(ports.ecs, progress),
  instances: instancesReadOn(ports.instances, progress),
});

export function ecsReadOn(reader: EcsReader, { lists, tasks }: Progress): EcsReader {
  return {
    ...reader,
    listTasks: (query) =>
      listOn<string, string>(lists, `${query.cluster} ${query.containerInstance ?? ''}`, (memory) =>
        reader.listTasks(query, memory),
      ),
    async describeTasks(cluster, arns) {
      const answers = await pool(batchesOf(arns), AT_ONCE, async (some) => {
        return tasks.once(questionOf(cluster, some), async () => {
          const found = await reader.describeTasks(cluster, some);
          return { tasks: found.tasks.map(withoutTheRest), missing: found.missing };
        });
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
        return instances.once(questionOf(cluster, some), async () => ({
          instances: await reader.describe(cluster, some),
        }));
      });
      return answers.flatMap((answer) => answer.instances);
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
    const { items, next } = await sets.once(`from ${name}`, async () => {
      const { recordSets, before } = await from(name);
      return { items: recordSets, ...(before !== undefined && { next: before }) };
    });
    return { recordSets: items, ...(next !== undefined && { before: next }) };
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
