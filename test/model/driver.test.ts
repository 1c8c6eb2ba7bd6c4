import { expect, it } from 'vitest';
import type { TaskState } from '../stand-ins/step-functions/definition.ts';
import { changedIn, definitionOf, everyTask } from '../support/definition.ts';
import { shop } from '../support/shop.ts';
import type { StepName } from '../support/world.ts';
import { drive, driverOf } from './driver.ts';

const TASKS = everyTask(definitionOf());

/** The first error of each retrier of each task, and some that nothing retries. */
const ERRORS = [...TASKS].flatMap(([name, { Retry = [] }]) =>
  [...Retry.flatMap(({ ErrorEquals: [first = ''] }) => first), 'StaleReadingError', 'AccessDenied', 'Error'].map(
    (error) => ({ task: name as StepName, error }),
  ),
);

/** A run in which one step fails always: how often it is tried in a pass, with which counts of retries, and how the run ends. */
async function failing(task: StepName, error: string, how: 'file' | typeof drive) {
  const attempts: unknown[] = [];
  const ended = new Set<StepName>();
  const around = shop({
    beforeStep: (step, payload) => {
      if (step !== task) return void (attempts.length > 0 && ended.add(step));
      // What comes after a step that ended tries it in another pass.
      if (ended.size === 0) attempts.push(Reflect.get(Object(payload), 'retries'));
      throw Object.assign(new Error('we are sorry'), { name: error });
    },
  });
  around.task(32_768);
  const run = how === 'file' ? around.start({}, 'one') : how(around, {}, 'one');
  const { end } = await around.clock.run(run);
  return { attempts, end };
}

it.each(ERRORS)('$task that fails with $error is tried as often as the file says, to the same end', async (row) => {
  const { task, error } = row;

  const driven = await failing(task, error, drive);

  expect(driven).toEqual(await failing(task, error, 'file'));
});

it('the errors are those of the definition: retries differ from task to task', async () => {
  const tries = async (task: StepName, error: string) => (await failing(task, error, drive)).attempts.length;

  expect(await tries('CollectTasks', 'StaleReadingError')).toBe(7);
  expect(await tries('CompleteReading', 'StaleReadingError')).toBe(1);
  expect(await tries('SnapshotZone', 'ZoneBusyError')).toBe(1);
});

/** Each retrier of each task, with its first error; those of ApplyBatch are many, those of most tasks two. */
const RETRIERS = [...TASKS].flatMap(([name, { Retry = [] }]) =>
  Retry.map(({ ErrorEquals: [error = ''] }) => ({ task: name as StepName, error })),
);

it.each(RETRIERS)('$task takes its retries of $error from whatever definition it is given', async ({ task, error }) => {
  const withAttempts = (MaxAttempts: number) =>
    driverOf(
      changedIn(definitionOf(), task, (state) => ({
        ...state,
        Retry: ((state as TaskState).Retry ?? []).map((one) =>
          one.ErrorEquals.includes(error) ? { ...one, MaxAttempts } : one,
        ),
      })),
    );

  const tries: number[] = [];
  for (const attempts of [0, 1, 3]) tries.push((await failing(task, error, withAttempts(attempts))).attempts.length);

  expect(tries).toEqual([1, 2, 4]);
});
