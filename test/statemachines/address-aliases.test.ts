import { describe, expect, it } from 'vitest';
import { ACCOUNT, REGION } from '../stand-ins/in-memory-aws.ts';
import { addressesAt, addressShop, aliasSet, made, NAME, names, SET, standing } from '../support/address-shop.ts';
import { edit, reasons, redeployed } from '../support/shop.ts';
import { OWNER, ZONE } from '../support/world.ts';

const SCHEDULE = { trigger: 'schedule' };
const ALIAS = `→ ${SET}`;
const OTHER = `calc._address.green.${ZONE}`;

describe('what others have at the name', () => {
  const theirs = addressesAt(OTHER, ['10.9.9.9']);

  it.each([
    {
      row: 'an address set',
      sets: [addressesAt(NAME, ['10.9.9.9'])],
      says: `an A record set of others stands at ${NAME}`,
    },
    {
      row: 'a CNAME',
      sets: [{ Name: NAME, Type: 'CNAME', TTL: 5, ResourceRecords: [{ Value: 'x.example' }] }],
      says: `a CNAME record set (x.example) of others stands at ${NAME}`,
    },
    {
      row: 'an alias of another deployment',
      sets: [theirs, aliasSet(NAME, OTHER)],
      says: `an alias of owner label "green" stands at ${NAME}`,
    },
    {
      row: 'an alias to anything else',
      sets: [addressesAt(`db.${ZONE}`, ['10.9.9.9']), aliasSet(NAME, `db.${ZONE}`)],
      says: `an alias of others stands at ${NAME}`,
    },
    {
      row: 'a weighted alias, where we are not weighted',
      sets: [theirs, aliasSet(NAME, OTHER, { SetIdentifier: 'green', Weight: 3 })],
      says: `a weighted alias of owner label "green" stands at ${NAME}`,
    },
  ])('is reported and left as it is: $row', async ({ sets, says }) => {
    const around = addressShop();
    await made(around, ...sets);
    const before = names(around);
    around.place('10.0.1.1');

    const run = await around.run(SCHEDULE);

    expect(run.outcome?.dispositions).toMatchObject([{ outcome: 'left-out', reason: 'conflict', detail: says }]);
    expect(names(around)).toEqual(before);
  });

  it('is in nobody’s way where it is of another type', async () => {
    const around = addressShop();
    await made(
      around,
      { Name: NAME, Type: 'AAAA', TTL: 5, ResourceRecords: [{ Value: '2001:db8::1' }] },
      { Name: NAME, Type: 'TXT', TTL: 5, ResourceRecords: [{ Value: '"x"' }] },
    );
    around.place('10.0.1.1');

    await around.run(SCHEDULE);

    expect(standing(around, NAME)).toEqual([ALIAS]);
    expect(standing(around, NAME, 'AAAA')).toEqual(['2001:db8::1']);
  });

  it('stays, and so do our addresses, when it takes the place of our alias', async () => {
    const around = addressShop();
    around.place('10.0.1.1');
    await around.run(SCHEDULE);
    await edit(around, [
      { Action: 'DELETE', ResourceRecordSet: aliasSet(NAME, SET) },
      { Action: 'CREATE', ResourceRecordSet: addressesAt(NAME, ['10.9.9.9']) },
    ]);
    around.place('10.0.1.2');

    const run = await around.run(SCHEDULE);

    expect(reasons(run)).toEqual(['left-out conflict', 'published healthy']);
    expect(standing(around, NAME)).toEqual(['10.9.9.9']);
    expect(standing(around, SET)).toEqual(['10.0.1.1']);
  });
});

describe('weighted routing', () => {
  const weighted = { environment: { ROUTING: 'weighted' } };

  it('has a weighted alias of as much weight as there are instances, beside that of another deployment', async () => {
    const around = addressShop(weighted);
    await made(around, addressesAt(OTHER, ['10.9.9.9']), aliasSet(NAME, OTHER, { SetIdentifier: 'green', Weight: 3 }));
    for (const address of ['10.0.1.1', '10.0.1.2']) around.place(address);

    await around.run(SCHEDULE);
    const both = standing(around, NAME);
    around.place('10.0.1.3');
    await around.run(SCHEDULE);

    expect(both).toEqual([`${ALIAS} ecs 2`, `→ ${OTHER} green 3`]);
    expect(standing(around, NAME)).toEqual([`${ALIAS} ecs 3`, `→ ${OTHER} green 3`]);
    expect(standing(around, SET)).toEqual(['10.0.1.1', '10.0.1.2', '10.0.1.3']);
  });

  it('of somebody who has our identifier is a conflict', async () => {
    const around = addressShop(weighted);
    await made(around, addressesAt(OTHER, ['10.9.9.9']), aliasSet(NAME, OTHER, { SetIdentifier: 'ecs', Weight: 3 }));
    around.place('10.0.1.1');

    const run = await around.run(SCHEDULE);

    expect(reasons(run)).toEqual(['left-out conflict']);
  });

  it('gives way to a simple alias, and the other way round, in one batch', async () => {
    const around = addressShop(weighted);
    around.place('10.0.1.1');
    await around.run(SCHEDULE);
    const first = standing(around, NAME);
    const simple = redeployed(around);

    await simple.run(SCHEDULE);

    expect(first).toEqual([`${ALIAS} ecs 1`]);
    expect(standing(around, NAME)).toEqual([ALIAS]);
  });
});

describe('what is below `_address` is ours', () => {
  it('so an address by hand leaves, and an alias that was taken away comes back', async () => {
    const around = addressShop();
    around.place('10.0.1.1');
    await around.run(SCHEDULE);
    await edit(around, [
      { Action: 'DELETE', ResourceRecordSet: aliasSet(NAME, SET) },
      { Action: 'UPSERT', ResourceRecordSet: addressesAt(SET, ['10.0.1.1', '10.7.7.7']) },
    ]);

    const run = await around.run(SCHEDULE);

    expect(reasons(run)).toEqual(['published healthy', 'removed unexplained']);
    expect(standing(around, SET)).toEqual(['10.0.1.1']);
    expect(standing(around, NAME)).toEqual([ALIAS]);
  });

  it('an alias whose addresses are gone goes too, one of another name does not', async () => {
    const around = addressShop();
    await made(around, addressesAt(SET, ['10.0.1.1']), aliasSet(NAME, SET), aliasSet(`www.${ZONE}`, SET), {
      Name: `${OWNER}.${ZONE}`,
      Type: 'TXT',
      TTL: 5,
      ResourceRecords: [{ Value: `"ecs-service-discovery-dns deployment=${ACCOUNT}/${REGION}/test"` }],
    });
    await edit(around, [{ Action: 'DELETE', ResourceRecordSet: addressesAt(SET, ['10.0.1.1']) }]);

    await around.run(SCHEDULE);

    expect(standing(around, NAME)).toEqual([]);
    expect(standing(around, `www.${ZONE}`)).toEqual([`→ ${SET}`]);
  });
});
