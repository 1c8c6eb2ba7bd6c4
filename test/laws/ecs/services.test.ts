import {
  CreateServiceCommand,
  type CreateServiceCommandInput,
  DeleteServiceCommand,
  DescribeServicesCommand,
  type ECSClient,
  ListServicesCommand,
  ListTaskDefinitionsCommand,
  type Service,
  UpdateServiceCommand,
  type UpdateServiceCommandInput,
} from '@aws-sdk/client-ecs';
import { expect, it } from 'vitest';
import type { EcsAdmin, ServiceChangeEvent } from '../../stand-ins/ecs.ts';
import { describeArranged, furnish, listTasks, refusal, servedEcs } from './served.ts';

const usual = { cluster: 'shop', serviceName: 'web', taskDefinition: 'bridge', desiredCount: 2 } as const;

const create = async (client: ECSClient, input: Partial<CreateServiceCommandInput> = {}): Promise<Service> =>
  (await client.send(new CreateServiceCommand({ ...usual, ...input }))).service ?? {};
const update = async (client: ECSClient, input: Partial<UpdateServiceCommandInput>): Promise<Service> =>
  (await client.send(new UpdateServiceCommand({ cluster: 'shop', service: 'web', ...input }))).service ?? {};
const remove = async (client: ECSClient, force?: boolean): Promise<Service> =>
  (await client.send(new DeleteServiceCommand({ cluster: 'shop', service: 'web', force }))).service ?? {};
const look = async (client: ECSClient, name = 'web'): Promise<Service> =>
  (await client.send(new DescribeServicesCommand({ cluster: 'shop', services: [name] }))).services?.[0] ?? {};

/** Another revision of the family. */
const revise = (admin: EcsAdmin): string =>
  admin.registerTaskDefinition({ family: 'bridge', containerDefinitions: [{ name: 'app', image: 'calc:2' }] });

async function shop() {
  const served = await servedEcs();
  return { ...served, ...furnish(served.admin) };
}

describeArranged('CreateService', () => {
  it('makes an ACTIVE service with one PRIMARY deployment under way', async () => {
    const { client } = await shop();

    const service = await create(client);

    const arn = 'arn:aws:ecs:eu-west-1:111111111111';
    expect(service).toMatchObject({
      serviceArn: `${arn}:service/shop/web`,
      status: 'ACTIVE',
      desiredCount: 2,
      runningCount: 0,
      launchType: 'EC2',
      schedulingStrategy: 'REPLICA',
      taskDefinition: `${arn}:task-definition/bridge:1`,
      deploymentConfiguration: { maximumPercent: 200, minimumHealthyPercent: 100 },
      deployments: [
        {
          id: expect.stringMatching(/^ecs-svc\/\d{19}$/),
          status: 'PRIMARY',
          rolloutState: 'IN_PROGRESS',
          desiredCount: 2,
        },
      ],
      events: [],
    });
    expect(await look(client)).toEqual(service);
  });

  it('gives what stands for the same request, and refuses another one', async () => {
    const { client } = await shop();
    const first = await create(client);

    const again = await create(client);
    const refused = await refusal(create(client, { desiredCount: 3 }));

    expect(again).toEqual(first);
    expect(refused).toEqual({
      name: 'InvalidParameterException',
      message: 'Creation of service was not idempotent.',
    });
  });

  it.each([
    {
      row: 'no cluster',
      input: { cluster: 'nowhere' },
      name: 'ClusterNotFoundException',
      message: 'Cluster not found.',
    },
    {
      row: 'no definition',
      input: { taskDefinition: 'nothing' },
      name: 'ClientException',
      message: 'TaskDefinition not found.',
    },
    { row: 'no name', input: { serviceName: '' }, message: /^Service name must be 1 to 255 letters/ },
    { row: 'a wrong name', input: { serviceName: 'a/b' }, message: /^Service name must be/ },
    { row: 'no count', input: { desiredCount: undefined }, message: /^desiredCount is required/ },
    { row: 'a negative count', input: { desiredCount: -1 }, message: /from 0 on, but was -1$/ },
    { row: 'awsvpc', input: { taskDefinition: 'awsvpc' }, message: /^Network Configuration must be provided/ },
    {
      row: 'a low maximum',
      input: { deploymentConfiguration: { maximumPercent: 99 } },
      message: /from 100 on, but was 99$/,
    },
    {
      row: 'a high minimum',
      input: { deploymentConfiguration: { minimumHealthyPercent: 101 } },
      message: /to 100, but was 101$/,
    },
    {
      row: 'no room to roll',
      input: { deploymentConfiguration: { maximumPercent: 100 } },
      message: 'Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments.',
    },
  ])('refuses $row', async ({ input, name = 'InvalidParameterException', message }) => {
    const { client } = await shop();

    const refused = await refusal(create(client, input));

    expect(refused.name).toBe(name);
    expect(refused.message).toMatch(message);
  });

  it('refuses an INACTIVE revision', async () => {
    const { client, admin } = await shop();
    admin.deregisterTaskDefinition('bridge:1');

    const refused = await refusal(create(client, { taskDefinition: 'bridge:1' }));

    expect(refused).toEqual({ name: 'ClientException', message: 'TaskDefinition is inactive' });
  });
});

