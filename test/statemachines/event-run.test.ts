import { describe, expect, it } from 'vitest';
import { connectEvents, runStarted } from '../support/fleet.ts';
import { CALC, edit, reasons, type Shop, shop, srv, value } from '../support/shop.ts';

describe('an event run', () => {
  it('publishes a start and removes a stop, looking only at its host', async () => {
    const calls: string[] = [];
    const around = shop({ before: async ({ operation }) => void calls.push(operation) });
    const events = connectEvents(around);
    const task = around.task(32_768);
    await events.settled();
    const [started] = await runStarted(around);
    const published = around.values(CALC);
    calls.length = 0;
    around.aws.ecs.admin.stopTask(task);
    await events.settled();
    const [stopped] = await runStarted(around);

    expect(started).toMatchObject({ end: 'ZoneInSync' });
    expect(started?.name).toMatch(/^events-20\d\d-\d\d-\d\dT\d\d-\d\d-\d\dZ$/);
    expect(published).toEqual([value('10.0.1.23', 32_768)]);
    expect(stopped && reasons(stopped)).toEqual(['removed task-stopped']);
    expect(around.values(CALC)).toEqual([]);
    expect(calls).not.toContain('ListClusters');
    expect(around.aws.sqs.admin.peek('ecs-events')).toEqual([]);
  });

  it('waits within the grace of a start that is not ready yet, without holding up what is', async () => {
    const around: Shop = shop({
      beforeStep: (step) => {
        if (step === 'CheckHealth') checks += 1;
        if (checks === 3) around.health.delete('10.0.1.23:32768');
      },
    });
    let checks = 0;
    const events = connectEvents(around);
    around.health.set('10.0.1.23:32768', { state: 'failing', cause: 'connection refused' });
    around.task(32_768);
    around.task(32_769);
    await events.settled();

    const [run] = await runStarted(around);

    expect(run?.end).toBe('ZoneInSync');
    expect(run?.states.filter((state) => state === 'WaitForStarts')).toHaveLength(2);
    expect(around.values(CALC)).toEqual([value('10.0.1.23', 32_768), value('10.0.1.23', 32_769)]);
  });

  it('goes on when its messages cannot be deleted as soon as all but a start is in sync, and deletes them later', async () => {
    let refusals = 1;
    let checks = 0;
    const around: Shop = shop({
      beforeStep: (step) => {
        if (step === 'CheckHealth') checks += 1;
        if (checks === 3) around.health.delete('10.0.1.23:32768');
      },
      before: async ({ operation }) => {
        if (operation !== 'DeleteMessageBatch' || refusals === 0) return;
        refusals -= 1;
        throw Object.assign(new Error('no'), { name: 'AccessDenied' });
      },
    });
    const events = connectEvents(around);
    around.health.set('10.0.1.23:32768', { state: 'failing', cause: 'connection refused' });
    around.task(32_768);
    await events.settled();

    const [run] = await runStarted(around);

    expect(refusals).toBe(0);
    expect(run?.end).toBe('ZoneInSync');
    expect(around.values(CALC)).toEqual([value('10.0.1.23', 32_768)]);
    expect(around.aws.sqs.admin.peek('ecs-events')).toEqual([]);
  });

  it('never removes for health, for a lost host or without explanation', async () => {
    const around = shop();
    const events = connectEvents(around);
    for (const port of [32_768, 32_769, 32_770]) around.task(port);
    await around.run({});
    await edit(around, [
      { Action: 'UPSERT', ResourceRecordSet: srv(CALC, [...around.values(CALC), value('10.9.9.9', 1)], 5) },
    ]);
    around.health.set('10.0.1.23:32769', { state: 'failing', cause: 'connection refused' });
    around.task(32_771);
    await events.settled();

    const [run] = await runStarted(around);

    expect(run?.end).toBe('ZoneInSync');
    expect(around.values(CALC)).toHaveLength(5);
    expect(run && reasons(run).filter((reason) => reason.startsWith('removed'))).toEqual([]);
  });

  it('releases its messages and starts a later window when it fails', async () => {
    const broken = { now: false };
    const around = shop({
      before: async ({ operation }) => {
        if (broken.now && operation === 'ListResourceRecordSets') throw new Error('socket hang up');
      },
    });
    const events = connectEvents(around);
    around.task(32_768);
    await events.settled();
    broken.now = true;
    const first = around.started.shift();
    const failed = await around.run(first?.input, first?.name);
    broken.now = false;

    const [later] = await runStarted(around);

    expect(failed.end).toBe('RunFailed');
    expect(later?.end).toBe('ZoneInSync');
    expect(around.values(CALC)).toEqual([value('10.0.1.23', 32_768)]);
    expect(around.aws.sqs.admin.peek('ecs-events')).toEqual([]);
  });

  it('puts malformed messages into the dead-letter queue with a reason, and nothing else suffers', async () => {
    const around = shop();
    const events = connectEvents(around);
    around.aws.sqs.admin.deliver('arn:aws:sqs:eu-west-1:111111111111:ecs-events', 'poison');
    around.aws.sqs.admin.deliver('arn:aws:sqs:eu-west-1:111111111111:ecs-events', '{"cluster":"shop"}');
    around.task(32_768);
    await events.settled();

    const [run] = await runStarted(around);

    expect(run?.end).toBe('ZoneInSync');
    expect(around.values(CALC)).toEqual([value('10.0.1.23', 32_768)]);
    const dead = around.aws.sqs.admin.peek('ecs-events-dead').map(({ body }) => JSON.parse(body));
    expect(dead.map(({ body }) => body).sort()).toEqual(['poison', '{"cluster":"shop"}']);
    expect(dead.every(({ reason }) => typeof reason === 'string' && reason.length > 5)).toBe(true);
  });
});
