import type { AddressFamily } from '../../functions/domain/dns/address-family.ts';
import { targetOf } from '../../functions/domain/dns/ownership.ts';
import { OWN_ITERATIONS } from '../../functions/domain/reading/groups.ts';
import { define, INIT_FINISHED } from '../support/fleet.ts';
import { hostileVariables } from '../support/hostile.ts';
import { OWNER, type World, ZONE } from '../support/world.ts';
import type { Dice } from './dice.ts';

export const NAMES = ['_calc._tcp', 'time', 'api.v2', '_dns._udp'];
const NAMING = { zone: ZONE, owner: OWNER };

/** One declared port of one task. */
export interface Instance {
  readonly task: string;
  readonly cluster: string;
  readonly home: Home | undefined;
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly value: string;
  /** Where its check asks. */
  readonly probed: string;
  /** What its target answers with, as `<type> <address>`. */
  readonly answers: readonly string[];
  readonly checked: boolean;
  /** `lost`: gone without a trace, as nothing in ECS ever goes. */
  state: 'running' | 'stopped' | 'lost';
}

interface Home {
  readonly arn: string;
  readonly address: string;
  readonly address6: string;
  readonly machine: string;
  terminated: boolean;
  /** Milliseconds since the epoch. */
  terminatedAt?: number;
}

export interface Fleet {
  readonly instances: readonly Instance[];
  readonly clusters: readonly string[];
  /** One thing that happens to a fleet; false where it made no sense. */
  change(): boolean;
  /** No check fails any more, and hosts that EC2 has forgotten are gone from ECS too, as ECS sees to. */
  heal(): void;
  /** Whether its task runs where it can be reached, whatever a check says of it. */
  lives(instance: Instance): boolean;
  /** Whether a check of it fails. */
  fails(instance: Instance): boolean;
}

interface Kind {
  readonly definition: string;
  readonly names: Readonly<Record<number, string>>;
  readonly awsvpc: boolean;
  readonly checked: boolean;
  /** Other containers of its tasks are given the same environment. */
  readonly siblings: boolean;
}

/** Milliseconds until EC2 may not speak of a terminated instance any more (facts 2.5: about an hour). */
const FORGOTTEN = 50 * 60_000;

/** Share of awsvpc starts that get an address which another task has given back. */
const REUSED = 0.6;

