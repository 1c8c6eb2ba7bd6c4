/** Longer texts are like no word of ours. */
const LONGEST = 40;

/** A word, and how far a text is from it: 0 is the same, `LONGEST` and more like nothing. */
export interface Near {
  readonly word: string;
  readonly distance: number;
}

/** The word that a text is nearest to; the first of several. Texts are compared as far as they matter: 40 characters. */
export function nearest(given: string, words: readonly string[]): Near | undefined {
  const text = given.slice(0, LONGEST);
  const near = words.map((word) => ({ word, distance: distanceOf(text, word) }));
  return near.reduce<Near | undefined>((best, one) => (best && best.distance <= one.distance ? best : one), undefined);
}

/** What somebody has meant who mistyped: at most two slips, and fewer than half of the word. */
export function meant(given: string, words: readonly string[]): string | undefined {
  const near = nearest(given, words);
  return near && near.distance <= 2 && 2 * near.distance < near.word.length ? near.word : undefined;
}

/** Letters to insert, to drop, to replace, or to swap with their neighbour, until one text is the other (Damerau, 1964). */
function distanceOf(one: string, other: string): number {
  let [older, row]: [number[], number[]] = [[], Array.from({ length: other.length + 1 }, (_, column) => column)];
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const change = one[i - 1] === other[j - 1] ? 0 : 1;
      const swap =
        i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]
          ? (older[j - 2] ?? 0) + 1
          : LONGEST;
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + change, swap));
    }
    [older, row] = [row, next];
  }
  return row[other.length] ?? LONGEST;
}
