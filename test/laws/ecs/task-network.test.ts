import { expect, it } from 'vitest';
import { bindingsOf, describeArranged, describeTask, furnish, servedEcs } from './served.ts';

describeArranged('network of a task', () => {
  it('in bridge mode is a dynamic host port, known once the task is RUNNING', async () => {
    const { client, admin } = await servedEcs();
    const { host } = furnish(admin);
    const on = { cluster: 'shop', taskDefinition: 'bridge', containerInstance: host };
    const task = admin.putTask({ ...on, lastStatus: 'PENDING' });
    const neighbour = admin.putTask(on);

    const pending = await describeTask(client, task);
    admin.updateTask(task, { lastStatus: 'RUNNING' });
    const running = await describeTask(client, task);

    expect(bindingsOf(pending)).toEqual([]);
    expect(bindingsOf(running)).toEqual([
      { bindIP: '0.0.0.0', containerPort: 8080, hostPort: expect.any(Number), protocol: 'tcp' },
    ]);
    expect(bindingsOf(running)[0]?.hostPort).toBeGreaterThanOrEqual(32_768);
    expect(bindingsOf(running)).not.toEqual(bindingsOf(await describeTask(client, neighbour)));
  });

  it.each([
    { given: { hostPorts: { 8080: 40_001 } }, found: [['0.0.0.0', 40_001]] },
    { given: { hostPorts: { 8080: 40_001 }, bindIP: '10.0.0.9' }, found: [['10.0.0.9', 40_001]] },
    {
      given: { hostPorts: { 8080: 40_001 }, ipv6Bindings: 'same-port' as const },
      found: [
        ['0.0.0.0', 40_001],
        ['::', 40_001],
      ],
    },
    {
      given: { hostPorts: { 8080: 40_001 }, ipv6Bindings: 'other-port' as const },
      found: [
        ['0.0.0.0', 40_001],
        ['::', 32_768],
      ],
    },
  ])('in bridge mode is as docker reports it: $given', async ({ given, found }) => {
    const { client, admin } = await servedEcs();
    const { host } = furnish(admin);
    const task = admin.putTask({ cluster: 'shop', taskDefinition: 'bridge', containerInstance: host, ...given });

    const bindings = bindingsOf(await describeTask(client, task));

    expect(bindings.map(({ bindIP, hostPort }) => [bindIP, hostPort])).toEqual(found);
  });

  it('of a port range is a range of host ports as long', async () => {
    const { client, admin } = await servedEcs();
    const { host } = furnish(admin);
    const portMappings = [
      { containerPortRange: '7000-7004', protocol: 'udp' as const },
      { containerPort: 80, hostPort: 81 },
    ];
    admin.registerTaskDefinition({
      family: 'media',
      containerDefinitions: [{ name: 'app', image: 'media', portMappings }],
    });
    const task = admin.putTask({ cluster: 'shop', taskDefinition: 'media', containerInstance: host });

    const bindings = bindingsOf(await describeTask(client, task));

    expect(bindings).toEqual([
      { bindIP: '0.0.0.0', containerPortRange: '7000-7004', hostPortRange: '32768-32772', protocol: 'udp' },
      { bindIP: '0.0.0.0', containerPort: 80, hostPort: 81, protocol: 'tcp' },
    ]);
  });

  it.each(['host', 'none'])('in mode %s shows neither bindings nor interfaces', async (taskDefinition) => {
    const { client, admin } = await servedEcs();
    const { host } = furnish(admin);
    const task = admin.putTask({ cluster: 'shop', taskDefinition, containerInstance: host });

    const found = await describeTask(client, task);

    expect(found.containers?.[0]).toMatchObject({ lastStatus: 'RUNNING', networkBindings: [], networkInterfaces: [] });
    expect(found.attachments).toEqual([]);
  });

  it('in awsvpc mode is an interface of its own, spelled in two ways', async () => {
    const { client, admin } = await servedEcs();
    furnish(admin);
    const task = admin.putTask({ cluster: 'shop', taskDefinition: 'awsvpc', address: '10.0.1.42' });

    const found = await describeTask(client, task);

    expect(found).toMatchObject({ launchType: 'FARGATE', attachments: [{ type: 'ElasticNetworkInterface' }] });
    expect(found.containerInstanceArn).toBeUndefined();
    expect(found.attachments?.[0]?.details).toContainEqual({ name: 'privateIPv4Address', value: '10.0.1.42' });
    expect(found.containers?.[0]?.networkInterfaces).toEqual([
      { attachmentId: found.attachments?.[0]?.id, privateIpv4Address: '10.0.1.42' },
    ]);
    expect(bindingsOf(found)).toEqual([]);
  });

  it('in awsvpc mode is unknown while the task is PROVISIONING', async () => {
    const { client, admin } = await servedEcs();
    furnish(admin);
    const task = admin.putTask({ cluster: 'shop', taskDefinition: 'awsvpc', lastStatus: 'PROVISIONING' });

    const found = await describeTask(client, task);

    expect(found.attachments?.[0]).toMatchObject({ status: 'PRECREATED', details: [{ name: 'subnetId' }] });
    expect(found.containers?.[0]?.networkInterfaces).toEqual([]);
  });
});
