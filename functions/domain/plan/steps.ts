import { type RecordSet, sameRecordSet } from '../dns/record-set.ts';
import { MAX_CHARACTERS_PER_BATCH, MAX_ELEMENTS_PER_BATCH } from '../words/quotas.ts';
import { type Change, exchange, weightOf } from '../zone/change.ts';
import type { Step } from './name-plan.ts';

/** What has to be changed for some sets of a name to stand where others do. */
export function changesBetween(before: readonly RecordSet[], after: readonly RecordSet[]): readonly Change[] {
  const isIn = (sets: readonly RecordSet[], set: RecordSet) => sets.some((one) => sameRecordSet(one, set));
  return exchange(
    before.filter((set) => !isIn(after, set)),
    after.filter((set) => !isIn(before, set)),
  );
}

export const fitsOneBatch = (changes: readonly Change[]): boolean => {
  const { elements, characters } = weightOf({ changes });
  return elements <= MAX_ELEMENTS_PER_BATCH && characters <= MAX_CHARACTERS_PER_BATCH;
};

/** Puts changes that stand each for themselves into as few steps as their order allows; none of them is ever cut. */
export function packSteps(groups: readonly (readonly Change[])[], rests = false): readonly Step[] {
  const steps: Change[][] = [];
  for (const group of groups) {
    if (group.length === 0) continue;
    const last = steps.at(-1);
    if (last && fitsOneBatch([...last, ...group])) last.push(...group);
    else steps.push([...group]);
  }
  return steps.map((changes) => ({ changes, ...(rests && { rests }) }));
}
