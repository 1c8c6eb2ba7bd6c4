import { describe, expect, it } from 'vitest';
import { grant } from '../../examples/local/cloud/permissions.ts';
import { zoneArn } from '../stand-ins/iam/needs.ts';
import { type Decision, iamStandIn } from '../stand-ins/iam.ts';
import { ACCOUNT } from '../stand-ins/in-memory-aws.ts';
import { OWNER, ZONE, ZONE_ID } from '../support/world.ts';
import { ADDRESS_NAME, addressRuns } from './address-drives.ts';
import { type Deployed, deployed } from './deployment.ts';

const ACTION = 'route53:ChangeResourceRecordSets';
const ALIAS = `${ADDRESS_NAME}.${ZONE}`.replace(/\.$/, '');
const SET = `${ADDRESS_NAME}._address.${OWNER}.${ZONE}`.replace(/\.$/, '');

const FAMILIES = [
  { family: undefined, types: ['A'] },
  { family: 'ipv4', types: ['A'] },
  { family: 'dualstack', types: ['A', 'AAAA'] },
  { family: 'ipv6', types: ['AAAA'] },
] as const;
const withFamily = (family: (typeof FAMILIES)[number]['family']): Deployed =>
  deployed(String(family), family ? { ADDRESS_FAMILY: family } : {}, () => (family ? { addressFamily: family } : {}));

const TYPES = ['A', 'AAAA', 'CAA', 'CNAME', 'DS', 'HTTPS', 'MX', 'NS', 'PTR', 'SOA', 'SRV', 'SVCB', 'TXT'];
/** Every verb of Route 53 with every type that could stand at a name. */
const CHANGES = ['CREATE', 'DELETE', 'UPSERT'].flatMap((verb) => TYPES.map((type) => [verb, type] as const));

/** What the zone has of the name in the course of its runs, and what was asked of the zone then. */
async function driven(of: Deployed) {
  const iam = iamStandIn({ accountId: ACCOUNT });
  const decisions: Decision[] = [];
  iam.onDecision((one) => decisions.push(one));
  grant(iam, of.deployment.permissions);
  const standing = await addressRuns(iam, of);
  return { standing, decisions, asked: decisions.filter(({ action }) => action === ACTION) };
}

const valuesOf = (decisions: readonly Decision[], key: string): readonly string[] =>
  [...new Set(decisions.flatMap(({ keys }) => keys[`${ACTION}${key}`] ?? []))].sort();

describe.each(FAMILIES)('an address name with addressFamily $family', { timeout: 60_000 }, ({ family, types }) => {
  const of = withFamily(family);

  it(`is made and taken away as ${types.join(' and ')}, and no other type is asked for`, async () => {
    const { standing, decisions, asked } = await driven(of);
    const sets = [ALIAS, SET].flatMap((name) => types.map((type) => `${name}. ${type}`)).sort();

    expect(decisions.filter(({ allowed }) => !allowed)).toEqual([]);
    expect(standing).toEqual([sets, sets, []]);
    expect(valuesOf(asked, 'NormalizedRecordNames')).toEqual(expect.arrayContaining([ALIAS, SET]));
    expect(valuesOf(asked, 'Actions')).toEqual(['CREATE', 'DELETE']);
    expect(valuesOf(asked, 'RecordTypes').includes('AAAA')).toBe(types.some((type) => type === 'AAAA'));
  });

  it('gives the right to exactly that: these types, made and deleted, in this zone, to one function', () => {
    const { permissions } = of.deployment;
    const iam = iamStandIn({ accountId: ACCOUNT });
    for (const role of permissions.roles) iam.putRole(role);
    const [own, others] = [ZONE_ID, 'Z0OTHERS'].map(zoneArn);

    const may = permissions.functions.flatMap(({ arn, roleArn }) =>
      [own, others].flatMap((resource = '') =>
        CHANGES.filter(([verb, type]) => {
          const keys = {
            [`${ACTION}Actions`]: [verb],
            [`${ACTION}RecordTypes`]: [type],
            [`${ACTION}NormalizedRecordNames`]: [type === 'AAAA' || type === 'A' ? ALIAS : SET],
          };
          return iam.allows({ roleArn }, { action: ACTION, resource, keys });
        }).map(
          ([verb, type]) =>
            `${arn === of.functionOf('ApplyBatch').arn ? 'ApplyBatch' : arn} ${verb} ${type} in ${resource}`,
        ),
      ),
    );

    const granted = family === undefined ? ['A', 'SRV', 'TXT'] : ['A', 'AAAA', 'SRV', 'TXT'];
    const wanted = granted.flatMap((type) =>
      ['CREATE', 'DELETE'].map((verb) => `ApplyBatch ${verb} ${type} in ${own}`),
    );
    expect(may.sort()).toEqual(wanted.sort());
  });

  it('is refused as a whole where one of its changes is of another type', () => {
    const { permissions } = of.deployment;
    const iam = iamStandIn({ accountId: ACCOUNT });
    for (const role of permissions.roles) iam.putRole(role);
    const by = permissions.functions.find(({ arn }) => arn === of.functionOf('ApplyBatch').arn);
    const ask = (...together: readonly string[]) =>
      iam.allows(
        { roleArn: by?.roleArn ?? '' },
        {
          action: ACTION,
          resource: zoneArn(ZONE_ID),
          keys: { [`${ACTION}Actions`]: ['CREATE', 'DELETE'], [`${ACTION}RecordTypes`]: together },
        },
      );

    expect({ own: ask('A', 'SRV'), alsoIpv6: ask('A', 'AAAA'), alsoCname: ask('A', 'CNAME') }).toEqual({
      own: true,
      alsoIpv6: family !== undefined,
      alsoCname: false,
    });
  });
});
