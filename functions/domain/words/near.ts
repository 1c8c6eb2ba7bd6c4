/** A known name, and in how many steps it is what was given. */
export interface Near {
  readonly name: string;
  readonly distance: number;
}

/** Longer texts are like no name of ours. */
const LONGEST = 40;
/** A slip of the pen; what is further away may mean something else. */
const SLIP = 2;

/** The known name that a text is most like, whatever its case; the first of several, and an empty one of none. */
export function nearest(given: string, known: readonly string[]): Near {
  const text = given.slice(0, LONGEST).trim().toLowerCase();
  const near = known.map((name) => ({ name, distance: distanceOf(text, name.toLowerCase()) }));
  return near.reduce((best, one) => (one.distance < best.distance ? one : best), {
    name: known[0] ?? '',
    distance: LONGEST,
  });
}

/** Which is near, and where that is far: which there are. */
export function orWhich(given: string, known: readonly string[], shown = (name: string) => name): string {
  const { name, distance } = nearest(given, known);
  return `the nearest is ${shown(name)}${distance > SLIP ? `; known are ${known.join(', ')}` : ''}`;
}

/** What somebody has meant who mistyped: a slip of the pen, in less than half of the name; undefined where nothing is like it. */
export function meant(given: string, known: readonly string[]): string | undefined {
  const { name, distance } = nearest(given, known);
  return distance <= SLIP && 2 * distance < name.length ? name : undefined;
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
