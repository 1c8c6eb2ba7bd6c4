import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { moduleUrl } from '../code/built.ts';
import type { Command } from './command.ts';

/** What a container of a task becomes on this machine. */
export interface ContainerSpec {
  readonly command: Command;
  /** The whole environment of the process. */
  readonly environment: Readonly<Record<string, string>>;
  /** Takes what it prints. */
  readonly log: (text: string) => void;
}

export interface TaskProcess {
  readonly pid: number;
  /** The exit code as docker gives it: 128 and the signal's number where a signal ended it. */
  readonly ended: Promise<number>;
  /** The end of what it has said to standard error, as it said it. */
  lastWords(): string;
  signal(name: NodeJS.Signals): void;
}

/** Of standard error so much is remembered, in characters. */
const REMEMBERED = 4_096;
/** Its streams are read for so long after its end, milliseconds. */
const STREAMS_MS = 300;

/** @throws Error when the process cannot be started */
export async function startTaskProcess({ command, environment, log }: ContainerSpec): Promise<TaskProcess> {
  const leash = moduleUrl(new URL('./leash.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', leash, ...withModule(command)], {
    cwd: command.folder,
    env: { ...environment },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const ended = endOf(child);
  let words = '';
  child.stdout?.setEncoding('utf8').on('data', log);
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    words = `${words}${text}`.slice(-REMEMBERED);
    log(text);
  });
  await once(child, 'spawn');
  return { pid: child.pid ?? 0, ended, lastWords: () => words, signal: (name) => void child.kill(name) };
}

/** The file to run is the built one, where it has been built; an option of node's stays what it is. */
function withModule({ args: [file, ...args], folder }: Command): readonly string[] {
  if (file === undefined) return [];
  if (file.startsWith('-')) return [file, ...args];
  return [fileURLToPath(moduleUrl(pathToFileURL(resolve(folder, file)))), ...args];
}

/** With its last words, where they come soon: what it has started itself may hold its streams open. */
async function endOf(child: ChildProcess): Promise<number> {
  const closed = new Promise((resolve) => child.once('close', resolve));
  const code = await new Promise<number>((resolve) => {
    child.once('exit', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
    child.once('error', () => resolve(127)); // docker's code for a command that could not be started
  });
  await Promise.race([closed, sleep(STREAMS_MS, undefined, { ref: false })]);
  return code;
}
