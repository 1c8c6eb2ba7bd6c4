import { quoted } from '../words/text.ts';

/** One variable of a port, and what it says; undefined where there is none. */
export interface Field {
  readonly key: string;
  readonly text: string | undefined;
}

/** The variable of a port with some ending: `CHECK_TCP`. */
export type FieldOf = (suffix: string) => Field;

/** A value that cannot be used: what was given, and what is allowed. */
export class Refused extends Error {}

export const refuse = ({ key, text = '' }: Field, want: string): Refused =>
  new Refused(`${key}: got ${quoted(text)}, want ${want}`);

export const isEmpty = (text: string | undefined): text is undefined | '' => text === undefined || text === '';

export function readFlag(field: Field): boolean {
  const { text = '' } = field;
  if (text === '' || text.toLowerCase() === 'false') return false;
  if (text.toLowerCase() === 'true') return true;
  throw refuse(field, 'true or false');
}

export function readWhole(field: Field, from: number, to: number): number | undefined {
  const { text } = field;
  if (isEmpty(text)) return undefined;
  if (/^\d{1,6}$/.test(text) && Number(text) >= from && Number(text) <= to) return Number(text);
  throw refuse(field, `a whole number ${from}–${to}`);
}

const MILLISECONDS = { ms: 1, s: 1_000, m: 60_000 } as const;

/** @returns milliseconds */
export function readDuration(
  field: Field,
  {
    most,
    units,
    want,
  }: { readonly most: number; readonly units: readonly (keyof typeof MILLISECONDS)[]; want: string },
): number | undefined {
  const { text } = field;
  if (isEmpty(text)) return undefined;
  const [, digits, spelled] = /^(\d{1,7}(?:\.\d{1,3})?)(ms|s|m)$/.exec(text) ?? [];
  const unit = units.find((one) => one === spelled);
  const milliseconds = unit ? Math.round(Number(digits) * MILLISECONDS[unit]) : 0;
  if (milliseconds >= 1 && milliseconds <= most) return milliseconds;
  throw refuse(field, want);
}
