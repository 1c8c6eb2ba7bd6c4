import { pool } from '../adapters/aws/pool.ts';
import type { ZoneReader } from '../adapters/route53-zone.ts';
import type { Payload, Payloads } from '../contracts/crossing.ts';
import { type Environment, namingOf } from '../contracts/environment.ts';
import { objectAt } from '../contracts/payloads.ts';
import { completeReadingContract, type ObservedCluster, type RunState } from '../contracts/states.ts';
import { addressOf, isOurValue, type Naming } from '../domain/dns/naming.ts';
import { type Claim, endpointKey } from '../domain/ecs/claim.ts';
import type { Host } from '../domain/ecs/task.ts';
import type { Judged } from '../domain/health/judged.ts';
import { type ProbeSettings, unreachable } from '../domain/health/probe-batch.ts';
import { withWishes } from '../domain/health/probe-shares.ts';
import { joinVerdict, NO_ROOM, type ProbeVerdict } from '../domain/health/verdict.ts';
import type { InventoryEntry, RememberedName } from '../domain/reading/inventory.ts';
import type { ClusterReading, Reading, ReadingEffort, ZoneSnapshot } from '../domain/reading/reading.ts';
import { completionTime } from '../domain/reading/run.ts';
import { EMPTY_SCOPE, type Scope } from '../domain/reading/scope.ts';
import type { UnreadCluster } from '../domain/reading/unread.ts';
import { claimsName } from '../domain/words/reason.ts';
import { standingOf } from '../domain/zone/known-addresses.ts';
import { ourValues } from '../domain/zone/routing.ts';
import { keptCause } from '../observing/cluster-fault.ts';
import { type Fates, fatesOf } from '../observing/fates.ts';
import { readInventory } from '../observing/inventory-store.ts';
import { type NotedObjects, patientObjects } from '../observing/noted-objects.ts';
import type { EcsPorts } from '../observing/observe.ts';
import { type ProbeEnvironment, probeSettings } from '../observing/settings.ts';
import type { Clock } from '../runtime/clock.ts';
import { logger, metrics } from '../runtime/powertools.ts';
import { clock, ec2, ecs, instances, payloads, zone } from '../wiring/ports.ts';
import { wire } from '../wiring/wire.ts';

interface Ports extends Pick<EcsPorts, 'ecs' | 'instances' | 'ec2'> {
  readonly payloads: Payloads;
  readonly zone: Pick<ZoneReader, 'at'>;
  readonly clock: Clock;
}

interface CompleteReadingInput {
  readonly run: RunState;
  readonly snapshot: Payload;
  readonly observed: readonly ObservedCluster[];
  /** Clusters that this pass has no room for. */
  readonly beyond: Payload;
  /** How often the state machine has tried this already. */
  readonly retries?: number;
}

/** Joins what the clusters showed, and asks for what the plan still needs: the fate of tasks that are not listed any more. */
export const completeReading =
  (
    { payloads, zone, clock, ...ports }: Ports,
    environment: Environment<'ZONE_NAME' | 'OWNER_LABEL'> & ProbeEnvironment,
  ) =>
  async ({ run, snapshot, observed, beyond, retries = 0 }: CompleteReadingInput) => {
    const [naming, probes] = [namingOf(environment), probeSettings(environment)];
    const begunAt = clock.now();
    const [view, scope, clusters, clustersBeyond] = await Promise.all([
      payloads.load('snapshot', snapshot),
      run.scope ? payloads.load('scope', run.scope) : EMPTY_SCOPE,
      pool(observed, 10, (cluster) => loadCluster({ payloads, run }, cluster, probes)),
      payloads.load('clusters-beyond', beyond),
    ]);
    const judged = clusters.flatMap((cluster) => cluster.judged);
    const readings = Object.fromEntries<ClusterReading>([
      ...clustersBeyond.map((cluster) => [cluster, 'unread'] as const),
      ...clusters.map(({ cluster, reading }) => [cluster, reading] as const),
    ]);
    const listed = clusters.flatMap((cluster) => cluster.listed);
    const names = run.kind === 'event' ? scope.names : namesOf(view, judged, naming);
    const kept = patientObjects(payloads.lasting, retries);
    const whole = run.kind === 'full';
    const { remembered, ...inventory } = await readInventory(kept, { names, whole });

    const places = new Set(judged.flatMap(({ claim }) => placeOf(claim)));
    const published = publishedEntries(view, remembered, naming).filter(
      ({ name, key, entry }) => run.kind === 'full' || inScope(entry, scope) || places.has(`${name} ${key}`),
    );
    const fates = await fatesOf(
      ports,
      published.map(({ entry }) => entry),
      {
        readings,
        listed: new Set(listed),
        elsewhere: run.clusters === undefined,
        patient: retries < PATIENCE,
      },
    );
    const scoped = new Set(scope.names);
    const targets = judged.flatMap(({ claim }) =>
      claim.endpoint && scoped.has(claim.name) ? [claim.endpoint.target] : [],
    );
    const taken = whole ? [] : await takenAddresses(ports, published, { judged, fates, naming });
    const addresses = whole ? undefined : await readAddresses(zone, targets, { view, naming });
    const idleAddresses = whole ? await kept.read(objectAt('idle-addresses')) : undefined;
    const held = whole ? await kept.read(objectAt('held-now')) : undefined;
    const unread = [...clusters.flatMap((cluster) => cluster.unread ?? []), ...fates.unread];
    const lastAnswer = Math.max(0, ...clusters.map(({ answeredAt }) => answeredAt));
    const late = lastAnswer > 0 && begunAt - lastAnswer > completionTime(retries);
    const reading: Reading = {
      // Run again long after what it is made of, it is as old as that.
      now: late ? lastAnswer : clock.now(),
      // Clusters that were left out of this run on purpose count as unread.
      ...(unread.length > 0 && { unread }),
      clusters: { ...fates.readings, ...(run.clusters && { 'all others': 'unread' as const }) },
      judged,
      remarks: [...new Set(clusters.flatMap((cluster) => cluster.remarks))],
      listed,
      hosts: clusters.flatMap((cluster) => cluster.hosts),
      taskFates: fates.tasks,
      hostFates: fates.hosts,
      addressTaken: taken,
      remembered,
      inventory,
      idleAddresses: idleAddresses ?? {},
      held: held ?? [],
      lost: kept.lost(),
      ...(addresses && { addresses }),
      effort: {
        clusters: observed.length,
        probeBatches: clusters.reduce((sum, { batches }) => sum + batches, 0),
        clustersBeyond,
        probesBeyond: clusters.reduce((sum, { probesBeyond }) => sum + probesBeyond, 0),
      },
    };
    if (whole && !run.clusters && !run.dryRun) await keepWishes(kept, clusters, clustersBeyond);
    kept.report();
    countBeyond(reading.effort);
    const count = (state: string) => judged.filter(({ verdict }) => verdict?.state === state).length;
    return {
      reading: await payloads.save(objectAt('reading', run), reading),
      passing: count('passing'),
      failing: count('failing'),
      unread: Object.keys(reading.clusters)
        .filter((cluster) => reading.clusters[cluster] === 'unread')
        .slice(0, 20),
    };
  };

