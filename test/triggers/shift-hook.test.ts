import { describe, expect, it } from 'vitest';
import type { ServiceSeen } from '../../functions/adapters/ecs-services.ts';
import { payloadsIn } from '../../functions/contracts/crossing.ts';
import { shiftHookContract } from '../../functions/contracts/hook-calls.ts';
import { objectAt } from '../../functions/contracts/payloads.ts';
import type { DeploymentState } from '../../functions/domain/ecs/deployment.ts';
import type { Task } from '../../functions/domain/ecs/task.ts';
import type { KeptShift } from '../../functions/domain/telling/kept-shift.ts';
import { clusterKey } from '../../functions/observing/digest.ts';
import { shiftHook } from '../../functions/triggers/shift-hook.ts';
import { virtualClock } from '../stand-ins/clock.ts';
import { CLUSTER, definition, instanceArn, task, taskArn } from '../support/builders.ts';
import { mapped } from '../support/inventory.ts';
import { STATE_MACHINE } from '../support/world.ts';

const ECS = 'arn:aws:ecs:eu-west-1:123456789012';
const HOOK = 'arn:aws:lambda:eu-west-1:123456789012:function:shift';
const SERVICE = `${ECS}:service/main/web`;
const DEPLOYMENT = `${ECS}:service-deployment/main/web/d`;
const [BLUE, GREEN] = [`${ECS}:service-revision/main/web/1`, `${ECS}:service-revision/main/web/2`];
const NOW = Date.parse('2026-11-22T20:31:04.500Z');

const WEB: ServiceSeen = {
  service: SERVICE,
  cluster: CLUSTER,
  name: 'web',
  strategy: 'BLUE_GREEN',
  controller: 'ECS',
  hooks: [{ target: HOOK, stages: ['PRODUCTION_TRAFFIC_SHIFT'] }],
  revisions: [],
  deployment: DEPLOYMENT,
};
const SHIFTING: DeploymentState = {
  arn: DEPLOYMENT,
  status: 'IN_PROGRESS',
  stage: 'PRODUCTION_TRAFFIC_SHIFT',
  target: { arn: GREEN },
  sources: [{ arn: BLUE }],
};
const KEPT: KeptShift = {
  service: SERVICE,
  deployment: DEPLOYMENT,
  direction: 'forward',
  serving: ['ecs-svc/2'],
  tested: [],
  changeIds: ['C1', 'C2'],
  appliedAt: NOW - 1_000,
  ttl: 20,
};
const OTHER: KeptShift = { ...KEPT, service: 'other', deployment: 'other' };

/** As ECS calls it (ECS Developer Guide, Lambda lifecycle hooks). */
const CALL = {
  executionId: 'e',
  lifecycleStage: 'PRODUCTION_TRAFFIC_SHIFT',
  resourceArn: DEPLOYMENT,
  executionDetails: {
    serviceArn: SERVICE,
    targetServiceRevisionArn: GREEN,
    testTrafficWeights: {},
    productionTrafficWeights: { [GREEN]: 100, [BLUE]: 0 },
  },
};

interface Around {
  readonly kept?: readonly KeptShift[];
  readonly tasks?: readonly Task[];
  /** What Route 53 says of changes; in sync unless given. */
  readonly states?: Readonly<Record<string, 'pending' | 'lost' | Error>>;
  /** The deployment as ECS tells of it. */
  readonly told?: () => DeploymentState;
  /** Parts of the rim that fail. */
  readonly broken?: 'ecs' | 'bucket' | 'tasks' | 'queue';
}

