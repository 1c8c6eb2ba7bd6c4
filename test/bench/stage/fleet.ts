import { addHost, type Host } from '../../../examples/local/ecs/hosts.ts';
import { ownerNameOf, targetOf } from '../../../functions/domain/dns/ownership.ts';
import { normalSrv } from '../../../functions/domain/dns/srv.ts';
import type { Stage } from './stage.ts';

export interface FleetOptions {
  readonly cluster: string;
  /** Addresses of the hosts. */
  readonly addresses: readonly string[];
  /** How many services there are, each with a name of its own. */
  readonly services: number;
  /** Whether the services declare an HTTP check; then something must listen. */
  readonly checked?: boolean;
}

/** A task of the fleet, with what it is published as. */
export interface FleetTask {
  readonly arn: string;
  readonly host: Host;
  /** Fully qualified owner name. */
  readonly name: string;
  readonly value: string;
}

/** Hosts and tasks that only the stand-ins know: no processes. */
export interface Fleet {
  readonly hosts: readonly Host[];
  readonly tasks: readonly FleetTask[];
  /** A task that runs at once; its event follows. @param port on the host; the next free one unless given */
  start(service: number, host: Host, port?: number): FleetTask;
  /** ECS decides to stop it: it leaves the fleet, and still serves. */
  stop(task: FleetTask): void;
  /** It has stopped. */
  end(task: FleetTask): void;
}

const CONTAINER_PORT = 80;

/** Priority and weight where nothing is declared (design, section 3). */
const DEFAULTS = { priority: 1, weight: 1 } as const;

export function startFleet(
  { cloud, naming }: Stage,
  { cluster, addresses, services, checked = false }: FleetOptions,
): Fleet {
  const { admin } = cloud.ecs;
  admin.createCluster(cluster);
  const hosts = addresses.map((address) => addHost(cloud, cluster, address));
  const definitions = Array.from({ length: services }, (_, service) =>
    admin.registerTaskDefinition({
      family: `${cluster}-service-${service}`,
      networkMode: 'bridge',
      containerDefinitions: [
        {
          name: 'app',
          image: 'app',
          memory: 64,
          portMappings: [{ containerPort: CONTAINER_PORT, hostPort: 0, protocol: 'tcp' }],
          environment: [
            { name: `SERVICE_${CONTAINER_PORT}_NAME`, value: relativeName(service) },
            ...(checked ? [{ name: `SERVICE_${CONTAINER_PORT}_CHECK_HTTP`, value: '/health' }] : []),
          ],
        },
      ],
    }),
  );
  const tasks = new Set<FleetTask>();
  return {
    hosts,
    get tasks() {
      return [...tasks];
    },
    start: (service, host, port) => {
      const arn = admin.putTask({
        cluster,
        taskDefinition: definitions[service] ?? '',
        containerInstance: host.containerInstance,
        ...(port !== undefined && { hostPorts: { [CONTAINER_PORT]: port } }),
      });
      const [{ hostPort = 0 } = {}] = admin.task(arn).containers?.[0]?.networkBindings ?? [];
      const task = {
        arn,
        host,
        name: ownerNameOf(relativeName(service), naming),
        value: normalSrv({ ...DEFAULTS, port: hostPort, target: targetOf(host.address, naming) }),
      };
      tasks.add(task);
      return task;
    },
    stop: (task) => {
      tasks.delete(task);
      admin.stopTask(task.arn);
    },
    end: ({ arn }) => admin.updateTask(arn, { lastStatus: 'STOPPED' }),
  };
}

const relativeName = (service: number): string => `_service-${service}._tcp`;
