import { expect, it } from 'vitest';
import { shop } from '../support/shop.ts';

it.each([
  { next: 'again', state: 'WaitForOthers', seconds: 1 },
  { next: 'again', state: 'WaitForOthers', seconds: 17 },
  { next: 'look', state: 'WaitForStarts', seconds: 1 },
  { next: 'look', state: 'WaitForStarts', seconds: 30 },
])('$state lasts the $seconds s that verification has said', async ({ next, state, seconds }) => {
  const times: number[] = [];
  const around: ReturnType<typeof shop> = shop({
    beforeStep: (step) => {
      if (step === 'SnapshotZone') times.push(around.clock.now());
    },
    aroundStep: async (step, run) => {
      const result = (await run()) as object;
      if (step !== 'VerifyChanges' || times.length > 1) return result;
      times.push(around.clock.now());
      return { ...result, next, seconds };
    },
  });
  around.task(32_768);

  const run = await around.run({});

  const [, verified = 0, again = 0] = times;
  expect(run.states).toContain(state);
  expect((again - verified) / 1_000).toBe(seconds);
});
