import { describe, expect, it } from 'vitest';
import { ACCOUNT, REGION } from '../stand-ins/in-memory-aws.ts';
import { connectEvents, define, host } from '../support/fleet.ts';
import { OWNER, type StillWorld, type WorldOptions, world, ZONE, ZONE_ID } from '../support/world.ts';

type ResourceRecordSet = ReturnType<StillWorld['aws']['route53']['recordSets']>[number];

const CALC = '_calc._tcp';
const HEALTH_CHECK = '11111111-2222-3333-4444-555555555555';
const OURS = `ip-10-0-1-23.${OWNER}.${ZONE}`;
const value = (port: number) => `1 1 ${port} ${OURS}`;

type Given = Omit<ResourceRecordSet, 'Name' | 'Type'> & { readonly values?: readonly string[] };
const set = (name: string, Type: string, { values, ...about }: Given = {}): ResourceRecordSet => ({
  Name: `${name}.${ZONE}`,
  Type: Type as 'A',
  ...(values && { TTL: 300, ResourceRecords: values.map((Value) => ({ Value })) }),
  ...about,
});

async function edit({ aws }: StillWorld, ...changes: readonly (readonly ['CREATE' | 'DELETE', ResourceRecordSet])[]) {
  const Changes = changes.map(([Action, ResourceRecordSet]) => ({ Action, ResourceRecordSet }));
  const input = { HostedZoneId: ZONE_ID, ChangeBatch: { Changes } };
  const context = { region: 'us-east-1', accountId: '1', requestId: 'r' };
  await aws.route53.operations.ChangeResourceRecordSets?.(input as never, context);
}

/** A host with one task of calc that wants to be published; whatever others have is there before. */
async function shop(sets: readonly ResourceRecordSet[], options: WorldOptions = {}) {
  const around = world(options as object);
  around.aws.ecs.admin.createCluster('shop');
  around.aws.route53.addHealthCheck(HEALTH_CHECK);
  const taskDefinition = define(around, 'calc', { names: { 8081: CALC } });
  const containerInstance = host(around, 'shop', '10.0.1.23');
  const startTask = (port: number) =>
    around.aws.ecs.admin.putTask({ cluster: 'shop', taskDefinition, containerInstance, hostPorts: { 8081: port } });
  if (sets.length > 0) await edit(around, ...sets.map((one) => ['CREATE', one] as const));
  return { ...around, startTask };
}

/** The run that the first event has asked for. */
const firstStarted = async (around: StillWorld) => {
  const [first] = around.started;
  return first && around.run(first.input, first.name);
};

/** Everything in the zone but what is of our forms, word for word. */
const others = ({ aws }: StillWorld) =>
  aws.route53
    .recordSets(ZONE_ID)
    .filter(({ Name = '', Type, SetIdentifier }) => {
      const own = Name === OURS || Type === 'TXT' || SetIdentifier?.startsWith('ecs/ip-');
      return !own;
    })
    .map((one) => JSON.stringify(one))
    .filter((text) => !text.includes(`"Name":"${CALC}.${ZONE}`) || text.includes('SetIdentifier'));
const whole = ({ aws }: StillWorld) => JSON.stringify(aws.route53.recordSets(ZONE_ID));
const told = (outcome: { dispositions: readonly { outcome: string; reason: string; isNew?: boolean }[] } | undefined) =>
  outcome?.dispositions.map(({ outcome: what, reason, isNew }) => `${what} ${reason}${isNew ? ' new' : ''}`);