/** Only where there was no room for something: a metric costs money in each hour that it is sent. */
function countBeyond({ clustersBeyond = [], probesBeyond = 0 }: Partial<ReadingEffort> = {}): void {
  if (clustersBeyond.length > 0) metrics.addMetric('ClustersBeyondRoom', 'Count', clustersBeyond.length);
  if (probesBeyond > 0) metrics.addMetric('ProbesBeyondRoom', 'Count', probesBeyond);
}

interface LoadedCluster {
  readonly cluster: string;
  readonly reading: ClusterReading;
  readonly judged: readonly Judged[];
  readonly listed: readonly string[];
  readonly hosts: readonly Host[];
  /** When the last answer came that it is made of, in milliseconds since the epoch; 0: nobody noted it. */
  readonly answeredAt: number;
  readonly remarks: readonly string[];
  readonly unread?: UnreadCluster;
  /** Of probes. */
  readonly batches: number;
  readonly probesBeyond: number;
  readonly wanted?: number;
}

/** Keeps in how many batches clusters want to be probed, where that has changed, for the next run to share them out. */
async function keepWishes(
  kept: NotedObjects,
  clusters: readonly LoadedCluster[],
  beyond: readonly string[],
): Promise<void> {
  const changed = clusters.flatMap(({ cluster, wanted }) =>
    wanted === undefined ? [] : [{ cluster, batches: wanted }],
  );
  if (changed.length === 0) return;
  const there = new Set([...beyond, ...clusters.map(({ cluster }) => cluster)]);
  await kept.revise(objectAt('probe-wishes'), (before = []) =>
    withWishes(before, changed, (cluster) => there.has(cluster)),
  );
}

async function loadCluster(
  { payloads, run }: { readonly payloads: Payloads; readonly run: RunState },
  observed: ObservedCluster,
  probes: ProbeSettings,
): Promise<LoadedCluster> {
  const { cluster } = observed;
  if (observed.observation === 'unread') {
    const unread = { cluster, error: observed.error, cause: await keptCause(payloads, run, observed) };
    logger.warn('cluster could not be read and keeps its values', { ...unread });
    const nothing = { judged: [], listed: [], hosts: [], remarks: [], answeredAt: 0, batches: 0, probesBeyond: 0 };
    return { cluster, unread, reading: 'unread', ...nothing };
  }
  const observation = await payloads.load('observation', observed.result);
  const { claims, listed, hosts, remarks = [], observedAt = 0 } = observation;
  const verdicts = new Map<number, ProbeVerdict>();
  for (const batch of observed.verdicts) {
    if (!('verdicts' in batch)) continue;
    for (const { id, ...verdict } of await payloads.load('verdicts', batch.verdicts)) {
      verdicts.set(id, verdict);
    }
  }
  const beyond = new Set(observation.beyond);
  const judged = claims.map((claim, id): Judged => {
    if (!claim.endpoint) return { claim };
    const why = beyond.has(id) ? NO_ROOM : (unreachable(claim, probes) ?? BATCH_FAILED);
    const probe = claim.check && probes.probing ? (verdicts.get(id) ?? why) : undefined;
    return { claim, verdict: joinVerdict(claim.containerHealth, probe), ...(probe && { probe }) };
  });
  const saved = observed.verdicts.flatMap((batch) => ('savedAt' in batch ? [batch.savedAt] : []));
  const answeredAt = Math.max(observedAt, ...saved);
  const { wanted } = observation;
  return {
    cluster,
    reading: observed.observation,
    judged,
    listed,
    hosts,
    remarks,
    answeredAt,
    batches: observed.verdicts.length,
    probesBeyond: beyond.size,
    ...(wanted !== undefined && { wanted }),
  };
}

