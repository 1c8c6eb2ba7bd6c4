import { readFileSync, writeFileSync } from 'node:fs';
import { TABLES } from './tables.ts';

const FILE = new URL('../../docs/settings.md', import.meta.url);
const REGION = /(<!-- (\w+): written by `npm run settings -- --write` -->\n\n)(.*?)(\n\n<!-- end of \2 -->)/gs;

/** The tables as they stand on the page, by their names. */
export const documented = (): Readonly<Record<string, string>> =>
  Object.fromEntries([...page().matchAll(REGION)].map(([, , name = '', text = '']) => [name, text]));

/** Writes each table into its region. */
export function document(): void {
  const written = page().replace(REGION, (_, begin: string, name: string, old: string, end: string) =>
    [begin, TABLES[name]?.() ?? old, end].join(''),
  );
  writeFileSync(FILE, written);
}

const page = () => readFileSync(FILE, 'utf8');
