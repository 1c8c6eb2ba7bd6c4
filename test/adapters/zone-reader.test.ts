import type { ListResourceRecordSetsRequest, ResourceRecordSet } from '@aws-sdk/client-route-53';
import { describe, expect, it } from 'vitest';
import { toRecordSet } from '../../functions/adapters/route53-record-sets.ts';
import { zoneReader } from '../../functions/adapters/route53-zone.ts';
import { route53StandIn } from '../stand-ins/route53.ts';
import { ServiceFault } from '../stand-ins/service.ts';
import { failure, scripted, served } from './served.ts';
import { address, servedZone, ZONE_ID } from './zone-served.ts';

const names = (sets: readonly { readonly ownerName: string }[]) => sets.map(({ ownerName }) => ownerName);
const weighted = (name: string, type: 'A' | 'SRV', index: number): ResourceRecordSet => ({
  Name: name,
  Type: type,
  SetIdentifier: `set-${String(index).padStart(3, '0')}`,
  Weight: 1,
  TTL: 5,
  ResourceRecords: [{ Value: type === 'A' ? '10.0.0.1' : `1 1 ${8_000 + index} a.ecs.shop.internal.` }],
});

describe('the whole zone', () => {
  it('is read to its last page', async () => {
    const { fill, inputs } = await servedZone();
    await fill(Array.from({ length: 700 }, (_, index) => address(`n${index}.shop.internal.`)));

    const sets = await zoneReader(ZONE_ID).all();

    expect(new Set(names(sets)).size).toBe(701);
    expect(sets).toHaveLength(702);
    const starts = inputs<ListResourceRecordSetsRequest>('ListResourceRecordSets');
    expect(starts.map(({ MaxItems }) => MaxItems)).toEqual([300, 300, 300]);
  });

  it('is read on in the middle of a group of weighted sets', async () => {
    const { fill } = await servedZone({ limits: { pageSize: 7 } });
    await fill(Array.from({ length: 30 }, (_, index) => weighted('calc.shop.internal.', 'SRV', index)));

    const sets = await zoneReader(ZONE_ID).all();

    expect(new Set(sets.map(({ setIdentifier }) => setIdentifier)).size).toBe(31);
    expect(sets).toHaveLength(32);
  });

  it('shows what was stored, normalized to compare and word for word to repeat', async () => {
    const { fill } = await servedZone();
    const ResourceRecords = [{ Value: '1 1 8080 A.Shop.Internal' }];
    await fill([{ Name: '*.Calc.shop.internal', Type: 'SRV', TTL: 0, ResourceRecords }]);

    const sets = await zoneReader(ZONE_ID).all();

    expect(sets.find(({ type }) => type === 'SRV')).toEqual({
      ownerName: '*.calc.shop.internal.',
      type: 'SRV',
      ttl: 0,
      values: [{ priority: 1, weight: 1, port: 8080, target: 'a.shop.internal.', spelled: '1 1 8080 A.Shop.Internal' }],
      policy: 'simple',
      stored: { Name: '\\052.calc.shop.internal.', Type: 'SRV', TTL: 0, ResourceRecords },
    });
  });
});

