import {
  CreateResourceRecordSetProtectionsCommand,
  DeleteHostedZoneCommand,
  DeleteResourceRecordSetProtectionsCommand,
  ListResourceRecordSetProtectionsCommand,
  type RRType,
} from '@aws-sdk/client-route-53';
import { expect, it } from 'vitest';
import { foreign, standInOnly } from '../endpoint.ts';
import { create, remove, simple, stage, upsert } from './playground.ts';

const { playground } = stage();
const small = stage({ limits: { protectionsPerZone: 1 } });

type Pair = readonly [name: string, type: RRType, comment?: string];

const configs = (pairs: readonly Pair[]) =>
  pairs.map(([RecordName, RecordType, Comment]) => ({ RecordName, RecordType, ...(Comment && { Comment }) }));

const protect = (zoneId: string, ...pairs: readonly Pair[]) =>
  new CreateResourceRecordSetProtectionsCommand({ HostedZoneId: zoneId, Protections: configs(pairs) });

const unprotect = (zoneId: string, ...pairs: readonly Pair[]) =>
  new DeleteResourceRecordSetProtectionsCommand({ HostedZoneId: zoneId, Protections: configs(pairs) });

it.each([
  { by: 'CREATE of a new set', there: false, action: create },
  { by: 'UPSERT', there: true, action: upsert },
  { by: 'DELETE', there: true, action: remove },
])('a protected name and type fails the whole batch on $by and says why', async ({ there, action }) => {
  const { client, zoneId, name, change, refusal, all } = playground();
  if (there) await change(create(simple(name('a'), 'A', '10.0.0.1')));
  await client.send(protect(zoneId, [name('a'), 'A', 'ask the network team']));
  const before = await all();

  const error = await refusal(action(simple(name('a'), 'A', '10.0.0.1')), create(simple(name('b'), 'A', '10.0.0.1')));

  expect(error.name).toBe('InvalidChangeBatch');
  expect(error.message).toContain(name('a'));
  expect(error.message).toContain('ask the network team');
  expect(await all()).toEqual(before);
  await client.send(unprotect(zoneId, [name('a'), 'A']));
});

it('another type at the name is free, and so is the pair once the protection is gone', async () => {
  const { client, zoneId, name, change, all } = playground();
  await client.send(protect(zoneId, [name('a'), 'A']));

  await change(create(simple(name('a'), 'TXT', '"free"')));
  await client.send(unprotect(zoneId, [name('a'), 'A']));
  await change(create(simple(name('a'), 'A', '10.0.0.1')));

  expect((await all()).map(({ Type }) => Type)).toEqual(['A', 'TXT']);
});

it('protections are listed in pages, in the order of record sets', async () => {
  const { client, zoneId, name } = playground();
  const pairs: Pair[] = [
    [name('a'), 'A', 'why'],
    [name('a'), 'SRV'],
    [name('b'), 'A'],
  ];
  await client.send(protect(zoneId, ...pairs.toReversed()));
  const list = (token?: string) =>
    client.send(
      new ListResourceRecordSetProtectionsCommand({
        HostedZoneId: zoneId,
        StartRecordName: name('a'),
        MaxResults: 2,
        ...(token && { NextToken: token }),
      }),
    );

  const first = await list();
  const second = await list(first.NextToken);

  expect(first.ResourceRecordSetProtections).toEqual(configs(pairs.slice(0, 2)));
  expect(second.ResourceRecordSetProtections?.slice(0, 1)).toEqual(configs(pairs.slice(2)));
  await client.send(unprotect(zoneId, ...pairs));
});

it('a call creates all protections or none', async () => {
  const { client, zoneId, name } = playground();
  await client.send(protect(zoneId, [name('a'), 'A']));

  const again = await client.send(protect(zoneId, [name('a'), 'A'])).catch((error: unknown) => error);
  const mixed = await client.send(protect(zoneId, [name('b'), 'A'], [name('a'), 'A'])).catch((error: unknown) => error);
  const outside = await client.send(protect(zoneId, ['other.example.', 'A'])).catch((error: unknown) => error);
  const missing = await client.send(unprotect(zoneId, [name('b'), 'A'])).catch((error: unknown) => error);

  expect(again).toMatchObject({
    name: 'ProtectionAlreadyExists',
    Errors: [{ RecordName: name('a'), RecordType: 'A', Code: 'ProtectionAlreadyExists' }],
  });
  expect(mixed).toMatchObject({
    name: 'InvalidResourceRecordSetProtectionBatch',
    Errors: [{ RecordName: name('a'), Code: 'ProtectionAlreadyExists' }],
  });
  expect(outside).toMatchObject({ Errors: [{ RecordName: 'other.example.', Code: 'InvalidInput' }] });
  expect(missing).toMatchObject({ Errors: [{ RecordName: name('b'), Code: 'ProtectionNotFound' }] });
  await client.send(unprotect(zoneId, [name('a'), 'A']));
});

it.skipIf(foreign)('a zone with protections is not deleted', async () => {
  const { client, zoneId, name } = playground();
  await client.send(protect(zoneId, [name('a'), 'A']));

  const outcome = client.send(new DeleteHostedZoneCommand({ Id: zoneId }));

  await expect(outcome).rejects.toMatchObject({ name: 'HostedZoneNotEmpty' });
});

standInOnly('the quota is not documented')('a zone holds as many protections as its quota says', async () => {
  const { client, zoneId, name } = small.playground();
  await client.send(protect(zoneId, [name('a'), 'A']));

  const outcome = client.send(protect(zoneId, [name('b'), 'A']));

  await expect(outcome).rejects.toMatchObject({ name: 'LimitsExceeded' });
});
