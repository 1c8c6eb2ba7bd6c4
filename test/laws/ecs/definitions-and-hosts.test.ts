import {
  DescribeContainerInstancesCommand,
  DescribeTaskDefinitionCommand,
  ListContainerInstancesCommand,
  RunTaskCommand,
  UpdateContainerInstancesStateCommand,
} from '@aws-sdk/client-ecs';
import { expect, it } from 'vitest';
import type { InstanceStateChangeEvent } from '../../stand-ins/ecs.ts';
import { describeArranged, refusal, servedEcs } from './served.ts';

describeArranged('task definitions', () => {
  it('are the latest ACTIVE revision by family, and any revision by its number', async () => {
    const { client, admin } = await servedEcs();
    const arns = ['1', '2', '3'].map((tag) =>
      admin.registerTaskDefinition({ family: 'calc', containerDefinitions: [{ name: 'app', image: `calc:${tag}` }] }),
    );
    admin.deregisterTaskDefinition('calc:3');

    const [byFamily, byRevision, byArn] = await Promise.all(
      ['calc', 'calc:3', arns[0]].map((taskDefinition) =>
        client.send(new DescribeTaskDefinitionCommand({ taskDefinition })),
      ),
    );

    expect(byFamily?.taskDefinition).toMatchObject({ revision: 2, status: 'ACTIVE' });
    expect(byRevision?.taskDefinition).toMatchObject({ revision: 3, status: 'INACTIVE' });
    expect(byArn?.taskDefinition?.containerDefinitions?.[0]?.image).toBe('calc:1');
  });

  it.each(['nothing', 'calc:2', 'retired'])('unknown are refused: %s', async (taskDefinition) => {
    const { client, admin } = await servedEcs();
    for (const family of ['calc', 'retired']) {
      admin.registerTaskDefinition({ family, containerDefinitions: [{ name: 'app', image: 'calc:1' }] });
    }
    admin.deregisterTaskDefinition('retired:1');

    const refused = await refusal(client.send(new DescribeTaskDefinitionCommand({ taskDefinition })));

    expect(refused).toEqual({ name: 'ClientException', message: 'Unable to describe task definition.' });
  });

  it('come back with environment, labels and ports as they were registered', async () => {
    const { client, admin } = await servedEcs();
    const container = {
      name: 'app',
      image: 'calc:1',
      environment: [{ name: 'SERVICE_8080_NAME', value: '_calc._tcp' }],
      dockerLabels: { SERVICE_9090_NAME: '_admin._tcp' },
    };
    const portMappings = [{ containerPort: 8080 }, { containerPortRange: '7000-7004', protocol: 'udp' as const }];
    admin.registerTaskDefinition({ family: 'calc', containerDefinitions: [{ ...container, portMappings }] });

    const { taskDefinition } = await client.send(new DescribeTaskDefinitionCommand({ taskDefinition: 'calc' }));

    expect(taskDefinition?.containerDefinitions?.[0]).toMatchObject({
      ...container,
      portMappings: [
        { containerPort: 8080, hostPort: 0, protocol: 'tcp' },
        { containerPortRange: '7000-7004', protocol: 'udp' },
      ],
    });
  });
});

describeArranged('container instances', () => {
  it('are listed by status, INACTIVE ones only when asked for', async () => {
    const { client, admin } = await servedEcs();
    admin.createCluster('shop');
    const [active, draining, gone] = ['i-00000001', 'i-00000002', 'i-00000003'].map((ec2InstanceId) =>
      admin.registerContainerInstance({ cluster: 'shop', ec2InstanceId }),
    );
    admin.updateContainerInstance(draining ?? '', { status: 'DRAINING' });
    admin.deregisterContainerInstance(gone ?? '');

    const [usual, drained] = await Promise.all([
      client.send(new ListContainerInstancesCommand({ cluster: 'shop' })),
      client.send(new ListContainerInstancesCommand({ cluster: 'shop', status: 'DRAINING' })),
    ]);
    const described = await client.send(
      new DescribeContainerInstancesCommand({ cluster: 'shop', containerInstances: [gone ?? '', '0'.repeat(32)] }),
    );

    expect(usual.containerInstanceArns).toEqual([active, draining]);
    expect(drained.containerInstanceArns).toEqual([draining]);
    expect(described.containerInstances?.[0]).toMatchObject({ status: 'INACTIVE', agentConnected: false });
    expect(described.failures).toEqual([
      { arn: `arn:aws:ecs:eu-west-1:111111111111:container-instance/shop/${'0'.repeat(32)}`, reason: 'MISSING' },
    ]);
  });

  it('name their EC2 instance but not its address', async () => {
    const { client, admin } = await servedEcs();
    admin.createCluster('shop');
    const spec = { cluster: 'shop', ec2InstanceId: 'i-0123456789abcdef0', vpcId: 'vpc-1', subnetId: 'subnet-1' };
    const host = admin.registerContainerInstance(spec);

    const { containerInstances } = await client.send(
      new DescribeContainerInstancesCommand({ cluster: 'shop', containerInstances: [host] }),
    );

    expect(containerInstances?.[0]).toMatchObject({ ec2InstanceId: 'i-0123456789abcdef0', agentConnected: true });
    expect(containerInstances?.[0]?.attributes).toContainEqual({ name: 'ecs.vpc-id', value: 'vpc-1' });
    expect(JSON.stringify(containerInstances)).not.toMatch(/privateIp/i);
  });

  it('are described up to 100 at once', async () => {
    const { client, admin } = await servedEcs();
    admin.createCluster('shop');
    const containerInstances = Array.from({ length: 101 }, (_, number) => `${number}`);

    const refused = await refusal(
      client.send(new DescribeContainerInstancesCommand({ cluster: 'shop', containerInstances })),
    );

    expect(refused.message).toBe('instanceIds can have at most 100 items.');
  });
});

