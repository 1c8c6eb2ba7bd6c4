/** One public member of a class or interface, as its source declares it. */
export interface Member {
  readonly name: string;
  /** Without modifiers and body: `readonly recordTtl?: Duration`, `addAlarmAction(...actions: IAlarmAction[]): void`. */
  readonly signature: string;
  /** The docstring without its stars; empty where there is none. */
  readonly doc: string;
}

const DECLARATION = /^export (?:abstract )?(?:class|interface) (\w+)/;
const HIDDEN = /^(?:(?:readonly )?#|(?:private|protected|static) )/;
const MODIFIERS = /^(?:(?:public|override|abstract) )+/;
/** To whoever reads it an accessor is a property. */
const ACCESSOR = /^get (\w+)\(\)/;

/**
 * Reads sources as this house formats them: a member begins with two spaces, its docstring stands right above it, and its
 * signature ends the line with ";" or "{".
 *
 * @param name of an exported class or interface in the text
 */
export function declared(text: string, name: string): { readonly doc: string; readonly members: readonly Member[] } {
  const lines = text.split('\n');
  const start = lines.findIndex((line) => DECLARATION.exec(line)?.[1] === name);
  if (start === -1) throw new Error(`no exported class or interface ${name}, want one`);
  const end = lines.indexOf('}', start);
  return { doc: docAbove(lines, start), members: membersOf(lines, start + 1, end) };
}

function membersOf(lines: readonly string[], from: number, to: number): readonly Member[] {
  const members: Member[] = [];
  for (let at = from; at < to; at++) {
    if (!/^ {2}[\w#]/.test(lines[at] ?? '')) continue;
    const start = at;
    while (at < to && !/[;{}]$/.test(lines[at] ?? '')) at++;
    const whole = lines
      .slice(start, at + 1)
      .map((line) => line.trim())
      .join(' ');
    if (whole.endsWith('{')) while (lines[at] !== '  }' && at < to) at++;
    if (HIDDEN.test(whole)) continue;
    const signature = whole
      .replace(/ ?[;{]$/, '')
      .replace(MODIFIERS, '')
      .replace(ACCESSOR, 'readonly $1')
      .replaceAll('( ', '(')
      .replaceAll(', )', ')');
    const [, name = ''] = /^(?:readonly )?(\w+)/.exec(signature) ?? [];
    members.push({ name, signature, doc: docAbove(lines, start) });
  }
  return members;
}

/** The docstring that ends on the line before. */
export function docAbove(lines: readonly string[], at: number): string {
  if (!/\*\/$/.test(lines[at - 1] ?? '')) return '';
  let start = at - 1;
  while (start > 0 && !/^\s*\/\*\*/.test(lines[start] ?? '')) start--;
  const inner = lines
    .slice(start, at)
    .join('\n')
    .replace(/^\s*\/\*\*/, '')
    .replace(/\*\/$/, '');
  return inner
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, '').trimEnd())
    .join('\n')
    .trim();
}
