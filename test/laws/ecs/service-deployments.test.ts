import {
  CreateServiceCommand,
  type DeploymentConfiguration,
  DescribeServiceDeploymentsCommand,
  DescribeServicesCommand,
  ListServiceDeploymentsCommand,
  type ListServiceDeploymentsCommandInput,
  type Service,
  type ServiceDeployment,
  StopServiceDeploymentCommand,
  UpdateServiceCommand,
  type UpdateServiceCommandInput,
} from '@aws-sdk/client-ecs';
import { expect, it } from 'vitest';
import type { HookPayload, ServiceChangeEvent } from '../../stand-ins/ecs.ts';
import { describeArranged, furnish, refusal, servedEcs } from './served.ts';

const ARN = 'arn:aws:ecs:eu-west-1:111111111111';
const HOOK = 'arn:aws:lambda:eu-west-1:111111111111:function:shift';
const ROLE = 'arn:aws:iam::111111111111:role/hook';
const MINUTE = 60_000;
const SUCCEEDED = { hookStatus: 'SUCCEEDED' };

type Hooks = NonNullable<DeploymentConfiguration['lifecycleHooks']>;
type Stages = NonNullable<Hooks[number]['lifecycleStages']>;
const ALL: Stages = [
  'RECONCILE_SERVICE',
  'PRE_SCALE_UP',
  'POST_SCALE_UP',
  'TEST_TRAFFIC_SHIFT',
  'POST_TEST_TRAFFIC_SHIFT',
  'PRE_PRODUCTION_TRAFFIC_SHIFT',
  'PRODUCTION_TRAFFIC_SHIFT',
  'POST_PRODUCTION_TRAFFIC_SHIFT',
];
const hookAt = (...lifecycleStages: Stages): Hooks[number] => ({ hookTargetArn: HOOK, roleArn: ROLE, lifecycleStages });
const blueGreen = (...lifecycleHooks: Hooks): DeploymentConfiguration => ({
  strategy: 'BLUE_GREEN',
  bakeTimeInMinutes: 5,
  lifecycleHooks,
});

/** A service `web` of two tasks, and a scheduler that gives each revision what it wants, at once. */
async function shop(deploymentConfiguration: DeploymentConfiguration, ...answers: readonly unknown[]) {
  const calls: HookPayload[] = [];
  const left = [...answers];
  const invoke = (_: string, payload: HookPayload): unknown => {
    calls.push(payload);
    const answer = left.length > 1 ? left.shift() : left[0];
    if (answer instanceof Error) throw answer;
    return answer ?? SUCCEEDED;
  };
  const { client, admin, clock } = await servedEcs({ invoke });
  const { host: containerInstance } = furnish(admin);
  const events: ServiceChangeEvent[] = [];
  admin.onServiceEvent((event) => void events.push(event));
  const on = { cluster: 'shop', service: 'web', containerInstance, taskDefinition: 'host' };
  const tasks: { readonly arn: string; readonly startedBy: string }[] = [];
  const running = (id: string) =>
    tasks.filter(({ arn, startedBy }) => startedBy === id && admin.task(arn).desiredStatus === 'RUNNING');

  const keep = ({ deployments = [] }: Service): void => {
    for (const { id = '', desiredCount = 0 } of deployments) {
      const own = running(id);
      for (let count = own.length; count < desiredCount; count += 1) {
        const arn = admin.putTask({ ...on, startedBy: id, health: { app: 'HEALTHY' } });
        tasks.push({ arn, startedBy: id });
      }
      for (const { arn } of own.slice(desiredCount)) admin.updateTask(arn, { lastStatus: 'STOPPED' });
    }
  };
  /** Until only the clock, or a task, can move it. */
  const settle = async (): Promise<number | undefined> => {
    let due: number | undefined;
    for (let round = 0; round < 20; round += 1) {
      due = await admin.advanceDeployments();
      keep(admin.service('shop', 'web'));
    }
    return due;
  };
  const pass = (minutes: number): Promise<number | undefined> => {
    clock.time += minutes * MINUTE;
    return settle();
  };
  const look = async (): Promise<Service> =>
    (await client.send(new DescribeServicesCommand({ cluster: 'shop', services: ['web'] }))).services?.[0] ?? {};
  const list = async (input: Partial<ListServiceDeploymentsCommandInput> = {}) =>
    client.send(new ListServiceDeploymentsCommand({ cluster: 'shop', service: 'web', ...input }));
  const describe = async (arn?: string): Promise<ServiceDeployment> => {
    const [latest] = arn === undefined ? ((await list()).serviceDeployments ?? []) : [{ serviceDeploymentArn: arn }];
    const command = new DescribeServiceDeploymentsCommand({
      serviceDeploymentArns: [latest?.serviceDeploymentArn ?? ''],
    });
    return (await client.send(command)).serviceDeployments?.[0] ?? {};
  };
  const update = async (input: Partial<UpdateServiceCommandInput> = { forceNewDeployment: true }): Promise<Service> =>
    (await client.send(new UpdateServiceCommand({ cluster: 'shop', service: 'web', ...input }))).service ?? {};

  const create = new CreateServiceCommand({
    cluster: 'shop',
    serviceName: 'web',
    taskDefinition: 'host',
    desiredCount: 2,
    deploymentConfiguration,
  });
  await client.send(create);
  return { client, admin, on, clock, calls, events, running, settle, pass, look, list, describe, update };
}

