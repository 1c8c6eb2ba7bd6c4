import { StopTaskCommand } from '@aws-sdk/client-ecs';
import { expect, it } from 'vitest';
import {
  bindingsOf,
  describeArranged,
  describeTask,
  describeTasks,
  furnish,
  listTasks,
  refusal,
  servedEcs,
} from './served.ts';

describeArranged('DescribeTasks', () => {
  it('takes ids and ARNs, and reports those it does not find as MISSING', async () => {
    const { client, admin } = await servedEcs();
    furnish(admin);
    const [one, other] = [1, 2].map(() => admin.putTask({ cluster: 'shop', taskDefinition: 'awsvpc' }));
    const id = other?.split('/').at(-1) ?? '';
    const unknown = '0'.repeat(32);

    const { tasks, failures } = await describeTasks(client, [one ?? '', unknown, id]);

    expect(tasks?.map(({ taskArn }) => taskArn)).toEqual([one, other]);
    expect(failures).toEqual([{ arn: `arn:aws:ecs:eu-west-1:111111111111:task/shop/${unknown}`, reason: 'MISSING' }]);
  });

  it('takes 100 tasks', async () => {
    const { client, admin } = await servedEcs();
    furnish(admin);
    const arns = Array.from({ length: 100 }, () => admin.putTask({ cluster: 'shop', taskDefinition: 'awsvpc' }));

    const { tasks } = await describeTasks(client, arns);

    expect(tasks).toHaveLength(100);
  });

  it.each([
    { tasks: [], message: 'Tasks cannot be empty.' },
    { tasks: Array.from({ length: 101 }, (_, number) => `${number}`), message: 'taskIds can have at most 100 items.' },
    {
      tasks: ['arn:aws:ecs:eu-west-1:111111111111:task/depot/00000000000000000000000000000000'],
      message: 'Invalid identifier: Identifier is for cluster depot. Your cluster is shop',
    },
  ])('refuses with: $message', async ({ tasks, message }) => {
    const { client, admin } = await servedEcs();
    furnish(admin);

    const refused = await refusal(describeTasks(client, tasks));

    expect(refused).toEqual({ name: 'InvalidParameterException', message });
  });

  it('misses a task that vanished between list and describe', async () => {
    const { client, admin } = await servedEcs();
    furnish(admin);
    const task = admin.putTask({ cluster: 'shop', taskDefinition: 'awsvpc' });
    const { taskArns = [] } = await listTasks(client);
    admin.removeTask(task);

    const { tasks, failures } = await describeTasks(client, taskArns);

    expect(tasks).toEqual([]);
    expect(failures).toEqual([{ arn: task, reason: 'MISSING' }]);
  });

  it('shows a stopped task for one hour', async () => {
    const { client, admin, clock } = await servedEcs();
    furnish(admin);
    const task = admin.putTask({ cluster: 'shop', taskDefinition: 'awsvpc' });
    admin.updateTask(task, { lastStatus: 'STOPPED' });

    clock.time += 3_599_999;
    const before = await describeTasks(client, [task]);
    clock.time += 1;
    const after = await describeTasks(client, [task]);
    const listed = await listTasks(client, { desiredStatus: 'STOPPED' });

    expect(before.tasks?.[0]?.lastStatus).toBe('STOPPED');
    expect(after).toMatchObject({ tasks: [], failures: [{ arn: task, reason: 'MISSING' }] });
    expect(listed.taskArns).toEqual([]);
  });
});

