import { describe, expect, it } from 'vitest';
import { CALC, edit, reasons, rewritten, type Shop, shop, srv, value } from '../support/shop.ts';

describe('others who write', () => {
  it('reads and plans again a name that moved between the snapshot and the change', async () => {
    const interfere = { left: 1 };
    const around: Shop = shop({
      beforeStep: async (step) => {
        if (step !== 'ApplyBatch' || interfere.left === 0) return;
        interfere.left -= 1;
        await edit(around, [{ Action: 'CREATE', ResourceRecordSet: srv(CALC, ['1 1 1 theirs.example.com']) }]);
      },
    });
    around.task(32_768);

    const run = await around.run({});

    expect(run.end).toBe('ZoneInSync');
    expect(run.states.filter((state) => state === 'SnapshotZone')).toHaveLength(2);
    expect(around.values(CALC)).toEqual(['1 1 1 theirs.example.com', value('10.0.1.23', 32_768)]);
  });

  it('gives up after five rounds on a name that others keep changing, and keeps what they wrote', async () => {
    const { around, somebody } = rewritten();
    around.task(32_768);

    const run = await around.run({});

    expect(run.end).toBe('ZoneContended');
    expect(somebody.edits).toBe(5);
    expect(around.values(CALC)).toEqual(['1 1 5 theirs.example.com']);
    expect(reasons(run)).toEqual(['left-out conflict']);
  });

  it('takes back a value whose task stopped while it was being published', async () => {
    const doomed: string[] = [];
    const around: Shop = shop({
      beforeStep: (step) => {
        if (step === 'ApplyBatch') for (const task of doomed.splice(0)) around.aws.ecs.admin.stopTask(task);
      },
    });
    doomed.push(around.task(32_768));
    around.task(32_769);

    const run = await around.run({});

    expect(run.end).toBe('ZoneInSync');
    expect(run.states.filter((state) => state === 'ApplyBatch')).toHaveLength(2);
    expect(around.values(CALC)).toEqual([value('10.0.1.23', 32_769)]);
    expect(reasons(run)).toEqual(['published healthy', 'removed task-stopped']);
  });

  it('publishes the next task that took the port of one whose removal was under way', async () => {
    const around: Shop = shop({
      beforeStep: (step) => {
        if (step !== 'ApplyBatch' || !removing) return;
        removing = false;
        around.aws.ecs.admin.updateTask(task, { lastStatus: 'STOPPED' });
        around.task(32_768);
      },
    });
    let removing = false;
    const task = around.task(32_768);
    await around.run({});
    around.aws.ecs.admin.stopTask(task);
    removing = true;

    const run = await around.run({});

    expect(run.end).toBe('ZoneInSync');
    expect(around.values(CALC)).toEqual([value('10.0.1.23', 32_768)]);
  });
});
