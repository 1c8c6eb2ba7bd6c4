import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'vitest';
import { NotHere } from './client.ts';
import { run, startProcess, versionOf } from './process.ts';
import { mayHaveOwnResolver } from './programs/prometheus.ts';

/**
 * curl as it is everywhere: it has the resolver of the machine, which asks the DNS server of a test here, through a cache.
 * Skips the test, with what is missing, where that cannot be.
 *
 * @returns asks a URL, and gives the body of the answer
 */
export async function curling(
  dnsPort: number,
  folder: string,
  context: TestContext,
): Promise<(url: string, ...options: readonly string[]) => Promise<string>> {
  await Promise.all([versionOf('curl', '--version'), versionOf('dnsmasq', '--version'), mayHaveOwnResolver()]).catch(
    (fault) => {
      if (fault instanceof NotHere) context.skip(fault.message);
      throw fault;
    },
  );
  const file = await resolver(dnsPort, folder, context);
  return async (url, ...options) => {
    const { stdout } = await run('unshare', [
      ...['--mount', 'sh', '-c', 'mount --bind "$0" /etc/resolv.conf && exec curl "$@"', file],
      ...['-fsS', '--max-time', '10', ...options, url],
    ]);
    return stdout;
  };
}

/** A cache on port 53, which is where the resolver of a machine asks; gives the file that names it. */
async function resolver(dnsPort: number, folder: string, { onTestFinished }: TestContext): Promise<string> {
  const address = `127.84.${process.pid % 250}.1`;
  const cache = startProcess('dnsmasq', [
    ...[
      '--keep-in-foreground',
      '--pid-file=',
      '--log-facility=-',
      '--conf-file=/dev/null',
      '--no-resolv',
      '--no-hosts',
    ],
    ...['--bind-interfaces', `--listen-address=${address}`, '--port=53', `--server=127.0.0.1#${dnsPort}`],
  ]);
  onTestFinished(() => cache.stop());
  const file = join(folder, 'resolv.conf');
  await writeFile(file, `nameserver ${address}\n`);
  return file;
}
