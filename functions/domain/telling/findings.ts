import { srvText } from '../dns/srv.ts';
import { boundedRemarks } from '../ecs/remarks.ts';
import type { Plan } from '../plan/plan.ts';
import { differingTtls } from '../plan/ttl.ts';
import { type Reading, type ReadingEffort, unreadIn } from '../reading/reading.ts';
import { unreadFindings } from '../reading/unread.ts';
import { REASONS } from '../words/reason.ts';
import { MAX_FINDING, printable } from '../words/text.ts';
import { isoOf } from '../zone/quarantine.ts';
import { overweight } from '../zone/routing.ts';
import { isPartForm } from '../zone/spread.ts';
import { hostFindings } from './host-findings.ts';
import { obstaclesOf } from './plan-record.ts';
import { shiftFindings } from './shift-findings.ts';

/** What a person should look at, in sentences, each printable and at most 300 characters. */
export function findingsOf(plan: Plan, reading: Reading, total?: number): readonly string[] {
  return sentences(plan, reading, total).map((finding) => printable(finding, MAX_FINDING));
}

export function sentences(
  plan: Plan,
  { judged, clusters, hosts, unread: told = [], remarks = [], effort }: Reading,
  total?: number,
): readonly string[] {
  const { conflicts, contended, nearQuotas } = obstaclesOf(plan, total);
  const known = new Set([...told.map(({ cluster }) => cluster), ...(effort?.clustersBeyond ?? [])]);
  const unread = unreadIn(clusters).filter((cluster) => !known.has(cluster));
  const elsewhere = clusters['all others'] ? [] : outsideClusters(plan, clusters);
  const probes = judged.flatMap(({ claim, probe }) =>
    probe ? [{ where: `in ${claim.endpoint?.vpc ?? 'a VPC'}`, probe }] : [],
  );
  const timedOut = [...Map.groupBy(probes, ({ where }) => where)].filter(([, all]) =>
    all.every(({ probe }) => probe.state === 'failing' && probe.kind === 'timeout'),
  );
  const unreachable = new Set(
    judged.flatMap(({ probe }) => (probe?.state === 'unprobed' && probe.kind === 'no-route' ? [probe.cause] : [])),
  );
  return [
    ...unreadFindings(told),
    ...(unread.length > 0 ? [`clusters not read, their values are held: ${unread.slice(0, 10).join(', ')}`] : []),
    ...(elsewhere.length > 0
      ? [
          `clusters that this deployment does not publish, values stay while their tasks run: ${elsewhere.slice(0, 10).join(', ')}`,
        ]
      : []),
    ...(effort ? roomFindings(effort) : []),
    ...contradictionFindings(plan),
    ...(plan.proberSuspected
      ? ['more than half of all probes of published instances fail at once: look at the health checker first']
      : []),
    ...timedOut.map(([where]) => `every probe ${where} timed out: look at the security group of the health checker`),
    ...[...unreachable].map((cause) => `instances are not probed: ${cause}`),
    ...hostFindings(hosts, judged),
    ...shiftFindings(plan.names, judged),
    ...contended.map(
      ({ name, corrections, since, nextTry }) =>
        `somebody else keeps rewriting ${name}: corrected ${corrections} times since ${isoOf(since)}, next try ${isoOf(nextTry)}`,
    ),
    ...conflicts.map((conflict) => `in the way: ${conflict}`),
    ...nearQuotas.map(
      ({ quota, name, used, limit }) =>
        `${Math.floor((100 * used) / limit)} % of a quota: ${used} of ${limit} ${quota}${name === undefined ? '' : `, ${name}`}`,
    ),
    ...ttlFindings(plan),
    ...familyFindings(plan),
    ...boundedRemarks(remarks),
    ...plan.names.flatMap(({ name, after }) =>
      overweight(after.filter((set) => !isPartForm(set))).map(
        (value) => `${name} ${srvText(value)}: its weight counts as 255, the most of a weighted record set`,
      ),
    ),
  ];
}

/** What of IPv6 stands without a right to take it away. */
const familyFindings = ({ untouchable = 0 }: Plan): readonly string[] =>
  untouchable === 0
    ? []
    : [
        `${untouchable} AAAA record sets of ours are left from an earlier addressFamily, and without one nothing may change them: addressFamily 'ipv4' has them retired`,
      ];

/** Clusters that one finding about room names. */
const SHOWN = 3;

/** What a run had no room for: it is left as it stands, and its turn comes. */
function roomFindings({ clusters, clustersBeyond, probesBeyond }: ReadingEffort): readonly string[] {
  const named = clustersBeyond.slice(0, SHOWN).map((arn) => arn.split('/').at(-1));
  const more = clustersBeyond.length > SHOWN ? ', …' : '';
  return [
    ...(clustersBeyond.length > 0
      ? [
          `${clustersBeyond.length} of ${clusters + clustersBeyond.length} clusters are more than one run reads: their values are held, and each has its turn: ${named.join(', ')}${more}`,
        ]
      : []),
    ...(probesBeyond > 0
      ? [
          `${probesBeyond} endpoints are more than one run probes: what is published of them stays, what is new waits for its turn`,
        ]
      : []),
  ];
}

/** Names whose instances declare different TTLs; they cannot have more than one. */
function ttlFindings({ names }: Plan): readonly string[] {
  const told = names.flatMap(({ name, stays, after }) => {
    const differing = differingTtls(stays).map((ttl) => (ttl === undefined ? 'none' : `${ttl} s`));
    const stands = after[0]?.ttl;
    return differing.length > 0
      ? [`${name}: its instances declare different TTLs, ${listed(differing)}: ${stands} s stand`]
      : [];
  });
  return told.length > MOST_TTLS
    ? [...told.slice(0, MOST_TTLS), `${told.length - MOST_TTLS} other names have instances that declare different TTLs`]
    : told;
}

const MOST_TTLS = 10;
const listed = (all: readonly string[]) =>
  all.length > SHOWN ? `${all.slice(0, SHOWN).join(', ')}, …` : all.join(', ');

/** Values that stay since the answers contradict each other. */
function contradictionFindings({ names }: Plan): readonly string[] {
  const held = names.flatMap(({ name, stays }) =>
    stays.filter(({ reason }) => reason === 'held-contradiction').map(({ value }) => `${name} ${srvText(value)}`),
  );
  return held.length === 0
    ? []
    : [
        `values that stay: ${held.length} held-contradiction, first ${held[0]}: ${REASONS.published['held-contradiction'].sentence}`,
      ];
}

/** Clusters of values that are held, which the run had no reason to read: they were taken out of the setting. */
function outsideClusters({ names }: Plan, clusters: Reading['clusters']): readonly string[] {
  const held = names.flatMap(({ stays }) =>
    stays.flatMap(({ reason, entry }) => (reason === 'held-unread' && entry ? [entry] : [])),
  );
  return [...new Set(held.map(({ cluster }) => cluster))]
    .filter((cluster) => clusters[cluster] === undefined || clusters[cluster] === 'asked')
    .sort();
}
