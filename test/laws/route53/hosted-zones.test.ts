import { randomUUID } from 'node:crypto';
import {
  CreateHostedZoneCommand,
  DeleteHostedZoneCommand,
  GetHostedZoneCommand,
  ListHostedZonesByNameCommand,
  ListHostedZonesCommand,
  ListResourceRecordSetsCommand,
} from '@aws-sdk/client-route-53';
import { describe, expect, it } from 'vitest';
import { standInOnly } from '../endpoint.ts';
import { create, simple, stage } from './playground.ts';

const { playground } = stage();

const inVpc = (name: string, vpc: string = randomUUID(), reference: string = randomUUID()) =>
  new CreateHostedZoneCommand({
    Name: name,
    CallerReference: reference,
    VPC: { VPCId: `vpc-${vpc}`, VPCRegion: 'eu-central-1' },
    HostedZoneConfig: { Comment: 'a comment' },
  });

describe('a hosted zone', () => {
  const charged = standInOnly('each zone costs money and needs a VPC');

  charged('is created private in a VPC, with NS and SOA', async () => {
    const { client } = playground();

    const {
      HostedZone: zone,
      VPC: vpc,
      ChangeInfo: info,
      Location: location,
    } = await client.send(inVpc('New.Internal'));
    const got = await client.send(new GetHostedZoneCommand({ Id: zone?.Id }));
    const { ResourceRecordSets: sets } = await client.send(
      new ListResourceRecordSetsCommand({ HostedZoneId: zone?.Id }),
    );

    expect(zone).toMatchObject({
      Id: expect.stringMatching(/^\/hostedzone\/Z\w{1,31}$/),
      Name: 'new.internal.',
      Config: { PrivateZone: true, Comment: 'a comment' },
      ResourceRecordSetCount: 2,
    });
    expect(location).toBe(`https://route53.amazonaws.com/2013-04-01${zone?.Id}`);
    expect(info?.Status).toBe('PENDING');
    expect(got.HostedZone).toEqual(zone);
    expect(got.VPCs).toEqual([vpc]);
    expect(sets?.map(({ Name, Type, TTL }) => [Name, Type, TTL])).toEqual([
      ['new.internal.', 'NS', 172_800],
      ['new.internal.', 'SOA', 900],
    ]);
    expect(sets?.[1]?.ResourceRecords).toEqual([
      { Value: 'ns-1536.awsdns-00.co.uk. awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400' },
    ]);
  });

  charged('may have the name of another one, but not in the same VPC', async () => {
    const { client } = playground();
    await client.send(inVpc('twice.internal', 'one'));

    await client.send(inVpc('twice.internal', 'two'));
    const third = client.send(inVpc('twice.internal', 'one'));

    await expect(third).rejects.toMatchObject({ name: 'ConflictingDomainExists' });
    const { HostedZones: zones } = await client.send(new ListHostedZonesByNameCommand({ DNSName: 'twice.internal' }));
    expect(zones?.filter(({ Name }) => Name === 'twice.internal.')).toHaveLength(2);
  });

  charged('is not created twice under one caller reference', async () => {
    const { client } = playground();
    await client.send(inVpc('once.internal', 'one', 'reference'));

    const again = client.send(inVpc('once.internal', 'two', 'reference'));

    await expect(again).rejects.toMatchObject({ name: 'HostedZoneAlreadyExists', $metadata: { httpStatusCode: 409 } });
  });

  charged('is deleted only when nothing of its users is left', async () => {
    const { client, zoneId, zoneName, change } = playground();
    await change(create(simple(`a.${zoneName}`, 'A', '10.0.0.1')));

    const early = client.send(new DeleteHostedZoneCommand({ Id: zoneId }));
    await expect(early).rejects.toMatchObject({ name: 'HostedZoneNotEmpty' });
    await change({ Action: 'DELETE', ResourceRecordSet: simple(`a.${zoneName}`, 'A', '10.0.0.1') });
    await client.send(new DeleteHostedZoneCommand({ Id: zoneId }));

    const gone = client.send(new GetHostedZoneCommand({ Id: zoneId }));
    await expect(gone).rejects.toMatchObject({ name: 'NoSuchHostedZone' });
  });

  charged('needs a valid name', async () => {
    const { client } = playground();

    const outcome = client.send(inVpc('a..internal'));

    await expect(outcome).rejects.toMatchObject({ name: 'InvalidDomainName' });
  });

  it('counts its record sets and is found by id with and without prefix', async () => {
    const { client, zoneId, name, change } = playground();
    const count = async (id: string) =>
      (await client.send(new GetHostedZoneCommand({ Id: id }))).HostedZone?.ResourceRecordSetCount ?? 0;
    const before = await count(zoneId);

    await change(create(simple(name('a'), 'A', '10.0.0.1')));

    expect(await count(`/hostedzone/${zoneId}`)).toBe(before + 1);
  });
});

describe('the list of zones', () => {
  it('comes in pages', async () => {
    const { client, zoneId } = playground();
    const ids: (string | undefined)[] = [];
    let marker: string | undefined;

    do {
      const page = await client.send(new ListHostedZonesCommand({ MaxItems: 3, ...(marker && { Marker: marker }) }));
      expect(page.HostedZones?.length).toBeLessThanOrEqual(3);
      ids.push(...(page.HostedZones ?? []).map(({ Id: id }) => id));
      marker = page.NextMarker;
    } while (marker);

    expect(ids).toContain(`/hostedzone/${zoneId}`);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('by name starts at a name, in the order of reversed labels', async () => {
    const { client, zoneName } = playground();

    const page = await client.send(new ListHostedZonesByNameCommand({ DNSName: zoneName, MaxItems: 1 }));

    expect(page.HostedZones?.map(({ Name }) => Name)).toEqual([zoneName]);
    expect(page.DNSName).toBe(zoneName);
  });
});
