import { seeded } from '../../stand-ins/dns/seeded-random.ts';
import type { TaskStatus } from '../../stand-ins/ecs/task.ts';
import type { StillWorld } from '../../support/world.ts';

/** How many of what an account has. */
export interface Shape {
  readonly tasks: number;
  readonly clusters: number;
  /** Each with one declared name and one revision of a task definition, in one cluster. */
  readonly services: number;
  readonly hosts: number;
}

/** What accounts of some sizes look like; those in between are like the next larger one. */
const USUAL: readonly Shape[] = [
  { tasks: 50, clusters: 1, services: 10, hosts: 5 },
  { tasks: 1_000, clusters: 5, services: 100, hosts: 100 },
  { tasks: 10_000, clusters: 20, services: 500, hosts: 500 },
  { tasks: 20_000, clusters: 50, services: 1_000, hosts: 2_000 },
  { tasks: 100_000, clusters: 100, services: 5_000, hosts: 5_000 },
];

/** Fleets of another kind than their size would say. */
export const SPECIAL = {
  '5000x2': { tasks: 10_000, clusters: 20, services: 5_000, hosts: 500 },
  '1x350': { tasks: 350, clusters: 1, services: 1, hosts: 40 },
  '500clusters': { tasks: 2_500, clusters: 500, services: 500, hosts: 500 },
} as const satisfies Readonly<Record<string, Shape>>;

/** @param size a number of tasks, or one of the special fleets */
export function shapeOf(size: string): Shape {
  if (Object.hasOwn(SPECIAL, size)) return SPECIAL[size as keyof typeof SPECIAL];
  const tasks = Number(size);
  const usual = USUAL.find((one) => one.tasks >= tasks);
  if (!(Number.isInteger(tasks) && tasks > 0 && usual)) {
    throw new Error(`got size "${size}", want a number up to 100000, or one of ${Object.keys(SPECIAL).join(', ')}`);
  }
  const part = (whole: number) => Math.max(1, Math.round((whole * tasks) / usual.tasks));
  return { tasks, clusters: part(usual.clusters), services: part(usual.services), hosts: part(usual.hosts) };
}

type Mode = 'bridge' | 'host' | 'awsvpc' | 'fargate';
type Check = 'probe' | 'container' | 'none';

/** Of 20 services in turn: how they are reached, and how they are checked. Their order is drawn. */
const MODES: readonly Mode[] = share<Mode>({ bridge: 12, host: 2, awsvpc: 3, fargate: 3 });
const CHECKS: readonly Check[] = share<Check>({ probe: 12, container: 4, none: 4 });

function share<T extends string>(parts: Readonly<Record<T, number>>): readonly T[] {
  return Object.entries<number>(parts).flatMap(([what, times]) => Array.from({ length: times }, () => what as T));
}

interface Service {
  readonly number: number;
  readonly name: string;
  readonly cluster: string;
  readonly mode: Mode;
  readonly check: Check;
  readonly definition: string;
}

export interface FleetTask {
  readonly arn: string;
  readonly containerInstance?: string;
  readonly service: Service;
  readonly networkInterface?: string;
}

interface Host {
  readonly instance: string;
  readonly containerInstance: string;
  readonly cluster: string;
}

/** The seeded fleet of an account, and what happens to it. */
export class Fleet {
  readonly shape: Shape;
  readonly tasks = new Set<FleetTask>();
  readonly hosts: readonly Host[];
  readonly #world: StillWorld;
  readonly #clusters: readonly string[];
  readonly #services: readonly Service[];
  readonly #hostsOf: ReadonlyMap<string, Host[]>;
  readonly #random: () => number;
  /** Service → where its next task goes. */
  readonly #placed = new Map<number, number>();
  /** Service → its tasks that are not at their end yet. */
  readonly #tasksOf = new Map<number, Set<FleetTask>>();
  #interfaces = 0;

