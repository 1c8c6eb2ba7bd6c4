import { expect, it } from 'vitest';
import { SECONDS_PER_STEP } from '../../../cli/cost/model.ts';
import { MEMORY, TRIGGER_MEMORY } from '../../../cli/cost/states.ts';
import { measureSteps } from '../../bench/stage/step-time.ts';

it('functions wait for answers no longer than they are taken to work, and not much less, in every kind of run', async () => {
  const memoryOf = (step: string) => MEMORY[step] ?? TRIGGER_MEMORY;

  const averages = (await measureSteps()).map(({ run, steps }) => {
    const waited = steps.reduce((sum, one) => sum + one.waited * memoryOf(one.step), 0);
    const called = steps.reduce((sum, one) => sum + one.invocations * memoryOf(one.step), 0);
    return { run, seconds: waited / called / 1_000 };
  });

  expect(averages.map(({ run }) => run)).toEqual(['full', 'start', 'stop']);
  // The looks that a start waits for ask for little, each in as many states as a pass that changes something.
  for (const { run, seconds } of averages) {
    expect([run, seconds <= 0.9 * SECONDS_PER_STEP, seconds >= 0.3 * SECONDS_PER_STEP]).toEqual([run, true, true]);
  }
});
