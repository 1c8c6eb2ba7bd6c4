import type { LocalRun } from '../boot.ts';
import type { ServiceSpec } from '../ecs/services.ts';
import { atRest, deployNext } from '../rollout/roll-out.ts';
import { caller, observe, type Seen, valuesOf } from './observer.ts';
import { watch } from './portal-watch.ts';
import type { Steps } from './steps.ts';
import { until } from './until.ts';

interface Ends {
  readonly signal: AbortSignal;
  /** Aborts when whatever still looks is to stop looking. */
  readonly done: AbortSignal;
}

/** In minutes of deployments. It is cut short, so it may be long: a slow machine sees all of it too. */
const BAKE_MINUTES = 12;

/** As a rolling update, until a deployment says otherwise: that is how users opt in, and no bake time has to be waited for. */
export const asBefore = ({ deploymentConfiguration: _, ...service }: ServiceSpec): ServiceSpec => service;

/**
 * A new version of calc comes by a deployment that DNS shifts, and an operator takes it back, while calc is looked up and
 * called all the time.
 *
 * @throws StepError
 */
export async function proveShift(run: LocalRun, { step }: Steps, { signal, done }: Ends): Promise<void> {
  const { deploymentConfiguration } = run.services.calc;
  if (!deploymentConfiguration) {
    await step('SKIPPED: a deployment that DNS shifts', async () => ({ note: 'SETTINGS says blueGreen=false' }));
    return;
  }
  const { ecs } = run.cloud.clients;
  const of = { cluster: run.cluster.name, service: run.services.calc.name };
  const requests = caller(run);

  const { observer, name, deployment, endRequests, endLooks } = await step(
    'a new version of calc starts beside the old one, and DNS sends nobody to it before ECS shifts',
    async () => {
      await atRest(of, { ecs, note: () => {}, signal });
      const endRequests = watch(requests.ask, done);
      const configuration = { ...deploymentConfiguration, bakeTimeInMinutes: BAKE_MINUTES };
      const begun = await deployNext({ ...of, broken: false }, ecs, configuration);
      const observer = observe(run, of, begun);
      const endLooks = watch(observer.judge, done);
      const green = await until(async () => {
        const { serving, green } = await observer.look();
        return serving === 'old' ? undefined : green;
      }, signal);
      return { ...begun, observer, endRequests, endLooks, note: `it runs at ${green.join(' and ')}` };
    },
  );

  const seen = (isThere: (now: Seen) => boolean): Promise<Seen> =>
    until(async () => {
      const now = await observer.look();
      return isThere(now) ? now : undefined;
    }, signal);

  await step(
    'ECS has shifted: its name has the new version alone, and the old one runs on without a value',
    async () => {
      const { blue, green } = await seen(({ deployment }) => deployment.lifecycleStage === 'BAKE_TIME');
      const answered = await observer.answered();
      const left = (await valuesOf(run, name)).filter((value) => !green.includes(value));
      if (blue.length !== 2) throw new Error(`of the old version run ${blue.length} tasks`);
      if (answered.blue > 0 || answered.green !== 2) throw new Error(`DNS has ${JSON.stringify(answered)}`);
      if (left.length > 0) throw new Error(`the zone has ${left.join(', ')} too`);
      return { note: `calc at ${green.join(' and ')}; ${blue.join(' and ')} in reserve` };
    },
  );

  await step(
    'an operator rolls it back in its bake time: the old version’s values are back, the new one’s gone',
    async () => {
      await ecs.stopServiceDeployment({ serviceDeploymentArn: deployment, stopType: 'ROLLBACK' });
      const blue = await until(async () => {
        const [{ blue }, standing] = [await observer.look(), (await valuesOf(run, name)).toSorted()];
        return blue.length === 2 && JSON.stringify(standing) === JSON.stringify(blue) ? blue : undefined;
      }, signal);
      return { note: `calc at ${blue.join(' and ')}` };
    },
  );

  await step('ECS has waited until nobody can remember the new version, and stops it', async () => {
    const { deployment } = await seen(({ deployment: { status, lifecycleStage: stage } }) => {
      return stage === 'CLEAN_UP' && (status === 'ROLLBACK_IN_PROGRESS' || status === 'ROLLBACK_SUCCESSFUL');
    });
    return { note: `${deployment.status}, ${deployment.statusReason}` };
  });

  await step(
    'whoever looked calc up was answered at the first try, all the time, by the version that served',
    async () => {
      const [asked, looked] = [await endRequests(), await endLooks()];
      const failures = [...asked.failures, ...looked.failures];
      const all = asked.answers + looked.answers + failures.length;
      if (failures.length > 0) throw new Error(`${failures.length} of ${all} times not: ${failures[0]}`);
      const green = requests.answersOf(observer.isGreen);
      const byVersion = `${asked.answers - green} by the old version, ${green} by the new one`;
      return { note: `${asked.answers} of ${asked.answers} requests, ${byVersion}; ${looked.answers} answers of DNS` };
    },
  );
}
