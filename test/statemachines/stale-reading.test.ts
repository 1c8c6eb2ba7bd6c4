import { describe, expect, it } from 'vitest';
import { runStarted } from '../support/fleet.ts';
import { CALC, eventRun, shop, value } from '../support/shop.ts';

/** One published task, and an ECS whose answers are as old as `lag` says from now on. */
async function published() {
  const lag = { ms: 0 };
  const around = shop({ ecs: { staleness: () => lag.ms } });
  const task = around.task(32_768);
  await around.clock.advance(3_600_000);
  await around.run({});
  return { around, lag, task };
}
const waiting = ({ around }: Awaited<ReturnType<typeof published>>) => around.aws.sqs.admin.peek('ecs-events').length;
const stale = ({ way }: { readonly way: readonly string[] }) => way[0]?.replace(/ × .*/, '');

describe('an event run that is quicker than ECS', () => {
  it('waits for ECS to show a start, and a stop, within one pass', async () => {
    const state = await published();
    const { around, lag, task } = state;
    lag.ms = 6_000;

    const start = await eventRun(around, () => around.task(32_769));
    const values = around.values(CALC);
    await around.clock.advance(60_000);
    const stop = await eventRun(around, () => around.aws.ecs.admin.stopTask(task));

    for (const run of [start, stop]) {
      expect([stale(run), run.way.length, run.end]).toEqual(['CollectTasks: StaleReadingError', 1, 'ZoneInSync']);
      expect(run.states.filter((state) => state === 'ApplyBatch')).toHaveLength(1);
    }
    expect(values).toEqual([value('10.0.1.23', 32_768), value('10.0.1.23', 32_769)]);
    expect(around.values(CALC)).toEqual([value('10.0.1.23', 32_769)]);
    expect(waiting(state)).toBe(0);
  });

  it('that does not catch up changes nothing: the event stays, and a later window comes for it', async () => {
    const state = await published();
    const { around, lag, task } = state;
    lag.ms = 600_000;

    const run = await eventRun(around, () => around.aws.ecs.admin.stopTask(task));
    const values = around.values(CALC);
    const left = waiting(state);
    lag.ms = 0;
    const later = await runStarted(around);

    const unread = ['CollectTasks: StaleReadingError × 7', 'ClusterUnread'];
    expect(run.way).toEqual([
      ...Array(4)
        .fill([...unread, 'WaitForOthers'])
        .flat(),
      ...unread,
      'ZoneContended',
    ]);
    expect(run.states).not.toContain('ApplyBatch');
    expect(run.announced).toEqual([]);
    expect([values, left]).toEqual([[value('10.0.1.23', 32_768)], 1]);
    expect(later.map(({ end, way }) => [end, way])).toEqual([['ZoneInSync', []]]);
    expect([around.values(CALC), waiting(state)]).toEqual([[], 0]);
  });
});
