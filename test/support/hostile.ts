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
