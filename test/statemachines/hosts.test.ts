import { describe, expect, it } from 'vitest';
import { connectEvents, define, host, runStarted } from '../support/fleet.ts';
import { OWNER, type StillWorld, type WorldOptions, world, ZONE } from '../support/world.ts';

const CHECKER = 'vpc-1';
const value = (address: string, port: number) => `1 1 ${port} ip-${address.replaceAll('.', '-')}.${OWNER}.${ZONE}`;

function shop(options: Omit<WorldOptions, 'beside'> = {}): StillWorld {
  const around = world(options);
  around.aws.ecs.admin.createCluster('shop');
  return around;
}

/** A task of a service `web` on an EC2 instance, in one of the network modes. */
function onInstance(around: StillWorld, networkMode: 'bridge' | 'host' | 'awsvpc', id: string): string {
  const { ecs, ec2 } = around.aws;
  ec2.admin.putInstance(id, { privateIpAddress: '10.0.1.5', vpcId: 'vpc-1' });
  const containerInstance = ecs.admin.registerContainerInstance({ cluster: 'shop', ec2InstanceId: id });
  const taskDefinition = define(around, `web-${networkMode}`, { names: { 80: '_web._tcp' }, networkMode });
  ecs.admin.putTask({ cluster: 'shop', taskDefinition, containerInstance, service: 'web' });
  return containerInstance;
}

describe.each(['bridge', 'host', 'awsvpc'] as const)('a host of tasks in network mode %s', (networkMode) => {
  const ID = 'i-0aaaaaaaaaaaaaaa1';

  it.each(['stopped', 'stopping', 'shutting-down', 'terminated'] as const)(
    'that EC2 calls %s leaves, although ECS lists its tasks as running',
    async (state) => {
      const around = shop();
      const containerInstance = onInstance(around, networkMode, ID);
      await around.run({});
      const before = around.values('_web._tcp');
      if (state === 'terminated') around.aws.ec2.admin.terminate(ID);
      else around.aws.ec2.admin.putInstance(ID, { privateIpAddress: '10.0.1.5', vpcId: 'vpc-1', state });
      around.aws.ecs.admin.updateContainerInstance(containerInstance, { agentConnected: false });

      const { end, outcome } = await around.run({});
      const again = await around.run({});

      expect(before).toHaveLength(1);
      expect(around.values('_web._tcp')).toEqual([]);
      expect(end).toBe('ZoneInSync');
      expect(outcome?.dispositions).toEqual([expect.objectContaining({ outcome: 'removed', reason: 'host-gone' })]);
      expect(again.outcome?.dispositions).toEqual([
        expect.objectContaining({ outcome: 'left-out', reason: 'host-gone', detail: `${ID} has ended` }),
      ]);
    },
  );

  it('that is unknown to EC2 keeps what it has', async () => {
    const around = shop({ around: async ({ operation }, perform) => (operation === hides ? hidden : perform()) });
    let hides = '';
    const hidden = { Reservations: [] };
    onInstance(around, networkMode, ID);
    await around.run({});
    hides = 'DescribeInstances';

    await around.run({});

    expect(around.values('_web._tcp')).toHaveLength(1);
  });

  it('is published although its account hides what services manage', async () => {
    const around = shop({ ec2: { hidesManaged: true } });
    onInstance(around, networkMode, ID);
    const instance = { privateIpAddress: '10.0.1.5', vpcId: 'vpc-1', managedBy: 'ecs.amazonaws.com' };
    around.aws.ec2.admin.putInstance(ID, instance);

    await around.run({});

    expect(around.values('_web._tcp')).toHaveLength(1);
  });
});

describe('what a person should know of hosts', () => {
  const ID = 'i-0aaaaaaaaaaaaaaa1';

  it.each(['bridge', 'awsvpc'] as const)('a silent agent, whose tasks stay: %s', async (networkMode) => {
    const around = shop();
    const containerInstance = onInstance(around, networkMode, ID);
    around.aws.ecs.admin.updateContainerInstance(containerInstance, { agentConnected: false });

    const { outcome } = await around.run({});

    expect(around.values('_web._tcp')).toHaveLength(1);
    expect(outcome?.findings).toContainEqual(expect.stringContaining(`(${ID}) is not connected`));
  });

  it('a machine that is registered in two clusters', async () => {
    const around = shop();
    onInstance(around, 'host', ID);
    around.aws.ecs.admin.createCluster('other');
    const containerInstance = around.aws.ecs.admin.registerContainerInstance({ cluster: 'other', ec2InstanceId: ID });
    const taskDefinition = define(around, 'side', { names: { 81: 'side' }, networkMode: 'host' });
    around.aws.ecs.admin.putTask({ cluster: 'other', taskDefinition, containerInstance });

    const { outcome } = await around.run({});

    expect(outcome?.findings).toContainEqual(expect.stringContaining(`${ID} is registered 2 times`));
  });

  it('a task of Fargate that ECS has lost touch with', async () => {
    const around = shop();
    const taskDefinition = define(around, 'pay', { names: { 80: 'pay' }, networkMode: 'awsvpc' });
    const task = around.aws.ecs.admin.putTask({ cluster: 'shop', taskDefinition });
    around.aws.ecs.admin.updateTask(task, { connectivity: 'DISCONNECTED' });

    const { outcome } = await around.run({});

    expect(around.values('pay')).toHaveLength(1);
    expect(outcome?.findings).toContainEqual(expect.stringContaining('ECS has lost touch with 1 task'));
  });
});

