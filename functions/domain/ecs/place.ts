import { type Naming, targetOf } from '../dns/ownership.ts';
import { boundAt } from './binding.ts';
import { endpointKey, type WhyLeftOut } from './claim.ts';
import type { Declaration } from './declaration.ts';
import { isExternal } from './host.ts';
import type { ContainerDefinition, Host, Task, TaskContainer, TaskDefinition } from './task.ts';

export interface Placement {
  readonly container: ContainerDefinition;
  readonly running: TaskContainer | undefined;
  readonly declaration: Declaration;
  readonly mode: TaskDefinition['networkMode'];
}

/** The value that stands for a place, but for its weights; in that of an address name there is no port. */
export const valueAt = (
  { address, port }: { readonly address: string; readonly port: number },
  { byAddress }: Pick<Declaration, 'byAddress'>,
  naming: Naming,
): { readonly target: string; readonly port: number; readonly servesAt?: number } => {
  const target = targetOf(address, naming);
  return byAddress ? { target, port: 0, servesAt: port } : { target, port };
};

export function whereItWas(
  place: ReturnType<typeof placeOf>,
  declaration: Declaration,
  naming: Naming,
): Pick<WhyLeftOut, 'at'> {
  if (!place || 'unreachable' in place || place.address === undefined) return {};
  return { at: endpointKey(valueAt({ ...place, address: place.address }, declaration, naming)) };
}

export interface Place {
  readonly port: number;
  readonly address: string | undefined;
  readonly vpc: string | undefined;
}

/** Where a running container serves a port; undefined where nothing is bound. */
export function placeOf(
  { declaration, running, mode }: Placement,
  { networkInterface }: Task,
  host: Host | undefined,
): Place | { readonly unreachable: string } | undefined {
  const port = declaration.containerPort;
  if (mode === 'none') return undefined;
  if (mode === 'awsvpc') return { port, address: networkInterface?.address, vpc: networkInterface?.vpc };
  if (mode === 'host') return { port, address: host?.address, vpc: host?.vpc };
  const bound = boundAt(declaration, running);
  return bound && 'port' in bound ? { address: host?.address, ...bound, vpc: host?.vpc } : bound;
}

export function noAddress(task: Task, mode: TaskDefinition['networkMode'], host: Host | undefined): string {
  if (mode === 'awsvpc') return 'the task has no network interface with an IPv4 address yet';
  if (task.containerInstance === undefined) return 'the task has no container instance';
  if (!host) return `container instance ${task.containerInstance} could not be read`;
  if (host.unasked) return `${host.ec2Instance} is of ECS Anywhere: only \`ecsAnywhere: true\` asks for its address`;
  if (isExternal(host.ec2Instance)) return `Systems Manager reports no IPv4 address for ${host.ec2Instance}`;
  return host.ec2Instance === undefined
    ? `container instance ${task.containerInstance} has no EC2 instance`
    : `EC2 reports no private IPv4 address for ${host.ec2Instance}`;
}
