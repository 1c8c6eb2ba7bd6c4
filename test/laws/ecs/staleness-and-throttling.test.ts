import {
  DescribeContainerInstancesCommand,
  DescribeTasksCommand,
  ListClustersCommand,
  ListTasksCommand,
} from '@aws-sdk/client-ecs';
import { expect, it } from 'vitest';
import { describeArranged, describeTask, furnish, servedEcs } from './served.ts';

describeArranged('answers older than the truth', () => {
  it('show tasks and hosts as they were, for as long as told', async () => {
    const { client, admin, clock } = await servedEcs({ staleness: 5000 });
    const { host } = furnish(admin);
    const task = admin.putTask({ cluster: 'shop', taskDefinition: 'bridge', containerInstance: host });
    const ask = async () => {
      const { taskArns } = await client.send(new ListTasksCommand({ cluster: 'shop' }));
      return { listed: taskArns?.length, status: (await describeTask(client, task)).lastStatus };
    };

    const unseen = await ask();
    clock.time += 5000;
    const seen = await ask();
    admin.updateTask(task, { lastStatus: 'STOPPED' });
    clock.time += 4999;
    const stale = await ask();
    clock.time += 1;
    const fresh = await ask();

    expect(unseen).toEqual({ listed: 0, status: undefined });
    expect([seen, stale]).toEqual([
      { listed: 1, status: 'RUNNING' },
      { listed: 1, status: 'RUNNING' },
    ]);
    expect(fresh).toEqual({ listed: 0, status: 'STOPPED' });
  });

  it('may differ from call to call, so that a list and a describe disagree', async () => {
    const reads: string[] = [];
    const { client, admin, clock } = await servedEcs({
      staleness: ({ operation, cluster }) => {
        reads.push(`${operation} ${cluster}`);
        return operation === 'ListTasks' ? 0 : 1000;
      },
    });
    const { host } = furnish(admin);
    clock.time += 1000;
    const task = admin.putTask({ cluster: 'shop', taskDefinition: 'bridge', containerInstance: host });

    const { taskArns } = await client.send(new ListTasksCommand({ cluster: 'shop' }));
    const { failures } = await client.send(new DescribeTasksCommand({ cluster: 'shop', tasks: [task] }));
    const hosts = await client.send(
      new DescribeContainerInstancesCommand({ cluster: 'shop', containerInstances: [host] }),
    );

    expect(taskArns).toEqual([task]);
    expect(failures).toEqual([{ arn: task, reason: 'MISSING' }]);
    expect(hosts.containerInstances?.[0]?.runningTasksCount).toBe(0);
    expect(reads).toEqual(['ListTasks shop', 'DescribeTasks shop', 'DescribeContainerInstances shop']);
  });
});

describeArranged('throttling', () => {
  const tally = async (calls: readonly Promise<unknown>[]) => {
    const outcomes = await Promise.allSettled(calls);
    const refused = outcomes.filter((one) => one.status === 'rejected').map(({ reason }) => reason);
    return { answered: outcomes.length - refused.length, refused };
  };
  const times = (count: number, call: () => Promise<unknown>) => tally(Array.from({ length: count }, call));

  it('lets 100 reads of cluster resources through at once, whichever they are, and 20 more each second', async () => {
    const { client, admin, clock } = await servedEcs({ throttle: true });
    furnish(admin);
    const list = () => client.send(new ListTasksCommand({ cluster: 'shop' }));
    const describeOne = () => client.send(new DescribeTasksCommand({ cluster: 'shop', tasks: ['0'.repeat(32)] }));

    const lists = await times(60, list);
    const describes = await times(60, describeOne);
    clock.time += 1000;
    const later = await times(30, list);

    expect([lists.answered, describes.answered, later.answered]).toEqual([60, 40, 20]);
    expect(describes.refused[0]).toMatchObject({ name: 'ThrottlingException', message: 'Rate exceeded' });
  });

  it('has a bucket of 50 for reads of clusters, which other reads do not empty', async () => {
    const { client, admin } = await servedEcs({ throttle: true });
    furnish(admin);

    const tasks = await times(101, () => client.send(new ListTasksCommand({ cluster: 'shop' })));
    const clusters = await times(51, () => client.send(new ListClustersCommand({})));

    expect([tasks.answered, clusters.answered]).toEqual([100, 50]);
  });

  it('is off unless asked for', async () => {
    const { client, admin } = await servedEcs();
    furnish(admin);

    const { answered } = await times(120, () => client.send(new ListTasksCommand({ cluster: 'shop' })));

    expect(answered).toBe(120);
  });
});
