import { type ChildProcessWithoutNullStreams, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A Python with the judges installed. */
export interface Judges {
  /** Runs a script of this folder. @throws where it ends with another code than 0 */
  script(name: string, ...args: readonly string[]): Promise<string>;
  /** Runs cfn-lint; what it finds is its output, whatever its exit code. */
  lint(...args: readonly string[]): Promise<string>;
  /** Starts a script of this folder that ends with its input. */
  serve(name: string, ...args: readonly string[]): Serving;
  /** Installs what else a file of this folder pins. @throws NoJudges without packages to install */
  install(requirements: string): Promise<void>;
}

export interface Serving extends Pick<ChildProcessWithoutNullStreams, 'stdin' | 'stdout'> {
  /** All of its standard error. */
  readonly said: Promise<string>;
  readonly ended: Promise<unknown>;
}

/** What one judge says: a line, and each sentence that makes the run fail. */
export interface Verdict {
  readonly line: string;
  readonly wrong: readonly string[];
}

/** Bytes of one report. */
const MOST_OUTPUT = 64 * 1024 * 1024;

/** Thrown where this machine cannot have the judges; the message says why. */
export class NoJudges extends Error {
  override readonly name = 'NoJudges';
}

/** @throws NoJudges without Python 3.9 */
export async function checkPython(signal: AbortSignal): Promise<void> {
  const print = ['-c', 'import sys; print(*sys.version_info[:2])'];
  const version = await attempt('python3 is missing', ['python3', ...print], signal);
  const [major = 0, minor = 0] = version.trim().split(' ').map(Number);
  if (major !== 3 || minor < 9) throw new NoJudges(`python3 is ${major}.${minor}, want 3.9 or later`);
}

/**
 * Installs what `requirements.txt` pins into an environment of its own.
 *
 * @param folder exists and is the caller's to remove
 * @throws NoJudges without Python's `venv`, pip, or packages to install
 */
export async function installJudges(folder: string, signal: AbortSignal): Promise<Judges> {
  const environment = join(folder, 'venv');
  await attempt('python3 makes no virtual environment', ['python3', '-m', 'venv', environment], signal);
  const program = (name: string): string => join(environment, 'bin', name);
  const quiet = ['--quiet', '--disable-pip-version-check', '--no-input'];
  const install = async (requirements: string): Promise<void> => {
    const path = join(import.meta.dirname, requirements);
    await attempt('pip installs no judges', [program('pip'), 'install', ...quiet, '-r', path], signal);
  };
  await install('requirements.txt');

  const options = { cwd: import.meta.dirname, signal, maxBuffer: MOST_OUTPUT };
  return {
    install,
    serve: (name, ...args) => {
      const { cwd } = options;
      const child = spawn(program('python'), ['-B', name, ...args], { cwd, signal });
      child.stdin.on('error', () => {}); // it has ended: what waits for its lines hears of it
      const ended = once(child, 'close');
      ended.catch(() => {}); // heard of at its end
      return { stdin: child.stdin, stdout: child.stdout, said: text(child.stderr), ended };
    },
    script: async (name, ...args) => (await run(program('python'), ['-B', name, ...args], options)).stdout,
    lint: async (...args) => {
      try {
        return (await run(program('cfn-lint'), args, options)).stdout;
      } catch (fault) {
        // Its exit code tells the kinds of its findings; without any output it did not work at all.
        const output = fault instanceof Error && 'stdout' in fault ? String(fault.stdout) : '';
        if (output === '') throw fault;
        return output;
      }
    },
  };
}

async function attempt(what: string, [command = '', ...args]: readonly string[], signal: AbortSignal): Promise<string> {
  try {
    return (await run(command, args, { signal, maxBuffer: MOST_OUTPUT })).stdout;
  } catch (fault) {
    signal.throwIfAborted();
    throw new NoJudges(`${what}: ${lastLine(fault)}`);
  }
}

function lastLine(fault: unknown): string {
  const text = fault instanceof Error && 'stderr' in fault && fault.stderr ? String(fault.stderr) : String(fault);
  return text.trim().split('\n').at(-1) ?? '';
}
