import { valueText } from '../dns/record-set.ts';
import type { NameJudgement, Staying } from '../judging/judgement.ts';
import { CAPACITY, charactersOf, fitInto, type Room } from '../zone/capacity.ts';
import { setsOf } from '../zone/routing.ts';
import { layOut, setsOfParts } from '../zone/spread.ts';
import {
  type Candidates,
  type Placed,
  type PlaceSettings,
  partition,
  standingSets,
  takenIdentifiers,
} from './placed.ts';
import { changesBetween, fitsOneBatch, packSteps } from './steps.ts';

/**
 * Brings a spread name back to one form, with as many values as it can hold, those of the first parts before others;
 * undefined where what is only held does not fit. In one batch where that carries all; else the parts shrink first, each
 * by what leaves anyway, and then what is left of them is exchanged: the name is never without values.
 */
export function leaveParts(
  judgement: NameJudgement,
  { fixed, chosen, entering }: Candidates,
  { naming, recordTtl, capacity = CAPACITY }: PlaceSettings,
): Placed | undefined {
  const { name, current, routing } = judgement;
  const { theirs, ours, parts, plain } = standingSets(judgement, naming);
  const isTaken = takenIdentifiers(judgement, naming);
  const room: Room = {
    values: (routing === 'simple' ? capacity.values : capacity.sets - theirs.length) - fixed.length,
    characters: capacity.characters - charactersOf(fixed.map(({ value }) => value)),
  };
  if (room.values < 0 || room.characters < 0 || fixed.some(isTaken)) return undefined;
  const [clashing, open] = partition(entering, isTaken);
  const [lost, kept] = partition(inOrderOfParts(judgement, chosen), isTaken);
  const { fits, over } = fitInto([...kept, ...open], room);

  const stays = [...fixed, ...fits];
  const after = setsOf(name, stays, { routing, naming, ttl: theirs[0]?.ttl ?? recordTtl });
  const placed = { stays, over: [...over, ...lost], clashing, after: [...theirs, ...after] };
  const direct = changesBetween(ours, after);
  if (fitsOneBatch(direct)) return { ...placed, changes: direct };

  const staying = stays.filter(({ isNew }) => !isNew);
  const about = { ownerName: name, naming, capacity, current, merges: false };
  const { parts: layout } = layOut({ staying, entering: [] }, about);
  const shrunk = layout.flatMap((part) => {
    const before = parts.filter(({ setIdentifier }) => setIdentifier === part.identifier);
    return [{ before, after: setsOfParts([part], name, before[0]?.ttl ?? recordTtl) }];
  });
  const left = [...plain, ...shrunk.flatMap((part) => part.after)];
  const steps = [
    ...packSteps(shrunk.map((part) => changesBetween(part.before, part.after))),
    ...packSteps([changesBetween(left, after)], true),
  ];
  return { ...placed, changes: steps.flatMap(({ changes }) => changes), steps };
}

/** Values of one part stand together, so that few parts are left of those that are given up. */
function inOrderOfParts({ current }: NameJudgement, chosen: readonly Staying[]): readonly Staying[] {
  const order = new Map<string, number>();
  for (const value of current.flatMap(({ values }) => values)) order.set(valueText(value), order.size);
  const place = ({ value }: Staying) => order.get(valueText(value)) ?? 0;
  return chosen.toSorted((one, other) => place(one) - place(other));
}