/** One whose first deployment, without a call of its hooks, is over: blue. Answers are those of the next one. */
async function standing(hooks: Hooks, ...answers: readonly unknown[]) {
  const served = await shop({ strategy: 'BLUE_GREEN', bakeTimeInMinutes: 0 }, ...answers);
  await served.settle();
  await served.update({ deploymentConfiguration: blueGreen(...hooks) });
  const blue = (await served.look()).deployments?.[0]?.id ?? '';
  return { ...served, blue };
}

const digits = (id = ''): string => id.replace('ecs-svc/', '');
const revision = (id: string): string => `${ARN}:service-revision/shop/web/${digits(id)}`;
const stagesOf = (calls: readonly HookPayload[]): readonly string[] => calls.map((one) => one.lifecycleStage);

describeArranged('a blue/green deployment', () => {
  it('passes its stages in order, hooks called at those that have them', async () => {
    const { update, settle, pass, calls, describe } = await standing([hookAt(...ALL)]);
    await update();

    await settle();
    const baking = await describe();
    await pass(5);

    expect(stagesOf(calls)).toEqual(ALL.slice(1)); // there is one source: nothing to reconcile
    expect(baking).toMatchObject({ status: 'IN_PROGRESS', lifecycleStage: 'BAKE_TIME' });
    expect(await describe()).toMatchObject({ status: 'SUCCESSFUL', lifecycleStage: 'CLEAN_UP' });
  });

  it('is described with both revisions, their tasks and their weights', async () => {
    const { update, settle, look, describe, blue } = await standing([hookAt('PRODUCTION_TRAFFIC_SHIFT')], {
      hookStatus: 'IN_PROGRESS',
    });
    await update();

    const pending = await describe();
    await settle();
    const service = await look();
    const shifting = await describe(service.currentServiceDeployment);

    const green = service.deployments?.[0]?.id ?? '';
    const counts = { requestedTaskCount: 2, runningTaskCount: 2, pendingTaskCount: 0 };
    expect(pending).toMatchObject({ status: 'PENDING', targetServiceRevision: { requestedTaskCount: 0 } });
    expect(pending.startedAt).toBeUndefined();
    expect(service.currentServiceRevisions).toEqual([
      { arn: revision(green), ...counts },
      { arn: revision(blue), ...counts },
    ]);
    expect(service.deployments).toMatchObject([
      { id: green, status: 'PRIMARY', desiredCount: 2 },
      { id: blue, status: 'ACTIVE', desiredCount: 2 },
    ]);
    expect(shifting).toMatchObject({
      serviceDeploymentArn: expect.stringMatching(/:service-deployment\/shop\/web\/\w{21}$/),
      serviceArn: `${ARN}:service/shop/web`,
      clusterArn: `${ARN}:cluster/shop`,
      status: 'IN_PROGRESS',
      lifecycleStage: 'PRODUCTION_TRAFFIC_SHIFT',
      lifecycleHookDetails: [{ targetArn: HOOK, status: 'IN_PROGRESS', timeoutAction: 'ROLLBACK' }],
      sourceServiceRevisions: [{ arn: revision(blue), ...counts, requestedProductionTrafficWeight: 0 }],
      targetServiceRevision: {
        arn: revision(green),
        ...counts,
        requestedProductionTrafficWeight: 100,
        requestedTestTrafficWeight: 100,
      },
      deploymentConfiguration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 5 },
    });
  });

  it('tells the hook what moves', async () => {
    const hook = { ...hookAt('PRE_SCALE_UP', 'PRODUCTION_TRAFFIC_SHIFT'), hookDetails: { testName: '_t._tcp.a' } };
    const { update, settle, look, calls, blue } = await standing([hook]);
    await update();

    await settle();

    const { currentServiceDeployment, deployments: [green] = [] } = await look();
    const details = {
      serviceArn: `${ARN}:service/shop/web`,
      targetServiceRevisionArn: revision(green?.id ?? ''),
      testTrafficWeights: {},
    };
    const common = { resourceArn: currentServiceDeployment, hookDetails: { testName: '_t._tcp.a' } };
    expect(calls).toMatchObject([
      {
        ...common,
        lifecycleStage: 'PRE_SCALE_UP',
        executionDetails: { ...details, productionTrafficWeights: {} },
      },
      {
        ...common,
        lifecycleStage: 'PRODUCTION_TRAFFIC_SHIFT',
        executionDetails: {
          ...details,
          productionTrafficWeights: { [revision(green?.id ?? '')]: 100, [revision(blue)]: 0 },
        },
      },
    ]);
  });

  it('calls a hook that is IN_PROGRESS again when it asked for it, after 30 s unless it says', async () => {
    const { update, settle, pass, clock, calls } = await standing(
      [hookAt('PRODUCTION_TRAFFIC_SHIFT')],
      { hookStatus: 'IN_PROGRESS', callBackDelay: 10 },
      { hookStatus: 'IN_PROGRESS' },
      SUCCEEDED,
    );
    await update();

    const first = await settle();
    const began = clock.time;
    const early = await pass(9 / 60);
    const second = await pass(1 / 60);
    await pass(30 / 60);

    expect([first, early, second]).toEqual([began + 10_000, began + 10_000, began + 40_000]);
    expect(calls).toHaveLength(3);
  });

  it('keeps blue through the bake time, and stops it in CLEAN_UP', async () => {
    const { update, settle, pass, look, running, events, blue } = await standing([]);
    await update();
    await settle();

    const early = await pass(4);
    const [baked, blueBaked] = [await look(), running(blue).length];
    await pass(1);
    const done = await look();

    expect([blueBaked, running(blue).length]).toEqual([2, 0]);
    expect(early).toBeDefined();
    expect(baked.currentServiceDeployment).toBeDefined();
    expect(done.currentServiceDeployment).toBeUndefined();
    expect(done.deployments).toMatchObject([{ status: 'PRIMARY', rolloutState: 'COMPLETED', runningCount: 2 }]);
    expect(done.currentServiceRevisions).toHaveLength(1);
    expect(events.at(-2)?.detail.eventName).toBe('SERVICE_DEPLOYMENT_COMPLETED');
  });

  it('waits in SCALE_UP until all tasks of the new revision are healthy', async () => {
    const { admin, on, update, describe } = await standing([]);
    const startedBy = (await update()).deployments?.[0]?.id ?? '';
    await admin.advanceDeployments();
    admin.putTask({ ...on, startedBy, health: { app: 'HEALTHY' } });
    const second = admin.putTask({ ...on, startedBy });

    await admin.advanceDeployments();
    const unproven = await describe();
    admin.updateTask(second, { health: { app: 'HEALTHY' } });
    await admin.advanceDeployments();

    expect(unproven).toMatchObject({ lifecycleStage: 'SCALE_UP', targetServiceRevision: { runningTaskCount: 2 } });
    expect(await describe()).toMatchObject({ lifecycleStage: 'BAKE_TIME' });
  });
});