describe('an owner label that others use', () => {
  const values = ['10.0.7.10'];
  const inUse: readonly {
    readonly row: string;
    readonly sets: readonly ResourceRecordSet[];
    readonly named: string;
  }[] = [
    { row: 'by hosts', sets: [set('node1.ecs', 'A', { values })], named: 'node1.ecs.shop.internal. (A)' },
    { row: 'by a wildcard', sets: [set('*.ecs', 'A', { values })], named: '\\052.ecs.shop.internal. (A)' },
    {
      row: 'by an alias',
      sets: [set('a.ecs', 'CNAME', { values: ['x.example'] })],
      named: 'a.ecs.shop.internal. (CNAME)',
    },
    {
      row: 'by IPv6 hosts',
      sets: [set('a.b.ecs', 'AAAA', { values: ['::1'] })],
      named: 'a.b.ecs.shop.internal. (AAAA)',
    },
    {
      row: 'by texts',
      sets: [set('mail.ecs', 'TXT', { values: ['"v=spf1 -all"'] })],
      named: 'mail.ecs.shop.internal. (TXT)',
    },
    {
      row: 'by services',
      sets: [set('_x._tcp.ecs', 'SRV', { values: ['0 0 1 x.'] })],
      named: '_x._tcp.ecs.shop.internal. (SRV)',
    },
    {
      row: 'by weighted hosts',
      sets: [set('ip-10-0-7-10.ecs', 'A', { values, SetIdentifier: 'a', Weight: 1 })],
      named: 'ip-10-0-7-10.ecs.shop.internal. (A)',
    },
    {
      row: 'by hosts of other addresses',
      sets: [set('ip-10-0-0-1.ecs', 'A', { values })],
      named: 'ip-10-0-0-1.ecs.shop.internal. (A)',
    },
    { row: 'as a delegation', sets: [set('ecs', 'NS', { values: ['ns.example'] })], named: 'ecs.shop.internal. (NS)' },
    { row: 'as an alias', sets: [set('ecs', 'CNAME', { values: ['x.example'] })], named: 'ecs.shop.internal. (CNAME)' },
    {
      row: 'for texts',
      sets: [set('ecs', 'TXT', { values: ['"v=spf1 -all"'] })],
      named: 'a TXT record set of another kind',
    },
  ];

  it.each(inUse)('$row is refused by full runs, and nothing is touched', async ({ sets, named }) => {
    const etcd = set('_etcd-server._tcp', 'SRV', { values: ['0 0 2380 node1.ecs.shop.internal'] });
    const around = await shop([...sets, etcd]);
    const before = whole(around);
    around.startTask(32_768);

    const run = await around.run({ trigger: 'schedule' });

    expect(run.result).toMatchObject({ error: 'OwnerTakenError', cause: expect.stringContaining(named) });
    expect(whole(around)).toBe(before);
  });

  it.each(inUse)('$row is refused by event runs, and nothing is touched', async ({ sets, named }) => {
    const around = await shop(sets);
    const before = whole(around);
    const events = connectEvents(around);
    around.startTask(32_768);
    await events.settled();

    const run = await firstStarted(around);

    expect(run?.result).toMatchObject({ error: 'OwnerTakenError', cause: expect.stringContaining(named) });
    expect(whole(around)).toBe(before);
  });

  it('is seen by event runs behind more of our own addresses than one page has', async () => {
    const addresses = Array.from({ length: 320 }, (_, index) => {
      const [high, low] = [Math.floor(index / 250), index % 250];
      return set(`ip-10-1-${high}-${low}.ecs`, 'A', { values: [`10.1.${high}.${low}`] });
    });
    const around = await shop([...addresses, set('node1.ecs', 'A', { values })]);
    const events = connectEvents(around);
    around.startTask(32_768);
    await events.settled();

    const run = await firstStarted(around);

    expect(run?.result).toMatchObject({ error: 'OwnerTakenError' });
  });

  it.each([
    { row: 'addresses that a former deployment has left', sets: [set('ip-10-0-7-10.ecs', 'A', { values })] },
    { row: 'a host at the label itself', sets: [set('ecs', 'A', { values })] },
    { row: 'another label that ends alike', sets: [set('node1.xecs', 'A', { values })] },
  ])('is not refused for $row', async ({ sets }) => {
    const around = await shop(sets);
    around.startTask(32_768);

    const run = await around.run({});

    expect(run.end).toBe('ZoneInSync');
    expect(around.values(CALC)).toEqual([value(32_768)]);
  });

  it('stays ours once it is marked; what others put there later stays theirs, and is told of', async () => {
    const around = await shop([]);
    around.startTask(32_768);
    await around.run({});
    await edit(
      around,
      ['CREATE', set('node1.ecs', 'A', { values })],
      ['CREATE', set('_x._tcp.ecs', 'SRV', { values: [value(32_768), value(9)] })],
      ['CREATE', set('_etcd._tcp', 'SRV', { values: ['0 0 2380 node1.ecs.shop.internal', `0 0 9 x.${OURS}`] })],
    );
    const before = others(around);

    const runs = [await around.run({}), await around.run({ trigger: 'schedule' })];

    expect(runs.map(({ end }) => end)).toEqual(['ZoneInSync', 'ZoneInSync']);
    expect(others(around)).toEqual(before);
    expect(runs[1]?.outcome?.findings.join()).toContain('node1.ecs.shop.internal. (A)');
    expect(around.values(CALC)).toEqual([value(32_768)]);
  });

  it('is ours where our marker stands among texts of others, and not where another marker does', async () => {
    const marker = (id: string) => `"ecs-service-discovery-dns deployment=${id}"`;
    const mine = marker(`${ACCOUNT}/${REGION}/test`);
    const ends = [];
    for (const texts of [
      [mine, '"v=spf1 -all"'],
      [mine, marker('a/b/c')],
    ]) {
      const around = await shop([set('ecs', 'TXT', { values: texts })]);
      around.startTask(32_768);
      const run = await around.run({});
      ends.push('error' in run.result ? run.result.error : run.end);
    }

    expect(ends).toEqual(['ZoneInSync', 'OwnerTakenError']);
  });
});

