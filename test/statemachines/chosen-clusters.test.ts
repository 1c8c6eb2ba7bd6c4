import { expect, it } from 'vitest';
import { define, host } from '../support/fleet.ts';
import { world } from '../support/world.ts';

it('a run of chosen clusters looks again where something has changed meanwhile, and ends in sync', async () => {
  const tasks: string[] = [];
  const around = world({
    // Verification finds that of the first cluster gone; what follows asks for nothing of the second.
    beforeStep: (step) => {
      if (step === 'ApplyBatch') for (const task of tasks.splice(0)) around.aws.ecs.admin.stopTask(task);
    },
  });
  const taskDefinition = define(around, 'calc', { names: { 8081: 'calc' } });
  for (const [index, cluster] of ['shop', 'desk', 'other'].entries()) {
    around.aws.ecs.admin.createCluster(cluster);
    const containerInstance = host(around, cluster, `10.0.${index}.1`);
    const task = around.aws.ecs.admin.putTask({
      cluster,
      containerInstance,
      taskDefinition,
      hostPorts: { 8081: 32_768 },
    });
    if (cluster === 'shop') tasks.push(task);
  }

  const { states, end } = await around.run({ clusters: ['shop', 'desk'] });

  expect(states.filter((state) => state === 'WaitForOthers')).toHaveLength(1);
  expect(end).toBe('ZoneInSync');
});
