import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { soon } from './ecs/world.ts';

/** Processes are found by what they were started with, so that none is missed: as Linux shows it. */
const onLinux = existsSync('/proc/self/environ');
const FREE = { PORTAL_PORT: '0', DNS_PORT: '0', AWS_PORT: '0', FAULT_PORT: '0', CONSOLE_PORT: '0' };
/** npm keeps a cache of its own code among temporary files. */
const NPM = { NODE_DISABLE_COMPILE_CACHE: '1' };
const WAIT = 150_000;

/** `npm start` itself, in a process group of its own, with a folder for whatever is temporary. */
async function started() {
  const folder = await mkdtemp(join(tmpdir(), 'signals-test-'));
  const npm = spawn('npm', ['start'], {
    env: { ...process.env, ...NPM, ...FREE, TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let stdout = '';
  npm.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  let stderr = '';
  npm.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  /** Of npm's group, of the build and of the run, tasks included. */
  const processes = (): readonly { readonly pid: number; readonly command: string }[] =>
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((pid) => ({ pid: Number(pid), command: read(pid, 'cmdline'), environment: read(pid, 'environ') }))
      .filter(({ command, environment }) => command.includes(folder) || environment.includes(`TMPDIR=${folder}`));
  onTestFinished(async () => {
    for (const { pid } of processes()) process.kill(pid, 'SIGKILL');
    await rm(folder, { recursive: true, force: true });
  });
  const ports = () => [...stdout.matchAll(/127\.0\.\d\.\d+:(\d+)/g)].map(([, port]) => port);
  const pidOf = (command: RegExp): number => processes().find((one) => command.test(one.command))?.pid ?? 0;
  const ended = once(npm, 'close');
  return {
    npm: npm.pid ?? 0,
    pidOf,
    processes,
    ports,
    ended,
    runs: () => soon(() => expect(stdout).toMatch(/task calc \S+ runs[\s\S]*task calc \S+ runs/), WAIT),
    prepares: () => soon(() => expect(pidOf(/prepare\.ts/)).toBeGreaterThan(0), WAIT),
    said: () => stderr,
    isClean: () =>
      soon(async () => {
        expect(processes()).toEqual([]);
        expect(await readdir(folder)).toEqual([]);
      }, 15_000),
  };
}

/** A process that is gone by now has nothing to show. */
function read(pid: string, what: 'cmdline' | 'environ'): string {
  try {
    return readFileSync(`/proc/${pid}/${what}`, 'utf8');
  } catch {
    return '';
  }
}

async function refused(port: string | undefined): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(2_000) }).then(
    () => false,
    () => true,
  );
}

describe.skipIf(!onLinux)('npm start leaves no process, no port and no folder', { timeout: 200_000 }, () => {
  it('when npm gets SIGTERM', async () => {
    const run = await started();
    await run.runs();
    const ports = run.ports();
    expect(run.processes().length).toBeGreaterThanOrEqual(8); // npm, what sees to it, the run, five tasks

    process.kill(run.npm, 'SIGTERM');

    await run.ended;
    await run.isClean();
    expect(await Promise.all(ports.map(refused))).not.toContain(false);
    expect(run.said()).toBe('');
  });

  it('when the whole group gets SIGHUP while it builds', async () => {
    const run = await started();
    await run.prepares();

    process.kill(-run.npm, 'SIGHUP');

    await run.ended;
    await run.isClean();
  });

  it('when a second signal comes before the first has done its work', async () => {
    const run = await started();
    await run.runs();
    const node = run.pidOf(/start\.mjs/);

    process.kill(node, 'SIGINT');
    await new Promise((resolve) => setTimeout(resolve, 100));
    try {
      process.kill(node, 'SIGINT');
    } catch (fault) {
      // On a quick machine all is over by then.
      expect(fault).toMatchObject({ code: 'ESRCH' });
    }

    await run.ended;
    await run.isClean();
  });

  it('when npm is killed', async () => {
    const run = await started();
    await run.runs();

    process.kill(run.npm, 'SIGKILL');

    await run.isClean();
  });

  it.each([
    { what: 'the run', command: /local\/main\.mjs/ },
    { what: 'what sees to it', command: /start\.mjs/ },
  ])('when $what is killed', async ({ command }) => {
    const run = await started();
    await run.runs();

    process.kill(run.pidOf(command), 'SIGKILL');

    await run.isClean();
  });
});
