import { describe, expect, it } from 'vitest';
import { definitionReader } from '../../functions/adapters/ecs-definitions.ts';
import { ecsReader } from '../../functions/adapters/ecs-reader.ts';
import { serviceReader } from '../../functions/adapters/ecs-services.ts';
import { changeReader } from '../../functions/adapters/route53-change.ts';
import { payloadsIn } from '../../functions/contracts/crossing.ts';
import { shiftHookContract } from '../../functions/contracts/hook-calls.ts';
import { shiftHook } from '../../functions/triggers/shift-hook.ts';
import type { InvokeHook } from '../stand-ins/ecs.ts';
import { ACCOUNT, REGION } from '../stand-ins/in-memory-aws.ts';
import { mapped } from '../support/inventory.ts';
import { type Shop, shop, value } from '../support/shop.ts';
import { OWNER, STATE_MACHINE, ZONE, ZONE_ID } from '../support/world.ts';

const HOOK = 'arn:aws:lambda:eu-west-1:111111111111:function:shift';
const MINUTE = 60_000;
const CALLER = { region: REGION, accountId: ACCOUNT, requestId: 'deploy' };

/** A service of two instances that is deployed blue/green, with the real hook; green comes at ports from 3 on. */
async function rollout({ hook = HOOK as string | null, propagationMs = 0 } = {}) {
  const answers: unknown[] = [];
  const queued: string[] = [];
  let work: ReturnType<typeof shiftHook> = async () => ({ hookStatus: 'SUCCEEDED' });
  const invoke: InvokeHook = async (_, payload) => {
    const input = shiftHookContract.input.parse(JSON.parse(JSON.stringify(payload)));
    const answer = shiftHookContract.output.parse(await work(input));
    answers.push(`${payload.lifecycleStage} ${answer.hookStatus}`);
    return answer;
  };
  const around: Shop = shop({
    ...(hook !== null && { environment: { SHIFT_HOOK: hook } }),
    ecs: { invoke },
    route53: { propagationMs },
  });
  const { aws, clock, bucket } = around;
  const { admin } = aws.ecs;
  work = shiftHook(
    {
      clock,
      shifts: { hook: HOOK, services: serviceReader(aws.clients.ecs) },
      changes: changeReader(aws.clients.route53),
      ecs: ecsReader(aws.clients.ecs),
      definitions: definitionReader(aws.clients.ecs),
      payloads: payloadsIn(mapped(bucket)),
      queue: { send: async (body) => String(queued.push(body)) },
      executions: { start: async () => 'started' },
    },
    { ZONE_NAME: ZONE, OWNER_LABEL: OWNER, EVENT_WINDOW: 2, STATE_MACHINE_ARN: STATE_MACHINE },
  );
  const lifecycleHooks = [
    {
      hookTargetArn: HOOK,
      roleArn: 'arn:aws:iam::111111111111:role/hook',
      lifecycleStages: ['PRODUCTION_TRAFFIC_SHIFT' as const],
    },
  ];
  const service = { cluster: 'shop', serviceName: 'web', taskDefinition: around.definition, desiredCount: 2 };
  admin.putService({ ...service, deploymentConfiguration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 0 } });
  let port = 1;
  /** Each revision gets the tasks that ECS wants of it. */
  const keep = () => {
    const tasks = admin.service('shop', 'web').deployments ?? [];
    for (const { id = '', desiredCount = 0 } of tasks) {
      const own = running.filter((one) => one.id === id && admin.task(one.arn).lastStatus === 'RUNNING');
      for (let count = own.length; count < desiredCount; count += 1) {
        const arn = admin.putTask({
          cluster: 'shop',
          taskDefinition: around.definition,
          containerInstance: around.home,
          hostPorts: { 8081: port },
          service: 'web',
          startedBy: id,
        });
        running.push({ arn, id });
        port += 1;
      }
      for (const { arn } of own.slice(desiredCount)) admin.updateTask(arn, { lastStatus: 'STOPPED' });
    }
  };
  const running: { readonly arn: string; readonly id: string }[] = [];
  const settle = async () => {
    for (let round = 0; round < 10; round += 1) {
      await admin.advanceDeployments();
      keep();
    }
  };
  await settle();
  admin.putService({
    ...service,
    deploymentConfiguration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 5, lifecycleHooks },
  });
  const published = () => {
    const sets = aws.route53.recordSets(ZONE_ID).filter(({ Type }) => Type === 'SRV');
    return sets.flatMap(({ ResourceRecords = [] }) => ResourceRecords.map(({ Value }) => Value)).sort();
  };
  return {
    ...around,
    answers,
    queued,
    settle,
    published,
    deploy: async () =>
      aws.ecs.operations.UpdateService?.(
        { cluster: 'shop', service: 'web', forceNewDeployment: true } as never,
        CALLER,
      ),
    /** A person stops the deployment, and ECS goes back. */
    roll: async () => {
      const { currentServiceDeployment: serviceDeploymentArn } = admin.service('shop', 'web');
      return aws.ecs.operations.StopServiceDeployment?.(
        { serviceDeploymentArn, stopType: 'ROLLBACK' } as never,
        CALLER,
      );
    },
    pass: async (milliseconds: number) => {
      await clock.advance(milliseconds);
      await settle();
    },
  };
}

