import { readFileSync } from 'node:fs';

export interface Docstring {
  /** Its sentences, as one line. */
  readonly says: string;
  /** What stands behind `@default`; undefined: the prop has to be given. */
  readonly byDefault?: string;
  /** As TypeScript has it. */
  readonly type: string;
}

const FILE = new URL('../../infra/props.ts', import.meta.url);
const PROP = / {2}\/\*\*\n((?: {3}\*.*\n)+?) {3}\*\/\n {2}readonly (\w+)\??: (.+);/g;

/** The props of the construct in the order of their file. */
export const DOCSTRINGS: ReadonlyMap<string, Docstring> = new Map(
  [...readFileSync(FILE, 'utf8').matchAll(PROP)].map(([, lines = '', prop = '', type = '']) => {
    const text = lines.replaceAll(/^ {3}\* ?/gm, '').replaceAll('\n', ' ');
    const [says = '', byDefault] = text.split('@default ').map((part) => part.trim());
    return [prop, { says, type, ...(byDefault !== undefined && { byDefault }) }];
  }),
);
