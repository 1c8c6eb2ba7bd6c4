import { messageOf } from '../adapters/aws/faults.ts';
import { chunks, pool } from '../adapters/aws/pool.ts';
import type { Answers, ServiceReader, ServiceSeen } from '../adapters/ecs-services.ts';
import { objectAt } from '../contracts/payloads.ts';
import type { Naming } from '../domain/dns/ownership.ts';
import { type DeploymentState, revisionShares, unknownShares } from '../domain/ecs/deployment.ts';
import { settledAfter, unsettled } from '../domain/ecs/settled.ts';
import { type ServiceShares, withShares } from '../domain/ecs/shares.ts';
import { DEPLOYMENTS_PER_CALL, SERVICES_PER_CALL } from '../domain/words/quotas.ts';
import { logger } from '../runtime/powertools.ts';
import { clusterKey } from './digest.ts';
import type { NotedObjects } from './noted-objects.ts';
import type { ClusterView } from './observe.ts';

/** Concurrent requests, of a bucket that is shared by the whole account. */
const CONCURRENT_READS = 4;

/** Only where it matters which revision of a service serves. */
export interface ShiftPorts {
  readonly services: ServiceReader;
  /** ARN of the hook by which a service asks for it; absent: none does. */
  readonly hook?: string | undefined;
  /** Whether of CodeDeploy and external controllers the task set that is PRIMARY is published. */
  readonly primaryTaskSets?: boolean;
}

/**
 * Which revisions of some services of a cluster serve. What cannot be read is `unknown`, so that nothing enters and nothing
 * leaves for it; no fault is thrown.
 *
 * @param names each once
 */
export async function serviceSharesIn(
  { services, hook, primaryTaskSets = false }: ShiftPorts,
  cluster: string,
  names: readonly string[],
): Promise<readonly ServiceShares[]> {
  const seen = await answered(names, SERVICES_PER_CALL, (some) => services.services(cluster, some));
  const arns = [...new Set([...seen.found.values()].flatMap(({ deployment }) => deployment ?? []))];
  const deployments = await answered(arns, DEPLOYMENTS_PER_CALL, (some) => services.deployments(some));
  return names.map((name): ServiceShares => {
    const found = seen.found.get(name);
    if (!found)
      return { cluster, name, service: name, shares: unknownShares(seen.why.get(name) ?? 'ECS knows no such service') };
    return {
      cluster,
      name,
      service: found.service,
      shares: revisionShares(stateOf(found, deployments), hook, primaryTaskSets),
    };
  });
}

function stateOf({ deployment, ...service }: ServiceSeen, { found }: Answered<DeploymentState>) {
  return deployment === undefined
    ? service
    : { ...service, deployment: found.get(deployment) ?? ('unreadable' as const) };
}

/** What was answered by what was asked for, and why what was not. */
interface Answered<T> {
  readonly found: ReadonlyMap<string, T>;
  readonly why: ReadonlyMap<string, string>;
}

async function answered<T extends { readonly name: string } | { readonly arn: string }>(
  asked: readonly string[],
  size: number,
  ask: (some: readonly string[]) => Promise<Answers<T>>,
): Promise<Answered<T>> {
  const answers = await pool(chunks(asked, size), CONCURRENT_READS, (some) =>
    ask(some).catch((fault: unknown): Answers<T> => {
      const why = messageOf(fault);
      return { found: [], missing: [], unanswered: some.map((one) => ({ asked: one, why })) };
    }),
  );
  const unanswered = answers.flatMap((one) => one.unanswered);
  if (unanswered.length > 0)
    logger.warn('ECS does not tell of deployments; their services stay as they are', { unanswered });
  return {
    found: new Map(
      answers.flatMap((one) => one.found.map((each) => ['name' in each ? each.name : each.arn, each] as const)),
    ),
    why: new Map(unanswered.map((one) => [one.asked, one.why])),
  };
}

/**
 * Tells the claims of a cluster whether their revisions serve. ECS is asked only of services that have a task of another
 * deployment than those that are remembered as settled.
 *
 * @param whole whether the whole cluster was read: only then is it remembered what is settled
 */
export async function withShifts(
  { kept, ...ports }: ShiftPorts & { readonly kept: Pick<NotedObjects, 'read' | 'revise'> },
  view: ClusterView,
  { cluster, naming, whole }: { readonly cluster: string; readonly naming: Naming; readonly whole: boolean },
): Promise<ClusterView> {
  if (view.claims.every(({ service }) => service === undefined)) return view;
  const at = objectAt('services', clusterKey(cluster));
  // Whoever sees a part of the tasks only cannot tell that all of them are of the revisions that have settled.
  const settled = (whole && (await kept.read(at))) || [];
  const open = unsettled(view.claims, settled);
  const described = open.length > 0 ? await serviceSharesIn(ports, cluster, open) : [];
  const { claims, remarks } = withShares(view.claims, described, naming);
  if (whole) {
    const now = settledAfter(view.claims, described, settled);
    if (JSON.stringify(now) !== JSON.stringify(settled)) await kept.revise(at, () => now);
  }
  return { ...view, claims, remarks: [...view.remarks, ...remarks] };
}
