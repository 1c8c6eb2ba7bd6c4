import { describe, expect, it } from 'vitest';
import { ownerSubtree } from '../../functions/domain/dns/ownership.ts';
import { ACCOUNT, REGION } from '../stand-ins/in-memory-aws.ts';
import { NAMING } from '../support/builders.ts';
import { PAUSED_SINCE, pauseZone, resumeZone } from '../support/paused.ts';
import { CALC, edit, eventRun, hashIn, reasons, type Shop, shop, srv, value } from '../support/shop.ts';
import { type StillWorld, ZONE_ID } from '../support/world.ts';

const HOUR = 3_600_000;
const FIVE_MINUTES = 300_000;

const zoneOf = ({ aws }: StillWorld) => structuredClone(aws.route53.recordSets(ZONE_ID));

/** So many tasks of calc, published, then paused. */
async function pausedWith(tasks: number, options: Parameters<typeof shop>[0] = {}) {
  const around = shop(options);
  const arns = Array.from({ length: tasks }, (_, index) => around.task(32_768 + index));
  await around.run({});
  await pauseZone(around);
  return { around, arns };
}

/** Runs of the schedule for so long. */
async function scheduled(around: Shop, milliseconds: number) {
  const ends = new Set<string>();
  for (let passed = 0; passed < milliseconds; passed += FIVE_MINUTES) {
    await around.clock.run(around.clock.sleep(FIVE_MINUTES));
    ends.add((await around.run({ trigger: 'schedule' })).end);
  }
  return [...ends];
}

describe('while a deployment is paused', () => {
  it.each([
    { row: 'the schedule', input: { trigger: 'schedule' } },
    { row: 'a person', input: {} },
    { row: 'a person who names clusters', input: { clusters: ['shop'] } },
  ])('a run of $row plans and reports, and leaves the zone as it is', async ({ input }) => {
    const { around, arns } = await pausedWith(2);
    around.aws.ecs.admin.stopTask(arns[0] ?? '');
    around.task(33_000);
    const before = zoneOf(around);

    const run = await around.run(input);

    expect(run.end).toBe('Paused');
    expect(run.result.status).toBe('SUCCEEDED');
    expect(zoneOf(around)).toEqual(before);
    expect(reasons(run)).toEqual(['left-out paused', 'published healthy', 'published held-paused']);
    expect(run.outcome).toMatchObject({ state: 'paused', paused: { since: PAUSED_SINCE, by: 'anna' } });
    expect(run.outcome?.findings[0]).toBe(
      'paused since 2026-11-27 23:45:00 UTC by anna (the database moves): 2 changes wait (1 to publish, 1 to remove) for ecssd resume',
    );
    expect(run.outcome?.stands).toEqual({ changes: 0, values: 2, unsure: 0 });
    expect(run.announced).toEqual([]);
  });

  it('a run of events does too, and its wake-ups are gone', async () => {
    const { around } = await pausedWith(1);
    const before = zoneOf(around);

    const run = await eventRun(around, () => around.task(33_000));

    expect(run.end).toBe('Paused');
    expect(zoneOf(around)).toEqual(before);
    expect(reasons(run)).toEqual(['left-out paused', 'published healthy']);
    expect(around.called.get('DeleteMessageBatch')).toBe(1);
    expect(around.started).toEqual([]);
  });

  it('an approval removes nothing, and holds of removals fail no run', async () => {
    const around = shop();
    const gone = Array.from({ length: 12 }, (_, index) => value('10.9.9.9', 1_000 + index));
    await edit(around, [{ Action: 'CREATE', ResourceRecordSet: srv(CALC, gone) }]);
    around.task(30_000);
    const approve = hashIn(await around.run({}));
    await pauseZone(around);

    const held = await around.run({});
    const approved = await around.run({ approve });

    expect([held.end, approved.end]).toEqual(['Paused', 'Paused']);
    expect(around.values(CALC)).toHaveLength(13);
    expect(approved.outcome?.approval).toMatchObject({ approved: 12, removed: 0 });
    expect(approved.outcome?.approval?.standing[0]?.reason).toBe('held-paused');
  });

  it('a dry run says what would change, and that nothing does', async () => {
    const { around } = await pausedWith(1);
    around.task(33_000);

    const run = await around.run({ dryRun: true });

    expect(run.end).toBe('ZoneInSync');
    expect(reasons(run)).toEqual(['published healthy', 'published healthy']);
  });

  it('neither a task is stopped for its health nor the SOA lowered', async () => {
    const options = { environment: { ON_UNHEALTHY: 'deregister-and-stop', NEGATIVE_TTL: '5' } };
    const { around, arns } = await pausedWith(3, options);
    around.health.set('10.0.1.23:32768', { state: 'failing', cause: '500' });
    const soa = { ...around.aws.route53.recordSets(ZONE_ID).find(({ Type }) => Type === 'SOA'), TTL: 900 };
    await edit(around, [{ Action: 'UPSERT', ResourceRecordSet: soa }]);
    const before = zoneOf(around);

    await around.run({});
    const run = await around.run({});

    expect(run.end).toBe('Paused');
    expect(run.outcome?.stopped).toEqual([]);
    expect(around.called.get('StopTask') ?? 0).toBe(0);
    expect(zoneOf(around)).toEqual(before);
    expect(arns).toHaveLength(3);
  });

  it('addresses are neither made, marked nor removed', async () => {
    const { around, arns } = await pausedWith(1);
    around.aws.ecs.admin.stopTask(arns[0] ?? '');
    const before = zoneOf(around);

    await scheduled(around, 3 * HOUR);

    expect(zoneOf(around)).toEqual(before);
  });

  it('what fails still fails, and says what stands', async () => {
    let broken = false;
    const { around } = await pausedWith(2, {
      beforeStep: async (step) => {
        if (broken && step === 'CompleteReading') throw new Error('no answer');
      },
    });
    broken = true;

    const run = await around.run({});

    expect(run.end).toBe('RunFailed');
    expect('cause' in run.result && run.result.cause).toContain('(nothing changed, 2 values stand)');
  });
});

