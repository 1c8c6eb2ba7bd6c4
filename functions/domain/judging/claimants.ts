import { normalSrv } from '../dns/srv.ts';
import { type Candidate, type EndpointKey, endpointKey } from '../ecs/claim.ts';
import type { Judged, WithEndpoint } from '../health/judged.ts';

/**
 * Who claims which endpoint, the best first, one a task: several declarations of one name on one port are one value, and
 * the newest passing task has it.
 */
export function claimants(candidates: readonly Judged[]): ReadonlyMap<EndpointKey, readonly WithEndpoint[]> {
  const claims = Map.groupBy(candidates.flatMap(withEndpoint), ({ candidate }) => endpointKey(candidate.endpoint));
  return new Map(
    [...claims].map(([key, all]) => {
      const best = Map.groupBy(all.sort(byPrecedence), ({ candidate }) => candidate.task);
      return [key, [...best.values()].flatMap((own) => own.slice(0, 1))];
    }),
  );
}

function withEndpoint({ candidate, verdict, ...probed }: Judged): readonly WithEndpoint[] {
  const { endpoint } = candidate;
  return endpoint && verdict ? [{ ...probed, candidate: { ...candidate, endpoint }, verdict }] : [];
}

function byPrecedence(one: WithEndpoint, other: WithEndpoint): number {
  const passing = Number(other.verdict.state === 'passing') - Number(one.verdict.state === 'passing');
  if (passing !== 0) return passing;
  const newer = (other.candidate.startedAt ?? 0) - (one.candidate.startedAt ?? 0);
  if (newer !== 0) return newer;
  return orderOf(one.candidate) < orderOf(other.candidate) ? -1 : 1;
}

/** Any order will do, as long as it does not depend on the order in which ECS lists things. */
export const orderOf = ({ task, endpoint, container, containerPort }: Candidate) =>
  `${task} ${endpoint ? normalSrv(endpoint) : ''} ${container} ${containerPort ?? ''}`;
