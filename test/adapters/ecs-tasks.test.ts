import type { StopTaskCommandInput } from '@aws-sdk/client-ecs';
import { expect, it } from 'vitest';
import { taskStopper } from '../../functions/adapters/ecs-tasks.ts';
import { ecsStandIn } from '../stand-ins/ecs.ts';
import { failure, served } from './served.ts';

/** One task that runs. */
async function running() {
  const ecs = ecsStandIn({ now: Date.now, region: 'us-east-1', accountId: '123456789012' });
  ecs.admin.createCluster('shop');
  ecs.admin.registerTaskDefinition({ family: 'calc', containerDefinitions: [{ name: 'app', image: 'calc' }] });
  const containerInstance = ecs.admin.registerContainerInstance({ cluster: 'shop', ec2InstanceId: 'i-1' });
  const task = ecs.admin.putTask({ cluster: 'shop', taskDefinition: 'calc', containerInstance });
  return { ...(await served(ecs)), task, shown: () => ecs.admin.task(task) };
}

it('stops a task with a reason for people, as long as ECS keeps one', async () => {
  const { task, shown, inputs } = await running();

  await taskStopper().stop({ cluster: 'shop', task, reason: 'x'.repeat(300) });

  expect(shown()).toMatchObject({ desiredStatus: 'STOPPED', stoppedReason: 'x'.repeat(255) });
  expect(inputs<StopTaskCommandInput>('StopTask')).toHaveLength(1);
});

it('stops a task that stops already', async () => {
  const { task, shown } = await running();
  await taskStopper().stop({ cluster: 'shop', task, reason: 'first' });

  await taskStopper().stop({ cluster: 'shop', task, reason: 'second' });

  expect(shown()).toMatchObject({ desiredStatus: 'STOPPED', stoppedReason: 'first' });
});

it('fails for a task that ECS does not know', async () => {
  const { task } = await running();

  const fault = await failure(taskStopper().stop({ cluster: 'shop', task: `${task}0`, reason: 'any' }));

  expect(fault.name).toBe('InvalidParameterException');
});
