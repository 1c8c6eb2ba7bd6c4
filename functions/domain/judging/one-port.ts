import { endpointKey, portOf } from '../ecs/claim.ts';
import type { Judged } from '../health/judged.ts';
import type { AbsenceFacts } from './absent.ts';
import type { NameView } from './judgement.ts';

/**
 * What claims an address name, all of it at one port: clients learn no port from DNS, so an instance that serves at another one
 * than the name is left out as `port-varies`.
 *
 * | of the name stands                             | its port                                                       |
 * | ---------------------------------------------- | -------------------------------------------------------------- |
 * | addresses whose port is remembered             | that of most of them: a newcomer does not change it; those whose task stops do not count |
 * | addresses of which nothing is remembered       | that of most instances which claim them                        |
 * | nothing                                        | that of most instances                                         |
 *
 * Where two are as frequent the lower one counts, so that the order of readings does not matter. An event run sees some of
 * the instances, so it goes by what stands, as every other run does.
 */
export function withOnePort(view: NameView, { taskFate }: Pick<AbsenceFacts, 'taskFate'>): readonly Judged[] {
  const { judged, ours, remembered } = view;
  const claimed = judged.flatMap(({ claim: { endpoint } }) =>
    endpoint ? [{ key: endpointKey(endpoint), port: portOf(endpoint) }] : [],
  );
  const ports = [...new Set(claimed.map(({ port }) => port))].sort((one, other) => one - other);
  const keys = new Set(ours.map(({ key }) => key));
  const stopping = new Set(judged.flatMap(({ claim: { leftOut, task } }) => (leftOut?.taskStops ? [task] : [])));
  const known = [...keys].flatMap((key) => {
    const { task = '', servesAt } = remembered.values[key] ?? {};
    return servesAt === undefined || stopping.has(task) || taskFate(task) === 'stopped' ? [] : [servesAt];
  });
  const standing = claimed.flatMap(({ key, port }) => (keys.has(key) ? [port] : []));
  const [its] = [known, standing, ports.length > 0 ? claimed.map(({ port }) => port) : []].flatMap(mostFrequent);
  if (its === undefined || ports.every((port) => port === its)) return judged;
  const seen = [...new Set([...ports, ...known])].sort((one, other) => one - other).join(', ');
  return judged.map((one): Judged => {
    const { claim } = one;
    if (!claim.endpoint || claim.leftOut || portOf(claim.endpoint) === its) return one;
    const detail = `it serves at port ${portOf(claim.endpoint)}, the name at ${its} (seen: ${seen})`;
    return { claim: { ...claim, leftOut: { reason: 'port-varies', detail } } };
  });
}

/** The most frequent number, the lowest of several; none of nothing. */
function mostFrequent(ports: readonly number[]): readonly number[] {
  const counts = [...Map.groupBy(ports, (port) => port)].map(([port, all]) => ({ port, count: all.length }));
  return counts
    .sort((one, other) => other.count - one.count || one.port - other.port)
    .slice(0, 1)
    .map(({ port }) => port);
}
