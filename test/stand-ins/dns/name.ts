/**
 * Domain names as Route 53 writes them: `\ooo` is octal there, unlike the decimal escape of master files
 * (DomainNameFormat.html of the developer guide). A *key* is the canonical form that two equal names share: lower case,
 * everything but a–z, 0–9, `-` and `_` as `\ooo`, with trailing dot; so a `.` in a key always separates labels.
 */

const MAX_LABEL_BYTES = 63;
const MAX_NAME_BYTES = 255;
const PLAIN_LABEL = /^[a-z0-9_-]+$/;

/**
 * Splits a name in presentation format into its labels, one character per byte, case kept.
 *
 * @throws Error when a label is empty or above 63 bytes, or the name above 255 bytes (RFC 1035 section 2.3.4)
 */
export function labelsOf(name: string): string[] {
  const text = name.endsWith('.') && !name.endsWith('\\.') ? name.slice(0, -1) : name;
  if (text === '') return [];

  const labels = text.includes('\\') ? splitEscaped(text) : text.split('.');
  const bytes = labels.reduce((sum, label) => sum + label.length + 1, 1);
  if (bytes > MAX_NAME_BYTES) throw new Error(`name of ${bytes} bytes: at most ${MAX_NAME_BYTES} are allowed`);
  for (const label of labels) {
    if (label.length < 1 || label.length > MAX_LABEL_BYTES) {
      throw new Error(`label of ${label.length} bytes in ${JSON.stringify(name)}: 1 to ${MAX_LABEL_BYTES} are allowed`);
    }
  }
  return labels;
}

/** The canonical form of a name given by its labels; `.` for the root. */
export function keyOf(labels: readonly string[]): string {
  return labels.length === 0 ? '.' : `${labels.map(canonicalLabel).join('.')}.`;
}

/** The canonical form of a name in presentation format. */
export const keyOfName = (name: string): string => keyOf(labelsOf(name));

/** The key one label up; the root is its own parent. */
export const parentKey = (key: string): string => key.slice(key.indexOf('.') + 1) || '.';

/** Whether a key is the apex or lies below it. */
export const isWithin = (key: string, apex: string): boolean =>
  apex === '.' || key === apex || key.endsWith(`.${apex}`);

/** The name on the wire, without compression: length octet and bytes of each label, then the root. */
export function wireName(labels: readonly string[]): Buffer {
  return Buffer.concat([
    ...labels.flatMap((label) => [Buffer.of(label.length), Buffer.from(label, 'latin1')]),
    Buffer.of(0),
  ]);
}

function splitEscaped(text: string): string[] {
  const labels = [''];
  for (const [part, octal, escaped] of text.matchAll(/\\([0-7]{3})|\\(.)|./gs)) {
    if (part === '.') labels.push('');
    else labels[labels.length - 1] += octal ? String.fromCharCode(Number.parseInt(octal, 8) & 0xff) : (escaped ?? part);
  }
  return labels;
}

function canonicalLabel(label: string): string {
  if (PLAIN_LABEL.test(label)) return label;
  return label.replace(/[^a-z0-9_-]/g, (char) =>
    char >= 'A' && char <= 'Z' ? char.toLowerCase() : `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}`,
  );
}
