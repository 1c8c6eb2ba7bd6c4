import { MAX_FINDING, printable } from '../../functions/domain/words/text.ts';
import type { Paint } from '../view/style.ts';
import { timeText } from '../view/style.ts';
import type { Found, Since } from './case.ts';
import { CASES } from './cases.ts';
import type { Facts } from './facts.ts';

/** One case that holds, as `status` tells it. */
export interface Verdict {
  /** Its id in the table of cases. */
  readonly case: string;
  readonly says: string;
  readonly since?: Since;
  readonly next?: string;
}

/** A case that holds, with how the runs before the last one are asked since when. */
export type Judged = Verdict & Pick<Found, 'row'>;

/** Every case that holds, the worst first; the last one is told only where there is no other. */
export function judge(facts: Facts): readonly [Judged, ...Judged[]] {
  const found = CASES.flatMap(({ id, find }): Judged[] => {
    const one: Found | undefined = find(facts);
    return one ? [{ case: id, ...one, says: printable(one.says, MAX_FINDING) }] : [];
  });
  const [first, ...more] = found;
  if (!first) throw new Error('no case holds, not even the last one');
  return [first, ...more.filter((one) => !QUIET.has(one.case))];
}

/** Said only where nothing else is. */
const QUIET = new Set<string>(['in-sync', 'nothing-published']);

/** In one sentence: what is, since when, and the next command. */
export function verdictText({ says, since, next }: Verdict): string {
  const began = since === undefined ? '' : `, since ${since.atLeast ? 'at least ' : ''}${timeText(since.at)} UTC`;
  return `${says}${began}${next === undefined ? '' : `; next: ${next}`}`;
}

export const verdictLines = ([first, ...more]: readonly Verdict[], paint: Paint): readonly string[] => [
  ...(first ? [paint(first.case === 'in-sync' ? 'green' : 'yellow', verdictText(first))] : []),
  ...more.map((one) => paint('yellow', `also: ${verdictText(one)}`)),
];
