import type { EndpointKey } from '../ecs/endpoint.ts';
import type { Sighting, Sightings } from './inventory.ts';
import type { Kept, NameJudgement } from './judge-name.ts';
import type { NamePlan } from './name-plan.ts';

/** What a settled name teaches about its values: who is published, who was not listed, what stood in the zone. */
export function sightingsOf(
  { name, keep }: NamePlan,
  judgement: NameJudgement | undefined,
  ours: readonly { readonly key: EndpointKey }[] = [],
): Sightings {
  return { name, seen: keep.flatMap(sighting), absent: judgement?.absent ?? [], inZone: ours.map(({ key }) => key) };
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
