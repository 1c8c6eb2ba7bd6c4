import { type Claim, portOf } from '../ecs/claim.ts';

/**
 * Claims that one probe answers for: a port with several names is one endpoint of one task, asked in the same way, so that its
 * names are judged alike and it is not asked once for each of them.
 *
 * @returns by the index of a claim the indexes of all that share its probe, the first one first; only where there are several
 */
export function sharedProbes(claims: readonly Claim[]): ReadonlyMap<number, readonly number[]> {
  const probed = claims.flatMap((claim, id) => (claim.endpoint && claim.check ? [{ id, claim }] : []));
  const places = Map.groupBy(probed, ({ claim: { task, endpoint } }) => `${task} ${placeOf(endpoint)}`);
  const shared = [...places.values()]
    .filter(({ length }) => length > 1)
    .flatMap((all) => [...Map.groupBy(all, ({ claim }) => JSON.stringify(claim.check)).values()])
    .filter(({ length }) => length > 1)
    .map((all) => all.map(({ id }) => id));
  return new Map(shared.flatMap((ids) => ids.map((id) => [id, ids] as const)));
}

const placeOf = (endpoint: Claim['endpoint']): string =>
  endpoint ? `${endpoint.probeAt ?? endpoint.address} ${endpoint.address6 ?? ''} ${portOf(endpoint)}` : '';
