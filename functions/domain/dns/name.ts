import { quoted } from '../words/text.ts';

/** Longest label, in bytes (RFC 1035 section 2.3.4). */
export const MAX_LABEL_BYTES = 63;
/** Longest name in presentation format without its final dot, in characters (255 bytes on the wire, RFC 1035). */
export const MAX_NAME_CHARACTERS = 253;

/**
 * The form in which names are compared: lower case, final dot, Route 53's `\ooo` escapes resolved.
 *
 * A dot inside a label stays `\056`, because resolved it would read as two labels, a backslash stays `\134`, because
 * resolved it could begin an escape, and so does what is not printable (L14). Only ASCII letters have case (RFC 4343).
 */
export function normalizeName(name: string): string {
  const resolved = name.replace(/\\([0-3][0-7]{2})/g, (sequence, octal: string) => {
    const character = String.fromCharCode(Number.parseInt(octal, 8));
    return /[.\\\p{Cc}\p{Cf}]/u.test(character) ? sequence : character;
  });
  const lower = lowerCase(resolved);
  return lower.endsWith('.') ? lower : `${lower}.`;
}

/**
 * A normalized name as Route 53 writes it, and takes it: everything but lower-case letters, digits, `-`, `_` and the dots
 * between labels as `\ooo`. What is escaped in a normalized name stays so.
 */
export function escapeName(name: string): string {
  return name.replace(/\\[0-3][0-7]{2}|[^a-z0-9_.-]/g, (found) =>
    found.length > 1 || found > '\u00ff' ? found : `\\${found.charCodeAt(0).toString(8).padStart(3, '0')}`,
  );
}

/** Only ASCII letters have case in a name (RFC 4343). */
export const lowerCase = (text: string): string => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());

/** Whether `name` lies below `ancestor` (not at it); both normalized. */
export function isBelow(name: string, ancestor: string): boolean {
  return ancestor === '.' ? name !== '.' : name.endsWith(`.${ancestor}`);
}

/**
 * Orders names as Route 53 lists them: by labels from the right, with a dot behind each, so that `a-b` comes before `a` and
 * what is below it (API_ListResourceRecordSets). Both normalized, and of characters that are not escaped.
 */
export function compareNames(one: string, other: string): number {
  const [a, b] = [reversed(one), reversed(other)];
  return a < b ? -1 : a > b ? 1 : 0;
}

const reversed = (name: string) => `${name.split('.').reverse().join('.')}.`;

/**
 * What a declared text says of a name, relative to the zone (`shop.internal.` here); ASCII letters become lower-case.
 *
 * | text                                            | name         |
 * | ----------------------------------------------- | ------------ |
 * | `_web._tcp`                                     | `_web._tcp`  |
 * | `_Web._tcp.shop.internal`, the same with a dot  | `_web._tcp`  |
 * | `shop.internal`, the same with a dot            | none: a fault |
 * | `_web._tcp.`, `_web._tcp.example.com.`          | none: a fault |
 */
export function readName(text: string, zone: string): { readonly name: string } | { readonly fault: string } {
  const lower = lowerCase(text);
  const whole = lower.endsWith('.') ? lower : `${lower}.`;
  if (whole === zone)
    return { fault: `got ${quoted(text)}, which is the zone itself, want a name below it, like "calc"` };
  const name = isBelow(whole, zone) ? whole.slice(0, -zone.length - 1) : lower;
  const fault = nameFault(name, zone, text);
  return fault === undefined ? { name } : { fault };
}

/**
 * Why `text` is no name below a zone, or undefined when it is one. `text` is relative: `calc`, `_calc._tcp`.
 *
 * @param said what the fault says was given
 */
export function nameFault(text: string, zone: string, said = text): string | undefined {
  const given = quoted(said);
  const labels = text.split('.');
  if (text === '' || labels.some((label) => label === '')) {
    const dot = text.endsWith('.') && text !== '.' ? `; a final dot only behind ${zone.slice(0, -1)}` : '';
    return `got ${given}, want one or more labels joined by dots, like "_calc._tcp" or "calc"${dot}`;
  }
  const wrong = labels.find((label) => !/^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?$/i.test(label));
  if (wrong !== undefined) {
    return `got ${given}, want labels of letters, digits, "-" (not first or last) and "_"`;
  }
  if (labels.some((label) => label.length > MAX_LABEL_BYTES)) {
    return `got ${given}, want labels of at most ${MAX_LABEL_BYTES} characters`;
  }
  if (text.length + 1 + zone.length - 1 > MAX_NAME_CHARACTERS) {
    return `got ${given}, want at most ${MAX_NAME_CHARACTERS} characters together with the zone's name`;
  }
  return undefined;
}
