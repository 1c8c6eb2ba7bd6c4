import { describe, expect, it } from 'vitest';
import { addressesAt, addressShop, aliasSet, made, NAME, SET, standing } from '../support/address-shop.ts';
import { define, host } from '../support/fleet.ts';
import { reasons, redeployed } from '../support/shop.ts';
import { type StillWorld, world, ZONE } from '../support/world.ts';

/** Where an address of one family has no place, or its host drains, the clients of the other one lose nothing by it. */

const SCHEDULE = { trigger: 'schedule' };
const IN4 = '10.0.1.1';
const IN6 = '2001:db8::1';
const TARGET6 = `ip6-20010db8000000000000000000000001.ecs.${ZONE}`;
const both = (around: StillWorld, name: string) => [standing(around, name), standing(around, name, 'AAAA')];
const ALIAS = `→ ${SET}`;

describe('with another family, an instance whose new address has no place keeps the one of before', () => {
  const [A_OF_OTHERS, AAAA_OF_OTHERS] = [
    addressesAt(NAME, ['10.9.9.9']),
    { Name: NAME, Type: 'AAAA' as const, TTL: 5, ResourceRecords: [{ Value: '2001:db8::99' }] },
  ];

  it.each([
    { from: 'ipv4', to: 'ipv6', theirs: AAAA_OF_OTHERS, stands: [[IN4], []], alias: [[ALIAS], ['2001:db8::99']] },
    { from: 'ipv6', to: 'ipv4', theirs: A_OF_OTHERS, stands: [[], [IN6]], alias: [['10.9.9.9'], [ALIAS]] },
  ])('under an address name, from $from to $to', async ({ from, to, theirs, stands, alias }) => {
    const around = addressShop({ environment: { ADDRESS_FAMILY: from } });
    await made(around, theirs);
    around.place(IN4, { ipv6Address: IN6 });
    await around.run(SCHEDULE);
    const after = redeployed(around, { ADDRESS_FAMILY: to });

    const first = await after.run(SCHEDULE);
    const again = await after.run(SCHEDULE);

    for (const run of [first, again]) expect(reasons(run)).toEqual(['left-out conflict', 'published held-no-address']);
    expect(both(around, SET)).toEqual(stands);
    expect(both(around, NAME)).toEqual(alias);
  });

  it('under a name of SRV, where something of others stands at its target', async () => {
    const around = world({ environment: { ADDRESS_FAMILY: 'ipv4', HEALTH_CHECK: 'off' } });
    const { admin } = around.aws.ecs;
    admin.createCluster('shop');
    const taskDefinition = define(around, 'calc', {
      environment: { SERVICE_8080_NAME: 'calc' },
      networkMode: 'awsvpc',
    });
    admin.putTask({ cluster: 'shop', taskDefinition, address: IN4, elasticInterface: { ipv6Address: IN6 } });
    await around.run(SCHEDULE);
    await made(around, { Name: TARGET6, Type: 'AAAA', TTL: 5, ResourceRecords: [{ Value: '2001:db8::77' }] });

    const run = await redeployed(around, { ADDRESS_FAMILY: 'ipv6' }).run(SCHEDULE);

    expect(reasons(run)).toEqual(['left-out quarantined', 'published held-no-address']);
    expect(around.values('calc')).toEqual([`1 1 8080 ip-10-0-1-1.ecs.${ZONE}`]);
  });
});

describe('a host that drains takes away nothing that is the last of its family under an address name', () => {
  /** An instance on a host of its own, the first one with an IPv6 address. */
  function shop() {
    const around = world({
      environment: {
        ADDRESS_FAMILY: 'dualstack',
        ON_DRAINING: 'deregister',
        HEALTH_CHECK: 'off',
        ROUTING: 'weighted',
      },
    });
    const { admin } = around.aws.ecs;
    admin.createCluster('shop');
    const taskDefinition = define(around, 'calc', {
      environment: { SERVICE_8080_ADDRESS_NAME: 'calc' },
      networkMode: 'awsvpc',
    });
    const place = (address: string, ipv6Address?: string) => {
      const containerInstance = host(around, 'shop', address.replace('10.0.1', '10.0.9'));
      const elasticInterface = ipv6Address === undefined ? {} : { elasticInterface: { ipv6Address } };
      admin.putTask({ cluster: 'shop', taskDefinition, containerInstance, address, ...elasticInterface });
      return containerInstance;
    };
    const drain = (containerInstance: string) =>
      admin.updateContainerInstance(containerInstance, { status: 'DRAINING' });
    return { around, place, drain };
  }

  it('where the other instance has none of it', async () => {
    const { around, place, drain } = shop();
    const first = place(IN4, IN6);
    place('10.0.1.2');
    await around.run(SCHEDULE);
    drain(first);

    const run = await around.run(SCHEDULE);

    expect(both(around, SET)).toEqual([['10.0.1.2'], [IN6]]);
    expect(both(around, NAME)).toEqual([[`${ALIAS} ecs 1`], [`${ALIAS} ecs 1`]]);
    expect(reasons(run)).toContain('removed host-draining');
  });

  it('where others keep that of the other instance out', async () => {
    const { around, place, drain } = shop();
    const first = place(IN4, IN6);
    await around.run(SCHEDULE);
    const theirs = `db.${ZONE}`;
    await made(
      around,
      { Name: theirs, Type: 'AAAA', TTL: 5, ResourceRecords: [{ Value: '2001:db8::99' }] },
      { ...aliasSet(NAME, theirs, { SetIdentifier: 'x', Weight: 3 }), Type: 'AAAA' },
    );
    place('10.0.1.2', '2001:db8::2');
    drain(first);

    await around.run(SCHEDULE);
    const again = await around.run(SCHEDULE);

    expect(both(around, SET)).toEqual([['10.0.1.2'], [IN6]]);
    expect(again.end).toBe('ZoneInSync');
  });
});
