import { definitionReader } from '../../functions/adapters/ecs-definitions.ts';
import { ecsReader } from '../../functions/adapters/ecs-reader.ts';
import { serviceReader } from '../../functions/adapters/ecs-services.ts';
import { eventQueue } from '../../functions/adapters/event-queue.ts';
import { changeReader } from '../../functions/adapters/route53-change.ts';
import { payloadsIn } from '../../functions/contracts/crossing.ts';
import { shiftHookContract } from '../../functions/contracts/hook-calls.ts';
import { shiftHook } from '../../functions/triggers/shift-hook.ts';
import type { InvokeHook } from '../stand-ins/ecs.ts';
import { ACCOUNT } from '../stand-ins/in-memory-aws.ts';
import { mapped } from '../support/inventory.ts';
import { OWNER, STATE_MACHINE, type World, ZONE } from '../support/world.ts';
import { HOOK, type Rolling, SHIFTED, TESTED } from './rolling.ts';
import type { ShiftWatch } from './shift-watch.ts';
import type { Turnstile } from './turnstile.ts';

interface Around {
  readonly gate: Turnstile;
  readonly random: () => number;
  readonly rolling: Rolling;
  readonly watched: ShiftWatch;
  readonly trace: string[];
  readonly violations: string[];
  readonly isCalm: () => boolean;
  /** Whether nobody hears whom it wakes. */
  readonly isUnwoken: boolean;
}

/**
 * The function that ECS asks at the stages of a deployment, by its own code, call by call beside whatever runs; now and then a
 * call comes late, or is lost. Its law: what it says SUCCEEDED to stands, everybody answers with it, and nobody remembers what
 * was before.
 */
export function hooking(world: World, around: Around): InvokeHook {
  const { gate, random, rolling, watched, trace, violations, isCalm, isUnwoken } = around;
  const queue = eventQueue(`http://127.0.0.1/${ACCOUNT}/ecs-events`, world.aws.clients.sqs);
  const { aws, bucket, executions, clock } = world;
  const work = shiftHook(
    {
      clock,
      shifts: { hook: HOOK, services: serviceReader(aws.clients.ecs) },
      changes: changeReader(aws.clients.route53),
      ecs: ecsReader(aws.clients.ecs),
      definitions: definitionReader(aws.clients.ecs),
      payloads: payloadsIn(mapped(bucket)),
      queue: { send: async (body) => (isUnwoken ? 'lost' : queue.send(body)) },
      executions: {
        start: async (...asked) => {
          await gate.pass();
          return executions.start(...asked);
        },
      },
    },
    { ZONE_NAME: ZONE, OWNER_LABEL: OWNER, EVENT_WINDOW: 2, STATE_MACHINE_ARN: STATE_MACHINE },
  );
  return async (_, payload) => {
    const asked = rolling.moments.at(-1);
    const { lifecycleStage: stage, resourceArn } = payload;
    if (!isCalm() && random() < 0.1) await gate.sleep(Math.floor(random() * 20_000));
    if (!isCalm() && rolling.hasWayBack && !asked?.isBack && random() < 0.01) throw new Error('the hook is lost');
    const call = shiftHookContract.input.parse(JSON.parse(JSON.stringify(payload)));
    const answer = shiftHookContract.output.parse(await work(call));
    trace.push(`${gate.now() % 1_000_000} hook ${stage} ${JSON.stringify(answer)}`);
    const moment = rolling.moments.at(-1);
    const isHeard = moment?.deployment === resourceArn && asked?.isBack === moment.isBack;
    if (answer.hookStatus !== 'SUCCEEDED' || !isHeard) return answer;
    const [name, wanted] = stage === 'TEST_TRAFFIC_SHIFT' ? [TESTED, moment.tested] : [SHIFTED, moment.serving];
    const fault = watched.faultOf(name, wanted);
    if (fault !== undefined) violations.push(`the hook says SUCCEEDED to ${stage} (${moment.state}), but ${fault}`);
    return answer;
  };
}