describeArranged('a hook that does not succeed', () => {
  it.each([
    { row: 'FAILED', answer: { hookStatus: 'FAILED' } },
    { row: 'an unknown status', answer: { hookStatus: 'DONE' } },
    { row: 'no answer', answer: 'SUCCEEDED' },
    { row: 'a delay that is no number', answer: { hookStatus: 'IN_PROGRESS', callBackDelay: 'soon' } },
    { row: 'an error', answer: new Error('out of memory') },
  ])('rolls back for $row', async ({ answer }) => {
    const hooks = [hookAt('PRODUCTION_TRAFFIC_SHIFT')];
    const { update, settle, calls, describe, look, running, events, blue } = await standing(hooks, answer, SUCCEEDED);
    const green = (await update()).deployments?.[0]?.id ?? '';

    await settle();

    const { deployments, currentServiceDeployment } = await look();
    expect(calls.map((one) => one.executionDetails)).toMatchObject([
      { productionTrafficWeights: { [revision(green)]: 100, [revision(blue)]: 0 } },
      {
        targetServiceRevisionArn: revision(green),
        productionTrafficWeights: { [revision(green)]: 0, [revision(blue)]: 100 },
      },
    ]);
    expect(await describe()).toMatchObject({
      status: 'ROLLBACK_SUCCESSFUL',
      statusReason: `Lifecycle hook ${HOOK} failed at PRODUCTION_TRAFFIC_SHIFT.`,
      targetServiceRevision: { arn: revision(green), requestedTaskCount: 0 },
      rollback: { serviceRevisionArn: revision(blue) },
    });
    expect([running(blue).length, running(green).length]).toEqual([2, 0]);
    expect(deployments).toMatchObject([{ id: blue, status: 'PRIMARY', rolloutState: 'COMPLETED' }]);
    expect(currentServiceDeployment).toBeUndefined();
    expect(events.at(-1)?.detail).toMatchObject({ eventType: 'ERROR', eventName: 'SERVICE_DEPLOYMENT_FAILED' });
  });

  it('has traffic moved back where it had moved, and nowhere else', async () => {
    const hooks = [hookAt(...ALL)];
    const { update, settle, calls } = await standing(hooks, SUCCEEDED, SUCCEEDED, { hookStatus: 'FAILED' }, SUCCEEDED);
    await update();

    await settle();

    expect(stagesOf(calls)).toEqual(['PRE_SCALE_UP', 'POST_SCALE_UP', 'TEST_TRAFFIC_SHIFT', 'TEST_TRAFFIC_SHIFT']);
  });

  it.each([
    { action: undefined, status: 'ROLLBACK_SUCCESSFUL', called: ['PRE_SCALE_UP'] },
    { action: 'CONTINUE', status: 'IN_PROGRESS', called: ['PRE_SCALE_UP', 'POST_SCALE_UP'] },
  ] as const)('is given up after its timeout: $status with action $action', async ({ action, status, called }) => {
    const timeoutConfiguration = { timeoutInMinutes: 2, ...(action && { action }) };
    const hook = { ...hookAt('PRE_SCALE_UP', 'POST_SCALE_UP'), timeoutConfiguration };
    const { update, settle, pass, calls, describe } = await standing([hook], {
      hookStatus: 'IN_PROGRESS',
      callBackDelay: 600,
    });
    await update();

    await settle();
    await pass(1);
    const waiting = await describe();
    await pass(1);

    expect(waiting).toMatchObject({ status: 'IN_PROGRESS', lifecycleStage: 'PRE_SCALE_UP' });
    expect(await describe()).toMatchObject({ status });
    expect(stagesOf(calls)).toEqual(called);
  });

  it('leaves both where the way back fails too', async () => {
    const hooks = [hookAt('PRODUCTION_TRAFFIC_SHIFT')];
    const { update, settle, describe, running, blue } = await standing(hooks, { hookStatus: 'FAILED' });
    const green = (await update()).deployments?.[0]?.id ?? '';

    const due = await settle();

    expect(await describe()).toMatchObject({ status: 'ROLLBACK_FAILED' });
    expect([running(blue).length, running(green).length, due]).toEqual([2, 2, undefined]);
  });

  it('has nothing to go back to in the first deployment', async () => {
    const { settle, describe } = await shop(blueGreen(hookAt('PRODUCTION_TRAFFIC_SHIFT')), { hookStatus: 'FAILED' });

    await settle();

    expect(await describe()).toMatchObject({
      status: 'ROLLBACK_FAILED',
      statusReason: expect.stringMatching(/No rollback candidate was found/),
      sourceServiceRevisions: [],
    });
  });
});

