import type { DeploymentState, ServiceState } from '../../functions/domain/ecs/deployment.ts';
import { CLUSTER } from '../support/builders.ts';
import type { Dice } from './dice.ts';

export const HOOK = 'arn:aws:lambda:eu-west-1:123456789012:function:shift-hook';
const SERVICE = 'arn:aws:ecs:eu-west-1:123456789012:service/main/calc';
const revisionArn = (revision: number) => `arn:aws:ecs:eu-west-1:123456789012:service-revision/main/calc/${revision}`;
const BEFORE_TEST = ['RECONCILE_SERVICE', 'PRE_SCALE_UP', 'SCALE_UP', 'POST_SCALE_UP'];
const TESTED = ['TEST_TRAFFIC_SHIFT', 'POST_TEST_TRAFFIC_SHIFT', 'PRE_PRODUCTION_TRAFFIC_SHIFT'];
const SHIFTED = ['PRODUCTION_TRAFFIC_SHIFT', 'POST_PRODUCTION_TRAFFIC_SHIFT', 'BAKE_TIME'];

export interface RolloutTask {
  readonly id: string;
  readonly revision: number;
  state: 'running' | 'stopping' | 'stopped';
  passes: boolean;
}

/** What ECS does with one service, and who is to serve, told by what was done and not by what ECS says of it. */
export interface Rollout {
  readonly tasks: readonly RolloutTask[];
  /** Revisions that are to serve; undefined: nobody can tell. */
  serving(): readonly number[] | undefined;
  /** The revision that is tested. */
  tested(): number | undefined;
  describe(): ServiceState;
  isUnderWay(): boolean;
  /** A new revision, whatever is under way. */
  deploy(): void;
  /** One step on; the production stage ends only once `isShifted`. */
  step(isShifted: boolean): void;
  rollBack(): void;
  /** A person stops it, and rolls nothing back. */
  halt(): void;
}

type Phase = 'none' | 'pending' | 'scaling' | 'tested' | 'shifted' | 'done' | 'back' | 'was back' | 'halted';

/** A service of `count` instances at its first deployment. */
export function rollout(dice: Dice, count: number): Rollout {
  const tasks: RolloutTask[] = [];
  let revision = 0;
  let last = 0;
  let phase: Phase = 'none';
  let sources: readonly number[] = [];
  let stage: string | undefined;
  const running = (one: RolloutTask) => one.state === 'running';
  const active = () => [...new Set(tasks.filter(running).map((one) => one.revision))];
  const stop = (goes: (one: RolloutTask) => boolean) => {
    for (const one of tasks) if (running(one) && goes(one)) one.state = 'stopping';
  };
  const launch = (of: number) =>
    tasks.push({ id: `${tasks.length + 1}`, revision: of, state: 'running', passes: dice.chance(0.8) });
  const statusOf = (): string =>
    ({
      none: '',
      pending: 'PENDING',
      scaling: 'IN_PROGRESS',
      tested: 'IN_PROGRESS',
      shifted: 'IN_PROGRESS',
      done: 'SUCCESSFUL',
      // Of several sources nobody can tell which, until ECS names one.
      back: dice.pick([
        ...(sources.length > 1 ? [] : ['ROLLBACK_REQUESTED']),
        'ROLLBACK_IN_PROGRESS',
        'ROLLBACK_FAILED',
      ]),
      'was back': 'ROLLBACK_SUCCESSFUL',
      halted: dice.pick(['STOP_REQUESTED', 'STOPPED']),
    })[phase];
  const summary = (one: number) => ({ arn: revisionArn(one), requested: count });
  const goesBack = () => phase === 'back' || phase === 'was back';

  const deployment = (): DeploymentState => ({
    arn: `deployment/${revision}`,
    status: statusOf(),
    ...(stage !== undefined && { stage }),
    target: summary(revision),
    sources: sources.map(summary),
    ...(goesBack() && sources.length === 1 && dice.chance(0.5) && { rollback: revisionArn(sources[0] ?? 0) }),
  });

  return {
    tasks,
    isUnderWay: () => phase !== 'none',
    serving: () => {
      if (phase === 'halted') return undefined;
      return phase === 'shifted' || phase === 'done' || phase === 'none' ? [revision] : sources;
    },
    tested: () => (phase === 'tested' || phase === 'shifted' ? revision : undefined),
    describe: () => ({
      service: SERVICE,
      cluster: CLUSTER,
      name: 'calc',
      strategy: 'BLUE_GREEN',
      controller: 'ECS',
      hooks: [
        { target: HOOK, stages: ['TEST_TRAFFIC_SHIFT', 'PRODUCTION_TRAFFIC_SHIFT'], details: { testName: 'try' } },
      ],
      revisions: active().map(summary),
      ...(phase !== 'none' && { deployment: deployment() }),
    }),
    deploy() {
      sources = phase === 'none' ? [revision].filter((one) => active().includes(one)) : active();
      last += 1;
      revision = last;
      phase = 'pending';
      stage = undefined;
    },
    step(isShifted) {
      for (const one of tasks) if (one.state === 'stopping' && dice.chance(0.7)) one.state = 'stopped';
      if (phase === 'pending') {
        phase = 'scaling';
        stage = dice.pick(BEFORE_TEST);
        for (let missing = count; missing > 0; missing -= 1) launch(revision);
      } else if (phase === 'scaling') {
        phase = 'tested';
        stage = dice.pick(TESTED);
      } else if (phase === 'tested') {
        phase = 'shifted';
        stage = SHIFTED[0];
      } else if (phase === 'shifted' && isShifted) {
        if (stage !== SHIFTED.at(-1)) stage = SHIFTED[SHIFTED.indexOf(stage ?? '') + 1] ?? '';
        else {
          phase = 'done';
          stage = 'CLEAN_UP';
          stop((one) => one.revision !== revision);
        }
      } else if (phase === 'back' && isShifted) {
        phase = 'was back';
        stop((one) => !sources.includes(one.revision));
      } else if (phase === 'done') phase = 'none';
      else if (phase === 'was back' && sources.length === 1) {
        phase = 'none';
        revision = sources[0] ?? revision;
      }
    },
    rollBack() {
      if (phase === 'scaling' || phase === 'tested' || phase === 'shifted') phase = 'back';
    },
    halt() {
      if (phase === 'scaling' || phase === 'tested' || phase === 'shifted') phase = 'halted';
    },
  };
}

/** For traces. */
export const toldOf = (ecs: Rollout) => {
  const { deployment } = ecs.describe();
  const { status = 'none', stage: at = '' } = typeof deployment === 'object' ? deployment : {};
  return `${status} ${at}; ${ecs.tasks.map(({ id, revision, state, passes }) => `${id}=r${revision} ${state}${passes ? '' : ' fails'}`).join(', ')}`;
};
