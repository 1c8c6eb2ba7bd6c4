import type { AddressType } from '../../functions/domain/dns/address-name.ts';
import { labelOf, targetOf } from '../../functions/domain/dns/ownership.ts';
import { OWNER, type World, ZONE } from '../support/world.ts';
import { address6Of, declarations, NAMES, type Place } from './declarations.ts';
import type { Named } from './traits.ts';

/** Few, so that they are reused all the time. */
const ADDRESSES = ['10.0.9.1', '10.0.9.2'];

export interface ModelTask {
  readonly arn: string;
  /** As it is declared: one name, or several by comma. */
  readonly declared: string;
  readonly names: readonly string[];
  /** Whether it declares the address name too. */
  readonly addressed: boolean;
  readonly address: string;
  readonly address6?: string;
  /** Its first label as a target. */
  readonly label: string;
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
  /** A host drains, or takes tasks again where it does. */
  drain(at: number): void;
  /** Tasks that have ever been on a container instance. */
  onHost(arn: string): readonly ModelTask[];
  /** What the zone must hold for our tasks: `name target-address port`. */
  desired(): readonly string[];
  /** What the set of a type must hold at the address name. */
  desiredAddresses(type: AddressType): readonly string[];
}

export interface FleetOptions {
  readonly awsvpcShare: number;
  /** Whether all tasks with an address of their own declare one name, so that no value waits for a full run. */
  readonly oneName?: boolean;
  /** Whether tasks belong to a service and declare a check. */
  readonly checked?: boolean;
  readonly named?: Named | undefined;
}

/** A small ECS whose tasks come and go, in bridge or host mode on two hosts and in awsvpc mode with two addresses. */
export function fleet(world: World, random: () => number, options: FleetOptions): Fleet {
  const { awsvpcShare, oneName = false, named } = options;
  const { aws, clock } = world;
  const { admin } = aws.ecs;
  const kinds = declarations(world, options);
  const tasks: ModelTask[] = [];
  const draining = new Set<string>();
  let interfaces = 0;
  const enis = new Map<string, string>();

  const pick = <T>(items: readonly T[]): T | undefined => items[Math.floor(random() * items.length)];
  const free = (address: string, port?: number) =>
    !tasks.some((task) => !task.ended && task.address === address && task.port === (port ?? task.port));
  const drains = ({ awsvpc, address }: Pick<ModelTask, 'awsvpc' | 'address'>) => !awsvpc && draining.has(address);
  const add = (declared: string, about: Pick<ModelTask, 'arn' | 'address' | 'address6' | 'port' | 'awsvpc'>) =>
    tasks.push({
      ...about,
      declared,
      names: declared.split(','),
      addressed: kinds.isAddressed(declared),
      label: labelFor(about, named),
      startedAt: clock.now(),
      ended: false,
    });
  const putAwsvpc = (declared: string, address: string) => {
    interfaces += 1;
    const eni = `eni-${interfaces.toString(16).padStart(17, '0')}`;
    // Beside an IPv4 address that comes back another one; alone it comes back itself.
    const address6 = named?.family === 'dualstack' ? `2001:db8:1::${interfaces.toString(16)}` : address6Of(address);
    const in6 = named?.family ? { address6 } : {};
    const arn = kinds.putApart(declared, { eni, address, ...in6 });
    enis.set(arn, eni);
    add(declared, { arn, address, ...in6, port: kinds.ownPort(declared), awsvpc: true });
  };
  const putOnHost = (declared: string, place: Place) => {
    const in6 = named?.family ? { address6: address6Of(place.address) } : {};
    add(declared, { arn: kinds.putOnHost(declared, place), ...place, ...in6, awsvpc: false });
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
  const setHost = (address: string, status: 'ACTIVE' | 'DRAINING') => {
    const arn = kinds.hosts.find((one) => one.address === address)?.arn ?? '';
    if (status === 'DRAINING') draining.add(address);
    else draining.delete(address);
    admin.updateContainerInstance(arn, { status });
  };
  // What service discovery itself stops is the fleet's news as well.
  admin.onTaskChange(({ detail: { taskArn, desiredStatus } }) => {
    const task = desiredStatus === 'STOPPED' ? tasks.find(({ arn }) => arn === taskArn) : undefined;
    if (task) task.stoppedAt ??= clock.now();
  });
  /** Running tasks whose instances a name should have: those of draining hosts only where nobody else is. */
  const remaining = (isOf: (task: ModelTask) => boolean) => {
    const running = tasks.filter((task) => task.stoppedAt === undefined && isOf(task));
    const elsewhere = running.filter((task) => !drains(task));
    return elsewhere.length > 0 ? elsewhere : running;
  };

  return {
    tasks,
    start() {
      const declared = kinds.texts[random() < 0.7 ? 0 : 1];
      if (random() < awsvpcShare) {
        const address = pick(ADDRESSES.filter((one) => free(one)));
        if (address === undefined) return false;
        putAwsvpc(oneName ? kinds.texts[0] : declared, address);
        return true;
      }
      const places = kinds.places(declared).filter(({ address, port }) => free(address, port));
      const place = pick(places.filter(({ address }) => !draining.has(address)));
      if (!place) return false;
      putOnHost(declared, place);
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
      if (!task || drains(task)) return false;
      finish(task);
      putOnHost(task.declared, { address: task.address, port: task.port });
      return true;
    },
    handOver(brief = false) {
      const own = tasks.filter(({ ended, awsvpc: isOwn }) => isOwn && !ended);
      const stopping = own.filter(({ stoppedAt }) => stoppedAt !== undefined);
      const task = pick(stopping.length > 0 ? stopping : own);
      if (!task) return false;
      if (task.stoppedAt === undefined) halt(task);
      finish(task);
      putAwsvpc(task.declared, task.address);
      const next = tasks.at(-1);
      if (brief && next) halt(next);
      return true;
    },
    drain(at) {
      const { address = '' } = kinds.hosts[at % kinds.hosts.length] ?? {};
      setHost(address, draining.has(address) ? 'ACTIVE' : 'DRAINING');
    },
    onHost: (arn) => {
      const home = kinds.hosts.find((one) => one.arn === arn);
      return tasks.filter(({ awsvpc, address }) => !awsvpc && address === home?.address);
    },
    desired: () =>
      NAMES.flatMap((name) =>
        remaining(({ names }) => names.includes(name)).map(
          (task) => `${name} ${publishedOf(task, named)} ${task.port}`,
        ),
      ).sort(),
    desiredAddresses: (type) =>
      remaining(({ addressed }) => addressed)
        .flatMap((task) => addressIn(task, type) ?? [])
        .sort(),
  };
}

/** The address of a task that stands in sets of a type. */
export const addressIn = ({ address, address6 }: Pick<ModelTask, 'address' | 'address6'>, type: AddressType) =>
  type === 'A' ? address : address6;

const publishedOf = (
  { address, address6 = address }: Pick<ModelTask, 'address' | 'address6'>,
  named?: Named,
): string => (named?.family === 'ipv6' ? address6 : address);

const labelFor = (task: Pick<ModelTask, 'address' | 'address6'>, named?: Named): string =>
  labelOf(targetOf(publishedOf(task, named), { zone: ZONE, owner: OWNER }));
