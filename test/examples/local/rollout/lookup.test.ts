import { expect, it, onTestFinished } from 'vitest';
import { startCloud } from '../../../../examples/local/cloud/cloud.ts';
import { createZone } from '../../../../examples/local/cloud/zone.ts';
import { startDns } from '../../../../examples/local/dns/dns.ts';
import { lookUpAt } from '../../../../examples/local/rollout/lookup.ts';

const zoneName = 'shop.internal';

/** A zone with a set for each name given, and a client of its DNS server. */
async function served(
  sets: Readonly<Record<string, { readonly type: 'SRV' | 'A'; readonly values: readonly string[] }>>,
) {
  const cloud = await startCloud({ port: 0, recordTo: undefined });
  onTestFinished(cloud.close);
  const zone = await createZone(cloud, zoneName);
  const dns = await startDns({ port: 0, route53: cloud.route53, zone });
  onTestFinished(dns.close);
  for (const [name, { type, values }] of Object.entries(sets)) {
    const ResourceRecords = values.map((Value) => ({ Value }));
    const ResourceRecordSet = { Name: `${name}.${zoneName}`, Type: type, TTL: 5, ResourceRecords };
    await cloud.clients.route53.changeResourceRecordSets({
      HostedZoneId: zone.id,
      ChangeBatch: { Changes: [{ Action: 'UPSERT', ResourceRecordSet }] },
    });
  }
  return { dns, lookUp: lookUpAt({ dnsPort: dns.port, zone: zoneName }) };
}

it('gives where the instances of a name are', async () => {
  const { lookUp } = await served({
    '_calc._tcp': { type: 'SRV', values: [`1 1 80 h1.${zoneName}.`, `1 1 81 h2.${zoneName}.`] },
    h1: { type: 'A', values: ['10.0.0.1'] },
    h2: { type: 'A', values: ['10.0.0.2'] },
  });

  expect([...(await lookUp('_calc._tcp'))].sort()).toEqual(['10.0.0.1:80', '10.0.0.2:81']);
});

it('gives none where the name does not exist, nor for a target that has left meanwhile', async () => {
  const { lookUp } = await served({
    '_calc._tcp': { type: 'SRV', values: [`1 1 80 h1.${zoneName}.`, `1 1 81 gone.${zoneName}.`] },
    h1: { type: 'A', values: ['10.0.0.1'] },
  });

  expect([await lookUp('_calc._tcp'), await lookUp('_time._tcp')]).toEqual([['10.0.0.1:80'], []]);
});

it('says which port is silent', async () => {
  const { lookUp, dns } = await served({});
  await dns.close();

  await expect(lookUp('_calc._tcp')).rejects.toThrow(
    `no DNS server answers on port ${dns.port}: is "npm start" running, with the same DNS_PORT as here?`,
  );
});
