/** A domain name as Route 53 stores it. */
export interface StoredName {
  /** Lower case, final dot, all but letters, digits, hyphen and underscore as `\ooo`: `\052.shop.internal.` */
  readonly text: string;
  /** What names are ordered by: raw labels from right to left, each followed by a dot. */
  readonly sortKey: string;
  /** Unescaped, from left to right. */
  readonly labels: readonly string[];
}

/** Why a text is no domain name: Route 53's code and explanation, and the part that it points at. */
export interface NameProblem {
  readonly code: string;
  readonly explanation: string;
  readonly part: string;
}

// RFC 1035 section 2.3.4: 255 octets with the length octets and the root.
const LONGEST_NAME = 255;
const LONGEST_LABEL = 63;

/**
 * Reads a domain name with or without its final dot, plain or with `\ooo` escapes (DomainNameFormat.html).
 *
 * Space, control characters and everything from 0x7F up must be escaped; a dot inside a label too.
 */
export function readName(text: string): StoredName | NameProblem {
  const labels: string[] = [];
  if (text !== '.') {
    // A backslash belongs to the three digits behind it, so no dot is ever part of an escape.
    for (const part of text.replace(/\.$/, '').split('.')) {
      const label = unescapeLabel(part);
      if (typeof label !== 'string') return label;
      if (label.length === 0) return problem('DomainLabelEmpty', 'Domain label is empty', text);
      if (label.length > LONGEST_LABEL) return problem('DomainLabelTooLong', 'Domain label is too long', part);
      labels.push(label.toLowerCase());
    }
  }
  if (labels.reduce((length, label) => length + label.length + 1, 1) > LONGEST_NAME) {
    return problem('DomainNameTooLong', 'Domain name is too long', text);
  }
  return {
    text: labels.length === 0 ? '.' : labels.map((label) => `${escapeLabel(label)}.`).join(''),
    sortKey: labels
      .map((label) => `${label}.`)
      .reverse()
      .join(''),
    labels,
  };
}

export function isProblem(name: StoredName | NameProblem): name is NameProblem {
  return 'code' in name;
}

/** Whether a name is the zone's apex or lies below it. */
export function isInZone(name: StoredName, apex: StoredName): boolean {
  const above = name.labels.length - apex.labels.length;
  return above >= 0 && apex.labels.every((label, index) => label === name.labels[above + index]);
}

function unescapeLabel(part: string): string | NameProblem {
  let label = '';
  for (let at = 0; at < part.length; at += 1) {
    const character = part.charAt(at);
    if (character === '\\') {
      const octal = /^[0-3][0-7]{2}/.exec(part.slice(at + 1))?.[0];
      if (!octal) return problem('InvalidEscape', 'Escape is not followed by three octal digits', part);
      label += String.fromCharCode(Number.parseInt(octal, 8));
      at += 3;
    } else if (character <= ' ' || character >= '\x7f') {
      return problem('UnsupportedCharacter', 'Value contains unsupported characters', part);
    } else label += character;
  }
  return label;
}

function escapeLabel(label: string): string {
  return label.replace(/[^a-z0-9_-]/g, (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`);
}

function problem(code: string, explanation: string, part: string): NameProblem {
  return { code, explanation, part };
}