describeArranged('StopServiceDeployment', () => {
  it('brings blue back in the bake time', async () => {
    const hooks = [hookAt('PRODUCTION_TRAFFIC_SHIFT')];
    const { client, update, settle, look, describe, calls, running, blue } = await standing(hooks);
    await update();
    await settle();
    const { currentServiceDeployment: arn } = await look();

    await client.send(new StopServiceDeploymentCommand({ serviceDeploymentArn: arn, stopType: 'ROLLBACK' }));
    const asked = await describe();
    await settle();

    expect(asked).toMatchObject({ status: 'ROLLBACK_REQUESTED', lifecycleStage: 'BAKE_TIME' });
    expect(await describe()).toMatchObject({ status: 'ROLLBACK_SUCCESSFUL', statusReason: 'Rollback was requested.' });
    expect(calls.at(-1)?.executionDetails.productionTrafficWeights[revision(blue)]).toBe(100);
    expect(running(blue)).toHaveLength(2);
  });

  it('refuses one that is unknown or over, and a rolling update', async () => {
    const { client, settle, list } = await standing([]);
    const rolling = await shop({});
    const stop = (serviceDeploymentArn = `${ARN}:service-deployment/shop/web/none`) =>
      refusal(client.send(new StopServiceDeploymentCommand({ serviceDeploymentArn })));
    await settle();
    const arnOf = async ({ list: from }: Pick<typeof rolling, 'list'>) =>
      (await from()).serviceDeployments?.[0]?.serviceDeploymentArn ?? '';

    const refused = [await stop(), await stop(await arnOf({ list }))];
    const other = await refusal(
      rolling.client.send(new StopServiceDeploymentCommand({ serviceDeploymentArn: await arnOf(rolling) })),
    );

    expect(refused.map(({ name }) => name)).toEqual(['ServiceDeploymentNotFoundException', 'ConflictException']);
    expect(other.name).toBe('InvalidParameterException');
  });
});

