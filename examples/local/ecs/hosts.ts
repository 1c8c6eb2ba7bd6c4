import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Cloud } from '../cloud/cloud.ts';
import { SUBNET_ID, VPC_ID } from '../cloud/zone.ts';

/** A host of a cluster: one loopback address of this machine. */
export interface Host {
  readonly address: string;
  /** `i-…` */
  readonly instanceId: string;
  /** ARN. */
  readonly containerInstance: string;
}

/** Hosts of one cluster. */
const HOSTS = 3;
const ONLY_ADDRESS = '127.0.0.1';

/**
 * The addresses of a cluster's hosts, `127.0.1.10` and on for the first cluster. Linux has all of 127.0.0.0/8; other
 * platforms only the first address, and with it one host.
 *
 * @param number of the cluster, from 1
 */
export async function hostAddresses(number: number): Promise<readonly string[]> {
  const addresses = Array.from({ length: HOSTS }, (_, index) => `127.0.${number}.${10 + index}`);
  const usable = await Promise.all(addresses.map(canListenOn));
  return usable.every(Boolean) ? addresses : [ONLY_ADDRESS];
}

/** Whether the machine has loopback addresses besides the first one. */
export const hasOwnAddresses = (hosts: readonly string[]): boolean => !hosts.includes(ONLY_ADDRESS);

async function canListenOn(address: string, port = 0): Promise<boolean> {
  return freePort(address, port).then(
    () => true,
    () => false,
  );
}

/** Addresses of tasks in a round of them, one of each process on this machine. */
const OWN_ADDRESSES = 254;

/**
 * Gives each task an address of its own, as its network interface would: `127.<number of the cluster>.<process>.1` and on. One
 * that has served comes last again, and one at which somebody listens is passed by.
 *
 * @param number of the cluster, from 1
 */
export function ownAddresses(number: number): (port: number) => Promise<string> {
  const network = `127.${number}.${process.pid % 256}`;
  let given = 0;
  return async (port) => {
    for (let tried = 0; tried < OWN_ADDRESSES; tried += 1) {
      given += 1;
      const address = `${network}.${((given - 1) % OWN_ADDRESSES) + 1}`;
      if (await canListenOn(address, port)) return address;
    }
    throw new Error(`port ${port} is free on no address of ${network}.0/24`);
  };
}

/** A port that is free on an address at the moment: that one, or any. */
export async function freePort(address: string, port = 0): Promise<number> {
  const server = createServer().listen(port, address);
  await once(server, 'listening');
  const bound = server.address();
  server.close();
  await once(server, 'close');
  if (bound === null || typeof bound === 'string') throw new Error(`no port on ${address}`);
  return bound.port;
}

/** An EC2 instance of that address, joined to the cluster. */
export function addHost({ ec2, ecs }: Cloud, cluster: string, address: string): Host {
  const instanceId = `i-${randomBytes(9).toString('hex').slice(0, 17)}`;
  ec2.admin.putInstance(instanceId, { privateIpAddress: address, vpcId: VPC_ID, subnetId: SUBNET_ID });
  const containerInstance = ecs.admin.registerContainerInstance({
    cluster,
    ec2InstanceId: instanceId,
    vpcId: VPC_ID,
    subnetId: SUBNET_ID,
  });
  return { address, instanceId, containerInstance };
}
