import { paginateListTasks } from '@aws-sdk/client-ecs';
import { expect, it } from 'vitest';
import { describeArranged, furnish, listTasks, refusal, servedEcs } from './served.ts';

describeArranged('ListTasks', () => {
  it('gives pages of 100, which the SDK joins', async () => {
    const { client, admin } = await servedEcs();
    furnish(admin);
    const arns = Array.from({ length: 230 }, () => admin.putTask({ cluster: 'shop', taskDefinition: 'awsvpc' }));

    const pages: string[][] = [];
    for await (const { taskArns = [] } of paginateListTasks({ client }, { cluster: 'shop' })) pages.push(taskArns);

    expect(pages.map(({ length }) => length)).toEqual([100, 100, 30]);
    expect(pages.flat()).toEqual(arns);
  });

  it.each([0, 101])('refuses maxResults %i', async (maxResults) => {
    const { client, admin } = await servedEcs();
    furnish(admin);

    const refused = await refusal(listTasks(client, { maxResults }));

    expect(refused.name).toBe('InvalidParameterException');
  });

  it('may give a page that is shorter, even empty, and goes on', async () => {
    const { client, admin } = await servedEcs({ pageLength: (asked) => asked - 1 });
    furnish(admin);
    const tasks = Array.from({ length: 4 }, () => admin.putTask({ cluster: 'shop', taskDefinition: 'awsvpc' }));
    admin.stopTask(tasks[3] ?? '');

    const first = await listTasks(client, { maxResults: 4 });
    const second = await listTasks(client, { maxResults: 4, nextToken: first.nextToken });

    expect(first.taskArns).toEqual(tasks.slice(0, 3));
    expect(first.nextToken).toBeDefined();
    expect(second.taskArns).toEqual([]);
    expect(second.nextToken).toBeUndefined();
  });

  it('loses and repeats nothing when tasks come and go between two pages', async () => {
    const { client, admin } = await servedEcs();
    furnish(admin);
    const tasks = Array.from({ length: 6 }, () => admin.putTask({ cluster: 'shop', taskDefinition: 'awsvpc' }));
    const first = await listTasks(client, { maxResults: 3 });
    admin.removeTask(tasks[0] ?? '');
    admin.stopTask(tasks[2] ?? '');
    const late = admin.putTask({ cluster: 'shop', taskDefinition: 'awsvpc' });

    const second = await listTasks(client, { maxResults: 100, nextToken: first.nextToken });

    expect(first.taskArns).toEqual(tasks.slice(0, 3));
    expect(second.taskArns).toEqual([...tasks.slice(3), late]);
  });

  it.each(['made up', undefined])('refuses a token of another question (%s)', async (made) => {
    const { client, admin } = await servedEcs();
    furnish(admin);
    for (let count = 0; count < 3; count += 1) admin.putTask({ cluster: 'shop', taskDefinition: 'awsvpc' });
    const { nextToken } = await listTasks(client, { maxResults: 1 });

    const refused = await refusal(listTasks(client, { family: 'awsvpc', nextToken: made ?? nextToken }));

    expect(refused.name).toBe('InvalidParameterException');
  });

  it('goes by what is desired: starting tasks are in, stopping ones out', async () => {
    const { client, admin } = await servedEcs();
    const { host } = furnish(admin);
    const on = { cluster: 'shop', taskDefinition: 'bridge', containerInstance: host };
    const starting = admin.putTask({ ...on, lastStatus: 'PENDING' });
    const stopping = admin.putTask(on);
    const stopped = admin.putTask(on);
    admin.stopTask(stopping);
    admin.updateTask(stopped, { lastStatus: 'STOPPED' });

    const usual = await listTasks(client);
    const running = await listTasks(client, { desiredStatus: 'RUNNING' });
    const pending = await listTasks(client, { desiredStatus: 'PENDING' });
    const ended = await listTasks(client, { desiredStatus: 'STOPPED' });

    expect([usual.taskArns, running.taskArns]).toEqual([[starting], [starting]]);
    expect(pending.taskArns).toEqual([]);
    expect(ended.taskArns).toEqual([stopping, stopped]);
  });

  it('filters by container instance, family, service, launch type and starter', async () => {
    const { client, admin } = await servedEcs();
    const { host } = furnish(admin);
    const other = admin.registerContainerInstance({ cluster: 'shop', ec2InstanceId: 'i-0fedcba9876543210' });
    const put = (task: object, taskDefinition = 'bridge') =>
      admin.putTask({ cluster: 'shop', taskDefinition, ...task });
    const onHost = put({ containerInstance: host });
    const ofService = put({ containerInstance: other, service: 'web' });
    const ofAlice = put({ containerInstance: other, startedBy: 'alice' });
    const onFargate = put({}, 'awsvpc');
    const id = host.slice(host.lastIndexOf('/') + 1);

    const [byArn, byId, byFamily, byService, byType, byStarter] = await Promise.all([
      listTasks(client, { containerInstance: host }),
      listTasks(client, { containerInstance: id }),
      listTasks(client, { family: 'bridge' }),
      listTasks(client, { serviceName: 'web' }),
      listTasks(client, { launchType: 'FARGATE' }),
      listTasks(client, { startedBy: 'alice' }),
    ]);

    expect([byArn.taskArns, byId.taskArns]).toEqual([[onHost], [onHost]]);
    expect(byFamily.taskArns).toEqual([onHost, ofService, ofAlice]);
    expect(byService.taskArns).toEqual([ofService]);
    expect(byType.taskArns).toEqual([onFargate]);
    expect(byStarter.taskArns).toEqual([ofAlice]);
  });

  it.each([
    { filter: { startedBy: 'alice', family: 'bridge' }, name: 'InvalidParameterException' },
    { filter: { serviceName: 'nobody' }, name: 'ServiceNotFoundException' },
    { filter: { containerInstance: '0'.repeat(32) }, name: 'InvalidParameterException' },
  ])('refuses $filter', async ({ filter, name }) => {
    const { client, admin } = await servedEcs();
    furnish(admin);

    const refused = await refusal(listTasks(client, filter));

    expect(refused.name).toBe(name);
  });
});
