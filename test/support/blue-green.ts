import { definitionReader } from '../../functions/adapters/ecs-definitions.ts';
import { ecsReader } from '../../functions/adapters/ecs-reader.ts';
import { serviceReader } from '../../functions/adapters/ecs-services.ts';
import { changeReader } from '../../functions/adapters/route53-change.ts';
import { payloadsIn } from '../../functions/contracts/crossing.ts';
import { shiftHookContract } from '../../functions/contracts/hook-calls.ts';
import { shiftHook } from '../../functions/triggers/shift-hook.ts';
import type { InvokeHook } from '../stand-ins/ecs.ts';
import { ACCOUNT, REGION } from '../stand-ins/in-memory-aws.ts';
import { mapped } from './inventory.ts';
import { type Shop, shop } from './shop.ts';
import { OWNER, STATE_MACHINE, type WorldOptions, ZONE, ZONE_ID } from './world.ts';

const HOOK = 'arn:aws:lambda:eu-west-1:111111111111:function:shift';
const CALLER = { region: REGION, accountId: ACCOUNT, requestId: 'deploy' };

interface Briefs {
  readonly serviceDeployments?: readonly { readonly status?: string }[];
}

interface RolloutOptions {
  /** Of the deployment of ours; null: it has none. */
  readonly hook?: string | null;
  readonly propagationMs?: number;
  /** Under which the new revision is tested. */
  readonly testName?: string;
  /** Where faults get in. */
  readonly port?: Pick<WorldOptions, 'around' | 'aroundStep'>;
}

/** A service of two instances that is deployed blue/green, with the real hook; green comes at ports from 3 on. */
export async function rollout({ hook = HOOK, propagationMs = 0, testName, port: faults = {} }: RolloutOptions = {}) {
  const answers: unknown[] = [];
  const queued: string[] = [];
  let work: ReturnType<typeof shiftHook> = async () => ({ hookStatus: 'SUCCEEDED' });
  const throttle = { left: 0 };
  const invoke: InvokeHook = async (_, payload) => {
    throttle.left -= 1;
    if (throttle.left >= 0) throw new Error('TooManyRequestsException: Rate Exceeded.');
    const input = shiftHookContract.input.parse(JSON.parse(JSON.stringify(payload)));
    const answer = shiftHookContract.output.parse(await work(input));
    answers.push(`${payload.lifecycleStage} ${answer.hookStatus}`);
    return answer;
  };
  const around: Shop = shop({
    ...(hook !== null && { environment: { SHIFT_HOOK: hook } }),
    ...faults,
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
      lifecycleStages: [
        ...(testName === undefined ? [] : ['TEST_TRAFFIC_SHIFT' as const]),
        'PRODUCTION_TRAFFIC_SHIFT' as const,
      ],
      ...(testName !== undefined && { hookDetails: { testName } }),
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
  /** The values of every name, or of one. */
  const published = (name?: string) => {
    const sets = aws.route53
      .recordSets(ZONE_ID)
      .filter(({ Type, Name }) => Type === 'SRV' && (name === undefined || Name === name));
    return sets.flatMap(({ ResourceRecords = [] }) => ResourceRecords.map(({ Value }) => Value)).sort();
  };
  return {
    ...around,
    /** Lambda refuses the next `left` calls of ECS. */
    throttle,
    answers,
    queued,
    settle,
    published,
    /** Status of the latest deployment. */
    status: async () => {
      const answer = aws.ecs.operations.ListServiceDeployments?.({ cluster: 'shop', service: 'web' } as never, CALLER);
      const { serviceDeployments: [latest] = [] } = (await answer) as Briefs;
      return latest?.status;
    },
    /** The tasks of the revision that came first end by themselves. */
    blueDies: () => {
      const [blue] = running;
      for (const { arn, id } of running) if (id === blue?.id) admin.updateTask(arn, { lastStatus: 'STOPPED' });
    },
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
