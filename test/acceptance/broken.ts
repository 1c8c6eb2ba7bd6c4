import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readJournal } from './journal.ts';
import { accepted } from './report.ts';

/**
 * `npm run acceptance -- --local`, broken off by Ctrl-C after some answers and resumed: what had been settled is not asked
 * again, the rest is, and nothing is left. Ends with 1 where that is not so.
 */
const BREAK_AFTER = 3;
const LIMIT = 400_000;

const folder = mkdtempSync(join(tmpdir(), 'acceptance-broken-'));
try {
  const first = await acceptance(['--out', folder], BREAK_AFTER);
  const path = join(folder, readdirSync(folder).find((name) => name.endsWith('.json')) ?? 'none');
  const settled = readJournal(path).entries;
  check(first.code === 1 && first.output.includes('--resume'), 'the break says how to go on');
  check(settled.length >= BREAK_AFTER && !readJournal(path).takenDown, `${settled.length} answers are kept`);

  const second = await acceptance(['--resume', path]);
  const journal = readJournal(path);
  const again = settled.filter(({ id }) => second.output.includes(` ${id}: `));
  check(again.length === 0, `none of them is asked again`);
  check(
    second.code === 0 && accepted(journal.entries) && journal.takenDown,
    'the rest is settled, and nothing is left',
  );

  const third = await acceptance(['--resume', path]);
  check(third.code === 0 && third.output.includes('taken down already'), 'a third time there is nothing to do');
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function check(holds: boolean, what: string): void {
  console.log(`${holds ? 'holds    ' : 'DOES NOT '} ${what}`);
  if (!holds) process.exitCode = 1;
}

/** @param breakAfter answers after which it is told to stop; Infinity: never */
function acceptance(args: readonly string[], breakAfter = Number.POSITIVE_INFINITY) {
  const child = spawn(process.execPath, ['test/acceptance/main.ts', '--local', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: LIMIT,
  });
  return new Promise<{ readonly code: number; readonly output: string }>((resolve) => {
    let output = '';
    let answers = 0;
    const take = (text: string) => {
      process.stdout.write(text);
      output += text;
      const now = output.match(/^(as expected|learned|skipped|otherwise|failed) /gm)?.length ?? 0;
      if (answers < breakAfter && now >= breakAfter) child.kill('SIGINT');
      answers = now;
    };
    child.stdout.setEncoding('utf8').on('data', take);
    child.stderr.setEncoding('utf8').on('data', take);
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}
