import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { startDnsServer } from '../stand-ins/dns-server.ts';
import { addressShop, NAME } from '../support/address-shop.ts';
import { ZONE, ZONE_ID } from '../support/world.ts';
import { curling } from './curl.ts';
import { freePort } from './process.ts';

it('curl finds an instance by its address name and port, through a cache, while instances come and go', async (context) => {
  const { onTestFinished } = context;
  const folder = await mkdtemp(join(tmpdir(), 'curl-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const around = addressShop({ environment: { RECORD_TTL: '1' } });
  const zone = { name: ZONE, recordSets: () => around.aws.route53.recordSets(ZONE_ID) };
  const dns = await startDnsServer({ port: 0, zones: () => [zone] });
  onTestFinished(() => dns.close());
  const curl = await curling(dns.port, folder, context);
  const port = await freePort();
  const start = async (number: number) => {
    const address = `127.21.${process.pid % 250}.${number}`;
    const server = createServer((_, response) => response.end(address)).listen(port, address);
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    return { address, server, task: around.place(address, { port }) };
  };
  const ask = () => curl(`http://${NAME.slice(0, -1)}:${port}/`);

  const running = [await start(1), await start(2)];
  for (let number = 3; number <= 6; number += 1) {
    await around.run({ trigger: 'schedule' });
    expect(running.map(({ address }) => address)).toContain(await ask());
    // As a task is drained: it leaves DNS, and serves until nobody remembers it.
    const old = running.shift();
    if (old) around.aws.ecs.admin.stopTask(old.task);
    running.push(await start(number));
    await around.run({ trigger: 'schedule' });
    await ask();
    await pause(1_500);
    old?.server.close();
    old?.server.closeAllConnections();
    expect(running.map(({ address }) => address)).toContain(await ask());
  }
});