describeArranged('UpdateService', () => {
  it('changes the count without a deployment', async () => {
    const { client } = await shop();
    const before = await create(client);

    const after = await update(client, { desiredCount: 5 });

    expect(after).toMatchObject({
      desiredCount: 5,
      deployments: [{ id: before.deployments?.[0]?.id, desiredCount: 5 }],
    });
  });

  it.each([
    { row: 'another revision', patch: { taskDefinition: 'bridge' } },
    { row: 'force', patch: { forceNewDeployment: true } },
  ])('begins a deployment for $row; the one that still runs is ACTIVE beside it', async ({ patch }) => {
    const { client, admin, host } = await shop();
    const [old] = (await create(client)).deployments ?? [];
    admin.putTask({
      cluster: 'shop',
      taskDefinition: 'bridge',
      containerInstance: host,
      service: 'web',
      startedBy: old?.id ?? '',
    });
    revise(admin);

    const { deployments } = await update(client, patch);

    expect(deployments).toMatchObject([
      { status: 'PRIMARY', rolloutState: 'IN_PROGRESS', runningCount: 0, desiredCount: 2 },
      { status: 'ACTIVE', id: old?.id, runningCount: 1, desiredCount: 0 },
    ]);
    expect(deployments?.[0]?.id).not.toBe(old?.id);
  });

  it('begins none for what runs already', async () => {
    const { client } = await shop();
    const { deployments } = await create(client);

    const after = await update(client, { taskDefinition: 'bridge:1' });

    expect(after.deployments?.map(({ id }) => id)).toEqual(deployments?.map(({ id }) => id));
  });

  it('refuses a service that is unknown or deleted, and percentages that leave no room', async () => {
    const { client } = await shop();
    const unknown = await refusal(update(client, { service: 'nobody' }));
    await create(client);

    const blocked = await refusal(update(client, { deploymentConfiguration: { maximumPercent: 100 } }));
    await remove(client, true);
    const deleted = await refusal(update(client, { desiredCount: 1 }));

    expect(unknown).toEqual({ name: 'ServiceNotFoundException', message: 'Service not found.' });
    expect(blocked.message).toMatch(/block deployments/);
    expect(deleted).toEqual({ name: 'ServiceNotActiveException', message: 'Service was not ACTIVE.' });
  });
});

describeArranged('DeleteService', () => {
  it('wants a count of 0, or force', async () => {
    const { client } = await shop();
    await create(client);

    const refused = await refusal(remove(client));
    await update(client, { desiredCount: 0 });
    const { status } = await remove(client);

    expect(refused).toEqual({
      name: 'InvalidParameterException',
      message: 'The service cannot be stopped while it is scaled above 0.',
    });
    expect(status).toBe('DRAINING');
    expect(await look(client)).toMatchObject({ status: 'INACTIVE', desiredCount: 0 });
  });

  it('is DRAINING while its tasks run; until then none of its name is made', async () => {
    const { client, admin, host } = await shop();
    await create(client);
    const task = admin.putTask({ cluster: 'shop', taskDefinition: 'bridge', containerInstance: host, service: 'web' });
    await remove(client, true);

    const [draining, refused] = [await look(client), await refusal(create(client))];
    const listed = await client.send(new ListServicesCommand({ cluster: 'shop' }));
    admin.updateTask(task, { lastStatus: 'STOPPED' });
    const gone = await look(client);
    const made = await create(client);

    expect(draining).toMatchObject({ status: 'DRAINING', runningCount: 1 });
    expect(refused.message).toBe('Unable to Start a service that is still Draining.');
    expect(listed.serviceArns).toHaveLength(1);
    expect(gone.status).toBe('INACTIVE');
    expect(made.status).toBe('ACTIVE');
  });

  it('refuses an unknown service', async () => {
    const { client } = await shop();

    expect(await refusal(remove(client))).toEqual({ name: 'ServiceNotFoundException', message: 'Service not found.' });
  });
});

