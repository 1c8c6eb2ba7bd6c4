import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Change, changesOf, edited, PAGE, type Step } from './page.ts';

/** Does the changes of docs/change-one-thing.md in a copy of the project, and leaves edits out to see them missed. */

const ROOT = join(import.meta.dirname, '../..');
const copy = mkdtempSync(join(tmpdir(), 'changes-'));
let wrong = 0;

try {
  copyProject();
  const changes = changesOf();
  for (const { steps } of changes) for (const { does } of steps) await carryOut(does);
  const tests = [...new Set(changes.flatMap((change) => change.tests))];
  await Promise.all([
    run('npm', 'run', 'types').then((ended) => tell('types', ended)),
    run('npm', 'run', 'lint').then((ended) => tell('lint', ended)),
    vitest(...tests).then((ended) => tell(`tests of all changes: ${tests.join(' ')}`, ended)),
  ]);
  for (const change of changes) for (const step of change.steps) await leaveOut(change, step);
} finally {
  rmSync(copy, { recursive: true, force: true });
}
console.log(wrong === 0 ? 'every change is as the page says' : `${wrong} wrong`);
process.exitCode = wrong === 0 ? 0 : 1;

interface Ended {
  readonly ok: boolean;
  readonly said: string;
}

/** What git knows or would take, as it stands here. */
function copyProject(): void {
  const { stdout } = spawnSync('git', ['ls-files', '-co', '--exclude-standard'], { cwd: ROOT, encoding: 'utf8' });
  for (const file of stdout.split('\n').filter((name) => name !== '')) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    cpSync(join(ROOT, file), join(copy, file));
  }
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  // The linter asks git which files are its.
  spawnSync('git', ['init', '--quiet'], { cwd: copy });
}

async function carryOut(does: Step['does']): Promise<void> {
  if ('script' in does) {
    const { ok, said } = await run('npm', 'run', does.script, '--', '--write');
    if (!ok) throw new Error(`npm run ${does.script} -- --write fails in the copy:\n${said}`);
    return;
  }
  const path = join(copy, does.file);
  try {
    writeFileSync(path, does.edits.reduce(edited, readFileSync(path, 'utf8')));
  } catch (cause) {
    throw new Error(`${PAGE} has an edit of ${does.file} that cannot be done`, { cause });
  }
}

/** Takes one step back, sees the named test fail, and does the step again. */
async function leaveOut({ title }: Change, { does, noticedBy }: Step): Promise<void> {
  if (noticedBy === undefined) return;
  const file = 'file' in does ? does.file : 'docs/reasons.md';
  const path = join(copy, file);
  const done = readFileSync(path, 'utf8');
  // A file may be changed twice: only this step's edits go.
  const edits = 'edits' in does ? does.edits : [];
  const undone = edits.reduceRight((text, { find, replace }) => edited(text, { find: replace, replace: find }), done);
  writeFileSync(path, 'edits' in does ? undone : readFileSync(join(ROOT, file), 'utf8'));
  const { ok, said } = await vitest(noticedBy);
  writeFileSync(path, done);
  const failed = /\bTests\b.* (\d+) failed/.exec(said);
  tell(`${title}: without ${file} ${noticedBy} fails`, { ok: !ok && failed !== null, said });
}

function vitest(...tests: readonly string[]): Promise<Ended> {
  return run('npx', 'vitest', 'run', ...tests);
}

function run(command: string, ...args: readonly string[]): Promise<Ended> {
  const env = { ...process.env, CI: 'true', NO_COLOR: '1' };
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: copy, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        said += text;
      });
    }
    child.once('error', reject);
    child.once('close', (code) => resolve({ ok: code === 0, said }));
  });
}

function tell(what: string, { ok, said }: Ended): void {
  console.log(`${ok ? 'as said' : 'WRONG  '}  ${what}`);
  if (ok) return;
  wrong += 1;
  console.log(said.trimEnd().split('\n').slice(-60).join('\n'));
}