describe('one name', () => {
  it('has every set of every type, more than a page of them', async () => {
    const { fill, inputs } = await servedZone();
    const sets = (['A', 'SRV'] as const).flatMap((type) =>
      Array.from({ length: 100 }, (_, index) => weighted('calc.shop.internal.', type, index)),
    );
    await fill([...sets, address('calc2.shop.internal.'), address('a.calc.shop.internal.')]);

    const found = await zoneReader(ZONE_ID).at('calc.shop.internal.');

    expect(found).toHaveLength(200);
    expect(new Set(names(found))).toEqual(new Set(['calc.shop.internal.']));
    expect(inputs('ListResourceRecordSets').length).toBeLessThanOrEqual(3);
  });

  it('costs one call where few sets stand at it', async () => {
    const { fill, inputs } = await servedZone();
    await fill(Array.from({ length: 150 }, (_, index) => address(`n${index}.shop.internal.`)));

    await zoneReader(ZONE_ID).at('n10.shop.internal.');

    expect(inputs('ListResourceRecordSets')).toHaveLength(1);
  });

  it.each([
    { row: 'before the first', name: 'a.shop.internal.' },
    { row: 'between others', name: 'n.shop.internal.' },
    { row: 'after the last', name: 'z.shop.internal.' },
  ])('has nothing where nothing stands, $row', async ({ name }) => {
    const { fill } = await servedZone();
    await fill([address('m.shop.internal.'), address('n1.shop.internal.'), address('x.n.shop.internal.')]);

    const found = await zoneReader(ZONE_ID).at(name);

    expect(found).toEqual([]);
  });

  it.each(['*.shop.internal.', '_calc._tcp.shop.internal.', 'a!b.shop.internal.'])('may be %s', async (name) => {
    const { fill } = await servedZone();
    await fill([address(name), address('zz.shop.internal.')]);

    const found = await zoneReader(ZONE_ID).at(name);

    expect(names(found)).toEqual([name]);
  });
});

describe('names that have to be sent with escapes', () => {
  it.each(['a\\040b', '\\374', 'a\\056b', 'a\\033b', 'a\\134b'])(
    '%s is found at, below and from itself',
    async (label) => {
      const { fill, inputs } = await servedZone();
      await fill([
        address(`${label}.shop.internal.`),
        address(`x.${label}.shop.internal.`),
        address('zz.shop.internal.'),
      ]);
      const zone = zoneReader(ZONE_ID);
      const [first] = (await zone.all()).filter(
        ({ type, ownerName }) => type === 'A' && ownerName !== 'zz.shop.internal.',
      );
      const name = first?.ownerName ?? '';

      const [at, below, from] = [await zone.at(name), await zone.below(name), await zone.from(name)];

      expect(names(at)).toEqual([name]);
      expect(names(below)).toEqual([name, `x.${name}`]);
      expect(names(from.recordSets).slice(0, 2)).toEqual([name, `x.${name}`]);
      const starts = inputs<ListResourceRecordSetsRequest>('ListResourceRecordSets').map((one) => one.StartRecordName);
      expect(starts.slice(1)).toEqual(Array(3).fill(`${label}.shop.internal.`));
    },
  );
});

describe('a page from some name on', () => {
  it.each([
    { row: 'all that there is', pageSize: 300, found: ['b', 'b', 'c', 'd'], before: undefined },
    { row: 'as much as one call gives', pageSize: 3, found: ['b', 'b', 'c'], before: 'd.shop.internal.' },
    { row: 'not the whole of its last name', pageSize: 1, found: ['b'], before: 'b.shop.internal.' },
  ])('has $row', async ({ pageSize, found, before }) => {
    const { fill, inputs } = await servedZone({ limits: { pageSize } });
    const srv = { Name: 'b.shop.internal.', Type: 'SRV' as const, TTL: 5, ResourceRecords: [{ Value: '1 1 1 x.' }] };
    await fill([...['a', 'b', 'c', 'd'].map((label) => address(`${label}.shop.internal.`)), srv]);

    const page = await zoneReader(ZONE_ID).from('b.shop.internal.');

    expect(names(page.recordSets)).toEqual(found.map((label) => `${label}.shop.internal.`));
    expect(page.before).toBe(before);
    expect(inputs('ListResourceRecordSets')).toHaveLength(1);
  });
});

