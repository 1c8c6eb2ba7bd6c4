import { globSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { expect, it } from 'vitest';
import { CLIENTS } from './all.ts';
import { lastMeasured, pageWith } from './page.ts';

const FOLDER = 'examples/clients';
const page = readFileSync('docs/clients.md', 'utf8');
const [, others = ''] = page.split('## Other clients');
const readme = readFileSync(`${FOLDER}/README.md`, 'utf8');
const measured = new Set(CLIENTS.flatMap(({ recipe }) => recipe));
const files = globSync(`${FOLDER}/*/*`).map((path) => relative(FOLDER, path));

it('has the figures that were measured, of every client', () => {
  expect(page).toBe(pageWith(page, lastMeasured()));
  expect(lastMeasured().clients.map(({ name }) => name)).toEqual(CLIENTS.map(({ name }) => name));
});

it('leads to the very files that were run, and has no copy of one', () => {
  const linked = [...page.matchAll(/\]\(\.\.\/examples\/clients\/([^)]+\/[^)]+)\)/g)].map(([, file = '']) => file);
  expect(new Set(linked)).toEqual(measured);
  // A line that is long enough not to be there by chance.
  const lines = files.flatMap((file) =>
    readFileSync(`${FOLDER}/${file}`, 'utf8')
      .split('\n')
      .map((line) => line.trim()),
  );
  expect(lines.filter((line) => line.length > 50 && others.includes(line))).toEqual([]);
});

it('runs every recipe that there is, and the README names it', () => {
  expect(new Set(files)).toEqual(measured);
  expect([...measured].filter((file) => !readme.includes(`${file.split('/')[0]}/`))).toEqual([]);
});