/** Clusters with hosts and tasks of all kinds, none of them the same as in another world. */
export function fleet(
  world: World,
  dice: Dice,
  { checks, family }: { readonly checks: boolean; readonly family?: AddressFamily | undefined },
): Fleet {
  const in6 = (address6: string) => (family === undefined ? {} : { ipv6Address: address6 });
  const { aws, health } = world;
  const { admin } = aws.ecs;
  const clusters = ['one', 'two', 'three'].slice(0, 1 + dice.upTo(3)).map((name) => admin.createCluster(name));
  const homes = new Map(
    clusters.map((cluster, at) => [
      cluster,
      Array.from({ length: 1 + dice.upTo(2) }, (_, index): Home => {
        const address = `10.0.${at}.${index}`;
        const machine = `i-${(at * 10 + index).toString(16).padStart(17, '0')}`;
        const address6 = `2001:db8::${at + 1}:${index}`;
        aws.ec2.admin.putInstance(machine, { privateIpAddress: address, vpcId: 'vpc-1', ...in6(address6) });
        const arn = admin.registerContainerInstance({ cluster, ec2InstanceId: machine });
        return { arn, address, address6, machine, terminated: false };
      }),
    ]),
  );
  const kinds = Array.from({ length: 2 + dice.upTo(2) }, (_, at): Kind => {
    const awsvpc = dice.chance(0.25);
    const first = dice.pick(NAMES);
    const second = dice.pick(NAMES);
    const names = { 80: first, ...(dice.chance(0.25) && second !== first && { 81: second }) };
    const checked = dice.chance(0.5);
    // Chosen by what was drawn already: careless texts beside good ones change nothing, the seeds' worlds neither.
    const careless = hostileVariables(NAMES.indexOf(first) + 5 * homes.size + 11 * at);
    const ttl = [{}, { SERVICE_80_TTL: '30' }, { SERVICE_80_TTL: '120' }][(NAMES.indexOf(first) + at) % 3];
    const environment = { ...careless, ...ttl, ...(checked && { SERVICE_80_CHECK_HTTP: '/health' }) };
    const networkMode = awsvpc ? 'awsvpc' : 'bridge';
    const siblings = dice.chance(0.4);
    const definition = define(world, `kind-${at}`, { names, environment, networkMode, siblings });
    return { definition, names, awsvpc, checked, siblings };
  });
  // Empty ones beside them, so that all three are read in one iteration.
  if (clusters.length === 3 && kinds.length === 2) {
    for (let index = 3; index <= OWN_ITERATIONS; index += 1) admin.createCluster(`x${index}`);
  }
  const instances: Instance[] = [];
  let ports = 1_000;
  let addresses = 0;
  /** Addresses of awsvpc tasks that have ended: the VPC hands them out again. */
  const freed: string[] = [];
  /** Of awsvpc tasks, by task. */
  const interfaces = new Map<string, { readonly id: string; readonly address: string }>();
  const nextAddress = () => {
    const again = freed.length > 0 && dice.chance(REUSED) ? freed.shift() : undefined;
    return again ?? `10.1.${Math.floor(addresses / 200)}.${addresses % 200}`;
  };

  const start = (): boolean => {
    const cluster = dice.pick(clusters);
    const kind = dice.pick(kinds);
    const home = kind.awsvpc ? undefined : dice.pick(homes.get(cluster) ?? []);
    if (home?.terminated) return false;
    const hostPorts: Record<number, number> = {};
    for (const containerPort of Object.keys(kind.names)) {
      ports += 1;
      hostPorts[Number(containerPort)] = ports;
    }
    addresses += 1;
    const address = home?.address ?? nextAddress();
    // One that nobody has had before, also where the IPv4 address comes back.
    const address6 = home?.address6 ?? `2001:db8:1::${addresses.toString(16)}`;
    const id = `eni-${addresses.toString(16).padStart(17, '0')}`;
    if (!home)
      aws.ec2.admin.putNetworkInterface(id, { privateIpAddresses: [address], vpcId: 'vpc-1', ...in6(address6) });
    const where = home
      ? { containerInstance: home.arn, hostPorts, ...(family && { ipv6Bindings: 'same-port' as const }) }
      : { address, elasticInterface: { networkInterfaceId: id, ...in6(address6) } };
    const others = kind.siblings && { containers: INIT_FINISHED };
    const task = admin.putTask({ cluster, taskDefinition: kind.definition, ...where, ...others });
    if (!home) interfaces.set(task, { id, address });
    for (const [containerPort, name] of Object.entries(kind.names)) {
      const udp = name.endsWith('_udp');
      // Every port is a TCP port: on a host nothing is bound for a name of the other protocol.
      if (home && udp) continue;
      const port = home ? (hostPorts[Number(containerPort)] ?? 0) : Number(containerPort);
      const first = family === 'ipv6' ? address6 : address;
      const value = `1 1 ${port} ${targetOf(first, NAMING)}`;
      const probed = family === 'dualstack' && port % 2 === 1 ? address6 : first;
      const answers = [
        ...(family === 'ipv6' ? [] : [`A ${address}`]),
        ...(family === 'ipv6' || family === 'dualstack' ? [`AAAA ${address6}`] : []),
      ];
      const checked = checks && kind.checked && containerPort === '80' && !udp;
      instances.push({ task, cluster, home, name, address, port, value, probed, answers, checked, state: 'running' });
    }
    return true;
  };
  const running = () => instances.filter(({ state }) => state === 'running');
  const end = (state: 'stopped' | 'lost', how: (task: string) => void): boolean => {
    const tasks = [...new Set(running().map(({ task }) => task))];
    if (tasks.length === 0) return false;
    const task = dice.pick(tasks);
    how(task);
    const own = interfaces.get(task);
    if (own) {
      aws.ec2.admin.removeNetworkInterface(own.id);
      freed.push(own.address);
    }
    for (const instance of instances) if (instance.task === task) instance.state = state;
    return true;
  };
  const flip = (): boolean => {
    const checked = running().filter((one) => one.checked);
    if (checked.length === 0) return false;
    const { probed, port } = dice.pick(checked);
    const failing = health.get(`${probed}:${port}`)?.state === 'failing';
    if (failing) health.delete(`${probed}:${port}`);
    else health.set(`${probed}:${port}`, { state: 'failing', cause: 'connection refused' });
    return true;
  };
  const terminate = (): boolean => {
    const home = dice.pick([...homes.values()].flat());
    if (home.terminated) return false;
    home.terminated = true;
    home.terminatedAt = world.clock.now();
    aws.ec2.admin.terminate(home.machine);
    return true;
  };

  for (let tasks = dice.upTo(13); tasks > 0; tasks -= 1) start();
  return {
    instances,
    clusters,
    change() {
      const what = dice.upTo(20);
      if (what < 7) return start();
      if (what < 12)
        return end('stopped', (task) => admin.updateTask(task, { desiredStatus: 'STOPPED', lastStatus: 'STOPPED' }));
      if (what < 15) return end('lost', admin.removeTask);
      if (what < 19) return flip();
      return terminate();
    },
    heal() {
      health.clear();
      for (const { arn, terminatedAt = Number.POSITIVE_INFINITY } of [...homes.values()].flat()) {
        if (world.clock.now() - terminatedAt > FORGOTTEN) admin.deregisterContainerInstance(arn, { force: true });
      }
    },
    lives: ({ state, home }) => state === 'running' && !home?.terminated,
    fails: ({ checked, probed, port }) => checked && health.get(`${probed}:${port}`)?.state === 'failing',
  };
}
