import { ChangeResourceRecordSetsCommand, Route53Client } from '@aws-sdk/client-route-53';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inMemoryClient } from './in-memory-client.ts';
import { isInZone, isProblem, readName, type StoredName } from './route53/name.ts';
import { route53StandIn, type ZoneChange } from './route53.ts';

const upsert = (zoneId: string, name: string, ...values: readonly string[]) =>
  new ChangeResourceRecordSetsCommand({
    HostedZoneId: zoneId,
    ChangeBatch: {
      Comment: 'execution-7',
      Changes: [
        {
          Action: 'UPSERT',
          ResourceRecordSet: { Name: name, Type: 'A', TTL: 5, ResourceRecords: values.map((Value) => ({ Value })) },
        },
      ],
    },
  });

describe('what DNS is served', () => {
  it('is the same array while nothing has changed, and another afterwards', async () => {
    const route53 = route53StandIn({ now: () => 0 });
    const client = inMemoryClient(route53, { of: Route53Client });
    const zoneId = route53.addHostedZone({ name: 'a.internal' });

    const before = [route53.recordSets(zoneId), route53.recordSets(zoneId)];
    await client.send(upsert(zoneId, 'x.a.internal', '10.0.0.1'));
    const after = [route53.recordSets(zoneId), route53.recordSets(`/hostedzone/${zoneId}`)];

    expect(before[0]).toBe(before[1]);
    expect(after[0]).toBe(after[1]);
    expect(after[0]).not.toBe(before[0]);
    expect(after[0]?.map(({ Name, Type }) => [Name, Type])).toEqual([
      ['a.internal.', 'NS'],
      ['a.internal.', 'SOA'],
      ['x.a.internal.', 'A'],
    ]);
  });

  it('comes after what is accepted, once the change is in sync', async () => {
    let time = 0;
    const route53 = route53StandIn({ now: () => time, propagationMs: 10 });
    const client = inMemoryClient(route53, { of: Route53Client });
    const zoneId = route53.addHostedZone({ name: 'a.internal' });
    const counts = () => [route53.accepted(zoneId).length, route53.recordSets(zoneId).length];

    await client.send(upsert(zoneId, 'x.a.internal', '10.0.0.1'));
    expect(counts()).toEqual([3, 2]);
    time = 10;

    expect(counts()).toEqual([3, 3]);
    expect(route53.accepted(zoneId)).toBe(route53.recordSets(zoneId));
  });

  it('is nothing for a zone that is not there', () => {
    const route53 = route53StandIn({ now: () => 0 });

    expect([route53.recordSets('Z1'), route53.accepted('Z1')]).toEqual([[], []]);
  });
});

describe('a listener', () => {
  it('hears of each accepted batch with both sides of every set, until it leaves', async () => {
    const route53 = route53StandIn({ now: () => 1234 });
    const client = inMemoryClient(route53, { of: Route53Client });
    const zoneId = route53.addHostedZone({ name: 'a.internal' });
    const heard: ZoneChange[] = [];
    const leave = route53.onChange((change) => heard.push(change));

    await client.send(upsert(zoneId, 'x.a.internal', '10.0.0.1'));
    await client.send(upsert(zoneId, 'X.a.internal.', '10.0.0.2'));
    await client.send(upsert(zoneId, 'x.b.internal', '10.0.0.3')).catch(() => undefined);
    leave();
    await client.send(upsert(zoneId, 'x.a.internal', '10.0.0.4'));

    const set = (value: string) => ({ Name: 'x.a.internal.', Type: 'A', TTL: 5, ResourceRecords: [{ Value: value }] });
    expect(heard).toEqual([
      {
        zoneId,
        changeId: 'C0000000000000000001',
        comment: 'execution-7',
        at: 1234,
        changes: [{ after: set('10.0.0.1') }],
      },
      {
        zoneId,
        changeId: 'C0000000000000000002',
        comment: 'execution-7',
        at: 1234,
        changes: [{ before: set('10.0.0.1'), after: set('10.0.0.2') }],
      },
    ]);
  });
});

describe('zones added directly', () => {
  it('may have an id of one’s own and share a name', () => {
    const route53 = route53StandIn({ now: () => 0 });

    const ids = [
      route53.addHostedZone({ name: 'a.internal', id: 'Z0MINE', vpcId: 'vpc-1' }),
      route53.addHostedZone({ name: 'a.internal', vpcId: 'vpc-2' }),
    ];

    expect(ids[0]).toBe('Z0MINE');
    expect(route53.recordSets('Z0MINE')).toHaveLength(2);
    expect(new Set(ids).size).toBe(2);
  });
});

describe('names', () => {
  const label = fc.uint8Array({ minLength: 1, maxLength: 20 }).map((bytes) => [...bytes]);
  const octal = (byte: number) => `\\${byte.toString(8).padStart(3, '0')}`;
  const read = (text: string): StoredName => {
    const name = readName(text);
    if (isProblem(name)) throw new Error(`${text} is no name: ${name.code}`);
    return name;
  };

  it('stored once are stored the same again, escapes included', () => {
    fc.assert(
      fc.property(fc.array(label, { minLength: 1, maxLength: 5 }), (labels) => {
        const sent = labels.map((bytes) => bytes.map(octal).join('')).join('.');

        const once = read(sent);

        expect(read(once.text)).toEqual(once);
        expect(once.text).toMatch(/^(?:(?:[a-z0-9_-]|\\[0-3][0-7]{2})+\.)+$/);
      }),
    );
  });

  it('lie in a zone only by whole labels, a dot inside a label is none', () => {
    const apex = read('shop.internal.');

    const inside = ['shop.internal', 'a.shop.internal', 'A.SHOP.internal.'].map((name) => isInZone(read(name), apex));
    const outside = ['xshop.internal', 'internal', 'a\\056shop.internal', 'shop\\056x.internal'].map((name) =>
      isInZone(read(name), apex),
    );

    expect(inside).toEqual([true, true, true]);
    expect(outside).toEqual([false, false, false, false]);
  });
});
