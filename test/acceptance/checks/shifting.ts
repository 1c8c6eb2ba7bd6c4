import { CloudWatch } from '@aws-sdk/client-cloudwatch';
import type { DeploymentLifecycleHook, ServiceDeployment } from '@aws-sdk/client-ecs';
import { idOf } from '../../../cli/view/style.ts';
import { endOf } from '../../../examples/local/rollout/progress.ts';
import { type Check, expected, learned } from '../check.ts';
import type { Hook, Place } from '../places/place.ts';
import { until } from '../wait.ts';
import { pace } from './runs.ts';

/** The service that has its name to itself: in an account CloudFormation has named it. */
const OF_TIME = /^time$|-TimeService/;
const NAME = '_time._tcp';
const TEST_NAME = '_time-test._tcp';
const MINUTE = 60_000;

async function timeService({ clients, cluster }: Place): Promise<string> {
  const { serviceArns = [] } = await clients.ecs.listServices({ cluster, maxResults: 100 });
  const found = serviceArns.map(idOf).find((name) => OF_TIME.test(name));
  if (found === undefined) throw new Error(`no service of ${serviceArns.map(idOf).join(', ')} is called time`);
  return found;
}

/** Begins a deployment by stages. @returns the ARN of the deployment */
async function deploy(place: Place, hook: DeploymentLifecycleHook, signal: AbortSignal): Promise<string> {
  const { ecs } = place.clients;
  const { cluster } = place;
  const service = await timeService(place);
  await ecs.updateService({
    cluster,
    service,
    forceNewDeployment: true,
    deploymentConfiguration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 1, lifecycleHooks: [hook] },
  });
  return until(
    async () => (await ecs.describeServices({ cluster, services: [service] })).services?.[0]?.currentServiceDeployment,
    { every: pace(place), signal },
  );
}

const shiftBy = ({ functionArn, roleArn }: Hook): DeploymentLifecycleHook => ({
  hookTargetArn: functionArn,
  roleArn,
  lifecycleStages: ['TEST_TRAFFIC_SHIFT', 'PRODUCTION_TRAFFIC_SHIFT'],
  hookDetails: { testName: TEST_NAME },
  timeoutConfiguration: { timeoutInMinutes: 10, action: 'ROLLBACK' },
});

interface Look {
  readonly deployment: ServiceDeployment;
  /** SRV values of the name, and of the test name. */
  readonly values: readonly string[];
  readonly tested: readonly string[];
}

/** Looks at a deployment until it has come so far. @returns every look that differs from the one before */
async function follow(
  place: Place,
  { arn, signal }: { readonly arn: string; readonly signal: AbortSignal },
  isFar: (look: Look) => boolean,
): Promise<readonly Look[]> {
  const looks: Look[] = [];
  await until(
    async () => {
      const [{ serviceDeployments: [deployment = {}] = [] }, values, tested] = await Promise.all([
        place.clients.ecs.describeServiceDeployments({ serviceDeploymentArns: [arn] }),
        valuesAt(place, NAME, signal),
        valuesAt(place, TEST_NAME, signal),
      ]);
      const look = { deployment, values, tested };
      const last = looks.at(-1);
      if (!last || lineOf(last) !== lineOf(look) || last.values.join() !== values.join()) looks.push(look);
      return isFar(look) ? true : undefined;
    },
    { every: pace(place), signal },
  );
  return looks;
}

const valuesAt = async (place: Place, name: string, signal: AbortSignal): Promise<readonly string[]> =>
  (await place.ask(`${name}.${place.zone}`, 'SRV', signal)).data;

const hasEnded = ({ deployment }: Look): boolean => endOf(deployment) !== undefined;

/** What ECS says and what DNS answers, in one line. */
function lineOf({ deployment, values, tested }: Look): string {
  const { status, lifecycleStage = 'no stage', sourceServiceRevisions: sources = [] } = deployment;
  const { targetServiceRevision: target, lifecycleHookDetails: hooks = [] } = deployment;
  const weight = (one: number | undefined) => one ?? 'none';
  const of = (revisions: readonly (typeof target)[]) =>
    revisions.map(
      (one) => `${weight(one?.requestedProductionTrafficWeight)}/${weight(one?.requestedTestTrafficWeight)}`,
    );
  const called = hooks.map(({ status: answer }) => answer).join(', ') || 'none';
  return (
    `${status} ${lifecycleStage}; weights of sources ${of(sources).join(', ') || 'none'}, of the target ${of([target])}; ` +
    `hooks ${called}; ${values.length} values at the name, ${tested.length} at the test name`
  );
}

const linesOf = (looks: readonly Look[]): readonly string[] => [...new Set(looks.map(lineOf))];

