import { normalSrv } from '../dns/srv.ts';
import { type Claim, type EndpointKey, endpointKey } from '../ecs/claim.ts';
import type { Judged, WithEndpoint } from '../health/judged.ts';

/**
 * Who claims which endpoint, the best first, one a task: several declarations of one name on one port are one value, and
 * the newest passing task has it.
 */
export function claimantsOf(judged: readonly Judged[]): ReadonlyMap<EndpointKey, readonly WithEndpoint[]> {
  const byKey = Map.groupBy(judged.filter(isWithEndpoint), ({ claim }) => endpointKey(claim.endpoint));
  for (const [key, all] of byKey) {
    if (all.length === 1) continue;
    const best = Map.groupBy(all.sort(byPrecedence), ({ claim }) => claim.task);
    byKey.set(
      key,
      [...best.values()].flatMap((own) => own.slice(0, 1)),
    );
  }
  return byKey;
}

const isWithEndpoint = (one: Judged): one is WithEndpoint =>
  one.claim.endpoint !== undefined && one.verdict !== undefined;

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
