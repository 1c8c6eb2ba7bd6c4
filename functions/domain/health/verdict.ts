import type { ContainerHealth } from '../ecs/task.ts';

/**
 * What one probe, or one batch of them, found out about an endpoint; `cause` is for people only.
 *
 * `timeout`: no answer at all, as a security group makes it. `no-route`: the probe never left, since routes are missing or
 * the target is in another VPC, which says nothing of the target.
 */
export type ProbeVerdict =
  | { readonly state: 'passing' }
  | { readonly state: 'failing'; readonly cause: string; readonly kind?: 'timeout' }
  | { readonly state: 'unprobed'; readonly cause: string; readonly kind?: 'no-route' };

/** What the probes of both addresses of an endpoint say: it passes where both pass; else the worse of them speaks. */
export function joinFamilies(in4: ProbeVerdict, in6: ProbeVerdict): ProbeVerdict {
  const both = [
    { family: 'IPv4', verdict: in4 },
    { family: 'IPv6', verdict: in6 },
  ];
  for (const state of ['failing', 'unprobed']) {
    for (const { family, verdict } of both) {
      if (verdict.state !== state || verdict.state === 'passing') continue;
      return { ...verdict, cause: `over ${family}: ${verdict.cause}` };
    }
  }
  return { state: 'passing' };
}

/** Of an endpoint of a run that has more of them than it may probe. */
export const NO_ROOM = { state: 'unprobed', cause: 'this run has no room for its probe, its turn comes' } as const;

/** What all sources together say of an instance. */
export type Verdict =
  | { readonly state: 'passing'; readonly by: 'running' | 'check' }
  | { readonly state: 'failing'; readonly cause: string }
  | { readonly state: 'unknown'; readonly cause: string; readonly source: 'container' | 'probe' };

/**
 * Joins the container's own health (where it has a check) with our probe (where one is declared).
 *
 * | container health | probe    | verdict                          |
 * | ---------------- | -------- | -------------------------------- |
 * | no check         | no check | passing: RUNNING is enough       |
 * | UNHEALTHY        | any      | failing                          |
 * | any              | failing  | failing                          |
 * | UNKNOWN          | any else | unknown, nothing judged it yet   |
 * | any else         | unprobed | unknown, we could not look       |
 * | HEALTHY or none  | passing  | passing                          |
 * | HEALTHY          | no check | passing                          |
 */
export function joinVerdict(container: ContainerHealth | undefined, probe: ProbeVerdict | undefined): Verdict {
  if (container === 'UNHEALTHY') return { state: 'failing', cause: 'its container health check says UNHEALTHY' };
  if (probe?.state === 'failing') return { state: 'failing', cause: probe.cause };
  if (container === 'UNKNOWN') {
    return { state: 'unknown', cause: 'its container health check has not reported yet', source: 'container' };
  }
  if (probe?.state === 'unprobed') return { state: 'unknown', cause: probe.cause, source: 'probe' };
  return { state: 'passing', by: container === undefined && probe === undefined ? 'running' : 'check' };
}
