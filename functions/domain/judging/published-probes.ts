import { type EndpointKey, endpointKey } from '../ecs/claim.ts';
import type { Reading } from '../reading/reading.ts';

/**
 * What the probes of published instances say, all names together.
 *
 * @param names each with the endpoints of ours that stand there
 */
export function countPublishedProbes(
  { judged }: Reading,
  names: readonly { readonly name: string; readonly ours: readonly { readonly key: EndpointKey }[] }[],
) {
  const published = new Map(names.map(({ name, ours }) => [name, new Set(ours.map(({ key }) => key))]));
  const probes = judged.flatMap(({ claim: { name, endpoint }, probe }) =>
    endpoint && probe && probe.state !== 'unprobed' && published.get(name)?.has(endpointKey(endpoint)) ? [probe] : [],
  );
  return { probed: probes.length, failing: probes.filter(({ state }) => state === 'failing').length };
}
