import type { Bench, Result } from './bench.ts';

/** The benches by name, for people. */
export function listOf(benches: readonly Bench[]): string {
  const width = Math.max(...benches.map(({ name }) => name.length));
  return benches.map(({ name, describe }) => `  ${name.padEnd(width)}  ${describe}\n`).join('');
}

/** The figures and rows of one bench, for machines. */
export function jsonOf({ name }: Pick<Bench, 'name'>, { ok, figures, rows, notes = [] }: Result): object {
  return { bench: name, ok, ...figures, rows, notes };
}

/** The rows of one bench as a table, numbers to the right, and whether its limits are kept. */
export function tableOf(
  { name }: Pick<Bench, 'name'>,
  { ok, rows, notes = [] }: Pick<Result, 'ok' | 'rows' | 'notes'>,
): string {
  const columns = Object.keys(rows[0] ?? {});
  const cells = [columns, ...rows.map((row) => columns.map((column) => String(row[column] ?? '')))];
  const widths = columns.map((_, index) => Math.max(...cells.map((line) => line[index]?.length ?? 0)));
  const isNumber = columns.map((column) => rows.every((row) => typeof row[column] === 'number'));
  const lines = cells.map((line) =>
    line
      .map((cell, index) => (isNumber[index] ? cell.padStart(widths[index] ?? 0) : cell.padEnd(widths[index] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
  return [`${name}: ${ok ? 'within its limits' : 'NOT within its limits'}`, ...lines, ...notes, ''].join('\n');
}
