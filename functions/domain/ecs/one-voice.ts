import { claimsName } from '../words/reason.ts';
import { covers } from './binding.ts';
import type { Claim } from './claim.ts';
import type { ContainerDefinition, ContainerHealth, NetworkMode, TaskDefinition } from './task.ts';

/**
 * One claim for each endpoint that several containers of a task claim: they share one address and one port in these
 * network modes, and often one environment (an init container, a log router), so that only some of them mean it.
 *
 * | of the containers that declare the port under the name | speak for the endpoint |
 * | ------------------------------------------------------ | ---------------------- |
 * | some map the port                                      | those that map it      |
 * | none maps it                                           | all of them            |
 *
 * | of those that speak                  | the endpoint                                     |
 * | ------------------------------------ | ------------------------------------------------ |
 * | one runs                             | is there; the last to stop takes it along        |
 * | several have a health check          | is as healthy as the worst of them               |
 * | some have no check of their own      | these have no say                                |
 * | several declare a TTL                | the lowest counts                                |
 *
 * In bridge mode each container has host ports of its own, so each speaks for itself. What is ignored, or cannot be read,
 * claims nothing.
 */
export function oneVoice(
  claims: readonly Claim[],
  { networkMode, containers }: Pick<TaskDefinition, 'networkMode' | 'containers'>,
): readonly Claim[] {
  if (!SHARED.has(networkMode)) return claims;
  const definitions = new Map(containers.map((container) => [container.name, container]));
  const groups = Map.groupBy(claims, (one) => (claimsEndpoint(one) ? `${one.name} ${one.containerPort}` : one));
  return [...groups.values()].flatMap((all) => {
    const mapping = all.filter(({ container, containerPort }) => maps(definitions.get(container), containerPort));
    return join(mapping.length > 0 ? mapping : all);
  });
}

const SHARED = new Set<NetworkMode>(['host', 'awsvpc']);

/**
 * The container whose status and health count for a port that `container` declares: where containers share the ports of
 * their task the one that maps it, whatever that declares itself, since it is what listens there.
 */
export function speakerOf(
  container: ContainerDefinition,
  port: number,
  { networkMode, containers }: Pick<TaskDefinition, 'networkMode' | 'containers'>,
): ContainerDefinition {
  if (!SHARED.has(networkMode) || maps(container, port)) return container;
  return containers.find((one) => maps(one, port)) ?? container;
}

const claimsEndpoint = (one: Claim) =>
  one.containerPort !== undefined && claimsName(one) && one.leftOut?.reason !== 'ignored';

function maps(container: ContainerDefinition | undefined, port: number | undefined): boolean {
  return port !== undefined && container?.portMappings.some((mapping) => covers(mapping, port)) === true;
}

/** The claim is always that of the first, whoever of them runs: who has published a value does not change in a task's life. */
function join(speaking: readonly Claim[]): readonly Claim[] {
  const [first] = speaking;
  if (!first || speaking.length === 1) return speaking;
  const standing =
    speaking.find(({ endpoint }) => endpoint) ??
    speaking.find(({ leftOut }) => leftOut?.reason !== 'stopping') ??
    first;
  const health = worst(speaking.flatMap(({ containerHealth }) => containerHealth ?? []));
  const check = speaking.find((one) => one.check)?.check;
  const ttls = speaking.flatMap(({ ttl }) => ttl ?? []);
  const graces = speaking.flatMap(({ graceEndsAt }) => graceEndsAt ?? []);
  return [
    {
      ...standing,
      container: first.container,
      ...(health && { containerHealth: health }),
      ...(check && { check }),
      ...(ttls.length > 0 && { ttl: Math.min(...ttls) }),
      ...(graces.length > 0 && { graceEndsAt: Math.max(...graces) }),
    },
  ];
}

const WORST_FIRST: readonly ContainerHealth[] = ['UNHEALTHY', 'UNKNOWN', 'HEALTHY'];
const worst = (all: readonly ContainerHealth[]) => WORST_FIRST.find((health) => all.includes(health));
