import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { NotHere } from './client.ts';

export const RECIPES = join(import.meta.dirname, '..', '..', 'examples', 'clients');
/** Characters of its outputs that are kept. */
const MOST_SAID = 4_000;

export interface Process {
  said(): string;
  /** Its whole group, softly, then hard; returns when it has ended. */
  stop(): Promise<void>;
}

/** With the place where Debian puts servers, which is not on everybody's path. */
const env = (): NodeJS.ProcessEnv => ({ ...process.env, PATH: `${process.env.PATH}:/usr/sbin` });

/** Starts a program in a group of its own. */
export function startProcess(command: string, args: readonly string[]): Process {
  const child = spawn(command, args, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: env(),
  });
  let said = '';
  const hear = (chunk: Buffer): void => {
    said = (said + chunk).slice(-MOST_SAID);
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  child.on('error', (fault) => hear(Buffer.from(fault.message)));
  // Whoever started it may be ended by a signal, and it must not stay.
  const orphaned = (): void => kill(child, 'SIGKILL');
  process.once('exit', orphaned);
  return {
    said: () => said,
    stop: async () => {
      process.off('exit', orphaned);
      if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null)
        return kill(child, 'SIGKILL');
      const ended = once(child, 'exit');
      kill(child, 'SIGTERM');
      const late = setTimeout(() => kill(child, 'SIGKILL'), 2_000);
      await ended;
      clearTimeout(late);
      kill(child, 'SIGKILL');
    },
  };
}

function kill(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, signal);
  } catch {
    // Nobody of the group is left.
  }
}

/** Runs a program to its end. @throws where it ends with another code than 0, or takes longer than `timeout` ms */
export const run = (command: string, args: readonly string[], options: { timeout?: number; cwd?: string } = {}) =>
  promisify(execFile)(command, args, { env: env(), timeout: 120_000, ...options });

/** The first line with a number that a program says of its version. @throws NotHere where it cannot be run */
export async function versionOf(command: string, ...args: readonly string[]): Promise<string> {
  try {
    const { stdout, stderr } = await run(command, args, { timeout: 10_000 });
    return /\d+(?:\.\d+)+/.exec(stdout + stderr)?.[0] ?? 'unknown';
  } catch (fault) {
    const { code } = fault as NodeJS.ErrnoException;
    throw new NotHere(
      code === 'ENOENT' ? `${command} is not installed` : `${command} ${args.join(' ')} ended with ${code}`,
    );
  }
}

/**
 * Writes a file of a recipe into a folder, with addresses and paths of this run in place of those that it has.
 *
 * @throws Error where the recipe does not have one of them
 * @returns where it was written
 */
export async function placeRecipe(
  file: string,
  folder: string,
  places: Readonly<Record<string, string>> = {},
): Promise<string> {
  let text = await readFile(join(RECIPES, file), 'utf8');
  for (const [there, here] of Object.entries(places)) {
    if (!text.includes(there)) throw new Error(`examples/clients/${file} has no "${there}"`);
    text = text.replaceAll(there, here);
  }
  const placed = join(folder, basename(file));
  await writeFile(placed, text, { mode: 0o755 });
  return placed;
}

/** A TCP port of 127.0.0.1 that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
