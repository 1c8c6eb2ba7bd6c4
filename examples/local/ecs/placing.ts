import type { Task } from '@aws-sdk/client-ecs';
import type { Host } from './hosts.ts';

/** Each task is a process of some 50 MB: a host takes no more than these. */
const MOST_TASKS = 20;

/**
 * Chooses the host of one more task: the one with the fewest tasks of the service, and among such the one with the
 * fewest of all. Of the arguments the first holds every task that stays, the second those of the service; ARNs.
 *
 * @returns undefined where every host is full
 */
export function placing(hosts: readonly Host[], task: (arn: string) => Task) {
  return (all: readonly string[], own: readonly string[]): Host | undefined => {
    const on = (arns: readonly string[], { containerInstance }: Host): number =>
      arns.filter((arn) => task(arn).containerInstanceArn === containerInstance).length;
    return hosts
      .filter((host) => on(all, host) < MOST_TASKS)
      .toSorted((one, other) => on(own, one) - on(own, other) || on(all, one) - on(all, other))[0];
  };
}
