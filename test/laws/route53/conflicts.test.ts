import { describe, expect, it } from 'vitest';
import { standInOnly } from '../endpoint.ts';
import { apexSet } from './listing.ts';
import { create, multivalue, remove, simple, stage, upsert, weighted } from './playground.ts';

const { playground } = stage();

const one = '1 1 8080 one.example.com.';
const two = '1 1 8080 two.example.com.';

describe('routing policies', () => {
  it.each([
    {
      there: 'simple',
      wanted: 'weighted',
      first: simple('', 'SRV', one),
      next: weighted('', 'S', 1, two),
      policy: 'weighted',
    },
    {
      there: 'multivalue',
      wanted: 'weighted',
      first: multivalue('', 'M', one),
      next: weighted('', 'S', 1, two),
      policy: 'weighted',
    },
    {
      there: 'weighted',
      wanted: 'multivalue',
      first: weighted('', 'W', 1, one),
      next: multivalue('', 'S', two),
      policy: 'multivalue answer',
    },
  ])('a $wanted set cannot join a $there one', async ({ first, next, policy }) => {
    const { name, change, refusal } = playground();
    await change(create({ ...first, Name: name('a') }));

    const error = await refusal(create({ ...next, Name: name('a') }));

    expect(error.name).toBe('InvalidChangeBatch');
    expect(error.message).toBe(
      `[RRSet with DNS name ${name('a')}, type SRV, SetIdentifier S cannot be created as a non-${policy} set exists with the same name and type.]`,
    );
  });

  it.each(['CREATE', 'UPSERT'] as const)('a simple set cannot join a weighted one by %s', async (Action) => {
    const { name, change, refusal } = playground();
    await change(create(weighted(name('a'), 'W', 1, one)));

    const error = await refusal({ Action, ResourceRecordSet: simple(name('a'), 'SRV', two) });

    expect(error.message).toBe(
      `[RRSet with DNS name ${name('a')}, type SRV cannot be created as other RRSets exist with the same name and type.]`,
    );
  });

  it('may be changed by deleting all sets of the old one in the same batch', async () => {
    const { name, change, all } = playground();
    await change(create(simple(name('a'), 'SRV', one)));

    await change(remove(simple(name('a'), 'SRV', one)), create(weighted(name('a'), 'W', 1, one)));

    expect(await all()).toEqual([weighted(name('a'), 'W', 1, one)]);
  });

  it('are each type’s own', async () => {
    const { name, change, all } = playground();

    await change(create(simple(name('a'), 'A', '10.0.0.1')), create(weighted(name('a'), 'W', 1, one)));

    expect((await all()).map(({ Type }) => Type)).toEqual(['A', 'SRV']);
  });

  standInOnly('no source says it')('of a multivalue group may have several TTLs', async () => {
    const { name, change, all } = playground();

    await change(create(multivalue(name('a'), 'M', one)), create({ ...multivalue(name('a'), 'N', two), TTL: 60 }));

    expect((await all()).map(({ TTL: ttl }) => ttl)).toEqual([5, 60]);
  });

  it.each([
    { what: 'a CNAME', set: { Type: 'CNAME' as const, ResourceRecords: [{ Value: 'b.example.com.' }] } },
    {
      what: 'an alias',
      set: {
        TTL: undefined,
        ResourceRecords: undefined,
        AliasTarget: { HostedZoneId: 'Z2FDTNDATAQYW2', DNSName: 'd111.cloudfront.net', EvaluateTargetHealth: false },
      },
    },
  ])('multivalue answer is not for $what', async ({ set }) => {
    const { name, refusal } = playground();

    const error = await refusal(create({ ...multivalue(name('a'), 'M', one), ...set }));

    expect(error.name).toMatch(/^Invalid(ChangeBatch|Input)$/);
  });

  it.each(['NS', 'SOA'] as const)('other than simple are not for %s', async (type) => {
    const { name, refusal } = playground();
    const value = type === 'NS' ? 'ns.example.com.' : 'ns.example.com. a.example.com. 1 2 3 4 5';

    const error = await refusal(create({ ...weighted(name('a'), 'W', 1, value), Type: type }));

    expect(error.name).toMatch(/^Invalid(ChangeBatch|Input)$/);
  });

  it('let several sets of one name and type differ in their identifier', async () => {
    const { name, change, all } = playground();

    await change(create(weighted(name('a'), 'green', 0, one)), create(weighted(name('a'), 'blue', 255, two)));

    expect(await all()).toEqual([weighted(name('a'), 'blue', 255, two), weighted(name('a'), 'green', 0, one)]);
  });
});

