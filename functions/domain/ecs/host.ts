import type { Host } from './task.ts';

/** A container instance and its machine, as ECS and EC2 show them. */
export interface SeenHost {
  /** `ACTIVE`, `DRAINING`, `INACTIVE`, …, or `missing` where ECS does not know it (any more). */
  readonly status: string;
  readonly ec2Instance?: string;
  /** State of the EC2 instance; undefined where EC2 does not show it. */
  readonly machine?: string;
}

/** Nothing runs on an instance in one of these states, or will soon (EC2 API model, InstanceStateName). */
const ENDED = new Set(['shutting-down', 'terminated', 'stopping', 'stopped']);

/** A machine of ECS Anywhere: Systems Manager manages it, EC2 does not know it. */
export const isExternal = (machine: string | undefined): boolean => machine?.startsWith('mi-') === true;

/** Whether EC2 says that an instance has stopped or is about to: what ran there is gone. */
export const hasEnded = (machine: string | undefined): boolean => machine !== undefined && ENDED.has(machine);

/**
 * Whether a host still stands.
 *
 * | ECS says                    | EC2 says                                          | state     |
 * | --------------------------- | ------------------------------------------------- | --------- |
 * | INACTIVE                    | anything                                          | `gone`    |
 * | anything                    | stopping, stopped, shutting down, terminated      | `gone`    |
 * | it knows no such one        | anything else                                     | `unknown` |
 * | an EC2 instance             | nothing                                           | `unknown` |
 * | anything else               | anything else, nothing of an External instance    | `live`    |
 */
export function hostState({ status, ec2Instance, machine }: SeenHost): Host['state'] {
  if (status === 'INACTIVE' || hasEnded(machine)) return 'gone';
  const unseen = ec2Instance?.startsWith('i-') === true && machine === undefined;
  return status === 'missing' || unseen ? 'unknown' : 'live';
}
