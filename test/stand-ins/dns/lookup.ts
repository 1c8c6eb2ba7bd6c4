import type { ResourceRecordSet } from '@aws-sdk/client-route-53';
import { RCODES, type Rcode } from './message.ts';
import { isWithin, keyOfName } from './name.ts';
import { isSupportedType, type RecordData, recordData, soaMinimum, srvTarget, TYPE_CODES } from './record-data.ts';
import { chooseSets, type Random, shuffle } from './routing.ts';
import { type DnsZone, findNode, indexOf, type Node, type ZoneIndex } from './zone-index.ts';

/** One resource record, ready to be written. */
export interface ResourceRecord {
  /** Key of the owner name. */
  readonly owner: string;
  readonly type: number;
  /** Seconds. */
  readonly ttl: number;
  readonly data: RecordData;
}

export interface Question {
  /** Key of the name asked for. */
  readonly name: string;
  readonly type: number;
}

/** What is known about a question; the sections are in the order in which they are written. */
export interface LookupResult {
  readonly rcode: Rcode;
  readonly authoritative: boolean;
  readonly answers: readonly ResourceRecord[];
  readonly authority: readonly ResourceRecord[];
  /** Whole RRsets: each is written completely or not at all (RFC 2181 section 5.2). */
  readonly additional: readonly (readonly ResourceRecord[])[];
}

const ANY = 255;
/** A chain of aliases longer than this is a loop or a mistake. */
const MAX_CNAME_STEPS = 8;
const MAX_ALIAS_STEPS = 8;

/**
 * Answers a question from the zones, as an authoritative server does (RFC 1034 section 4.3.2, RFC 4592, RFC 2308).
 *
 * Outside every zone: REFUSED. Where zones overlap, the most specific one answers. Private zones delegate nothing,
 * so an NS record set below an apex is data like any other. An alias record set (AliasTarget) is answered with what its
 * target has, under its own name and with the TTL of the target; what lies outside of its zone is nobody's here.
 */
export function lookUp(question: Question, zones: readonly DnsZone[], random: Random): LookupResult {
  const zone = zoneOf(question.name, zones);
  if (!zone) return { rcode: RCODES.REFUSED, authoritative: false, answers: [], authority: [], additional: [] };

  const index = indexOf(zone);
  const chain: ResourceRecord[] = [];
  let owner = question.name;
  let node = findNode(index, owner);

  // RFC 1034 section 3.6.2: an alias is followed unless it was asked for; RFC 6604: the last name decides the rcode.
  for (let step = 0; step < MAX_CNAME_STEPS && question.type !== TYPE_CODES.CNAME && question.type !== ANY; step++) {
    const [alias] = chooseSets(node?.get('CNAME') ?? [], random);
    const target = alias?.ResourceRecords?.[0]?.Value;
    if (!alias || target === undefined) break;
    chain.push(...recordsOf(owner, [alias], random));
    owner = keyOfName(target);
    // The rest of the chain is another zone's: the resolver asks there.
    if (!isWithin(owner, index.apex)) return positive(chain, []);
    node = findNode(index, owner);
  }

  const matching = node ? [...node].filter(([type]) => question.type === ANY || codeOf(type) === question.type) : [];
  const chosen = matching.flatMap(([, sets]) => chooseSets(sets, random)).flatMap((set) => behind(set, index, random));
  const found = recordsOf(owner, chosen, random);
  if (found.length > 0) return positive([...chain, ...found], addressesOf(srvTargets(chosen), zones, random));
  return {
    rcode: node ? RCODES.NOERROR : RCODES.NXDOMAIN,
    authoritative: true,
    answers: chain,
    authority: negativeSoa(index),
    additional: [],
  };
}

/** What an alias stands for, in one zone and of one type; any other set stands for itself. */
function behind(set: ResourceRecordSet, index: ZoneIndex, random: Random): readonly ResourceRecordSet[] {
  let sets: readonly ResourceRecordSet[] = [set];
  for (let step = 0; step < MAX_ALIAS_STEPS; step++) {
    const target = sets[0]?.AliasTarget?.DNSName;
    if (target === undefined) return sets;
    sets = chooseSets(findNode(index, keyOfName(target))?.get(set.Type ?? '') ?? [], random);
  }
  return [];
}

function positive(answers: readonly ResourceRecord[], additional: LookupResult['additional']): LookupResult {
  return { rcode: RCODES.NOERROR, authoritative: true, answers, authority: [], additional };
}

function zoneOf(name: string, zones: readonly DnsZone[]): DnsZone | undefined {
  let best: { readonly zone: DnsZone; readonly length: number } | undefined;
  for (const zone of zones) {
    const apex = keyOfName(zone.name);
    if (isWithin(name, apex) && apex.length > (best?.length ?? 0)) best = { zone, length: apex.length };
  }
  return best?.zone;
}

function recordsOf(owner: string, sets: readonly ResourceRecordSet[], random: Random): ResourceRecord[] {
  const records = sets.flatMap((set) => dataOf(set).map((data) => ({ owner, data, ...header(set) })));
  return records.length > 1 ? shuffle(records, random) : records;
}

function header({ Type, TTL = 0 }: ResourceRecordSet): { readonly type: number; readonly ttl: number } {
  return { type: codeOf(Type) ?? 0, ttl: TTL };
}

/** The zone's SOA for a negative answer; its TTL says how long the absence may be cached (RFC 2308 sections 3 and 5). */
function negativeSoa({ nodes, apex }: ZoneIndex): ResourceRecord[] {
  const [soa] = nodes.get(apex)?.get('SOA') ?? [];
  const value = soa?.ResourceRecords?.[0]?.Value;
  if (!soa || value === undefined) return [];
  const ttl = Math.min(soa.TTL ?? 0, soaMinimum(value));
  return dataOf(soa).map((data) => ({ owner: apex, type: TYPE_CODES.SOA, ttl, data }));
}

/** The addresses of SRV targets, where a zone of ours has them under exactly that name (RFC 2782, additional data). */
function addressesOf(targets: readonly string[], zones: readonly DnsZone[], random: Random): ResourceRecord[][] {
  return [...new Set(targets)].flatMap((target) => {
    const zone = zoneOf(target, zones);
    const node: Node | undefined = zone && indexOf(zone).nodes.get(target);
    return ['A', 'AAAA']
      .map((type) => recordsOf(target, chooseSets(node?.get(type) ?? [], random), random))
      .filter((records) => records.length > 0);
  });
}

function srvTargets(sets: readonly ResourceRecordSet[]): string[] {
  return sets
    .filter(({ Type }) => Type === 'SRV')
    .flatMap(({ ResourceRecords = [] }) => ResourceRecords.map(({ Value = '' }) => keyOfName(srvTarget(Value))));
}

const codeOf = (type: string | undefined): number | undefined => (isSupportedType(type) ? TYPE_CODES[type] : undefined);

const parsed = new WeakMap<ResourceRecordSet, readonly RecordData[]>();

/** The RDATA of a record set's values, parsed once per record set object. */
function dataOf(set: ResourceRecordSet): readonly RecordData[] {
  const known = parsed.get(set);
  if (known) return known;

  const { Type, ResourceRecords = [] } = set;
  const data = isSupportedType(Type) ? ResourceRecords.map(({ Value = '' }) => recordData(Type, Value)) : [];
  parsed.set(set, data);
  return data;
}
