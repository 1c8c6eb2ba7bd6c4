import { spawn } from 'node:child_process';
import { resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../../..');

/**
 * Runs a program from the root of the repository and gathers what it prints.
 *
 * @param tell takes each line as it comes
 */
export function command(
  words: readonly string[],
  {
    env,
    signal,
    tell,
  }: { readonly env: NodeJS.ProcessEnv; readonly signal: AbortSignal; readonly tell?: (line: string) => void },
): Promise<{ readonly code: number; readonly output: string }> {
  const [program = '', ...args] = words;
  return new Promise((fulfil, reject) => {
    const child = spawn(program, args, {
      cwd: ROOT,
      env,
      signal,
      killSignal: 'SIGINT',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        for (const line of text.split('\n')) if (line.trim() !== '') tell?.(line);
      });
    }
    child.on('error', reject);
    child.on('close', (code) => fulfil({ code: code ?? 1, output }));
  });
}

/** `ecssd` of this checkout, against what the variables name. */
export const ecssd = (args: readonly string[], env: NodeJS.ProcessEnv, signal: AbortSignal) =>
  command([process.execPath, 'bin/ecssd.mjs', ...args], { env, signal });
