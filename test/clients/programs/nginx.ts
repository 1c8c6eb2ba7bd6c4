import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Client, NotHere } from '../client.ts';
import { get } from '../http.ts';
import { freePort, placeRecipe, startProcess, versionOf } from '../process.ts';
import { NAME } from '../stage.ts';
import { seenWithin } from '../wait.ts';

/** Another nginx than the one on the path. */
const PROGRAM = process.env.NGINX ?? 'nginx';
/** The first with `service=` and `resolve` in its free form. */
const WITH_SRV = [1, 27, 3] as const;

export const nginx: Client = {
  name: 'nginx',
  kind: 'proxy',
  interval: 2,
  recipe: ['nginx/nginx.conf'],
  version: async () => {
    const version = await versionOf(PROGRAM, '-v');
    if (isOlder(version.split('.').map(Number), WITH_SRV)) {
      throw new NotHere(`it is ${version}, want ${WITH_SRV.join('.')} or later; NGINX=<program> names another one`);
    }
    return version;
  },
  start: async (stage, folder) => {
    const dns = await stage.dns();
    const port = await freePort();
    const config = await placeRecipe('nginx/nginx.conf', folder, {
      '127.0.0.1:5300': dns.server,
      '127.0.0.1:8490': `127.0.0.1:${port}`,
    });
    const running = startNginx(folder, config);
    return { ...running, dns, sees: () => whoAnswers(port), request: () => get(port) };
  },
};

export const nginxReload: Client = {
  name: 'nginx before 1.27.3',
  kind: 'proxy',
  interval: 3,
  recipe: ['nginx-reload/nginx.conf', 'nginx-reload/nginx-srv.sh'],
  version: async () => {
    await versionOf('dig', '-v');
    return versionOf('nginx', '-v');
  },
  start: async (stage, folder) => {
    const dns = await stage.dns();
    const port = await freePort();
    const upstream = join(folder, 'calc.upstream');
    const config = await placeRecipe('nginx-reload/nginx.conf', folder, { '127.0.0.1:8490': `127.0.0.1:${port}` });
    const script = await placeRecipe('nginx-reload/nginx-srv.sh', folder);
    const [server = '', dnsPort = ''] = dns.server.split(':');
    const writer = startProcess('bash', [script, NAME, 'calc', upstream, server, dnsPort, join(folder, 'nginx.pid')]);
    // nginx does not start without its upstream.
    await seenWithin(async () => existsSync(upstream), Boolean, 10_000);
    const running = startNginx(folder, config, 'nginx');
    return {
      dns,
      sees: () => whoAnswers(port),
      request: () => get(port),
      said: () => running.said() + writer.said(),
      stop: async () => {
        await Promise.all([running.stop(), writer.stop()]);
      },
    };
  },
};

function startNginx(folder: string, config: string, program = PROGRAM) {
  return startProcess(program, ['-e', 'stderr', '-p', `${folder}/`, '-c', config, '-g', 'daemon off;']);
}

const isOlder = (version: readonly number[], [major, minor, patch]: typeof WITH_SRV): boolean => {
  const [ours = 0, second = 0, third = 0] = version;
  return ours * 1e6 + second * 1e3 + third < major * 1e6 + minor * 1e3 + patch;
};

/** Every instance in turn: it has no list to ask for, but goes round. */
async function whoAnswers(port: number): Promise<readonly string[]> {
  const seen = new Set<string>();
  let known = 0;
  // Until as many have answered in a row without a new one among them as there are, and some.
  for (let inRow = 0; inRow < known + 5; ) {
    const answers = await Promise.all(Array.from({ length: Math.min(20, known + 5) }, () => get(port).catch(() => '')));
    for (const answer of answers) if (answer !== '') seen.add(answer);
    inRow = seen.size > known ? 0 : inRow + answers.length;
    known = seen.size;
  }
  return [...seen];
}
