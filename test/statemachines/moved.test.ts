import { describe, expect, it } from 'vitest';
import { define, host } from '../support/fleet.ts';
import { CALC, edit, eventRun, meanwhile, type Shop, shop, srv, target, told, value } from '../support/shop.ts';
import { type StillWorld, ZONE, ZONE_ID } from '../support/world.ts';

const NAME = `${CALC}.${ZONE}`;
const OTHER = '10.0.1.24';

const sets = ({ aws }: StillWorld, name: string) =>
  aws.route53.recordSets(ZONE_ID).filter(({ Name }) => Name === `${name}.${ZONE}`);

/** Everything at a name as it stands, replaced by the same with other attributes. */
const rewritten = async (around: Shop, name: string, about: object) => {
  const standing = sets(around, name).filter(({ Type }) => Type === 'SRV');
  await edit(around, [
    ...standing.map((ResourceRecordSet) => ({ Action: 'DELETE', ResourceRecordSet })),
    ...standing.map((set) => ({ Action: 'CREATE', ResourceRecordSet: { ...set, ...about } })),
  ]);
};
const made = (around: Shop, ResourceRecordSet: object) => edit(around, [{ Action: 'CREATE', ResourceRecordSet }]);

describe('what only a change of the zone explains is read and planned again, in the same run', () => {
  it.each<{ row: string; routing: string; change: (around: Shop) => Promise<void> }>([
    { row: 'another TTL', routing: 'weighted', change: (around) => rewritten(around, CALC, { TTL: 30 }) },
    { row: 'another TTL', routing: 'simple', change: (around) => rewritten(around, CALC, { TTL: 30 }) },
    {
      row: 'another value',
      routing: 'simple',
      change: (around) =>
        rewritten(around, CALC, {
          ResourceRecords: [{ Value: value('10.0.1.23', 32_768) }, { Value: '5 5 5 theirs.example.' }],
        }),
    },
    {
      row: 'a set of theirs',
      routing: 'weighted',
      change: (around) =>
        made(around, { ...srv(CALC, ['5 5 5 theirs.example.'], 5), SetIdentifier: 'theirs', Weight: 9 }),
    },
    {
      row: 'the very address set',
      routing: 'simple',
      change: (around) =>
        made(around, {
          Name: target(OTHER),
          Type: 'A',
          TTL: 3_600,
          ResourceRecords: [{ Value: OTHER }],
        }),
    },
    {
      row: 'the address set with another TTL',
      routing: 'multivalue',
      change: (around) => made(around, { Name: target(OTHER), Type: 'A', TTL: 9, ResourceRecords: [{ Value: OTHER }] }),
    },
  ])('$row ($routing)', async ({ routing, change }) => {
    const { around, somebody } = meanwhile(change, { ROUTING: routing });
    const next = host(around, 'shop', OTHER);
    around.task(32_768);
    await around.run({});

    somebody.comes = true;
    const run = await eventRun(around, () => around.task(32_768, { home: next }));

    expect(somebody.comes).toBe(false);
    expect(run.end).toBe('ZoneInSync');
    expect(run.outcome?.refused).toEqual([]);
    expect(run.outcome?.quarantined).toEqual([]);
    expect(around.values(CALC)).toContain(value(OTHER, 32_768));
    expect(told(run).filter((one) => one.endsWith('(new) 32768'))).toHaveLength(1);
    expect(around.aws.sqs.admin.peek('ecs-events')).toEqual([]);
  });

  it.each([
    { row: 'a CNAME', set: { Name: NAME, Type: 'CNAME', TTL: 60, ResourceRecords: [{ Value: 'x.example.' }] } },
    { row: 'a simple set', set: srv(CALC, ['5 5 5 theirs.example.']) },
    { row: 'a latency set', set: { ...srv(CALC, ['5 5 5 theirs.example.']), SetIdentifier: 'x', Region: 'eu-west-1' } },
  ])('$row of theirs at a new name is a conflict by then, not a refusal', async ({ set }) => {
    const { around, somebody } = meanwhile((shop) => made(shop, set), { ROUTING: 'weighted' });

    somebody.comes = true;
    const run = await eventRun(around, () => around.task(32_768));

    expect(run.end).toBe('ZoneInSync');
    expect(told(run)).toEqual(['left-out conflict 32768']);
    expect(run.outcome?.quarantined).toEqual([]);
    expect(run.states.filter((state) => state === 'SnapshotZone')).toHaveLength(2);
  });

  it('something else at the target of a new value: the value is not published, the rest of its name is', async () => {
    const set = { Name: target(OTHER), Type: 'CNAME', TTL: 60, ResourceRecords: [{ Value: 'lb.example.com' }] };
    const { around, somebody } = meanwhile((shop) => made(shop, set));
    const next = host(around, 'shop', OTHER);

    somebody.comes = true;
    around.task(32_768);
    around.task(32_769, { home: next });
    const run = await around.run({ trigger: 'schedule' });

    expect(run.end).toBe('ZoneInSync');
    expect(around.values(CALC)).toEqual([value('10.0.1.23', 32_768)]);
    expect(told(run)).toEqual(
      ['published healthy (new) 32768', expect.stringMatching(/^left-out (quarantined|conflict) 32769$/)].toSorted(),
    );
  });
});