describe('a run that the pause overtakes', () => {
  it('sends what it has planned, and only plans from the next reading of the zone on', async () => {
    const late = { pauses: false };
    const around: Shop = shop({
      beforeStep: async (step) => {
        if (step !== 'ApplyBatch' || !late.pauses) return;
        late.pauses = false;
        await pauseZone(around);
        around.aws.ecs.admin.stopTask(first);
      },
    });
    const first = around.task(32_768);
    await around.run({});
    around.task(32_769);
    late.pauses = true;

    const run = await around.run({});

    expect(run.end).toBe('ZoneInSync');
    expect(around.values(CALC)).toHaveLength(2);
    expect((await around.run({})).end).toBe('Paused');
  });

  it('counts what it has changed before, in a round that finds the pause', async () => {
    const late = { pauses: false };
    const around: Shop = shop({
      beforeStep: async (step) => {
        if (step !== 'VerifyChanges' || !late.pauses) return;
        late.pauses = false;
        await pauseZone(around);
        around.aws.ecs.admin.stopTask(second);
      },
    });
    around.task(32_768);
    await around.run({});
    const second = around.task(32_769);
    late.pauses = true;

    const run = await around.run({});

    expect(run.end).toBe('Paused');
    expect(around.values(CALC)).toHaveLength(2);
    expect(run.outcome?.stands).toMatchObject({ changes: 1, values: 2 });
    expect(reasons(run)).toContain('published held-paused');
    expect(run.announced).toHaveLength(1);
  });
});

describe('once it is resumed', () => {
  it('the next full run makes all that has waited, and a further one finds nothing', async () => {
    const { around, arns } = await pausedWith(2);
    around.aws.ecs.admin.stopTask(arns[0] ?? '');
    around.task(33_000);
    await around.run({});
    await resumeZone(around);

    const run = await around.run({});

    expect(run.end).toBe('ZoneInSync');
    expect(around.values(CALC)).toEqual([value('10.0.1.23', 32_769), value('10.0.1.23', 33_000)]);
    expect(reasons(await around.run({}))).toEqual(['published healthy', 'published healthy']);
  });

  it.each([
    { row: 'one task', tasks: 12, stopped: 1, hours: 2 },
    { row: 'all of many tasks', tasks: 12, stopped: 12, hours: 2 },
    { row: 'most tasks, which ECS has just forgotten', tasks: 12, stopped: 11, hours: 1.1 },
    { row: 'most tasks, long ago', tasks: 12, stopped: 11, hours: 5 },
  ])('what has stopped meanwhile leaves as stopped: $row', async ({ tasks, stopped, hours }) => {
    const { around, arns } = await pausedWith(tasks);
    for (const arn of arns.slice(0, stopped)) around.aws.ecs.admin.stopTask(arn);
    expect(await scheduled(around, hours * HOUR)).toEqual(['Paused']);
    await resumeZone(around);

    const run = await around.run({});

    expect(run.end).toBe('ZoneInSync');
    expect(reasons(run).filter((reason) => reason.startsWith('removed'))).toEqual(
      Array(stopped).fill('removed task-stopped'),
    );
    expect(around.values(CALC)).toHaveLength(tasks - stopped);
  });

  it('a port that was reused meanwhile is the new task’s', async () => {
    const { around, arns } = await pausedWith(1);
    around.aws.ecs.admin.stopTask(arns[0] ?? '');
    await around.run({});
    const next = around.task(32_768);
    await scheduled(around, 2 * HOUR);
    await resumeZone(around);

    const run = await around.run({});

    expect(run.end).toBe('ZoneInSync');
    expect(around.values(CALC)).toEqual([value('10.0.1.23', 32_768)]);
    expect(run.outcome?.dispositions).toMatchObject([{ outcome: 'published', task: next }]);
  });
});

it('a paused deployment of which nothing is published yet publishes nothing', async () => {
  const around = shop();
  around.task(32_768);
  const Name = ownerSubtree(NAMING);
  const texts = [`"ecs-service-discovery-dns deployment=${ACCOUNT}/${REGION}/test"`];
  await edit(around, [
    {
      Action: 'CREATE',
      ResourceRecordSet: { Name, Type: 'TXT', TTL: 300, ResourceRecords: texts.map((Value) => ({ Value })) },
    },
  ]);
  await pauseZone(around);

  const run = await around.run({});

  expect(run.end).toBe('Paused');
  expect(around.values(CALC)).toEqual([]);
});
