import type { ChangeResourceRecordSetsRequest } from '@aws-sdk/client-route-53';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toRecordSet } from '../../functions/adapters/route53-record-sets.ts';
import { zoneReader, zoneWriter } from '../../functions/adapters/route53-zone.ts';
import type { RecordSet } from '../../functions/domain/dns/record-set.ts';
import { ServiceFault } from '../stand-ins/service.ts';
import { anySets, nameOf } from './any-record-sets.ts';
import { failure, withoutPauses } from './served.ts';
import { address, servedZone, ZONE_ID } from './zone-served.ts';

const srv: RecordSet = {
  ownerName: '_calc._tcp.shop.internal.',
  type: 'SRV',
  ttl: 5,
  values: ['1 1 32768 ip-10-0-0-1.ecs.shop.internal.', '1 1 32769 ip-10-0-0-1.ecs.shop.internal.'],
  policy: 'simple',
};
const create = (recordSet: RecordSet) => ({ action: 'CREATE' as const, recordSet });
const remove = (recordSet: RecordSet) => ({ action: 'DELETE' as const, recordSet });

describe('what we want', () => {
  it.each<{ row: string; recordSet: RecordSet; stored: object }>([
    { row: 'a simple set', recordSet: srv, stored: {} },
    {
      row: 'a weighted set',
      recordSet: { ...srv, policy: 'weighted', setIdentifier: 'one', weight: 0 },
      stored: { SetIdentifier: 'one', Weight: 0 },
    },
    {
      row: 'a multivalue set',
      recordSet: { ...srv, policy: 'multivalue', setIdentifier: 'one', values: srv.values.slice(0, 1) },
      stored: { SetIdentifier: 'one', MultiValueAnswer: true },
    },
    { row: 'a TTL of 0', recordSet: { ...srv, ttl: 0 }, stored: { TTL: 0 } },
  ])('is spelled out: $row', async ({ recordSet, stored }) => {
    const { contents } = await servedZone();

    const id = await zoneWriter(ZONE_ID).change([create(recordSet)], 'a test');

    expect(id).toMatch(/^\/change\/\w+$/);
    expect(contents()).toEqual([
      {
        Name: recordSet.ownerName,
        Type: 'SRV',
        TTL: recordSet.ttl,
        ResourceRecords: recordSet.values.map((Value) => ({ Value })),
        ...stored,
      },
    ]);
  });

  it('is spelled out: an alias of the zone to a set of addresses', async () => {
    const { contents } = await servedZone();
    const name = 'calc._address.ecs.shop.internal.';
    const value = { priority: 1, weight: 1, port: 0, target: 'ip-10-0-0-1.ecs.shop.internal.', spelled: '10.0.0.1' };
    const set: RecordSet = { ownerName: name, type: 'A', ttl: 5, values: [value], policy: 'simple' };
    const alias: RecordSet = {
      ownerName: 'calc.shop.internal.',
      type: 'A',
      ttl: 0,
      values: [],
      policy: 'other',
      attributes: ['AliasTarget'],
      aliasTarget: { name },
    };

    await zoneWriter(ZONE_ID).change([create(set), create(alias)], 'a test');

    expect(contents()).toEqual(
      expect.arrayContaining([
        { Name: name, Type: 'A', TTL: 5, ResourceRecords: [{ Value: '10.0.0.1' }] },
        {
          Name: 'calc.shop.internal.',
          Type: 'A',
          AliasTarget: { HostedZoneId: ZONE_ID, DNSName: name, EvaluateTargetHealth: false },
        },
      ]),
    );
    const read = await zoneReader(ZONE_ID).all();
    for (const one of [set, alias]) expect(read).toContainEqual(expect.objectContaining(one));
    await zoneWriter(ZONE_ID).change(
      read.filter(({ type }) => type === 'A').map((one) => remove(one)),
      'word for word',
    );
    expect(contents()).toEqual([]);
  });

  it('is sent in one batch, in its order, with the comment cut to what Route 53 takes', async () => {
    const { inputs } = await servedZone();
    const a: RecordSet = { ...srv, ownerName: 'ip-10-0-0-1.ecs.shop.internal.', type: 'A', values: ['10.0.0.1'] };

    await zoneWriter(ZONE_ID).change([create(a), create(srv)], 'x'.repeat(300));

    const [batch, ...others] = inputs<ChangeResourceRecordSetsRequest>('ChangeResourceRecordSets');
    expect(others).toEqual([]);
    expect(batch?.HostedZoneId).toBe(ZONE_ID);
    expect(batch?.ChangeBatch?.Comment).toBe('x'.repeat(256));
    expect(batch?.ChangeBatch?.Changes?.map(({ ResourceRecordSet: set }) => set?.Type)).toEqual(['A', 'SRV']);
  });
});