describeArranged('another deployment', () => {
  it('takes the place of one that is under way, and has both revisions as sources', async () => {
    const hooks = [hookAt('RECONCILE_SERVICE', 'POST_SCALE_UP')];
    const { update, settle, pass, list, describe, calls, running, blue } = await standing(
      hooks,
      { hookStatus: 'IN_PROGRESS' },
      SUCCEEDED,
    );
    const first = (await update()).deployments?.[0]?.id ?? '';
    await settle();

    const second = (await update()).deployments?.[0]?.id ?? '';
    const begun = await describe();
    await settle();
    await pass(5);

    const { serviceDeployments = [] } = await list();
    expect(serviceDeployments.slice(0, 2)).toMatchObject([
      { status: 'SUCCESSFUL', targetServiceRevisionArn: revision(second) },
      { status: 'STOPPED', targetServiceRevisionArn: revision(first) },
    ]);
    expect(begun.sourceServiceRevisions).toMatchObject([
      { arn: revision(first), requestedTaskCount: 2, requestedProductionTrafficWeight: 0 },
      { arn: revision(blue), requestedTaskCount: 2, requestedProductionTrafficWeight: 100 },
    ]);
    expect(stagesOf(calls)).toEqual(['POST_SCALE_UP', 'RECONCILE_SERVICE', 'POST_SCALE_UP']);
    expect([blue, first, second].map((id) => running(id).length)).toEqual([0, 0, 2]);
  });

  it('that fails goes back to the one that was complete', async () => {
    const { update, settle, describe, running, blue } = await standing(
      [hookAt('POST_SCALE_UP')],
      { hookStatus: 'IN_PROGRESS' },
      { hookStatus: 'FAILED' },
    );
    await update();
    await settle();
    await update();

    await settle();

    expect(await describe()).toMatchObject({
      status: 'ROLLBACK_SUCCESSFUL',
      rollback: { serviceRevisionArn: revision(blue) },
    });
    expect(running(blue)).toHaveLength(2);
  });
});

