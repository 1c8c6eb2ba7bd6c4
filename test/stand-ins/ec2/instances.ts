import type {
  DescribeInstancesCommandInput,
  Instance,
  InstanceNetworkInterface,
  InstanceStateName,
  NetworkInterface,
} from '@aws-sdk/client-ec2';
import { ServiceFault } from '../service.ts';
import { type FilterFields, matcher, pageOf } from './describe.ts';
import { isShown, operatorOf } from './managed.ts';
import type { NetworkInterfaces } from './network-interfaces.ts';
import type { Subnets } from './subnets.ts';

/** An instance as a test gives it. */
export interface NewInstance {
  /** Absent where it has none yet. */
  readonly privateIpAddress?: string;
  readonly vpcId?: string;
  readonly subnetId?: string;
  /** `running` unless given. */
  readonly state?: Exclude<InstanceStateName, 'terminated'>;
  readonly ipv6Address?: string;
  /** An Elastic IP, or lent until it stops. */
  readonly publicIp?: string;
  readonly availabilityZone?: string;
  /** The service that manages it, e.g. `ecs.amazonaws.com` for ECS Managed Instances. */
  readonly managedBy?: string;
}

/** Terminated instances stay visible for about an hour, in ms. */
const lingerMs = 3_600_000;

/** Most ids of one call. */
const mostIds = 1000;

const stateCodes: Readonly<Record<InstanceStateName, number>> = {
  pending: 0,
  running: 16,
  'shutting-down': 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
};

const fields: FilterFields<Instance> = {
  'instance-id': ({ InstanceId }) => [InstanceId],
  'private-ip-address': ({ PrivateIpAddress }) => [PrivateIpAddress],
  'vpc-id': ({ VpcId }) => [VpcId],
  'subnet-id': ({ SubnetId }) => [SubnetId],
  'instance-state-name': ({ State }) => [State?.Name],
};

interface Known {
  readonly instance: Instance;
  readonly terminatedAt?: number;
}

/** What instances depend on. */
export interface InstancesOf {
  readonly region: string;
  readonly now: () => number;
  readonly interfaces: NetworkInterfaces;
  readonly subnets: Subnets;
  /** Whether the account hides what services manage. */
  readonly hidesManaged: boolean;
}

/** The instances of one account and Region. */
export class Instances {
  readonly #of: InstancesOf;
  readonly #instances = new Map<string, Known>();

  constructor(of: InstancesOf) {
    this.#of = of;
  }

