import type { Adoption } from '../../functions/domain/plan/adopt.ts';
import { printable } from '../../functions/domain/words/text.ts';
import type { Paint } from './style.ts';
import { table } from './table.ts';

const FATES = {
  taken: { sign: '>', colour: 'green', why: '' },
  dropped: { sign: '-', colour: 'red', why: 'no task claims it' },
  kept: { sign: '=', colour: 'dim', why: 'of others, stays' },
} as const;

/** One line for each value: what stands, and what becomes of it. */
export function adoptionLines(adoptions: readonly Adoption[], paint: Paint): readonly string[] {
  const rows = adoptions.map(({ name, from, fate, to = '' }) => {
    const { sign, why } = FATES[fate];
    return [sign, printable(name), printable(from), fate === 'taken' ? `→ ${printable(to)}` : why];
  });
  return table(rows).map((line, index) => paint(FATES[adoptions[index]?.fate ?? 'kept'].colour, line));
}
