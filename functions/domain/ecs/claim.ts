import { addressValue } from '../dns/address-name.ts';
import type { Srv } from '../dns/srv.ts';
import type { Colour, LeftOutReason } from '../words/reason.ts';
import type { Check } from './check.ts';
import type { ContainerHealth } from './task.ts';

/** One declared port of one task: an endpoint that could be published, or the reason why not. */
export interface Claim {
  /** Fully qualified and normalized; where the declaration claims no name (`claimsName`), a text, printable and bounded. */
  readonly name: string;
  readonly task: string;
  readonly cluster: string;
  readonly container: string;
  readonly containerPort?: number;
  readonly protocol?: 'tcp' | 'udp';
  readonly containerInstance?: string;
  readonly ec2Instance?: string;
  /** Its own interface holds the address: the task is observed by itself, not with its host. */
  readonly awsvpc: boolean;
  /** It declares that its public address is published. */
  readonly atPublic?: true;
  readonly networkInterface?: string;
  /** That of the task's own interface. */
  readonly vpc?: string;
  /** Name of the service whose task it is: ECS replaces it when it stops. */
  readonly service?: string;
  /** The deployment that has started it; of services only, and only where deployments are shifted by DNS. */
  readonly startedBy?: string;
  /** While a deployment of its service is under way; absent: it serves, whatever its revision. */
  readonly shift?: Shift;
  /** ECS has lost touch with its task. */
  readonly disconnected?: true;
  /** Its host drains: ECS is going to stop its task there, or starts nothing more beside it. */
  readonly hostDrains?: true;
  /** Milliseconds since the epoch. */
  readonly startedAt?: number;
  readonly endpoint?: Endpoint;
  readonly leftOut?: WhyLeftOut;
  /** Only where the container has a health check of its own. */
  readonly containerHealth?: ContainerHealth;
  /** ECS calls the task UNHEALTHY, for whatever container of it. */
  readonly taskUnhealthy?: true;
  readonly check?: Check;
  /** Seconds that an answer with it may be cached, where it declares that. */
  readonly ttl?: number;
  /** Until when a new instance may be not ready without being called unhealthy, in milliseconds since the epoch. */
  readonly graceEndsAt?: number;
}

/** What a deployment of its service says of an instance. */
export interface Shift {
  /** `none`: its revision is not to serve. `unknown`: nobody can tell, so that it neither enters nor leaves. */
  readonly share: 'none' | 'unknown' | 'all';
  /** ARN of the service: whose instances are judged together within a name. */
  readonly service: string;
  /** How many tasks of those that serve are wanted, where ECS tells. */
  readonly requested?: number;
  /** It stands under the test name, which it leaves without condition. */
  readonly isTest?: true;
  /** The name that its task declares, where it stands under the test name. */
  readonly declared?: string;
  /** ARN of the deployment. */
  readonly deployment?: string;
  readonly direction?: 'forward' | 'back';
  /** For people: where the deployment stands, or why nobody can tell. */
  readonly state?: string;
  /** What ECS says of the deployment. */
  readonly status?: string;
  readonly stage?: string;
  readonly colour?: Colour;
}

/** Whether it stands for an instance under the name at which its revision is tested. */
export const isOfTest = ({ shift }: { readonly shift?: Shift }): boolean => shift?.isTest === true;

/** Why a declared port has no endpoint. */
export interface WhyLeftOut {
  readonly reason: LeftOutReason;
  readonly detail?: string;
  /** ECS stops the whole task: that counts for each of its declarations. */
  readonly taskStops?: true;
  /** Where one that stops was, as far as ECS still shows it: another task may claim what stands there. */
  readonly at?: EndpointKey;
  /** It runs or has run somewhere, but the answers do not tell where: whatever nobody else accounts for may be its. */
  readonly unplaced?: true;
}

/** Where one instance serves, with the SRV value that publishes it. */
export interface Endpoint extends Omit<Srv, 'spelled'> {
  /** That of its target; canonical where it is one of IPv6. */
  readonly address: string;
  /** The IPv6 address that its target answers with as well; only where both families are published. */
  readonly address6?: string;
  /** Where it is probed, from inside the VPC, if that is another address: its private one beside a public `address`. */
  readonly probeAt?: string;
  readonly vpc?: string;
  /** Under an address name, where DNS has no port (`port` is 0): the one that it serves at. */
  readonly servesAt?: number;
}

/** The value that publishes an endpoint. */
export const srvOf = ({ priority, weight, port, target, address, servesAt }: Endpoint): Srv =>
  servesAt === undefined ? { priority, weight, port, target } : addressValue(address, target);

/** The port at which an endpoint is reached. */
export const portOf = ({ port, servesAt }: Pick<Endpoint, 'port' | 'servesAt'>): number => servesAt ?? port;

/** Identifies a value of ours under its name, whatever its priority and weight: `<target>:<port>`; port 0 at an address name. */
export type EndpointKey = string;
export const endpointKey = ({ target, port }: { readonly target: string; readonly port: number }): EndpointKey =>
  `${target}:${port}`;
