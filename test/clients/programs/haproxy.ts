import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Client } from '../client.ts';
import { get } from '../http.ts';
import { freePort, placeRecipe, startProcess, versionOf } from '../process.ts';

/** The recipe, or what becomes of it with some of its lines changed. */
const haproxyWith = (name: string, changed: Readonly<Record<string, string>>): Client => ({
  name,
  trap: Object.keys(changed).length > 0,
  kind: 'proxy',
  interval: 1,
  recipe: ['haproxy/haproxy.cfg'],
  version: () => versionOf('haproxy', '-v'),
  start: async (stage, folder) => {
    const dns = await stage.dns();
    const port = await freePort();
    const config = await placeRecipe('haproxy/haproxy.cfg', folder, {
      ...changed,
      '127.0.0.1:5300': dns.server,
      '127.0.0.1:8490': `127.0.0.1:${port}`,
      '/run/recipe': folder,
    });
    const haproxy = startProcess('haproxy', ['-db', '-f', config]);
    return {
      ...haproxy,
      dns,
      sees: async () => (await serversOf(folder)).map(({ addr }) => addr),
      request: () => get(port),
    };
  },
});

export const haproxy = haproxyWith('HAProxy', {});
export const haproxySmall = haproxyWith('HAProxy, `accepted_payload_size 8192`', { 65535: '8192' });
export const haproxyHosts = haproxyWith('HAProxy without `allow-dup-ip`', { ' resolve-opts allow-dup-ip': '' });
export const haproxyUdp = haproxyWith('HAProxy, UDP', { 'tcp@': '' });

async function ask(path: string, command: string): Promise<string> {
  const socket = connect(path);
  await once(socket, 'connect').catch(() => undefined);
  socket.end(command);
  return text(socket).catch(() => '');
}

/** Servers of the backend that get requests, as HAProxy's statistics tell them. */
export async function serversOf(
  folder: string,
): Promise<readonly { readonly addr: string; readonly weight: string }[]> {
  const [head = '', ...lines] = (await ask(join(folder, 'haproxy.sock'), 'show stat\n')).split('\n');
  const columns = head.replace('# ', '').split(',');
  const at = (name: string): number => columns.indexOf(name);
  return lines
    .map((line) => line.split(','))
    .filter((cells) => cells[at('pxname')] === 'calc' && cells[at('status')]?.startsWith('UP'))
    .map((cells) => ({ addr: cells[at('addr')] ?? '', weight: cells[at('weight')] ?? '' }))
    .filter(({ addr }) => addr.includes(':'));
}
