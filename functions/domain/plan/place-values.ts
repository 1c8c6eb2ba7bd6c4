import { isOurValue } from '../dns/ownership.ts';
import type { Value } from '../dns/record-set.ts';
import type { NameJudgement, Staying } from '../judging/judgement.ts';
import { CAPACITY, charactersOf, fitInto, roomAt } from '../zone/capacity.ts';
import { decide } from '../zone/decide.ts';
import { setsOf } from '../zone/routing.ts';
import { isPart } from '../zone/spread.ts';
import { leaveParts } from './leave-parts.ts';
import { placeInParts } from './place-in-parts.ts';
import { type Candidates, type Placed, type PlaceSettings, partition, takenIdentifiers } from './placed.ts';

/** Share of the capacity of a simple set at which a spread name comes back to it: not the one at which it has left. */
const BACK_AT = 0.75;

/**
 * Decides over the form of a name: one record set (or one for each instance), or several parts of a spread name.
 *
 * | stands   | `beyondCapacity` is `spread`  | what is wanted                                 | then                                |
 * | -------- | ----------------------------- | ---------------------------------------------- | ----------------------------------- |
 * | one form | no                            | anything                                       | it stays                            |
 * | one form | yes                           | fits into a simple set                         | it stays                            |
 * | one form | yes                           | does not                                       | parts                               |
 * | one form | yes, others are in the set    | does not                                       | it stays: `over-capacity`           |
 * | one form | yes, refused the last time    | does not                                       | it stays: `over-capacity`           |
 * | parts    | yes                           | at most 3/4 of a simple set, in a full run     | one set                             |
 * | parts    | yes                           | more, or an event run                          | parts                               |
 * | parts    | no                            | anything, in a full run                        | one form, with a stable subset      |
 * | parts    | no                            | more held values than that could hold          | parts                               |
 * | parts    | others' weighted sets beside  | anything                                       | parts: nothing else can stand there |
 */
export function placeValues(judgement: NameJudgement, candidates: Candidates, settings: PlaceSettings): Placed {
  const { naming, capacity = CAPACITY } = settings;
  const { refused = false } = settings;
  const spreads = settings.beyondCapacity === 'spread' && settings.routing === 'simple';
  const [instead, entering] = partition(candidates.entering, replaces(judgement, settings));
  const asParts = { ...candidates, fixed: [...candidates.fixed, ...instead], entering };
  if (!judgement.current.some((set) => isPart(set, naming))) {
    const placed = inOneForm(judgement, candidates, settings);
    if (placed.over.length === 0 || !spreads || refused || judgement.routing !== 'simple') return placed;
    return placeInParts(judgement, asParts, settings) ?? placed;
  }
  const wanted = [...candidates.fixed, ...candidates.chosen, ...candidates.entering].map(({ value }) => value);
  const small = wanted.length <= BACK_AT * capacity.values && charactersOf(wanted) <= BACK_AT * capacity.characters;
  const forced = judgement.routing !== settings.routing;
  const whole = settings.kind === 'full' || settings.isSlice === true;
  const back = whole && !forced && (small || !spreads);
  const left = back ? leaveParts(judgement, asParts, settings) : undefined;
  return left ?? placeInParts(judgement, asParts, settings) ?? inOneForm(judgement, candidates, settings);
}

/**
 * Whether a new value is another spelling (with another weight, say) of one that leaves: it has the room of that, and an
 * event run, which removes only what has stopped, has to find it that.
 */
function replaces({ leaves }: NameJudgement, { kind }: PlaceSettings): (one: Staying) => boolean {
  const replaced = new Set(leaves.flatMap(({ key, reason }) => (reason === 'replaced' ? [key] : [])));
  return ({ key }) => kind === 'event' && replaced.has(key);
}

/** As many as fit into one simple set, or into sets of one instance each. */
function inOneForm(judgement: NameJudgement, { fixed, chosen, entering }: Candidates, settings: PlaceSettings): Placed {
  const { name, current, routing } = judgement;
  const { naming, recordTtl, capacity } = settings;
  const isOurs = (value: Value) => isOurValue(value, naming);
  const [clashing, open] = partition(entering, takenIdentifiers(judgement, naming));
  const room = roomAt(current, routing, { isOurs, ...(capacity && { capacity }) });
  const [instead, more] = partition(open, replaces(judgement, settings));
  const occupied = [...fixed, ...instead].map(({ value }) => value);
  const { over } = fitInto([...chosen, ...more], {
    values: room.values - occupied.length,
    characters: room.characters - charactersOf(occupied),
  });
  const left = new Set(over);
  const stays = [...fixed, ...[...chosen, ...open].filter((one) => !left.has(one))];
  const { changes, after } = decide(setsOf(name, stays, { routing, naming, ttl: recordTtl }), current, isOurs);
  return { stays, over, clashing, changes, after };
}
