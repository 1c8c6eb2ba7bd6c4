import { type EcsReader, ecsReader } from '../adapters/ecs-reader.ts';
import { runStore } from '../adapters/run-store.ts';
import { type ClaimCheck, claimCheck, INLINE_BYTES } from '../contracts/claim-check.ts';
import { type Environment, readEnvironment } from '../contracts/environment.ts';
import { listClustersContract, type RunState, runKey } from '../contracts/run.ts';
import { MAX_CLUSTERS_PER_RUN } from '../domain/plan/quotas.ts';
import { InvalidConfigurationError } from '../domain/run/errors.ts';
import { clustersOf, EMPTY_SCOPE, isEmptyScope, type Scope, within } from '../domain/run/scope.ts';
import { step } from '../runtime/step.ts';

interface Ports {
  readonly claims: ClaimCheck;
  readonly ecs: Pick<EcsReader, 'listClusters'>;
}

/** What all clusters of a pass together may put inline into the state, in bytes. */
const INLINE_TOTAL = 4 * INLINE_BYTES;

/** Chooses the clusters of this pass: the configured ones or all, in event runs those of the events. */
export const listClusters =
  ({ claims, ecs }: Ports, { CLUSTERS }: Environment<'CLUSTERS'>) =>
  async ({ run }: { run: RunState }) => {
    const scope = run.scope ? await claims.load<Scope>('scope', run.scope) : EMPTY_SCOPE;
    const known = run.kind === 'event' && CLUSTERS.length === 0 ? clustersOf(scope) : await configured(ecs, CLUSTERS);
    const asked = run.clusters ? choose(run.clusters, known) : known;
    const concerned = new Set(clustersOf(scope));
    const clusters = run.kind === 'event' ? asked.filter((cluster) => concerned.has(cluster)) : asked;
    if (clusters.length > MAX_CLUSTERS_PER_RUN) {
      throw new InvalidConfigurationError(
        `got ${clusters.length} clusters, want at most ${MAX_CLUSTERS_PER_RUN} in one run; name those to publish in the "clusters" setting`,
      );
    }

    const inlineBytes = Math.floor(INLINE_TOTAL / Math.max(1, clusters.length));
    return {
      clusters: await Promise.all(
        clusters.map(async (cluster, index) => {
          const part = within(scope, cluster);
          const item = { cluster, inlineBytes };
          if (isEmptyScope({ ...part, names: [] })) return item;
          return { ...item, scope: await claims.save('scope', runKey(run, `scope-${index}`), part, inlineBytes) };
        }),
      ),
      unlisted: run.kind === 'full' ? known.length - clusters.length : 0,
    };
  };

async function configured(ecs: Ports['ecs'], clusters: readonly string[]): Promise<readonly string[]> {
  return [...new Set(clusters.length > 0 ? clusters : await ecs.listClusters())].sort();
}

/** Clusters by name or ARN, as people write them into the console. */
function choose(asked: readonly string[], known: readonly string[]): readonly string[] {
  const chosen = asked.map((one) => known.find((arn) => arn === one || arn.endsWith(`:cluster/${one}`)));
  const unknown = asked.filter((_, index) => chosen[index] === undefined);
  if (unknown.length === 0) return [...new Set(chosen.filter((arn) => arn !== undefined))];
  const names = known.map((arn) => arn.split('/').at(-1)).join(', ');
  throw new InvalidConfigurationError(
    `got clusters ${JSON.stringify(unknown)}, want names or ARNs of: ${names || 'none there are'}`,
  );
}

export const handler = step(listClustersContract, () => {
  const environment = readEnvironment(process.env, 'CLUSTERS', 'RUN_BUCKET');
  return listClusters({ claims: claimCheck(runStore(environment.RUN_BUCKET)), ecs: ecsReader() }, environment);
});
