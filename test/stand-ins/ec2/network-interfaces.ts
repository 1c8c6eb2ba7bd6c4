import type { DescribeNetworkInterfacesCommandInput, NetworkInterface } from '@aws-sdk/client-ec2';
import { ServiceFault } from '../service.ts';
import { type FilterFields, matcher, pageOf } from './describe.ts';
import { isShown, operatorOf } from './managed.ts';

/** An interface as a test gives it. */
export interface NewNetworkInterface {
  /** The primary one first; at least one. */
  readonly privateIpAddresses: readonly string[];
  readonly ipv6Address?: string;
  /** The public one that leads to the primary address: of an Elastic IP, or lent. */
  readonly publicIp?: string;
  readonly vpcId?: string;
  readonly subnetId?: string;
  /** The instance that has it; none for an awsvpc task of Fargate. */
  readonly instanceId?: string;
  readonly description?: string;
  /** The service that manages it. */
  readonly managedBy?: string;
}

const fields: FilterFields<NetworkInterface> = {
  'addresses.private-ip-address': ({ PrivateIpAddresses = [] }) =>
    PrivateIpAddresses.map((one) => one.PrivateIpAddress),
  'ipv6-addresses.ipv6-address': ({ Ipv6Addresses = [] }) => Ipv6Addresses.map((one) => one.Ipv6Address),
  'association.public-ip': ({ Association }) => [Association?.PublicIp],
  'private-ip-address': ({ PrivateIpAddress }) => [PrivateIpAddress],
  'network-interface-id': ({ NetworkInterfaceId }) => [NetworkInterfaceId],
  'vpc-id': ({ VpcId }) => [VpcId],
  'subnet-id': ({ SubnetId }) => [SubnetId],
  status: ({ Status }) => [Status],
  'attachment.instance-id': ({ Attachment }) => [Attachment?.InstanceId],
};

/** The network interfaces of one account and Region. */
export class NetworkInterfaces {
  readonly #ownerId: string;
  readonly #hidesManaged: boolean;
  readonly #interfaces = new Map<string, NetworkInterface>();

  /**
   * @param ownerId account id, twelve digits
   * @param hidesManaged whether the account hides what services manage
   */
  constructor(ownerId: string, hidesManaged = false) {
    this.#ownerId = ownerId;
    this.#hidesManaged = hidesManaged;
  }

  put(id: string, spec: NewNetworkInterface): NetworkInterface {
    const [primary = ''] = spec.privateIpAddresses;
    const association = spec.publicIp !== undefined && {
      Association: { PublicIp: spec.publicIp, IpOwnerId: 'amazon' },
    };
    const one: NetworkInterface = {
      NetworkInterfaceId: id,
      OwnerId: this.#ownerId,
      Description: spec.description ?? '',
      InterfaceType: 'interface',
      Operator: operatorOf(spec.managedBy, this.#hidesManaged),
      Status: 'in-use',
      VpcId: spec.vpcId,
      SubnetId: spec.subnetId,
      ...association,
      PrivateIpAddress: primary,
      PrivateIpAddresses: spec.privateIpAddresses.map((address) => ({
        PrivateIpAddress: address,
        Primary: address === primary,
        ...(address === primary && association),
      })),
      Ipv6Addresses: spec.ipv6Address === undefined ? [] : [{ Ipv6Address: spec.ipv6Address }],
      Attachment: {
        Status: 'attached',
        DeviceIndex: 0,
        ...(spec.instanceId === undefined ? {} : { InstanceId: spec.instanceId }),
      },
    };
    this.#interfaces.set(id, one);
    return one;
  }

  remove(id: string): void {
    this.#interfaces.delete(id);
  }

  describe(input: DescribeNetworkInterfacesCommandInput) {
    const { NetworkInterfaceIds: ids = [], Filters = [], MaxResults, NextToken } = input;
    const [isWanted, shown] = [matcher(Filters, fields), isShown(input)];
    const selection = { ids, idsName: 'networkInterfaceIdSet', maxResults: MaxResults, nextToken: NextToken };
    const { page, ...rest } = pageOf(() => this.#asked(ids).filter((one) => isWanted(one) && shown(one)), selection);
    return { NetworkInterfaces: page, ...rest };
  }

  #asked(ids: readonly string[]): readonly NetworkInterface[] {
    if (ids.length === 0) return [...this.#interfaces.values()];
    return [...new Set(ids)].map((id) => {
      const found = this.#interfaces.get(id);
      if (found) return found;
      throw new ServiceFault('InvalidNetworkInterfaceID.NotFound', `The networkInterface ID '${id}' does not exist`);
    });
  }
}
