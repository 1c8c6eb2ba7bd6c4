import { addressOf, isIpv6, type Naming } from '../dns/ownership.ts';
import type { Judged } from '../health/judged.ts';
import { type PermittedRemoval, permitsOf } from './permitted.ts';
import type { TaskFate } from './reading.ts';
import type { StandingEntry } from './standing-entries.ts';

/** The published address of an awsvpc task that has stopped, or is about to, or whose value is to leave for another reason. */
export interface LeavingAddress {
  readonly task: string;
  readonly address: string;
  /** It is a public one, which one interface of all VPCs can have. */
  readonly atPublic?: true;
  /** The task's own. */
  readonly networkInterface?: string | undefined;
  /** One of them tells the VPC, where anything does. */
  readonly vpc?: string | undefined;
  readonly subnet?: string | undefined;
}

export function leavingAddresses(
  entries: readonly StandingEntry[],
  {
    tasks,
    subnets,
  }: { readonly tasks: Readonly<Record<string, TaskFate>>; readonly subnets: Readonly<Record<string, string>> },
  {
    judged,
    naming,
    permitted,
  }: {
    readonly judged: readonly Judged[];
    readonly naming: Naming;
    /** Slices: what their full plan has decided. */
    readonly permitted?: readonly PermittedRemoval[];
  },
): readonly LeavingAddress[] {
  const stopping = new Map(
    judged.flatMap(({ claim }) => (claim.leftOut?.reason === 'stopping' ? [[claim.task, claim.vpc] as const] : [])),
  );
  const permits = permitsOf(permitted);
  return entries.flatMap(({ name, key, target, entry: { task, awsvpc, networkInterface, atPublic } }) => {
    const address = addressOf(target, naming);
    const decided = permits.get(name)?.some((one) => one.key === key && one.task === task) === true;
    const leaves = awsvpc && (tasks[task] === 'stopped' || stopping.has(task) || decided);
    return leaves && address !== undefined
      ? [
          atPublic && !isIpv6(address)
            ? { task, address, networkInterface, atPublic }
            : { task, address, networkInterface, vpc: stopping.get(task), subnet: subnets[task] },
        ]
      : [];
  });
}

/**
 * Tasks whose address another interface of their VPC holds by now (address reuse); where a VPC is not known, any does.
 *
 * @param holders of the addresses, by address
 * @param vpcs by subnet
 */
export function reusedBy(
  leaving: readonly LeavingAddress[],
  holders: ReadonlyMap<string, readonly { readonly networkInterface: string; readonly vpc?: string }[]>,
  vpcs: ReadonlyMap<string, string>,
): readonly string[] {
  const taken = leaving.filter(({ address, networkInterface, subnet, ...own }) => {
    const vpc = own.vpc ?? vpcs.get(subnet ?? '');
    return (holders.get(address) ?? []).some(
      (one) =>
        one.networkInterface !== networkInterface && (vpc === undefined || one.vpc === undefined || one.vpc === vpc),
    );
  });
  return taken.map(({ task }) => task);
}
