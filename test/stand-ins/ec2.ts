import type {
  DescribeInstancesCommandInput,
  DescribeNetworkInterfacesCommandInput,
  DescribeSubnetsCommandInput,
} from '@aws-sdk/client-ec2';
import { Instances, type NewInstance } from './ec2/instances.ts';
import { NetworkInterfaces, type NewNetworkInterface } from './ec2/network-interfaces.ts';
import { EC2_SERVED } from './ec2/served.ts';
import { type NewSubnet, Subnets } from './ec2/subnets.ts';
import { servedOnly } from './served.ts';
import { type Service, ServiceFault } from './service.ts';
import { tokenBucket } from './token-bucket.ts';

export type { NewInstance } from './ec2/instances.ts';
export type { NewNetworkInterface } from './ec2/network-interfaces.ts';
export type { NewSubnet } from './ec2/subnets.ts';

export interface Ec2Options {
  /** Milliseconds since the epoch, never running backwards. */
  readonly now: () => number;
  readonly region: string;
  /** Twelve digits. */
  readonly accountId: string;
  /** Whether calls spend from token buckets as in a real account; off unless given. */
  readonly throttle?: boolean;
  /** Whether the account hides what services manage, unless it is asked for; off unless given. */
  readonly hidesManaged?: boolean;
}

/** The side of EC2 that no client sees. */
export interface Ec2Admin {
  /**
   * Makes or replaces an instance, with one interface `eni-<digits of the id>` where it has an address.
   *
   * @param id `i-` and 8 or 17 hexadecimal digits
   * @throws ServiceFault InvalidInstanceID.Malformed for any other
   */
  putInstance(id: string, spec: NewInstance): void;
  /** Takes its address away at once; it lingers as `terminated` for an hour. @throws ServiceFault for an unknown one */
  terminate(id: string): void;
  /** Makes or replaces an interface, e.g. of an awsvpc task or one that has taken over an address. */
  putNetworkInterface(id: string, spec: NewNetworkInterface): void;
  removeNetworkInterface(id: string): void;
  /** Makes or replaces a subnet; those of instances, and the default one, are there already. */
  putSubnet(id: string, spec: NewSubnet): void;
}

/** EC2 for SDK clients, with the side that no client sees. */
export interface Ec2StandIn extends Service {
  readonly signingName: 'ec2';
  readonly admin: Ec2Admin;
}

/** Where everything is that nobody has placed. */
export const DEFAULT_SUBNET = 'subnet-00000000000000000';
export const DEFAULT_VPC = 'vpc-00000000000000000';

/** Request throttling of the EC2 API, per action: filtered or paginated calls, and those that are neither. */
const selectiveBucket = { capacity: 100, refillPerSecond: 20 };
const plainBucket = { capacity: 50, refillPerSecond: 10 };

/**
 * Amazon EC2 as far as one needs it to find the address of a host, obeying the laws of the real one
 * (test/laws/ec2.test.ts). Needs no timer: all follows from the clock given and the calls made.
 *
 * The answers are the stand-in's own objects: copy before changing anything.
 */
export function ec2StandIn(options: Ec2Options): Ec2StandIn {
  const { now, region, accountId, throttle = false, hidesManaged = false } = options;
  const interfaces = new NetworkInterfaces(accountId, hidesManaged);
  const subnets = new Subnets({ region, accountId });
  subnets.put(DEFAULT_SUBNET, { vpcId: DEFAULT_VPC });
  const instances = new Instances({ region, now, interfaces, subnets, hidesManaged });
  const gate = throttle ? () => throttleOf(now) : () => () => undefined;
  const [instancesGate, interfacesGate, subnetsGate] = [gate(), gate(), gate()];
  return {
    signingName: 'ec2',
    served: EC2_SERVED,
    operations: servedOnly(
      {
        DescribeInstances: (input: DescribeInstancesCommandInput) => {
          instancesGate(input);
          return instances.describe(input);
        },
        DescribeNetworkInterfaces: (input: DescribeNetworkInterfacesCommandInput) => {
          interfacesGate(input);
          return interfaces.describe(input);
        },
        DescribeSubnets: (input: DescribeSubnetsCommandInput) => {
          subnetsGate(input);
          return subnets.describe(input);
        },
      },
      EC2_SERVED,
      (message) => new ServiceFault('InvalidParameter', message),
    ),
    admin: {
      putInstance: (id, spec) => instances.put(id, spec),
      terminate: (id) => instances.terminate(id),
      putNetworkInterface: (id, spec) => void interfaces.put(id, spec),
      removeNetworkInterface: (id) => interfaces.remove(id),
      putSubnet: (id, spec) => subnets.put(id, spec),
    },
  };
}

/** The buckets of one action. @throws ServiceFault RequestLimitExceeded from what it gives */
function throttleOf(now: () => number): (input: DescribeInstancesCommandInput) => void {
  const selective = tokenBucket(selectiveBucket, now);
  const plain = tokenBucket(plainBucket, now);
  return ({ Filters = [], MaxResults, NextToken }) => {
    const bucket = Filters.length > 0 || MaxResults !== undefined || NextToken !== undefined ? selective : plain;
    if (!bucket.take()) throw new ServiceFault('RequestLimitExceeded', 'Request limit exceeded.', { statusCode: 503 });
  };
}
