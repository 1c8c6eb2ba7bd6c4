import { isOurValue, type Naming } from '../dns/ownership.ts';
import type { Value } from '../dns/record-set.ts';
import { srvText } from '../dns/srv.ts';
import type { EndpointKey } from '../ecs/claim.ts';
import type { Leaving, LeftOut, NameJudgement, Staying } from '../judging/judgement.ts';
import type { UnexplainedRemoval } from '../reading/held.ts';
import { isPermitted, type PermittedRemoval, permitAt, permitsOf } from '../reading/permitted.ts';
import type { Coverage } from '../reading/reading.ts';
import { MAX_CHARACTERS_PER_BATCH } from '../words/quotas.ts';
import { charactersOf, fitInto, roomAt } from '../zone/capacity.ts';
import { weightOf } from '../zone/change.ts';
import { decide } from '../zone/decide.ts';
import { isForeign, setIdentifierOf, setsOf } from '../zone/routing.ts';
import { type NamePlan, namePlan, withhold } from './name-plan.ts';
import type { PlanInput, PlanSettings } from './plan.ts';

/** Fits each judged name into its record sets, all of `held` kept. */
export function settleNames(
  judgements: readonly NameJudgement[],
  held: readonly UnexplainedRemoval[],
  { settings, coverage }: PlanInput,
): readonly NamePlan[] {
  const heldAt = Map.groupBy(held, ({ name }) => name);
  const permits = permitsOf(coverage.kind === 'event' ? coverage.permitted : undefined);
  return judgements.map((judgement) => {
    const { name } = judgement;
    const keys = new Set(heldAt.get(name)?.map(({ key }) => key));
    const permitted = permits.get(name);
    return settleName(judgement, keys, { ...settings, kind: coverage.kind, ...(permitted && { permitted }) });
  });
}

interface SettleSettings extends Pick<PlanSettings, 'naming' | 'recordTtl'>, Pick<Coverage, 'kind'> {
  /** Slices: what their full plan has decided of the name. */
  readonly permitted?: readonly PermittedRemoval[];
}

/** Fits a judged name into its record sets and decides the changes; `heldKeys` are removals that the guard holds back. */
export function settleName(
  judgement: NameJudgement,
  heldKeys: ReadonlySet<EndpointKey>,
  { naming, recordTtl, kind, permitted }: SettleSettings,
): NamePlan {
  const { name, current, routing, conflict } = judgement;
  const isOurs = (value: Value) => isOurValue(value, naming);
  const held = judgement.leaves.filter(({ key, reason }) => reason === 'unexplained' && heldKeys.has(key));
  const standing: readonly Staying[] = [
    ...judgement.stays.filter(({ isNew }) => !isNew),
    ...held.map((leaving): Staying => ({ ...leaving, reason: 'held-guard', isNew: false })),
  ];
  const [clashing, entering] = partition(
    judgement.stays.filter(({ isNew }) => isNew),
    takenIdentifiers(judgement, naming),
  );

  // What is only held is not up for choice (L1), and an event run removes only what has stopped.
  const yields = (kept: Staying) => kind === 'full' || mayYield(kept, name, permitted);
  const [fixed, chosen] = partition(standing, (kept) => kept.claim === undefined || !yields(kept));
  const room = roomAt(current, routing, isOurs);
  const occupied = fixed.map(({ value }) => value);
  const { fits, over } = fitInto([...chosen, ...entering], {
    values: room.values - occupied.length,
    characters: room.characters - charactersOf(occupied),
  });

  const stays = [...fixed, ...fits];
  const dropped = over.filter(({ isNew }) => !isNew).map((kept): Leaving => ({ ...kept, reason: 'over-capacity' }));
  const { changes, after } = decide(setsOf(name, stays, { routing, naming, ttl: recordTtl }), current, isOurs);
  const plan = namePlan({
    name,
    changes,
    before: current,
    after,
    stays,
    leaves: [...judgement.leaves.filter((leaving) => !held.includes(leaving)), ...dropped],
    leftOut: [
      ...over.flatMap(({ claim, isNew }): readonly LeftOut[] =>
        isNew && claim ? [{ claim, reason: 'over-capacity' }] : [],
      ),
      ...clashing.flatMap(({ claim, value }): readonly LeftOut[] =>
        claim ? [{ claim, reason: 'conflict', detail: takenDetail(setIdentifierOf(value, naming)) }] : [],
      ),
      ...judgement.leftOut,
    ],
    ...(conflict !== undefined && { conflict }),
  });
  const { characters } = weightOf({ changes });
  const empties = dropped.length > 0 && stays.length === 0;
  return empties || characters > MAX_CHARACTERS_PER_BATCH ? withhold(plan, TOO_LARGE) : plan;
}

/** Whether the full plan, of which this is a slice, has given up a value for want of room. */
function mayYield({ value, claim, entry }: Staying, name: string, permitted: SettleSettings['permitted']): boolean {
  const task = (entry ?? claim)?.task;
  const permit = permitAt(permitted, { name, ours: [srvText(value)] });
  return isPermitted(permit, { reason: 'over-capacity', ...(task !== undefined && { task }) });
}

/** Whether a set of others has the identifier that ours would get: theirs is not touched. */
function takenIdentifiers({ current, routing }: NameJudgement, naming: Naming): (kept: Staying) => boolean {
  const taken = new Set(current.filter((set) => isForeign(set, naming)).map(({ setIdentifier }) => setIdentifier));
  return ({ value }) => routing !== 'simple' && taken.has(setIdentifierOf(value, naming));
}

const takenDetail = (identifier: string) => `a record set of others has the identifier "${identifier}"`;

/** Only others can make a set so large, since ours are bounded by half of a batch: nothing of ours is given up for it. */
const TOO_LARGE = {
  published: 'held-quarantined',
  leftOut: 'over-capacity',
  detail: `the values of others are so long that ours cannot be changed within ${MAX_CHARACTERS_PER_BATCH} characters`,
} as const;

function partition<T>(all: readonly T[], belongs: (one: T) => boolean): readonly [readonly T[], readonly T[]] {
  return [all.filter(belongs), all.filter((one) => !belongs(one))];
}
