import { describe, expect, it } from 'vitest';
import { lookUp } from '../stand-ins/dns/lookup.ts';
import { keyOfName } from '../stand-ins/dns/name.ts';
import { TYPE_CODES } from '../stand-ins/dns/record-data.ts';
import { seeded } from '../stand-ins/dns/seeded-random.ts';
import { connectEvents, define, runStarted } from '../support/fleet.ts';
import { CALC, edit, redeployed } from '../support/shop.ts';
import { OWNER, type StillWorld, world, ZONE, ZONE_ID } from '../support/world.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const T4 = `ip-10-0-9-1.${OWNER}.${ZONE}`;
const T6 = `ip6-20010db8000000000000000000000009.${OWNER}.${ZONE}`;
const IN6 = '2001:db8::9';
const MODES = ['bridge', 'host', 'awsvpc'] as const;
type Mode = (typeof MODES)[number];
type Family = 'ipv4' | 'dualstack' | 'ipv6';

/** One task of calc, at an address of each family; `ipv6: false`: at 10.0.9.1 alone. */
function shop(family: Family | '', mode: Mode = 'bridge', { ipv6 = true, checked = false } = {}) {
  const around = world({ environment: { ADDRESS_FAMILY: family } });
  const { ecs, ec2 } = around.aws;
  ecs.admin.createCluster('shop');
  const in6 = ipv6 ? { ipv6Address: IN6 } : {};
  ec2.admin.putInstance('i-00000000000000001', { privateIpAddress: '10.0.9.1', vpcId: 'vpc-1', ...in6 });
  const home = ecs.admin.registerContainerInstance({ cluster: 'shop', ec2InstanceId: 'i-00000000000000001' });
  const environment = checked ? { SERVICE_80_CHECK_TCP: 'true' } : {};
  const taskDefinition = define(around, 'calc', { names: { 80: CALC }, networkMode: mode, environment });
  const place = (ipv6Address = IN6) =>
    ecs.admin.putTask({
      cluster: 'shop',
      taskDefinition,
      ...(mode === 'awsvpc'
        ? { address: '10.0.9.1', elasticInterface: ipv6 ? { ipv6Address } : {} }
        : { containerInstance: home }),
      ...(mode === 'bridge' && { hostPorts: { 80: 80 }, ...(ipv6 && { ipv6Bindings: 'same-port' as const }) }),
    });
  return { ...around, place, task: place() };
}

/** Every record set below the label but the marker, as `<label> <type> <ttl> <value>`. */
const addresses = ({ aws }: StillWorld) =>
  aws.route53
    .recordSets(ZONE_ID)
    .filter(({ Name = '' }) => Name.endsWith(`.${OWNER}.${ZONE}`))
    .map(({ Name = '', Type, TTL, ResourceRecords = [] }) =>
      [Name.split('.')[0], Type, TTL, ...ResourceRecords.map(({ Value }) => Value)].join(' '),
    );
const BOTH = ['ip-10-0-9-1 A 3600 10.0.9.1', 'ip-10-0-9-1 AAAA 3600 2001:db8::9'];
const ONE4 = BOTH.slice(0, 1);
const ONE6 = ['ip6-20010db8000000000000000000000009 AAAA 3600 2001:db8::9'];
const reasonsOf = (run: Awaited<ReturnType<StillWorld['run']>>) =>
  run.outcome?.dispositions.map(({ outcome, reason, target = '' }) => `${outcome} ${reason} ${target.split('.')[0]}`);

const FAMILIES = [
  { family: '', target: T4, sets: ONE4 },
  { family: 'ipv4', target: T4, sets: ONE4 },
  { family: 'dualstack', target: T4, sets: BOTH },
  { family: 'ipv6', target: T6, sets: ONE6 },
] as const;