describe('a value of ours in two spellings', () => {
  const respell: readonly { readonly row: string; readonly spelled: string }[] = [
    { row: 'without the final dot', spelled: value(32_768).slice(0, -1) },
    { row: 'in capitals', spelled: value(32_768).toUpperCase() },
    { row: 'with zeros before its numbers', spelled: value(32_768).replace('1 1 ', '01 001 ') },
    { row: 'with an escaped letter', spelled: value(32_768).replace('.ecs.', '.\\145cs.') },
  ];
  const stored = ({ aws }: StillWorld) =>
    aws.route53.recordSets(ZONE_ID).find(({ Name, Type }) => Name === `${CALC}.${ZONE}` && Type === 'SRV');

  it.each(respell)('$row is one value: nothing is reported, announced or changed', async ({ spelled }) => {
    const around = await shop([]);
    around.startTask(32_768);
    await around.run({});
    const found = stored(around) as ResourceRecordSet;
    await edit(
      around,
      ['DELETE', found],
      ['CREATE', { ...found, ResourceRecords: [...(found.ResourceRecords ?? []), { Value: spelled }] }],
    );
    const announced = around.announced.length;
    const before = whole(around);

    const runs = [await around.run({}), await around.run({ trigger: 'schedule' })];

    expect(runs.map(({ end }) => end)).toEqual(['ZoneInSync', 'ZoneInSync']);
    expect(runs.map(({ outcome }) => told(outcome))).toEqual([['published running'], ['published running']]);
    expect(around.announced.slice(announced)).toEqual([]);
    expect(whole(around)).toBe(before);
  });

  it.each(respell)('$row is one value when its name changes, and when its task stops', async ({ spelled }) => {
    const around = await shop([]);
    const task = around.startTask(32_768);
    await around.run({});
    const found = stored(around) as ResourceRecordSet;
    await edit(
      around,
      ['DELETE', found],
      ['CREATE', { ...found, ResourceRecords: [...(found.ResourceRecords ?? []), { Value: spelled }] }],
    );
    around.startTask(32_769);
    const grown = await around.run({});
    const standing = around.values(CALC);
    around.aws.ecs.admin.updateTask(task, { desiredStatus: 'STOPPED', lastStatus: 'STOPPED' });
    const announced = around.announced.length;
    const shrunk = await around.run({});

    expect(told(grown.outcome)?.toSorted()).toEqual(['published running', 'published running new']);
    expect(standing).toEqual([value(32_768), value(32_769)]);
    expect(told(shrunk.outcome)?.toSorted()).toEqual(['published running', 'removed task-stopped']);
    expect(around.announced.slice(announced)).toHaveLength(1);
    expect(around.values(CALC)).toEqual([value(32_769)]);
  });
});

