import { lengthOf, type RecordSet } from '../dns/record-set.ts';
import type { NameJudgement, Staying } from '../judging/judgement.ts';
import { MAX_CHARACTERS_PER_BATCH, MAX_ELEMENTS_PER_BATCH } from '../words/quotas.ts';
import { CAPACITY } from '../zone/capacity.ts';
import { weightOf } from '../zone/change.ts';
import { layOut, type Part, setsOfParts } from '../zone/spread.ts';
import type { Step } from './name-plan.ts';
import { type Candidates, type Placed, type PlaceSettings, standingSets } from './placed.ts';
import { changesBetween, fitsOneBatch, packSteps } from './steps.ts';

/** A name between what stands there of ours and what is to. */
interface Move {
  readonly ownerName: string;
  /** As they stand: parts, and what has another form and goes. */
  readonly parts: readonly RecordSet[];
  readonly plain: readonly RecordSet[];
  readonly layout: readonly Part<Staying>[];
  /** Seconds: that of others beside, which weighted sets share, or the one that is set. */
  readonly ttl: number;
}

interface Way {
  readonly steps: readonly Step[];
  readonly sets: readonly RecordSet[];
}

/**
 * Places all that stands and as much as there is room for into the parts of a spread name; undefined where that cannot be
 * done: others have values in the simple set, or one batch cannot exchange it for parts. The name is never without values:
 * what has another form goes in the batch that makes the parts of all that stands.
 *
 * | the name                    | steps, each one batch                                                                |
 * | --------------------------- | ------------------------------------------------------------------------------------ |
 * | has nothing, or parts       | parts that change, as many as fit; a part and those that it gives values to together |
 * | has one form                | its sets go, parts come, with as many new values as fit; then the rest of these      |
 * | is to have another TTL      | all parts at once, since weighted sets share one; where they do not fit, it stays     |
 */
export function placeInParts(
  judgement: NameJudgement,
  { fixed, chosen, entering }: Candidates,
  { naming, recordTtl, capacity = CAPACITY, kind }: PlaceSettings,
): Placed | undefined {
  const { name, current } = judgement;
  const { theirs, parts, plain } = standingSets(judgement, naming);
  if (theirs.some(({ policy }) => policy === 'simple')) return undefined;
  const staying = [...fixed, ...chosen];
  const about = { ownerName: name, naming, capacity, current, merges: kind === 'full' };
  const { parts: layout, over } = layOut({ staying, entering }, about);
  const left = new Set(over);
  if (staying.some((one) => left.has(one))) return undefined;
  const move: Move = { ownerName: name, parts, plain, layout, ttl: theirs[0]?.ttl ?? recordTtl };
  const way = plain.length > 0 ? crossing(move, new Set(entering)) : within(move);
  if (!way) return undefined;
  return {
    stays: [...staying, ...entering.filter((one) => !left.has(one))],
    over,
    clashing: [],
    changes: way.steps.flatMap(({ changes }) => changes),
    after: [...theirs, ...way.sets],
    steps: way.steps,
  };
}

/** From parts to parts, group by group. */
function within({ ownerName, parts, layout, ttl }: Move): Way {
  const standing = parts[0]?.ttl ?? ttl;
  if (standing !== ttl) {
    const sets = setsOfParts(layout, ownerName, ttl);
    const changes = changesBetween(parts, sets);
    if (fitsOneBatch(changes)) return { steps: packSteps([changes]), sets };
  }
  const sets = setsOfParts(layout, ownerName, standing);
  return { steps: packSteps(byGroup(parts, sets, layout)), sets };
}

/** From one form to parts: first all that stands, with as many new ones as fit into the batch. */
function crossing({ ownerName, parts, plain, layout, ttl }: Move, entering: ReadonlySet<Staying>): Way | undefined {
  const shared = parts[0]?.ttl ?? ttl;
  const first = layout.map((part) => ({ ...part, members: part.members.filter((one) => !entering.has(one)) }));
  const before = [...plain, ...parts];
  const least = changesBetween(before, setsOfParts(first, ownerName, shared));
  if (!fitsOneBatch(least)) return undefined;
  const stood = new Set(parts.map(({ setIdentifier }) => setIdentifier));
  const spare = weightOf({ changes: least });
  let [elements, characters] = [MAX_ELEMENTS_PER_BATCH - spare.elements, MAX_CHARACTERS_PER_BATCH - spare.characters];
  const along = new Set<Staying>();
  // A new part is made in any case; one that stands would have to go and come for it.
  for (const one of layout.flatMap((part) => (stood.has(part.identifier) ? [] : part.members))) {
    if (!entering.has(one)) continue;
    elements -= 1;
    characters -= lengthOf(one.value);
    if (elements < 0 || characters < 0) break;
    along.add(one);
  }
  const early = first.map((part, index) => {
    const members = layout[index]?.members ?? [];
    return { ...part, members: members.filter((one) => !entering.has(one) || along.has(one)) };
  });
  const sets = setsOfParts(layout, ownerName, shared);
  const halfway = setsOfParts(early, ownerName, shared);
  const rest = packSteps(byGroup(halfway, sets, layout), true);
  return { steps: [...packSteps([changesBetween(before, halfway)]), ...rest], sets };
}

/** The changes of each group of parts, which go together. */
function byGroup(before: readonly RecordSet[], after: readonly RecordSet[], layout: readonly Part<Staying>[]) {
  const groups = new Map(layout.map(({ identifier, group }) => [identifier, group]));
  const groupOf = ({ setIdentifier = '' }: RecordSet) => groups.get(setIdentifier);
  const [going, coming] = [Map.groupBy(before, groupOf), Map.groupBy(after, groupOf)];
  return [...new Set([...going.keys(), ...coming.keys()])].map((group) =>
    changesBetween(going.get(group) ?? [], coming.get(group) ?? []),
  );
}