describeArranged('services', () => {
  it('are described ten at a time', async () => {
    const { client } = await shop();
    const services = Array.from({ length: 11 }, (_, number) => `s${number}`);

    const refused = await refusal(client.send(new DescribeServicesCommand({ cluster: 'shop', services })));

    expect(refused.message).toBe('service names can have at most 10 items.');
  });

  it('have tasks that are listed by their name, and events that their scheduler reports', async () => {
    const { client, admin, host } = await shop();
    await create(client);
    const task = admin.putTask({ cluster: 'shop', taskDefinition: 'bridge', containerInstance: host, service: 'web' });

    admin.reportService('shop', 'web', { message: 'has started 1 tasks: (task 1).', failedTasks: 3 });
    const { taskArns } = await listTasks(client, { serviceName: 'web' });

    expect(taskArns).toEqual([task]);
    expect(await look(client)).toMatchObject({
      events: [{ message: '(service web) has started 1 tasks: (task 1).' }],
      deployments: [{ failedTasks: 3 }],
    });
  });

  it('tell EventBridge of deployments and of a steady state, once', async () => {
    const { client, admin } = await shop();
    const seen: ServiceChangeEvent[] = [];
    admin.onServiceEvent((event) => void seen.push(event));
    await create(client, { desiredCount: 0 });

    admin.reportService('shop', 'web', { settled: true });
    admin.reportService('shop', 'web', { settled: true });

    expect(seen.map(({ detail }) => detail.eventName)).toEqual([
      'SERVICE_DEPLOYMENT_IN_PROGRESS',
      'SERVICE_DEPLOYMENT_COMPLETED',
      'SERVICE_STEADY_STATE',
    ]);
    expect(seen[0]).toMatchObject({
      source: 'aws.ecs',
      resources: ['arn:aws:ecs:eu-west-1:111111111111:service/shop/web'],
    });
    expect(await look(client)).toMatchObject({ deployments: [{ rolloutState: 'COMPLETED' }] });
  });
});

describeArranged('ListTaskDefinitions', () => {
  it('goes by family and revision, ACTIVE ones unless asked otherwise', async () => {
    const { client, admin } = await shop();
    revise(admin);
    admin.deregisterTaskDefinition('bridge:1');
    const list = async (input: object) => {
      const { taskDefinitionArns = [] } = await client.send(new ListTaskDefinitionsCommand(input));
      return taskDefinitionArns.map((arn) => arn.split('/')[1]);
    };

    const [all, down, retired, family] = await Promise.all([
      list({}),
      list({ sort: 'DESC' }),
      list({ status: 'INACTIVE' }),
      list({ familyPrefix: 'host' }),
    ]);

    expect(all).toEqual(['awsvpc:1', 'bridge:2', 'host:1', 'none:1']);
    expect(down).toEqual(all.toReversed());
    expect([retired, family]).toEqual([['bridge:1'], ['host:1']]);
  });

  it('comes in pages', async () => {
    const { client } = await shop();

    const first = await client.send(new ListTaskDefinitionsCommand({ maxResults: 3 }));
    const second = await client.send(new ListTaskDefinitionsCommand({ maxResults: 3, nextToken: first.nextToken }));

    expect([first.taskDefinitionArns, second.taskDefinitionArns].map((page) => page?.length)).toEqual([3, 1]);
    expect(second.nextToken).toBeUndefined();
  });
});
