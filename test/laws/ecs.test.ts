import {
  DeleteServiceCommand,
  DescribeClustersCommand,
  DescribeContainerInstancesCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ECSClient,
  ListClustersCommand,
  ListContainerInstancesCommand,
  ListTaskDefinitionsCommand,
  ListTasksCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ecsStandIn } from '../stand-ins/ecs.ts';
import { refusal } from './ecs/served.ts';
import { foreign, foreignSetting, type LawsEndpoint, lawsEndpoint } from './endpoint.ts';

// Laws that any endpoint can be asked, a real account too: they read only, and whatever the account holds.
// LAWS_CLUSTER names a cluster that exists.
const cluster = foreign ? foreignSetting('LAWS_CLUSTER') : 'shop';
const unknownId = '0123456789abcdef'.repeat(2);
let endpoint: LawsEndpoint;
let client: ECSClient;

beforeAll(async () => {
  const ecs = ecsStandIn({ now: () => Date.now(), region: 'us-east-1', accountId: '123456789012' });
  ecs.admin.createCluster('shop');
  ecs.admin.registerTaskDefinition({ family: 'calc', containerDefinitions: [{ name: 'app', image: 'calc:1' }] });
  const host = ecs.admin.registerContainerInstance({ cluster: 'shop', ec2InstanceId: 'i-0123456789abcdef0' });
  for (let count = 0; count < 3; count += 1) {
    ecs.admin.putTask({ cluster: 'shop', taskDefinition: 'calc', containerInstance: host });
  }
  endpoint = await lawsEndpoint([ecs]);
  client = new ECSClient({ ...endpoint.clientConfig });
});

afterAll(async () => {
  client.destroy();
  await endpoint.close();
});

it('ListClusters names clusters by ARN, the one in use among them', async () => {
  const arns: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = await client.send(new ListClustersCommand({ nextToken }));
    arns.push(...(page.clusterArns ?? []));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);

  expect(arns.every((arn) => /^arn:[\w-]+:ecs:[\w-]+:\d{12}:cluster\/[\w-]+$/.test(arn))).toBe(true);
  expect(arns.map((arn) => arn.slice(arn.indexOf('/') + 1))).toContain(cluster.slice(cluster.lastIndexOf('/') + 1));
});

it('DescribeClusters reports an unknown cluster as MISSING and answers', async () => {
  const { clusters, failures } = await client.send(
    new DescribeClustersCommand({ clusters: [cluster, 'no-such-cluster-at-all'] }),
  );

  expect(clusters?.map(({ status }) => status)).toEqual(['ACTIVE']);
  expect(failures).toMatchObject([{ reason: 'MISSING' }]);
});

it('ListTasks refuses an unknown cluster', async () => {
  const refused = await refusal(client.send(new ListTasksCommand({ cluster: 'no-such-cluster-at-all' })));

  expect(refused.name).toBe('ClusterNotFoundException');
});

it('ListTasks keeps to maxResults', async () => {
  const { taskArns } = await client.send(new ListTasksCommand({ cluster, maxResults: 2 }));

  expect(taskArns?.length).toBeLessThanOrEqual(2);
});

it('ListTasks never desires PENDING', async () => {
  const { taskArns } = await client.send(new ListTasksCommand({ cluster, desiredStatus: 'PENDING' }));

  expect(taskArns).toEqual([]);
});

it('ListTasks gives tasks that DescribeTasks finds, each desired RUNNING', async () => {
  const { taskArns = [] } = await client.send(new ListTasksCommand({ cluster, maxResults: 10 }));
  const described =
    taskArns.length > 0 ? await client.send(new DescribeTasksCommand({ cluster, tasks: taskArns })) : { tasks: [] };

  const found = described.tasks ?? [];
  expect(found.every(({ desiredStatus }) => desiredStatus === 'RUNNING')).toBe(true);
  expect(found.every(({ version }) => typeof version === 'number' && version > 0)).toBe(true);
});

it('DescribeTasks reports an unknown task as MISSING and answers', async () => {
  const { tasks, failures } = await client.send(new DescribeTasksCommand({ cluster, tasks: [unknownId] }));

  expect(tasks).toEqual([]);
  expect(failures).toMatchObject([{ arn: expect.stringContaining(unknownId), reason: 'MISSING' }]);
});

it('DescribeTasks refuses 101 tasks', async () => {
  const tasks = Array.from({ length: 101 }, (_, number) => unknownId.slice(3) + `${number}`.padStart(3, '0'));

  const refused = await refusal(client.send(new DescribeTasksCommand({ cluster, tasks })));

  expect(refused).toEqual({ name: 'InvalidParameterException', message: 'taskIds can have at most 100 items.' });
});

it('DescribeContainerInstances reports an unknown one as MISSING and answers', async () => {
  const { containerInstances, failures } = await client.send(
    new DescribeContainerInstancesCommand({ cluster, containerInstances: [unknownId] }),
  );

  expect(containerInstances).toEqual([]);
  expect(failures).toMatchObject([{ reason: 'MISSING' }]);
});

it('ListContainerInstances refuses an unknown cluster', async () => {
  const refused = await refusal(client.send(new ListContainerInstancesCommand({ cluster: 'no-such-cluster-at-all' })));

  expect(refused.name).toBe('ClusterNotFoundException');
});

it('DescribeTaskDefinition refuses an unknown family', async () => {
  const taskDefinition = 'no-such-family-at-all';

  const refused = await refusal(client.send(new DescribeTaskDefinitionCommand({ taskDefinition })));

  expect(refused).toEqual({ name: 'ClientException', message: 'Unable to describe task definition.' });
});

it('DescribeServices reports an unknown service as MISSING and answers', async () => {
  const { services, failures } = await client.send(
    new DescribeServicesCommand({ cluster, services: ['no-such-service-at-all'] }),
  );

  expect(services).toEqual([]);
  expect(failures).toMatchObject([{ reason: 'MISSING' }]);
});

it.each([
  new UpdateServiceCommand({ cluster, service: 'no-such-service-at-all', desiredCount: 0 }),
  new DeleteServiceCommand({ cluster, service: 'no-such-service-at-all' }),
])('$constructor.name refuses an unknown service', async (command) => {
  const refused = await refusal(client.send<typeof command.input, never>(command as never));

  expect(refused.name).toBe('ServiceNotFoundException');
});

it('ListTaskDefinitions of an unknown family is empty', async () => {
  const { taskDefinitionArns } = await client.send(
    new ListTaskDefinitionsCommand({ familyPrefix: 'no-such-family-at-all' }),
  );

  expect(taskDefinitionArns).toEqual([]);
});