/** The hook with what it has asked for, in order. */
async function stage({ kept = [], tasks = [], states = {}, told = () => SHIFTING, broken }: Around = {}) {
  const clock = virtualClock(NOW);
  const { lasting } = payloadsIn(mapped(new Map()));
  const at = objectAt('shifts', clusterKey(CLUSTER));
  await lasting.keep(at, kept);
  const asked: { readonly what: string; readonly body?: unknown }[] = [];
  const fails = (part: Around['broken']) => {
    if (part === broken) throw Object.assign(new Error(`${part} is down`), { name: 'UnavailableError' });
  };
  const work = shiftHook(
    {
      clock,
      shifts: {
        hook: HOOK,
        services: {
          services: async () => {
            fails('ecs');
            return { found: [WEB], missing: [], unanswered: [] };
          },
          deployments: async () => ({ found: [told()], missing: [], unanswered: [] }),
        },
      },
      changes: {
        state: async (id) => {
          asked.push({ what: 'change', body: id });
          const state = states[id] ?? 'insync';
          if (state instanceof Error) throw state;
          return state;
        },
      },
      ecs: {
        listTasks: async (query) => {
          fails('tasks');
          asked.push({ what: 'listed', body: query });
          return tasks.map(({ arn }) => arn);
        },
        describeTasks: async () => ({ tasks, missing: [] }),
      },
      definitions: {
        describe: async () => ({ definitions: new Map([[definition().arn, definition()]]), unknown: [] }),
      },
      payloads: {
        lasting: {
          ...lasting,
          read: async (...args) => {
            fails('bucket');
            return lasting.read(...args);
          },
        },
      },
      queue: {
        send: async (body) => {
          fails('queue');
          asked.push({ what: 'queued', body: JSON.parse(body) });
          return 'id';
        },
      },
      executions: {
        start: async (_, execution) => {
          asked.push({ what: 'started', body: execution });
          return 'started';
        },
      },
    },
    { ZONE_NAME: 'shop.internal.', OWNER_LABEL: 'ecs', EVENT_WINDOW: 2, STATE_MACHINE_ARN: STATE_MACHINE },
  );
  const call = async (event: unknown = CALL) =>
    shiftHookContract.output.parse(await work(shiftHookContract.input.parse(event)));
  const stored = async () => {
    const found = await lasting.read(at, true);
    return found.state === 'found' ? found.body : [];
  };
  return { call, asked, clock, stored, happened: () => asked.map(({ what }) => what) };
}

const inProgress = (callBackDelay: number) => ({ hookStatus: 'IN_PROGRESS', callBackDelay });
const RUNNING = [task({ arn: taskArn('1'), version: 3 }), task({ arn: taskArn('2'), version: 4 })];

describe('a deployment may go on', () => {
  it('when Route 53 was in sync for the TTL, by whichever function that is asked', async () => {
    const { call, clock, stored } = await stage({ kept: [OTHER, KEPT] });

    expect(await call()).toEqual(inProgress(20));
    expect(await stored()).toEqual([OTHER, { ...KEPT, insyncAt: NOW }]);
    await clock.advance(19_000);
    expect(await call()).toEqual(inProgress(1));
    await clock.advance(1_000);
    expect(await call()).toEqual({ hookStatus: 'SUCCEEDED' });
    const next = await stage({ kept: await stored() });
    expect(await next.call()).toEqual(inProgress(20));
    const later = await stage({ kept: [{ ...KEPT, insyncAt: NOW - 20_000 }] });
    expect(await later.call()).toEqual({ hookStatus: 'SUCCEEDED' });
  });

  it.each<{ row: string; states: Around['states'] }>([
    { row: 'is not in sync with one of the changes', states: { C2: 'pending' } },
    { row: 'does not tell of one of them', states: { C1: new Error('AccessDenied'), C2: 'lost' } },
  ])('not while Route 53 $row', async ({ states = {} }) => {
    const { call, stored } = await stage({ kept: [KEPT], states });

    expect(await call()).toEqual(inProgress(10));
    expect(await stored()).toEqual([KEPT]);
  });

  it.each<{ row: string; state: 'lost' | Error }>([
    { row: 'does not know any more', state: 'lost' },
    { row: 'may not tell of', state: Object.assign(new Error('no'), { name: 'AccessDenied' }) },
  ])('a minute and the TTL after a change that Route 53 $row', async ({ state }) => {
    const { call, clock } = await stage({ kept: [KEPT], states: { C1: state } });

    expect(await call()).toEqual(inProgress(79));
    await clock.advance(79_000);
    expect(await call()).toEqual({ hookStatus: 'SUCCEEDED' });
  });
});

