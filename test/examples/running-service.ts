import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';

/** An example service as a process of its own. */
export interface RunningService {
  readonly url: string;
  readonly port: number;
  /** Everything it has printed so far. */
  output(): string;
  /** Resolves once the output holds the text. */
  printed(text: string): Promise<void>;
  signal(name: NodeJS.Signals): void;
  /** Exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
}

interface ProcessOptions {
  readonly command?: readonly string[];
  readonly cwd?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Starts `examples/<name>/main.ts`, or a command, on a free loopback port; ended with the test at the latest. */
export async function startService(name: string, options: ProcessOptions = {}): Promise<RunningService> {
  const service = launch(name, options);
  const listening = service.printed('listening on http://');
  await Promise.race([
    listening,
    service.ended.then((how) => Promise.reject(new Error(`ended with ${how}: ${service.output()}`))),
  ]);
  const [, url = '', port = ''] = /listening on (http:\/\/[^\s]*?:(\d+))/.exec(service.output()) ?? [];
  return { ...service, url, port: Number(port) };
}

/** Starts a service without waiting for it to listen. */
export function launch(
  name: string,
  { command, cwd, environment }: ProcessOptions,
): Omit<RunningService, 'url' | 'port'> {
  const [, ...args] = command ?? ['node', `examples/${name}/main.ts`];
  const env = {
    HOST: '127.0.0.1',
    PORT: '0',
    DRAIN_SECONDS: '0',
    CONTAINER_ID: 'c-1',
    INSTANCE_ID: 'i-1',
    ...environment,
  };
  const child = spawn(process.execPath, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));

  const ended = once(child, 'exit').then(([code, signal]) => (signal ?? code) as number | NodeJS.Signals);
  const collected = collect(child);
  return { ...collected, ended, signal: (signal) => void child.kill(signal) };
}

function collect(child: ChildProcess): Pick<RunningService, 'output' | 'printed'> {
  let text = '';
  const readers = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      for (const reader of readers) reader();
    });
  }
  return {
    output: () => text,
    printed: (wanted) =>
      new Promise((resolve) => {
        const look = () => {
          if (!text.includes(wanted)) return;
          readers.delete(look);
          resolve();
        };
        readers.add(look);
        look();
      }),
  };
}

export const basic = (username: string, password: string): { readonly authorization: string } => ({
  authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
});