  put(id: string, spec: NewInstance): void {
    if (!isWellFormed(id)) throw malformed(id);
    const { privateIpAddress, state = 'running', vpcId = 'vpc-00000000000000000' } = spec;
    const { subnetId = 'subnet-00000000000000000', ipv6Address, publicIp, managedBy } = spec;
    if (spec.subnetId !== undefined) this.#of.subnets.put(subnetId, { vpcId });
    const place = { vpcId, subnetId, ...(ipv6Address === undefined ? {} : { ipv6Address }) };
    const primary =
      privateIpAddress === undefined
        ? undefined
        : this.#of.interfaces.put(primaryInterface(id), {
            ...place,
            privateIpAddresses: [privateIpAddress],
            ...(publicIp !== undefined && { publicIp }),
            instanceId: id,
            description: 'Primary network interface',
            ...(managedBy !== undefined && { managedBy }),
          });
    if (!primary) this.#of.interfaces.remove(primaryInterface(id));
    const instance: Instance = {
      InstanceId: id,
      State: stateOf(state),
      PrivateIpAddress: privateIpAddress,
      PrivateDnsName: privateIpAddress === undefined ? '' : this.#dnsName(privateIpAddress),
      VpcId: vpcId,
      SubnetId: subnetId,
      Ipv6Address: ipv6Address,
      ...(publicIp !== undefined && { PublicIpAddress: publicIp }),
      NetworkInterfaces: primary ? [ofInstance(primary)] : [],
      Placement: { AvailabilityZone: spec.availabilityZone ?? `${this.#of.region}a` },
      InstanceType: 'm7g.large',
      Operator: operatorOf(managedBy, this.#of.hidesManaged),
      LaunchTime: this.#instances.get(id)?.instance.LaunchTime ?? new Date(this.#of.now()),
    };
    this.#instances.set(id, { instance });
  }

  /** Its address, network and VPC are gone; the instance lingers for an hour. */
  terminate(id: string): void {
    const known = this.#find(id);
    if (!known) throw notFound([id]);
    const { InstanceId, Placement, InstanceType, LaunchTime, Operator } = known.instance;
    const State = stateOf('terminated');
    const instance: Instance = {
      InstanceId,
      Placement,
      InstanceType,
      LaunchTime,
      Operator,
      State,
      PrivateDnsName: '',
      NetworkInterfaces: [],
    };
    this.#instances.set(id, { instance, terminatedAt: this.#of.now() });
    this.#of.interfaces.remove(primaryInterface(id));
  }

  describe(input: DescribeInstancesCommandInput) {
    const { InstanceIds: ids = [], Filters = [], MaxResults, NextToken } = input;
    const [isWanted, shown] = [matcher(Filters, fields), isShown(input)];
    const selection = { ids, idsName: 'instancesSet', maxResults: MaxResults, nextToken: NextToken };
    const { page, ...rest } = pageOf(() => this.#asked(ids).filter((one) => isWanted(one) && shown(one)), selection);
    return {
      Reservations: page.map((instance) => ({
        ReservationId: `r-${instance.InstanceId?.slice(2)}`,
        Groups: [],
        Instances: [instance],
      })),
      ...rest,
    };
  }

  /** All or nothing: one id that is wrong or unknown, and the call gives nothing. */
  #asked(ids: readonly string[]): Instance[] {
    if (ids.length === 0) {
      return [...this.#instances.keys()].map((id) => this.#find(id)?.instance).filter((one) => one !== undefined);
    }
    if (ids.length > mostIds) {
      const message = `${ids.length} exceeds the maximum number of instance IDs that can be specified (${mostIds}).`;
      throw new ServiceFault('InvalidRequest', message);
    }
    const wrong = ids.find((id) => !isWellFormed(id));
    if (wrong !== undefined) throw malformed(wrong);
    const unknown = ids.filter((id) => !this.#find(id));
    if (unknown.length > 0) throw notFound(unknown);
    return [...new Set(ids)].map((id) => this.#find(id)?.instance).filter((one) => one !== undefined);
  }

  #find(id: string): Known | undefined {
    const known = this.#instances.get(id);
    if (known?.terminatedAt !== undefined && known.terminatedAt + lingerMs <= this.#of.now()) return undefined;
    return known;
  }

  #dnsName(address: string): string {
    const domain = this.#of.region === 'us-east-1' ? 'ec2.internal' : `${this.#of.region}.compute.internal`;
    return `ip-${address.replaceAll('.', '-')}.${domain}`;
  }
}

/** As its instance shows an interface: the attachment does not say to what. */
function ofInstance({ Attachment, ...rest }: NetworkInterface): InstanceNetworkInterface {
  const { InstanceId: _, InstanceOwnerId: __, ...attachment } = Attachment ?? {};
  return { ...rest, InterfaceType: 'interface', Attachment: attachment };
}

const isWellFormed = (id: string): boolean => /^i-([\da-f]{8}|[\da-f]{17})$/.test(id);

const stateOf = (name: InstanceStateName) => ({ Code: stateCodes[name], Name: name });

const primaryInterface = (id: string): string => `eni-${id.slice(2)}`;

const malformed = (id: string): ServiceFault => new ServiceFault('InvalidInstanceID.Malformed', `Invalid id: "${id}"`);

function notFound(ids: readonly string[]): ServiceFault {
  const what = ids.length === 1 ? `instance ID '${ids[0]}' does` : `instance IDs '${ids.join(', ')}' do`;
  return new ServiceFault('InvalidInstanceID.NotFound', `The ${what} not exist`);
}