describe('a subtree', () => {
  const around = [
    'ec.shop.internal.',
    'ecs!.shop.internal.',
    'ecs-a.shop.internal.',
    'ecs0.shop.internal.',
    'ecsa.shop.internal.',
    'ed.shop.internal.',
    'z.shop.internal.',
  ];
  const inside = ['ecs', 'a.ecs', 'a-b.ecs', 'a!.ecs', 'b.a.ecs', 'ip-10-0-0-1.ecs'].map(
    (name) => `${name}.shop.internal.`,
  );

  it.each([300, 1, 2, 3, 5])('has its top and all below, nothing beside, in pages of %i', async (pageSize) => {
    const { fill } = await servedZone({ limits: { pageSize } });
    await fill([...around, ...inside].map((name) => address(name)));

    const found = await zoneReader(ZONE_ID).below('ecs.shop.internal.');

    expect(names(found).toSorted()).toEqual(inside.toSorted());
  });

  it.each([1, 2, 3])('is read over names that only look as if they lay in it, in pages of %i', async (pageSize) => {
    const { fill } = await servedZone({ limits: { pageSize } });
    await fill([address('ecs\\056b.shop.internal.'), address('a.ecs.shop.internal.'), address('c.ecs.shop.internal.')]);

    const found = await zoneReader(ZONE_ID).below('ecs.shop.internal.');

    expect(names(found)).toEqual(['a.ecs.shop.internal.', 'c.ecs.shop.internal.']);
  });

  it('costs as many calls as it has pages, however large the zone is', async () => {
    const { fill, inputs } = await servedZone();
    await fill(Array.from({ length: 700 }, (_, index) => address(`z${index}.shop.internal.`)));
    await fill([address('a.ecs.shop.internal.')]);

    await zoneReader(ZONE_ID).below('ecs.shop.internal.');

    expect(inputs('ListResourceRecordSets')).toHaveLength(1);
  });
});

describe('a listing that is not whole is none', () => {
  const set = address('a.shop.internal.');

  it.each([
    { row: 'is cut off without saying where', page: { ResourceRecordSets: [set], IsTruncated: true, MaxItems: 300 } },
    { row: 'does not say whether it is cut off', page: { ResourceRecordSets: [set], MaxItems: 300 } },
    { row: 'has no list', page: { IsTruncated: false, MaxItems: 300 } },
    {
      row: 'has no end',
      page: { ResourceRecordSets: [set], IsTruncated: true, NextRecordName: 'a.shop.internal.', MaxItems: 300 },
    },
  ])('when it $row', async ({ page }) => {
    await served(scripted('route53', { ListResourceRecordSets: () => page }));
    const reader = zoneReader(ZONE_ID);

    const faults = await Promise.all([
      failure(reader.all()),
      failure(reader.at('a.shop.internal.')),
      failure(reader.below('shop.internal.')),
    ]);

    for (const fault of faults) expect(fault.message).toMatch(/^route53:ListResourceRecordSets gave /);
  });

  it('but an empty page may be followed by others', async () => {
    const pages = [
      { ResourceRecordSets: [], IsTruncated: true, NextRecordName: 'a.shop.internal.', MaxItems: 300 },
      { ResourceRecordSets: [set], IsTruncated: true, NextRecordName: 'b.shop.internal.', MaxItems: 300 },
      { ResourceRecordSets: [], IsTruncated: false, MaxItems: 300 },
    ];
    await served(scripted('route53', { ListResourceRecordSets: () => pages.shift() ?? {} }));

    const sets = await zoneReader(ZONE_ID).all();

    expect(names(sets)).toEqual(['a.shop.internal.']);
  });
});

