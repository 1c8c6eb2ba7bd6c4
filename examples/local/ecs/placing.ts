import type { Task } from '@aws-sdk/client-ecs';
import type { Host } from './hosts.ts';

/** Each task is a process of some 50 MB: a host takes no more than these. */
const MOST_TASKS = 20;

interface Places {
  /** Those that there are when it is asked. */
  readonly hosts: readonly Host[];
  readonly task: (arn: string) => Task;
  /** Whether it takes tasks at all. */
  readonly isOpen: (host: Host) => boolean;
}

/**
 * Chooses the host of one more task: the one with the fewest tasks of the service, and among such the one with the
 * fewest of all. Of the arguments the first holds every task that stays, the second those of the service; ARNs.
 *
 * @returns undefined where no host takes one
 */
export function placing({ hosts, task, isOpen }: Places) {
  return (all: readonly string[], own: readonly string[]): Host | undefined => {
    const on = (arns: readonly string[], { containerInstance }: Host): number =>
      arns.filter((arn) => task(arn).containerInstanceArn === containerInstance).length;
    return hosts
      .filter((host) => isOpen(host) && on(all, host) < MOST_TASKS)
      .toSorted((one, other) => on(own, one) - on(own, other) || on(all, one) - on(all, other))[0];
  };
}
