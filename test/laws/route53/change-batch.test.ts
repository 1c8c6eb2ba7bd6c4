import { ChangeResourceRecordSetsCommand } from '@aws-sdk/client-route-53';
import { describe, expect, it } from 'vitest';
import { standInOnly } from '../endpoint.ts';
import { apexSet } from './listing.ts';
import { create, multivalue, remove, simple, stage, upsert, weighted } from './playground.ts';

const { playground, standIn } = stage();

const one = '1 1 8080 one.example.com.';
const two = '1 1 8080 two.example.com.';

describe('a batch', () => {
  it('is applied as a whole and answered with a PENDING change', async () => {
    const { name, change, all } = playground();

    const { ChangeInfo: info } = await change(
      create(simple(name('a'), 'SRV', one)),
      create(simple(name('b'), 'A', '10.0.0.1')),
    );

    expect(info).toMatchObject({ Id: expect.stringMatching(/^\/change\/\w{1,32}$/), Status: 'PENDING' });
    expect(info?.SubmittedAt).toBeInstanceOf(Date);
    expect(await all()).toEqual([simple(name('a'), 'SRV', one), simple(name('b'), 'A', '10.0.0.1')]);
  });

  it('is refused as a whole when one change is wrong', async () => {
    const { name, change, refusal, all } = playground();
    await change(create(simple(name('there'), 'A', '10.0.0.1')));

    await refusal(create(simple(name('new'), 'A', '10.0.0.2')), create(simple(name('there'), 'A', '10.0.0.3')));

    expect(await all()).toEqual([simple(name('there'), 'A', '10.0.0.1')]);
  });

  it('is refused with the messages of all wrong changes in one bracketed list', async () => {
    const { name, change, refusal } = playground();
    await change(create(simple(name('there'), 'A', '10.0.0.1')));

    const error = await refusal(
      create(simple(name('there'), 'A', '10.0.0.3')),
      remove(simple(name('gone'), 'A', '10.0.0.1')),
    );

    expect(error.name).toBe('InvalidChangeBatch');
    expect(error.message).toBe(
      `[Tried to create resource record set [name='${name('there')}', type='A'] but it already exists, ` +
        `Tried to delete resource record set [name='${name('gone')}', type='A'] but it was not found]`,
    );
  });

  it('replaces a set by DELETE and CREATE in one operation', async () => {
    const { name, change, all } = playground();
    await change(create(simple(name('a'), 'SRV', one)));

    await change(remove(simple(name('a'), 'SRV', one)), create(simple(name('a'), 'SRV', two)));

    expect(await all()).toEqual([simple(name('a'), 'SRV', two)]);
  });

  it('of DELETE and CREATE is refused when the set has moved meanwhile', async () => {
    const { name, change, refusal, all } = playground();
    await change(create(simple(name('a'), 'SRV', one)));
    await change(upsert(simple(name('a'), 'SRV', one, two)));

    const error = await refusal(remove(simple(name('a'), 'SRV', one)), create(simple(name('a'), 'SRV', two)));

    expect(error.message).toBe(
      `[Tried to delete resource record set [name='${name('a')}', type='SRV'] but the values provided do not match the current values]`,
    );
    expect(await all()).toEqual([simple(name('a'), 'SRV', one, two)]);
  });

  it.each([
    { twice: 'CREATE and CREATE', actions: [create, create] },
    { twice: 'UPSERT and UPSERT', actions: [upsert, upsert] },
    { twice: 'CREATE and DELETE', actions: [create, remove] },
    { twice: 'DELETE and UPSERT', actions: [remove, upsert] },
    { twice: 'DELETE and DELETE', actions: [remove, remove] },
  ])('is refused when it changes one set by $twice', async ({ actions }) => {
    const { name, change, refusal } = playground();
    await change(create(simple(name('a'), 'SRV', one)));

    const error = await refusal(...actions.map((action) => action(simple(name('A'), 'SRV', one))));

    expect(error.name).toBe('InvalidChangeBatch');
    expect(error.message).toContain(
      `The request contains an invalid set of changes for a resource record set 'SRV ${name('a')}'`,
    );
  });
});

