import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { moduleUrl } from '../code/built.ts';

/** What a container of a task becomes on this machine. */
export interface ContainerSpec {
  /** As in the image: `node calc/main.ts`. Only `node` is run. */
  readonly command: readonly string[];
  /** The whole environment of the process. */
  readonly environment: Readonly<Record<string, string>>;
  /** Takes what it prints. */
  readonly log: (text: string) => void;
}

export interface TaskProcess {
  readonly pid: number;
  /** The exit code as docker gives it: 128 and the signal's number where a signal ended it. */
  readonly ended: Promise<number>;
  signal(name: NodeJS.Signals): void;
}

/** The examples' folder is what their images hold. */
const IMAGE_FOLDER = fileURLToPath(new URL('../../', import.meta.url));

/** @throws Error when the process cannot be started */
export async function startTaskProcess({ command, environment, log }: ContainerSpec): Promise<TaskProcess> {
  const [program, ...args] = command;
  if (program !== 'node') throw new Error(`command ${JSON.stringify(command)}: only node is run here`);
  const leash = moduleUrl(new URL('./leash.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', leash, ...withModule(args)], {
    cwd: IMAGE_FOLDER,
    env: { ...environment },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const ended = endOf(child);
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', log);
  await once(child, 'spawn');
  return { pid: child.pid ?? 0, ended, signal: (name) => void child.kill(name) };
}

/** The file to run is the built one, where it has been built; an option of node's stays what it is. */
function withModule([file, ...args]: readonly string[]): readonly string[] {
  if (file === undefined || file.startsWith('-')) return file === undefined ? [] : [file, ...args];
  return [fileURLToPath(moduleUrl(pathToFileURL(resolve(IMAGE_FOLDER, file)))), ...args];
}

function endOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
    child.once('error', () => resolve(127)); // docker's code for a command that could not be started
  });
}
