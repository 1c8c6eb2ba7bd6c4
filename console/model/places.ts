import { checkText } from '../../functions/domain/ecs/check.ts';
import { endpointKey } from '../../functions/domain/ecs/claim.ts';
import type { Judged } from '../../functions/domain/health/judged.ts';
import type { Reading } from '../../functions/domain/reading/reading.ts';
import { printable } from '../../functions/domain/words/text.ts';
import type { InstanceView } from '../views.ts';

/** Where an instance runs and what its checks said, by the last full reading. */
export interface PlaceOf {
  readonly cluster: string;
  readonly service?: string;
  readonly host?: string;
  readonly address?: string;
  readonly containerPort?: number;
  readonly check?: InstanceView['check'];
}

export interface Places {
  of(asked: { readonly name: string; readonly key?: string; readonly task?: string }): PlaceOf | undefined;
}

const MOST_CAUSE = 300;

/** @param reading absent where none could be read: then no place is known */
export function placesOf(reading: Reading | undefined): Places {
  const byEndpoint = new Map<string, Judged>();
  const byTask = new Map<string, Judged>();
  for (const one of reading?.judged ?? []) {
    const { name, task, endpoint } = one.claim;
    if (endpoint) byEndpoint.set(`${name} ${endpointKey(endpoint)} ${task}`, one);
    if (!byTask.has(`${name} ${task}`)) byTask.set(`${name} ${task}`, one);
  }
  // As the view of hosts calls them, so that the two can be linked.
  const hosts = new Map((reading?.hosts ?? []).map((one) => [one.containerInstance, one.ec2Instance]));
  const hostOf = (instance: string) => hosts.get(instance) ?? instance;
  const remembered = new Map((reading?.remembered ?? []).map((one) => [one.name, new Map(Object.entries(one.values))]));
  return {
    of({ name, key, task = '' }) {
      const judged = byEndpoint.get(`${name} ${key} ${task}`) ?? byTask.get(`${name} ${task}`);
      const entry = key === undefined ? undefined : remembered.get(name)?.get(key);
      if (!judged) {
        if (!entry) return undefined;
        const host = entry.containerInstance;
        return { cluster: entry.cluster, ...(host !== undefined && { host: hostOf(host) }) };
      }
      const { cluster, service, containerInstance: host, containerPort, endpoint } = judged.claim;
      const since = entry?.task === task ? entry.verdictSince : undefined;
      const check = checkOf(judged, since);
      return {
        cluster,
        ...(service !== undefined && { service }),
        ...(host !== undefined && { host: hostOf(host) }),
        ...(endpoint && { address: endpoint.address }),
        ...(containerPort !== undefined && { containerPort }),
        ...(check && { check }),
      };
    },
  };
}

/** Its checks, where it has some; what neither ECS nor a probe looks at has none. */
function checkOf({ claim, verdict, probe }: Judged, since: number | undefined): InstanceView['check'] | undefined {
  const { check, containerHealth } = claim;
  if (!check && containerHealth === undefined) return undefined;
  const kinds = [
    ...(containerHealth === undefined ? [] : ['container health check']),
    ...(check ? [checkText(check)] : []),
  ];
  const cause = verdict && 'cause' in verdict ? verdict.cause : probe && 'cause' in probe ? probe.cause : undefined;
  return {
    kind: printable(kinds.join(' and '), MOST_CAUSE),
    verdict: verdict?.state ?? probe?.state ?? 'unknown',
    ...(cause !== undefined && { cause: printable(cause, MOST_CAUSE) }),
    ...(since !== undefined && { since }),
  };
}
