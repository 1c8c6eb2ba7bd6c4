/** Condition keys that a call has: one value, or several. */
export type Keys = Readonly<Record<string, string | readonly string[]>>;

/** `*` stands for any text, `?` for one character. */
export function matches(pattern: string, text: string): boolean {
  if (pattern === '*' || pattern === text) return true;
  const source = pattern.replaceAll(/[\\^$.*+?()[\]{}|]/g, (special) =>
    special === '*' ? '.*' : special === '?' ? '.' : `\\${special}`,
  );
  return new RegExp(`^${source}$`, 's').test(text);
}

export const many = <T>(value: T | readonly T[]): readonly T[] => (Array.isArray(value) ? value : [value as T]);
