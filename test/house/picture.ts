import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { way } from './way.ts';

const FILE = 'CONTRIBUTING.md';
const BEGIN = '<!-- house: written by `npm run house -- --write` -->';
const END = '<!-- end of the house -->';

/** From a room to the rooms that it imports. */
type Arrows = ReadonlyMap<string, ReadonlySet<string>>;

/** Both pictures: the rooms, and the way of one task through them. */
export const picture = (): string => [rooms(), way()].map((text) => `\`\`\`mermaid\n${text}\n\`\`\``).join('\n\n');

/** Mermaid's text of the rooms of the production code: the domain as one room, and its folders inside of it. */
function rooms(): string {
  const files = globSync('{functions,infra,cli,console}/**/*.ts').sort();
  return [
    'flowchart TD',
    ...drawn(arrowsBetween(files, roomOf)),
    '  subgraph domain',
    ...drawn(arrowsBetween(files, folderOf)).map((line) => `  ${line}`),
    '  end',
  ].join('\n');
}

/** The pictures as they stand on the page. */
export function pictured(): string {
  const text = page();
  return text.slice(text.indexOf(BEGIN) + BEGIN.length, text.indexOf(END)).trim();
}

export function paint(): void {
  const text = page();
  const before = text.slice(0, text.indexOf(BEGIN) + BEGIN.length);
  writeFileSync(FILE, `${before}\n\n${picture()}\n\n${text.slice(text.indexOf(END))}`);
}

/** `functions/steps/x.ts` → `steps`, `infra/x.ts` → `infra`. */
function roomOf(path: string): string {
  const [first = '', second = ''] = path.split('/');
  return first === 'functions' ? second : first;
}

/** `functions/domain/dns/x.ts` → `dns`; nothing outside of the domain. */
const folderOf = (path: string) => /^functions\/domain\/(\w+)\//.exec(path)?.[1];

function arrowsBetween(files: readonly string[], place: (path: string) => string | undefined): Arrows {
  const arrows = new Map<string, Set<string>>();
  for (const file of files) {
    const from = place(file);
    if (from === undefined) continue;
    const to = arrows.get(from) ?? new Set();
    for (const next of imported(file).map(place)) if (next !== undefined && next !== from) to.add(next);
    arrows.set(from, to);
  }
  return arrows;
}

const imported = (file: string) =>
  [...readFileSync(file, 'utf8').matchAll(/ from '(\.[^']+)'/g)].map(([, to = '']) =>
    normalize(join(dirname(file), to)),
  );

/** A line for each arrow that does not follow from others, in the order of the alphabet. */
function drawn(arrows: Arrows): readonly string[] {
  return [...arrows]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([from, all]) => {
      const told = new Set([...all].flatMap((next) => [...reached(arrows, next)]));
      return [...all]
        .filter((to) => !told.has(to))
        .sort()
        .map((to) => `  ${from} --> ${to}`);
    });
}

/** What a room imports on any way. */
function reached(arrows: Arrows, from: string, seen = new Set<string>()): ReadonlySet<string> {
  for (const next of arrows.get(from) ?? []) {
    if (seen.has(next)) continue;
    seen.add(next);
    reached(arrows, next, seen);
  }
  return seen;
}

const page = () => readFileSync(FILE, 'utf8');
