import { type Claim, portOf } from '../ecs/claim.ts';
import { isExternal } from '../ecs/host.ts';
import { BYTES_PER_PROBE_BATCH, ENDPOINTS_PER_PROBE_BATCH } from '../words/quotas.ts';
import { byFairness } from './fairness.ts';
import { fitted, inOrder, type ProbeRoom, spanOf, type Target } from './probe-packing.ts';
import { sharedProbes } from './shared-probes.ts';
import { type Turn, turned } from './turns.ts';
import type { ProbeVerdict } from './verdict.ts';

export type { Target } from './probe-packing.ts';

export interface ProbeSettings {
  /** Whether the deployment probes at all. */
  readonly probing: boolean;
  /** VPC that the checker is in; undefined: reaches everything. */
  readonly checkerVpc?: string;
  /** Whether it reaches the machines of ECS Anywhere, which are in no VPC. */
  readonly anywhere?: boolean;
  /** Only endpoints of these names are probed, where a pass decides about no others. */
  readonly names?: ReadonlySet<string>;
}

export interface ProbePlan {
  readonly batches: readonly (readonly Target[])[];
  /** Claims whose probes do not fit, by their ids; of several that share a probe, the one that asks for it. */
  readonly beyond: readonly number[];
  /** Batches that probing all of them would take. */
  readonly wanted: number;
}

/** The verdict of a claim that declares a check and is where the checker is not; undefined when it is probed, or needs not be. */
export function unreachable(
  { endpoint, check, ec2Instance }: Claim,
  { checkerVpc, anywhere = false }: ProbeSettings,
): (ProbeVerdict & { readonly state: 'unprobed' }) | undefined {
  if (check && isExternal(ec2Instance) && !anywhere) {
    const cause = 'it runs on ECS Anywhere, which the health checker reaches only where `anywhereProbed` says so';
    return { state: 'unprobed', kind: 'no-route', cause };
  }
  if (!check || !endpoint?.vpc || checkerVpc === undefined || endpoint.vpc === checkerVpc) return undefined;
  const cause = `it is in ${endpoint.vpc}, the health checker reaches ${checkerVpc} only`;
  return { state: 'unprobed', kind: 'no-route', cause };
}

/**
 * The endpoints to probe, in batches of at most 400 endpoints and 48 KiB, as many as there is room for (design, section 4).
 *
 * Where there is not room for all, names and tasks take turns, so that neither one name with many endpoints nor one task
 * with many ports keeps others out; slow checks share batches, so that they take no time from quick ones; and who comes first
 * changes from run to run.
 */
export function probeBatches(
  claims: readonly Claim[],
  settings: ProbeSettings,
  room: ProbeRoom & { readonly turn: Turn },
): ProbePlan {
  const targets = targetsOf(claims, settings);
  const all = inOrder(targets);
  const wanted = all.length;
  if (wanted <= room.batches && spanOf(all) <= room.seconds * 1_000) return { batches: all, beyond: [], wanted };
  const groupsOf = ({ id }: Target) => [claims[id]?.name ?? '', claims[id]?.task ?? ''];
  return { ...fitted(byFairness(turned(targets, room.turn), groupsOf), room), wanted };
}

/** How many usual endpoints probing some claims amounts to: those with long paths fill a batch sooner. */
export function probeLoad(claims: readonly Claim[], settings: ProbeSettings): number {
  const targets = targetsOf(claims, settings);
  const bytes = targets.reduce((sum, target) => sum + JSON.stringify(target).length, 0);
  return Math.max(targets.length, Math.ceil((bytes * ENDPOINTS_PER_PROBE_BATCH) / BYTES_PER_PROBE_BATCH));
}

/** What there is to probe, each endpoint of a task once, whatever its names. */
function targetsOf(claims: readonly Claim[], settings: ProbeSettings): readonly Target[] {
  if (!settings.probing) return [];
  const targets = claims.flatMap((one, id) => targetOf(one, id, settings));
  const shared = sharedProbes(claims);
  if (shared.size === 0) return targets;
  const asked = new Set<readonly number[]>();
  return targets.filter(({ id }) => {
    const all = shared.get(id);
    if (!all) return true;
    const isFirst = !asked.has(all);
    asked.add(all);
    return isFirst;
  });
}

function targetOf(claim: Claim, id: number, settings: ProbeSettings): readonly Target[] {
  const { endpoint, check } = claim;
  if (!endpoint || !check || unreachable(claim, settings)) return [];
  if (settings.names && !settings.names.has(claim.name)) return [];
  const { address, address6, probeAt = address } = endpoint;
  return [{ id, address: probeAt, ...(address6 !== undefined && { address6 }), port: portOf(endpoint), check }];
}
