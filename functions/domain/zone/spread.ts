import { octetsAround, octetsOfSrv } from '../dns/answer.ts';
import type { Naming } from '../dns/ownership.ts';
import { lengthOf, type RecordSet, valueText } from '../dns/record-set.ts';
import { MAX_CHARACTERS_PER_BATCH, MAX_ELEMENTS_PER_BATCH, MAX_SET_WEIGHT } from '../words/quotas.ts';
import { type Capacity, charactersOf } from './capacity.ts';
import { inStableOrder, isForeign, type OurValue } from './routing.ts';

/** Names the parts of a spread name, for ever and for this deployment alone: `ecs/part-1`. */
const partIdentifier = (number: number, { owner }: Pick<Naming, 'owner'>): string => `${owner}/part-${number}`;

/** The number in the identifier of a part, whoever has made the set. */
function partNumber(set: RecordSet, { owner }: Naming): number | undefined {
  const { setIdentifier = '' } = set;
  const isOwn = isPartForm(set) && setIdentifier.startsWith(`${owner}/`);
  return isOwn ? Number(setIdentifier.slice(partIdentifier(0, { owner }).length - 1)) : undefined;
}

/** Whether a set is a part of some deployment's spread name. */
export const isPartForm = ({ policy, setIdentifier = '' }: RecordSet): boolean =>
  policy === 'weighted' && /^[^/]+\/part-[1-9]\d{0,3}$/.test(setIdentifier);

/** Whether a set is one of several that share a spread name, and ours. */
export const isPart = (set: RecordSet, naming: Naming): boolean =>
  set.type === 'SRV' && partNumber(set, naming) !== undefined && !isForeign(set, naming);

/** What the parts of a name have to go by. */
export interface Spreading {
  readonly ownerName: string;
  readonly naming: Naming;
  readonly capacity: Capacity;
  /** The SRV sets at the name, every owner's included. */
  readonly current: readonly RecordSet[];
  /** Whether parts that have become small are put together. */
  readonly merges: boolean;
}

/** Some values of a spread name, which stand in one weighted set. */
export interface Part<T> {
  readonly number: number;
  /** Of its set. */
  readonly identifier: string;
  /** None where it is given up. */
  readonly members: readonly T[];
  /** Parts that give each other values have the same one: their sets change together. */
  readonly group: number;
}

export interface Layout<T> {
  readonly parts: readonly Part<T>[];
  /** For which there is no room in any part. */
  readonly over: readonly T[];
}

/**
 * Says in which part each value of a spread name stands.
 *
 * | a value                              | its part                                                               |
 * | ------------------------------------ | ---------------------------------------------------------------------- |
 * | stands in a part                     | the same: one that comes or goes changes no other part                  |
 * | is new, or stands in another form    | one that changes anyway, else the emptiest; never one that is full      |
 * | is new, and all parts are full       | half of the fullest part and the new ones make two                      |
 * | the same, and many are new           | new parts, filled to three quarters                                     |
 * | the same, and there are 100 sets     | none: it is over                                                        |
 * | the two smallest fill half of a part | one of both, in a full run                                              |
 *
 * A part is full when the answer that holds it has as many octets as the capacity says.
 */
export function layOut<T extends OurValue>(
  { staying, entering }: { readonly staying: readonly T[]; readonly entering: readonly T[] },
  spreading: Spreading,
): Layout<T> {
  const open = openParts(staying, spreading);
  const homeless = staying.filter(({ value }) => !open.home.has(valueText(value)));
  const coming = [...homeless, ...entering];
  makeRoom(open, coming);
  const over: T[] = [];
  for (const one of coming) {
    const part = partFor(open, one);
    if (part) add(part, [one]);
    else over.push(one);
  }
  if (spreading.merges) mergeSmall(open);
  const parts = open.parts.map(({ number, members, group }) => {
    return { number, identifier: partIdentifier(number, spreading.naming), members, group };
  });
  return { parts: parts.toSorted((one, other) => one.number - other.number), over };
}

interface OpenPart<T> {
  readonly number: number;
  readonly members: T[];
  group: number;
  octets: number;
  /** Whether its set changes anyway. */
  changes: boolean;
  /** What its set has in the zone. */
  readonly standing: { readonly values: number; readonly characters: number };
}

interface OpenParts<T> {
  readonly parts: OpenPart<T>[];
  /** The part of each value that stands in one. */
  readonly home: ReadonlyMap<string, OpenPart<T>>;
  /** Numbers that parts may still get, in order. */
  readonly free: number[];
  /** Octets of the records in one part. */
  readonly limit: number;
}

/** The parts as they stand, with what stays in them. */
function openParts<T extends OurValue>(
  staying: readonly T[],
  { current, naming, capacity, ownerName }: Spreading,
): OpenParts<T> {
  const numbered = current.flatMap((set) => {
    const number = partNumber(set, naming);
    return number === undefined ? [] : [{ set, number, ours: isPart(set, naming) }];
  });
  const standing = numbered.filter(({ ours }) => ours).sort((one, other) => one.number - other.number);
  const parts = standing.map(({ set: { values }, number }): OpenPart<T> => {
    const stands = { values: values.length, characters: charactersOf(values) };
    return { number, members: [], group: number, octets: 0, changes: false, standing: stands };
  });
  const home = new Map<string, OpenPart<T>>();
  for (const [index, { set }] of standing.entries()) {
    const part = parts[index];
    for (const value of set.values) if (part && !home.has(valueText(value))) home.set(valueText(value), part);
  }
  for (const one of staying) {
    const part = home.get(valueText(one.value));
    if (part) add(part, [one]);
  }
  for (const part of parts) part.changes = part.members.length !== part.standing.values;
  const taken = new Set(numbered.map(({ number }) => number));
  const others = current.filter((set) => set.policy !== 'simple' && isForeign(set, naming)).length;
  const numbers = Array.from({ length: capacity.sets + others }, (_, index) => index + 1);
  return {
    parts,
    home,
    free: numbers.filter((number) => !taken.has(number)).slice(0, Math.max(0, capacity.sets - others - parts.length)),
    limit: capacity.octets - octetsAround(ownerName),
  };
}

