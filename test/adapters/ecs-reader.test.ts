import type { DescribeTasksCommandInput, Task as EcsTask, ListTasksCommandInput } from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import { ecsReader } from '../../functions/adapters/ecs-reader.ts';
import { type EcsOptions, ecsStandIn } from '../stand-ins/ecs.ts';
import { ServiceFault } from '../stand-ins/service.ts';
import { failure, scripted, served } from './served.ts';

const place = { region: 'us-east-1', accountId: '123456789012' };
const arn = (kind: string, id: string | number) => `arn:aws:ecs:us-east-1:123456789012:${kind}/shop/${id}`;

async function servedEcs(options: Partial<EcsOptions> = {}) {
  const ecs = ecsStandIn({ now: () => Date.UTC(2026, 9, 1, 10), ...place, ...options });
  ecs.admin.createCluster('shop');
  ecs.admin.registerTaskDefinition({
    family: 'calc',
    networkMode: 'bridge',
    containerDefinitions: [{ name: 'app', image: 'calc', portMappings: [{ containerPort: 8080 }] }],
  });
  const host = ecs.admin.registerContainerInstance({ cluster: 'shop', ec2InstanceId: 'i-0123456789abcdef0' });
  const other = ecs.admin.registerContainerInstance({ cluster: 'shop', ec2InstanceId: 'i-0123456789abcdef1' });
  const run = (count: number, containerInstance = host) =>
    Array.from({ length: count }, () =>
      ecs.admin.putTask({ cluster: 'shop', taskDefinition: 'calc', containerInstance }),
    );
  return { ...(await served(ecs)), admin: ecs.admin, host, other, run };
}

