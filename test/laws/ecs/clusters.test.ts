import {
  DescribeClustersCommand,
  DescribeContainerInstancesCommand,
  DescribeServicesCommand,
  DescribeTasksCommand,
  ListClustersCommand,
  ListContainerInstancesCommand,
  ListServicesCommand,
  ListTasksCommand,
} from '@aws-sdk/client-ecs';
import { expect, it } from 'vitest';
import { describeArranged, describeTasks, furnish, listTasks, refusal, servedEcs } from './served.ts';

describeArranged('clusters', () => {
  it('are listed in pages of 100', async () => {
    const { client, admin } = await servedEcs();
    const arns = Array.from({ length: 250 }, (_, number) => admin.createCluster(`c${number}`));

    const first = await client.send(new ListClustersCommand({}));
    const second = await client.send(new ListClustersCommand({ nextToken: first.nextToken }));
    const third = await client.send(new ListClustersCommand({ nextToken: second.nextToken }));

    const pages = [first, second, third].map(({ clusterArns }) => clusterArns ?? []);
    expect(pages.map(({ length }) => length)).toEqual([100, 100, 50]);
    expect(pages.flat().toSorted()).toEqual(arns.toSorted());
    expect(third.nextToken).toBeUndefined();
  });

  it.each(['shop', 'arn:aws:ecs:eu-west-1:111111111111:cluster/shop'])('are named %s', async (cluster) => {
    const { client, admin } = await servedEcs();
    const { host } = furnish(admin);
    const task = admin.putTask({ cluster, taskDefinition: 'bridge', containerInstance: host });

    const listed = await listTasks(client, { cluster });
    const described = await describeTasks(client, [task], cluster);

    expect(listed.taskArns).toEqual([task]);
    expect(described.tasks?.map(({ taskArn }) => taskArn)).toEqual([task]);
  });

  it('are `default` where none is named', async () => {
    const { client, admin } = await servedEcs();
    furnish(admin);
    admin.createCluster('default');
    const task = admin.putTask({ taskDefinition: 'awsvpc' });

    const listed = await client.send(new ListTasksCommand({}));

    expect(listed.taskArns).toEqual([task]);
  });

  it.each([
    new ListTasksCommand({ cluster: 'nowhere' }),
    new DescribeTasksCommand({ cluster: 'nowhere', tasks: ['0'.repeat(32)] }),
    new ListContainerInstancesCommand({ cluster: 'nowhere' }),
    new DescribeContainerInstancesCommand({ cluster: 'nowhere', containerInstances: ['0'.repeat(32)] }),
    new ListServicesCommand({ cluster: 'nowhere' }),
    new DescribeServicesCommand({ cluster: 'nowhere', services: ['web'] }),
  ])('unknown are refused by every call but DescribeClusters ($constructor.name)', async (command) => {
    const { client } = await servedEcs();

    const refused = await refusal(client.send<typeof command.input, never>(command as never));

    expect(refused).toEqual({ name: 'ClusterNotFoundException', message: 'Cluster not found.' });
  });

  it('unknown are MISSING for DescribeClusters', async () => {
    const { client, admin } = await servedEcs();
    admin.createCluster('shop');

    const { clusters, failures } = await client.send(new DescribeClustersCommand({ clusters: ['shop', 'nowhere'] }));

    expect(clusters?.map(({ clusterName }) => clusterName)).toEqual(['shop']);
    expect(failures).toEqual([{ arn: 'arn:aws:ecs:eu-west-1:111111111111:cluster/nowhere', reason: 'MISSING' }]);
  });

  it('deleted are INACTIVE: described, not listed, and not found', async () => {
    const { client, admin } = await servedEcs();
    furnish(admin);
    admin.putTask({ cluster: 'shop', taskDefinition: 'awsvpc' });
    admin.deleteCluster('shop', { force: true });

    const listed = await client.send(new ListClustersCommand({}));
    const described = await client.send(new DescribeClustersCommand({ clusters: ['shop'] }));
    const refused = await refusal(listTasks(client));

    expect(listed.clusterArns).toEqual([]);
    expect(described.clusters?.[0]).toMatchObject({ status: 'INACTIVE', runningTasksCount: 0 });
    expect(refused.name).toBe('ClusterNotFoundException');
  });

  it('count their tasks, hosts and services', async () => {
    const { client, admin } = await servedEcs();
    const { host } = furnish(admin);
    admin.putTask({ cluster: 'shop', taskDefinition: 'bridge', containerInstance: host });
    admin.putTask({ cluster: 'shop', taskDefinition: 'bridge', containerInstance: host, lastStatus: 'PENDING' });
    admin.putService({ cluster: 'shop', serviceName: 'web', taskDefinition: 'bridge', desiredCount: 2 });

    const { clusters } = await client.send(new DescribeClustersCommand({ clusters: ['shop'] }));

    expect(clusters?.[0]).toMatchObject({
      runningTasksCount: 1,
      pendingTasksCount: 1,
      registeredContainerInstancesCount: 1,
      activeServicesCount: 1,
    });
  });
});

describeArranged('services', () => {
  it('are listed ten to a page and described with their counts', async () => {
    const { client, admin } = await servedEcs();
    const { host } = furnish(admin);
    for (let number = 0; number < 12; number += 1) {
      admin.putService({ cluster: 'shop', serviceName: `s${number}`, taskDefinition: 'bridge', desiredCount: 1 });
    }
    admin.putTask({ cluster: 'shop', taskDefinition: 'bridge', containerInstance: host, service: 's1' });

    const listed = await client.send(new ListServicesCommand({ cluster: 'shop' }));
    const described = await client.send(new DescribeServicesCommand({ cluster: 'shop', services: ['s1', 'nobody'] }));

    expect(listed.serviceArns).toHaveLength(10);
    expect(listed.nextToken).toBeDefined();
    expect(described.services?.[0]).toMatchObject({ serviceName: 's1', desiredCount: 1, runningCount: 1 });
    expect(described.failures?.[0]?.reason).toBe('MISSING');
  });
});
