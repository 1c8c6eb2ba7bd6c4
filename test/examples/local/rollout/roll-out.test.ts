import { expect, it, onTestFinished, vi } from 'vitest';
import { startCloud } from '../../../../examples/local/cloud/cloud.ts';
import { addHost } from '../../../../examples/local/ecs/hosts.ts';
import { startScheduler } from '../../../../examples/local/ecs/scheduler.ts';
import { exampleServices } from '../../../../examples/local/ecs/services.ts';
import { placesOf } from '../../../../examples/local/rollout/places.ts';
import { type Answered, coloursOf, type Look } from '../../../../examples/local/rollout/progress.ts';
import { outcomeOf, rollOut } from '../../../../examples/local/rollout/roll-out.ts';
import type { HookPayload } from '../../../stand-ins/ecs.ts';

const FUNCTION = 'arn:aws:lambda:eu-west-1:123456789012:function:shift';
const ROLE = 'arn:aws:iam::123456789012:role/hook';

/** `calc` deployed blue/green in a cluster whose tasks run at once; the hook moves what `lookUp` answers, unless it is broken. */
async function deployed() {
  const cloud = await startCloud({ port: 0, recordTo: undefined });
  onTestFinished(cloud.close);
  cloud.iam.putRole({
    arn: ROLE,
    trust: { Statement: [{ Effect: 'Allow', Principal: { Service: 'ecs.amazonaws.com' }, Action: 'sts:AssumeRole' }] },
    policies: [{ Statement: [{ Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: FUNCTION }] }],
  });
  const { admin } = cloud.ecs;
  admin.createCluster('demo');
  const hosts = ['127.0.1.10', '127.0.1.11'].map((address) => addHost(cloud, 'demo', address));
  onTestFinished(
    admin.connectAgent({
      startTask: ({ taskArn = '' }) => void admin.updateTask(taskArn, { lastStatus: 'RUNNING' }),
      stopTask: ({ taskArn = '' }) => void admin.updateTask(taskArn, { lastStatus: 'STOPPED' }),
    }),
  );
  const delays = { replacementDelayMs: 1_000, longestDelayMs: 1_000, provenAfterMs: 1 };
  const scheduler = startScheduler({ ecs: admin, cluster: 'demo', hosts, ...delays });
  onTestFinished(scheduler.close);
  let served: string | undefined;
  let isBroken = false;
  cloud.useLambdas({
    invoke: async (_, payload) => {
      const { executionDetails } = payload as HookPayload;
      const [winner] =
        Object.entries(executionDetails.productionTrafficWeights).find(([, weight]) => weight === 100) ?? [];
      const isGreen = winner === executionDetails.targetServiceRevisionArn;
      if (isBroken && isGreen) return { hookStatus: 'IN_PROGRESS', callBackDelay: 3_600 };
      served = `ecs-svc/${winner?.split('/').at(-1)}`;
      return { hookStatus: 'SUCCEEDED' };
    },
    send: () => {},
    warmUp: () => {},
    close: async () => {},
  });
  const { calc, portal } = exampleServices({ portalPort: 8080, ownAddresses: false });
  const hook = {
    hookTargetArn: FUNCTION,
    roleArn: ROLE,
    timeoutConfiguration: { timeoutInMinutes: 1 },
    lifecycleStages: ['PRODUCTION_TRAFFIC_SHIFT' as const],
  };
  scheduler.put({
    ...calc,
    deploymentConfiguration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 0, lifecycleHooks: [hook] },
  });
  scheduler.put(portal);
  const looks: { readonly line: string; readonly look: Look }[] = [];
  const notes: string[] = [];
  const around = {
    ...cloud.clients,
    lookUp: async () =>
      [...(await placesOf(cloud.clients, 'demo', 'calc'))].flatMap(([place, owner]) => (owner === served ? place : [])),
    tell: (line: string, look: Look) => void looks.push({ line, look }),
    note: (line: string) => void notes.push(line),
    signal: AbortSignal.timeout(60_000),
  };
  return {
    looks,
    notes,
    places: () => placesOf(cloud.clients, 'demo', 'calc'),
    roll: async (broken: boolean) => {
      isBroken = broken;
      const rollout = { cluster: 'demo', service: 'calc', broken };
      return outcomeOf(rollout, await rollOut(rollout, around));
    },
    rollOther: (service: string) => rollOut({ cluster: 'demo', service, broken: false }, around),
  };
}

const answersOf = (looks: Awaited<ReturnType<typeof deployed>>['looks']): readonly Answered[] =>
  looks.map(({ look }) => coloursOf(look));

it('goes until the new version alone runs and is found', async () => {
  const { roll, looks, places } = await deployed();
  const before = [...(await places()).values()];

  const outcome = await roll(false);

  expect(outcome).toEqual({ isAsWanted: true, says: 'calc has shifted to the new version' });
  expect(answersOf(looks).at(-1)).toEqual({ blue: 0, green: 2, others: 0 });
  expect([...(await places()).values()].filter((one) => before.includes(one))).toEqual([]);
});

it('of a broken version goes back, and blue stays', async () => {
  const { roll, looks, places } = await deployed();
  const before = [...(await places()).values()];

  const outcome = await roll(true);

  expect(outcome).toEqual({
    isAsWanted: true,
    says: `calc is rolled back: Lifecycle hook ${FUNCTION} timed out at PRODUCTION_TRAFFIC_SHIFT.`,
  });
  expect(new Set(answersOf(looks).map(({ green }) => green))).toEqual(new Set([0]));
  expect([...(await places()).values()]).toEqual(before);
});

it('begins when the deployment before it has ended, and does not stop it', async () => {
  const { roll, looks, notes } = await deployed();
  await roll(false);
  notes.length = 0;
  looks.length = 0;
  const first = roll(true);
  await vi.waitUntil(() => looks.length > 0, 10_000);

  const second = roll(false);

  expect((await Promise.all([first, second])).map(({ says }) => says)).toEqual([
    expect.stringMatching(/^calc is rolled back/),
    'calc has shifted to the new version',
  ]);
  expect(notes).toEqual(['a deployment of calc is under way: this one begins when it has ended']);
});

it.each([
  { service: 'nobody', message: 'there is no service "nobody" in demo: it has calc, portal' },
  {
    service: 'portal',
    message:
      'portal is deployed ROLLING, want a service that is deployed BLUE_GREEN: calc is, unless SETTINGS says blueGreen=false',
  },
])('refuses $service', async ({ service, message }) => {
  const { rollOther } = await deployed();

  await expect(rollOther(service)).rejects.toThrow(message);
});
