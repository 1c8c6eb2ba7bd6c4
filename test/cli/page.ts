import { readFileSync } from 'node:fs';
import { expect } from 'vitest';

/** One command of a page with the lines that the page shows of its output. */
export interface Shown {
  readonly command: string;
  readonly lines: readonly string[];
}

/** Every command of a page's `console` blocks, behind `$ `, with lines that end in `\` or in an open quotation joined. */
export function shownOn(path: string): readonly Shown[] {
  return [...readFileSync(path, 'utf8').matchAll(/^```console\n(.*?)^```/gms)].flatMap(([, block = '']) =>
    block
      .replaceAll(/\\\n\s*/g, '')
      .trimEnd()
      .split(/^\$ /m)
      .filter((part) => part !== '')
      .map((part) => {
        const lines = part.trimEnd().split('\n');
        let command = lines.shift() ?? '';
        while (isOpen(command) && lines.length > 0) command += ` ${lines.shift()?.trim()}`;
        return { command, lines };
      }),
  );
}

/** Whether a quoted text goes on in the next line. */
const isOpen = (command: string): boolean => command.split("'").length % 2 === 0;

/** What was printed is what the page shows; a line `…` stands for lines that are left out. */
export function expectShown(actual: readonly string[], lines: readonly string[]): void {
  const expected = lines.filter((line) => line.trim() !== '…').map(shape);
  const given = actual.map(shape);
  if (expected.length === lines.length) expect(given.toSorted()).toEqual(expected.toSorted());
  else expect(given).toEqual(expect.arrayContaining(expected));
}

/** What differs from run to run: times, ids, hosts, ports, durations, and how many runs or answers there were. */
const shape = (line: string): string =>
  line
    .replaceAll(/\d{4}-\d\d-\d\d[ T]\d\d[:-]\d\d[:-]\d\dZ?/g, '<time>')
    .replaceAll(/ecssd-<time>-[0-9a-f]{6}/g, '<run>')
    .replaceAll(/ip-127-0-\d+-\d+/g, 'ip-<host>')
    .replaceAll(/\b127\.0\.\d+\.\d+:\d+/g, '<address>')
    .replaceAll(/\b127\.\d+\.\d+\.\d+\b/g, '<address>')
    .replaceAll(/(?<=internal\.:)\d{2,5}/g, '<port>')
    .replaceAll(/\b[0-9a-f]{8}\b/g, '<task>')
    .replaceAll(/\d+\.\d s/g, '<duration>')
    .replaceAll(/\d+ (?:s|min) ago/g, '<age>')
    .replaceAll(/^\d+ of \d+ runs/g, '<some> runs')
    .replaceAll(/^\d+ answers/g, '<some> answers')
    .replaceAll(/\s+/g, ' ');