describe.each(FAMILIES)('with the family "$family"', ({ family, target, sets }) => {
  it.each(MODES)('an instance is published, and its addresses are retired after it (%s)', async (mode) => {
    const around = shop(family, mode);
    const first = await around.run({});
    const changes: number[] = [];
    around.aws.route53.onChange((batch) => changes.push(batch.changes.length));
    const second = await around.run({});

    expect([first.end, second.end, changes]).toEqual(['ZoneInSync', 'ZoneInSync', []]);
    expect(around.values(CALC)).toEqual([`1 1 80 ${target}`]);
    expect(addresses(around)).toEqual(sets);

    around.aws.ecs.admin.updateTask(around.task, { lastStatus: 'STOPPED' });
    around.aws.ec2.admin.terminate('i-00000000000000001');
    await around.run({});
    await around.run({});
    expect(around.values(CALC)).toEqual([]);
    expect(addresses(around)).toEqual(sets.map((set) => set.replace(' 3600 ', ' 60 ')));
    await around.clock.advance(HOUR);
    await around.run({});
    expect(addresses(around)).toEqual([]);
  });

  it('a mark is taken back when the instance comes again, by an event run', async () => {
    const around = shop(family, 'awsvpc');
    await around.run({});
    around.aws.ecs.admin.updateTask(around.task, { lastStatus: 'STOPPED' });
    await around.run({});
    await around.run({});
    expect(addresses(around)).toEqual(sets.map((set) => set.replace(' 3600 ', ' 60 ')));

    const events = connectEvents(around);
    around.place();
    await events.settled();
    const runs = await runStarted(around);

    expect(runs.map(({ end }) => end)).toEqual(['ZoneInSync']);
    expect(around.values(CALC)).toEqual([`1 1 80 ${target}`]);
    expect(addresses(around)).toEqual(sets);
  });
});

it('DNS tells both addresses beside the SRV answer', async () => {
  const around = shop('dualstack');
  await around.run({});
  const zone = { name: ZONE, recordSets: () => around.aws.route53.recordSets(ZONE_ID) };

  const { additional } = lookUp({ name: keyOfName(`${CALC}.${ZONE}`), type: TYPE_CODES.SRV }, [zone], seeded(7));

  expect(additional.flat().map(({ type }) => type)).toEqual([TYPE_CODES.A, TYPE_CODES.AAAA]);
});

it.each(['dualstack', 'ipv6'] as const)('%s: an instance without an IPv6 address is left out', async (family) => {
  const around = shop(family, 'host', { ipv6: false });

  const run = await around.run({});

  expect(run.end).toBe('ZoneInSync');
  expect(around.values(CALC)).toEqual([]);
  expect(run.outcome?.dispositions).toEqual([
    expect.objectContaining({ reason: 'no-address', detail: 'EC2 reports no IPv6 address for i-00000000000000001' }),
  ]);
});

describe('an IPv6 address that is another by now', () => {
  it('is exchanged in one batch by the event run of the task that has it', async () => {
    const around = shop('dualstack', 'awsvpc');
    await around.run({});
    const batches: string[][] = [];
    around.aws.route53.onChange(({ changes }) =>
      batches.push(
        changes.map(
          ({ before, after }) => `${before ? 'DELETE' : ''}${after ? 'CREATE' : ''} ${(after ?? before)?.Type}`,
        ),
      ),
    );
    around.aws.ecs.admin.updateTask(around.task, { lastStatus: 'STOPPED' });
    const events = connectEvents(around);
    around.place('2001:db8::a');
    await events.settled();
    await runStarted(around);

    expect(addresses(around)).toEqual([...ONE4, 'ip-10-0-9-1 AAAA 3600 2001:db8::a']);
    expect(batches).toHaveLength(1);
    await around.run({});
    expect(addresses(around)).toEqual([...ONE4, 'ip-10-0-9-1 AAAA 3600 2001:db8::a']);
    expect(batches).toHaveLength(1);
  });

  it('that stands in another spelling is left as it is, and repeated word for word when it goes', async () => {
    const around = shop('dualstack', 'host');
    const set = (values: readonly string[]) => ({
      Name: T4,
      Type: 'AAAA' as const,
      TTL: 3_600,
      ResourceRecords: values.map((Value) => ({ Value })),
    });
    await edit(around, [{ Action: 'CREATE', ResourceRecordSet: set(['2001:0DB8:0:0::9']) }]);
    await around.run({});
    expect(addresses(around)).toEqual([...ONE4, 'ip-10-0-9-1 AAAA 3600 2001:0DB8:0:0::9']);

    around.aws.ec2.admin.putInstance('i-00000000000000001', { privateIpAddress: '10.0.9.1', ipv6Address: 'fd00::9' });
    const run = await around.run({});

    expect(run.end).toBe('ZoneInSync');
    expect(addresses(around)).toEqual([...ONE4, 'ip-10-0-9-1 AAAA 3600 fd00::9']);
  });
});

