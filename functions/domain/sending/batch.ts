import { MAX_CHARACTERS_PER_BATCH, MAX_ELEMENTS_PER_BATCH } from '../words/quotas.ts';
import { type ChangeUnit, weightOf } from '../zone/change.ts';

/** What is sent to Route 53 in one request, in this order. */
export interface ChangeBatch {
  readonly units: readonly ChangeUnit[];
  /** Earlier batches (by index) that create address record sets which units of this one need. */
  readonly after: readonly number[];
}

/** What one request may hold. */
export interface BatchLimits {
  readonly elements: number;
  readonly characters: number;
}

export const ROUTE53_LIMITS: BatchLimits = {
  elements: MAX_ELEMENTS_PER_BATCH,
  characters: MAX_CHARACTERS_PER_BATCH,
};

/** Units that must share a batch, or stand in this order. */
type Group = readonly ChangeUnit[];

/**
 * Cuts a plan into batches within Route 53's limits, make before break (L9): the marker first, then address sets of values
 * that stand already, which nobody finds without them, then each name with the address sets that it needs in the same batch
 * or an earlier one, marks and removals of address sets last. A unit is never
 * cut, and two of one name never share a batch: what became of a name in a batch is one thing.
 */
export function batchUnits(units: readonly ChangeUnit[], limits: BatchLimits = ROUTE53_LIMITS): readonly ChangeBatch[] {
  const providers = units.filter(({ kind }) => kind === 'marker' || kind === 'address');
  const provided = new Map(providers.map((unit) => [unit.name, unit]));
  const placed = new Set<string>();
  const take = (name: string): readonly ChangeUnit[] => {
    const unit = placed.has(name) ? undefined : provided.get(name);
    placed.add(name);
    return unit ? [unit] : [];
  };
  const names = units.filter(({ kind }) => kind === 'name');
  const awaited = new Set(names.flatMap(({ needs }) => needs));
  const groups: Group[] = [
    ...units.filter(({ kind }) => kind === 'marker').map(({ name }) => take(name)),
    ...[...provided.keys()].filter((name) => !awaited.has(name)).map(take),
    ...names.map((unit) => [...unit.needs.flatMap(take), unit]),
    ...units.filter(({ kind }) => kind === 'address-mark' || kind === 'address-removal').map((unit) => [unit]),
  ];

  const packing = packer(limits);
  for (const group of groups) {
    if (group.some(({ follows }) => follows)) packing.close();
    packing.add(group);
  }
  const { batches } = packing;
  // By itself: the permission for it allows no other type beside it.
  batches.push(...units.filter(({ kind }) => kind === 'soa').map((unit) => [unit]));
  const home = new Map(batches.flatMap((batch, index) => batch.map((unit) => [unit, index] as const)));
  const before = unitsBefore(units);
  return batches.map((batch, index) => {
    const needed = batch.flatMap((unit) =>
      unit.needs.map((name) => (name === unit.name ? before.get(unit) : provided.get(name))),
    );
    const after = needed
      .map((unit) => unit && home.get(unit))
      .filter((other) => other !== undefined && other !== index);
    return { units: batch, after: [...new Set(after)].filter((other) => other !== undefined).sort((a, b) => a - b) };
  });
}

/** The unit of the same name that comes before each, where there are several. */
function unitsBefore(units: readonly ChangeUnit[]): ReadonlyMap<ChangeUnit, ChangeUnit> {
  const latest = new Map<string, ChangeUnit>();
  const before = new Map<ChangeUnit, ChangeUnit>();
  for (const unit of units) {
    const one = unit.follows ? latest.get(unit.name) : undefined;
    if (one) before.set(unit, one);
    latest.set(unit.name, unit);
  }
  return before;
}

/** Fills one batch after the other; what a batch weighs is added up as it grows. */
function packer(limits: BatchLimits) {
  const fits = (weight: Weight) => weight.elements <= limits.elements && weight.characters <= limits.characters;
  const batches: ChangeUnit[][] = [];
  let last = NOTHING;
  const put = (units: Group, weight: Weight) => {
    const both = plus(last, weight);
    const current = fits(both) ? batches.at(-1) : undefined;
    if (current) current.push(...units);
    else batches.push([...units]);
    last = current ? both : weight;
  };
  return {
    batches,
    /** What comes next goes into another batch. */
    close() {
      last = limits;
    },
    /** Together where they fit into one batch; else each where there is room. */
    add(group: Group) {
      const weights = group.map((unit) => ({ unit, weight: weightOf(unit) }));
      const whole = weights.reduce((sum, { weight }) => plus(sum, weight), NOTHING);
      if (fits(whole)) put(group, whole);
      else {
        // Nothing is added to a batch that weighs so much.
        last = limits;
        for (const { unit, weight } of weights) put([unit], weight);
      }
    },
  };
}

type Weight = ReturnType<typeof weightOf>;
const NOTHING: Weight = { elements: 0, characters: 0 };

const plus = (one: Weight, other: Weight): Weight => ({
  elements: one.elements + other.elements,
  characters: one.characters + other.characters,
});
