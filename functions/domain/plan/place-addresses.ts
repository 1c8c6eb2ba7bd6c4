import { ADDRESS_TYPES, type AddressType, addressTypeOf } from '../dns/address-name.ts';
import type { NameJudgement } from '../judging/judgement.ts';
import { aliasChanges } from '../zone/alias.ts';
import type { Change } from '../zone/change.ts';
import { placeWithTtl } from './place-with-ttl.ts';
import type { Candidates, Placed, PlaceSettings } from './placed.ts';
import { packSteps } from './steps.ts';

type Judgement = NameJudgement & Required<Pick<NameJudgement, 'aliases'>>;

/**
 * Fits the addresses of each family into the set of its type, with the alias to it; each has the room of a set. Both in one
 * batch where that carries them, else one after the other: neither rests on the other.
 */
export function placeAddresses(judgement: Judgement, candidates: Candidates, settings: PlaceSettings): Placed {
  const all = ADDRESS_TYPES.map((type) => placeType(type, { judgement, candidates }, settings));
  const steps = packSteps(all.map(({ changes }) => changes));
  return {
    stays: all.flatMap(({ stays }) => stays),
    over: all.flatMap(({ over }) => over),
    clashing: all.flatMap(({ clashing }) => clashing),
    after: all.flatMap(({ after }) => after),
    changes: all.flatMap(({ changes }) => changes),
    ...(steps.length > 1 && { steps }),
  };
}

function placeType(
  type: AddressType,
  { judgement, candidates }: { readonly judgement: Judgement; readonly candidates: Candidates },
  settings: PlaceSettings,
): Placed {
  const ofType = (some: Candidates['fixed']) => some.filter(({ value }) => addressTypeOf(value) === type);
  const { fixed, chosen, entering } = candidates;
  const placed = placeWithTtl(
    { ...judgement, current: judgement.current.filter((set) => set.type === type) },
    { fixed: ofType(fixed), chosen: ofType(chosen), entering: ofType(entering) },
    settings,
  );
  return { ...placed, changes: withAlias(placed, judgement, { type, settings }) };
}

/** An alias goes before the set that it names, and comes behind it. */
function withAlias(
  { changes, stays }: Placed,
  { name, aliases }: Judgement,
  { type, settings }: { readonly type: AddressType; readonly settings: PlaceSettings },
): readonly Change[] {
  const alias = aliases.find((one) => one.type === type);
  if (!alias) return changes;
  const { first, last } = aliasChanges({ ownerName: name, ...alias }, stays.length, settings.naming);
  return [...first, ...changes, ...last];
}
