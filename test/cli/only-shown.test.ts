import { describe, expect, it } from 'vitest';
import { adopt } from '../../cli/commands/adopt.ts';
import { remove } from '../../cli/commands/remove.ts';
import { ACCOUNT, REGION } from '../stand-ins/in-memory-aws.ts';
import { define, host } from '../support/fleet.ts';
import { type StillWorld, world, ZONE, ZONE_ID } from '../support/world.ts';
import { command } from './command-world.ts';
import type { Answer } from './terminal.ts';

type ResourceRecordSet = ReturnType<StillWorld['aws']['route53']['recordSets']>[number];

const CALC = '_calc._tcp';
const HEALTH_CHECK = '11111111-2222-3333-4444-555555555555';
const MARKER = `"ecs-service-discovery-dns deployment=${ACCOUNT}/${REGION}/test"`;
const WITHDRAWN = MARKER.replace('/test"', '/test withdrawn"');
const SPF = '"v=spf1 -all"';
const container = (digit: string) => digit.repeat(64);

type Given = Omit<ResourceRecordSet, 'Name' | 'Type'>;
const set = (name: string, Type: string, values: readonly string[], about: Given = {}): ResourceRecordSet => ({
  Name: `${name}.${ZONE}`,
  Type: Type as 'A',
  TTL: 300,
  ResourceRecords: values.map((Value) => ({ Value })),
  ...about,
});
const weighted = (SetIdentifier: string, value: string, about: Given = {}) =>
  set(CALC, 'SRV', [value], { TTL: 0, SetIdentifier, Weight: 1, ...about });
const agents = (digit: string, port: number, at: string, about: Given = {}) =>
  weighted(`${at}:${container(digit)}`, `1 1 ${port} ${at}`, about);

/** What others have in nearly every zone, with attributes that nothing may lose. */
const BYSTANDERS = [
  set('db', 'SRV', ['1 1 5432 db.example']),
  set('www', 'A', ['10.9.9.9'], { SetIdentifier: 'a', Weight: 7, HealthCheckId: HEALTH_CHECK }),
  set('a\\040b', 'SRV', ['0 0 1 x.example', '0 0 1 X.example.']),
  set('node1.old', 'A', ['10.9.9.8']),
  set('geo', 'SRV', ['0 0 1 x.example'], { SetIdentifier: 'de', GeoLocation: { CountryCode: 'DE' } }),
];

async function edit({ aws }: StillWorld, ...sets: readonly ResourceRecordSet[]): Promise<void> {
  const Changes = sets.map((ResourceRecordSet) => ({ Action: 'CREATE' as const, ResourceRecordSet }));
  const input = { HostedZoneId: ZONE_ID, ChangeBatch: { Changes } };
  const context = { region: 'us-east-1', accountId: '1', requestId: 'r' };
  await aws.route53.operations.ChangeResourceRecordSets?.(input as never, context);
}

/** A host with tasks of calc at some ports, in a zone that others use too. */
async function shop(sets: readonly ResourceRecordSet[], ports: readonly number[] = []) {
  const around = world();
  around.aws.ecs.admin.createCluster('shop');
  around.aws.route53.addHealthCheck(HEALTH_CHECK);
  const taskDefinition = define(around, 'calc', { names: { 8081: CALC } });
  const containerInstance = host(around, 'shop', '10.0.1.23');
  for (const port of ports)
    around.aws.ecs.admin.putTask({ cluster: 'shop', taskDefinition, containerInstance, hostPorts: { 8081: port } });
  await edit(around, ...BYSTANDERS, ...sets);
  return around;
}

/** Every value in the zone as `name type value`, of sets with an identifier too. */
const valuesIn = ({ aws }: StillWorld): readonly string[] =>
  aws.route53
    .recordSets(ZONE_ID)
    .flatMap(({ Name, Type, ResourceRecords = [] }) => ResourceRecords.map(({ Value }) => `${Name} ${Type} ${Value}`));
