import { describe, expect, it } from 'vitest';
import { payloadsIn } from '../../functions/contracts/crossing.ts';
import { objectAt } from '../../functions/contracts/payloads.ts';
import { define, host } from '../support/fleet.ts';
import { mapped } from '../support/inventory.ts';
import { CALC, type Shop, shop } from '../support/shop.ts';
import { type Execution, type WorldOptions, ZONE, ZONE_ID } from '../support/world.ts';

/** Runs of several batches: what a later one needs of an earlier one, and how old a reading may be when each is applied. */

const NAMES = { [CALC]: 95, '_other._tcp': 95, '_third._tcp': 24 };
const LAST = '_third._tcp';

/** Three names with so many instances on each of the same four hosts: the second batch has the last, and needs the first. */
function threeNames(options: Omit<WorldOptions, 'beside'>): Shop {
  const around = shop(options);
  const homes = [around.home, ...[2, 3, 4].map((at) => host(around, 'shop', `10.0.2.${at}`))];
  for (const [index, [name, count]] of Object.entries(NAMES).entries()) {
    const definition = define(around, `name-${index}`, { names: { 8081: name } });
    for (const home of homes) {
      for (let at = 0; at < count; at += 1) around.task(30_000 + 1_000 * index + at, { home, definition });
    }
  }
  return around;
}

/** Targets of SRV values that stood in the zone, at whatever moment, before their address did (L9). */
function tooEarly({ aws }: Shop): ReadonlySet<string> {
  const found = new Set<string>();
  aws.route53.onChange(() => {
    const sets = aws.route53.recordSets(ZONE_ID);
    const addresses = new Set(sets.flatMap(({ Type, Name = '' }) => (Type === 'A' ? [Name] : [])));
    for (const { Type, ResourceRecords = [] } of sets) {
      const targets = Type === 'SRV' ? ResourceRecords.map(({ Value = '' }) => Value.split(' ')[3] ?? '') : [];
      for (const target of targets) if (!addresses.has(target)) found.add(target);
    }
  });
  return found;
}

/** What became of the two batches of the first pass. */
const results = ({ bucket }: Shop, { name }: Execution) =>
  Promise.all(
    [0, 1].map((index) => payloadsIn(mapped(bucket)).find(objectAt('applied', { execution: name, pass: 1 }, index))),
  );
const countsOf = (around: Shop) => Object.keys(NAMES).map((name) => around.values(name).length);

describe('a name whose addresses an earlier batch did not make is not sent before them', () => {
  const timedOut = () => Object.assign(new Error('Task timed out after 55.00 seconds'), { name: 'Sandbox.Timedout' });

  it.each([
    { row: 'the batch was never sent', fault: new Error('socket hang up'), times: 1, failed: 'ApplyBatch: Error' },
    { row: 'its function always dies', fault: timedOut(), times: 5, failed: 'ApplyBatch: Sandbox.Timedout × 5' },
  ])('where $row: the next round makes both', async ({ fault, times, failed }) => {
    let left = times;
    const around = threeNames({
      aroundStep: async (step, run) => {
        if (step !== 'ApplyBatch' || left === 0) return run();
        left -= 1;
        throw fault;
      },
    });
    const early = tooEarly(around);

    const run = await around.run({});

    expect(run.way).toEqual([failed, 'BatchUnknown', 'WaitForOthers']);
    const [first, second] = await results(around, run);
    expect(first).toBeUndefined();
    expect(second).toMatchObject({ applied: [], moved: expect.arrayContaining([`${LAST}.${ZONE}`]) });
    expect([...early]).toEqual([]);
    expect(countsOf(around)).toEqual([380, 380, 96]);
    expect(run.announced).toHaveLength(856);
  });

  it('where Route 53 refuses one of them: only what needs it waits', async () => {
    const around = threeNames({
      before: async ({ operation, input }) => {
        if (operation !== 'ChangeResourceRecordSets' || !JSON.stringify(input).includes('"ip-10-0-2-3.')) return;
        throw Object.assign(new Error('[The change of ip-10-0-2-3.ecs.shop.internal. is not permitted]'), {
          name: 'InvalidChangeBatch',
        });
      },
    });
    const early = tooEarly(around);

    const run = await around.run({});

    expect(run.end).toBe('ZoneInSync');
    expect([...early]).toEqual([]);
    expect(countsOf(around)).toEqual([285, 285, 72]);
    expect(run.announced).toHaveLength(642);
    expect(run.outcome?.quarantined.map(({ name }) => name)).toEqual([`ip-10-0-2-3.ecs.${ZONE}`]);
  });
});

describe('each batch asks for itself how old its reading is, whatever planning and earlier batches took', () => {
  it.each([
    { plan: 0, batch: 55, stale: [false, false] },
    { plan: 60, batch: 55, stale: [false, false] },
    { plan: 100, batch: 25, stale: [false, true] },
    { plan: 115, batch: 0, stale: [false, false] },
    { plan: 115, batch: 10, stale: [false, true] },
  ])('planned in $plan s and sent in $batch s each, within what their states allow: $stale', async (row) => {
    const seconds: Readonly<Record<string, number>> = { PlanChanges: row.plan, ApplyBatch: row.batch };
    let pass = 0;
    const around: Shop = threeNames({
      aroundStep: async (step, run) => {
        if (step === 'SnapshotZone') pass += 1;
        const result = await run();
        await around.clock.sleep(pass > 1 ? 0 : 1_000 * (seconds[step] ?? 0));
        return result;
      },
    });

    const run = await around.run({});

    const became = (await results(around, run)).map((result) => [result?.applied.length, result?.stale.length]);
    expect(became.map(([, stale = 0]) => stale > 0)).toEqual(row.stale);
    expect(became.map(([applied = 0]) => applied > 0)).toEqual(row.stale.map((stale) => !stale));
    expect(run.way).toEqual(row.stale.includes(true) ? ['WaitForOthers'] : []);
    expect(countsOf(around)).toEqual([380, 380, 96]);
  });
});