const at = (...ports: readonly number[]) => ports.map((port) => value('10.0.1.23', port));
const WAITS = 'PRODUCTION_TRAFFIC_SHIFT IN_PROGRESS';
const BLUE = at(1, 2);
const GREEN = at(3, 4);

describe('a service that is deployed blue/green', () => {
  it('moves in the zone when ECS shifts, and ECS waits for the zone, for Route 53 and for the TTL', async () => {
    const { run, settle, pass, deploy, published, answers, queued } = await rollout({ propagationMs: 30_000 });
    await run({});
    await pass(30_000);
    expect(published()).toEqual(BLUE);

    await deploy();
    await settle();
    expect(answers).toEqual([WAITS]);
    expect(queued).toHaveLength(4);
    await run({});

    await pass(29_000);
    expect([published(), answers.at(-1)]).toEqual([BLUE, WAITS]);
    await pass(10_000);
    expect([published(), answers.at(-1)]).toEqual([GREEN, WAITS]);
    await pass(5_000);
    expect(answers.at(-1)).toBe('PRODUCTION_TRAFFIC_SHIFT SUCCEEDED');
    await run({});
    expect(published()).toEqual(GREEN);
  });

  it('comes back in the zone when it is rolled back', async () => {
    const { run, settle, pass, deploy, roll, published, answers } = await rollout();
    await run({});
    await deploy();
    await settle();
    await run({});
    expect(published()).toEqual(GREEN);

    await roll();
    await settle();
    expect(answers.at(-1)).toBe(WAITS);
    await run({});

    expect(published()).toEqual(BLUE);
    await pass(10_000);
    await pass(10_000);
    expect(answers.at(-1)).toBe('PRODUCTION_TRAFFIC_SHIFT SUCCEEDED');
  });

  it('asks ECS of the service only while it is deployed', async () => {
    const { run, settle, pass, deploy, called } = await rollout();
    const calls = async () => {
      const before = called.get('DescribeServices') ?? 0;
      await run({});
      return (called.get('DescribeServices') ?? 0) - before;
    };
    expect([await calls(), await calls(), await calls()]).toEqual([1, 0, 0]);

    await deploy();
    await settle();
    expect([await calls(), await calls()]).toEqual([1, 1]);
    for (let minutes = 0; minutes < 8; minutes += 1) await pass(MINUTE);
    await calls();

    expect([await calls(), await calls()]).toEqual([0, 0]);
  });

  it('is published as ever without the hook, and costs no call', async () => {
    const { run, settle, deploy, published, called, bucket } = await rollout({ hook: null });
    await run({});

    await deploy();
    await settle();
    const byTheHook = called.get('DescribeServices');
    await run({});

    expect(published()).toEqual([...BLUE, ...GREEN]);
    expect(called.get('DescribeServices')).toBe(byTheHook);
    expect([...bucket.keys()].filter((key) => /^(services|shifts)\//.test(key))).toEqual([]);
    expect([...bucket.values()].join()).not.toContain('"startedBy"');
  });
});
