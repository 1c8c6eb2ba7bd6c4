import { type Claim, isOfTest } from '../ecs/claim.ts';
import type { Judged } from '../health/judged.ts';
import type { TrafficShifted } from './traffic-shifted.ts';

/** Where the deployment of a service stood when a run looked at it, for people. */
export interface SeenDeployment {
  /** ARN. */
  readonly service: string;
  /** ARN. */
  readonly cluster: string;
  /** ARN. */
  readonly deployment: string;
  readonly status: string;
  readonly stage?: string;
  /** Owner names that its tasks declare. */
  readonly names: readonly string[];
  /** That under which what comes is tested. */
  readonly testName?: string;
  /** What the run that moved its clients has added for it and taken out. */
  readonly moved?: { readonly direction: 'forward' | 'back'; readonly published: number; readonly removed: number };
}

/** The deployment of each service whose tasks a pass judged, where ECS tells of one. */
export function seenDeployments(judged: readonly Judged[]): readonly SeenDeployment[] {
  const told = judged.flatMap(({ claim }) => (claim.shift?.status === undefined ? [] : [claim]));
  return [...Map.groupBy(told, ({ shift }) => shift?.service ?? '').values()].flatMap(seenOf);
}

function seenOf(claims: readonly Claim[]): readonly SeenDeployment[] {
  const [{ cluster, shift } = {}] = claims;
  const { service, deployment, status, stage } = shift ?? {};
  if (cluster === undefined || service === undefined || deployment === undefined || status === undefined) return [];
  const testName = claims.find(isOfTest)?.name;
  return [
    {
      service,
      cluster,
      deployment,
      status,
      ...(stage !== undefined && { stage }),
      names: [...new Set(claims.filter((claim) => !isOfTest(claim)).map(({ name }) => name))],
      ...(testName !== undefined && { testName }),
    },
  ];
}

/** Of each service what the last pass saw that looked at it, and whether the run has moved it. */
export function lastSeen(
  passes: readonly { readonly plan: { readonly deployments?: readonly SeenDeployment[] } }[],
  shifted: readonly TrafficShifted[],
): readonly SeenDeployment[] {
  const moved = new Map(shifted.map(({ detail }) => [`${detail.service} ${detail.deployment}`, detail]));
  const last = new Map(passes.flatMap(({ plan }) => plan.deployments ?? []).map((one) => [one.service, one]));
  return [...last.values()].map((one) => {
    const its = moved.get(`${one.service} ${one.deployment}`);
    if (!its) return one;
    const { direction, published, removed } = its;
    return { ...one, moved: { direction, published, removed } };
  });
}
