import type { LocalRun } from '../boot.ts';
import { coloursOf, type Look } from '../rollout/progress.ts';
import { type Rollout, rollOut } from '../rollout/roll-out.ts';
import { nameReader } from './names.ts';
import type { Steps } from './steps.ts';
import { until } from './until.ts';

/** What is shown of blue/green deployments, in parts between which other things are shown. */
export interface ShiftProof {
  /** A version whose checks fail: nobody is sent to it, and ECS goes back. */
  rollBack(): Promise<void>;
  /** A version that passes takes over. */
  shift(): Promise<void>;
}

/** Deploys new versions of calc as a pipeline does, and looks at DNS meanwhile. @throws StepError */
export function shiftProof(run: LocalRun, { step }: Steps, signal: AbortSignal): ShiftProof {
  const { ecs, ec2 } = run.cloud.clients;
  const cluster = run.cluster.name;
  const { name: service } = run.services.calc;
  const lookUp = nameReader({ dnsPort: run.dnsPort, zone: run.zone.name });
  const settled = () =>
    until(async () => {
      const { services: [calc] = [] } = await ecs.describeServices({ cluster, services: [service] });
      return calc?.deployments?.length === 1 && calc.deployments[0]?.rolloutState === 'COMPLETED' ? true : undefined;
    }, signal);
  const roll = async (broken: boolean, isEnough: (look: Look) => boolean) => {
    const rollout: Rollout = { cluster, service, broken };
    const looks: Look[] = [];
    await settled();
    const last = await rollOut(rollout, {
      ecs,
      ec2,
      lookUp,
      tell: (_, look) => void looks.push(look),
      isEnough,
      signal,
    });
    return {
      last,
      answers: looks.map(coloursOf),
      stages: new Set(looks.map(({ deployment }) => deployment.lifecycleStage)),
    };
  };

  return {
    async rollBack() {
      await step(
        'a broken version of calc is deployed blue/green: nobody is sent to it, and ECS goes back',
        async () => {
          const { last, answers } = await roll(
            true,
            ({ deployment: { status, lifecycleStage } }) =>
              status === 'ROLLBACK_IN_PROGRESS' && lifecycleStage === 'CLEAN_UP',
          );
          const wrong = answers.find(({ blue, green, others }) => blue !== 2 || green + others > 0);
          if (wrong) throw new Error(`DNS had ${JSON.stringify(wrong)}`);
          if (last.deployment.rollback === undefined) throw new Error(`it is ${last.deployment.status}`);
          return { note: last.deployment.rollback.reason ?? 'it does not say why' };
        },
      );
    },
    async shift() {
      await step(
        'a new version of calc takes over: DNS sends everybody to it, while the old one still runs',
        async () => {
          const { last, answers, stages } = await roll(
            false,
            ({ deployment: { lifecycleStage } }) => lifecycleStage === 'BAKE_TIME',
          );
          const empty = answers.find(({ blue, green }) => blue + green === 0);
          if (empty) throw new Error('DNS had no instance of it');
          const { blue, green, others } = coloursOf(last);
          if (green !== 2 || blue + others > 0) throw new Error(`DNS has ${JSON.stringify({ blue, green, others })}`);
          const [source] = last.deployment.sourceServiceRevisions ?? [];
          if (source?.runningTaskCount !== 2) throw new Error(`${source?.runningTaskCount} tasks of the old one run`);
          return { note: [...stages].filter((stage) => stage !== undefined).join(', ') };
        },
      );
    },
  };
}
