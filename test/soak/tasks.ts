import { VPC_ID } from '../../examples/local/cloud/zone.ts';
import { addHost, type Host } from '../../examples/local/ecs/hosts.ts';
import { type Naming, ownerNameOf, targetOf } from '../../functions/domain/dns/ownership.ts';
import { normalSrv } from '../../functions/domain/dns/srv.ts';
import type { FleetTask } from '../bench/stage/fleet.ts';
import type { Stage } from '../bench/stage/stage.ts';

/** Services in bridge mode; the first few names are also those of services whose tasks have interfaces of their own. */
const SERVICES = 12;
const OWN_SERVICES = 4;
const HOSTS = 6;
const CONTAINER_PORT = 80;
const CLUSTER = 'soak';
/** About as many run at a time. */
const RUNNING = 60;
/** A task serves so long after ECS has decided to stop it, in milliseconds, drawn evenly. */
const STOPPING = { least: 300, most: 3_000 } as const;
/** The address of an interface of a task's own. */
const OWN_NETWORK = '10.0.7';

interface Placed {
  readonly arn: string;
  readonly service: number;
  readonly address: string;
  readonly port: number;
  /** In bridge mode. */
  readonly host?: Host;
  /** Of its own, in awsvpc mode. */
  readonly networkInterface?: string;
}

/** Tasks that only ECS and EC2 know: no processes. */
export interface Tasks {
  /** Starts one or lets one end; ports and addresses are taken again as soon as they are free. */
  act(): void;
  /** What runs and is not to stop, as a deployment publishes it. */
  wanted(naming: Naming): readonly Pick<FleetTask, 'name' | 'value'>[];
  readonly started: number;
  readonly stopped: number;
  /** Ends what is still stopping. */
  finish(): void;
}

/** @param random 0 ≤ x < 1: all choices follow from it */
export function startTasks({ cloud }: Pick<Stage, 'cloud'>, random: () => number): Tasks {
  const { admin } = cloud.ecs;
  const pick = <T>(items: readonly T[]): T | undefined => items[Math.floor(random() * items.length)];
  admin.createCluster(CLUSTER);
  const hosts = Array.from({ length: HOSTS }, (_, host) => addHost(cloud, CLUSTER, `10.0.1.${10 + host}`));
  const define = (service: number, networkMode: 'bridge' | 'awsvpc') =>
    admin.registerTaskDefinition({
      family: `soak-${networkMode}-${service}`,
      networkMode,
      containerDefinitions: [
        {
          name: 'app',
          image: 'app',
          memory: 64,
          portMappings: [{ containerPort: CONTAINER_PORT, hostPort: networkMode === 'bridge' ? 0 : CONTAINER_PORT }],
          environment: [{ name: `SERVICE_${CONTAINER_PORT}_NAME`, value: relativeName(service) }],
        },
      ],
    });
  const bridge = Array.from({ length: SERVICES }, (_, service) => define(service, 'bridge'));
  const own = Array.from({ length: OWN_SERVICES }, (_, service) => define(service, 'awsvpc'));

  const running: Placed[] = [];
  const stopping = new Map<Placed, NodeJS.Timeout>();
  /** The latest last: most likely to be taken again while runs still work on their former holder. */
  const freePorts: { readonly host: Host; readonly port: number }[] = [];
  const freeAddresses: string[] = [];
  let started = 0;
  let stopped = 0;
  let addresses = 0;

  const startBridge = (service: number): Placed => {
    const again = random() < 0.6 ? freePorts.pop() : undefined;
    const host = again?.host ?? pick(hosts);
    if (!host) throw new RangeError('there are no hosts');
    const arn = admin.putTask({
      cluster: CLUSTER,
      taskDefinition: bridge[service] ?? '',
      containerInstance: host.containerInstance,
      ...(again && { hostPorts: { [CONTAINER_PORT]: again.port } }),
    });
    const [{ hostPort = 0 } = {}] = admin.task(arn).containers?.[0]?.networkBindings ?? [];
    return { arn, service, host, address: host.address, port: hostPort };
  };

  const startOwn = (service: number): Placed => {
    const again = random() < 0.6 ? freeAddresses.pop() : undefined;
    if (again === undefined) addresses += 1;
    const address = again ?? `${OWN_NETWORK}.${addresses}`;
    const networkInterface = `eni-${(started + 1).toString(16).padStart(17, '0')}`;
    cloud.ec2.admin.putNetworkInterface(networkInterface, { privateIpAddresses: [address], vpcId: VPC_ID });
    const elasticInterface = { networkInterfaceId: networkInterface };
    const arn = admin.putTask({ cluster: CLUSTER, taskDefinition: own[service] ?? '', address, elasticInterface });
    return { arn, service, address, port: CONTAINER_PORT, networkInterface };
  };

  const start = (): void => {
    const isOwn = random() < 0.3 && (freeAddresses.length > 0 || addresses < 250);
    running.push(isOwn ? startOwn(Math.floor(random() * OWN_SERVICES)) : startBridge(Math.floor(random() * SERVICES)));
    started += 1;
  };

  const end = (task: Placed): void => {
    clearTimeout(stopping.get(task));
    stopping.delete(task);
    admin.updateTask(task.arn, { lastStatus: 'STOPPED' });
    if (task.networkInterface !== undefined) {
      cloud.ec2.admin.removeNetworkInterface(task.networkInterface);
      freeAddresses.push(task.address);
    } else if (task.host) freePorts.push({ host: task.host, port: task.port });
  };

  const stop = (): void => {
    // Often the last one: its stop overtakes its start.
    const index = random() < 0.3 ? running.length - 1 : Math.floor(random() * running.length);
    const [task] = running.splice(index, 1);
    if (!task) return;
    stopped += 1;
    if (random() < 0.3) {
      end(task); // it crashed
      return;
    }
    admin.stopTask(task.arn);
    const serves = STOPPING.least + random() * (STOPPING.most - STOPPING.least);
    stopping.set(
      task,
      setTimeout(() => end(task), serves),
    );
  };

  return {
    act: () => (random() < (running.length < RUNNING ? 0.65 : 0.4) ? start() : stop()),
    wanted: (naming) =>
      running.map(({ service, address, port }) => ({
        name: ownerNameOf(relativeName(service), naming),
        value: normalSrv({ priority: 1, weight: 1, port, target: targetOf(address, naming) }),
      })),
    get started() {
      return started;
    },
    get stopped() {
      return stopped;
    },
    finish: () => {
      for (const task of [...stopping.keys()]) end(task);
    },
  };
}

export const relativeName = (service: number): string => `_soak-${service}._tcp`;
/** Names that tasks declare, for others who write below them. */
export const declaredNames: readonly string[] = Array.from({ length: SERVICES }, (_, service) => relativeName(service));
