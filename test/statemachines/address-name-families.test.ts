import { describe, expect, it } from 'vitest';
import { lookUp } from '../stand-ins/dns/lookup.ts';
import { keyOfName } from '../stand-ins/dns/name.ts';
import { TYPE_CODES } from '../stand-ins/dns/record-data.ts';
import { seeded } from '../stand-ins/dns/seeded-random.ts';
import { addressesAt, addressShop, aliasSet, made, NAME, SET, standing } from '../support/address-shop.ts';
import { connectEvents, runStarted } from '../support/fleet.ts';
import { edit, reasons, redeployed } from '../support/shop.ts';
import { type StillWorld, ZONE, ZONE_ID } from '../support/world.ts';

const SCHEDULE = { trigger: 'schedule' };
const ALIAS = `→ ${SET}`;
const IN6 = '2001:db8::1';
const TWO6 = '2001:db8::2';
const OTHER = `calc._address.green.${ZONE}`;
type Family = 'ipv4' | 'dualstack' | 'ipv6' | '';

const shopOf = (family: Family, more: Record<string, string> = {}) =>
  addressShop({ environment: { ADDRESS_FAMILY: family, ...more } });
const both = (around: StillWorld, name: string) => [standing(around, name), standing(around, name, 'AAAA')];
const failing = { state: 'failing', cause: 'HTTP 503' } as const;

const answersOf = ({ aws }: StillWorld, type: 'A' | 'AAAA') => {
  const zone = { name: ZONE, recordSets: () => aws.route53.recordSets(ZONE_ID) };
  return lookUp({ name: keyOfName(NAME), type: TYPE_CODES[type] }, [zone], seeded(7)).answers.map((one) => one.type);
};

describe.each([
  { family: '', a: ['10.0.1.1'], aaaa: [] },
  { family: 'ipv4', a: ['10.0.1.1'], aaaa: [] },
  { family: 'dualstack', a: ['10.0.1.1'], aaaa: [IN6] },
  { family: 'ipv6', a: [], aaaa: [IN6] },
] as const)('with the family "$family"', ({ family, a, aaaa }) => {
  const aliasOf = (values: readonly string[]) => (values.length > 0 ? [ALIAS] : []);

  it('an address name has a set and an alias of each type that is asked for, until its instance stops', async () => {
    const around = shopOf(family);
    const task = around.place('10.0.1.1', { ipv6Address: IN6 });
    await around.run(SCHEDULE);
    const batches: number[] = [];
    around.aws.route53.onChange(({ changes }) => batches.push(changes.length));
    const again = await around.run(SCHEDULE);

    expect([again.end, batches]).toEqual(['ZoneInSync', []]);
    expect(both(around, SET)).toEqual([a, aaaa]);
    expect(both(around, NAME)).toEqual([aliasOf(a), aliasOf(aaaa)]);
    expect(answersOf(around, 'A')).toHaveLength(a.length);
    expect(answersOf(around, 'AAAA')).toHaveLength(aaaa.length);

    const events = connectEvents(around);
    around.aws.ecs.admin.updateTask(task, { lastStatus: 'STOPPED' });
    await events.settled();
    await runStarted(around);

    expect([both(around, SET), both(around, NAME)]).toEqual([
      [[], []],
      [[], []],
    ]);
    expect(batches).toHaveLength(1);
  });
});

