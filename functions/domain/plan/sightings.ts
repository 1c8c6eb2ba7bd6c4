import { type EndpointKey, endpointKey } from '../ecs/claim.ts';
import type { Kept, NameJudgement } from '../judging/judgement.ts';
import type { NameHints, Sighting, Sightings } from '../reading/inventory.ts';
import type { NamePlan } from './name-plan.ts';

/** What a plan knows beside the name itself. */
export interface SightingContext {
  /** Our values at the name as they were read. */
  readonly ours: readonly { readonly key: EndpointKey }[] | undefined;
  readonly hints: NameHints | undefined;
  readonly listed: ReadonlySet<string>;
  /** Whether the tasks of a cluster were listed completely. */
  readonly isListed: (cluster: string) => boolean;
}

/** What a settled name teaches about its values: who is published, who was not listed, what stood in the zone. */
export function sightingsOf(
  { name, keep, leftOut }: NamePlan,
  judgement: NameJudgement | undefined,
  { ours = [], hints, listed, isListed }: SightingContext,
): Sightings {
  const inZone = [...new Set(ours.map(({ key }) => key))];
  const entryOf = (key: EndpointKey) => hints?.values[key];
  return {
    name,
    seen: keep.flatMap(sighting),
    absent: (judgement?.absent ?? []).filter((key) => isListed(entryOf(key)?.cluster ?? '')),
    inZone,
    present: inZone.filter((key) => listed.has(entryOf(key)?.task ?? '')),
    waiting: leftOut
      .flatMap(({ candidate: { endpoint, task } }) => (endpoint ? [`${endpointKey(endpoint)} ${task}`] : []))
      .sort(),
  };
}

function sighting({ key, candidate, reason }: Kept): readonly Sighting[] {
  if (!candidate) return [];
  const {
    task,
    container,
    containerPort,
    protocol,
    cluster,
    containerInstance,
    ec2Instance,
    networkInterface,
    awsvpc,
  } = candidate;
  return [
    {
      key,
      task,
      container,
      ...(containerPort !== undefined && { containerPort }),
      ...(protocol !== undefined && { protocol }),
      cluster,
      ...(containerInstance !== undefined && { containerInstance }),
      ...(ec2Instance !== undefined && { ec2Instance }),
      ...(networkInterface !== undefined && { networkInterface }),
      awsvpc,
      lastVerdict: reason,
    },
  ];
}
