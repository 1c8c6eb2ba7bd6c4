/** What no text that is kept or shown may contain: controls, formats, lone surrogates, separators of lines. */
export const UNFIT = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

/** Texts that somebody could put where a name belongs: sequences for terminals, keys and paths of ours, property names. */
export const HOSTILE_TEXTS: readonly string[] = [
  '\u001b]0;owned\u0007\u001b[1;1Hall is well',
  '\u001b[31mred\u001b[0m',
  '\u009b2J',
  'a\u202eb\u2066',
  'pay\u200bpal',
  'line\r\nbreak',
  '\ud83d',
  '\0',
  'idle-addresses.',
  'quarantine.',
  'held.',
  '../../held/0123456789abcdef',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty.',
  '*',
  '.*',
  '(a+)+$',
  '${ZONE}',
  '<script>alert(1)</script>',
  'x'.repeat(5_000),
  '.'.repeat(300),
  '🙂'.repeat(600),
];

/** Variables with such texts in every place, none of which is a declaration that could be used. */
export function hostileVariables(index: number): Readonly<Record<string, string>> {
  const text = HOSTILE_TEXTS[index % HOSTILE_TEXTS.length] ?? '';
  return {
    [`SERVICE_${text}_NAME`]: text,
    [`SERVICE_9${text}_NAME`]: text,
    SERVICE_http_NAME: text,
    SERVICE_90_NAME: `${text} !`,
    SERVICE_91_NAME: 'fine',
    SERVICE_91_WEIGHT: text,
    [`SERVICE_80_${text}`]: text,
    SERVICE_ACCOUNT_NAME: text,
    SERVICE_92_NAME: ' ',
  };
}
