/** Longest label, in bytes (RFC 1035 section 2.3.4). */
export const MAX_LABEL_BYTES = 63;
/** Longest name in presentation format without its final dot, in characters (255 bytes on the wire, RFC 1035). */
export const MAX_NAME_CHARACTERS = 253;

/**
 * The form in which names are compared: lower case, final dot, Route 53's `\ooo` escapes resolved.
 *
 * A dot inside a label stays `\056`, because resolved it would read as two labels, and a backslash stays `\134`, because
 * resolved it could begin an escape. Only ASCII letters have case (RFC 4343).
 */
export function normalizeName(name: string): string {
  const resolved = name.replace(/\\([0-3][0-7]{2})/g, (sequence, octal: string) =>
    octal === '056' || octal === '134' ? sequence : String.fromCharCode(Number.parseInt(octal, 8)),
  );
  const lower = resolved.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
  return lower.endsWith('.') ? lower : `${lower}.`;
}

/**
 * A normalized name as Route 53 writes it, and takes it: everything but lower-case letters, digits, `-`, `_` and the dots
 * between labels as `\ooo`. What is escaped in a normalized name stays so.
 */
export function escapeName(name: string): string {
  return name.replace(/\\(?:056|134)|[^a-z0-9_.-]/g, (found) =>
    found.length > 1 || found > '\u00ff' ? found : `\\${found.charCodeAt(0).toString(8).padStart(3, '0')}`,
  );
}

/** Whether `name` lies below `ancestor` (not at it); both normalized. */
export function isBelow(name: string, ancestor: string): boolean {
  return ancestor === '.' ? name !== '.' : name.endsWith(`.${ancestor}`);
}

/** Orders names as Route 53 lists them: by labels from the right. Both normalized. */
export function compareNames(one: string, other: string): number {
  const [a, b] = [reversed(one), reversed(other)];
  return a < b ? -1 : a > b ? 1 : 0;
}

const reversed = (name: string) => name.split('.').reverse().join('.');

/** Why `text` is no name below a zone, or undefined when it is one. `text` is relative: `calc`, `_calc._tcp`. */
export function nameFault(text: string, zone: string): string | undefined {
  const given = JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
  const labels = text.split('.');
  if (text === '' || labels.some((label) => label === '')) {
    return `got ${given}, want one or more labels joined by dots, like "_calc._tcp" or "calc"`;
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
