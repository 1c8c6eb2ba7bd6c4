import { stripVTControlCharacters } from 'node:util';

/** Cells of one row, painted or not. */
export type Row = readonly string[];

const width = (text: string): number => stripVTControlCharacters(text).length;

/** Rows with their columns aligned, two blanks between them; no blanks at the end of a line. */
export function table(rows: readonly Row[]): readonly string[] {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(0, ...rows.map((row) => width(row[column] ?? ''))),
  );
  return rows.map((row) =>
    row
      .map((cell, column) =>
        column === row.length - 1 ? cell : cell + ' '.repeat((widths[column] ?? 0) - width(cell)),
      )
      .join('  ')
      .trimEnd(),
  );
}

/** The same for a pull request or an issue. */
export function markdownTable(head: Row, rows: readonly Row[]): readonly string[] {
  const line = (cells: Row) =>
    `| ${cells.map((cell) => stripVTControlCharacters(cell).replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}
