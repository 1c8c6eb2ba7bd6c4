import { srvText } from '../dns/srv.ts';
import type { EndpointKey } from '../ecs/claim.ts';
import { everyClaimOf, type Leaving, type LeftOut, type NameJudgement, type Staying } from '../judging/judgement.ts';
import type { UnexplainedRemoval } from '../reading/held.ts';
import { isPermitted, type PermittedRemoval, permitAt, permitsOf } from '../reading/permitted.ts';
import { MAX_CHARACTERS_PER_BATCH } from '../words/quotas.ts';
import { weightOf } from '../zone/change.ts';
import { setIdentifierOf } from '../zone/routing.ts';
import { type NamePlan, namePlan, withhold } from './name-plan.ts';
import { placeAddresses } from './place-addresses.ts';
import { placeWithTtl } from './place-with-ttl.ts';
import { type Candidates, type PlaceSettings, partition } from './placed.ts';
import type { PlanInput } from './plan.ts';

/** Fits each judged name into its record sets, all of `held` kept. */
export function settleNames(
  judgements: readonly NameJudgement[],
  held: readonly UnexplainedRemoval[],
  { settings, coverage, reading }: PlanInput,
): readonly NamePlan[] {
  const heldAt = Map.groupBy(held, ({ name }) => name);
  const permits = permitsOf(coverage.kind === 'event' ? coverage.permitted : undefined);
  const isSlice = coverage.kind === 'event' && coverage.permitted !== undefined;
  const isRetried = coverage.kind === 'full' && coverage.retry === true;
  const quarantine = new Set(isRetried ? [] : Object.keys(reading.quarantine ?? {}));
  return judgements.map((judgement) => {
    const { name } = judgement;
    const keys = new Set(heldAt.get(name)?.map(({ key }) => key));
    const permitted = permits.get(name);
    const about = { kind: coverage.kind, isSlice, refused: quarantine.has(name), ...(permitted && { permitted }) };
    return settleName(judgement, keys, { ...settings, ...about });
  });
}

interface SettleSettings extends PlaceSettings {
  /** Slices: what their full plan has decided of the name. */
  readonly permitted?: readonly PermittedRemoval[];
}

/** Fits a judged name into its record sets and decides the changes; `heldKeys` are removals that the guard holds back. */
export function settleName(
  judgement: NameJudgement,
  heldKeys: ReadonlySet<EndpointKey>,
  settings: SettleSettings,
): NamePlan {
  const { name, current, conflict } = judgement;
  // An alias cannot stand for several sets: the addresses of a family are in one.
  const placing: PlaceSettings = judgement.aliases
    ? { ...settings, routing: 'simple', beyondCapacity: 'leave-out' }
    : settings;
  const held = judgement.leaves.filter(({ key, reason }) => reason === 'unexplained' && heldKeys.has(key));
  const standing: readonly Staying[] = [
    ...judgement.stays.filter(({ isNew }) => !isNew),
    ...held.map((leaving): Staying => ({ ...leaving, reason: 'held-guard', isNew: false })),
  ];
  // What is only held is not up for choice (L1), and an event run removes only what has stopped.
  const yields = (kept: Staying) => settings.kind === 'full' || mayYield(kept, name, settings.permitted);
  const [fixed, chosen] = partition(standing, (kept) => kept.claim === undefined || !yields(kept));
  const entering = judgement.stays.filter(({ isNew }) => isNew);
  const candidates: Candidates = { fixed, chosen, entering };
  const placed = judgement.aliases
    ? placeAddresses({ ...judgement, aliases: judgement.aliases }, candidates, placing)
    : placeWithTtl(judgement, candidates, placing);
  const { stays, over, clashing, ...rest } = placed;
  const dropped = over.filter(({ isNew }) => !isNew).map((kept): Leaving => ({ ...kept, reason: 'over-capacity' }));
  const plan = namePlan({
    name,
    before: current,
    ...rest,
    stays,
    leaves: [...judgement.leaves.filter((leaving) => !held.includes(leaving)), ...dropped],
    leftOut: [
      // A claim whose own value leaves has its reason there.
      ...over
        .flatMap((one) => (one.isNew ? everyClaimOf(one) : (one.besides ?? [])))
        .map((claim): LeftOut => ({ claim, reason: 'over-capacity' })),
      ...clashing.flatMap((one): readonly LeftOut[] => {
        const detail = takenDetail(setIdentifierOf(one.value, settings.naming));
        return everyClaimOf(one).map((claim) => ({ claim, reason: 'conflict', detail }));
      }),
      ...judgement.leftOut,
    ],
    ...(conflict !== undefined && { conflict }),
  });
  const { steps = [{ changes: plan.changes }] } = plan;
  const isTooLarge = steps.some((step) => weightOf(step).characters > MAX_CHARACTERS_PER_BATCH);
  const empties = dropped.length > 0 && stays.length === 0;
  return empties || isTooLarge ? withhold(plan, TOO_LARGE) : plan;
}

/** Whether the full plan, of which this is a slice, has given up a value for want of room. */
function mayYield({ value, claim, entry }: Staying, name: string, permitted: SettleSettings['permitted']): boolean {
  const task = (entry ?? claim)?.task;
  const permit = permitAt(permitted, { name, ours: [srvText(value)] });
  return isPermitted(permit, { reason: 'over-capacity', ...(task !== undefined && { task }) });
}

const takenDetail = (identifier: string) => `a record set of others has the identifier "${identifier}"`;

/** Only others can make a set so large, since ours are bounded by half of a batch: nothing of ours is given up for it. */
const TOO_LARGE = {
  published: 'held-quarantined',
  leftOut: 'over-capacity',
  detail: `the values of others are so long that ours cannot be changed within ${MAX_CHARACTERS_PER_BATCH} characters`,
} as const;
