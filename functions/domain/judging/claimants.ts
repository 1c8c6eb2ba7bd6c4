import { normalSrv } from '../dns/srv.ts';
import { type Claim, type EndpointKey, endpointKey } from '../ecs/claim.ts';
import type { Judged, WithEndpoint } from '../health/judged.ts';

/**
 * Who claims which endpoint, the best first, one a task: several declarations of one name on one port are one value, and
 * the newest passing task has it.
 */
export function claimantsOf(judged: readonly Judged[]): ReadonlyMap<EndpointKey, readonly WithEndpoint[]> {
  const byKey = Map.groupBy(judged.flatMap(withEndpoint), ({ claim }) => endpointKey(claim.endpoint));
  return new Map(
    [...byKey].map(([key, all]) => {
      const best = Map.groupBy(all.sort(byPrecedence), ({ claim }) => claim.task);
      return [key, [...best.values()].flatMap((own) => own.slice(0, 1))];
    }),
  );
}

function withEndpoint({ claim, verdict, ...probed }: Judged): readonly WithEndpoint[] {
  const { endpoint } = claim;
  return endpoint && verdict ? [{ ...probed, claim: { ...claim, endpoint }, verdict }] : [];
}

function byPrecedence(one: WithEndpoint, other: WithEndpoint): number {
  const passing = Number(other.verdict.state === 'passing') - Number(one.verdict.state === 'passing');
  if (passing !== 0) return passing;
  const newer = (other.claim.startedAt ?? 0) - (one.claim.startedAt ?? 0);
  if (newer !== 0) return newer;
  return orderOf(one.claim) < orderOf(other.claim) ? -1 : 1;
}

/** Any order will do, as long as it does not depend on the order in which ECS lists things. */
export const orderOf = ({ task, endpoint, container, containerPort }: Claim) =>
  `${task} ${endpoint ? normalSrv(endpoint) : ''} ${container} ${containerPort ?? ''}`;
