import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { OutcomeRecord } from '../../functions/contracts/outcome.ts';
import { metrics } from '../../functions/runtime/powertools.ts';
import { connectEvents, define, host, runStarted } from '../support/fleet.ts';
import { pauseZone } from '../support/paused.ts';
import { edit, srv, value } from '../support/shop.ts';
import { world } from '../support/world.ts';

const counted = vi.spyOn(metrics, 'addMetric');
beforeEach(() => void counted.mockClear());
const values = (metric: string) => counted.mock.calls.flatMap(([name, , value]) => (name === metric ? [value] : []));

function shop(options: Parameters<typeof world>[0] = {}) {
  const around = world(options);
  around.aws.ecs.admin.createCluster('shop');
  const taskDefinition = define(around, 'calc', { names: { 8081: '_calc._tcp' } });
  const containerInstance = host(around, 'shop', '10.0.1.23');
  const launch = () =>
    around.aws.ecs.admin.putTask({ cluster: 'shop', taskDefinition, containerInstance, hostPorts: { 8081: 32_768 } });
  return { ...around, launch };
}

describe('a full run that ended in sync', () => {
  it.each([
    { row: 'by hand', input: {}, expected: 1 },
    { row: 'on schedule', input: { trigger: 'schedule' }, expected: 1 },
    { row: 'without changing anything', input: { dryRun: true }, expected: 0 },
    { row: 'of some clusters only', input: { clusters: ['shop'] }, expected: 0 },
  ])('counts $expected when it ran $row', async ({ input, expected }) => {
    const around = shop();
    around.launch();

    const { end } = await around.run(input);

    expect(end).toBe('ZoneInSync');
    expect(values('FullRunsInSync')).toEqual([expected]);
  });

  it('counts nothing where it failed', async () => {
    const around = shop({
      beforeStep: (step) => {
        if (step === 'SnapshotZone') throw new Error('the zone is gone');
      },
    });

    const { end } = await around.run({});

    expect(end).toBe('RunFailed');
    expect(values('FullRunsInSync')).toEqual([0]);
  });
});

describe('a paused run', () => {
  /** One instance and twelve values that nothing explains, paused. */
  async function paused() {
    const around = shop();
    around.launch();
    await around.run({});
    const gone = Array.from({ length: 12 }, (_, index) => value('10.9.9.9', 1_000 + index));
    await edit(around, [{ Action: 'CREATE', ResourceRecordSet: srv('_old._tcp', gone) }]);
    await pauseZone(around);
    counted.mockClear();
    return around;
  }
  const names = () => new Set(counted.mock.calls.map(([name]) => name));

  it.each([
    { row: 'by hand', input: {} },
    { row: 'on schedule', input: { trigger: 'schedule' } },
  ])('counts as paused $row, and neither as in sync, held nor failed', async ({ input }) => {
    const around = await paused();

    const { end } = await around.run(input);

    expect(end).toBe('Paused');
    expect(values('RunsPaused')).toEqual([1]);
    expect(values('FullRunsInSync')).toEqual([0]);
    for (const metric of ['RunsInSync', 'RunsHeld', 'RunsFailed', 'RemovalsHeld', 'ValuesRemoved', 'ChangesApplied'])
      expect(names()).not.toContain(metric);
  });

  it('counts nothing as paused where it is a dry one', async () => {
    const around = await paused();

    await around.run({ dryRun: true });

    expect(names()).not.toContain('RunsPaused');
  });
});

describe('the latency of events', () => {
  it('is that of the oldest message, from the queue to a zone in sync', async () => {
    const around = shop();
    const events = connectEvents(around);
    around.launch();
    await events.settled();
    const queued = around.clock.now();
    await around.clock.advance(700);

    const [run] = await runStarted(around);

    expect(run?.end).toBe('ZoneInSync');
    expect(values('EventLatency')).toEqual([around.clock.now() - queued]);
    expect(values('EventLatency')[0]).toBeGreaterThan(0);
    expect(values('FullRunsInSync')).toEqual([0]);
    const { events: handled = 0, slowest } = run?.outcome?.latency ?? {};
    expect(handled).toBeGreaterThan(0);
    expect(slowest).toBe(values('EventLatency')[0]);
  });

  it('is counted in the run that settles them, not in one that fails before', async () => {
    let broken = true;
    const around = shop({
      beforeStep: (step) => {
        if (step === 'PlanChanges' && broken) throw new Error('not now');
      },
    });
    const events = connectEvents(around);
    around.launch();
    await events.settled();
    const [next] = around.started;
    around.started.length = 0;

    await around.run(next?.input, next?.name);
    const before = values('EventLatency').length;
    broken = false;
    await runStarted(around);

    expect(before).toBe(0);
    expect(
      outcomesIn(around)
        .filter(({ latency }) => latency)
        .map(({ state }) => state),
    ).toEqual(['in-sync']);
    expect(values('EventLatency')).toHaveLength(1);
  });
});

describe('the age of the oldest event', () => {
  it('counts from when it was queued, in every run that does not settle it, however often it was received', async () => {
    let broken = true;
    const around = shop({
      beforeStep: (step) => {
        if (step === 'PlanChanges' && broken) throw new Error('not now');
      },
    });
    const events = connectEvents(around);
    around.launch();
    await events.settled();
    const queued = around.clock.now();
    const ages: number[] = [];

    for (let runs = 0; runs < 5; runs += 1) {
      await around.clock.advance(400_000);
      await around.run({ trigger: 'schedule' });
      ages.push((around.clock.now() - queued) / 1_000);
    }
    const counted = values('OldestEventAge');
    broken = false;
    await around.clock.advance(3_600_000);
    await around.run({ trigger: 'schedule' });

    expect(counted.length).toBeGreaterThan(2);
    expect(ages).toEqual(expect.arrayContaining(counted));
    expect(Math.max(...counted)).toBeGreaterThan(900);
    expect(values('OldestEventAge')).toEqual(counted);
    expect(values('EventLatency')).toHaveLength(1);
  });
});

const outcomesIn = ({ bucket }: { readonly bucket: ReadonlyMap<string, string> }): readonly OutcomeRecord[] =>
  [...bucket].flatMap(([key, text]) => (key.startsWith('outcomes/') ? [JSON.parse(text).body] : []));
