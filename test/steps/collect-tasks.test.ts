import { describe, expect, it } from 'vitest';
import { payloadsIn } from '../../functions/contracts/crossing.ts';
import { objectAt } from '../../functions/contracts/payloads.ts';
import type { RunState } from '../../functions/contracts/states.ts';
import type { ScopedTask } from '../../functions/domain/reading/scope.ts';
import { runState } from '../support/builders.ts';
import { mapped } from '../support/inventory.ts';
import { shop } from '../support/shop.ts';

const RUN = runState({ trigger: 'events', kind: 'event' });

/** CollectTasks alone, over a cluster with one task, for an event of that task or of another one. */
function stage({ run = {} }: { readonly run?: Partial<RunState> } = {}) {
  const lag = { ms: 0 };
  const around = shop({ ecs: { staleness: () => lag.ms } });
  const task = around.task(32_768);
  const { clusterArn: cluster = '', version = 0 } = around.aws.ecs.admin.task(task);
  const payloads = payloadsIn(mapped(around.bucket));
  const collect = async (about: Partial<ScopedTask>) => {
    const scope = { names: [], hosts: [], tasks: [{ cluster, task, ...about }] };
    const item = {
      group: 0,
      names: 'shop',
      clusters: await payloads.keep(objectAt('group', { execution: 'run-1', pass: 1 }, 0), [{ cluster, scope }]),
      inlineBytes: 8_192,
      probes: { batches: 1, seconds: 60, wanted: 1 },
    };
    const { result } = (await around.step('CollectTasks', { run: { ...RUN, ...run }, item })) as {
      result: { key: string };
    };
    return (await payloads.load('observation', result)).claims.map((one) => one.task);
  };
  return { around, lag, task, version, collect };
}

describe('a reading is as new as the events that asked for it, or it is none', () => {
  it.each([
    { row: 'the version of its event', newer: 0 },
    { row: 'a later one: the task has changed since', newer: -1 },
  ])('takes a task in $row', async ({ newer }) => {
    const { task, version, collect } = stage();

    expect(await collect({ version: version + newer })).toEqual([task]);
  });

  it('takes a task of an event that tells no version', async () => {
    const { task, collect } = stage();

    expect(await collect({})).toEqual([task]);
  });

  it('refuses a task in an earlier version, where it stands', async () => {
    const { task, version, collect } = stage();

    await expect(collect({ version: version + 1 })).rejects.toMatchObject({
      name: 'StaleReadingError',
      message: `ECS shows task ${task} in version ${version}, its event has version ${version + 1}`,
    });
  });

  it('refuses it in full runs too: they drain events as well', async () => {
    const { version, collect } = stage({ run: { kind: 'full', trigger: 'schedule' } });

    expect(await collect({ version })).toHaveLength(1);
    await expect(collect({ version: version + 1 })).rejects.toMatchObject({ name: 'StaleReadingError' });
  });

  const unknown = (task: string) => task.replace(/[^/]+$/, 'f'.repeat(32));

  it.each([
    { row: 'has only been queued', age: 0, refused: true },
    { row: 'is younger than half a minute', age: 29_999, refused: true },
    { row: 'is older: the task is gone', age: 30_000, refused: false },
  ])('of a task that ECS does not show: an event that $row is refused $refused', async ({ age, refused }) => {
    const { around, task, collect } = stage();
    const event = { task: unknown(task), version: 1, queuedAt: around.clock.now() - age };

    const found = collect(event);

    if (refused) await expect(found).rejects.toMatchObject({ name: 'StaleReadingError' });
    else expect(await found).toEqual([]);
  });
});

describe('an ECS whose answers lag behind its events is refused for just as long', () => {
  const LAG = 5_000;
  const versionOf = ({ around, task }: ReturnType<typeof stage>) => around.aws.ecs.admin.task(task).version ?? 0;
  const ended = (state: ReturnType<typeof stage>, about: Partial<ScopedTask>) =>
    state.collect(about).then(
      (tasks) => tasks,
      (fault: Error) => `${fault.name}: ${fault.message}`,
    );

  it('of a start', async () => {
    const state = stage();
    const event = { version: versionOf(state), queuedAt: state.around.clock.now() };
    state.lag.ms = LAG;

    const answers: unknown[] = [];
    for (const wait of [1, LAG - 2, 1, LAG]) {
      await state.around.clock.advance(wait);
      answers.push(await ended(state, event));
    }

    const refused = `StaleReadingError: ECS shows task ${state.task} not yet, its event has version ${event.version}`;
    expect(answers).toEqual([refused, refused, [state.task], [state.task]]);
  });

  it('of a stop, which it still shows running', async () => {
    const state = stage();
    await state.around.clock.advance(60_000);
    state.around.aws.ecs.admin.stopTask(state.task);
    const event = { version: versionOf(state), queuedAt: state.around.clock.now() };
    state.lag.ms = LAG;

    const answers: unknown[] = [];
    for (const wait of [1, LAG - 2, 1]) {
      await state.around.clock.advance(wait);
      answers.push(await ended(state, event));
    }

    const refused = `StaleReadingError: ECS shows task ${state.task} in version ${event.version - 1}, its event has version ${event.version}`;
    expect(answers).toEqual([refused, refused, [state.task]]);
  });
});
