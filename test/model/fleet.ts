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
  /** When ECS decided to stop it, in milliseconds since the epoch. */
  stoppedAt?: number;
  ended: boolean;
  /** When its port and address became free, in milliseconds since the epoch. */
  endedAt?: number;
}

export interface Fleet {
  readonly tasks: readonly ModelTask[];
  /** Starts a task where a port or an address is free; false where nothing is. */
  start(): boolean;
  /** ECS decides to stop a running task. */
  stop(): boolean;
  /** A stopping task ends: its port or address is free for the next. */
  end(): boolean;
  /** A stopping task of a host ends, and another one of the same name takes its port at once. */
  takeOver(): boolean;
  /** What the zone must hold for our tasks: `name target-address port`. */
  desired(): readonly string[];
}

/** A small ECS whose tasks come and go, in bridge mode on two hosts and in awsvpc mode with two addresses. */
export function fleet(
  { aws, ...world }: World,
  random: () => number,
  { awsvpcShare }: { readonly awsvpcShare: number },
): Fleet {
  const { admin } = aws.ecs;
  admin.createCluster('shop');
  const around = { aws, ...world };
  const homes = HOSTS.map((address) => ({ address, arn: host(around, 'shop', address) }));
  const bridge = NAMES.map((name, index) => define(around, `bridge-${index}`, { names: { 80: name } }));
  const awsvpc = NAMES.map((name, index) =>
    define(around, `awsvpc-${index}`, { names: { 80: name }, networkMode: 'awsvpc' }),
  );
  const tasks: ModelTask[] = [];
  let interfaces = 0;
  const enis = new Map<string, string>();

  const pick = <T>(items: readonly T[]): T | undefined => items[Math.floor(random() * items.length)];
  const free = (address: string, port: number) =>
    !tasks.some((task) => !task.ended && task.address === address && task.port === port);
  const finish = (task: ModelTask) => Object.assign(task, { ended: true, endedAt: world.clock.now() });
  const add = (task: Omit<ModelTask, 'ended'>) => tasks.push({ ...task, ended: false });

  return {
    tasks,
    start() {
      const which = random() < 0.7 ? 0 : 1;
      const name = NAMES[which] ?? '';
      if (random() < awsvpcShare) {
        const address = pick(ADDRESSES.filter((one) => free(one, 80)));
        if (address === undefined) return false;
        interfaces += 1;
        const eni = `eni-${interfaces.toString(16).padStart(17, '0')}`;
        aws.ec2.admin.putNetworkInterface(eni, { privateIpAddresses: [address], vpcId: 'vpc-1' });
        const arn = admin.putTask({
          cluster: 'shop',
          taskDefinition: awsvpc[which] ?? '',
          address,
          elasticInterface: { networkInterfaceId: eni },
        });
        enis.set(arn, eni);
        add({ arn, name, address, port: 80, awsvpc: true });
        return true;
      }
      const places = homes.flatMap((home) =>
        PORTS.filter((port) => free(home.address, port)).map((port) => ({ home, port })),
      );
      const place = pick(places);
      if (!place) return false;
      const arn = admin.putTask({
        cluster: 'shop',
        taskDefinition: bridge[which] ?? '',
        containerInstance: place.home.arn,
        hostPorts: { 80: place.port },
      });
      add({ arn, name, address: place.home.address, port: place.port, awsvpc: false });
      return true;
    },
    stop() {
      const task = pick(tasks.filter(({ stoppedAt }) => stoppedAt === undefined));
      if (!task) return false;
      task.stoppedAt = world.clock.now();
      admin.stopTask(task.arn);
      return true;
    },
    end() {
      const task = pick(tasks.filter(({ stoppedAt, ended }) => stoppedAt !== undefined && !ended));
      if (!task) return false;
      finish(task);
      admin.updateTask(task.arn, { lastStatus: 'STOPPED' });
      const eni = enis.get(task.arn);
      if (eni) aws.ec2.admin.removeNetworkInterface(eni);
      return true;
    },
    takeOver() {
      const task = pick(tasks.filter((one) => one.stoppedAt !== undefined && !one.ended && !one.awsvpc));
      const home = homes.find(({ address }) => address === task?.address);
      if (!task || !home) return false;
      finish(task);
      admin.updateTask(task.arn, { lastStatus: 'STOPPED' });
      const taskDefinition = bridge[NAMES.indexOf(task.name)] ?? '';
      const arn = admin.putTask({
        cluster: 'shop',
        taskDefinition,
        containerInstance: home.arn,
        hostPorts: { 80: task.port },
      });
      add({ arn, name: task.name, address: task.address, port: task.port, awsvpc: false });
      return true;
    },
    desired: () =>
      tasks
        .filter(({ stoppedAt }) => stoppedAt === undefined)
        .map(({ name, address, port }) => `${name} ${address} ${port}`)
        .sort(),
  };
}
