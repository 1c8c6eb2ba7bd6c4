/** Random choices, all of them from one seed. */
export interface Dice {
  chance(share: number): boolean;
  /** From 0 up to `below`, whole. */
  upTo(below: number): number;
  pick<T>(items: readonly T[]): T;
  /** Each item with a chance of its own. */
  some<T>(items: readonly T[], share: number): readonly T[];
}

/** @param random from 0 up to 1 */
export function diceOf(random: () => number): Dice {
  const upTo = (below: number) => Math.floor(random() * below);
  return {
    chance: (share) => random() < share,
    upTo,
    pick: (items) => {
      if (items.length === 0) throw new RangeError('there is nothing to pick from');
      return items[upTo(items.length)] as (typeof items)[number];
    },
    some: (items, share) => items.filter(() => random() < share),
  };
}
