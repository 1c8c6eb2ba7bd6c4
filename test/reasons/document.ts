import { readFileSync, writeFileSync } from 'node:fs';
import { REASONS } from '../../functions/domain/words/reason.ts';

/** What the page says of a reason. */
interface Documented {
  readonly sentence: string;
  readonly todo?: string;
  readonly metric?: string;
  readonly eventRun?: boolean;
}

const FILE = new URL('../../docs/reasons.md', import.meta.url);
const BEGIN = '<!-- reasons: written by `npm run reasons -- --write` -->';
const END = '<!-- end of the reasons -->';
const HEADINGS = {
  published: 'Published: why a value stands in the zone',
  removed: 'Removed: why a value left',
  'left-out': 'Left out: why a declared port is not in the zone',
} as const;

/** The tables of the page, as the rows of the domain give them. */
export function tables(): string {
  const sections = Object.entries(HEADINGS).map(([outcome, heading]) => {
    const rows = Object.entries<Documented>(REASONS[outcome as keyof typeof HEADINGS]).map(rowOf);
    return [`## ${heading}`, '', '| reason | meaning | what to do |', '| --- | --- | --- |', ...rows].join('\n');
  });
  return sections.join('\n\n');
}

function rowOf([code, { sentence, todo, metric, eventRun }]: readonly [string, Documented]): string {
  const meaning = [
    sentence.replaceAll(/[A-Z]+_<port>_[A-Z]+/g, '`$&`').replaceAll(/ <port>/g, ' `<port>`'),
    ...(metric === undefined ? [] : [`metric \`${metric}\``]),
    ...(eventRun === false ? ['full runs only'] : []),
  ].join('; ');
  return `| \`${code}\` | ${meaning} | ${todo ?? ''} |`.replace('  |', ' |');
}

/** The tables as they stand on the page. */
export function documented(): string {
  const text = page();
  return text.slice(text.indexOf(BEGIN) + BEGIN.length, text.indexOf(END)).trim();
}

/** What people have written below the tables. */
export const inDetail = (): string => page().slice(page().indexOf(END));

export function document(): void {
  const text = page();
  const before = text.slice(0, text.indexOf(BEGIN) + BEGIN.length);
  writeFileSync(FILE, `${before}\n\n${tables()}\n\n${text.slice(text.indexOf(END))}`);
}

const page = () => readFileSync(FILE, 'utf8');
