import type { AddressType } from '../../functions/domain/dns/address-name.ts';
import { labelOf, targetOf } from '../../functions/domain/dns/ownership.ts';
import { ACCOUNT, REGION } from '../stand-ins/in-memory-aws.ts';
import { define, host } from '../support/fleet.ts';
import { OWNER, type World, ZONE } from '../support/world.ts';
import { NAMES, type Place } from './declarations.ts';
import type { Fleet, ModelTask } from './fleet.ts';
import { type Moment, momentOf } from './moments.ts';
import type { Shifting } from './traits.ts';

export const HOOK = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:shift`;
export const CLUSTER = 'shop';
export const SERVICE = 'web';
export const [SHIFTED = ''] = NAMES;
/** Where a revision is tested. */
export const TESTED = '_try._tcp';

const HOSTS = ['10.0.1.1', '10.0.1.2'];
/** Revisions that find room side by side. */
const ROOM = 4;
const CALLER = { region: REGION, accountId: ACCOUNT, requestId: 'a person' };

/** A task of a revision. */
export interface RolledTask extends ModelTask {
  /** What it has as `startedBy`. */
  readonly revision: string;
}

/** A service that is deployed blue/green, and whoever keeps its tasks. */
export interface Rolling extends Fleet {
  readonly tasks: readonly RolledTask[];
  /** Where its deployment stood, from when on. */
  readonly moments: readonly Moment[];
  readonly isUnderWay: boolean;
  /** Whether a failure would find a revision to go back to. */
  readonly hasWayBack: boolean;
  /** Begins a deployment; false where there is no room for one more revision. */
  deploy(): boolean;
  /** Somebody stops the deployment, and ECS goes back; false where there is nothing to go back from, or to. */
  roll(): boolean;
  /** Lets deployments go as far as they go by now. */
  advance(): Promise<unknown>;
  /** From now on deployments ask the hook. */
  hooked(): void;
}

/**
 * A service whose revisions come and go on two hosts; its tasks start and end when somebody says so.
 *
 * @param lag milliseconds by which what ECS tells of a deployment is old
 */
export function rolling(
  world: World,
  random: () => number,
  { count, testName, ttls, lag }: Shifting & { readonly lag: () => number },
): Rolling {
  const { aws, clock } = world;
  const { admin, operations } = aws.ecs;
  admin.createCluster(CLUSTER);
  const hosts = HOSTS.map((address) => ({ address, arn: host(world, CLUSTER, address) }));
  const definitions = ttls.map((ttl, index) =>
    define(world, `web-${index}`, { names: { 80: SHIFTED }, environment: { SERVICE_80_TTL: String(ttl) } }),
  );
  /** As few as there may be, so that they are reused. */
  const ports = Array.from({ length: (ROOM * count) / HOSTS.length }, (_, index) => 1_001 + index);
  const tasks: RolledTask[] = [];
  const moments: Moment[] = [];
  const completed = new Set<string>();
  let deployments = 0;
  let last: string | undefined;
  const pick = <T>(items: readonly T[]): T | undefined => items[Math.floor(random() * items.length)];
  const service = () => admin.service(CLUSTER, SERVICE);
  const isUnderWay = () => service().currentServiceDeployment !== undefined;

  const describe = operations.DescribeServiceDeployments;
  /** What ECS has told of deployments, and from when on. */
  const told: { readonly at: number; readonly deployment: string; readonly answer: object }[] = [];
  const lagging: typeof describe = async (input: { readonly serviceDeploymentArns?: readonly string[] }, context) => {
    const [deployment] = input.serviceDeploymentArns ?? [];
    const until = clock.now() - lag();
    const then = told.findLast((one) => one.deployment === deployment && one.at <= until);
    return then?.answer ?? (await describe?.(input as never, context)) ?? {};
  };
  Object.assign(operations, { DescribeServiceDeployments: lagging });
  const look = () => {
    last = service().currentServiceDeployment ?? last;
    if (last === undefined) return;
    const answer = describe?.({ serviceDeploymentArns: [last] } as never, CALLER) as object;
    told.push({ at: clock.now(), deployment: last, answer });
    const moment = momentOf(answer, { at: clock.now(), isCompleted: (id) => completed.has(id) });
    if (moment.isOver) for (const id of moment.serving) completed.add(id);
    if (JSON.stringify({ ...moments.at(-1), at: 0 }) !== JSON.stringify({ ...moment, at: 0 })) moments.push(moment);
  };
  admin.onServiceChange(look);
  const stages = [...(testName ? (['TEST_TRAFFIC_SHIFT'] as const) : []), 'PRODUCTION_TRAFFIC_SHIFT' as const];
  const lifecycleHooks = [
    {
      hookTargetArn: HOOK,
      roleArn: `arn:aws:iam::${ACCOUNT}:role/hook`,
      lifecycleStages: stages,
      ...(testName && { hookDetails: { testName: TESTED } }),
    },
  ];
  const put = (deploymentConfiguration: object) =>
    admin.putService({
      cluster: CLUSTER,
      serviceName: SERVICE,
      taskDefinition: definitions[0] ?? '',
      desiredCount: count,
      deploymentConfiguration: { strategy: 'BLUE_GREEN', ...deploymentConfiguration },
    });
  put({ bakeTimeInMinutes: 0 });

  const definitionOf = (revision: string) => service().deployments?.find(({ id }) => id === revision)?.taskDefinition;
  const runningOf = (revision: string) =>
    tasks.filter((one) => one.revision === revision && one.stoppedAt === undefined);
  const free = ({ address, port }: Place) =>
    !tasks.some((one) => !one.ended && one.address === address && one.port === port);
  const halt = (task: RolledTask) => {
    task.stoppedAt = clock.now();
    admin.stopTask(task.arn);
  };
  const serving = () => moments.at(-1)?.serving ?? [];

  return {
    tasks,
    moments,
    get isUnderWay() {
      return isUnderWay();
    },
    get hasWayBack() {
      return moments.at(-1)?.hasWayBack ?? false;
    },
    deploy() {
      const living = new Set(tasks.flatMap((one) => (one.ended ? [] : [one.revision])));
      const wanted = (service().deployments ?? []).filter(({ desiredCount = 0 }) => desiredCount > 0);
      for (const { id = '' } of wanted) living.add(id);
      if (living.size >= ROOM) return false;
      deployments += 1;
      const taskDefinition = definitions[deployments % definitions.length];
      void operations.UpdateService?.(
        { cluster: CLUSTER, service: SERVICE, taskDefinition, forceNewDeployment: true } as never,
        CALLER,
      );
      return true;
    },
    roll() {
      const moment = moments.at(-1);
      if (!moment || !isUnderWay() || moment.isBack || !moment.hasWayBack) return false;
      void operations.StopServiceDeployment?.(
        { serviceDeploymentArn: moment.deployment, stopType: 'ROLLBACK' } as never,
        CALLER,
      );
      return true;
    },
    advance: () => admin.advanceDeployments(),
    hooked: () => void put({ bakeTimeInMinutes: 1, lifecycleHooks }),
    start() {
      const lacking = (service().deployments ?? []).filter(
        ({ id = '', desiredCount = 0 }) => runningOf(id).length < desiredCount,
      );
      const { id: revision = '' } = pick(lacking) ?? {};
      const taskDefinition = definitionOf(revision);
      const place = pick(HOSTS.flatMap((address) => ports.map((port) => ({ address, port }))).filter(free));
      if (taskDefinition === undefined || !place) return false;
      const arn = admin.putTask({
        cluster: CLUSTER,
        taskDefinition,
        containerInstance: hosts.find(({ address }) => address === place.address)?.arn ?? '',
        hostPorts: { 80: place.port },
        service: SERVICE,
        startedBy: revision,
      });
      tasks.push({
        arn,
        revision,
        declared: SHIFTED,
        names: testName ? [SHIFTED, TESTED] : [SHIFTED],
        addressed: false,
        ...place,
        label: labelOf(targetOf(place.address, { zone: ZONE, owner: OWNER })),
        awsvpc: false,
        startedAt: clock.now(),
        ended: false,
      });
      return true;
    },
    stop() {
      const wanted = new Map((service().deployments ?? []).map(({ id = '', desiredCount = 0 }) => [id, desiredCount]));
      const revisions = [...new Set(tasks.map(({ revision }) => revision))];
      const beyond = revisions.flatMap((one) => runningOf(one).slice(wanted.get(one) ?? 0));
      const task = pick(beyond);
      if (!task) return false;
      halt(task);
      return true;
    },
    fail() {
      const task = pick(tasks.filter(({ stoppedAt }) => stoppedAt === undefined));
      if (!task) return false;
      halt(task);
      return true;
    },
    end() {
      const task = pick(tasks.filter(({ stoppedAt, ended }) => stoppedAt !== undefined && !ended));
      if (!task) return false;
      Object.assign(task, { ended: true, endedAt: clock.now() });
      admin.updateTask(task.arn, { lastStatus: 'STOPPED' });
      return true;
    },
    takeOver: () => false,
    handOver: () => false,
    drain: () => undefined,
    onHost: (arn) => tasks.filter(({ address }) => hosts.some((one) => one.arn === arn && one.address === address)),
    desired: () =>
      serving()
        .flatMap(runningOf)
        .map(({ address, port }) => `${SHIFTED} ${address} ${port}`)
        .sort(),
    desiredAddresses: (_: AddressType) => [],
  };
}
