import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import type { Result } from './bench.ts';
import { jsonOf, tableOf } from './report.ts';

const result: Result = {
  ok: false,
  figures: { p50: 2.5, p95: 12.25 },
  rows: [
    { part: 'window', seconds: 2 },
    { part: 'steps', seconds: 10.25 },
  ],
  notes: ['p95 is 12.25, at most 5'],
};

it('shows rows as a table, and what was not kept', () => {
  expect(tableOf({ name: 'latency' }, result)).toBe(
    [
      'latency: NOT within its limits',
      'part    seconds',
      'window        2',
      'steps     10.25',
      'p95 is 12.25, at most 5',
      '',
    ].join('\n'),
  );
});

it('shows further tables below, each with its title', () => {
  const tables = [{ title: 'more', rows: [{ step: 'PlanChanges', calls: 1 }] }];

  expect(tableOf({ name: 'latency' }, { ok: true, rows: result.rows, tables, notes: ['a note'] })).toBe(
    [
      'latency: within its limits',
      'part    seconds',
      'window        2',
      'steps     10.25',
      '',
      'more',
      'step         calls',
      'PlanChanges      1',
      '',
      'a note',
      '',
    ].join('\n'),
  );
});

it('gives figures to machines at the top level', () => {
  expect(jsonOf({ name: 'latency' }, result)).toEqual({
    bench: 'latency',
    ok: false,
    p50: 2.5,
    p95: 12.25,
    rows: result.rows,
    notes: result.notes,
  });
});

it.each([
  {
    args: ['nothing-of-the-kind'],
    code: 2,
    stream: 'stderr' as const,
    says: /got bench "nothing-of-the-kind".*\n {2}probe {2,}\S/s,
  },
  { args: ['--nothing'], code: 2, stream: 'stderr' as const, says: /--nothing.*\n {2}probe {2,}\S/s },
  { args: ['--help'], code: 0, stream: 'stdout' as const, says: /\n {2}probe {2,}\S/ },
])('lists the benches for $args', async ({ args, code, stream, says }) => {
  const child = spawn(process.execPath, [fileURLToPath(new URL('main.ts', import.meta.url)), ...args]);
  const output: string[] = [];
  child[stream].on('data', (piece) => output.push(String(piece)));

  const [exitCode] = await once(child, 'close');

  expect(exitCode).toBe(code);
  expect(output.join('')).toMatch(says);
});
