import { GetHostedZoneLimitCommand } from '@aws-sdk/client-route-53';
import { describe, expect, it } from 'vitest';
import { standInOnly } from '../endpoint.ts';
import { create, multivalue, remove, simple, stage, upsert, weighted } from './playground.ts';

const { playground } = stage();

/** Values of exactly so many characters. */
const values = (count: number, length = 9): string[] =>
  Array.from({ length: count }, (_, index) => `"${String(index).padStart(length - 2, '-')}"`);

const addresses = (from: number, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `10.0.${Math.floor((from + index) / 250)}.${(from + index) % 250}`);

describe('a batch holds 1,000 values', () => {
  it.each([
    { by: 'CREATE', counted: 'once', action: create, most: [400, 400, 200], tooMany: [400, 400, 201] },
    { by: 'UPSERT', counted: 'twice', action: upsert, most: [400, 100], tooMany: [400, 101] },
  ])('counted $counted under $by', async ({ action, most, tooMany }) => {
    const { name, change, refusal, all } = playground();
    const batch = (sizes: readonly number[]) =>
      sizes.map((size, index) => action(simple(name(`n${index}`), 'A', ...addresses(0, size))));

    const error = await refusal(...batch(tooMany));
    await change(...batch(most));

    expect(error.name).toBe('InvalidChangeBatch');
    expect(error.message).toBe('[Number of records limit of 1000 exceeded.]');
    expect((await all()).map(({ ResourceRecords: records }) => records?.length)).toEqual(most);
  });

  it('and those of a DELETE count too', async () => {
    const { name, change, refusal } = playground();
    const before = [400, 200].map((size, index) => simple(name(`n${index}`), 'A', ...addresses(0, size)));
    await change(...before.map(create));

    const error = await refusal(
      ...before.map(remove),
      create(simple(name('n0'), 'A', ...addresses(1, 400))),
      create(simple(name('n1'), 'A', ...addresses(1, 1))),
    );

    expect(error.message).toBe('[Number of records limit of 1000 exceeded.]');
  });

  it('of which an alias counts as one', async () => {
    const { name, refusal } = playground();
    const alias = (label: string) => ({
      Name: name(label),
      Type: 'A' as const,
      AliasTarget: { HostedZoneId: 'Z2FDTNDATAQYW2', DNSName: 'd111.cloudfront.net.', EvaluateTargetHealth: false },
    });

    const error = await refusal(...Array.from({ length: 501 }, (_, index) => upsert(alias(`n${index}`))));

    expect(error.message).toBe('[Number of records limit of 1000 exceeded.]');
  });

  it('in 1,000 changes of one value', async () => {
    const { name, change, all } = playground();

    await change(...Array.from({ length: 1000 }, (_, index) => create(simple(name(`n${index}`), 'A', '10.0.0.1'))));

    expect(await all()).toHaveLength(1000);
  });
});

describe('a batch holds 32,000 characters of values', () => {
  it.each([
    { by: 'CREATE', counted: 'once', action: create, count: 320 },
    { by: 'UPSERT', counted: 'twice', action: upsert, count: 160 },
  ])('counted $counted under $by', async ({ action, count }) => {
    const { name, change, refusal, all } = playground();
    const [first = '', ...rest] = values(count, 100);

    const error = await refusal(action(simple(name('a'), 'TXT', first.replace('"', '"-'), ...rest)));
    await change(action(simple(name('a'), 'TXT', first, ...rest)));

    expect(error.message).toBe('[RDATA character limit of 32000 exceeded.]');
    expect(await all()).toHaveLength(1);
  });
});

describe('a record set', () => {
  it('holds 400 values', async () => {
    const { name, change, refusal } = playground();

    const error = await refusal(create(simple(name('a'), 'SRV', ...srvValues(401))));
    await change(create(simple(name('a'), 'SRV', ...srvValues(400))));

    expect(error.message).toBe('[Cannot have more than 400 records in a RRSet.]');
  });
});

const srvValues = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `1 1 ${index} t.example.com.`);

describe('a name and type', () => {
  it.each([
    { policy: 'weighted', set: (name: string, id: string) => weighted(name, id, 1, '1 1 1 t.example.com.') },
    { policy: 'multivalue answer', set: (name: string, id: string) => multivalue(name, id, '1 1 1 t.example.com.') },
  ])('holds 100 $policy sets', async ({ policy, set }) => {
    const { name, change, refusal } = playground();
    const sets = Array.from({ length: 100 }, (_, index) => set(name('a'), `id-${index}`));

    await change(...sets.map(create));
    const error = await refusal(create(set(name('a'), 'one more')));

    expect(error.message).toBe(
      `[Exceeded limit on number of ${policy} RRSets for ${name('a')}, type SRV in this zone.]`,
    );
  });
});

describe('a zone', () => {
  const small = stage({ limits: { setsPerZone: 5 } });

  standInOnly('it would need 10,000 record sets')('holds as many record sets as its limit says', async () => {
    const { client, zoneId, name, change, refusal } = small.playground();
    const sets = ['a', 'b', 'c'].map((label) => simple(name(label), 'A', '10.0.0.1'));
    await change(...sets.map(create)); // with NS and SOA these are 5

    const error = await refusal(create(simple(name('d'), 'A', '10.0.0.1')));
    const { Limit: limit, Count: count } = await client.send(
      new GetHostedZoneLimitCommand({ HostedZoneId: zoneId, Type: 'MAX_RRSETS_BY_ZONE' }),
    );
    await change(...sets.slice(0, 1).map(remove), create(simple(name('d'), 'A', '10.0.0.1')));

    expect(error.message).toBe(`[Exceeded limit MAX_RRSETS_BY_ZONE for zone: ${zoneId}]`);
    expect({ limit: limit?.Value, count }).toEqual({ limit: 5, count: 5 });
  });

  it('tells its limit, 10,000 unless it was raised', async () => {
    const { client, zoneId } = playground();

    const { Limit: limit } = await client.send(
      new GetHostedZoneLimitCommand({ HostedZoneId: zoneId, Type: 'MAX_RRSETS_BY_ZONE' }),
    );

    expect(limit?.Type).toBe('MAX_RRSETS_BY_ZONE');
    expect(limit?.Value).toBeGreaterThanOrEqual(10_000);
  });
});
