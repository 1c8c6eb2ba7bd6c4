/**
 * Words that the rebuilding has changed, new → old. What is recorded in `*.txt` was said in the old ones; a
 * difference that no line here explains is a fault.
 */
const RENAMED: Readonly<Record<string, string>> = {};

/** A body as it was said when the record was made: keys sorted, renamed keys and texts as they were. */
export function asBefore(body: unknown): unknown {
  if (typeof body === 'string') return RENAMED[body] ?? body;
  if (Array.isArray(body)) return body.map(asBefore);
  if (typeof body !== 'object' || body === null) return body;
  return Object.fromEntries(
    Object.entries(body)
      .map(([key, value]) => [RENAMED[key] ?? key, asBefore(value)] as const)
      .sort(([one], [other]) => (one < other ? -1 : 1)),
  );
}