describe('before any run has looked', () => {
  it.each([
    { row: 'an object', hookDetails: { testName: '_test._tcp' } },
    { row: 'a text', hookDetails: '{"testName":"_test._tcp"}' },
  ])(
    'every task of the service is queued, under the test name of $row too, and a run starts',
    async ({ hookDetails }) => {
      const { call, asked } = await stage({ tasks: RUNNING });

      expect(await call({ ...CALL, hookDetails })).toEqual(inProgress(10));

      const names = ['_calc._tcp.shop.internal.', '_test._tcp.shop.internal.'];
      const about = { cluster: CLUSTER, containerInstance: instanceArn('1'), awsvpc: false, names };
      expect(asked).toEqual([
        { what: 'listed', body: { cluster: CLUSTER, service: 'web' } },
        { what: 'queued', body: { ...about, task: taskArn('1'), version: 3 } },
        { what: 'queued', body: { ...about, task: taskArn('2'), version: 4 } },
        { what: 'started', body: expect.stringMatching(/^events-/) },
      ]);
    },
  );

  it('they are queued again only when that run should have ended', async () => {
    const { call, clock, happened } = await stage({ tasks: RUNNING });
    const queued = () => happened().filter((one) => one === 'queued').length;

    await call();
    await clock.advance(29_000);
    await call();
    expect(queued()).toBe(2);
    await clock.advance(1_000);
    await call();

    expect(queued()).toBe(4);
  });

  it('they are queued at once when the deployment turns back', async () => {
    let told = SHIFTING;
    const { call, happened } = await stage({ tasks: RUNNING, told: () => told });
    await call();
    told = { ...SHIFTING, status: 'ROLLBACK_IN_PROGRESS' };

    await call({
      ...CALL,
      executionDetails: { ...CALL.executionDetails, productionTrafficWeights: { [GREEN]: 0, [BLUE]: 100 } },
    });

    expect(happened().filter((one) => one === 'queued')).toHaveLength(4);
  });

  it('they are queued at once when the next stage begins', async () => {
    const { call, happened } = await stage({ tasks: RUNNING });

    await call({ ...CALL, lifecycleStage: 'TEST_TRAFFIC_SHIFT', hookDetails: { testName: '_test._tcp' } });
    await call();

    expect(happened().filter((one) => one === 'queued')).toHaveLength(4);
  });

  it('nothing starts for tasks that declare nothing', async () => {
    const { call, happened } = await stage();

    expect(await call()).toEqual(inProgress(10));
    expect(happened()).toEqual(['listed']);
  });
});

describe('ECS is told to wait, and never to roll back', () => {
  it.each<{ row: string; event: unknown }>([
    { row: 'nothing', event: undefined },
    { row: 'a text', event: 'go' },
    { row: 'a list', event: [CALL] },
    { row: 'another event', event: { source: 'aws.ecs', detail: {} } },
    { row: 'no service', event: { ...CALL, executionDetails: { targetServiceRevisionArn: GREEN } } },
    {
      row: 'a service without its cluster',
      event: { ...CALL, executionDetails: { ...CALL.executionDetails, serviceArn: `${ECS}:service/web` } },
    },
    { row: 'no stage', event: { ...CALL, lifecycleStage: undefined } },
    { row: 'a stage that nobody knows', event: { ...CALL, lifecycleStage: 'SIDEWAYS' } },
  ])('for a minute, when it says $row', async ({ event }) => {
    const { call } = await stage({ kept: [{ ...KEPT, insyncAt: 0 }] });

    expect(await call(event ?? null)).toEqual(inProgress(60));
  });

  it.each(['bucket', 'tasks', 'queue'] as const)('for a minute, when the %s cannot be reached', async (broken) => {
    const { call } = await stage({ tasks: RUNNING, broken });

    expect(await call()).toEqual(inProgress(60));
  });

  it('when ECS tells nothing of the deployment, whatever is kept', async () => {
    const { call, happened } = await stage({ kept: [{ ...KEPT, insyncAt: 0 }], broken: 'ecs' });

    expect(await call()).toEqual(inProgress(10));
    expect(happened()).toEqual([]);
  });

  it('when what it says of weights and details has another form', async () => {
    const details = { ...CALL.executionDetails, productionTrafficWeights: 'much' };
    const { call } = await stage({ kept: [{ ...KEPT, insyncAt: 0 }] });

    expect(await call({ ...CALL, executionDetails: details, hookDetails: 7 })).toEqual({ hookStatus: 'SUCCEEDED' });
  });
});