describe('what another reading does not show is refused when it is met again', () => {
  it.each([
    'RRSet of type SRV with DNS name _calc._tcp.shop.internal. is not permitted as it conflicts with other records with the same DNS name in zone shop.internal.',
    'RRSet of type SRV with DNS name _calc._tcp.shop.internal. is not permitted because a conflicting RRSet of type  CNAME with the same DNS name already exists in zone shop.internal.',
    'RRSet with DNS name _calc._tcp.shop.internal., type SRV cannot be created as other RRSets exist with the same name and type.',
    'RRSet with DNS name _calc._tcp.shop.internal. and type SRV, SetIdentifier x cannot be created as weighted sets must contain the same TTL.',
  ])('%s', async (complaint) => {
    let met = 0;
    const around: Shop = shop({
      before: async ({ operation, input }) => {
        if (operation !== 'ChangeResourceRecordSets' || !JSON.stringify(input).includes(`"${NAME}"`)) return;
        met += 1;
        throw Object.assign(new Error(`[${complaint}]`), { name: 'InvalidChangeBatch' });
      },
    });
    around.task(32_768);
    around.task(32_769, { definition: define(around, 'time', { names: { 8081: '_time._tcp' } }) });

    const run = await around.run({ trigger: 'schedule' });

    expect(run.end).toBe('ZoneInSync');
    expect(met).toBe(2);
    expect(told(run)).toEqual(['left-out quarantined 32768', 'published running (new) 32769']);
    expect(run.outcome?.quarantined).toMatchObject([{ name: NAME, reason: complaint }]);
  });

  it('of an address set: only the instances at that address are left out', async () => {
    const around: Shop = shop({
      before: async ({ operation, input }) => {
        const hit = JSON.stringify(input).includes(`"${target(OTHER)}","Type":"A"`);
        if (operation !== 'ChangeResourceRecordSets' || !hit) return;
        const text = `[RRSet of type A with DNS name ${target(OTHER)} is not permitted as it conflicts with other records with the same DNS name in zone ${ZONE}]`;
        throw Object.assign(new Error(text), { name: 'InvalidChangeBatch' });
      },
    });
    const next = host(around, 'shop', OTHER);
    around.task(32_768);
    around.task(32_769, { home: next });

    const run = await around.run({ trigger: 'schedule' });

    expect(run.end).toBe('ZoneInSync');
    expect(around.values(CALC)).toEqual([value('10.0.1.23', 32_768)]);
    expect(told(run)).toEqual(['left-out quarantined 32769', 'published healthy (new) 32768']);
  });

  it('but a set that exists and that no reading shows stays contended: the readings are wrong', async () => {
    const around: Shop = shop({
      before: async ({ operation, input }) => {
        if (operation !== 'ChangeResourceRecordSets' || !JSON.stringify(input).includes(`"${NAME}"`)) return;
        const text = `[Tried to create resource record set [name='${NAME}', type='SRV'] but it already exists]`;
        throw Object.assign(new Error(text), { name: 'InvalidChangeBatch' });
      },
    });
    around.task(32_768);
    around.task(32_769, { definition: define(around, 'time', { names: { 8081: '_time._tcp' } }) });

    const run = await around.run({ trigger: 'schedule' });

    expect(run.end).toBe('ZoneContended');
    expect(run.outcome?.quarantined).toEqual([]);
    expect(around.values('_time._tcp')).toHaveLength(1);
  });

  it('but what others keep changing stays contended: that the next reading shows', async () => {
    const around: Shop = shop({
      before: async ({ operation }) => {
        if (operation !== 'ChangeResourceRecordSets') return;
        const text = `[Tried to delete resource record set [name='${NAME}', type='SRV'] but the values provided do not match the current values]`;
        throw Object.assign(new Error(text), { name: 'InvalidChangeBatch' });
      },
    });
    around.task(32_768);

    const run = await around.run({});

    expect(run.end).toBe('ZoneContended');
    expect(run.outcome?.quarantined).toEqual([]);
  });
});

describe('what would be refused again is quarantined in the first round', () => {
  it('a protected name', async () => {
    const around = shop();
    const input = {
      HostedZoneId: ZONE_ID,
      Protections: [{ RecordName: NAME, RecordType: 'SRV', Comment: 'it already exists' }],
    };
    const context = { region: 'us-east-1', accountId: '1', requestId: 'r' };
    await around.aws.route53.operations.CreateResourceRecordSetProtections?.(input as never, context);
    around.task(32_768);

    const run = await around.run({});

    expect(told(run)).toEqual(['left-out quarantined 32768']);
    expect(run.states.filter((state) => state === 'SnapshotZone')).toHaveLength(1);
  });
});
