/**
 * Orders items so that their groups take turns: an item comes after as many others as its fullest group has before it. With
 * several groups for each item (its name and its task, say) none of them can fill the front.
 */
export function byFairness<T>(items: readonly T[], groupsOf: (item: T) => readonly string[]): readonly T[] {
  const counts = new Map<string, number>();
  const ranked = items.map((item) => {
    const ranks = groupsOf(item).map((group, kind) => {
      const key = `${kind} ${group}`;
      const before = counts.get(key) ?? 0;
      counts.set(key, before + 1);
      return before;
    });
    return { item, rank: Math.max(0, ...ranks) };
  });
  return ranked.sort((one, other) => one.rank - other.rank).map(({ item }) => item);
}
