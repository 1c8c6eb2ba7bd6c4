import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it, type TestContext } from 'vitest';
import { startDnsServer } from '../stand-ins/dns-server.ts';
import { addressShop, NAME } from '../support/address-shop.ts';
import { ZONE, ZONE_ID } from '../support/world.ts';
import { NotHere } from './client.ts';
import { freePort, run, startProcess, versionOf } from './process.ts';
import { mayHaveOwnResolver } from './programs/prometheus.ts';

/** What curl has: the resolver of the machine, a cache on port 53, and a name without a port. */
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

it('curl finds an instance by its address name and port, through a cache, while instances come and go', async (context) => {
  const { skip, onTestFinished } = context;
  await Promise.all([versionOf('curl', '--version'), versionOf('dnsmasq', '--version'), mayHaveOwnResolver()]).catch(
    (fault) => {
      if (fault instanceof NotHere) skip(fault.message);
      throw fault;
    },
  );
  const folder = await mkdtemp(join(tmpdir(), 'curl-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const around = addressShop({ environment: { RECORD_TTL: '1' } });
  const zone = { name: ZONE, recordSets: () => around.aws.route53.recordSets(ZONE_ID) };
  const dns = await startDnsServer({ port: 0, zones: () => [zone] });
  onTestFinished(() => dns.close());
  const file = await resolver(dns.port, folder, context);
  const port = await freePort();
  const start = async (number: number) => {
    const address = `127.21.${process.pid % 250}.${number}`;
    const server = createServer((_, response) => response.end(address)).listen(port, address);
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    return { address, server, task: around.place(address, { port }) };
  };
  const ask = () =>
    run('unshare', [
      ...['--mount', 'sh', '-c', 'mount --bind "$0" /etc/resolv.conf && exec curl "$@"', file],
      ...['-fsS', '--max-time', '10', `http://${NAME.slice(0, -1)}:${port}/`],
    ]);

  const running = [await start(1), await start(2)];
  for (let number = 3; number <= 6; number += 1) {
    await around.run({ trigger: 'schedule' });
    const { stdout } = await ask();
    expect(running.map(({ address }) => address)).toContain(stdout);
    // As a task is drained: it leaves DNS, and serves until nobody remembers it.
    const old = running.shift();
    if (old) around.aws.ecs.admin.stopTask(old.task);
    running.push(await start(number));
    await around.run({ trigger: 'schedule' });
    await ask();
    await pause(1_500);
    old?.server.close();
    old?.server.closeAllConnections();
    const after = await ask();
    expect(running.map(({ address }) => address)).toContain(after.stdout);
  }
});
