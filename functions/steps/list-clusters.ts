import type { EcsReader } from '../adapters/ecs-reader.ts';
import { INLINE_BYTES, type Payloads } from '../contracts/crossing.ts';
import type { Environment } from '../contracts/environment.ts';
import { objectAt } from '../contracts/payloads.ts';
import { listClustersContract, type RunState } from '../contracts/states.ts';
import { shareOut, USUAL_WISH } from '../domain/health/probe-shares.ts';
import { turned } from '../domain/health/turns.ts';
import { roomToObserve, secondsToCheck } from '../domain/reading/budget.ts';
import { clustersOf, EMPTY_SCOPE, isEmptyScope, within } from '../domain/reading/scope.ts';
import { InvalidConfigurationError } from '../domain/words/errors.ts';
import { impatientObjects } from '../observing/noted-objects.ts';
import { ecs, payloads } from '../wiring/ports.ts';
import { wire } from '../wiring/wire.ts';

interface Ports {
  readonly payloads: Payloads;
  readonly ecs: Pick<EcsReader, 'listClusters'>;
}

/** What all clusters of a pass together may put inline into the state, in bytes. */
const INLINE_TOTAL = 4 * INLINE_BYTES;

/** Chooses the clusters of this pass: the configured ones or all, in event runs those of the events; as many as it has room for. */
export const listClusters =
  ({ payloads, ecs }: Ports, { CLUSTERS = [] }: Environment<'CLUSTERS'>) =>
  async ({ run }: { run: RunState }) => {
    const scope = run.scope ? await payloads.load('scope', run.scope) : EMPTY_SCOPE;
    const known = run.kind === 'event' && CLUSTERS.length === 0 ? clustersOf(scope) : await configured(ecs, CLUSTERS);
    const asked = run.clusters ? choose(run.clusters, known) : known;
    const concerned = new Set(clustersOf(scope));
    const clusters = run.kind === 'event' ? asked.filter((cluster) => concerned.has(cluster)) : asked;
    const room = roomToObserve(clusters.length, run);
    // Those that there is no room for come first another time.
    const inTurn = clusters.length > room.clusters ? turned(clusters, run) : clusters;
    const chosen = inTurn.slice(0, room.clusters);
    const kept = run.kind === 'full' && chosen.length > 1 ? await wishesOf(payloads) : new Map<string, number>();
    const wanted = chosen.map((cluster) => kept.get(cluster) ?? USUAL_WISH);
    const shares = shareOut(room.probeBatches, wanted);
    const seconds = secondsToCheck(chosen.length);

    const inlineBytes = Math.floor(INLINE_TOTAL / Math.max(1, chosen.length));
    return {
      clusters: await Promise.all(
        chosen.map(async (cluster, index) => {
          const part = within(scope, cluster);
          const probes = { batches: shares[index] ?? 0, seconds, wanted: wanted[index] ?? USUAL_WISH };
          const item = { cluster, inlineBytes, probes };
          if (isEmptyScope({ ...part, names: [] })) return item;
          return { ...item, scope: await payloads.save(objectAt('scope', run, index), part, inlineBytes) };
        }),
      ),
      unlisted: run.kind === 'full' ? known.length - clusters.length : 0,
      beyond: await payloads.save(objectAt('clusters-beyond', run), inTurn.slice(room.clusters)),
    };
  };

/** In how many batches clusters want to be probed, as earlier runs have found. */
async function wishesOf(payloads: Payloads): Promise<ReadonlyMap<string, number>> {
  const noted = impatientObjects(payloads.lasting);
  const wishes = (await noted.read(objectAt('probe-wishes'))) ?? [];
  noted.report();
  return new Map(wishes.map(({ cluster, batches }) => [cluster, batches]));
}

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

export const handler = wire('ListClusters', {
  contract: listClustersContract,
  ports: { payloads, ecs },
  work: listClusters,
});