describe('what was read', () => {
  it('can be deleted word for word, whatever the zone holds, through the JSON between two states', async () => {
    const { fill, contents } = await servedZone();
    const reader = zoneReader(ZONE_ID);
    const writer = zoneWriter(ZONE_ID);

    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(anySets(), { maxLength: 12, selector: nameOf }), async (sets) => {
        if (sets.length > 0) await fill(sets.flat());
        const read = (await reader.all()).filter(({ type }) => type !== 'SOA' && type !== 'NS');
        const handedOn = JSON.parse(JSON.stringify(read)) as RecordSet[];

        if (handedOn.length > 0) await writer.change(handedOn.map(remove), 'a test');

        expect(read).toHaveLength(sets.flat().length);
        expect(contents()).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it('is replaced in one batch, the values of others word for word', async () => {
    const { fill, contents } = await servedZone();
    const theirs = '10 5 443 Their-Host.shop.internal';
    await fill([{ Name: srv.ownerName, Type: 'SRV', TTL: 77, ResourceRecords: [{ Value: theirs }] }]);
    const [current] = await zoneReader(ZONE_ID).at(srv.ownerName);
    const desired = { ...srv, ttl: 77, values: [theirs, ...srv.values] };

    await zoneWriter(ZONE_ID).change([...(current ? [remove(current)] : []), create(desired)], 'a test');

    expect(contents()).toEqual([
      expect.objectContaining({ TTL: 77, ResourceRecords: desired.values.map((Value) => ({ Value })) }),
    ]);
  });
});

describe('a refused batch', () => {
  it.each([
    {
      row: 'what is to be created stands there already',
      stands: [address('a.shop.internal.')],
      change: create(toRecordSet(address('a.shop.internal.'))),
      says: "[Tried to create resource record set [name='a.shop.internal.', type='A'] but it already exists]",
    },
    {
      row: 'what is to be deleted is gone',
      stands: [],
      change: remove(toRecordSet(address('a.shop.internal.'))),
      says: "[Tried to delete resource record set [name='a.shop.internal.', type='A'] but it was not found]",
    },
    {
      row: 'what is to be deleted has changed',
      stands: [address('a.shop.internal.', '10.0.0.2')],
      change: remove(toRecordSet(address('a.shop.internal.'))),
      says: "[Tried to delete resource record set [name='a.shop.internal.', type='A'] but the values provided do not match the current values]",
    },
    {
      row: 'a value is no value',
      stands: [],
      change: create({ ...srv, values: ['1 1'] }),
      says: "[Invalid Resource Record: FATAL problem: SRVRRDATANotFourFields (SRV record doesn't have 4 fields) encountered with '1 1']",
    },
  ])("gives Route 53's messages when $row, and nothing is changed", async ({ stands, change, says }) => {
    const { fill, contents, inputs } = await servedZone();
    if (stands.length > 0) await fill(stands);
    const good = create({ ...srv, ownerName: 'good.shop.internal.' });

    const fault = await failure(zoneWriter(ZONE_ID).change([good, change], 'a test'));

    expect(fault).toMatchObject({ name: 'BatchRefusedError', message: says, cause: { name: 'InvalidChangeBatch' } });
    expect(contents()).toEqual(stands);
    expect(inputs('ChangeResourceRecordSets')).toHaveLength(stands.length > 0 ? 2 : 1);
  });

  it.each([
    { row: 'may not', fault: new ServiceFault('AccessDenied', 'not yours', { statusCode: 403 }), name: 'AccessDenied' },
    {
      row: 'is unknown',
      fault: new ServiceFault('InvalidClientTokenId', 'who?', { statusCode: 403 }),
      name: 'AccessDenied',
    },
    {
      row: 'may not, by a new name',
      fault: new ServiceFault('SomethingNew', 'no', { statusCode: 403 }),
      name: 'AccessDenied',
    },
    {
      row: 'names no zone',
      fault: new ServiceFault('NoSuchHostedZone', 'none', { statusCode: 404 }),
      name: 'NoSuchHostedZone',
    },
    {
      row: 'sends what nobody understands',
      fault: new ServiceFault('SomethingNew', 'what?', { statusCode: 400 }),
      name: 'BatchRefusedError',
    },
    {
      row: 'sends too much',
      fault: new ServiceFault('SomethingNew', 'too large', { statusCode: 413 }),
      name: 'BatchRefusedError',
    },
    {
      row: 'names a health check that is gone',
      fault: new ServiceFault('NoSuchHealthCheck', 'none', { statusCode: 404 }),
      name: 'BatchRefusedError',
    },
  ])('whoever $row gets $name, with the text', async ({ fault, name }) => {
    const { inject, inputs } = await servedZone();
    inject('ChangeResourceRecordSets', fault);

    const thrown = await failure(zoneWriter(ZONE_ID).change([create(srv)], 'a test'));

    expect(thrown).toMatchObject({ name, message: expect.stringContaining(fault.message) });
    expect(inputs('ChangeResourceRecordSets')).toHaveLength(1);
  });

  it('gives the text of an invalid input', async () => {
    await servedZone();

    const fault = await failure(zoneWriter(ZONE_ID).change([create({ ...srv, values: [] })], 'a test'));

    expect(fault).toMatchObject({ name: 'BatchRefusedError', cause: { name: 'InvalidInput' } });
    expect(fault.message.length).toBeGreaterThan(20);
  });

  it.each([
    {
      row: 'as it is seen in logs',
      body: `<ErrorResponse xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><Error><Type>Sender</Type>
        <Code>InvalidChangeBatch</Code><Message>[first, second]</Message></Error><RequestId>r</RequestId></ErrorResponse>`,
    },
    {
      row: 'as the API reference has it',
      body: `<?xml version="1.0"?><InvalidChangeBatch xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><Messages>
        <Message>first</Message><Message>second</Message></Messages><RequestId>r</RequestId></InvalidChangeBatch>`,
    },
  ])('gives all messages $row', async ({ body }) => {
    const { inject } = await servedZone();
    inject('ChangeResourceRecordSets', { status: 400, body });

    const fault = await failure(zoneWriter(ZONE_ID).change([create(srv)], 'a test'));

    expect(fault).toMatchObject({ name: 'BatchRefusedError', message: '[first, second]' });
  });

  it('gives a single message as the API reference has it', async () => {
    const { inject } = await servedZone();
    const body = '<InvalidChangeBatch><Messages><Message>only one</Message></Messages></InvalidChangeBatch>';
    inject('ChangeResourceRecordSets', { status: 400, body });

    const fault = await failure(zoneWriter(ZONE_ID).change([create(srv)], 'a test'));

    expect(fault).toMatchObject({ name: 'BatchRefusedError', message: '[only one]' });
  });
});

describe('a busy zone', () => {
  const busy = new ServiceFault(
    'PriorRequestNotComplete',
    'The request was rejected because Route 53 was still processing a prior request.',
  );

  it('is waited for a little', async () => {
    withoutPauses();
    const { inject, contents } = await servedZone();
    inject('ChangeResourceRecordSets', busy, 2);

    await zoneWriter(ZONE_ID).change([create(srv)], 'a test');

    expect(contents()).toHaveLength(1);
  });

  it('is left to the state machine in the end', async () => {
    withoutPauses();
    const { inject, inputs } = await servedZone();
    inject('ChangeResourceRecordSets', busy);

    const fault = await failure(zoneWriter(ZONE_ID).change([create(srv)], 'a test'));

    expect(fault).toMatchObject({ name: 'ZoneBusyError', cause: { name: 'PriorRequestNotComplete' } });
    expect(inputs('ChangeResourceRecordSets')).toHaveLength(3);
  });
});

it('reports a change whose answer was lost as a batch that finds its own work, never applies it twice', async () => {
  withoutPauses();
  const { inject, contents } = await servedZone();
  inject('ChangeResourceRecordSets', 'reset-after', 1);

  const fault = await failure(zoneWriter(ZONE_ID).change([create(srv)], 'a test'));

  expect(fault.name).toBe('BatchRefusedError');
  expect(fault.message).toContain('but it already exists');
  expect(contents()).toHaveLength(1);
});

it.each(['', '<ChangeResourceRecordSetsResponse/>'])(
  'does not take the answer "%s" for an applied change',
  async (body) => {
    const { inject } = await servedZone();
    inject('ChangeResourceRecordSets', { status: 200, body });

    const fault = await failure(zoneWriter(ZONE_ID).change([create(srv)], 'a test'));

    expect(fault.message).toBe(
      'route53:ChangeResourceRecordSets gave an answer without the id of the change, which says nothing',
    );
  },
);

it('passes on what it has no name for', async () => {
  await servedZone();

  const fault = await failure(zoneWriter('Z0NOWHERE').change([create(srv)], 'a test'));

  expect(fault.name).toBe('NoSuchHostedZone');
});
