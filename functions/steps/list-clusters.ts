import type { EcsReader } from '../adapters/ecs-reader.ts';
import { INLINE_BYTES, type Payloads } from '../contracts/crossing.ts';
import type { Environment } from '../contracts/environment.ts';
import { objectAt } from '../contracts/payloads.ts';
import type { GroupMember } from '../contracts/reading-shapes.ts';
import { listClustersContract, type RunState } from '../contracts/states.ts';
import { type ProbeWish, shareOut, USUAL_WISH } from '../domain/health/probe-shares.ts';
import { turned } from '../domain/health/turns.ts';
import { roomToObserve, secondsToCheck } from '../domain/reading/budget.ts';
import { clusterNames, groupsOf, type Sized, scopedTasks } from '../domain/reading/groups.ts';
import { shareOf } from '../domain/reading/pace.ts';
import { clustersOf, EMPTY_SCOPE, isEmptyScope, type Scope, within } from '../domain/reading/scope.ts';
import { allAtOnce, turnsOf } from '../domain/reading/turns-of-groups.ts';
import { InvalidConfigurationError } from '../domain/words/errors.ts';
import { impatientObjects } from '../observing/noted-objects.ts';
import type { Clock } from '../runtime/clock.ts';
import { clock, ecs, payloads } from '../wiring/ports.ts';
import { wire } from '../wiring/wire.ts';

interface Ports {
  readonly payloads: Payloads;
  readonly ecs: Pick<EcsReader, 'listClusters'>;
  readonly clock: Clock;
}

/** What all groups of a pass together may put inline into the state, in bytes. */
const INLINE_TOTAL = 4 * INLINE_BYTES;

/** Chooses the clusters of this pass, by groups: the configured ones or all, in event runs those of the events; as many as it has room for. */
export const listClusters =
  ({ payloads, ecs, clock }: Ports, { CLUSTERS = [], REQUEST_SHARE }: Environment<'CLUSTERS' | 'REQUEST_SHARE'>) =>
  async ({ run }: { run: RunState }) => {
    const scope = run.scope ? await payloads.load('scope', run.scope) : EMPTY_SCOPE;
    const known = run.kind === 'event' && CLUSTERS.length === 0 ? clustersOf(scope) : await configured(ecs, CLUSTERS);
    const asked = run.clusters && run.kind === 'full' ? choose(run.clusters, known) : known;
    const concerned = new Set(clustersOf(scope));
    const clusters = run.kind === 'event' ? asked.filter((cluster) => concerned.has(cluster)) : asked;
    const wishes = run.kind === 'full' ? clusters.length > 1 : run.slice !== undefined;
    const kept = wishes ? await wishesOf(payloads) : NO_WISHES;
    const groups = groupsOf(clusters.map((cluster) => sized(cluster, { run, scope, kept })));
    const room = roomToObserve(groups.length, run);
    // Those that there is no room for come first another time.
    const inTurn = groups.length > room.groups ? turned(groups, run) : groups;
    const chosen = inTurn.slice(0, room.groups);
    const wanted = chosen.map((group) => Math.max(...group.map(({ cluster }) => batchesOf(kept, cluster))));
    const shares = shareOut(room.probeBatches, wanted);
    const inFull = run.kind === 'full' && chosen.length > 1;
    const reads = chosen.map((group) => readsOf(group, kept));
    const { atOnce, turns } = inFull
      ? turnsOf(reads, shareOf('clusterResources', REQUEST_SHARE), clock.now())
      : allAtOnce(chosen.length);
    const seconds = secondsToCheck(chosen.length, atOnce);

    const inlineBytes = Math.floor(INLINE_TOTAL / Math.max(1, chosen.length));
    return {
      groups: await Promise.all(
        turns.map(async ({ index, portion }) => {
          const group = chosen[index] ?? [];
          const probes = { batches: shares[index] ?? 0, seconds, wanted: wanted[index] ?? USUAL_WISH };
          const names = clusterNames(group.map(({ cluster }) => cluster));
          const members = group.map(({ cluster }) => memberOf(cluster, { scope, kept }));
          const clusters = await payloads.save(objectAt('group', run, index), members, inlineBytes);
          return { group: index, names, clusters, inlineBytes, probes, ...(portion && { portion }) };
        }),
      ),
      atOnce,
      unlisted: run.kind === 'full' ? known.length - clusters.length : 0,
      beyond: await payloads.save(
        objectAt('clusters-beyond', run),
        inTurn.slice(room.groups).flatMap((group) => group.map(({ cluster }) => cluster)),
      ),
    };
  };

type Wishes = ReadonlyMap<string, ProbeWish>;
const NO_WISHES: Wishes = new Map();
const batchesOf = (kept: Wishes, cluster: string) => kept.get(cluster)?.batches ?? USUAL_WISH;

/** Calls that reading a group takes; undefined where those of one are not known. */
function readsOf(group: readonly Sized[], kept: Wishes): number | undefined {
  const each = group.map(({ cluster }) => kept.get(cluster)?.reads);
  const known = each.filter((reads) => reads !== undefined);
  return known.length < each.length ? undefined : known.reduce((calls, reads) => calls + reads, 0);
}

/** How much of a cluster is to be read; one that wants several batches of probes has an iteration of its own. */
function sized(
  cluster: string,
  { run, scope, kept }: { readonly run: RunState; readonly scope: Scope; readonly kept: Wishes },
): Sized {
  if (run.kind === 'event') return { cluster, tasks: scopedTasks(scope, cluster) };
  const large = batchesOf(kept, cluster) > USUAL_WISH;
  return { cluster, tasks: large ? Number.POSITIVE_INFINITY : kept.get(cluster)?.tasks };
}

/** What CollectTasks has to know of a cluster. */
function memberOf(cluster: string, { scope, kept }: { readonly scope: Scope; readonly kept: Wishes }): GroupMember {
  const part = within(scope, cluster);
  const { tasks, reads } = kept.get(cluster) ?? {};
  return {
    cluster,
    ...(!isEmptyScope({ ...part, names: [] }) && { scope: part }),
    ...(tasks !== undefined && { tasks }),
    ...(reads !== undefined && { reads }),
  };
}

/** How large clusters were, and in how many batches they want to be probed, as earlier runs have found. */
async function wishesOf(payloads: Payloads): Promise<Wishes> {
  const noted = impatientObjects(payloads.lasting);
  const wishes = (await noted.read(objectAt('probe-wishes'))) ?? [];
  noted.report();
  return new Map(wishes.map((wish) => [wish.cluster, wish]));
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
  ports: { payloads, ecs, clock },
  work: listClusters,
});
