import { type EndpointKey, endpointKey } from '../ecs/claim.ts';
import type { Leaving, NameJudgement, Staying } from '../judging/judgement.ts';
import type { RememberedName, Sighting, Sightings } from '../reading/inventory.ts';
import type { NamePlan } from './name-plan.ts';

/** What a plan knows beside the name itself. */
export interface SightingContext {
  /** Our values at the name as they were read. */
  readonly ours: readonly { readonly key: EndpointKey }[] | undefined;
  readonly remembered: RememberedName | undefined;
  readonly listed: ReadonlySet<string>;
  /** Whether the tasks of a cluster were listed completely. */
  readonly isListed: (cluster: string) => boolean;
  /** Whether instances leave draining hosts, so that it counts which host drains. */
  readonly drains: boolean;
}

/** What a settled name teaches about its values: who is published, who was not listed, what stood in the zone. */
export function sightingsOf(
  { name, stays, leaves, leftOut }: NamePlan,
  judgement: NameJudgement | undefined,
  { ours = [], remembered, listed, isListed, drains }: SightingContext,
): Sightings {
  const inZone = [...new Set(ours.map(({ key }) => key))];
  const stopped = leaves.flatMap(stoppedKey);
  const entryAt = (key: EndpointKey) => remembered?.values[key];
  return {
    name,
    seen: stays.flatMap((one) => sighting(one, drains)),
    absent: (judgement?.absent ?? []).filter((key) => isListed(entryAt(key)?.cluster ?? '')),
    inZone,
    present: inZone.filter((key) => listed.has(entryAt(key)?.task ?? '')),
    ...(stopped.length > 0 && { stopped }),
    waiting: leftOut
      .flatMap(({ claim: { endpoint, task } }) => (endpoint ? [`${endpointKey(endpoint)} ${task}`] : []))
      .sort(),
  };
}

/** Where the task that is remembered of a value has stopped, and not another one that claims its endpoint. */
const stoppedKey = ({ key, reason, claim, entry }: Leaving): readonly EndpointKey[] =>
  reason === 'task-stopped' && entry && (!claim || claim.task === entry.task) ? [key] : [];

function sighting({ key, claim, reason }: Staying, drains: boolean): readonly Sighting[] {
  if (!claim) return [];
  const {
    task,
    container,
    containerPort,
    protocol,
    ttl,
    cluster,
    containerInstance,
    ec2Instance,
    networkInterface,
    awsvpc,
    atPublic,
    endpoint,
    hostDrains,
  } = claim;
  return [
    {
      key,
      task,
      container,
      ...(containerPort !== undefined && { containerPort }),
      ...(protocol !== undefined && { protocol }),
      ...(ttl !== undefined && { ttl }),
      cluster,
      ...(containerInstance !== undefined && { containerInstance }),
      ...(ec2Instance !== undefined && { ec2Instance }),
      ...(networkInterface !== undefined && { networkInterface }),
      ...(endpoint?.servesAt !== undefined && { servesAt: endpoint.servesAt }),
      awsvpc,
      ...(atPublic && { atPublic }),
      ...(drains && hostDrains && { hostDrains }),
      lastVerdict: reason,
    },
  ];
}
