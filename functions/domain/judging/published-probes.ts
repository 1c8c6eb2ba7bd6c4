import { type EndpointKey, endpointKey } from '../ecs/claim.ts';
import type { Reading } from '../reading/reading.ts';

/**
 * What the probes of published instances say, all names together.
 *
 * @param ours the endpoints that stand in the zone, by owner name
 */
export function countPublishedProbes(
  { judged }: Reading,
  ours: ReadonlyMap<string, readonly { readonly key: EndpointKey }[]>,
) {
  const published = new Set([...ours].flatMap(([name, values]) => values.map(({ key }) => `${name} ${key}`)));
  const probes = judged.flatMap(({ candidate: { name, endpoint }, probe }) =>
    endpoint && probe && probe.state !== 'unprobed' && published.has(`${name} ${endpointKey(endpoint)}`) ? [probe] : [],
  );
  return { probed: probes.length, failing: probes.filter(({ state }) => state === 'failing').length };
}
