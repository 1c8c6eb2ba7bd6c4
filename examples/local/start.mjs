import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * `npm start`: builds all code into a folder, runs it from there, and sees that nothing is left of it, however it ends.
 *
 * Plain JavaScript and small, for it stays as long as the run does. Each part runs in a process group of its own, so that
 * signals of a terminal come once, through here, and what is left of a group can be killed as a whole.
 */

const SIGNALS = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);
/** A terminal and npm both send what a person asked once: what comes so soon is the same, in milliseconds. */
const SAME_WITHIN = 250;
/** How often it looks whether npm is still there, milliseconds. */
const LOOK_EVERY = 500;
/** Every sandbox and thread would have memory of its own that is never given back. */
const LEAN = { MALLOC_ARENA_MAX: '1', MALLOC_TRIM_THRESHOLD_: '131072' };
const LEAN_NODE = ['--max-semi-space-size=1', '--optimize-for-size', '--heap-growing-percent=20'];
/** esbuild is written in Go; without the worker what it is asked synchronously ends with its answer. */
const LEAN_ESBUILD = { GOGC: '15', GOMAXPROCS: '2', ESBUILD_WORKER_THREADS: '0' };

const local = fileURLToPath(new URL('./', import.meta.url));
const args = process.argv.slice(2);
/** When it was asked to end; milliseconds since its start. */
let asked = 0;
let impatient = false;
/** @type {import('node:child_process').ChildProcess | undefined} */
let part;

for (const signal of SIGNALS) process.on(signal, () => end(signal));
// npm dies of SIGHUP and SIGKILL without a word to what it runs.
const parent = process.ppid;
if (process.env.npm_lifecycle_event) {
  setInterval(() => process.ppid !== parent && !asked && end('SIGTERM'), LOOK_EVERY).unref();
}

const folder = makeFolder();
process.exitCode = folder === undefined ? 1 : await run(folder);

function makeFolder() {
  try {
    return mkdtempSync(join(tmpdir(), 'ecs-service-discovery-dns-'));
  } catch (error) {
    const { code = String(error) } = /** @type {NodeJS.ErrnoException} */ (error);
    const wanted = 'set TMPDIR to a folder that there is and that this user may write to';
    console.error(`no temporary folder can be made in ${JSON.stringify(tmpdir())} (${code}): ${wanted}`);
    return undefined;
  }
}

/** @param {string} folder @returns {Promise<number>} the exit code */
async function run(folder) {
  try {
    const prepared = await ended([...LEAN_NODE, join(local, 'code/prepare.ts'), folder, ...args], {
      ...LEAN,
      ...LEAN_ESBUILD,
      TMPDIR: folder,
    });
    if (asked || prepared !== 0) return asked && !impatient ? 0 : 1;
    // A proof ends soon: it has time limits, and nobody to leave memory to.
    const stays = !args.includes('--once');
    const flags = stays ? ['--expose-gc', ...LEAN_NODE] : [];
    const main = join(folder, 'examples/local/main.mjs');
    return await ended([...flags, main, ...args], { ...(stays && LEAN), LOCAL_RUN_CODE: folder });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Runs a part of it to its end, and what it has started to theirs.
 *
 * @param {readonly string[]} command @param {Readonly<Record<string, string>>} variables
 * @returns {Promise<number>} the exit code
 */
function ended(command, variables) {
  const child = spawn(process.execPath, command, {
    env: { ...process.env, ...variables },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    detached: true,
  });
  part = child;
  return new Promise((resolve) => {
    child.once('error', ({ message }) => {
      console.error(message);
      resolve(1);
    });
    child.once('exit', (code, signal) => {
      kill(child);
      resolve(code ?? (impatient ? 1 : 128 + (signal ? constants.signals[signal] : 0)));
    });
  });
}

/** Once: what runs ends in order. Twice: somebody does not want to wait. @param {NodeJS.Signals} signal */
function end(signal) {
  if (asked && performance.now() - asked < SAME_WITHIN) return;
  impatient = asked > 0;
  asked = performance.now();
  if (impatient) part && kill(part);
  else part?.kill(signal);
}

/** The whole group. @param {import('node:child_process').ChildProcess} child */
function kill({ pid }) {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nothing is left of it.
  }
}