export const revisionIds: Check = {
  id: 'revision-ids',
  asks: 'Do a task’s startedBy and the ARN of its service revision end in the same digits?',
  expected: 'yes, as public examples have it: not documented; otherwise nothing would enter, and deployments roll back',
  seconds: 60,
  locally: true,
  async run(place) {
    const { ecs } = place.clients;
    const { cluster } = place;
    const service = await timeService(place);
    const { services: [known] = [] } = await ecs.describeServices({ cluster, services: [service] });
    const { taskArns = [] } = await ecs.listTasks({ cluster, serviceName: service });
    const { tasks = [] } = await ecs.describeTasks({ cluster, tasks: taskArns });
    const revisions = known?.currentServiceRevisions?.map(({ arn = '' }) => arn) ?? [];
    const started = [...new Set(tasks.map(({ startedBy = 'nobody' }) => startedBy))];
    const fits = started.filter((by) => revisions.some((arn) => idOf(arn) === by.replace(/^ecs-svc\//, '')));
    return learned(`${fits.length} of ${started.length} do`, [
      ...started.map((by) => `startedBy ${by}`),
      ...revisions.map((arn) => `revision  ${arn}`),
    ]);
  },
};

export const shift: Check = {
  id: 'shift',
  asks: 'Does a blue/green deployment go over by DNS, and what does ECS say of it meanwhile?',
  expected: 'SUCCESSFUL; the name is never empty, never has both revisions, and has the new one at the end',
  seconds: 1_200,
  locally: true,
  async run(place, signal) {
    const blue = new Set(await valuesAt(place, NAME, signal));
    const arn = await deploy(place, shiftBy(place.hook('shift')), signal);
    const looks = await follow(place, { arn, signal }, hasEnded);
    const ofBlue = ({ values }: Look) => values.filter((value) => blue.has(value)).length;
    const last = looks.at(-1);
    const mixed = looks.filter((look) => ofBlue(look) > 0 && ofBlue(look) < look.values.length).length;
    const empty = looks.filter(({ values }) => values.length === 0).length;
    const tested = Math.max(0, ...looks.map((look) => look.tested.length));
    const holds =
      last?.deployment.status === 'SUCCESSFUL' && blue.size > 0 && ofBlue(last) === 0 && mixed === 0 && empty === 0;
    return expected(
      holds,
      `${last?.deployment.status}; ${empty} empty answers, ${mixed} with both, ${last && ofBlue(last)} old values left, ` +
        `at most ${tested} at the test name`,
      linesOf(looks),
    );
  },
};

export const shiftBack: Check = {
  id: 'shift-back',
  asks: 'Does a rollback after the shift bring the old revision back, and what does ECS say of it?',
  expected: 'ROLLBACK_SUCCESSFUL, and the values of before; the name is never empty',
  seconds: 1_200,
  locally: true,
  async run(place, signal) {
    const before = await valuesAt(place, NAME, signal);
    const arn = await deploy(place, shiftBy(place.hook('shift')), signal);
    const isShifted = (look: Look) => look.deployment.lifecycleStage === 'BAKE_TIME' || hasEnded(look);
    const forth = await follow(place, { arn, signal }, isShifted);
    const between = forth.at(-1)?.values ?? [];
    await place.clients.ecs.stopServiceDeployment({ serviceDeploymentArn: arn, stopType: 'ROLLBACK' });
    const back = await follow(place, { arn, signal }, hasEnded);
    const last = back.at(-1);
    const wasShifted = between.length > 0 && !between.some((value) => before.includes(value));
    const isBack = before.length > 0 && last?.values.join() === before.join();
    const empty = [...forth, ...back].filter(({ values }) => values.length === 0).length;
    return expected(
      last?.deployment.status === 'ROLLBACK_SUCCESSFUL' && wasShifted && isBack && empty === 0,
      `${last?.deployment.status}; ${wasShifted ? 'shifted' : 'not shifted'} before, ` +
        `${isBack ? 'the same values as before' : 'other values than before'}, ${empty} empty answers`,
      linesOf([...forth, ...back]),
    );
  },
};

export const hookRetries: Check = {
  id: 'hook-retries',
  asks: 'How often does ECS call a hook whose function fails?',
  expected: 'at least once, then it rolls back; retries are not documented',
  seconds: 900,
  locally: 'how ECS retries a hook is what somebody has assumed there',
  async run(place, signal) {
    const { functionArn, roleArn } = place.hook('sleeper');
    const since = new Date(Math.floor(Date.now() / MINUTE) * MINUTE);
    const hook = { hookTargetArn: functionArn, roleArn, lifecycleStages: ['PRE_SCALE_UP' as const] };
    const looks = await follow(place, { arn: await deploy(place, hook, signal), signal }, hasEnded);
    const calls = await until(() => callsOf(functionArn, since), { every: 20, signal });
    const { status, statusReason = 'no reason' } = looks.at(-1)?.deployment ?? {};
    return learned(`${calls} calls; ${status}: ${statusReason}`, linesOf(looks));
  },
};

/** How often a function has been called, once CloudWatch has it. */
async function callsOf(functionArn: string, since: Date): Promise<number | undefined> {
  const { Datapoints = [] } = await new CloudWatch().getMetricStatistics({
    Namespace: 'AWS/Lambda',
    MetricName: 'Invocations',
    Dimensions: [{ Name: 'FunctionName', Value: functionArn.split(':').at(-1) ?? '' }],
    StartTime: since,
    EndTime: new Date(Date.now() + MINUTE),
    Period: 60,
    Statistics: ['Sum'],
  });
  const calls = Datapoints.reduce((sum, { Sum = 0 }) => sum + Sum, 0);
  return calls > 0 ? calls : undefined;
}
