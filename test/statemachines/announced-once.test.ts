import { describe, expect, it } from 'vitest';
import { define } from '../support/fleet.ts';
import { CALC, edit, type Shop, shop, srv, value } from '../support/shop.ts';
import type { Execution, StepName } from '../support/world.ts';

const HOME = '10.0.1.23';

/** What a run has told the bus, word for word and in its order: `Instance Removed _calc._tcp 32768 task-stopped`. */
const toldBy = ({ announced }: Execution) =>
  announced.map(({ detailType, detail }) => {
    const { name, port, reason } = detail as { name: string; port: number; reason: string };
    return `${detailType} ${name.replace('.shop.internal', '')} ${port} ${reason}`;
  });

describe('a run of several passes over several names', () => {
  /** calc and other on one host, both published; `at` happens at the beginning of a step. */
  async function twoNames(at: (around: Shop, step: StepName) => Promise<void> | void) {
    const armed = { now: false };
    const around: Shop = shop({ beforeStep: (step) => (armed.now ? at(around, step) : undefined) });
    const other = define(around, 'other', { names: { 8081: '_other._tcp' } });
    const tasks = [around.task(32_768), around.task(32_769), around.task(32_770, { definition: other })];
    await around.run({});
    armed.now = true;
    return { around, other, tasks };
  }

  it('says each thing once, in the order in which the passes have brought it about', async () => {
    let applied = 0;
    const { around, other, tasks } = await twoNames(async (around, step) => {
      if (step !== 'ApplyBatch') return;
      applied += 1;
      // calc moves twice, while what is wanted of other comes about in the first pass.
      if (applied <= 2) {
        const theirs = [`1 1 ${applied} theirs.example.com`];
        await edit(around, [
          {
            Action: 'UPSERT',
            ResourceRecordSet: srv(CALC, [value(HOME, 32_768), value(HOME, 32_769), ...theirs], 5),
          },
        ]);
      }
    });
    around.aws.ecs.admin.stopTask(tasks[0] ?? '');
    around.task(32_771);
    around.aws.ecs.admin.stopTask(tasks[2] ?? '');
    around.task(32_772, { definition: other });

    const run = await around.run({});

    expect([run.end, applied]).toEqual(['ZoneInSync', 3]);
    expect(toldBy(run)).toEqual([
      'Instance Published _other._tcp 32772 running',
      'Instance Removed _other._tcp 32770 task-stopped',
      'Instance Published _calc._tcp 32771 healthy',
      'Instance Removed _calc._tcp 32768 task-stopped',
    ]);
  });

  it('a value that somebody puts back and that leaves a second time has left once', async () => {
    const starts: string[] = [];
    const { around, tasks } = await twoNames(async (around, step) => {
      if (step !== 'VerifyChanges' || starts.length === 0) return;
      for (const task of starts.splice(0)) around.aws.ecs.admin.stopTask(task);
      const values = [32_768, 32_769, 32_771].map((port) => value(HOME, port));
      await edit(around, [{ Action: 'UPSERT', ResourceRecordSet: srv(CALC, values, 5) }]);
    });
    around.aws.ecs.admin.stopTask(tasks[0] ?? '');
    starts.push(around.task(32_771));

    const run = await around.run({});

    expect(run.states.filter((state) => state === 'ApplyBatch')).toHaveLength(2);
    expect(around.values(CALC)).toEqual([value(HOME, 32_769)]);
    expect(toldBy(run)).toEqual([
      'Instance Removed _calc._tcp 32768 task-stopped',
      'Instance Removed _calc._tcp 32771 task-stopped',
    ]);
  });

  it('a batch without an answer that a second pass sends again has come about once', async () => {
    let lost = 1;
    const { around, tasks } = await twoNames((_, step) => {
      if (step !== 'ApplyBatch' || lost === 0) return;
      lost -= 1;
      throw new Error('socket hang up');
    });
    around.aws.ecs.admin.stopTask(tasks[0] ?? '');
    around.task(32_771);

    const run = await around.run({});

    expect(run.way).toEqual(['ApplyBatch: Error', 'BatchUnknown', 'WaitForOthers']);
    expect(toldBy(run)).toEqual([
      'Instance Published _calc._tcp 32771 healthy',
      'Instance Removed _calc._tcp 32768 task-stopped',
    ]);
  });

  it.each([
    { row: 'gives up on another name', end: 'ZoneContended', fails: false },
    { row: 'fails at last', end: 'RunFailed', fails: true },
  ])('says what has come about although it $row', async ({ end, fails }) => {
    let edits = 0;
    const { around, other } = await twoNames(async (around, step) => {
      if (fails && step === 'VerifyChanges') throw new Error('out of order');
      if (fails || step !== 'ApplyBatch') return;
      edits += 1;
      await edit(around, [{ Action: 'UPSERT', ResourceRecordSet: srv(CALC, [`1 1 ${edits} theirs.example.com`]) }]);
    });
    if (!fails) around.task(32_771);
    around.task(32_772, { definition: other });

    const run = await around.run({});

    expect(run.end).toBe(end);
    expect(toldBy(run)).toEqual(['Instance Published _other._tcp 32772 running']);
  });
});
