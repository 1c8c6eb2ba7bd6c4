import { ListResourceRecordSetsCommand } from '@aws-sdk/client-route-53';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foreign, standInOnly } from '../endpoint.ts';
import { allPages, everySet } from './listing.ts';
import { create, simple, stage, weighted } from './playground.ts';

const { playground } = stage();

describe('the order of the list', () => {
  it('is that of the names with their labels reversed, then of the types, then of the identifiers', async () => {
    const { name, change, all } = playground();
    const sets = [
      simple(name('a-b'), 'A', '10.0.0.1'), // a hyphen sorts before the dot that ends a label
      simple(name('a'), 'A', '10.0.0.1'),
      weighted(name('a'), 'blue', 1, '1 1 1 t.example.com.'),
      weighted(name('a'), 'green', 1, '1 1 1 t.example.com.'),
      simple(name('z.a'), 'A', '10.0.0.1'),
      simple(name('a0'), 'A', '10.0.0.1'),
      simple(name('b'), 'A', '10.0.0.1'),
      simple(name('a.b'), 'A', '10.0.0.1'),
    ];

    await change(...sets.toReversed().map(create));

    expect(await all()).toEqual(sets);
  });

  it('takes a wildcard as the asterisk that it is', async () => {
    const { name, change, all } = playground();

    await change(...['-', '\\052', '\\041'].map((label) => create(simple(name(label), 'A', '10.0.0.1'))));

    expect((await all()).map((set) => set.Name)).toEqual([name('\\041'), name('\\052'), name('-')]);
  });
});

describe('a page', () => {
  it('holds 300 record sets and says where the next one starts', async () => {
    const { client, zoneId, name, change } = playground();
    const label = (index: number) => `n${String(index).padStart(3, '0')}`;
    await change(...Array.from({ length: 301 }, (_, index) => create(simple(name(label(index)), 'A', '10.0.0.1'))));

    const page = await client.send(
      new ListResourceRecordSetsCommand({ HostedZoneId: zoneId, StartRecordName: name(label(0)), MaxItems: 1000 }),
    );

    expect(page.ResourceRecordSets).toHaveLength(300);
    expect(page).toMatchObject({ IsTruncated: true, NextRecordName: name(label(300)), NextRecordType: 'A' });
    expect(page.NextRecordIdentifier).toBeUndefined();
    expect(Number(page.MaxItems)).toBe(300);
  });

  it('can end inside a group of sets and go on with their identifier', async () => {
    const { client, zoneId, name, change } = playground();
    const sets = ['blue', 'green', 'red'].map((id) => weighted(name('a'), id, 1, '1 1 1 t.example.com.'));
    await change(...sets.map(create));

    const first = await client.send(
      new ListResourceRecordSetsCommand({ HostedZoneId: zoneId, StartRecordName: name('a'), MaxItems: 2 }),
    );
    const second = await client.send(
      new ListResourceRecordSetsCommand({
        HostedZoneId: zoneId,
        StartRecordName: first.NextRecordName,
        StartRecordType: first.NextRecordType,
        StartRecordIdentifier: first.NextRecordIdentifier,
        MaxItems: 1,
      }),
    );

    expect(first.NextRecordIdentifier).toBe('red');
    expect([...(first.ResourceRecordSets ?? []), ...(second.ResourceRecordSets ?? [])]).toEqual(sets);
  });

  it.each([
    { at: 'a name that exists', start: { StartRecordName: 'b' }, first: ['b', 'A'] },
    { at: 'a name between two', start: { StartRecordName: 'ab' }, first: ['b', 'A'] },
    { at: 'a name in upper case without final dot', start: { StartRecordName: 'B' }, first: ['b', 'A'] },
    { at: 'a type that exists', start: { StartRecordName: 'b', StartRecordType: 'SRV' }, first: ['b', 'SRV'] },
    { at: 'a type between two', start: { StartRecordName: 'b', StartRecordType: 'MX' }, first: ['b', 'SRV'] },
    { at: 'a type after the last', start: { StartRecordName: 'b', StartRecordType: 'TXT' }, first: ['c', 'A'] },
  ] as const)('starts at $at', async ({ start, first: [label, type] }) => {
    const { client, zoneId, name, change } = playground();
    await change(
      create(simple(name('a'), 'A', '10.0.0.1')),
      create(simple(name('b'), 'A', '10.0.0.1')),
      create(simple(name('b'), 'SRV', '1 1 1 t.example.com.')),
      create(simple(name('c'), 'A', '10.0.0.1')),
    );

    const { ResourceRecordSets: sets } = await client.send(
      new ListResourceRecordSetsCommand({
        HostedZoneId: zoneId,
        ...start,
        StartRecordName: name(start.StartRecordName).slice(0, -1),
        MaxItems: 1,
      }),
    );

    expect(sets?.map(({ Name, Type }) => [Name, Type])).toEqual([[name(label), type]]);
  });

  it.each([
    { what: 'a type without a name', start: { StartRecordType: 'SRV' } },
    { what: 'an identifier without a type', start: { StartRecordName: 'a.internal', StartRecordIdentifier: 'a' } },
    { what: 'no items at all', start: { MaxItems: 0 } },
  ] as const)('cannot start with $what', async ({ start }) => {
    const { client, zoneId } = playground();

    const outcome = client.send(new ListResourceRecordSetsCommand({ HostedZoneId: zoneId, ...start }));

    await expect(outcome).rejects.toMatchObject({ name: 'InvalidInput' });
  });

  it('of a zone that does not exist is refused', async () => {
    const { client } = playground();

    const outcome = client.send(new ListResourceRecordSetsCommand({ HostedZoneId: 'Z00000000000000000NONE' }));

    await expect(outcome).rejects.toMatchObject({ name: 'NoSuchHostedZone', $metadata: { httpStatusCode: 404 } });
  });
});

describe('all pages together', () => {
  standInOnly('it makes hundreds of calls')('are the whole list, whatever their size', async () => {
    const { client, zoneId, name, change } = playground();
    const label = fc.stringMatching(/^[a-c*-]{1,3}(\.[a-c]{1,2})?$/);
    const names = fc.sample(fc.uniqueArray(label, { minLength: 30, maxLength: 30 }), { numRuns: 1, seed: 53 })[0] ?? [];
    await change(
      ...names.map((one) => create(simple(name(one), 'A', '10.0.0.1'))),
      ...['a', 'b', 'c'].map((id) => create(weighted(name(names[0] ?? ''), id, 1, '1 1 1 t.example.com.'))),
    );
    const whole = await everySet(client, zoneId);

    for (const maxItems of [1, 2, 3, 7, 34, 35, 36]) {
      const pages = await allPages(client, zoneId, maxItems);

      expect(pages.flatMap(({ ResourceRecordSets: sets = [] }) => sets)).toEqual(whole);
      expect(pages.slice(0, -1).every(({ ResourceRecordSets: sets }) => sets?.length === maxItems)).toBe(true);
    }
    expect(whole).toHaveLength(35);
  });

  it('begin with the NS and the SOA of the zone', async () => {
    const { client, zoneId, zoneName } = playground();

    const [ns, soa] = await everySet(client, zoneId);

    expect([ns?.Name, ns?.Type, ns?.TTL]).toEqual([zoneName, 'NS', 172_800]);
    expect([soa?.Name, soa?.Type, soa?.TTL]).toEqual([zoneName, 'SOA', foreign ? soa?.TTL : 900]);
    expect(soa?.ResourceRecords?.[0]?.Value).toMatch(/^\S+ awsdns-hostmaster\.amazon\.com\. 1 7200 900 1209600 86400$/);
  });
});
