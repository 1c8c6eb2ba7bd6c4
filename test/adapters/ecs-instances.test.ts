import type { DescribeContainerInstancesCommandInput } from '@aws-sdk/client-ecs';
import { expect, it } from 'vitest';
import { instanceReader } from '../../functions/adapters/ecs-instances.ts';
import { ecsStandIn } from '../stand-ins/ecs.ts';
import { failure, scripted, served } from './served.ts';

async function servedEcs() {
  const ecs = ecsStandIn({ now: () => 0, region: 'us-east-1', accountId: '123456789012' });
  ecs.admin.createCluster('shop');
  const register = (ec2InstanceId: string) => ecs.admin.registerContainerInstance({ cluster: 'shop', ec2InstanceId });
  return { ...(await served(ecs)), admin: ecs.admin, register };
}

it('describes a hundred at a time, each once', async () => {
  const { register, inputs } = await servedEcs();
  const arns = Array.from({ length: 201 }, (_, index) => register(`i-${index.toString(16).padStart(17, '0')}`));

  const found = await instanceReader().describe('shop', [...arns, ...arns.slice(0, 10)]);

  expect(found.map(({ arn }) => arn)).toEqual(arns);
  const sizes = inputs<DescribeContainerInstancesCommandInput>('DescribeContainerInstances').map(
    ({ containerInstances = [] }) => containerInstances.length,
  );
  expect(sizes.toSorted((a, b) => a - b)).toEqual([1, 100, 100]);
});

it('tells each state, EC2 and External instances, and those that ECS does not know', async () => {
  const { admin, register } = await servedEcs();
  const [active, draining, inactive, external, silent] = [
    register('i-0000000000000000a'),
    register('i-0000000000000000b'),
    register('i-0000000000000000c'),
    register('mi-0123456789abcdef0'),
    register('i-0000000000000000d'),
  ];
  admin.updateContainerInstance(draining, { status: 'DRAINING' });
  admin.deregisterContainerInstance(inactive);
  admin.updateContainerInstance(silent, { agentConnected: false });
  const unknown = 'arn:aws:ecs:us-east-1:123456789012:container-instance/shop/unknown';

  const found = await instanceReader().describe('shop', [unknown, active, draining, inactive, external, silent]);

  expect(new Map(found.map(({ arn, ...rest }) => [arn, rest]))).toEqual(
    new Map<string, object>([
      [active, { status: 'ACTIVE', ec2Instance: 'i-0000000000000000a' }],
      [draining, { status: 'DRAINING', ec2Instance: 'i-0000000000000000b' }],
      [inactive, { status: 'INACTIVE', ec2Instance: 'i-0000000000000000c', disconnected: true }],
      [external, { status: 'ACTIVE', ec2Instance: 'mi-0123456789abcdef0' }],
      [silent, { status: 'ACTIVE', ec2Instance: 'i-0000000000000000d', disconnected: true }],
      [unknown, { status: 'missing' }],
    ]),
  );
});

it('asks nothing when there is nothing to ask', async () => {
  const { calls } = await servedEcs();

  const found = await instanceReader().describe('shop', []);

  expect(found).toEqual([]);
  expect(calls).toEqual([]);
});

it('says that a cluster is gone', async () => {
  await servedEcs();

  const fault = await failure(instanceReader().describe('nowhere', ['a']));

  expect(fault.name).toBe('ClusterGoneError');
});

it.each([
  { row: 'is left out of the answer', failures: [], says: 'no failure' },
  { row: 'failed for another reason', failures: [{ arn: 'b', reason: 'INTERNAL' }], says: 'b: INTERNAL' },
])('does not call an instance missing that $row', async ({ failures, says }) => {
  const containerInstances = [{ containerInstanceArn: 'a', status: 'ACTIVE' }];
  await served(scripted('ecs', { DescribeContainerInstances: () => ({ containerInstances, failures }) }));

  const fault = await failure(instanceReader().describe('shop', ['a', 'b']));

  expect(fault.message).toBe(`ecs:DescribeContainerInstances said nothing of 1 of 2, first b (${says})`);
});