describe('the TTL of a weighted group', () => {
  it.each([
    { by: 'CREATE of another set', change: (name: string) => create({ ...weighted(name, 'S', 1, two), TTL: 6 }) },
    { by: 'UPSERT of one of two sets', change: (name: string) => upsert({ ...weighted(name, 'S', 1, two), TTL: 6 }) },
  ])('cannot be split by $by', async ({ by, change: second }) => {
    const { name, change, refusal } = playground();
    await change(create(weighted(name('a'), 'W', 1, one)));
    if (by.startsWith('UPSERT')) await change(create(weighted(name('a'), 'S', 1, two)));

    const error = await refusal(second(name('a')));

    expect(error.message).toBe(
      `[RRSet with DNS name ${name('a')} and type SRV, SetIdentifier S cannot be created as weighted sets must contain the same TTL.]`,
    );
  });

  it('can be changed for all sets at once', async () => {
    const { name, change, all } = playground();
    await change(create(weighted(name('a'), 'W', 1, one)), create(weighted(name('a'), 'S', 1, two)));

    await change(
      upsert({ ...weighted(name('a'), 'W', 1, one), TTL: 6 }),
      upsert({ ...weighted(name('a'), 'S', 1, two), TTL: 6 }),
    );

    expect((await all()).map(({ TTL: ttl }) => ttl)).toEqual([6, 6]);
  });
});

describe('CNAME', () => {
  it('cannot join another type at a name', async () => {
    const { name, change, refusal, zoneName } = playground();
    await change(create(simple(name('a'), 'A', '10.0.0.1')));

    const error = await refusal(create(simple(name('a'), 'CNAME', 'b.example.com.')));

    expect(error.message).toBe(
      `[RRSet of type CNAME with DNS name ${name('a')} is not permitted as it conflicts with other records with the same DNS name in zone ${zoneName}]`,
    );
  });

  it('cannot be joined by another type', async () => {
    const { name, change, refusal, zoneName } = playground();
    await change(create(simple(name('a'), 'CNAME', 'b.example.com.')));

    const error = await refusal(create(simple(name('a'), 'SRV', one)));

    expect(error.message).toBe(
      `[RRSet of type SRV with DNS name ${name('a')} is not permitted because a conflicting RRSet of type  CNAME with the same DNS name already exists in zone ${zoneName}]`,
    );
  });

  it('can be replaced by another type in one batch', async () => {
    const { name, change, all } = playground();
    await change(create(simple(name('a'), 'CNAME', 'b.example.com.')));

    await change(remove(simple(name('a'), 'CNAME', 'b.example.com.')), create(simple(name('a'), 'SRV', one)));

    expect(await all()).toEqual([simple(name('a'), 'SRV', one)]);
  });

  it('is refused at the apex', async () => {
    const { refusal, zoneName } = playground();

    const error = await refusal(create(simple(zoneName, 'CNAME', 'b.example.com.')));

    expect(error.message).toContain(
      `RRSet of type CNAME with DNS name ${zoneName} is not permitted at apex in zone ${zoneName}`,
    );
  });

  it('has one value', async () => {
    const { name, refusal } = playground();

    const error = await refusal(create(simple(name('a'), 'CNAME', 'b.example.com.', 'c.example.com.')));

    expect(error.name).toBe('InvalidChangeBatch');
  });
});

describe('the zone', () => {
  it.each(['other.example.', 'xlaws.internal.', 'internal.'])('does not take the name %s', async (name) => {
    const { refusal, zoneName } = playground();

    const error = await refusal(create(simple(name, 'SRV', one)));

    expect(error.message).toBe(`[RRSet with DNS name ${name} is not permitted in zone ${zoneName}]`);
  });

  it('has no SOA below its apex', async () => {
    const { name, refusal } = playground();

    const error = await refusal(create(simple(name('a'), 'SOA', 'ns.example.com. a.example.com. 1 2 3 4 5')));

    expect(error.name).toBe('InvalidChangeBatch');
  });

  it('has its SOA changed by UPSERT', async () => {
    const { client, zoneId, change } = playground();
    const soa = await apexSet(client, zoneId, 'SOA');
    const value = soa.ResourceRecords?.[0]?.Value ?? '';
    const lower = { ...soa, TTL: 5, ResourceRecords: [{ Value: value.replace(/\d+$/, '5') }] };

    await change(upsert(lower));

    expect(await apexSet(client, zoneId, 'SOA')).toEqual(lower);
    await change(upsert(soa));
  });
});