it('what others have of type AAAA at a target keeps its instance out, where both families are published', async () => {
  const around = shop('dualstack', 'host');
  const theirs = {
    Name: T4,
    Type: 'AAAA',
    TTL: 60,
    ResourceRecords: [{ Value: 'fd00::1' }, { Value: 'fd00::2' }],
  } as const;
  await around.run({});
  around.aws.ecs.admin.updateTask(around.task, { lastStatus: 'STOPPED' });
  await around.run({});
  const found = around.aws.route53.recordSets(ZONE_ID).find(({ Type }) => Type === 'AAAA') ?? {};
  await edit(around, [
    { Action: 'DELETE', ResourceRecordSet: found },
    { Action: 'CREATE', ResourceRecordSet: theirs },
  ]);
  around.place();
  await around.run({});

  expect(around.values(CALC)).toEqual([]);
  expect(addresses(around)).toContain('ip-10-0-9-1 AAAA 60 fd00::1 fd00::2');
});

describe('another family after an update', () => {
  const change = async (around: StillWorld, family: Family | '') => {
    const after = redeployed(around, { ADDRESS_FAMILY: family });
    return { after, run: await after.run({}) };
  };

  it('moves every value in one change of its name, with its address before it', async () => {
    const around = shop('ipv4');
    await around.run({});
    const { after, run } = await change(around, 'ipv6');

    expect(run.end).toBe('ZoneInSync');
    expect(reasonsOf(run)).toEqual([
      'published running ip6-20010db8000000000000000000000009',
      'removed replaced ip-10-0-9-1',
    ]);
    expect(after.values(CALC)).toEqual([`1 1 80 ${T6}`]);
    expect(addresses(after)).toEqual([...ONE4, ...ONE6]);

    await after.run({});
    await after.clock.advance(HOUR);
    await after.run({});
    expect(addresses(after)).toEqual(ONE6);
  });

  it('leaves the old address until the new one passes', async () => {
    const around = shop('', 'bridge', { checked: true });
    await around.run({});
    const after = redeployed(around, { ADDRESS_FAMILY: 'ipv6' });
    after.health.set(`${IN6}:80`, { state: 'failing', cause: 'connection refused' });
    const held = await after.run({});

    expect(after.values(CALC)).toEqual([`1 1 80 ${T4}`]);
    expect(held.outcome?.dispositions).toContainEqual(
      expect.objectContaining({
        reason: 'held-no-address',
        detail: `its address ${IN6} does not pass yet: connection refused`,
      }),
    );
    after.health.clear();
    await after.run({});
    expect(after.values(CALC)).toEqual([`1 1 80 ${T6}`]);
  });

  it('adds AAAA record sets to those that stand, and changes no SRV record set', async () => {
    const around = shop('');
    await around.run({});
    const { after, run } = await change(around, 'dualstack');

    expect(reasonsOf(run)).toEqual(['published running ip-10-0-9-1']);
    expect(addresses(after)).toEqual(BOTH);
  });

  it('holds what has no address of the new family', async () => {
    const around = shop('', 'host', { ipv6: false });
    await around.run({});
    for (const family of ['dualstack', 'ipv6'] as const) {
      const { after } = await change(around, family);
      expect(after.values(CALC)).toEqual([`1 1 80 ${T4}`]);
    }
  });

  it.each([
    { from: 'dualstack', sets: BOTH },
    { from: 'ipv6', sets: [...ONE4, ...ONE6] },
  ] as const)('back from $from to ipv4 retires what is AAAA; left out it stays', async ({ from, sets }) => {
    const around = shop(from);
    await around.run({});
    const { after: silent } = await change(around, '');
    await silent.run({});
    expect(silent.values(CALC)).toEqual([`1 1 80 ${T4}`]);
    expect(addresses(silent)).toEqual(sets);

    const { after } = await change(silent, 'ipv4');
    await after.run({});
    await after.clock.advance(HOUR);
    await after.run({});
    expect(after.values(CALC)).toEqual([`1 1 80 ${T4}`]);
    expect(addresses(after)).toEqual(ONE4);
  });
});
