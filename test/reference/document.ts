import { readFileSync, writeFileSync } from 'node:fs';
import { page } from './page.ts';

const FILE = new URL('../../docs/construct.md', import.meta.url);

/** The page as it stands. */
export const documented = (): string => readFileSync(FILE, 'utf8');

/** Writes the page. */
export const document = (): void => writeFileSync(FILE, page());
