import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { startCloud } from '../../../../examples/local/cloud/cloud.ts';
import { createZone } from '../../../../examples/local/cloud/zone.ts';
import { startDns } from '../../../../examples/local/dns/dns.ts';
import { askTcp, askUdp } from '../../../stand-ins/dns/client.ts';

const zoneName = 'shop.internal';
const name = `a.${zoneName}`;

/** Route 53 with one zone, served from a thread of its own. */
async function served(port = 0) {
  const cloud = await startCloud({ port: 0 });
  onTestFinished(() => cloud.close());
  const zone = await createZone(cloud, zoneName);
  const dns = await startDns({ port, route53: cloud.route53, zone });
  onTestFinished(() => dns.close());
  const publish = (address: string) => {
    const set = { Name: name, Type: 'A' as const, TTL: 5, ResourceRecords: [{ Value: address }] };
    const ChangeBatch = { Changes: [{ Action: 'UPSERT' as const, ResourceRecordSet: set }] };
    return cloud.clients.route53.changeResourceRecordSets({ HostedZoneId: zone.id, ChangeBatch });
  };
  return { ...dns, publish };
}

it('answers with each change of the zone, over UDP and TCP', async () => {
  const { port, publish } = await served();
  const before = await askUdp(port, { name, type: 'A' });

  await publish('10.0.0.1');
  const first = await askUdp(port, { name, type: 'A' });
  await publish('10.0.0.2');
  const second = await askTcp(port, { name, type: 'A' });

  expect(before.rcode).toBe('NXDOMAIN');
  expect([first, second].map(({ answers }) => answers)).toMatchObject([[{ data: '10.0.0.1' }], [{ data: '10.0.0.2' }]]);
});

it('answers every query while all else stands still', { timeout: 60_000 }, async () => {
  const { port, publish } = await served();
  await publish('10.0.0.1');
  await askUdp(port, { name, type: 'A' });

  // This thread does nothing else until the other process has asked everything.
  const answered = execFileSync(process.execPath, ['test/examples/local/dns/asker.ts', `${port}`, name, '500']);

  expect(Number(answered)).toBe(500);
});

it('says that a port is taken, and leaves no thread behind', async () => {
  const blocker = createServer().listen(0, '127.0.0.1');
  await once(blocker, 'listening');
  onTestFinished(() => void blocker.close());
  const { port } = blocker.address() as { port: number };

  await expect(served(port)).rejects.toMatchObject({ code: 'EADDRINUSE' });
});

it('frees its port when it is closed, twice over', async () => {
  const first = await served();
  await Promise.all([first.close(), first.close()]);

  const second = await served(first.port);

  expect(second.port).toBe(first.port);
});
