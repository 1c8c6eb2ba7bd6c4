import { expect, it } from 'vitest';
import { world } from '../../support/world.ts';
import { Fleet, shapeOf } from './fleet.ts';

it.each([
  { size: '10', shape: { tasks: 10, clusters: 1, services: 2, hosts: 1 } },
  { size: '1000', shape: { tasks: 1_000, clusters: 5, services: 100, hosts: 100 } },
  { size: '2000', shape: { tasks: 2_000, clusters: 4, services: 100, hosts: 100 } },
  { size: '1x350', shape: { tasks: 350, clusters: 1, services: 1, hosts: 40 } },
])('has for $size as many of all as accounts have', ({ size, shape }) => {
  expect(shapeOf(size)).toEqual(shape);
});

it.each(['0', '-1', '1.5', 'many', '200000', 'constructor'])('has no fleet of "%s"', (size) => {
  expect(() => shapeOf(size)).toThrow(`got size "${size}"`);
});

it('is the same for the same seed, another one for another', () => {
  const modes = (seed: number) =>
    [...new Fleet(world(), shapeOf('1000'), seed).tasks].map(({ service }) => service.mode);

  expect(modes(1)).toEqual(modes(1));
  expect(modes(1)).not.toEqual(modes(2));
});

it('never has two tasks on one port of a host, whatever is replaced and lost', () => {
  const here = world();
  const fleet = new Fleet(here, shapeOf('1000'), 1);
  fleet.loseHost();
  fleet.replace(0.3);
  fleet.replace(0.3);

  const held = [...fleet.tasks].filter(({ service }) => service.mode === 'host');
  const places = new Set(held.map(({ service, containerInstance }) => `${service.name} ${containerInstance}`));

  expect(held.length).toBeGreaterThan(50);
  expect(places.size).toBe(held.length);
});

it('counts what ECS lists', async () => {
  const here = world();
  const fleet = new Fleet(here, shapeOf('1000'), 1);
  const vanished = fleet.replace(0.1);

  const { listed, hosts } = fleet.counts();
  const found = await Promise.all(
    listed.map(async (_, cluster) => {
      const { operations } = here.aws.ecs;
      const input = { cluster: `c${cluster}` };
      const context = { region: 'eu-west-1', accountId: '111111111111', requestId: 'a test' };
      const first = (await operations.ListTasks?.(input as never, context)) as {
        taskArns: string[];
        nextToken: string;
      };
      const { nextToken } = first;
      const second = (await operations.ListTasks?.({ ...input, nextToken } as never, context)) as typeof first;
      return first.taskArns.length + second.taskArns.length;
    }),
  );

  expect(listed).toEqual(found);
  expect(hosts).toEqual([20, 20, 20, 20, 20]);
  expect(vanished.reduce((sum, count) => sum + count)).toBeGreaterThan(50);
});