describe('with both families', () => {
  it('an address that does not pass keeps the other one of its instance in its set', async () => {
    const around = shopOf('dualstack');
    around.health.set(`${IN6}:8080`, failing);
    around.place('10.0.1.1', { ipv6Address: IN6 });
    await around.run(SCHEDULE);

    expect(both(around, SET)).toEqual([['10.0.1.1'], []]);
    expect(both(around, NAME)).toEqual([[ALIAS], []]);

    around.health.clear();
    await around.run(SCHEDULE);
    expect(both(around, SET)).toEqual([['10.0.1.1'], [IN6]]);
  });

  it('a family of which nothing passes any more stays as it is, and so does its alias', async () => {
    const around = shopOf('dualstack');
    around.place('10.0.1.1', { ipv6Address: IN6 });
    around.place('10.0.1.2', { ipv6Address: TWO6 });
    await around.run(SCHEDULE);
    for (const address of [IN6, TWO6]) around.health.set(`${address}:8080`, failing);

    await around.run(SCHEDULE);

    expect(both(around, SET)).toEqual([
      ['10.0.1.1', '10.0.1.2'],
      [IN6, TWO6],
    ]);
    expect(both(around, NAME)).toEqual([[ALIAS], [ALIAS]]);
  });

  it('an instance without an IPv6 address is published by the address that it has', async () => {
    const around = shopOf('dualstack');
    around.place('10.0.1.1');

    const run = await around.run(SCHEDULE);

    expect(reasons(run)).toEqual(['left-out no-address', 'published healthy']);
    expect([both(around, SET), both(around, NAME)]).toEqual([
      [['10.0.1.1'], []],
      [[ALIAS], []],
    ]);
  });

  it('an IPv6 address that is another by now is exchanged', async () => {
    const around = shopOf('dualstack');
    const task = around.place('10.0.1.1', { ipv6Address: IN6 });
    await around.run(SCHEDULE);
    around.aws.ecs.admin.updateTask(task, { lastStatus: 'STOPPED' });
    around.place('10.0.1.1', { ipv6Address: TWO6 });

    await around.run(SCHEDULE);

    expect(both(around, SET)).toEqual([['10.0.1.1'], [TWO6]]);
  });

  it('another spelling is the same address', async () => {
    const around = shopOf('dualstack');
    around.place('10.0.1.1', { ipv6Address: IN6 });
    await around.run(SCHEDULE);
    const respelled = addressesAt(SET, ['2001:0DB8:0:0::1'], { Type: 'AAAA' });
    await edit(around, [{ Action: 'UPSERT', ResourceRecordSet: { ...respelled, TTL: 5 } }]);
    around.place('10.0.1.2', { ipv6Address: TWO6 });

    const run = await around.run(SCHEDULE);

    expect(run.end).toBe('ZoneInSync');
    expect(standing(around, SET, 'AAAA')).toEqual(['2001:0DB8:0:0::1', TWO6]);
  });

  it('what others have of type AAAA at the name keeps out IPv6 alone', async () => {
    const around = shopOf('dualstack');
    await made(around, addressesAt(NAME, ['2001:db8::99'], { Type: 'AAAA' }));
    around.place('10.0.1.1', { ipv6Address: IN6 });

    const run = await around.run(SCHEDULE);

    expect(reasons(run)).toEqual(['left-out conflict', 'published healthy']);
    expect(run.outcome?.dispositions).toContainEqual(
      expect.objectContaining({ detail: `an AAAA record set of others stands at ${NAME}` }),
    );
    expect(both(around, SET)).toEqual([['10.0.1.1'], []]);
    expect(both(around, NAME)).toEqual([[ALIAS], ['2001:db8::99']]);
  });

  it('a weighted alias weighs as many as its type has addresses', async () => {
    const around = shopOf('dualstack', { ROUTING: 'weighted' });
    const green = { Type: 'AAAA', SetIdentifier: 'green', Weight: 3 };
    await made(around, addressesAt(OTHER, ['2001:db8::99'], { Type: 'AAAA' }), aliasSet(NAME, OTHER, green));
    around.place('10.0.1.1', { ipv6Address: IN6 });
    around.place('10.0.1.2');

    await around.run(SCHEDULE);

    expect(both(around, NAME)).toEqual([[`${ALIAS} ecs 2`], [`${ALIAS} ecs 1`, `→ ${OTHER} green 3`]]);
  });
});

describe('another family after an update', () => {
  it('moves every address when the new one passes, in one batch, there and back', async () => {
    const around = shopOf('ipv4');
    around.place('10.0.1.1', { ipv6Address: IN6 });
    await around.run(SCHEDULE);
    around.health.set(`${IN6}:8080`, failing);
    const in6 = redeployed(around, { ADDRESS_FAMILY: 'ipv6' });
    const held = await in6.run(SCHEDULE);
    expect(reasons(held)).toEqual(['left-out starting', 'published held-no-address']);
    expect(both(in6, NAME)).toEqual([[ALIAS], []]);

    in6.health.clear();
    const batches: number[] = [];
    around.aws.route53.onChange(({ changes }) => batches.push(changes.length));
    const moved = await in6.run(SCHEDULE);
    expect(reasons(moved)).toEqual(['published healthy', 'removed replaced']);
    expect([both(in6, SET), both(in6, NAME)]).toEqual([
      [[], [IN6]],
      [[], [ALIAS]],
    ]);
    expect(batches).toEqual([4]);

    const back = redeployed(in6, { ADDRESS_FAMILY: 'ipv4' });
    await back.run(SCHEDULE);
    expect([both(back, SET), both(back, NAME)]).toEqual([
      [['10.0.1.1'], []],
      [[ALIAS], []],
    ]);
  });

  it('leaves what is AAAA to nobody where the family is left out, and keeps the rest of the name', async () => {
    const around = shopOf('dualstack');
    around.place('10.0.1.1', { ipv6Address: IN6 });
    await around.run(SCHEDULE);

    const silent = redeployed(around, { ADDRESS_FAMILY: '' });
    silent.aws.route53.onChange(({ changes }) =>
      expect(changes.map(({ before, after }) => (after ?? before)?.Type)).not.toContain('AAAA'),
    );
    around.place('10.0.1.2', { ipv6Address: TWO6 });
    const run = await silent.run(SCHEDULE);
    expect(run.end).toBe('ZoneInSync');
    expect(both(silent, SET)).toEqual([['10.0.1.1', '10.0.1.2'], [IN6]]);
    expect(both(silent, NAME)).toEqual([[ALIAS], [ALIAS]]);
  });

  it('takes IPv6 away where it says `ipv4`', async () => {
    const around = shopOf('dualstack');
    around.place('10.0.1.1', { ipv6Address: IN6 });
    await around.run(SCHEDULE);

    const after = redeployed(around, { ADDRESS_FAMILY: 'ipv4' });
    const run = await after.run(SCHEDULE);

    expect(reasons(run)).toEqual(['published healthy', 'removed replaced']);
    expect([both(after, SET), both(after, NAME)]).toEqual([
      [['10.0.1.1'], []],
      [[ALIAS], []],
    ]);
  });
});