describeArranged('the state of container instances', () => {
  async function withHosts(...hosts: readonly string[]) {
    const { client, admin } = await servedEcs();
    admin.createCluster('shop');
    const arns = hosts.map((ec2InstanceId) => admin.registerContainerInstance({ cluster: 'shop', ec2InstanceId }));
    const set = (containerInstances: readonly string[], status: 'ACTIVE' | 'DRAINING') =>
      client.send(
        new UpdateContainerInstancesStateCommand({
          cluster: 'shop',
          containerInstances: [...containerInstances],
          status,
        }),
      );
    return { client, admin, arns, set };
  }

  it('DRAINING takes no more tasks, until it is ACTIVE again', async () => {
    const { client, admin, arns, set } = await withHosts('i-00000001');
    admin.registerTaskDefinition({ family: 'calc', containerDefinitions: [{ name: 'app', image: 'calc' }] });
    const run = () => client.send(new RunTaskCommand({ cluster: 'shop', taskDefinition: 'calc' }));

    const { containerInstances } = await set(arns, 'DRAINING');
    const refused = await refusal(run());
    await set(arns, 'ACTIVE');
    const { tasks } = await run();

    expect(containerInstances).toMatchObject([{ containerInstanceArn: arns[0], status: 'DRAINING' }]);
    expect(refused.name).toBe('InvalidParameterException');
    expect(tasks).toHaveLength(1);
  });

  it('is told by an event, which only says how the host is by now; so is what begins and ends on it', async () => {
    const { admin, arns, set } = await withHosts('i-00000001');
    const [containerInstance = ''] = arns;
    admin.registerTaskDefinition({ family: 'calc', containerDefinitions: [{ name: 'app', image: 'calc' }] });
    const told: InstanceStateChangeEvent[] = [];
    admin.onInstanceEvent((event) => told.push(event));

    const task = admin.putTask({ cluster: 'shop', taskDefinition: 'calc', containerInstance });
    await set(arns, 'DRAINING');
    admin.updateTask(task, { lastStatus: 'STOPPED' });
    await set(arns, 'ACTIVE');

    expect(told.map(({ detail: { status } }) => status)).toEqual(['ACTIVE', 'DRAINING', 'DRAINING', 'ACTIVE']);
    expect(told[1]).toMatchObject({
      'detail-type': 'ECS Container Instance State Change',
      source: 'aws.ecs',
      resources: arns,
      detail: {
        clusterArn: expect.stringMatching(/:cluster\/shop$/),
        containerInstanceArn: containerInstance,
        ec2InstanceId: 'i-00000001',
        agentConnected: true,
      },
    });
  });

  it('of one that is gone or unknown is a failure, and the others are changed', async () => {
    const { admin, arns, set } = await withHosts('i-00000001', 'i-00000002');
    admin.deregisterContainerInstance(arns[1] ?? '');

    const { containerInstances, failures } = await set([...arns, 'nobody'], 'DRAINING');

    expect(containerInstances?.map(({ ec2InstanceId }) => ec2InstanceId)).toEqual(['i-00000001']);
    expect(failures).toEqual([
      { arn: arns[1], reason: 'INACTIVE' },
      { arn: 'nobody', reason: 'MISSING' },
    ]);
  });

  it.each([0, 11])('of %i at a time is refused', async (count) => {
    const { set } = await withHosts();

    const refused = await refusal(
      set(
        Array.from({ length: count }, (_, at) => `host-${at}`),
        'DRAINING',
      ),
    );

    expect(refused.name).toBe('InvalidParameterException');
  });
});