describe('a record set of others keeps every attribute', () => {
  const check = { HealthCheckId: HEALTH_CHECK };
  const srv = (about: Given, values: readonly string[] = [value(1)]) => set(CALC, 'SRV', { values, ...about });
  const kinds: readonly { readonly row: string; readonly sets: readonly ResourceRecordSet[] }[] = [
    { row: 'health check of a weighted set', sets: [srv({ SetIdentifier: 'a', Weight: 7, ...check })] },
    { row: 'weight and identifier', sets: [srv({ SetIdentifier: 'a', Weight: 7 }, ['5 5 80 elsewhere.example'])] },
    { row: 'health check of a multivalue set', sets: [srv({ SetIdentifier: 'a', MultiValueAnswer: true, ...check })] },
    { row: 'Region', sets: [srv({ SetIdentifier: 'a', Region: 'eu-west-1' })] },
    {
      row: 'failover',
      sets: [
        srv({ SetIdentifier: 'a', Failover: 'PRIMARY', ...check }),
        srv({ SetIdentifier: 'b', Failover: 'SECONDARY' }, [value(2)]),
      ],
    },
    { row: 'location', sets: [srv({ SetIdentifier: 'a', GeoLocation: { CountryCode: 'DE' } })] },
    { row: 'alias', sets: [set('db', 'SRV', { values: ['0 0 1 db.example'] })] },
  ];
  it.each(kinds.flatMap((kind) => ['simple', 'weighted', 'multivalue'].map((routing) => ({ ...kind, routing }))))(
    '$row, where we route $routing',
    async ({ sets, routing }) => {
      const around = await shop(sets, { environment: { ROUTING: routing } });
      const before = others(around);
      const task = around.startTask(32_768);

      const runs = [await around.run({}), await around.run({ trigger: 'schedule' })];
      around.aws.ecs.admin.updateTask(task, { desiredStatus: 'STOPPED', lastStatus: 'STOPPED' });
      runs.push(await around.run({}));

      expect(runs.map(({ end }) => end)).toEqual(['ZoneInSync', 'ZoneInSync', 'ZoneInSync']);
      expect(others(around)).toEqual(before);
    },
  );

  it('tells of values of ours that it freezes', async () => {
    const around = await shop([srv({ SetIdentifier: 'a', Weight: 7, ...check })], {
      environment: { ROUTING: 'weighted' },
    });
    around.startTask(32_768);

    const run = await around.run({});

    expect(run.outcome?.conflicts.join()).toMatch(/weighted routing \(a\) and HealthCheckId .* our values in it stay/);
    expect(around.values(CALC)).toEqual([value(1), value(32_768)]);
  });
});

describe('names that Route 53 stores with escapes', () => {
  it.each([
    { row: 'a wildcard', name: '\\052' },
    { row: 'a space', name: 'a\\040b' },
    { row: 'a dot of its own', name: 'a\\056b' },
    { row: 'a backslash', name: 'a\\134b' },
    { row: 'a control character', name: 'a\\033b' },
    { row: 'an octet above ASCII', name: 'a\\374b' },
    { row: 'an apostrophe', name: 'a\\047b' },
    { row: 'a comma', name: 'a\\054b' },
  ])('can be changed: $row', async ({ name }) => {
    const theirs = '5 5 80 elsewhere.example';
    const around = await shop([set(name, 'SRV', { values: [value(1), theirs] })], {
      environment: { GUARD_MINIMUM: '10' },
    });

    const run = await around.run({});
    const after = await around.run({ trigger: 'schedule' });

    const left = around.aws.route53.recordSets(ZONE_ID).find(({ Name }) => Name === `${name}.${ZONE}`);
    expect(left?.ResourceRecords).toEqual([{ Value: theirs }]);
    expect(left?.TTL).toBe(300);
    expect(told(run.outcome)).toEqual(['removed unexplained']);
    expect([run.end, after.end]).toEqual(['ZoneInSync', 'ZoneInSync']);
    expect(after.outcome?.dispositions).toEqual([]);
  });
});
