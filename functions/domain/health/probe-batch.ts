import type { Check } from '../ecs/declaration.ts';
import type { Candidate } from '../ecs/endpoint.ts';
import { BYTES_PER_PROBE_BATCH, ENDPOINTS_PER_PROBE_BATCH } from '../plan/quotas.ts';

/** One endpoint to probe; `id` is its index among the candidates of its cluster. */
export interface Target {
  readonly id: number;
  readonly address: string;
  readonly port: number;
  readonly check: Check;
}

export interface ProbeSettings {
  /** Whether the deployment probes at all. */
  readonly probing: boolean;
  /** VPC that the checker is in; undefined: reaches everything. */
  readonly checkerVpc?: string;
}

/** Why a candidate that declares a check is not probed, or undefined when it is, or needs none. */
export function unreachable({ endpoint, check }: Candidate, { checkerVpc }: ProbeSettings): string | undefined {
  if (!check || !endpoint?.vpc || checkerVpc === undefined || endpoint.vpc === checkerVpc) return undefined;
  return `it is in ${endpoint.vpc}, the health checker reaches ${checkerVpc} only`;
}

/** The endpoints to probe, in batches of at most 400 endpoints and 48 KiB (design, section 4). */
export function probeBatches(
  candidates: readonly Candidate[],
  settings: ProbeSettings,
): readonly (readonly Target[])[] {
  if (!settings.probing) return [];
  const batches: Target[][] = [];
  let bytes = 0;
  for (const [id, candidate] of candidates.entries()) {
    const { endpoint, check } = candidate;
    if (!endpoint || !check || unreachable(candidate, settings)) continue;
    const target = { id, address: endpoint.address, port: endpoint.port, check };
    // With the comma or bracket that follows it; paths and addresses are ASCII.
    const size = JSON.stringify(target).length + 1;
    const last = batches.at(-1);
    if (last && last.length < ENDPOINTS_PER_PROBE_BATCH && bytes + size <= BYTES_PER_PROBE_BATCH) {
      last.push(target);
      bytes += size;
    } else {
      batches.push([target]);
      bytes = size + 1;
    }
  }
  return batches;
}
