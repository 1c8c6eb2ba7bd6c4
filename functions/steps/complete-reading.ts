import { pool } from '../adapters/aws/pool.ts';
import type { ZoneReader } from '../adapters/route53-zone.ts';
import { INLINE_BYTES, type Payloads } from '../contracts/crossing.ts';
import { type Environment, namingOf } from '../contracts/environment.ts';
import { objectAt } from '../contracts/payloads.ts';
import { completeReadingContract, type Given } from '../contracts/states.ts';
import { isAddressName } from '../domain/dns/address-name.ts';
import type { Naming } from '../domain/dns/ownership.ts';
import type { Endpoint } from '../domain/ecs/claim.ts';
import { type LeavingAddress, leavingAddresses, reusedBy } from '../domain/reading/address-reuse.ts';
import {
  type ClusterReading,
  type Reading,
  type ReadingEffort,
  unreadIn,
  type ZoneSnapshot,
} from '../domain/reading/reading.ts';
import { completionTime } from '../domain/reading/run.ts';
import { EMPTY_SCOPE, type Scope } from '../domain/reading/scope.ts';
import { entriesWithin, namesOf, standingEntries } from '../domain/reading/standing-entries.ts';
import { besideOf } from '../domain/zone/addresses.ts';
import { openTargets } from '../domain/zone/known-addresses.ts';
import { fatesOf } from '../observing/fates.ts';
import { readInventory } from '../observing/inventory-store.ts';
import { keepWishes, type LoadedGroup, listedIn, loadGroup, unreadOf } from '../observing/loaded-group.ts';
import { isPatient, patientObjects } from '../observing/noted-objects.ts';
import type { EcsPorts } from '../observing/observe.ts';
import { progressOf } from '../observing/progress.ts';
import { portsReadOn, zoneReadOn } from '../observing/read-on.ts';
import { setsAt } from '../observing/sets-at.ts';
import { type ProbeEnvironment, probeSettings } from '../observing/settings.ts';
import type { Clock } from '../runtime/clock.ts';
import { metrics } from '../runtime/powertools.ts';
import { clock, ec2, ecs, instances, payloads, zone } from '../wiring/ports.ts';
import { wire } from '../wiring/wire.ts';

interface Ports extends Pick<EcsPorts, 'ecs' | 'instances' | 'ec2'> {
  readonly payloads: Payloads;
  readonly zone: Pick<ZoneReader, 'at' | 'from'>;
  readonly clock: Clock;
}

/** Joins what the clusters showed, and asks for what the plan still needs: the fate of tasks that are not listed any more. */
export const completeReading =
  (
    { payloads, zone, clock, ...ports }: Ports,
    environment: Environment<'ZONE_NAME' | 'OWNER_LABEL'> & ProbeEnvironment,
  ) =>
  async ({ run, snapshot, observed, beyond, retries = 0 }: Given<typeof completeReadingContract>) => {
    const [naming, probes] = [namingOf(environment), probeSettings(environment)];
    const begunAt = clock.now();
    const kept = patientObjects(payloads.lasting, retries);
    const whole = run.kind === 'full';
    const scope = run.scope ? await payloads.load('scope', run.scope) : EMPTY_SCOPE;
    const progress = await progressOf({ payloads, clock, at: objectAt('progress', run, 'complete-reading'), retries });
    const loading = Promise.all([
      payloads.load('snapshot', snapshot),
      pool(observed, 10, (group) => loadGroup({ payloads, run }, group, probes)),
    ]);
    const [[view, groups], permitted, clustersBeyond, ofScope, addresses] = await Promise.all([
      loading,
      run.permitted ? payloads.load('permitted', run.permitted) : [],
      payloads.load('clusters-beyond', beyond),
      // The names of an event run are known before anything is read, its targets before anything is remembered.
      whole ? undefined : readInventory(kept, { names: scope.names, whole }),
      whole
        ? undefined
        : loading.then(([view, all]) => {
            const endpoints = endpointsOf(all, scope, naming);
            return progress.during(() => readAddresses(zoneReadOn(zone, progress), endpoints, { view, naming }));
          }),
    ]);
    const judged = groups.flatMap((group) => group.judged);
    const clusters = groups.flatMap((group) => group.clusters);
    const readings = Object.fromEntries<ClusterReading>([
      ...clustersBeyond.map((cluster) => [cluster, 'unread'] as const),
      ...clusters.map(({ cluster, reading }) => [cluster, reading] as const),
    ]);
    const listed = groups.flatMap((group) => group.listed);
    const { remembered, ...inventory } =
      ofScope ?? (await readInventory(kept, { names: namesOf(view, judged, naming), whole }));

    const standing = standingEntries(view, remembered, naming);
    const entries = whole ? standing : entriesWithin(standing, judged, scope);
    const fates = await progress.during(() =>
      fatesOf(
        portsReadOn(ports, progress),
        entries.map(({ entry }) => entry),
        {
          readings,
          listed: new Set(listed),
          elsewhere: run.clusters === undefined,
          patient: isPatient(retries),
        },
      ),
    );
    const taken = whole
      ? []
      : await takenAddresses(ports, leavingAddresses(entries, fates, { judged, naming, permitted }));
    const [idleAddresses, held] = whole
      ? await Promise.all([kept.read(objectAt('idle-addresses')), kept.read(objectAt('held-now'))])
      : [];
    const unread = [...groups.flatMap(unreadOf), ...fates.unread];
    const lastAnswer = Math.max(0, ...groups.map(({ answeredAt }) => answeredAt));
    const late = lastAnswer > 0 && begunAt - lastAnswer > completionTime(retries);
    const reading: Reading = {
      // Run again long after what it is made of, it is as old as that.
      now: late ? lastAnswer : clock.now(),
      ...(unread.length > 0 && { unread }),
      // Clusters that were left out of a full run on purpose count as unread; its later passes read what they came for.
      clusters: { ...fates.readings, ...(whole && run.clusters && { 'all others': 'unread' as const }) },
      judged,
      remarks: [...new Set(groups.flatMap((group) => group.remarks))],
      listed,
      ...(whole && { sizes: Object.fromEntries(clusters.map((one) => [one.cluster, listedIn(one)])) }),
      hosts: groups.flatMap((group) => group.hosts),
      taskFates: fates.tasks,
      hostFates: fates.hosts,
      addressTaken: taken,
      remembered,
      inventory,
      idleAddresses: idleAddresses ?? {},
      held: held ?? [],
      lost: [...groups.flatMap((group) => group.lost), ...kept.lost()],
      ...(addresses && { addresses }),
      effort: {
        clusters: clusters.length,
        groups: groups.length,
        probeBatches: groups.reduce((sum, { batches }) => sum + batches, 0),
        clustersBeyond,
        probesBeyond: groups.reduce((sum, { probesBeyond }) => sum + probesBeyond, 0),
      },
    };
    if (whole && !run.clusters && !run.dryRun) await keepWishes(kept, groups, clustersBeyond);
    kept.report();
    countBeyond(reading.effort);
    const at = objectAt('reading', run);
    const count = (state: string) => judged.filter(({ verdict }) => verdict?.state === state).length;
    return {
      reading: whole ? await payloads.keep(at, reading) : await payloads.save(at, reading, READING_INLINE),
      passing: count('passing'),
      failing: count('failing'),
      unread: unreadIn(reading.clusters).slice(0, 20),
    };
  };