describe('CREATE', () => {
  it('of a set with identifier that exists names the identifier', async () => {
    const { name, change, refusal } = playground();
    await change(create(weighted(name('a'), 'blue', 1, one)));

    const error = await refusal(create(weighted(name('a'), 'blue', 1, two)));

    expect(error.message).toBe(
      `[Tried to create resource record set [name='${name('a')}', type='SRV', set-identifier='blue'] but it already exists]`,
    );
  });
});

describe('UPSERT', () => {
  it('creates and replaces', async () => {
    const { name, change, all } = playground();

    await change(upsert(simple(name('a'), 'SRV', one)));
    await change(upsert({ ...simple(name('a'), 'SRV', two), TTL: 60 }));

    expect(await all()).toEqual([{ ...simple(name('a'), 'SRV', two), TTL: 60 }]);
  });
});

describe('DELETE', () => {
  it.each([
    { what: 'exactly what was stored', stored: [one, two], sent: [one, two], ttl: 5 },
    { what: 'the values in another order', stored: [one, two], sent: [two, one], ttl: 5 },
  ])('removes with $what', async ({ stored, sent, ttl }) => {
    const { name, change, all } = playground();
    await change(create(simple(name('a'), 'SRV', ...stored)));

    await change(remove({ ...simple(name('a'), 'SRV', ...sent), TTL: ttl }));

    expect(await all()).toEqual([]);
  });

  it.each([
    { what: 'another TTL', sent: [one, two], ttl: 6 },
    { what: 'a value less', sent: [one], ttl: 5 },
    { what: 'a value more', sent: [one, two, '1 1 8080 three.example.com.'], ttl: 5 },
    { what: 'another value', sent: [one, '1 1 8081 two.example.com.'], ttl: 5 },
  ])('is refused with $what', async ({ sent, ttl }) => {
    const { name, change, refusal, all } = playground();
    await change(create(simple(name('a'), 'SRV', one, two)));

    const error = await refusal(remove({ ...simple(name('a'), 'SRV', ...sent), TTL: ttl }));

    expect(error.message).toContain('but the values provided do not match the current values');
    expect(await all()).toHaveLength(1);
  });

  it('of a set with identifier does not find one with another', async () => {
    const { name, change, refusal } = playground();
    await change(create(weighted(name('a'), 'blue', 1, one)));

    const error = await refusal(remove(weighted(name('a'), 'green', 1, one)));

    expect(error.message).toContain(`set-identifier='green'] but it was not found`);
  });

  it('is refused with another weight', async () => {
    const { name, change, refusal } = playground();
    await change(create(weighted(name('a'), 'blue', 1, one)));

    const error = await refusal(remove(weighted(name('a'), 'blue', 2, one)));

    expect(error.message).toContain('but the values provided do not match the current values');
  });

  it('may leave MultiValueAnswer out', async () => {
    const { name, change, all } = playground();
    await change(create(multivalue(name('a'), 'blue', one)));

    const { MultiValueAnswer: _, ...without } = multivalue(name('a'), 'blue', one);
    await change(remove(without));

    expect(await all()).toEqual([]);
  });

  it('takes back word for word what the list returned', async () => {
    const { name, change, all } = playground();
    await change(create(simple(name('a'), 'SRV', '1 1 8080 Mixed.Example.com')));

    const listed = await all();
    await change(...listed.map(remove));

    expect(listed).toEqual([simple(name('a'), 'SRV', '1 1 8080 Mixed.Example.com')]);
    expect(await all()).toEqual([]);
  });

  it.each(['NS', 'SOA'] as const)('of the zone’s own %s is refused', async (type) => {
    const { client, zoneId, zoneName, refusal } = playground();
    const own = await apexSet(client, zoneId, type);

    const error = await refusal(remove(own));

    expect(error.name).toBe('InvalidChangeBatch');
    expect(error.message).toMatch(
      type === 'SOA'
        ? /A HostedZone must contain exactly one SOA record/
        : /at least one NS record for the zone itself/,
    );
    expect(own.Name).toBe(zoneName);
  });
});

