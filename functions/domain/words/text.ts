/** Longest text of a declaration that is kept, in characters; longer ones are cut. */
export const MAX_DECLARATION = 1_024;
/** Longest detail of a disposition, in characters. */
export const MAX_DETAIL = 200;
/** Longest finding, in characters. */
export const MAX_FINDING = 300;
/** Longest text of an error or a refusal that is kept whole, in characters: what a service says is rarely longer. */
export const MAX_MESSAGE = 2_000;

/**
 * Characters that show nothing, or something else than themselves: controls (C0, DEL, C1), formats (bidi, zero width,
 * soft hyphen, tags), lone surrogates, private use, not assigned; line and paragraph separators; what a font leaves out.
 */
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}\p{DI}]/gu;

/**
 * A text of somebody else as it may be kept and shown (L14): what is not printable becomes an escape as JSON has it, and
 * what is too long ends in `…`. Applying it again changes nothing.
 *
 * | text                 | becomes                   |
 * | -------------------- | ------------------------- |
 * | `ESC ] 0 ; x BEL`    | `\u001b]0;x\u0007`        |
 * | a line break, a tab  | `\n`, `\t`                |
 * | a bidi override      | `\u202e`                  |
 * | half of an emoji     | `\ud83d`                  |
 * | `ünïcode`, an emoji  | itself                    |
 *
 * @param most characters of the result, `…` included; all unless given
 */
export function printable(text: string, most = Number.POSITIVE_INFINITY): string {
  const escaped = text.slice(0, most + 1).replace(UNPRINTABLE, escapeOf);
  if (escaped.length <= most) return escaped;
  return `${escaped.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

/**
 * The same for what has several lines: they stay lines.
 *
 * @param but what stays as it is, such as the colours that a view has added; with one group around it
 */
export const printableLines = (text: string, but: RegExp = /(\n)/): string =>
  text
    .split(but)
    .map((part, index) =>
      index % 2 === 1
        ? part
        : part
            .split('\n')
            .map((line) => printable(line))
            .join('\n'),
    )
    .join('');

/** What was given, in quotation marks, for a sentence about it. */
export const quoted = (text: string, most = 80): string =>
  printable(JSON.stringify(text.length > most ? `${text.slice(0, most)}…` : text));

/**
 * Every text in a value of JSON made printable, keys included.
 *
 * @param most characters of each text
 */
export function printableTexts<T>(value: T, most?: number): T;
export function printableTexts(value: unknown, most?: number): unknown {
  if (typeof value === 'string') return printable(value, most);
  if (Array.isArray(value)) return value.map((item: unknown) => printableTexts(item, most));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [printable(key, most), printableTexts(item, most)]),
  );
}

const SHORT = new Map([
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

function escapeOf(character: string): string {
  const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index));
  return SHORT.get(character) ?? units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}
