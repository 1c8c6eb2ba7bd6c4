import type { Given } from './command.ts';
import { UsageError } from './errors.ts';

const UNITS = { s: 1_000, m: 60_000, h: 3_600_000 } as const;
type Unit = keyof typeof UNITS;

/** Milliseconds of a text like `90s`, `15m` or `1h`; undefined for any other. */
export function milliseconds(text: string): number | undefined {
  const [, count = '', unit = ''] = /^(\d{1,9})([smh])$/.exec(text) ?? [];
  return unit === '' ? undefined : Number(count) * UNITS[unit as Unit];
}

/**
 * An option that is a duration, in milliseconds.
 *
 * @param range texts, both included
 * @throws UsageError
 */
export function duration(
  given: Given,
  name: string,
  { otherwise, from, to }: { readonly otherwise: string; readonly from: string; readonly to: string },
): number {
  const text = given.text(name) ?? otherwise;
  const found = milliseconds(text);
  const [least = 0, most = 0] = [milliseconds(from), milliseconds(to)];
  if (found !== undefined && found >= least && found <= most) return found;
  throw new UsageError(
    `--${name}: got ${JSON.stringify(text)}, want a duration from ${from} to ${to}, like 90s, 15m or 1h`,
  );
}
