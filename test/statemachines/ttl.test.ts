import { describe, expect, it } from 'vitest';
import { define, host } from '../support/fleet.ts';
import { CALC, edit, eventRun, type Shop, shop, srv, value } from '../support/shop.ts';
import { ZONE, ZONE_ID } from '../support/world.ts';

const ttlsAt = ({ aws }: Shop) => [
  ...new Set(
    aws.route53
      .recordSets(ZONE_ID)
      .flatMap(({ Name, Type, TTL }) => (Name === `${CALC}.${ZONE}` && Type === 'SRV' ? [TTL] : [])),
  ),
];

/** A shop whose tasks each say what TTL they want, on two hosts. */
function declaring(environment: Readonly<Record<string, string>> = {}) {
  const around = shop({ environment });
  const other = host(around, 'shop', '10.0.1.24');
  const task = (port: number, ttl?: number, home = around.home) => {
    const own = ttl === undefined ? {} : { SERVICE_8081_TTL: `${ttl}` };
    const definition = define(around, `calc-${ttl ?? 'plain'}`, { names: { 8081: CALC }, environment: own });
    return around.task(port, { definition, home });
  };
  return { around, other, task };
}

describe.each(['simple', 'weighted', 'multivalue'])('a name whose instances declare TTLs, %s', (ROUTING) => {
  it('has the lowest of them, by whichever run, and keeps it while an event shows only some of them', async () => {
    const { around, other, task } = declaring({ ROUTING });
    task(32_768, 60);
    const lowest = task(32_769, 30, other);
    await around.run({});
    const first = ttlsAt(around);

    await eventRun(around, () => task(32_770, 120));
    const withMore = ttlsAt(around);
    await eventRun(around, () => around.aws.ecs.admin.stopTask(lowest));
    const withLess = ttlsAt(around);
    await around.run({});

    expect([first, withMore, withLess, ttlsAt(around)]).toEqual([[30], [30], [60], [60]]);
  });

  it('is in sync then: a further run plans nothing', async () => {
    const { around, task } = declaring({ ROUTING });
    task(32_768, 60);
    task(32_769, 30);
    await around.run({});

    const writes = around.called.get('ChangeResourceRecordSets');

    await around.run({});

    expect(around.called.get('ChangeResourceRecordSets')).toBe(writes);
  });
});

it.each([{ MINIMUM_TTL: '2', ttl: 2 }, { MINIMUM_TTL: '0', ttl: 1 }, { ttl: 5 }])(
  'the minimum is $MINIMUM_TTL: a TTL of 1 s becomes $ttl s',
  async ({ ttl, ...environment }) => {
    const { around, task } = declaring(environment);
    task(32_768, 1);

    await around.run({});

    expect(ttlsAt(around)).toEqual([ttl]);
  },
);

it('a record set that holds values of others keeps its TTL', async () => {
  const { around, task } = declaring();
  await edit(around, [{ Action: 'CREATE', ResourceRecordSet: srv(CALC, ['5 5 5 db.example.']) }]);
  task(32_768, 30);

  await around.run({});

  expect(ttlsAt(around)).toEqual([60]);
  expect(around.values(CALC)).toEqual(['5 5 5 db.example.', value('10.0.1.23', 32_768)].sort());
});

it('instances that differ are a finding, with what stands', async () => {
  const { around, task } = declaring();
  task(32_768, 60);
  task(32_769, 30);
  task(32_770);

  const { outcome } = await around.run({});

  expect(outcome?.findings).toContain(
    `${CALC}.${ZONE}: its instances declare different TTLs, 30 s, 60 s, none: 5 s stand`,
  );
});
