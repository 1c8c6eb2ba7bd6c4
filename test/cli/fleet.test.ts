import { expect, it } from 'vitest';
import type { Context } from '../../cli/context.ts';
import { tasksOf } from '../../cli/fleet.ts';
import { definitionReader } from '../../functions/adapters/ecs-definitions.ts';
import { ecsReader } from '../../functions/adapters/ecs-reader.ts';
import { CALC, shop } from '../support/shop.ts';
import { OWNER, ZONE } from '../support/world.ts';

/** Two tasks of one service, one of another and one that was started by hand, in two clusters. */
function fleet() {
  const around = shop();
  around.aws.ecs.admin.createCluster('other');
  const home = around.aws.ecs.admin.registerContainerInstance({ cluster: 'other', ec2InstanceId: 'i-1' });
  const tasks = {
    first: around.task(1, { service: 'calc' }),
    second: around.task(2, { service: 'calc', cluster: 'other', home }),
    longer: around.task(3, { service: 'calc2' }),
    alone: around.task(4),
  };
  const context = {
    ecs: ecsReader(around.aws.clients.ecs),
    definitions: definitionReader(around.aws.clients.ecs),
    deployment: { naming: { zone: ZONE, owner: OWNER } },
  } as unknown as Context;
  const found = async (asked: string) => {
    const all = await tasksOf(context, asked);
    const keys = Object.entries(tasks).flatMap(([key, arn]) => (all.some(({ task }) => task.arn === arn) ? [key] : []));
    expect(keys).toHaveLength(all.length);
    return { keys, names: new Set(all.flatMap(({ names }) => names)) };
  };
  return { tasks, found, idOf: (arn: string) => arn.split('/').at(-1) ?? '' };
}

it('finds the tasks of a service in all clusters, with the names that they declare', async () => {
  const { found } = fleet();

  const { keys, names } = await found('calc');

  expect(keys).toEqual(['first', 'second']);
  expect(names).toEqual(new Set([`${CALC}.${ZONE}`]));
});

it.each([
  { row: 'its ARN', of: (arn: string) => arn, finds: ['alone'] },
  { row: 'its id', of: (_: string, id: string) => id, finds: ['alone'] },
  { row: 'the first six digits of its id', of: (_: string, id: string) => id.slice(0, 6), finds: ['alone'] },
  { row: 'five, which may begin a name', of: (_: string, id: string) => id.slice(0, 5), finds: [] },
  { row: 'the last digits of its id', of: (_: string, id: string) => id.slice(-20), finds: [] },
  { row: 'nothing', of: () => '', finds: [] },
])('finds a task by $row: $finds', async ({ of, finds }) => {
  const { found, tasks, idOf } = fleet();

  const { keys } = await found(of(tasks.alone, idOf(tasks.alone)));

  expect(keys).toEqual(finds);
});
