import { isOurValue, type Naming } from '../dns/ownership.ts';
import type { Value } from '../dns/record-set.ts';
import type { NameJudgement, Staying } from '../judging/judgement.ts';
import { isForeign, isShared, setIdentifierOf } from '../zone/routing.ts';
import { isPart } from '../zone/spread.ts';
import type { NamePlan } from './name-plan.ts';
import type { PlanSettings } from './plan.ts';

/** What is to stand at a name, in the order of preference within each list. */
export interface Candidates {
  /** Not up for choice: what is only held (L1), and in event runs all that stands. */
  readonly fixed: readonly Staying[];
  readonly chosen: readonly Staying[];
  readonly entering: readonly Staying[];
}

/** Where it stands, and what there is no room for. */
export interface Placed extends Pick<NamePlan, 'stays' | 'changes' | 'after' | 'steps'> {
  readonly over: readonly Staying[];
  /** New ones whose record set would have the identifier of a set of others. */
  readonly clashing: readonly Staying[];
}

export interface PlaceSettings
  extends Pick<PlanSettings, 'naming' | 'recordTtl' | 'minimumTtl' | 'routing' | 'beyondCapacity' | 'capacity'> {
  readonly kind: 'full' | 'event';
  /** Of a full run: it goes on with what that has begun. */
  readonly isSlice?: boolean;
  /** Route 53 has refused the last change of the name: it does not change its form now. */
  readonly refused?: boolean;
}

/** Whether a set of others has the identifier that ours would get: theirs is not touched. */
export function takenIdentifiers(
  { current, routing }: Pick<NameJudgement, 'current' | 'routing'>,
  naming: Naming,
): (kept: Staying) => boolean {
  const taken = new Set(current.filter((set) => isForeign(set, naming)).map(({ setIdentifier }) => setIdentifier));
  return ({ value }) => routing !== 'simple' && taken.has(setIdentifierOf(value, naming));
}

/** The sets at a name, by whose they are: those of others, or with values of others in them, and ours, parts apart. */
export function standingSets({ current }: Pick<NameJudgement, 'current'>, naming: Naming) {
  const isOurs = (value: Value) => isOurValue(value, naming);
  const [theirs, ours] = partition(current, (set) => isForeign(set, naming) || isShared(set, isOurs));
  const [parts, plain] = partition(ours, (set) => isPart(set, naming));
  return { theirs, ours, parts, plain };
}

export function partition<T>(all: readonly T[], belongs: (one: T) => boolean): readonly [readonly T[], readonly T[]] {
  return [all.filter(belongs), all.filter((one) => !belongs(one))];
}