describeArranged('a rolling update', () => {
  it('is a service deployment without stages that calls no hook', async () => {
    const hooks = { lifecycleHooks: [hookAt(...ALL)] };
    const { admin, settle, look, describe, calls } = await shop(hooks);
    const before = await look();
    const rolling = await describe();

    const due = await settle();
    admin.reportService('shop', 'web', { settled: true });

    expect(rolling).toMatchObject({
      serviceDeploymentArn: before.currentServiceDeployment,
      status: 'IN_PROGRESS',
      sourceServiceRevisions: [],
      targetServiceRevision: { requestedTaskCount: 2 },
    });
    expect(rolling).not.toHaveProperty('lifecycleStage');
    expect(await describe()).toMatchObject({ status: 'SUCCESSFUL' });
    expect((await look()).currentServiceDeployment).toBeUndefined();
    expect([calls, due]).toEqual([[], undefined]);
  });
});

describeArranged('service deployments', () => {
  it('are described twenty at a time; an unknown one is MISSING', async () => {
    const { client } = await shop({});
    const arns = (count: number) => Array.from({ length: count }, (_, n) => `${ARN}:service-deployment/shop/web/${n}`);
    const ask = (serviceDeploymentArns: string[]) =>
      client.send(new DescribeServiceDeploymentsCommand({ serviceDeploymentArns }));

    const refused = await refusal(ask(arns(21)));
    const { serviceDeployments, failures } = await ask(arns(1));

    expect(refused.message).toBe('serviceDeploymentArns can have at most 20 items.');
    expect([serviceDeployments, failures]).toEqual([[], [{ arn: arns(1)[0], reason: 'MISSING' }]]);
  });

  it('are listed the latest first, in pages, by status and time', async () => {
    const { update, clock, list } = await shop({});
    const begun = clock.time;
    for (let count = 0; count < 2; count += 1) {
      clock.time += MINUTE;
      await update();
    }

    const all = (await list()).serviceDeployments ?? [];
    const first = await list({ maxResults: 2 });
    const second = await list({ maxResults: 2, nextToken: first.nextToken });
    const stopped = await list({ status: ['STOPPED'], createdAt: { after: new Date(begun) } });

    expect(all.map(({ createdAt }) => createdAt?.getTime())).toEqual([begun + 2 * MINUTE, begun + MINUTE, begun]);
    expect([...(first.serviceDeployments ?? []), ...(second.serviceDeployments ?? [])]).toEqual(all);
    expect(stopped.serviceDeployments).toEqual([all[1]]);
  });

  it.each([
    { row: 'no bake time', configuration: { strategy: 'BLUE_GREEN' }, message: /^bakeTimeInMinutes is required/ },
    { row: 'a bake time of days', configuration: { bakeTimeInMinutes: 1_441 }, message: /0 to 1440, but was 1441$/ },
    {
      row: 'a hook that is no function',
      configuration: { lifecycleHooks: [{ ...hookAt('PRE_SCALE_UP'), hookTargetArn: ROLE }] },
      message: /^hookTargetArn must be the ARN of a Lambda function/,
    },
    {
      row: 'a hook without a role',
      configuration: { lifecycleHooks: [{ ...hookAt('PRE_SCALE_UP'), roleArn: undefined }] },
      message: /^roleArn must be the ARN of a role, but was undefined$/,
    },
    { row: 'a hook at no stage', configuration: { lifecycleHooks: [hookAt()] }, message: /^lifecycleStages cannot be/ },
    {
      row: 'a timeout of nothing',
      configuration: {
        lifecycleHooks: [{ ...hookAt('PRE_SCALE_UP'), timeoutConfiguration: { timeoutInMinutes: 0 } }],
      },
      message: /^timeoutInMinutes must be a whole number from 1 to 1440, but was 0$/,
    },
    { row: 'another strategy', configuration: { strategy: 'CANARY' }, message: /strategy CANARY is not served here/ },
  ] as const)('refuse $row', async ({ configuration, message }) => {
    const { update } = await shop({});

    const refused = await refusal(update({ deploymentConfiguration: configuration as DeploymentConfiguration }));

    expect(refused.name).toBe('InvalidParameterException');
    expect(refused.message).toMatch(message);
  });
});