describe('lists', () => {
  it('reads every cluster, page by page', async () => {
    const { admin, inputs } = await servedEcs();
    for (let index = 0; index < 249; index += 1) admin.createCluster(`cluster-${index}`);

    const arns = await ecsReader().listClusters();

    expect(new Set(arns).size).toBe(250);
    expect(arns).toContain('arn:aws:ecs:us-east-1:123456789012:cluster/shop');
    expect(inputs('ListClusters')).toHaveLength(3);
  });

  it('reads every task of a cluster, page by page', async () => {
    const { run, inputs } = await servedEcs();
    const tasks = run(250);

    const arns = await ecsReader().listTasks({ cluster: 'shop' });

    expect(new Set(arns)).toEqual(new Set(tasks));
    expect(inputs<ListTasksCommandInput>('ListTasks').map(({ maxResults }) => maxResults)).toEqual([100, 100, 100]);
  });

  it('goes on after pages that are shorter than what it asked for', async () => {
    const { run, inputs } = await servedEcs({ pageLength: (asked) => Math.ceil(asked / 7) });
    const tasks = run(50);

    const arns = await ecsReader().listTasks({ cluster: 'shop' });

    expect(new Set(arns)).toEqual(new Set(tasks));
    expect(inputs('ListTasks')).toHaveLength(4);
  });

  it.each([
    { row: 'an empty page before the last', pages: [['a'], [], ['b']], arns: ['a', 'b'] },
    { row: 'an empty last page', pages: [['a'], ['b'], []], arns: ['a', 'b'] },
    { row: 'nothing but empty pages', pages: [[], [], []], arns: [] },
    { row: 'one empty page', pages: [[]], arns: [] },
  ])('reads on over $row', async ({ pages, arns }) => {
    const page = (nextToken = '0') => ({
      items: pages[Number(nextToken)] ?? [],
      ...(Number(nextToken) + 1 < pages.length && { nextToken: String(Number(nextToken) + 1) }),
    });
    await served(
      scripted('ecs', {
        ListTasks: ({ nextToken }: ListTasksCommandInput) => {
          const { items, ...rest } = page(nextToken);
          return { taskArns: items, ...rest };
        },
        ListClusters: ({ nextToken }: ListTasksCommandInput) => {
          const { items, ...rest } = page(nextToken);
          return { clusterArns: items, ...rest };
        },
      }),
    );

    const [tasks, clusters] = await Promise.all([
      ecsReader().listTasks({ cluster: 'shop' }),
      ecsReader().listClusters(),
    ]);

    expect(tasks).toEqual(arns);
    expect(clusters).toEqual(arns);
  });

  it('ends on a list that has no end', async () => {
    await served(scripted('ecs', { ListTasks: () => ({ taskArns: ['a'], nextToken: 'again' }) }));

    const fault = await failure(ecsReader().listTasks({ cluster: 'shop' }));

    expect(fault.message).toBe('ecs:ListTasks gave the same next page twice, after 2 pages');
  });

  it('lists what ECS wants running, not what it has decided to stop', async () => {
    const { run, admin } = await servedEcs();
    const [going = '', staying] = run(2);
    admin.stopTask(going);

    const arns = await ecsReader().listTasks({ cluster: 'shop' });

    expect(arns).toEqual([staying]);
  });

  it('lists the tasks of one container instance only', async () => {
    const { run, other } = await servedEcs();
    run(3);
    const tasks = run(2, other);

    const arns = await ecsReader().listTasks({ cluster: 'shop', containerInstance: other });

    expect(new Set(arns)).toEqual(new Set(tasks));
  });

  it.each([
    ['InvalidParameterException', 'The referenced container instance was not found.'],
    ['InvalidParameterException', 'The specified parameter is not valid.'],
    ['ClientException', 'The referenced container instance was not found.'],
    ['ClientException', 'Unable to identify containerInstance gone'],
  ])('finds no tasks on a container instance that ECS does not know: %s, %s', async (code, text) => {
    const { run, inject } = await servedEcs();
    run(1);
    inject('ListTasks', new ServiceFault(code, text));

    const arns = await ecsReader().listTasks({ cluster: 'shop', containerInstance: arn('container-instance', 'gone') });

    expect(arns).toEqual([]);
  });

  it.each([
    ['ClientException', 'User is not allowed to do this'],
    ['ServerException', 'The referenced container instance was not found.'],
  ])('does not take everything that ECS says for an unknown container instance: %s, %s', async (code, text) => {
    const { inject } = await servedEcs();
    inject('ListTasks', new ServiceFault(code, text));

    const fault = await failure(
      ecsReader().listTasks({ cluster: 'shop', containerInstance: arn('container-instance', 'gone') }),
    );

    expect(fault.message).toContain(text);
  });

  it.each([
    { row: 'of a later page', nth: 2, containerInstance: arn('container-instance', 'a') },
    { row: 'without a container instance', nth: 1, containerInstance: undefined },
  ])(
    'does not take an invalid parameter $row for an unknown container instance',
    async ({ nth, containerInstance }) => {
      let asked = 0;
      await served(
        scripted('ecs', {
          ListTasks: () => {
            asked += 1;
            if (asked === nth) throw new ServiceFault('InvalidParameterException', 'Invalid token');
            return { taskArns: ['a'], nextToken: 'next' };
          },
        }),
      );

      const fault = await failure(
        ecsReader().listTasks({ cluster: 'shop', ...(containerInstance !== undefined && { containerInstance }) }),
      );

      expect(fault.name).toBe('InvalidParameterException');
    },
  );
});

