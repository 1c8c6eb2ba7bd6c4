import type { Attachment, ContainerDefinition, NetworkBinding, NetworkInterface } from '@aws-sdk/client-ecs';

/** How one task is reached. What is left out is chosen by the stand-in, as the container agent would. */
export interface TaskNetwork {
  /** Bridge: host port by container port; a range goes by its first port. */
  readonly hostPorts?: Readonly<Record<number, number>>;
  /** Bridge: the address docker binds to; `0.0.0.0` unless given. */
  readonly bindIP?: string;
  /** Bridge: whether docker reports a second binding on `::`, with the same host port or with another one. */
  readonly ipv6Bindings?: 'none' | 'same-port' | 'other-port';
  /** Bindings by container name, word for word, in place of all that the definition would give. */
  readonly bindings?: Readonly<Record<string, readonly NetworkBinding[]>>;
  /** awsvpc: IPv4 address of the task's own interface. */
  readonly address?: string;
  /** awsvpc: the rest of the interface. */
  readonly elasticInterface?: {
    readonly networkInterfaceId?: string;
    readonly subnetId?: string;
    readonly macAddress?: string;
    readonly ipv6Address?: string;
    /** Empty where the VPC assigns no host names. */
    readonly privateDnsName?: string;
  };
}

/** The host ports of one container instance: who holds which, and the next free one of the ephemeral range. */
export class HostPorts {
  readonly #holders = new Map<number, string>();
  // Default of /proc/sys/net/ipv4/ip_local_port_range: 32768 to 60999.
  #next = 32_768;

  /** The first of `count` free ports in a row; a port just released comes back only after a full turn. */
  take(holder: string, count = 1): number {
    for (let tried = 0; tried < 28_232; tried += 1) {
      const first = this.#next + count - 1 > 60_999 ? 32_768 : this.#next;
      this.#next = first + 1;
      if (this.#allFree(first, count)) {
        this.claim(holder, first, count);
        this.#next = first + count;
        return first;
      }
    }
    throw new RangeError(`no ${count} free ports in a row between 32768 and 60999`);
  }

  claim(holder: string, first: number, count = 1): void {
    for (let port = first; port < first + count; port += 1) this.#holders.set(port, holder);
  }

  release(holder: string): void {
    for (const [port, one] of this.#holders) if (one === holder) this.#holders.delete(port);
  }

  isFree(port: number): boolean {
    return !this.#holders.has(port);
  }

  #allFree(first: number, count: number): boolean {
    for (let port = first; port < first + count; port += 1) if (this.#holders.has(port)) return false;
    return true;
  }
}

/** The bindings that the container agent reports of one container in bridge mode, once it runs. */
export function bridgeBindings(
  container: ContainerDefinition,
  { hostPorts = {}, bindIP = '0.0.0.0', ipv6Bindings = 'none' }: TaskNetwork,
  ports: { readonly free: HostPorts; readonly holder: string },
): NetworkBinding[] {
  return (container.portMappings ?? []).flatMap((mapping): NetworkBinding[] => {
    const [first, last] = portsOf(mapping);
    const count = last - first + 1;
    const wanted = hostPorts[first] ?? mapping.hostPort ?? 0;
    if (wanted > 0) ports.free.claim(ports.holder, wanted, count);
    const hostPort = wanted > 0 ? wanted : ports.free.take(ports.holder, count);

    const bind = (ip: string, host: number): NetworkBinding =>
      mapping.containerPortRange === undefined
        ? { bindIP: ip, containerPort: first, hostPort: host, protocol: mapping.protocol }
        : {
            bindIP: ip,
            protocol: mapping.protocol,
            containerPortRange: mapping.containerPortRange,
            hostPortRange: `${host}-${host + count - 1}`,
          };
    if (ipv6Bindings === 'none') return [bind(bindIP, hostPort)];
    const other = ipv6Bindings === 'same-port' ? hostPort : ports.free.take(ports.holder, count);
    return [bind(bindIP, hostPort), bind('::', other)];
  });
}

/** Every host port that a definition's container asks for by number. */
export function fixedHostPorts(container: ContainerDefinition): number[] {
  return (container.portMappings ?? []).map(({ hostPort }) => hostPort ?? 0).filter((port) => port > 0);
}

function portsOf(mapping: { containerPort?: number | undefined; containerPortRange?: string | undefined }) {
  const [first = 0, last = first] = (mapping.containerPortRange ?? `${mapping.containerPort}`).split('-').map(Number);
  return [first, last] as const;
}

/** The task's own interface, resolved: every part of it known. */
export interface ElasticInterface {
  readonly attachmentId: string;
  readonly networkInterfaceId: string;
  readonly subnetId: string;
  readonly macAddress: string;
  readonly privateDnsName: string;
  readonly address: string;
  readonly ipv6Address?: string;
}

/** Where the interface stands while the task has that status; before it is attached only its subnet is known. */
const attachmentStatus: Readonly<Record<string, string>> = {
  PROVISIONING: 'PRECREATED',
  PENDING: 'ATTACHING',
  DEPROVISIONING: 'DETACHING',
  STOPPED: 'DELETED',
  DELETED: 'DELETED',
};

/** The attachment as DescribeTasks shows it: note `privateIPv4Address`, spelled unlike in networkInterfaces. */
export function attachmentOf(one: ElasticInterface, lastStatus: string): Attachment {
  const status = attachmentStatus[lastStatus] ?? 'ATTACHED';
  const details = [{ name: 'subnetId', value: one.subnetId }];
  if (status !== 'PRECREATED') {
    details.push({ name: 'networkInterfaceId', value: one.networkInterfaceId });
    details.push({ name: 'macAddress', value: one.macAddress });
    if (one.privateDnsName !== '') details.push({ name: 'privateDnsName', value: one.privateDnsName });
    details.push({ name: 'privateIPv4Address', value: one.address });
    if (one.ipv6Address !== undefined) details.push({ name: 'ipv6Address', value: one.ipv6Address });
  }
  return { id: one.attachmentId, type: 'ElasticNetworkInterface', status, details };
}

/** The interface as each container of the task shows it, once attached. */
export function interfacesOf(one: ElasticInterface, lastStatus: string): NetworkInterface[] {
  if (lastStatus === 'PROVISIONING' || lastStatus === 'PENDING') return [];
  const { attachmentId, address, ipv6Address } = one;
  return [{ attachmentId, privateIpv4Address: address, ...(ipv6Address === undefined ? {} : { ipv6Address }) }];
}