describeArranged('a task', () => {
  it('shows containers that AWS injected and no definition names', async () => {
    const { client, admin } = await servedEcs();
    furnish(admin);
    const task = admin.putTask({ cluster: 'shop', taskDefinition: 'awsvpc', sidecars: ['aws-guardduty-agent-1a2b'] });

    const { containers } = await describeTask(client, task);

    expect(containers?.map(({ name }) => name)).toEqual(['app', 'aws-guardduty-agent-1a2b']);
  });

  it('shows its overrides and its group', async () => {
    const { client, admin } = await servedEcs();
    furnish(admin);
    const environment = [{ name: 'SERVICE_8080_NAME', value: '_canary._tcp' }];
    const overrides = { containerOverrides: [{ name: 'app', environment }] };
    const task = admin.putTask({ cluster: 'shop', taskDefinition: 'awsvpc', overrides, service: 'web' });
    const plain = admin.putTask({ cluster: 'shop', taskDefinition: 'awsvpc' });

    const found = await describeTask(client, task);

    expect(found).toMatchObject({ overrides, group: 'service:web' });
    expect(await describeTask(client, plain)).toMatchObject({
      overrides: { containerOverrides: [{ name: 'app' }] },
      group: 'family:awsvpc',
    });
  });

  it('is UNKNOWN in health until its health check says otherwise', async () => {
    const { client, admin } = await servedEcs();
    furnish(admin);
    const task = admin.putTask({ cluster: 'shop', taskDefinition: 'awsvpc', sidecars: ['envoy'] });

    const before = await describeTask(client, task);
    admin.updateTask(task, { health: { app: 'HEALTHY' } });
    const after = await describeTask(client, task);

    expect(before.containers?.map(({ healthStatus }) => healthStatus)).toEqual(['UNKNOWN', 'UNKNOWN']);
    expect(after.containers?.map(({ healthStatus }) => healthStatus)).toEqual(['HEALTHY', 'UNKNOWN']);
    expect(after.version).toBe(before.version);
  });

  it('is as healthy as its essential containers', async () => {
    const { client, admin } = await servedEcs();
    admin.createCluster('shop');
    const healthCheck = { command: ['CMD', 'true'] };
    const containerDefinitions = [
      { name: 'app', image: 'app', healthCheck },
      { name: 'log', image: 'log', healthCheck, essential: false },
    ];
    const taskDefinition = admin.registerTaskDefinition({
      family: 'both',
      networkMode: 'awsvpc',
      containerDefinitions,
    });
    const task = admin.putTask({ cluster: 'shop', taskDefinition });
    const healthOf = async (health: Readonly<Record<string, 'HEALTHY' | 'UNHEALTHY'>>) => {
      admin.updateTask(task, { health });
      return (await describeTask(client, task)).healthStatus;
    };

    expect((await describeTask(client, task)).healthStatus).toBe('UNKNOWN');
    expect(await healthOf({ log: 'UNHEALTHY' })).toBe('UNKNOWN');
    expect(await healthOf({ app: 'HEALTHY' })).toBe('HEALTHY');
    expect(await healthOf({ app: 'UNHEALTHY', log: 'HEALTHY' })).toBe('UNHEALTHY');
  });

  it('that is to stop runs on until its container has ended', async () => {
    const { client, admin, clock } = await servedEcs();
    const { host } = furnish(admin);
    const task = admin.putTask({ cluster: 'shop', taskDefinition: 'bridge', containerInstance: host });
    const bindings = bindingsOf(await describeTask(client, task));

    clock.time += 1000;
    await client.send(new StopTaskCommand({ cluster: 'shop', task, reason: 'maintenance' }));
    const stopping = await describeTask(client, task);
    clock.time += 1000;
    admin.updateTask(task, { lastStatus: 'STOPPED' });
    const stopped = await describeTask(client, task);

    expect(stopping).toMatchObject({ desiredStatus: 'STOPPED', lastStatus: 'RUNNING', stoppedReason: 'maintenance' });
    expect(stopping.containers?.[0]?.lastStatus).toBe('RUNNING');
    expect(bindingsOf(stopping)).toEqual(bindings);
    expect(stopped).toMatchObject({ desiredStatus: 'STOPPED', lastStatus: 'STOPPED', stopCode: 'UserInitiated' });
    expect(stopped.stoppedAt?.getTime()).toBe((stopping.stoppingAt?.getTime() ?? 0) + 1000);
  });

  it('cannot be stopped when nobody knows it', async () => {
    const { client, admin } = await servedEcs();
    furnish(admin);

    const stop = client.send(new StopTaskCommand({ cluster: 'shop', task: '0'.repeat(32) }));

    await expect(stop).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: 'The referenced task was not found.',
    });
  });
});