describe('tasks', () => {
  it('describes them a hundred at a time, each once', async () => {
    const { run, inputs } = await servedEcs();
    const arns = run(250);

    const { tasks, missing } = await ecsReader().describeTasks('shop', [...arns, ...arns.slice(0, 30)]);

    expect(new Set(tasks.map((task) => task.arn))).toEqual(new Set(arns));
    expect(tasks).toHaveLength(250);
    expect(missing).toEqual([]);
    const sizes = inputs<DescribeTasksCommandInput>('DescribeTasks').map((input) => input.tasks?.length ?? 0);
    expect(sizes.toSorted((a, b) => a - b)).toEqual([50, 100, 100]);
  });

  it('asks nothing when there is nothing to ask', async () => {
    const { calls } = await servedEcs();

    const found = await ecsReader().describeTasks('shop', []);

    expect(found).toEqual({ tasks: [], missing: [] });
    expect(calls).toEqual([]);
  });

  it('tells those that ECS does not know, each once', async () => {
    const { run, admin } = await servedEcs();
    const [gone = '', known = ''] = run(2);
    admin.removeTask(gone);

    const { tasks, missing } = await ecsReader().describeTasks('shop', [gone, known, gone]);

    expect(tasks.map((task) => task.arn)).toEqual([known]);
    expect(missing).toEqual([gone]);
  });

  it('knows a missing task by the old, short form of its ARN', async () => {
    const short = 'arn:aws:ecs:us-east-1:123456789012:task/0a1b';
    await served(
      scripted('ecs', { DescribeTasks: () => ({ tasks: [], failures: [{ arn: short, reason: 'MISSING' }] }) }),
    );

    const { missing } = await ecsReader().describeTasks('shop', [arn('task', '0a1b')]);

    expect(missing).toEqual([arn('task', '0a1b')]);
  });

  it.each([
    {
      row: 'a task is not in the answer',
      answer: { tasks: [{ taskArn: arn('task', 'a') }], failures: [] },
      says: `said nothing of 1 of 2, first ${arn('task', 'b')} (no failure)`,
    },
    {
      row: 'one failed for another reason',
      answer: {
        tasks: [{ taskArn: arn('task', 'a') }],
        failures: [{ arn: arn('task', 'b'), reason: 'ACCESS_DENIED', detail: 'by tag' }],
      },
      says: `said nothing of 1 of 2, first ${arn('task', 'b')} (${arn('task', 'b')}: ACCESS_DENIED, by tag)`,
    },
    {
      row: 'a failure names no task',
      answer: { tasks: [{ taskArn: arn('task', 'a') }], failures: [{ reason: 'MISSING' }] },
      says: 'said nothing of 1 of 2',
    },
    { row: 'the answer is empty', answer: {}, says: `said nothing of 2 of 2, first ${arn('task', 'a')}` },
  ])('knows nothing when $row', async ({ answer, says }) => {
    await served(scripted('ecs', { DescribeTasks: () => answer }));

    const fault = await failure(ecsReader().describeTasks('shop', [arn('task', 'a'), arn('task', 'b')]));

    expect(fault.message).toContain(`ecs:DescribeTasks ${says}`);
  });

  it('reads none when one batch of many fails', async () => {
    const { run, inject } = await servedEcs();
    const arns = run(250);
    const half = (_: number, { input }: { input: DescribeTasksCommandInput }) =>
      input.tasks?.length === 50 ? new ServiceFault('InvalidParameterException', 'no') : undefined;
    inject('DescribeTasks', (nth, call) => half(nth, { input: call.input as DescribeTasksCommandInput }));

    const fault = await failure(ecsReader().describeTasks('shop', arns));

    expect(fault.name).toBe('InvalidParameterException');
  });
});

it.each([
  ['listTasks', () => ecsReader().listTasks({ cluster: 'nowhere' })],
  ['listTasks of a host', () => ecsReader().listTasks({ cluster: 'nowhere', containerInstance: 'a' })],
  ['describeTasks', () => ecsReader().describeTasks('nowhere', [arn('task', 'a')])],
] as const)('%s says that a cluster is gone', async (_, read) => {
  await servedEcs();

  const fault = await failure(read());

  expect(fault.name).toBe('ClusterGoneError');
  expect(fault.message).toBe('ECS knows no cluster "nowhere"');
});

