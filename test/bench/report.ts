import type { Bench, Result, Rows } from './bench.ts';

/** The benches by name, for people. */
export function listOf(benches: readonly Bench[]): string {
  const width = Math.max(...benches.map(({ name }) => name.length));
  return benches.map(({ name, describe }) => `  ${name.padEnd(width)}  ${describe}\n`).join('');
}

/** The figures and rows of one bench, for machines. */
export function jsonOf(
  { name }: Pick<Bench, 'name'>,
  { ok, figures, rows, tables = [], notes = [], machine = {} }: Result,
): object {
  return { bench: name, ok, ...figures, rows, ...(tables.length > 0 && { tables }), notes, ...machine };
}

/** The rows of one bench as a table, numbers to the right, and whether its limits are kept. */
export function tableOf(
  { name }: Pick<Bench, 'name'>,
  { ok, rows, tables = [], notes = [] }: Pick<Result, 'ok' | 'rows' | 'tables' | 'notes'>,
): string {
  const more = tables.flatMap((table) => ['', table.title, ...linesOf(table.rows)]);
  const verdict = `${name}: ${ok ? 'within its limits' : 'NOT within its limits'}`;
  return [verdict, ...linesOf(rows), ...more, ...(more.length > 0 ? [''] : []), ...notes, ''].join('\n');
}

function linesOf(rows: Rows): readonly string[] {
  const columns = Object.keys(rows[0] ?? {});
  const cells = [columns, ...rows.map((row) => columns.map((column) => String(row[column] ?? '')))];
  const widths = columns.map((_, index) => Math.max(...cells.map((line) => line[index]?.length ?? 0)));
  const isNumber = columns.map((column) => rows.every((row) => typeof row[column] === 'number'));
  return cells.map((line) =>
    line
      .map((cell, index) => (isNumber[index] ? cell.padStart(widths[index] ?? 0) : cell.padEnd(widths[index] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}
