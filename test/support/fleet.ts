import type { Execution, StillWorld, World } from './world.ts';

export interface Declared {
  /** Container port → declared name. */
  readonly names?: Readonly<Record<number, string>>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly networkMode?: 'bridge' | 'host' | 'awsvpc' | 'none';
  readonly healthCheck?: boolean;
  /** An init container and a log router beside it, which map nothing and are given the same environment. */
  readonly siblings?: boolean;
}

/** An init container that has finished, as tasks with `siblings` have it while they run. */
export const INIT_FINISHED = { init: { lastStatus: 'STOPPED', exitCode: 0 } } as const;

/** Registers a task definition of one container `app`; returns its ARN. */
export function define(
  { aws }: World,
  family: string,
  { names = {}, environment = {}, labels, networkMode = 'bridge', healthCheck, siblings = false }: Declared,
): string {
  const declared = Object.entries(names).map(([port, name]) => ({ name: `SERVICE_${port}_NAME`, value: name }));
  const own = Object.entries(environment).map(([name, value]) => ({ name, value }));
  const shared = (name: string) => ({ name, image: name, essential: false, environment: [...declared, ...own] });
  return aws.ecs.admin.registerTaskDefinition({
    family,
    networkMode,
    containerDefinitions: [
      ...(siblings ? [shared('init'), shared('log-router')] : []),
      {
        name: 'app',
        image: 'app',
        portMappings: Object.keys(names).map((port) => ({
          containerPort: Number(port),
          hostPort: networkMode === 'bridge' ? 0 : Number(port),
        })),
        environment: [...declared, ...own],
        ...(labels && { dockerLabels: { ...labels } }),
        ...(healthCheck && { healthCheck: { command: ['CMD', 'true'], interval: 10, retries: 3, startPeriod: 30 } }),
      },
    ],
  });
}

let hosts = 0;
/** A container instance with its EC2 instance; returns its ARN. */
export function host({ aws }: World, cluster: string, address: string | undefined, address6?: string): string {
  hosts += 1;
  const id = `i-${hosts.toString(16).padStart(17, '0')}`;
  const addresses = {
    ...(address !== undefined && { privateIpAddress: address }),
    ...(address6 !== undefined && { ipv6Address: address6 }),
  };
  aws.ec2.admin.putInstance(id, { ...addresses, vpcId: 'vpc-1' });
  return aws.ecs.admin.registerContainerInstance({ cluster, ec2InstanceId: id });
}

/** Sends what ECS says of its tasks through the event trigger, as EventBridge would; returns what ends it. */
export function connectEvents(
  world: World,
  wanted: (detail: { lastStatus: string; desiredStatus: string }) => boolean = isWanted,
) {
  const sent: Promise<unknown>[] = [];
  const offTasks = world.aws.ecs.admin.onTaskChange((event) => {
    if (wanted(event.detail)) sent.push(world.step('StartRun', event));
  });
  // The rule of it exists only where instances leave hosts that drain; whoever drains one in a test wants that.
  const offHosts = world.aws.ecs.admin.onInstanceEvent((event) => {
    if (event.detail.status === 'DRAINING') sent.push(world.step('StartRun', event));
  });
  const off = () => {
    offTasks();
    offHosts();
  };
  return { off, settled: () => Promise.all(sent) };
}

/** The rule of the event path: running, or desired stopped. */
export const isWanted = ({ lastStatus, desiredStatus }: { lastStatus: string; desiredStatus: string }) =>
  desiredStatus === 'STOPPED' || (lastStatus === 'RUNNING' && desiredStatus === 'RUNNING');

/** Runs every execution that was asked for by name and has not run yet. */
export async function everyRunStarted(world: StillWorld): Promise<readonly Execution[]> {
  const executions: Execution[] = [];
  // Each may start the next one; that they never end is a fault of its own.
  for (let next = world.started.shift(); next; next = world.started.shift()) {
    if (executions.length === MOST_RUNS) throw new RestlessError(`${MOST_RUNS} runs have each started another one`);
    executions.push(await world.run(next.input, next.name));
  }
  return executions;
}

/** More than any story has. */
const MOST_RUNS = 50;

/** Runs that never come to rest. */
export class RestlessError extends Error {}

/** The same, and of them those that had something to look for: of two events at a time the first run takes both. */
export async function runStarted(world: StillWorld): Promise<readonly Execution[]> {
  const executions = await everyRunStarted(world);
  return executions.filter(({ states }) => !isOldNews(states));
}

/** Whether a run has ended right after its snapshot, since nothing of its events was new. */
export const isOldNews = (states: readonly string[]): boolean =>
  states.includes('AnythingNew?') && !states.includes('ListClusters');