describe('what a task tells', () => {
  const describeOne = async (task: EcsTask) => {
    await served(scripted('ecs', { DescribeTasks: () => ({ tasks: [{ taskArn: 'a', ...task }], failures: [] }) }));
    const { tasks } = await ecsReader().describeTasks('shop', ['a']);
    return tasks[0];
  };

  it('is its identity, states and version', async () => {
    const task = await describeOne({
      clusterArn: 'c',
      taskDefinitionArn: 'd',
      containerInstanceArn: 'i',
      group: 'service:calc',
      version: 7,
      lastStatus: 'RUNNING',
      desiredStatus: 'STOPPED',
      startedAt: new Date(1_790_000_000_250),
    });

    expect(task).toEqual({
      arn: 'a',
      cluster: 'c',
      definition: 'd',
      containerInstance: 'i',
      group: 'service:calc',
      version: 7,
      lastStatus: 'RUNNING',
      desiredStatus: 'STOPPED',
      startedAt: 1_790_000_000_250,
      containers: [],
      overrides: [],
    });
  });

  it.each([
    { group: 'service:calc', startedBy: 'ecs-svc/123' },
    { group: 'family:calc', startedBy: undefined },
  ])('is the deployment that has started it, of a service only ($group)', async ({ group, startedBy }) => {
    expect((await describeOne({ group, startedBy: 'ecs-svc/123' }))?.startedBy).toBe(startedBy);
  });

  it('is every binding, ranges, IPv6 and UDP included', async () => {
    const networkBindings = [
      { bindIP: '0.0.0.0', containerPort: 8080, hostPort: 32_768, protocol: 'tcp' as const },
      { bindIP: '::', containerPort: 8080, hostPort: 32_769, protocol: 'tcp' as const },
      { bindIP: '0.0.0.0', containerPortRange: '8000-8004', hostPortRange: '40000-40004', protocol: 'udp' as const },
    ];

    const task = await describeOne({ containers: [{ name: 'app', lastStatus: 'RUNNING', networkBindings }] });

    expect(task?.containers).toEqual([{ name: 'app', lastStatus: 'RUNNING', bindings: networkBindings }]);
  });

  it('takes a binding without protocol for TCP', async () => {
    const task = await describeOne({
      containers: [{ name: 'app', networkBindings: [{ containerPort: 80, hostPort: 1 }] }],
    });

    expect(task?.containers[0]?.bindings).toEqual([{ containerPort: 80, hostPort: 1, protocol: 'tcp' }]);
  });

  it.each(['HEALTHY', 'UNHEALTHY', 'UNKNOWN'] as const)("is a container's health: %s", async (healthStatus) => {
    const task = await describeOne({ healthStatus: 'UNKNOWN', containers: [{ name: 'app', healthStatus }] });

    expect(task?.containers[0]?.health).toBe(healthStatus);
  });

  const details = [
    { name: 'subnetId', value: 'subnet-1' },
    { name: 'networkInterfaceId', value: 'eni-1' },
    { name: 'privateIPv4Address', value: '10.0.0.1' },
  ];

  it.each([
    {
      row: 'of the attachment, as the API says it',
      task: { attachments: [{ type: 'ElasticNetworkInterface', details }] },
      networkInterface: { id: 'eni-1', address: '10.0.0.1', subnet: 'subnet-1' },
    },
    {
      row: 'of the attachment, as events say it',
      task: { attachments: [{ type: 'eni', details }] },
      networkInterface: { id: 'eni-1', address: '10.0.0.1', subnet: 'subnet-1' },
    },
    {
      row: 'of a container',
      task: { containers: [{ name: 'app', networkInterfaces: [{ privateIpv4Address: '10.0.0.2' }] }] },
      networkInterface: { address: '10.0.0.2' },
    },
    {
      row: 'of the second container, where the first has none',
      task: {
        attachments: [{ type: 'eni', details: details.slice(0, 2) }],
        containers: [{ name: 'agent' }, { name: 'app', networkInterfaces: [{ privateIpv4Address: '10.0.0.2' }] }],
      },
      networkInterface: { id: 'eni-1', address: '10.0.0.2', subnet: 'subnet-1' },
    },
    {
      row: 'with the IPv6 address of its attachment, canonical',
      task: { attachments: [{ type: 'eni', details: [...details, { name: 'ipv6Address', value: '2001:DB8:0::1' }] }] },
      networkInterface: { id: 'eni-1', address: '10.0.0.1', address6: '2001:db8::1', subnet: 'subnet-1' },
    },
    {
      row: 'with the IPv6 address that a container shows, and no other',
      task: { containers: [{ name: 'app', networkInterfaces: [{ ipv6Address: 'fd00::1' }] }] },
      networkInterface: { address6: 'fd00::1' },
    },
    {
      row: 'without address, where none is shown',
      task: { attachments: [{ type: 'eni', details: details.slice(0, 2) }] },
      networkInterface: { id: 'eni-1', subnet: 'subnet-1' },
    },
    {
      row: 'never of another attachment',
      task: { attachments: [{ type: 'Service Connect', details }] },
      networkInterface: undefined,
    },
    { row: 'none, on a bridge', task: {}, networkInterface: undefined },
  ])('is the interface $row', async ({ task, networkInterface }) => {
    expect((await describeOne(task))?.networkInterface).toEqual(networkInterface);
  });

  it('is what its run overrides, by container', async () => {
    const task = await describeOne({
      overrides: {
        containerOverrides: [
          { name: 'app', environment: [{ name: 'SERVICE_80_NAME', value: 'calc' }, { name: 'EMPTY' }] },
          { name: 'sidecar' },
        ],
      },
    });

    expect(task?.overrides).toEqual([
      { container: 'app', environment: { SERVICE_80_NAME: 'calc', EMPTY: '' } },
      { container: 'sidecar', environment: {} },
    ]);
  });
});