const BATCH_FAILED: ProbeVerdict = { state: 'unprobed', cause: 'its batch of probes failed' };

/** Retries for the sake of one cluster that does not answer, of the six that the state machine makes; then it is unread. */
const PATIENCE = 4;

function namesOf({ recordSets }: ZoneSnapshot, judged: readonly Judged[], naming: Naming): readonly string[] {
  const published = recordSets.filter(
    (set) => set.type === 'SRV' && set.values.some((value) => isOurValue(value, naming)),
  );
  const declared = judged.filter(({ claim }) => claimsName(claim));
  return [...new Set([...published.map(({ ownerName }) => ownerName), ...declared.map(({ claim }) => claim.name)])];
}

/** Where a task serves a name, or did until it stopped: an event run looks at what stands there, whoever claims it. */
function placeOf({ name, endpoint, leftOut }: Claim): readonly string[] {
  const key = endpoint ? endpointKey(endpoint) : leftOut?.at;
  return key === undefined ? [] : [`${name} ${key}`];
}

interface PublishedEntry {
  readonly name: string;
  readonly key: string;
  readonly target: string;
  readonly entry: InventoryEntry;
}

/** The inventory entries of values that stand in the zone: only their tasks' fates matter. */
function publishedEntries(
  { recordSets }: ZoneSnapshot,
  remembered: readonly RememberedName[],
  naming: Naming,
): readonly PublishedEntry[] {
  const byName = new Map(remembered.map((one) => [one.name, one]));
  return recordSets.flatMap((set) =>
    ourValues(set, naming).flatMap(({ key, value }) => {
      const entry = byName.get(set.ownerName)?.values[key];
      return entry ? [{ name: set.ownerName, key, target: value.target, entry }] : [];
    }),
  );
}

function inScope({ task, containerInstance }: InventoryEntry, { hosts, tasks }: Scope): boolean {
  return tasks.some((one) => one.task === task) || hosts.some((host) => host.containerInstance === containerInstance);
}

/** Stopped awsvpc tasks whose published address another interface of their VPC holds by now (address reuse). */
async function takenAddresses(
  { ec2 }: Pick<EcsPorts, 'ec2'>,
  published: readonly PublishedEntry[],
  { judged, fates, naming }: { judged: readonly Judged[]; fates: Fates; naming: Naming },
): Promise<readonly string[]> {
  const stopping = new Map(
    judged.flatMap(({ claim }) => (claim.leftOut?.reason === 'stopping' ? [[claim.task, claim.vpc] as const] : [])),
  );
  const leaving = published.filter(
    ({ entry }) => entry.awsvpc && (fates.tasks[entry.task] === 'stopped' || stopping.has(entry.task)),
  );
  const addresses = leaving.map(({ entry, target }) => ({ entry, address: addressOf(target, naming) }));
  const [holders, vpcs] = await Promise.all([
    ec2.holdersOf(addresses.flatMap(({ address }) => address ?? [])),
    ec2.vpcsOf(leaving.flatMap(({ entry }) => fates.subnets[entry.task] ?? [])),
  ]);
  return addresses.flatMap(({ entry, address }) => {
    const own = stopping.get(entry.task) ?? vpcs.get(fates.subnets[entry.task] ?? '');
    const others = (holders.get(address ?? '') ?? []).filter(
      ({ networkInterface, vpc }) =>
        networkInterface !== entry.networkInterface && (own === undefined || vpc === undefined || vpc === own),
    );
    return others.length > 0 ? [entry.task] : [];
  });
}

async function readAddresses(
  zone: Pick<ZoneReader, 'at'>,
  targets: readonly string[],
  { view, naming }: { view: ZoneSnapshot; naming: Naming },
): Promise<NonNullable<Reading['addresses']>> {
  const { addresses } = view;
  const standing = Map.groupBy(new Set(targets), (target) =>
    addresses ? standingOf(target, addresses, naming) : 'unknown',
  );
  const unknown = standing.get('unknown') ?? [];
  const recordSets = (await pool(unknown, 5, (target) => zone.at(target))).flat();
  const lookedFor = [...(standing.get('absent') ?? []), ...unknown]; // what is right already is left alone
  return { recordSets: recordSets.filter(({ type }) => type === 'A' || type === 'CNAME'), lookedFor };
}

export const handler = wire('CompleteReading', {
  contract: completeReadingContract,
  ports: { payloads, zone, clock, ecs, instances, ec2 },
  work: completeReading,
});
