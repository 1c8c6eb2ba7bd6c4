import { type Value, valueText } from '../dns/record-set.ts';
import { printable } from '../words/text.ts';

/** By order of a person runs plan and report only, and change nothing of the zone. */
export interface Pause {
  /** In milliseconds since the epoch; absent where the text does not tell. */
  readonly since?: number;
  /** Who has ordered it, as his own machine names him. */
  readonly by?: string;
  readonly reason?: string;
}

/** Octets of a reason in UTF-8: with its key it is one character-string, of at most 255 (RFC 1035, section 3.3). */
export const MAX_PAUSE_REASON = 200;
/** Characters of the name of who has ordered it; longer ones are cut. */
const MAX_BY = 50;

/**
 * A pause as it stands in the zone: a TXT value beside the marker of its deployment, one character-string a field. Versions
 * that do not know it take it for a text of somebody else and leave it alone.
 *
 * `"ecs-service-discovery-dns paused=2026-11-27T23:45:00Z" "deployment=<id>" "by=anna" "reason=the database moves"`
 */
export function pauseText(deployment: string, { since, by, reason }: Pause): string {
  const at = since === undefined ? '' : `${new Date(since).toISOString().slice(0, 19)}Z`;
  return [
    `ecs-service-discovery-dns paused=${at}`,
    `deployment=${deployment}`,
    ...(by === undefined ? [] : [`by=${printable(by, MAX_BY)}`]),
    ...(reason === undefined ? [] : [`reason=${printable(reason)}`]),
  ]
    .map((field) => `"${escaped(field)}"`)
    .join(' ');
}

const HEAD = /^ecs-service-discovery-dns paused(?:=(.*))?$/s;
const STRING = /"((?:[^"\\]|\\.)*)"/gs;

/** Reads what `pauseText` writes; a time that is none is not known. Undefined for any other text. */
export function parsePause(value: Value): { readonly deployment: string; readonly pause: Pause } | undefined {
  const text = valueText(value).trim();
  if (!text.startsWith('"ecs-service-discovery-dns paused')) return undefined;
  const [head = '', ...rest] = [...text.matchAll(STRING)].map(([, field = '']) => unescaped(field));
  const [, at] = HEAD.exec(head) ?? [];
  const fields = new Map(rest.map((field) => [field.split('=', 1)[0], field.slice(field.indexOf('=') + 1)]));
  const deployment = fields.get('deployment');
  if (!HEAD.test(head) || deployment === undefined || !/^[^" ]+$/.test(deployment)) return undefined;
  const since = Date.parse(at ?? '');
  const [by, reason] = [fields.get('by'), fields.get('reason')];
  const pause = {
    ...(since >= 0 && { since }),
    ...(by !== undefined && { by: printable(by, MAX_BY) }),
    ...(reason !== undefined && { reason: printable(reason, MAX_PAUSE_REASON) }),
  };
  return { deployment, pause };
}

/** How many octets a text takes in UTF-8. */
export const octetsOf = (text: string): number => encodeURIComponent(text.toWellFormed()).replace(/%../g, '%').length;

/** `paused since 2026-11-27 23:45:00 UTC by anna (the database moves)` */
export function pauseSentence({ since, by, reason }: Pause): string {
  const at =
    since === undefined ? 'paused' : `paused since ${new Date(since).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
  return `${at}${by === undefined ? '' : ` by ${by}`}${reason === undefined ? '' : ` (${reason})`}`;
}

/** What is no printable ASCII becomes its octets in UTF-8, as `\303\274`: so Route 53 has it. */
const escaped = (text: string) =>
  text
    .toWellFormed()
    .replace(/[^ !#-[\]-~]/gu, (character) =>
      encodeOctets(character, (octet) => `\\${octet.toString(8).padStart(3, '0')}`),
    );

const encodeOctets = (character: string, write: (octet: number) => string) =>
  [...encodeURIComponent(character).matchAll(/%(..)|(.)/gs)]
    .map(([, hex, plain]) => write(hex === undefined ? (plain ?? '').charCodeAt(0) : Number.parseInt(hex, 16)))
    .join('');

/** Octets that are no UTF-8 stay escaped. */
function unescaped(text: string): string {
  const octets = text.replace(/\\([0-3][0-7]{2})|\\(.)|(%)/gs, (_, octal?: string, plain?: string) =>
    octal === undefined ? (plain ?? '%25') : `%${Number.parseInt(octal, 8).toString(16).padStart(2, '0')}`,
  );
  try {
    return decodeURIComponent(octets);
  } catch {
    return text;
  }
}
