import {
  CreateClusterCommand,
  DeleteClusterCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  StopTaskCommand,
} from '@aws-sdk/client-ecs';
import { expect, it } from 'vitest';
import { describeArranged, describeTask, furnish, servedEcs } from './served.ts';

describeArranged('changes by clients', () => {
  it('make a cluster, a definition and a task, which an agent starts and stops', async () => {
    const { client, admin } = await servedEcs();
    await client.send(new CreateClusterCommand({ clusterName: 'shop' }));
    const containerDefinitions = [{ name: 'app', image: 'calc:1', portMappings: [{ containerPort: 8080 }] }];
    await client.send(new RegisterTaskDefinitionCommand({ family: 'calc', containerDefinitions }));
    const host = admin.registerContainerInstance({ cluster: 'shop', ec2InstanceId: 'i-0123456789abcdef0' });
    admin.connectAgent({
      startTask: ({ taskArn = '' }) => admin.updateTask(taskArn, { lastStatus: 'RUNNING' }),
      stopTask: ({ taskArn = '' }) => admin.updateTask(taskArn, { lastStatus: 'STOPPED' }),
    });

    const run = await client.send(new RunTaskCommand({ cluster: 'shop', taskDefinition: 'calc', startedBy: 'alice' }));
    const task = run.tasks?.[0]?.taskArn ?? '';
    const running = await describeTask(client, task);
    await client.send(new StopTaskCommand({ cluster: 'shop', task }));
    const stopped = await describeTask(client, task);

    expect(run.tasks?.[0]).toMatchObject({ lastStatus: 'PENDING', containerInstanceArn: host, startedBy: 'alice' });
    expect(running.lastStatus).toBe('RUNNING');
    expect(stopped.lastStatus).toBe('STOPPED');
  });

  it('place tasks once for a client token, and refuse it for others', async () => {
    const { client, admin } = await servedEcs();
    furnish(admin);
    const request = { cluster: 'shop', taskDefinition: 'bridge', clientToken: 'once' };

    const first = await client.send(new RunTaskCommand(request));
    const again = await client.send(new RunTaskCommand(request));
    const other = client.send(new RunTaskCommand({ ...request, count: 2 }));

    expect(again.tasks?.map(({ taskArn }) => taskArn)).toEqual(first.tasks?.map(({ taskArn }) => taskArn));
    await expect(other).rejects.toMatchObject({ name: 'ConflictException' });
  });

  it('place a task where the fewest run', async () => {
    const { client, admin } = await servedEcs();
    const { host } = furnish(admin);
    const other = admin.registerContainerInstance({ cluster: 'shop', ec2InstanceId: 'i-0fedcba9876543210' });
    const ended = admin.putTask({ cluster: 'shop', taskDefinition: 'bridge', containerInstance: other });
    admin.updateTask(ended, { lastStatus: 'STOPPED' });

    const { tasks } = await client.send(new RunTaskCommand({ cluster: 'shop', taskDefinition: 'bridge', count: 4 }));

    expect(tasks?.map(({ containerInstanceArn }) => containerInstanceArn)).toEqual([host, other, host, other]);
  });

  it('place a task where its port is free, and say why they cannot', async () => {
    const { client, admin } = await servedEcs();
    const { host } = furnish(admin);
    const other = admin.registerContainerInstance({ cluster: 'shop', ec2InstanceId: 'i-0fedcba9876543210' });
    const containerDefinitions = [{ name: 'app', image: 'web', portMappings: [{ containerPort: 80, hostPort: 80 }] }];
    admin.registerTaskDefinition({ family: 'web', containerDefinitions });
    admin.putTask({ cluster: 'shop', taskDefinition: 'web', containerInstance: host });

    const first = await client.send(new RunTaskCommand({ cluster: 'shop', taskDefinition: 'web' }));
    admin.updateTask(first.tasks?.[0]?.taskArn ?? '', { lastStatus: 'RUNNING' });
    const second = await client.send(new RunTaskCommand({ cluster: 'shop', taskDefinition: 'web' }));
    admin.updateTask(first.tasks?.[0]?.taskArn ?? '', { lastStatus: 'STOPPED' });
    const again = await client.send(new RunTaskCommand({ cluster: 'shop', taskDefinition: 'web' }));
    for (const one of [host, other]) admin.updateContainerInstance(one, { agentConnected: false });
    const third = await client.send(new RunTaskCommand({ cluster: 'shop', taskDefinition: 'bridge' }));

    expect(first.tasks?.[0]?.containerInstanceArn).toBe(other);
    expect(second).toMatchObject({ tasks: [], failures: [{ reason: 'RESOURCE:PORTS' }] });
    expect(again.tasks?.[0]?.containerInstanceArn).toBe(other);
    expect(third).toMatchObject({ tasks: [], failures: [{ reason: 'AGENT' }] });
  });

  it('cannot run a definition that is INACTIVE or unknown, nor without hosts', async () => {
    const { client, admin } = await servedEcs();
    furnish(admin);
    admin.deregisterTaskDefinition('host:1');
    admin.createCluster('empty');

    const run = (taskDefinition: string, cluster = 'shop') =>
      client.send(new RunTaskCommand({ cluster, taskDefinition }));

    await expect(run('host:1')).rejects.toMatchObject({
      name: 'ClientException',
      message: 'TaskDefinition is inactive',
    });
    await expect(run('nothing')).rejects.toMatchObject({
      name: 'ClientException',
      message: 'TaskDefinition not found.',
    });
    await expect(run('bridge', 'empty')).rejects.toMatchObject({
      message: 'No Container Instances were found in your cluster.',
    });
  });

  it.each([
    { what: 'a port exposed twice', ports: [{ containerPort: 53 }, { containerPort: 53, protocol: 'udp' as const }] },
    { what: 'a foreign host port', ports: [{ containerPort: 80, hostPort: 81 }], networkMode: 'awsvpc' as const },
  ])('cannot register $what', async ({ ports, networkMode }) => {
    const { client } = await servedEcs();
    const containerDefinitions = [{ name: 'app', image: 'calc:1', portMappings: ports }];

    const register = client.send(
      new RegisterTaskDefinitionCommand({ family: 'calc', containerDefinitions, networkMode }),
    );

    await expect(register).rejects.toMatchObject({ name: 'ClientException' });
  });

  it('cannot delete a cluster that still has tasks or hosts', async () => {
    const { client, admin } = await servedEcs();
    const { host } = furnish(admin);
    const task = admin.putTask({ cluster: 'shop', taskDefinition: 'awsvpc' });
    const remove = () => client.send(new DeleteClusterCommand({ cluster: 'shop' }));

    await expect(remove()).rejects.toMatchObject({ name: 'ClusterContainsTasksException' });
    admin.updateTask(task, { lastStatus: 'STOPPED' });
    await expect(remove()).rejects.toMatchObject({ name: 'ClusterContainsContainerInstancesException' });
    admin.deregisterContainerInstance(host);
    const { cluster } = await remove();

    expect(cluster?.status).toBe('INACTIVE');
  });
});
