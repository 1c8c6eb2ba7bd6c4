import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type Client, NotHere } from '../client.ts';
import { get } from '../http.ts';
import { freePort, placeRecipe, run, startProcess, versionOf } from '../process.ts';

/** One address of 127.83/16 a start: everybody wants port 53. */
let starts = 0;

export const prometheus: Client = {
  name: 'Prometheus',
  kind: 'watcher',
  interval: 5,
  recipe: ['prometheus/prometheus.yml'],
  version: async () => {
    const version = await versionOf('prometheus', '--version');
    await mayHaveOwnResolver();
    return version;
  },
  start: async (stage, folder) => {
    const address = `127.83.${process.pid % 250}.${1 + (starts++ % 250)}`;
    const dns = await stage.dns({ address, port: 53 });
    const port = await freePort();
    const config = await placeRecipe('prometheus/prometheus.yml', folder);
    const resolver = join(folder, 'resolv.conf');
    await writeFile(resolver, `nameserver ${address}\n`);
    const running = startProcess('unshare', [
      '--mount',
      'sh',
      '-c',
      'mount --bind "$0" /etc/resolv.conf && exec prometheus "$@"',
      resolver,
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ]);
    return { ...running, dns, sees: () => targets(port) };
  },
};

/** It reads /etc/resolv.conf and asks port 53: for a zone of ours it needs a file of its own there. @throws NotHere */
export async function mayHaveOwnResolver(): Promise<void> {
  try {
    await run('unshare', ['--mount', 'sh', '-c', 'mount --bind /etc/hosts /etc/resolv.conf']);
    const server = createServer().listen(53, `127.83.${process.pid % 250}.254`);
    await once(server, 'listening');
    server.close();
    await once(server, 'close');
  } catch {
    throw new NotHere('it may not have an /etc/resolv.conf of its own, or port 53, which root has');
  }
}

async function targets(port: number): Promise<readonly string[]> {
  const text = await get(port, '/api/v1/targets?state=active').catch(() => undefined);
  if (text === undefined) return [];
  const { data } = JSON.parse(text) as Targets;
  return data.activeTargets.map(({ discoveredLabels: { __address__ } }) => {
    const [, address = '', at = ''] = /^ip-([\d-]+)\..*:(\d+)$/.exec(__address__) ?? [];
    return `${address.replaceAll('-', '.')}:${at}`;
  });
}

interface Targets {
  readonly data: { readonly activeTargets: readonly { readonly discoveredLabels: { readonly __address__: string } }[] };
}
