import { describe, expect, it } from 'vitest';
import { claimCheck } from '../../functions/contracts/claim-check.ts';
import type { Observation } from '../../functions/contracts/objects.ts';
import type { RunState } from '../../functions/contracts/states.ts';
import type { ScopedTask } from '../../functions/domain/reading/scope.ts';
import { mapped } from '../support/inventory.ts';
import { shop } from '../support/shop.ts';

const RUN: RunState = {
  execution: 'run-1',
  trigger: 'events',
  kind: 'event',
  startedAt: 0,
  dryRun: false,
  pass: 1,
  round: 1,
  looks: 0,
};

/** CollectTasks alone, over a cluster with one task, for an event of that task or of another one. */
function stage() {
  const around = shop();
  const task = around.task(32_768);
  const { clusterArn: cluster = '', version = 0 } = around.aws.ecs.admin.task(task);
  const claims = claimCheck(mapped(around.bucket));
  const collect = async (about: Partial<ScopedTask>) => {
    const scope = { names: [], hosts: [], tasks: [{ cluster, task, ...about }] };
    const item = {
      cluster,
      scope: await claims.keep('scope', 'runs/run-1/1/scope.json', scope),
      inlineBytes: 8_192,
      probes: { batches: 1, seconds: 60, wanted: 1 },
    };
    const { result } = (await around.step('CollectTasks', { run: RUN, item })) as { result: { key: string } };
    return (await claims.load<Observation>('observation', result)).candidates.map((one) => one.task);
  };
  return { around, task, version, collect };
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