  constructor(world: StillWorld, shape: Shape, seed: number) {
    const random = seeded(seed);
    const { ecs, ec2 } = world.aws;
    this.#world = world;
    this.shape = shape;
    this.#random = random;
    const clusters = Array.from({ length: shape.clusters }, (_, index) => `c${index}`);
    this.#clusters = clusters;
    for (const cluster of clusters) ecs.admin.createCluster(cluster);
    const clusterOf = (index: number) => clusters[index % clusters.length] ?? '';
    this.hosts = Array.from({ length: shape.hosts }, (_, index) => {
      const instance = `i-${index.toString(16).padStart(17, '0')}`;
      ec2.admin.putInstance(instance, { privateIpAddress: addressOf(10 << 24, index), vpcId: 'vpc-1' });
      const cluster = clusterOf(index);
      const containerInstance = ecs.admin.registerContainerInstance({ cluster, ec2InstanceId: instance });
      return { instance, containerInstance, cluster };
    });
    this.#hostsOf = Map.groupBy(this.hosts, ({ cluster }) => cluster);
    const [modeOf, checkOf] = [drawn(MODES, random), drawn(CHECKS, random)];
    const tooMany = shape.tasks / shape.services > shape.hosts / shape.clusters;
    this.#services = Array.from({ length: shape.services }, (_, index) => {
      const mode = modeOf();
      // More tasks than hosts cannot each hold the same port of a host.
      const fitting = mode === 'host' && tooMany ? 'bridge' : mode;
      return this.#define(index, { cluster: clusterOf(index), mode: fitting, check: checkOf() });
    });
    for (let index = 0; index < shape.tasks; index += 1)
      this.start(this.#services[index % this.#services.length] ?? raise());
  }

  /** One of them, by chance; of a mode, where one is asked for and there is one, else of any. */
  pick(mode?: Mode): FleetTask {
    const all = [...this.tasks];
    const fitting = all.filter(({ service }) => service.mode === mode);
    const among = fitting.length > 0 ? fitting : all;
    const task = among[Math.floor(this.#random() * among.length)];
    return task ?? raise();
  }

  /** Tasks that ECS lists, and hosts that it has, by cluster. */
  counts(): { readonly listed: readonly number[]; readonly hosts: readonly number[] } {
    const tasks = Map.groupBy(this.tasks, ({ service }) => service.cluster);
    const of = (cluster: string) => tasks.get(cluster)?.length ?? 0;
    return {
      listed: this.#clusters.map(of),
      hosts: this.#clusters.map((cluster) => this.#hostsOf.get(cluster)?.length ?? 0),
    };
  }

  /** A share of all tasks stop, others of their services take their places. @returns how many, by cluster */
  replace(share: number): readonly number[] {
    const leaving = [...this.tasks].filter(() => this.#random() < share);
    for (const task of leaving) {
      this.end(task);
      this.start(task.service);
    }
    return this.#clusters.map((cluster) => leaving.filter(({ service }) => service.cluster === cluster).length);
  }

  /** A machine ends, and ECS has not heard of it yet. */
  loseHost(): void {
    const [{ instance, containerInstance, cluster } = raise()] = this.hosts;
    this.#world.aws.ec2.admin.terminate(instance);
    this.#world.aws.ecs.admin.updateContainerInstance(containerInstance, { agentConnected: false });
    this.#hostsOf.get(cluster)?.shift();
    for (const task of this.tasks) if (task.containerInstance === containerInstance) this.tasks.delete(task);
  }

  /** One more task of a service; RUNNING unless said otherwise. */
  start(service: Service, lastStatus: TaskStatus = 'RUNNING'): FleetTask {
    const { ecs, ec2 } = this.#world.aws;
    const { cluster, definition, mode, name, check } = service;
    const own = mode === 'awsvpc' || mode === 'fargate';
    const networkInterface = own ? this.#interface() : undefined;
    const host = mode === 'fargate' ? undefined : this.#placeOf(service);
    const arn = ecs.admin.putTask({
      cluster,
      taskDefinition: definition,
      service: name,
      lastStatus,
      ...(host && { containerInstance: host.containerInstance }),
      ...(networkInterface && {
        address: networkInterface.address,
        elasticInterface: { networkInterfaceId: networkInterface.id },
      }),
      ...(check === 'container' && { health: { app: 'HEALTHY' } }),
    });
    if (networkInterface)
      ec2.admin.putNetworkInterface(networkInterface.id, {
        privateIpAddresses: [networkInterface.address],
        vpcId: 'vpc-1',
      });
    const task = {
      arn,
      service,
      ...(host && { containerInstance: host.containerInstance }),
      ...(networkInterface && { networkInterface: networkInterface.id }),
    };
    this.tasks.add(task);
    this.#tasksOf.set(service.number, (this.#tasksOf.get(service.number) ?? new Set()).add(task));
    return task;
  }

  /** It is gone by the time that anybody looks. */
  end(task: FleetTask): void {
    this.#world.aws.ecs.admin.stopTask(task.arn);
    this.stopped(task);
  }

  /** The last step of a stop. */
  stopped(task: FleetTask): void {
    this.#world.aws.ecs.admin.updateTask(task.arn, { lastStatus: 'STOPPED' });
    if (task.networkInterface) this.#world.aws.ec2.admin.removeNetworkInterface(task.networkInterface);
    this.tasks.delete(task);
    this.#tasksOf.get(task.service.number)?.delete(task);
  }

  /** Its tasks go from host to host; two that hold the same port of their host never meet. */
  #placeOf({ cluster, number, mode }: Service): Host {
    const hosts = this.#hostsOf.get(cluster) ?? [];
    const taken = new Set(
      mode === 'host' ? [...(this.#tasksOf.get(number) ?? [])].map((task) => task.containerInstance) : [],
    );
    for (let tried = 0; tried < hosts.length; tried += 1) {
      const next = this.#placed.get(number) ?? number * 7;
      this.#placed.set(number, next + 1);
      const host = hosts[next % hosts.length];
      if (host && !taken.has(host.containerInstance)) return host;
    }
    return raise();
  }

  #interface(): { readonly id: string; readonly address: string } {
    this.#interfaces += 1;
    const id = `eni-${this.#interfaces.toString(16).padStart(17, '0')}`;
    return { id, address: addressOf((10 << 24) + (128 << 16), this.#interfaces) };
  }

  #define(number: number, about: { readonly cluster: string; readonly mode: Mode; readonly check: Check }): Service {
    const { cluster, mode, check } = about;
    const [name, port] = [`_s${number}._tcp`, 10_000 + number];
    const definition = this.#world.aws.ecs.admin.registerTaskDefinition({
      family: `s${number}`,
      networkMode: mode === 'fargate' ? 'awsvpc' : mode,
      containerDefinitions: [
        {
          name: 'app',
          image: 'app',
          portMappings: [{ containerPort: port, hostPort: mode === 'bridge' ? 0 : port }],
          environment: [
            { name: `SERVICE_${port}_NAME`, value: name },
            ...(check === 'probe' ? [{ name: `SERVICE_${port}_CHECK_HTTP`, value: '/health' }] : []),
          ],
          ...(check === 'container' && { healthCheck: { command: ['CMD', 'true'], interval: 10, retries: 3 } }),
        },
      ],
    });
    return { number, name, cluster, mode, check, definition };
  }
}

/** What holds of a service, in turns whose order is drawn anew for each. */
function drawn<T>(turn: readonly T[], random: () => number): () => T {
  let left: T[] = [];
  return () => {
    if (left.length === 0) left = [...turn];
    const [one] = left.splice(Math.floor(random() * left.length), 1);
    return one as T;
  };
}

function addressOf(network: number, index: number): string {
  const number = network + index + 1;
  return [24, 16, 8, 0].map((bits) => (number >>> bits) & 255).join('.');
}

function raise(): never {
  throw new Error('a fleet has tasks, and hosts with room for them');
}