function add<T extends OurValue>(part: OpenPart<T>, some: readonly T[]): void {
  part.members.push(...some);
  part.octets += octetsOf(some);
  part.changes = true;
}

const octetsOf = (some: readonly OurValue[]) => some.reduce((sum, { value }) => sum + octetsOfSrv(value), 0);

/** How full new parts are made, so that they are not full at once. */
const FILLED_AT_FIRST = 0.75;

/** Opens the parts that are wanted besides those which stand: at once, so that no value moves twice. */
function makeRoom<T extends OurValue>(open: OpenParts<T>, coming: readonly T[]): void {
  const room = open.parts.reduce((sum, { octets }) => sum + Math.max(0, open.limit - octets), 0);
  const excess = octetsOf(coming) - room;
  if (excess <= 0) return;
  const wanted = Math.min(open.free.length, Math.ceil(excess / (FILLED_AT_FIRST * open.limit)));
  const fullest = open.parts.reduce<OpenPart<T> | undefined>(
    (best, part) => (best && best.octets >= part.octets ? best : part),
    undefined,
  );
  const opened = Array.from({ length: Math.max(0, wanted) }, () => openPart(open)).filter((part) => part !== undefined);
  const [only, ...more] = opened;
  // A few new ones by themselves would be all that an answer holds.
  if (only && more.length === 0 && fullest) halve(fullest, only);
}

function openPart<T>({ parts, free }: OpenParts<T>): OpenPart<T> | undefined {
  const number = free.shift();
  if (number === undefined) return undefined;
  const standing = { values: 0, characters: 0 };
  const part: OpenPart<T> = { number, members: [], group: number, octets: 0, changes: true, standing };
  parts.push(part);
  return part;
}

function halve<T extends OurValue>(from: OpenPart<T>, to: OpenPart<T>): void {
  const half = Math.floor(from.members.length / 2);
  if (half === 0) return;
  const moving = from.members.splice(from.members.length - half);
  from.octets -= octetsOf(moving);
  from.changes = true;
  to.group = from.group;
  add(to, moving);
}

function partFor<T extends OurValue>(open: OpenParts<T>, { value }: T): OpenPart<T> | undefined {
  const octets = octetsOfSrv(value);
  if (octets > open.limit) return undefined;
  const able = open.parts.filter((part) => part.octets + octets <= open.limit && part.members.length < MAX_SET_WEIGHT);
  return emptiest(able.filter(({ changes }) => changes)) ?? emptiest(able) ?? openPart(open);
}

const emptiest = <T>(parts: readonly OpenPart<T>[]): OpenPart<T> | undefined =>
  parts.reduce<OpenPart<T> | undefined>((best, part) => (best && best.octets <= part.octets ? best : part), undefined);

/** Joins the two smallest parts, again and again, while one of both is half full at most and one batch can carry it. */
function mergeSmall<T extends OurValue>(open: OpenParts<T>): void {
  for (;;) {
    const [small, next] = open.parts
      .filter(({ members }) => members.length > 0)
      .sort((one, other) => one.octets - other.octets || one.number - other.number);
    if (!small || !next || small.octets + next.octets > open.limit / 2) return;
    const [into, from] = small.number < next.number ? [small, next] : [next, small];
    const together = open.parts.filter(({ group }) => group === into.group || group === from.group);
    if (!isOneBatch(together)) return;
    const { group } = from;
    for (const part of open.parts) if (part.group === group) part.group = into.group;
    add(into, from.members.splice(0));
    from.octets = 0;
  }
}

function isOneBatch<T extends OurValue>(parts: readonly OpenPart<T>[]): boolean {
  const members = parts.flatMap((part) => part.members);
  const elements = parts.reduce((sum, { standing }) => sum + standing.values, members.length);
  const characters = parts.reduce((sum, { standing }) => sum + standing.characters, 0);
  const coming = members.reduce((sum, { value }) => sum + lengthOf(value), 0);
  return elements <= MAX_ELEMENTS_PER_BATCH && characters + coming <= MAX_CHARACTERS_PER_BATCH;
}

/**
 * The weighted sets of the parts of a name. A set weighs as many as it has values: of all
 * answers each instance is in the same share, however full its part is.
 */
export function setsOfParts(parts: readonly Part<OurValue>[], ownerName: string, ttl: number): readonly RecordSet[] {
  return parts.flatMap(({ identifier, members }) => {
    const values = inStableOrder(members.map(({ value }) => value));
    if (values.length === 0) return [];
    const weight = Math.min(values.length, MAX_SET_WEIGHT);
    return [{ ownerName, type: 'SRV', ttl, values, policy: 'weighted' as const, setIdentifier: identifier, weight }];
  });
}
