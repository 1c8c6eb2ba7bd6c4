import { stripVTControlCharacters } from 'node:util';
import { printable } from '../../functions/domain/words/text.ts';
import { PAINTED } from './style.ts';

/** Cells of one row, painted or not. */
export type Row = readonly string[];

const width = (text: string): number => stripVTControlCharacters(text).length;
/** What is longer pushes the rest of its own line only. */
const WIDEST = 120;

/** Rows with their columns aligned, two blanks between them; no blanks at the end of a line. */
export function table(rows: readonly Row[]): readonly string[] {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    rows.reduce((widest, row) => Math.max(widest, Math.min(WIDEST, width(row[column] ?? ''))), 0),
  );
  return rows.map((row) =>
    row
      .map((cell, column) =>
        column === row.length - 1 ? cell : cell + ' '.repeat(Math.max(0, (widths[column] ?? 0) - width(cell))),
      )
      .join('  ')
      .trimEnd(),
  );
}

/** The same for a pull request or an issue. */
export function markdownTable(head: Row, rows: readonly Row[]): readonly string[] {
  const line = (cells: Row) => `| ${cells.map(markdownText).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}

/** A text as Markdown shows it: neither markup nor links, however it looks. */
export const markdownText = (text: string): string =>
  printable(unpainted(text).replaceAll('\n', ' ')).replace(/[\\|<&`[]/g, (mark) => `\\${mark}`);

const unpainted = (text: string) =>
  text
    .split(PAINTED)
    .filter((_, index) => index % 2 === 0)
    .join('');
