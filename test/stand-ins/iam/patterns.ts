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

/** Whether an ARN is one of a pattern: wildcards count within one of the six parts only (IAM user guide, "Resource"). */
export function arnMatches(pattern: string, arn: string): boolean {
  const [parts, patterns] = [arnParts(arn), arnParts(pattern)];
  return parts.length === patterns.length && patterns.every((part, index) => matches(part, parts[index] ?? ''));
}

function arnParts(arn: string): readonly string[] {
  const parts = arn.split(':');
  return [...parts.slice(0, 5), parts.slice(5).join(':')];
}

export const many = <T>(value: T | readonly T[]): readonly T[] => (Array.isArray(value) ? value : [value as T]);
