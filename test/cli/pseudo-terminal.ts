import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';

/** `script` of util-linux; that of other systems takes other options. */
export const HAS_TERMINALS = (() => {
  try {
    return execFileSync('script', ['--version'], { encoding: 'utf8' }).includes('util-linux');
  } catch {
    return false;
  }
})();

/** What the keys of a terminal send. */
export const KEY = { enter: '\r', ctrlC: '\u0003', ctrlD: '\u0004' } as const;

/** A command on a terminal of its own. */
export interface AtTerminal {
  /** Resolves once the terminal shows this. */
  shows(what: RegExp): Promise<RegExpExecArray>;
  type(keys: string): void;
  /** Takes the terminal away, as whoever closes its window does. */
  close(): void;
  /** Everything shown so far. */
  text(): string;
  /** The exit code, and whether the terminal's settings are what they were before. */
  readonly ended: Promise<{ readonly code: number; readonly sane: boolean }>;
}

/**
 * Runs a shell's command line on a pseudo terminal; `ecssd` is the command of this tree. Ended with the test at the latest.
 *
 * @param line what follows `ecssd` may lead its streams elsewhere
 */
export function atTerminal(line: string, variables: Readonly<Record<string, string>>): AtTerminal {
  const command = line.replace(/^ecssd /, `"${process.execPath}" bin/ecssd.mjs `);
  // The shell outlives a Ctrl-C that is meant for the command, and tells how it was left.
  const shell = `trap : INT; before=$(stty -g); ${command}; code=$?; [ "$before" = "$(stty -g)" ] && sane=yes; echo "code $code sane $sane."`;
  const env = { ...process.env, TERM: 'xterm', SHELL: '/bin/sh', ...variables };
  const child = spawn('script', ['-qec', shell, '/dev/null'], { env, stdio: ['pipe', 'pipe', 'inherit'] });
  const closed = once(child, 'close');
  child.stdin.on('error', () => {}); // the command may have ended before it hears what is typed
  let shown = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
  });
  onTestFinished(async () => {
    child.kill('SIGKILL'); // the terminal goes, and the kernel tells whatever runs on it
    await closed;
  });
  return {
    async shows(what) {
      for (;;) {
        const found = what.exec(shown);
        if (found) return found;
        if (child.exitCode !== null || child.signalCode !== null) throw new Error(`never shown: ${what}\n${shown}`);
        await new Promise((resume) => setTimeout(resume, 20));
      }
    },
    type: (keys) => void child.stdin.write(keys),
    close: () => void child.kill('SIGKILL'),
    text: () => shown,
    ended: closed.then(() => {
      const [, code, sane] = /code (\d+) sane (yes)?\.\s*$/.exec(shown) ?? [];
      return { code: Number(code), sane: sane === 'yes' };
    }),
  };
}