/** Only where there was no room for something: a metric costs money in each hour that it is sent. */
function countBeyond({ clustersBeyond = [], probesBeyond = 0 }: Partial<ReadingEffort> = {}): void {
  if (clustersBeyond.length > 0) metrics.addMetric('ClustersBeyondRoom', 'Count', clustersBeyond.length);
  if (probesBeyond > 0) metrics.addMetric('ProbesBeyondRoom', 'Count', probesBeyond);
}

/** What an event run hands on inline of its reading, in bytes: it waits neither for the object to be written nor for it to be read. */
const READING_INLINE = 2 * INLINE_BYTES;

/** Stopped awsvpc tasks whose published address another interface of their VPC holds by now (address reuse). */
async function takenAddresses(
  { ec2 }: Pick<EcsPorts, 'ec2'>,
  leaving: readonly LeavingAddress[],
): Promise<readonly string[]> {
  const [holders, vpcs] = await Promise.all([
    ec2.holdersOf(
      leaving.flatMap(({ address, atPublic }) => (atPublic ? [] : [address])),
      leaving.flatMap(({ address, atPublic }) => (atPublic ? [address] : [])),
    ),
    ec2.vpcsOf(leaving.flatMap(({ subnet }) => subnet ?? [])),
  ]);
  return reusedBy(leaving, holders, vpcs);
}

/** What was observed under the names of a scope that name targets; an address name names none. */
function endpointsOf(
  groups: readonly Pick<LoadedGroup, 'judged'>[],
  { names }: Scope,
  naming: Naming,
): readonly Endpoint[] {
  const scoped = new Set(names.filter((name) => !isAddressName(name, naming)));
  return groups.flatMap(({ judged }) =>
    judged.flatMap(({ claim }) => (claim.endpoint && scoped.has(claim.name) ? [claim.endpoint] : [])),
  );
}

/** What stands at the targets of some endpoints; what is right already is left alone. */
async function readAddresses(
  zone: Pick<ZoneReader, 'at' | 'from'>,
  endpoints: readonly Endpoint[],
  { view, naming }: { readonly view: ZoneSnapshot; readonly naming: Naming },
): Promise<NonNullable<Reading['addresses']>> {
  const wanted = { targets: endpoints.map(({ target }) => target), beside: besideOf(endpoints) };
  const { unknown, absent } = openTargets(wanted, view.addresses, naming);
  const recordSets = await setsAt(zone, unknown);
  return {
    recordSets: recordSets.filter(({ type }) => AT_TARGETS.has(type)),
    lookedFor: [...absent, ...unknown],
  };
}

/** What can be ours at a target, or stand in its way. */
const AT_TARGETS = new Set(['A', 'AAAA', 'CNAME']);

export const handler = wire('CompleteReading', {
  contract: completeReadingContract,
  ports: { payloads, zone, clock, ecs, instances, ec2 },
  work: completeReading,
});
