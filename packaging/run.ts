import { spawnSync } from 'node:child_process';

export interface Where {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/**
 * Runs a command to its end and gives its standard output.
 *
 * @throws Error that names the command, its exit code and what it said
 */
export function run(command: string, args: readonly string[], { cwd, env = process.env }: Where): string {
  const { status, error, stdout, stderr } = spawnSync(command, args, {
    cwd,
    env,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (error) throw new Error(`${command} could not be started: ${error.message}`, { cause: error });
  if (status === 0) return stdout;
  throw new Error(`${command} ${args.join(' ')} ended with ${status}, want 0: ${(stderr || stdout).trim()}`);
}
