import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CLIENTS } from './all.ts';
import { type Measured, SIZES } from './measure.ts';

const PAGE = join(import.meta.dirname, '..', '..', 'docs', 'clients.md');
const FIGURES = join(import.meta.dirname, 'measured.json');
const BEGIN = '<!-- written by npm run bench -- clients --write -->';
const END = '<!-- end of what is written -->';

export interface Figures {
  /** What the answer with so many instances needs. */
  readonly needs: Readonly<Record<string, string>>;
  readonly clients: readonly Measured[];
}

/** What was measured last of every client, wherever it was installed then. */
export const lastMeasured = (): Figures => JSON.parse(readFileSync(FIGURES, 'utf8'));

/** Keeps the figures and writes them into the page; a client that is not among them keeps those that it has. */
export function writeMeasured({ needs, clients }: Figures): void {
  const known = new Map([...lastMeasured().clients, ...clients].map((one) => [one.name, one]));
  const figures = { needs, clients: CLIENTS.flatMap(({ name }) => known.get(name) ?? []) };
  writeFileSync(FIGURES, `${JSON.stringify(figures, whole, 2)}\n`);
  writeFileSync(PAGE, pageWith(readFileSync(PAGE, 'utf8'), lastMeasured()));
}

/** Milliseconds are whole. */
const whole = (_: string, value: unknown): unknown => (typeof value === 'number' ? Math.round(value) : value);

/** The page with its figures written anew. @throws Error where it has no place for them */
export function pageWith(page: string, figures: Figures): string {
  const [before, rest] = page.split(`${BEGIN}\n`);
  const [, after] = rest?.split(END) ?? [];
  if (before === undefined || after === undefined)
    throw new Error(`docs/clients.md has no "${BEGIN}" with "${END}" after it`);
  return `${before}${BEGIN}\n\n${tables(figures)}\n\n${END}${after}`;
}

const tables = ({ needs, clients }: Figures): string => {
  const measured = clients.filter(({ silent }) => silent !== undefined);
  return [
    '**How many it sees**, of so many instances, and how it asks.',
    '',
    table(['client', 'version', ...SIZES.map(String), 'asks by'], [needsRow(needs), ...clients.map(seesRow)]),
    '',
    '**When it sees a change**, in seconds: the median of five, with the TTL at 5 s and the negative TTL too.',
    '',
    table(['client', 'one more', 'one less', 'the first after none', 'once the name is gone'], measured.map(changeRow)),
    '',
    '**What its callers notice**: requests that failed, and the slowest, while one of four instances is killed or hangs and leaves',
    'DNS 4 s later, and while DNS says nothing.',
    '',
    table(['client', 'killed', 'hangs', 'DNS silent', 'instances kept then'], measured.map(lossRow)),
  ].join('\n');
};

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

const needsRow = (needs: Figures['needs']): readonly string[] => [
  'the answer needs',
  '',
  ...SIZES.map((size) => needs[size] ?? ''),
  '',
];

const seesRow = ({ name, version, sizes, asks }: Measured): readonly string[] => [
  linked(name),
  version,
  ...SIZES.map((size) => (sizes[size] === size ? `${size}` : `**${sizes[size]}**`)),
  asks,
];

const linked = (name: string): string => {
  const recipe = CLIENTS.find((client) => client.name === name)?.recipe ?? [];
  const [first, ...more] = recipe.map((file) => `../examples/clients/${file}`);
  return [`[${name}](${first})`, ...more.map((file) => `[${file.split('/').at(-1)}](${file})`)].join(', ');
};

const changeRow = ({ name, kind, added, removed, first, none }: Measured): readonly string[] => [
  name,
  // It keeps nothing: what it took is its start.
  ...[added, removed, first].map((took) => (kind === 'program' && took !== undefined ? 'at once' : inSeconds(took))),
  none === 0 ? 'none' : `keeps ${none} of 3`,
];

const inSeconds = (ms: number | undefined): string => (ms === undefined ? 'never' : (ms / 1_000).toFixed(1));

const lossRow = ({ name, kill, hang, silent }: Measured): readonly string[] => [
  name,
  failures(kill),
  failures(hang),
  failures(silent?.load),
  silent?.sees === undefined ? '' : `${silent.sees} of ${silent.of}`,
];

const failures = (load: Measured['kill']): string =>
  load ? `${load.failed} of ${load.requests}, ${inSeconds(load.slowest)} s` : '';
