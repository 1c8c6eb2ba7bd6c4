import { readFileSync, writeFileSync } from 'node:fs';

const FILE = new URL('../../docs/faults.md', import.meta.url);
const BEGIN = '<!-- matrix: written by `npm run faults -- --write` -->';
const END = '<!-- end of the matrix -->';

/** The matrix as it stands in the docs. */
export function documented(): string {
  const text = readFileSync(FILE, 'utf8');
  return text.slice(text.indexOf(BEGIN) + BEGIN.length, text.indexOf(END)).trim();
}

export function document(tables: string): void {
  const text = readFileSync(FILE, 'utf8');
  const before = text.slice(0, text.indexOf(BEGIN) + BEGIN.length);
  writeFileSync(FILE, `${before}\n\n${tables}\n\n${text.slice(text.indexOf(END))}`);
}
