import { beforeEach, expect, it, vi } from 'vitest';
import { metrics } from '../../functions/runtime/powertools.ts';
import { define } from '../support/fleet.ts';
import { CALC, edit, shop, srv } from '../support/shop.ts';
import { ZONE, ZONE_ID } from '../support/world.ts';

const counted = vi.spyOn(metrics, 'addMetric');
beforeEach(() => void counted.mockClear());
const last = (metric: string) => counted.mock.calls.findLast(([name]) => name === metric)?.[2];

const SCHEDULE = { trigger: 'schedule' };
const THEIRS = '5 5 5 db.example.';

it('counts nothing where nothing is in the way', async () => {
  const around = shop();
  around.task(32_768);

  await around.run(SCHEDULE);

  for (const metric of ['NamesQuarantined', 'NamesContended', 'NamesInConflict', 'QuotasNear', 'DeclarationsInvalid']) {
    expect([metric, last(metric)]).toEqual([metric, 0]);
  }
});

it('counts quarantined names in every run, also in one that does not try them', async () => {
  const around = shop();
  const input = { HostedZoneId: ZONE_ID, Protections: [{ RecordName: `${CALC}.${ZONE}`, RecordType: 'SRV' }] };
  const context = { region: 'us-east-1', accountId: '1', requestId: 'r' };
  await around.aws.route53.operations.CreateResourceRecordSetProtections?.(input as never, context);
  around.task(32_768);

  await around.run(SCHEDULE);
  const [quarantined, refused] = [last('NamesQuarantined'), last('NamesRefused')];
  await around.run(SCHEDULE);

  expect([quarantined, refused]).toEqual([1, 1]);
  expect(last('NamesQuarantined')).toBe(1);
});

it('counts names in conflict, not instances', async () => {
  const around = shop();
  await edit(around, [
    { Action: 'CREATE', ResourceRecordSet: { ...srv(CALC, [THEIRS]), SetIdentifier: 'blue', Weight: 1 } },
  ]);
  around.task(32_768);
  around.task(32_769);

  await around.run(SCHEDULE);

  expect(last('NamesInConflict')).toBe(1);
});

it('counts names that somebody else keeps rewriting', async () => {
  const around = shop();
  around.task(32_768);
  await around.run(SCHEDULE);
  for (let run = 0; run < 4; run += 1) {
    const [set] = around.aws.route53.recordSets(ZONE_ID).filter(({ Type }) => Type === 'SRV');
    await edit(around, [
      { Action: 'DELETE', ResourceRecordSet: set },
      { Action: 'CREATE', ResourceRecordSet: srv(CALC, [THEIRS]) },
    ]);
    await around.run(SCHEDULE);
  }

  expect(last('NamesContended')).toBe(1);
});

it('counts quotas that are nearly used up: 80 of 100 sets', async () => {
  const around = shop({ environment: { ROUTING: 'multivalue' } });
  for (let port = 0; port < 80; port += 1) around.task(30_000 + port);

  await around.run(SCHEDULE);

  expect(last('QuotasNear')).toBe(1);
});

it.each([
  { row: 'a label that is too long', declared: `${'x'.repeat(64)}._tcp`, reason: 'invalid-name' },
  { row: 'a name below the owner label', declared: 'x.ecs', reason: 'reserved-name' },
])('counts $row, which fails no run', async ({ declared, reason }) => {
  const around = shop();
  around.task(32_768, { definition: define(around, 'odd', { names: { 8081: declared } }) });

  const run = await around.run(SCHEDULE);

  expect(run.end).toBe('ZoneInSync');
  expect(run.outcome?.dispositions.map((one) => one.reason)).toEqual([reason]);
  expect(last('DeclarationsInvalid')).toBe(1);
});
