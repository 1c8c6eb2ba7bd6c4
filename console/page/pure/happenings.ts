import type { Happening } from '../../views.ts';

/** The sign, the word and the colour of what happened. */
export const OUTCOMES = {
  published: { sign: '+', word: 'published', tone: 'good' },
  removed: { sign: '−', word: 'removed', tone: 'bad' },
  'left-out': { sign: '○', word: 'left out', tone: 'out' },
} as const satisfies Readonly<Record<Happening['outcome'], { sign: string; word: string; tone: string }>>;

const keyOf = ({ execution, outcome, name, endpoint, task }: Happening): string =>
  JSON.stringify([execution, outcome, name, endpoint, task]);

/** Those that were not among the ones before. Both the newest first. */
export function newOf(before: readonly Happening[], now: readonly Happening[]): readonly Happening[] {
  const known = new Set(before.map(keyOf));
  return now.filter((one) => !known.has(keyOf(one)));
}

/** How many are read out one by one: more at once are counted. */
const SPOKEN = 3;

/** What a screen reader says of changes that have just come. */
export function spokenChanges(changes: readonly Happening[]): string {
  const said = changes
    .slice(0, SPOKEN)
    .map(({ outcome, name, endpoint, says }) => `${OUTCOMES[outcome].word}: ${name} ${endpoint}, ${says}`);
  const rest = changes.length - said.length;
  return [...said, ...(rest > 0 ? [`and ${rest} more`] : [])].join('. ');
}

/** By the execution that did them, in the order in which they come. */
export function byRun(
  happenings: readonly Happening[],
): readonly { readonly execution: string; readonly at: number; readonly all: readonly Happening[] }[] {
  const groups = Map.groupBy(happenings, ({ execution }) => execution);
  return [...groups].map(([execution, all]) => ({ execution, at: all[0]?.at ?? 0, all }));
}
