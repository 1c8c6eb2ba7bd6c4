import { MARKS, type Mark, type MarkCounts } from '../../views.ts';

/** How a mark is shown: never by its colour alone. */
export interface Sign {
  readonly mark: Mark;
  /** First of its name, as `NameRow.marks` has it. */
  readonly letter: string;
  readonly word: string;
  /** Of a square of 10 × 10, as SVG's path has it. */
  readonly path: string;
}

/** Each mark's shape at some distance to the right. */
const SHAPES: Readonly<Record<Mark, (by: number) => string>> = {
  published: (by) => `M${5 + by} 1a4 4 0 1 1 0 8a4 4 0 1 1 0-8z`,
  held: (by) => `M${1 + by} 1h3v8h-3zM${6 + by} 1h3v8h-3z`,
  starting: (by) => `M${5 + by} .9l4.4 8.1h-8.8z`,
  failing: (by) =>
    `M${2.3 + by} .8l2.7 2.7 2.7-2.7 1.5 1.5-2.7 2.7 2.7 2.7-1.5 1.5-2.7-2.7-2.7 2.7-1.5-1.5 2.7-2.7-2.7-2.7z`,
  'left-out': (by) =>
    `M${5 + by} 1a4 4 0 1 1 0 8a4 4 0 1 1 0-8zM${5 + by} 2.7a2.3 2.3 0 1 0 0 4.6a2.3 2.3 0 1 0 0-4.6z`,
};

const WORDS: Readonly<Record<Mark, string>> = {
  published: 'published',
  held: 'held',
  starting: 'starting',
  failing: 'failing',
  'left-out': 'left out',
};

export const SIGNS: readonly Sign[] = MARKS.map((mark) => ({
  mark,
  letter: mark.charAt(0),
  word: WORDS[mark],
  path: SHAPES[mark](0),
}));

const OF_LETTER = new Map(SIGNS.map((sign) => [sign.letter, sign]));
const OF_MARK = new Map(SIGNS.map((sign) => [sign.mark, sign]));
const UNKNOWN: Sign = { mark: 'left-out', letter: 'l', word: WORDS['left-out'], path: SHAPES['left-out'](0) };

export const signOf = (mark: Mark): Sign => OF_MARK.get(mark) ?? UNKNOWN;
const signOfLetter = (letter: string): Sign => OF_LETTER.get(letter) ?? UNKNOWN;

/** @param marks as `NameRow.marks` has them */
export function countsOf(marks: string): MarkCounts {
  const counts: Record<Mark, number> = { published: 0, held: 0, starting: 0, failing: 0, 'left-out': 0 };
  for (const letter of marks) counts[signOfLetter(letter).mark] += 1;
  return counts;
}

/** Those that there are, the usual order. */
export const present = (counts: MarkCounts): readonly { readonly sign: Sign; readonly count: number }[] =>
  SIGNS.flatMap((sign) => (counts[sign.mark] > 0 ? [{ sign, count: counts[sign.mark] }] : []));

/** `12 published, 1 failing`; `no instance` where there is none. */
export function countsText(counts: MarkCounts): string {
  const said = present(counts).map(({ sign, count }) => `${count} ${sign.word}`);
  return said.length > 0 ? said.join(', ') : 'no instance';
}

export const total = (counts: MarkCounts): number => SIGNS.reduce((sum, { mark }) => sum + counts[mark], 0);

/** Distance of the middles of two marks beside each other, in units of a mark's path. */
export const STEP = 12;

/**
 * The first of them as few paths, one a mark, so that a row of them costs few elements.
 *
 * @param most how many are drawn at most
 */
export function stripOf(marks: string, most: number): readonly { readonly mark: Mark; readonly path: string }[] {
  const paths = new Map<Mark, string>();
  [...marks.slice(0, most)].forEach((letter, at) => {
    const { mark } = signOfLetter(letter);
    paths.set(mark, `${paths.get(mark) ?? ''}${SHAPES[mark](at * STEP)}`);
  });
  return [...paths].map(([mark, path]) => ({ mark, path }));
}
