import { inspect, styleText } from 'node:util';

const FORMATS = ['red', 'green', 'yellow', 'dim', 'bold', 'cyan'] as const;
export type Format = (typeof FORMATS)[number];
/** Colours a text, or leaves it as it is. */
export type Paint = (format: Format, text: string) => string;

export const painter =
  (colours: boolean): Paint =>
  (format, text) =>
    colours && text !== '' ? styleText(format, text, { validateStream: false }) : text;

/** Every sequence that a painter writes, and no other. */
export const PAINTED = new RegExp(
  `(\\u001b\\[(?:${[...new Set(FORMATS.flatMap((format) => inspect.colors[format] ?? []))].join('|')})m)`,
);

/** `2026-11-22 22:37:45`, UTC as in the console's exports and in the keys of the outcomes. */
export const timeText = (at: number): string => new Date(at).toISOString().slice(0, 19).replace('T', ' ');

/** The last part of an ARN. */
export const idOf = (arn: string): string => arn.split('/').at(-1) ?? arn;

/** Ids are long; their beginning tells them apart. */
export const shortId = (arn: string): string => idOf(arn).slice(0, 8);

/** A text as one word of a command line that somebody may paste: quoted where a shell would see more in it. */
export const shellWord = (text: string): string =>
  /^[\w.@:/=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;

export const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;

const UNITS = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
] as const;

/** `45 s`, `12 min`, `3 h`, `2 d`: milliseconds as people say them, the largest unit of which there are two at least. */
export function durationText(milliseconds: number): string {
  const [size, name] = UNITS.find(([unit]) => milliseconds >= 2 * unit) ?? [1_000, 's'];
  return `${Math.max(0, Math.floor(milliseconds / size))} ${name}`;
}