describe('a port that is mapped as UDP only', () => {
  it.each(['bridge', 'host', 'awsvpc'] as const)('is published and never probed: %s', async (networkMode) => {
    const around = shop({ environment: { HEALTH_CHECK_PATH: '/health' } });
    const taskDefinition = around.aws.ecs.admin.registerTaskDefinition({
      family: 'statsd',
      networkMode,
      containerDefinitions: [
        {
          name: 'app',
          image: 'statsd',
          portMappings: [{ containerPort: 8125, protocol: 'udp' }],
          environment: [{ name: 'SERVICE_8125_NAME', value: 'statsd' }],
        },
      ],
    });
    const place =
      networkMode === 'awsvpc' ? { address: '10.0.2.9' } : { containerInstance: host(around, 'shop', '10.0.1.5') };
    around.aws.ecs.admin.putTask({ cluster: 'shop', taskDefinition, ...place });
    // A probe would say so of every endpoint that is asked.
    for (const address of ['10.0.1.5', '10.0.2.9']) {
      for (const port of [8125, 32_768])
        around.health.set(`${address}:${port}`, { state: 'failing', cause: 'refused' });
    }

    const { outcome } = await around.run({});

    expect(around.values('statsd')).toHaveLength(1);
    expect(outcome?.dispositions).toEqual([expect.objectContaining({ outcome: 'published', reason: 'running' })]);
  });
});

describe('tasks with addresses of their own, in several VPCs', () => {
  const HERE = { subnetId: 'subnet-1' };
  const THERE = { subnetId: 'subnet-2' };

  function twoVpcs(options: Omit<WorldOptions, 'beside'> = {}) {
    const around = shop({ environment: { CHECKER_VPC: CHECKER }, ...options });
    around.aws.ec2.admin.putSubnet('subnet-1', { vpcId: 'vpc-1' });
    around.aws.ec2.admin.putSubnet('subnet-2', { vpcId: 'vpc-2' });
    const environment = { SERVICE_80_CHECK_HTTP: '/health' };
    const pay = define(around, 'pay', { names: { 80: 'pay' }, environment, networkMode: 'awsvpc' });
    const start = (address: string, elasticInterface: object) =>
      around.aws.ecs.admin.putTask({ cluster: 'shop', taskDefinition: pay, address, elasticInterface });
    return { around, start };
  }

  it('are not probed in one that the health checker does not reach', async () => {
    const { around, start } = twoVpcs();
    start('10.0.1.1', HERE);
    start('10.0.2.1', THERE);

    await around.clock.advance(120_000);
    const { outcome } = await around.run({});

    expect(around.values('pay')).toEqual([value('10.0.1.1', 80)]);
    expect(outcome?.dispositions).toContainEqual(expect.objectContaining({ outcome: 'left-out', reason: 'unprobed' }));
    expect(outcome?.findings).toContain(
      'instances are not probed: it is in vpc-2, the health checker reaches vpc-1 only',
    );
  });

  it.each([
    { row: 'another interface of its VPC', by: 'vpc-1', left: 1 },
    { row: 'an interface of another VPC', by: 'vpc-2', left: 0 },
  ])('an address that $row has by now: an event run leaves $left', async ({ by, left }) => {
    const { around, start } = twoVpcs();
    const task = start('10.0.1.1', { ...HERE, networkInterfaceId: 'eni-1' });
    await around.run({});
    const events = connectEvents(around);
    around.aws.ec2.admin.putNetworkInterface('eni-9', { privateIpAddresses: ['10.0.1.1'], vpcId: by });

    around.aws.ecs.admin.updateTask(task, { desiredStatus: 'STOPPED', lastStatus: 'STOPPED' });
    await events.settled();
    events.off();
    await runStarted(around);
    const published = around.values('pay').length;
    await around.run({});

    expect(published).toBe(left);
    expect(around.values('pay')).toEqual([]);
  });

  it('the same of a task that stops while it is listed', async () => {
    const { around, start } = twoVpcs();
    const task = start('10.0.1.1', { ...HERE, networkInterfaceId: 'eni-1' });
    await around.run({});
    const events = connectEvents(around);
    around.aws.ec2.admin.putNetworkInterface('eni-9', { privateIpAddresses: ['10.0.1.1'], vpcId: 'vpc-2' });

    around.aws.ecs.admin.updateTask(task, { desiredStatus: 'STOPPED' });
    await events.settled();
    events.off();
    await runStarted(around);

    expect(around.values('pay')).toEqual([]);
  });
});