const sets = ({ aws }: StillWorld) => aws.route53.recordSets(ZONE_ID).map((one) => JSON.stringify(one));

/** What a person was shown before the first change: values that come and go. */
function shown({ lines }: Answer): { readonly come: readonly string[]; readonly gone: readonly string[] } {
  const before = lines.slice(
    0,
    lines.findIndex((line) => line.startsWith('ecssd-')),
  );
  const rows = before.map((line) => line.split(/ {2,}/));
  const of = (sign: string) => rows.filter(([first]) => first === sign);
  return {
    come: [
      ...of('+').map(([, name, value, type]) => `${name} ${type} ${value}`),
      ...of('>').map(([, name, , to]) => `${name} SRV ${to?.slice(2)}`),
    ].sort(),
    gone: [
      ...of('-').map(([, name, value, type]) => `${name} ${type === 'A' || type === 'TXT' ? type : 'SRV'} ${value}`),
      ...of('>').map(([, name, value]) => `${name} SRV ${value}`),
    ].sort(),
  };
}

/** What the command changed, as it is sent: values of all its own changes, without those that only move between sets. */
function sentBy(around: StillWorld) {
  const [come, gone] = [new Set<string>(), new Set<string>()];
  around.aws.route53.onChange(({ changes }) => {
    const of = (one: ResourceRecordSet | undefined) =>
      (one?.ResourceRecords ?? []).map(({ Value }) => `${one?.Name} ${one?.Type} ${Value}`);
    const before = changes.flatMap((change) => of(change.before));
    const after = changes.flatMap((change) => of(change.after));
    for (const one of after.filter((value) => !before.includes(value))) come.add(one);
    for (const one of before.filter((value) => !after.includes(value))) gone.add(one);
  });
  return { come: () => [...come].sort(), gone: () => [...gone].sort() };
}

describe('remove', () => {
  it.each([
    { row: 'and leaves the marker', flags: [], mark: [WITHDRAWN] },
    { row: 'and its marker', flags: ['marker'], mark: [] },
  ])('takes back exactly what it shows $row', async ({ flags, mark }) => {
    const around = await shop([], [32_768, 32_769]);
    await around.run({});
    await edit(around, set('node1.ecs', 'A', ['10.0.7.1']), set('_etcd', 'SRV', ['0 0 1 node1.ecs.shop.internal']));
    const [before, bystanders] = [valuesIn(around), sets(around)];

    const answer = await command(around, remove, { flags });

    const after = valuesIn(around);
    expect(answer.code).toBe(0);
    expect(shown(answer)).toEqual({
      come: after.filter((one) => !before.includes(one)).sort(),
      gone: before.filter((one) => !after.includes(one)).sort(),
    });
    expect(shown(answer).gone).toHaveLength(4);
    const texts = after.filter((one) => one.startsWith('ecs.') && one.includes(' TXT '));
    expect(texts).toEqual(mark.map((text) => `ecs.${ZONE} TXT ${text}`));
    for (const { Name = '', Type } of [...BYSTANDERS, set('node1.ecs', 'A', []), set('_etcd', 'SRV', [])]) {
      const same = (all: readonly string[]) =>
        all.filter((one) => one.startsWith(`{"Name":"${Name}","Type":"${Type}"`));
      expect(same(sets(around))).toEqual(same(bystanders));
    }
  });

  it.each([
    { flags: [] as readonly string[], texts: [SPF, WITHDRAWN] },
    { flags: ['marker'], texts: [SPF] },
    { flags: ['undo'], texts: [SPF, MARKER] },
  ])('replaces only our text among others ($flags)', async ({ flags, texts }) => {
    const around = await shop([set('ecs', 'TXT', [SPF, MARKER], { TTL: 77 })], [32_768]);
    if (flags.includes('undo')) await command(around, remove);

    const { code } = await command(around, remove, { flags });

    const left = around.aws.route53
      .recordSets(ZONE_ID)
      .find(({ Name, Type }) => Type === 'TXT' && Name === `ecs.${ZONE}`);
    expect(code).toBe(0);
    expect(left?.ResourceRecords?.map(({ Value }) => Value)).toEqual(texts);
    expect(left?.TTL).toBe(77);
  });

  it.each([
    {
      row: 'another deployment',
      made: set('ecs', 'TXT', [MARKER.replace('/test', '/other')]),
      said: /marker .* is not that of/,
    },
    {
      row: 'another deployment beside us',
      made: set('ecs', 'TXT', [MARKER, MARKER.replace('/test', '/other')]),
      said: /is not that of/,
    },
    { row: 'texts', made: set('ecs', 'TXT', [SPF]), said: /marker .* is not that of/ },
    {
      row: 'hosts of others, without a marker',
      made: set('node1.ecs', 'A', ['10.0.7.1']),
      said: /others use it: node1\.ecs/,
    },
    {
      row: 'a marker with an identifier',
      made: set('ecs', 'TXT', [MARKER], { SetIdentifier: 'a', Weight: 1 }),
      said: /has an identifier/,
    },
  ])('touches nothing where the label is that of $row', async ({ made, said }) => {
    const around = await shop([made], [32_768]);
    const before = sets(around);

    await expect(command(around, remove)).rejects.toThrow(said);

    expect(sets(around)).toEqual(before);
  });

  it('does nothing after a no, and says what it would have done', async () => {
    const around = await shop([], [32_768]);
    await around.run({});
    const before = sets(around);

    const { code, lines } = await command(around, remove, { answer: false });

    expect(code).toBe(1);
    expect(lines.filter((line) => line.startsWith('-'))).toHaveLength(3);
    expect(sets(around)).toEqual(before);
  });
});