describe('the zone itself', () => {
  it('has its name normalized, and is asked for once', async () => {
    const { inputs } = await servedZone();
    const reader = zoneReader(ZONE_ID);

    const found = await Promise.all([reader.describe(), reader.describe()]);
    await reader.describe();

    expect(found).toEqual(Array(2).fill({ name: 'shop.internal.', isPrivate: true }));
    expect(inputs('GetHostedZone')).toHaveLength(1);
  });

  it.each([
    ['refused', new ServiceFault('AccessDenied', 'not authorized', { statusCode: 403 })],
    ['answered with nothing', { status: 200, body: '' }],
    ['answered without a name', { status: 200, body: '<GetHostedZoneResponse/>' }],
    [
      'answered without its kind',
      {
        status: 200,
        body: '<GetHostedZoneResponse><HostedZone><Name>shop.internal.</Name></HostedZone></GetHostedZoneResponse>',
      },
    ],
  ] as const)('is asked for again after it was %s', async (_, answer) => {
    const { inject } = await servedZone();
    const reader = zoneReader(ZONE_ID);
    inject('GetHostedZone', answer, 1);

    const fault = await failure(reader.describe());
    const found = await reader.describe();

    expect(fault.message).not.toBe('the call was answered');
    expect(found.name).toBe('shop.internal.');
  });

  it('is told to be private by its VPCs where it was made without a comment, and has no Config', async () => {
    const { inject } = await servedZone();
    const vpc = '<VPC><VPCRegion>eu-west-1</VPCRegion><VPCId>vpc-1</VPCId></VPC>';
    const body = `<GetHostedZoneResponse><HostedZone><Name>shop.internal.</Name></HostedZone><VPCs>${vpc}</VPCs></GetHostedZoneResponse>`;
    inject('GetHostedZone', { status: 200, body }, 1);

    const found = await zoneReader(ZONE_ID).describe();

    expect(found).toEqual({ name: 'shop.internal.', isPrivate: true });
  });

  it('is told to be public', async () => {
    const route53 = route53StandIn({ now: () => 0 });
    const zoneId = route53.addHostedZone({ name: 'shop.example' });
    await served(route53);

    const found = await zoneReader(zoneId).describe();

    expect(found).toEqual({ name: 'shop.example.', isPrivate: false });
  });

  it('is unknown for a zone that is not there', async () => {
    await servedZone();

    const fault = await failure(zoneReader('Z0NOWHERE').describe());

    expect(fault.name).toBe('NoSuchHostedZone');
  });
});

it.each([
  { row: 'of the zone', about: { HostedZoneId: 'Z0HERE' }, tells: {} },
  { row: 'of the zone, as other clients write it', about: { HostedZoneId: '/hostedzone/Z0HERE' }, tells: {} },
  { row: 'of another zone', about: { HostedZoneId: 'Z0ELB' }, tells: { elsewhere: true } },
  { row: 'that evaluates health', about: { EvaluateTargetHealth: true }, tells: { evaluatesHealth: true } },
])('tells what an alias stands for: $row', ({ about, tells }) => {
  const AliasTarget = { HostedZoneId: 'Z0HERE', DNSName: 'A.Shop.internal', EvaluateTargetHealth: false, ...about };

  const { aliasTarget } = toRecordSet({ Name: 'b.shop.internal.', Type: 'A', AliasTarget }, 'Z0HERE');

  expect(aliasTarget).toEqual({ name: 'a.shop.internal.', ...tells });
});

it.each<{ set: Omit<ResourceRecordSet, 'Name' | 'Type'>; policy: string }>([
  { set: {}, policy: 'simple' },
  { set: { SetIdentifier: 'a', Weight: 0 }, policy: 'weighted' },
  { set: { SetIdentifier: 'a', MultiValueAnswer: true }, policy: 'multivalue' },
  { set: { SetIdentifier: 'a', Region: 'eu-west-1' }, policy: 'other' },
  { set: { SetIdentifier: 'a', Failover: 'PRIMARY' }, policy: 'other' },
  { set: { SetIdentifier: 'a', GeoLocation: { CountryCode: 'CH' } }, policy: 'other' },
  { set: { AliasTarget: { HostedZoneId: 'Z', DNSName: 'a.', EvaluateTargetHealth: false } }, policy: 'other' },
  { set: { TrafficPolicyInstanceId: 'instance' }, policy: 'other' },
])('tells the routing policy of $set: $policy', ({ set, policy }) => {
  expect(toRecordSet({ Name: 'a.shop.internal.', Type: 'A', ...set }).policy).toBe(policy);
});
