import { define, host } from '../support/fleet.ts';
import type { World } from '../support/world.ts';

/** Few ports, few addresses and two hosts, so that they are reused all the time. */
const PORTS = [1_001, 1_002];
const ADDRESSES = ['10.0.9.1', '10.0.9.2'];
const HOSTS = ['10.0.1.1', '10.0.1.2'];
export const NAMES = ['_calc._tcp', 'time'];

export interface ModelTask {
  readonly arn: string;
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly awsvpc: boolean;
  /** Milliseconds since the epoch, as all times here. */
  readonly startedAt: number;
  /** When ECS decided to stop it. */
  stoppedAt?: number;
  ended: boolean;
  /** When its port and address became free. */
  endedAt?: number;
}

export interface Fleet {
  readonly tasks: readonly ModelTask[];
  /** Starts a task where a port or an address is free; false where nothing is. */
  start(): boolean;
  /** ECS decides to stop a running task. */
  stop(): boolean;
  /** The container of a task ends, and the task runs on: only an event of its start tells of it. */
  fail(): boolean;
  /** A stopping task ends: its port or address is free for the next. */
  end(): boolean;
  /** A stopping task of a host ends, and another one of the same name takes its port at once. */
  takeOver(): boolean;
  /** The same with an address, whose task need not be stopping yet; `brief`: the next one is to stop at once. */
  handOver(brief?: boolean): boolean;
  /** What the zone must hold for our tasks: `name target-address port`. */
  desired(): readonly string[];
}

interface FleetOptions {
  readonly awsvpcShare: number;
  /** Whether all tasks with an address of their own declare one name, so that no value waits for a full run. */
  readonly oneName?: boolean;
  /** Whether tasks belong to a service and declare a check. */
  readonly checked?: boolean;
}

/** A small ECS whose tasks come and go, in bridge mode on two hosts and in awsvpc mode with two addresses. */
export function fleet(world: World, random: () => number, options: FleetOptions): Fleet {
  const { awsvpcShare, oneName = false, checked = false } = options;
  const { aws, clock } = world;
  const { admin } = aws.ecs;
  admin.createCluster('shop');
  const homes = HOSTS.map((address) => ({ address, arn: host(world, 'shop', address) }));
  const environment = checked ? { SERVICE_80_CHECK_TCP: 'true' } : {};
  // Instances of one name differ: whichever run comes last must leave the lowest of those that are left.
  const bridge = NAMES.map((name, index) =>
    define(world, `bridge-${index}`, { names: { 80: name }, environment: { ...environment, SERVICE_80_TTL: '60' } }),
  );
  const awsvpc = NAMES.map((name, index) =>
    define(world, `awsvpc-${index}`, {
      names: { 80: name },
      environment: { ...environment, SERVICE_80_TTL: '30' },
      networkMode: 'awsvpc',
    }),
  );
  if (checked)
    for (const name of NAMES)
      admin.putService({ cluster: 'shop', serviceName: name, taskDefinition: bridge[0] ?? '', desiredCount: 0 });
  const service = (name: string) => (checked ? { service: name } : {});
  const tasks: ModelTask[] = [];
  let interfaces = 0;
  const enis = new Map<string, string>();

  const pick = <T>(items: readonly T[]): T | undefined => items[Math.floor(random() * items.length)];
  const free = (address: string, port: number) =>
    !tasks.some((task) => !task.ended && task.address === address && task.port === port);
  const add = (task: Omit<ModelTask, 'ended' | 'startedAt'>) =>
    tasks.push({ ...task, startedAt: clock.now(), ended: false });
  const putAwsvpc = (name: string, address: string) => {
    interfaces += 1;
    const eni = `eni-${interfaces.toString(16).padStart(17, '0')}`;
    aws.ec2.admin.putNetworkInterface(eni, { privateIpAddresses: [address], vpcId: 'vpc-1' });
    const arn = admin.putTask({
      cluster: 'shop',
      taskDefinition: awsvpc[NAMES.indexOf(name)] ?? '',
      address,
      elasticInterface: { networkInterfaceId: eni },
      ...service(name),
    });
    enis.set(arn, eni);
    add({ arn, name, address, port: 80, awsvpc: true });
  };
  const putBridge = (name: string, address: string, port: number) => {
    const arn = admin.putTask({
      cluster: 'shop',
      taskDefinition: bridge[NAMES.indexOf(name)] ?? '',
      containerInstance: homes.find((home) => home.address === address)?.arn ?? '',
      hostPorts: { 80: port },
      ...service(name),
    });
    add({ arn, name, address, port, awsvpc: false });
  };
  const halt = (task: ModelTask) => {
    task.stoppedAt = clock.now();
    admin.stopTask(task.arn);
  };
  const finish = (task: ModelTask) => {
    Object.assign(task, { ended: true, endedAt: clock.now() });
    admin.updateTask(task.arn, { lastStatus: 'STOPPED' });
    const eni = enis.get(task.arn);
    if (eni) aws.ec2.admin.removeNetworkInterface(eni);
  };
  // What service discovery itself stops is the fleet's news as well.
  admin.onTaskChange(({ detail: { taskArn, desiredStatus } }) => {
    const task = desiredStatus === 'STOPPED' ? tasks.find(({ arn }) => arn === taskArn) : undefined;
    if (task) task.stoppedAt ??= clock.now();
  });

  return {
    tasks,
    start() {
      const name = NAMES[random() < 0.7 ? 0 : 1] ?? '';
      if (random() < awsvpcShare) {
        const address = pick(ADDRESSES.filter((one) => free(one, 80)));
        if (address === undefined) return false;
        putAwsvpc(oneName ? (NAMES[0] ?? '') : name, address);
        return true;
      }
      const place = pick(
        HOSTS.flatMap((address) => PORTS.filter((port) => free(address, port)).map((port) => ({ address, port }))),
      );
      if (!place) return false;
      putBridge(name, place.address, place.port);
      return true;
    },
    stop() {
      const task = pick(tasks.filter(({ stoppedAt }) => stoppedAt === undefined));
      if (!task) return false;
      halt(task);
      return true;
    },
    fail() {
      const task = pick(tasks.filter(({ stoppedAt }) => stoppedAt === undefined));
      if (!task) return false;
      task.stoppedAt = clock.now();
      admin.updateTask(task.arn, { containers: { app: { lastStatus: 'STOPPED' } } });
      return true;
    },
    end() {
      const task = pick(tasks.filter(({ stoppedAt, ended }) => stoppedAt !== undefined && !ended));
      if (!task) return false;
      finish(task);
      return true;
    },
    takeOver() {
      const task = pick(tasks.filter((one) => one.stoppedAt !== undefined && !one.ended && !one.awsvpc));
      if (!task) return false;
      finish(task);
      putBridge(task.name, task.address, task.port);
      return true;
    },
    handOver(brief = false) {
      const own = tasks.filter(({ ended, awsvpc: isOwn }) => isOwn && !ended);
      const stopping = own.filter(({ stoppedAt }) => stoppedAt !== undefined);
      const task = pick(stopping.length > 0 ? stopping : own);
      if (!task) return false;
      if (task.stoppedAt === undefined) halt(task);
      finish(task);
      putAwsvpc(task.name, task.address);
      const next = tasks.at(-1);
      if (brief && next) halt(next);
      return true;
    },
    desired: () =>
      tasks
        .filter(({ stoppedAt }) => stoppedAt === undefined)
        .map(({ name, address, port }) => `${name} ${address} ${port}`)
        .sort(),
  };
}
