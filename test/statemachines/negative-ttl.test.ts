import { describe, expect, it } from 'vitest';
import { define, host } from '../support/fleet.ts';
import { type StillWorld, type WorldOptions, world, ZONE, ZONE_ID } from '../support/world.ts';

const soaOf = ({ aws }: StillWorld) => {
  const soa = aws.route53.recordSets(ZONE_ID).find(({ Type }) => Type === 'SOA');
  const fields = soa?.ResourceRecords?.[0]?.Value?.split(' ') ?? [];
  return { ttl: soa?.TTL, minimum: Number(fields.at(-1)), rest: fields.slice(0, -1).join(' ') };
};
/** As Route 53 makes it. */
const FRESH = {
  ttl: 900,
  minimum: 86_400,
  rest: 'ns-1536.awsdns-00.co.uk. awsdns-hostmaster.amazon.com. 1 7200 900 1209600',
};

/** Somebody else changes the SOA, past all of our code. */
async function setSoa({ aws }: StillWorld, { ttl, minimum }: { ttl: number; minimum: number }) {
  const ResourceRecordSet = {
    Name: ZONE,
    Type: 'SOA',
    TTL: ttl,
    ResourceRecords: [{ Value: `${FRESH.rest} ${minimum}` }],
  };
  const input = { HostedZoneId: ZONE_ID, ChangeBatch: { Changes: [{ Action: 'UPSERT', ResourceRecordSet }] } };
  const context = { region: 'us-east-1', accountId: '1', requestId: 'r' };
  await aws.route53.operations.ChangeResourceRecordSets?.(input as never, context);
}

function shop(negativeTtl: string | undefined, options: Omit<WorldOptions, 'beside'> = {}): StillWorld {
  const around = world({ ...options, environment: negativeTtl === undefined ? {} : { NEGATIVE_TTL: negativeTtl } });
  around.aws.ecs.admin.createCluster('shop');
  const taskDefinition = define(around, 'calc', { names: { 8081: '_calc._tcp' } });
  const containerInstance = host(around, 'shop', '10.0.1.23');
  around.aws.ecs.admin.putTask({ cluster: 'shop', taskDefinition, containerInstance, hostPorts: { 8081: 32_768 } });
  return around;
}

describe('without being asked', () => {
  it('leaves the SOA alone, and says in each full run that clients stay blind', async () => {
    const around = shop(undefined);

    const runs = [await around.run({}), await around.run({})];

    expect(soaOf(around)).toEqual(FRESH);
    for (const { end, outcome } of runs) {
      expect(end).toBe('ZoneInSync');
      expect(outcome?.findings).toEqual([expect.stringMatching(/remember for 900 s .*negativeTtl lowers the SOA/)]);
    }
  });

  it.each([
    { ttl: 60, minimum: 86_400 },
    { ttl: 900, minimum: 60 },
  ])('says nothing of a zone that forgets within a minute: TTL $ttl, last field $minimum', async (soa) => {
    const around = shop(undefined);
    await setSoa(around, soa);

    const { outcome } = await around.run({});

    expect(outcome?.findings).toEqual([]);
  });
});

describe('negativeTtl', () => {
  it('lowers TTL and last field, keeps the rest, and then plans nothing', async () => {
    const around = shop('5');

    const first = await around.run({});
    const second = await around.run({});

    expect(first.end).toBe('ZoneInSync');
    expect(soaOf(around)).toEqual({ ...FRESH, ttl: 5, minimum: 5 });
    expect(first.outcome?.findings).toEqual([expect.stringContaining('lowers the SOA record set of the zone to 5 s')]);
    expect(around.values('_calc._tcp')).toHaveLength(1);
    expect(second.states).not.toContain('ApplyBatches');
    expect(second.outcome?.findings).toEqual([]);
  });

  it.each([
    { ttl: 5, minimum: 86_400 },
    { ttl: 900, minimum: 3 },
    { ttl: 0, minimum: 0 },
  ])('never raises what is low already: TTL $ttl, last field $minimum', async (soa) => {
    const around = shop('5');
    await setSoa(around, soa);

    await around.run({});

    expect(soaOf(around)).toMatchObject(soa);
  });

  it('changes nothing in a dry run, but says what it would', async () => {
    const around = shop('5');

    const { outcome } = await around.run({ dryRun: true });

    expect(soaOf(around)).toEqual(FRESH);
    expect(outcome?.findings).toEqual([expect.stringContaining('to 5 s')]);
  });

  it('overwrites nobody: an SOA that was changed meanwhile is left to the next run, the values go through', async () => {
    let edited = false;
    const around: StillWorld = shop('5', {
      beforeStep: async (step) => {
        if (step !== 'ApplyBatch' || edited) return;
        edited = true;
        await setSoa(around, { ttl: 300, minimum: 300 });
      },
    });

    const first = await around.run({});
    const meanwhile = soaOf(around);
    await around.run({});

    expect(first.end).toBe('ZoneInSync');
    expect(meanwhile).toMatchObject({ ttl: 300, minimum: 300 });
    expect(around.values('_calc._tcp')).toHaveLength(1);
    expect(soaOf(around)).toMatchObject({ ttl: 5, minimum: 5 });
  });

  it('goes in a batch of its own, as its permission wants it', async () => {
    const around = shop('5');

    await around.run({});

    const batches = [...around.bucket].filter(([key]) => /\/applied-\d+\.json$/.test(key));
    const applied = batches.map(
      ([, text]) => (JSON.parse(text) as { body: { applied: readonly string[] } }).body.applied,
    );
    expect(applied.filter((names) => names.includes(ZONE))).toEqual([[ZONE]]);
  });
});
