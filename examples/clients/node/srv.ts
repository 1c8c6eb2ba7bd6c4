// srv.ts <name> <dns server> <dns port>                  the instances, in the order in which to try them
// srv.ts <name> <dns server> <dns port> <path> <count>   that many GETs, one after the other: how each ended, and its milliseconds
// In your own code the import is 'ecs-service-discovery-dns/srv'.
import { setTimeout as pause } from 'node:timers/promises';
import { lookup, tryEach } from '../../srv/lookup.ts';

const [, , name = '', host, port, path, count = '1'] = process.argv;
const server = `${host}:${port}`;

if (path === undefined) {
  for (const { address, port } of await lookup(name, { server })) console.log(`${address}:${port}`);
} else {
  for (let made = 0; made < Number(count); made++) {
    const begin = performance.now();
    const end = await get(path).catch((fault: Error) => `failed ${fault.message}`);
    console.log(Math.round(performance.now() - begin), end);
    await pause(50);
  }
}

/** Asks one instance after the other; only for what may be repeated. */
async function get(path: string): Promise<string> {
  const attempt = async ({ address, port }: { address: string; port: number }): Promise<void> => {
    const response = await fetch(`http://${address}:${port}${path}`, { signal: AbortSignal.timeout(2_000) });
    await response.text();
    if (!response.ok) throw new Error(`status ${response.status}`);
  };
  await tryEach(name, attempt, { server });
  return 'ok';
}