describe('adopt', () => {
  const EC2 = 'ip-10-0-1-23.eu-west-1.compute.internal';
  it('takes over exactly what it shows, and nothing of others', async () => {
    const theirs = [
      agents('a', 32_768, EC2),
      agents('b', 32_769, 'ip-10-0-1-23.shop.internal'),
      agents('c', 9, 'ip-10-9-9-9.ec2.internal'),
      agents('d', 32_768, 'worker1.example'),
      weighted('blue', '5 5 80 elsewhere.example', { Weight: 200, HealthCheckId: HEALTH_CHECK }),
    ];
    const around = await shop(theirs, [32_768, 32_769]);
    const [before, bystanders] = [valuesIn(around), sets(around)];

    const answer = await command(around, adopt);

    const after = valuesIn(around);
    expect(answer.code).toBe(0);
    expect(shown(answer)).toEqual({
      come: after.filter((one) => !before.includes(one)).sort(),
      gone: before.filter((one) => !after.includes(one)).sort(),
    });
    expect(answer.lines.filter((line) => line.startsWith('?'))).toEqual([expect.stringContaining('worker1.example')]);
    expect(answer.lines.filter((line) => line.startsWith('='))).toEqual([expect.stringContaining('elsewhere.example')]);
    const kept = bystanders.filter((one) => !/(a{64}|b{64}|c{64})/.test(one));
    for (const one of kept) expect(sets(around)).toContain(one);
  });

  it('drops what cannot be placed only when a person says so', async () => {
    const around = await shop([agents('a', 32_768, EC2), agents('d', 9, 'worker1.example')], [32_768]);

    const answer = await command(around, adopt, { flags: ['drop-unplaced'], answer: true });

    expect(answer.lines.join('\n')).toContain('drop 1 that cannot be placed');
    expect(around.values(CALC)).toEqual([`1 1 32768 ip-10-0-1-23.ecs.${ZONE}`]);
  });

  it('shows what it cannot place even where nothing is taken over', async () => {
    const around = await shop([agents('d', 9, 'worker1.example')], [32_768]);
    const before = sets(around);

    const { code, lines } = await command(around, adopt);

    expect(code).toBe(0);
    expect(lines).toEqual([expect.stringMatching(/^\?.*worker1\.example.*--drop-unplaced/), 'nothing to take over']);
    expect(sets(around).filter((one) => !one.includes(`"ecs.${ZONE}`))).toEqual(before);
  });

  const old = (port: number, address = '10-0-1-23') => `1 1 ${port} ip-${address}.old.${ZONE}`;
  const former = [
    set(CALC, 'SRV', [old(32_768), old(9, '10-9-9-9'), '5 5 80 elsewhere.example', `0 0 25 mx1.old.${ZONE}`]),
    set('ip-10-0-1-23.old', 'A', ['10.0.1.23']),
    set('ip-10-9-9-9.old', 'A', ['10.9.9.9']),
    set('ip-10-9-9-7.old', 'A', ['10.1.1.1']),
    set('old', 'A', ['10.9.9.9']),
  ];

  it('--owner takes over exactly what it shows, addresses last', async () => {
    const around = await shop([...former, set('old', 'TXT', [SPF, MARKER.replace('/test', '/gone')])], [32_768]);
    const [before, bystanders] = [valuesIn(around), sets(around)];
    const sent = sentBy(around);
    const pauses: number[] = [];

    const answer = await command(around, adopt, { owner: 'old', pauses });

    const after = valuesIn(around);
    const gone = before.filter((one) => !after.includes(one)).sort();
    expect(answer.code).toBe(0);
    expect(answer.lines.join('\n')).toContain(`old.${ZONE} belongs to ${ACCOUNT}/${REGION}/gone`);
    expect(shown(answer)).toEqual({ come: sent.come(), gone: sent.gone() });
    expect(shown(answer).gone).toEqual(gone);
    expect(gone).toEqual([
      `${CALC}.${ZONE} SRV ${old(32_768)}`,
      `${CALC}.${ZONE} SRV ${old(9, '10-9-9-9')}`,
      `ip-10-0-1-23.old.${ZONE} A 10.0.1.23`,
      `ip-10-9-9-9.old.${ZONE} A 10.9.9.9`,
      `old.${ZONE} TXT ${MARKER.replace('/test', '/gone')}`,
    ]);
    expect(pauses).toContain(60_000);
    const untouched = bystanders.filter((one) => !/(_calc|ip-10-0-1-23|ip-10-9-9-9|"TXT")/.test(one));
    for (const one of untouched) expect(sets(around)).toContain(one);
  });

  it.each([
    { row: 'nothing', texts: [] as readonly string[] },
    { row: 'texts of others', texts: [SPF] },
  ])(
    '--owner touches nothing where $row stands for a marker, until a person says that it was one',
    async ({ texts }) => {
      const around = await shop([...former, ...(texts.length > 0 ? [set('old', 'TXT', texts)] : [])], [32_768]);
      const before = sets(around);

      await expect(command(around, adopt, { owner: 'old' })).rejects.toThrow(/no marker of a deployment .* --unmarked/);
      expect(sets(around).filter((one) => !one.includes(`"ecs.${ZONE}`))).toEqual(before);
      const { code } = await command(around, adopt, { owner: 'old', flags: ['unmarked'] });

      expect(code).toBe(0);
      const texted = valuesIn(around).filter((one) => one.startsWith(`old.${ZONE} TXT`));
      expect(texted).toEqual(texts.map((text) => `old.${ZONE} TXT ${text}`));
      expect(valuesIn(around)).toEqual(
        expect.arrayContaining([`ip-10-9-9-7.old.${ZONE} A 10.1.1.1`, `old.${ZONE} A 10.9.9.9`]),
      );
    },
  );

  it('does nothing after a no', async () => {
    const around = await shop([agents('a', 32_768, EC2)], [32_768]);
    const before = sets(around);

    const { code, told } = await command(around, adopt, { answer: false });

    expect([code, told]).toEqual([1, ['nothing was done']]);
    expect(sets(around)).toEqual(before);
  });
});
