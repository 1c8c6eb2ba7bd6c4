import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { isAlive } from '../../../examples/local/is-alive.ts';
import { soon } from './ecs/world.ts';

/** `npm start` without npm, on free ports, with a folder of its own for whatever is temporary. */
async function started(environment: Readonly<Record<string, string>> = {}, ...args: readonly string[]) {
  const folder = await mkdtemp(join(tmpdir(), 'local-run-test-'));
  const env = {
    ...process.env,
    TMPDIR: folder,
    PORTAL_PORT: '0',
    DNS_PORT: '0',
    AWS_PORT: '0',
    FAULT_PORT: '0',
    CONSOLE_PORT: '0',
    ...environment,
  };
  const child = spawn(process.execPath, ['examples/local/main.ts', ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  });
  const printed = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      printed[stream] += text;
    });
  }
  const ended = once(child, 'close').then(([code, signal]) => code ?? signal);
  return { ended, printed, signal: (name: NodeJS.Signals) => void child.kill(name), leftovers: () => readdir(folder) };
}

async function takenPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

describe('npm start', { timeout: 120_000 }, () => {
  it('names a port in use and the variable that changes it, and leaves nothing behind', async () => {
    const port = await takenPort();

    const { ended, printed, leftovers } = await started({ DNS_PORT: String(port) });

    expect(await ended).toBe(1);
    expect(printed.stderr).toBe(
      `port ${port} of the DNS server is in use: set DNS_PORT to another one, or to 0 for a free one\n`,
    );
    expect(await leftovers()).toEqual([]);
  });

  it('says what is wrong with a variable before it starts anything', async () => {
    const { ended, printed } = await started({ SCHEDULE: 'often' });

    expect(await ended).toBe(1);
    expect(printed.stderr).toBe('SCHEDULE is "often": a time such as 30s, 5m or 1h is allowed\n');
  });

  it('prints where everything is and each change with its reason; Ctrl-C leaves nothing behind', async () => {
    const { ended, printed, signal, leftovers } = await started();
    // One run brings them, or several: whoever passes first is there first.
    await soon(() => {
      expect(printed.stdout).toMatch(/\+ _time\._tcp[^\n]* healthy \(task [0-9a-f]{8}\) \S+\n/);
      expect(printed.stdout).toMatch(/\+ calculator\.\S+ \(address name\) 127\.\S+ healthy \(task [0-9a-f]{8}\) \S+\n/);
      expect(printed.stdout).toMatch(
        /\+ calculator\.\S+ A alias of calculator\._address\.\S+ alias of an address name \S+\n/,
      );
    }, 100_000);
    const pids = [...printed.stdout.matchAll(/, process (\d+)/g)].map(([, pid]) => Number(pid));
    const wereAlive = pids.map(isAlive);

    signal('SIGINT');

    expect(await ended).toBe(0);
    expect(wereAlive).toEqual([true, true, true, true, true, true, true]);
    expect(pids.filter(isAlive)).toEqual([]);
    expect(await leftovers()).toEqual([]);
    expect(printed.stdout).toMatch(/Portal +http:\/\/127\.0\.0\.1:\d+\n/);
    expect(printed.stdout).toMatch(/dig -p \d+ @127\.0\.0\.1 SRV _calc\._tcp\.servicediscovery\.internal\n/);
    expect(printed.stdout).toMatch(/dig -p \d+ @127\.0\.0\.1 calculator\.servicediscovery\.internal, an address name/);
    expect(printed.stdout).toMatch(
      /^ *alias awsl='aws --endpoint-url http:\/\/127\.0\.0\.1:\d+'$[\s\S]*awsl route53 list-resource-record-sets/m,
    );
    expect(printed.stderr).toBe('');
    await expect(fetch(/Portal +(\S+)/.exec(printed.stdout)?.[1] ?? '')).rejects.toThrow();
  });

  it('says so when what is to be kept cannot be, after Ctrl-C too, and ends everything all the same', async () => {
    const kept = await mkdtemp(join(tmpdir(), 'local-run-kept-'));
    onTestFinished(() => rm(kept, { recursive: true, force: true }));
    const { ended, printed, signal, leftovers } = await started({}, '--keep', kept);
    await soon(() => expect(printed.stdout).toMatch(/\+ _time\._tcp/), 100_000);
    const pids = [...printed.stdout.matchAll(/, process (\d+)/g)].map(([, pid]) => Number(pid));
    await writeFile(join(kept, 'runs'), 'a file where a folder has to be');

    signal('SIGINT');

    expect(await ended).toBe(1);
    expect(printed.stderr).toMatch(
      /^the run bucket cannot be written to ".*": there is a file in .*; give --keep another folder\n$/,
    );
    expect(pids.filter(isAlive)).toEqual([]);
    expect(await leftovers()).toEqual([]);
  });

  it('leaves nothing behind when it is ended while it starts', async () => {
    const { ended, printed, signal, leftovers } = await started();
    await soon(() => expect(printed.stdout).toContain('starting'));

    signal('SIGTERM');

    expect(await ended).toBe(0);
    expect(printed.stderr).toBe('');
    expect(await leftovers()).toEqual([]);
  });
});