describe('health checks', () => {
  standInOnly('it would need a health check')('a DELETE is refused with another health check', async () => {
    const { name, change, refusal } = playground();
    standIn().addHealthCheck('hc-1');
    standIn().addHealthCheck('hc-2');
    await change(create({ ...multivalue(name('a'), 'blue', one), HealthCheckId: 'hc-1' }));

    const error = await refusal(remove({ ...multivalue(name('a'), 'blue', one), HealthCheckId: 'hc-2' }));

    expect(error.message).toContain('but the values provided do not match the current values');
  });

  it('that do not exist are refused by name', async () => {
    const { name, refusal } = playground();

    const error = await refusal(
      create({ ...multivalue(name('a'), 'blue', one), HealthCheckId: '00000000-0000-0000-0000-000000000000' }),
    );

    expect(error.name).toBe('NoSuchHealthCheck');
  });
});

describe('a request', () => {
  it('for a zone that does not exist is refused with its id', async () => {
    const { client, name } = playground();
    const request = new ChangeResourceRecordSetsCommand({
      HostedZoneId: 'Z00000000000000000NONE',
      ChangeBatch: { Changes: [create(simple(name('a'), 'SRV', one))] },
    });

    const outcome = client.send(request);

    await expect(outcome).rejects.toMatchObject({
      name: 'NoSuchHostedZone',
      message: 'No hosted zone found with ID: Z00000000000000000NONE',
      $metadata: { httpStatusCode: 404 },
    });
  });

  it('may carry a comment of 256 characters, which comes back, and no more', async () => {
    const { client, zoneId, name } = playground();
    const request = (length: number) =>
      new ChangeResourceRecordSetsCommand({
        HostedZoneId: zoneId,
        ChangeBatch: { Comment: 'c'.repeat(length), Changes: [upsert(simple(name('a'), 'SRV', one))] },
      });

    const { ChangeInfo: info } = await client.send(request(256));

    expect(info?.Comment).toBe('c'.repeat(256));
    await expect(client.send(request(257))).rejects.toMatchObject({ name: 'InvalidInput' });
  });

  it.each([
    { without: 'TTL', set: { TTL: undefined }, action: remove },
    { without: 'values', set: { ResourceRecords: undefined }, action: remove },
    { without: 'values', set: { ResourceRecords: undefined }, action: create },
  ])('without $without is InvalidInput', async ({ set, action }) => {
    const { name, refusal } = playground();

    const change = action({ ...simple(name('a'), 'SRV', one), ...set });
    const error = await refusal(change);

    expect(error.name).toBe('InvalidInput');
    expect(error.message).toBe(
      'Invalid request: Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords], or TrafficPolicyInstanceId], ' +
        `but found none in Change with [Action=${change.Action}, Name=${name('a')}, Type=SRV, SetIdentifier=null]`,
    );
  });

  it.each([
    { wrong: 'a TTL below 0', set: { TTL: -1 } },
    { wrong: 'a TTL above 2,147,483,647', set: { TTL: 2_147_483_648 } },
    { wrong: 'a weight above 255', set: { SetIdentifier: 'a', Weight: 256 } },
    { wrong: 'an identifier above 128 characters', set: { SetIdentifier: 'a'.repeat(129), Weight: 1 } },
    { wrong: 'a weight without identifier', set: { Weight: 1 } },
    { wrong: 'an identifier without routing policy', set: { SetIdentifier: 'a' } },
    { wrong: 'two routing policies', set: { SetIdentifier: 'a', Weight: 1, MultiValueAnswer: true } },
    { wrong: 'a value above 4,000 characters', set: { ResourceRecords: [{ Value: `"${'a'.repeat(3999)}"` }] } },
  ])('with $wrong is InvalidInput', async ({ set }) => {
    const { name, refusal } = playground();

    const error = await refusal(create({ ...simple(name('a'), 'TXT', '"text"'), ...set }));

    expect(error.name).toBe('InvalidInput');
  });

  it('takes a TTL of 0', async () => {
    const { name, change, all } = playground();

    await change(create({ ...simple(name('a'), 'SRV', one), TTL: 0 }));

    expect((await all()).map(({ TTL: ttl }) => ttl)).toEqual([0]);
  });
});
