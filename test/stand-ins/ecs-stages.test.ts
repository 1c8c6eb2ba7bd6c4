import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HookAnswer } from './ecs/hook-answer.ts';
import { answered, begin, isUnderWay, next, type Progress, type Surroundings, winnerOf } from './ecs/stages.ts';

const hook = {
  hookTargetArn: 'arn:aws:lambda:eu-west-1:111111111111:function:shift',
  lifecycleStages: ['POST_SCALE_UP', 'TEST_TRAFFIC_SHIFT', 'PRODUCTION_TRAFFIC_SHIFT'] as const,
  timeoutConfiguration: { timeoutInMinutes: 3 },
};
const blue = { id: 'blue', isWanted: true, production: 100, test: 0 };

/** Every state that a deployment passes when its hook answers so and is asked for a way back at such a step, or never. */
function passed(answers: readonly HookAnswer['status'][], stopAt: number): readonly Progress[] {
  const left = [...answers];
  let now = 0;
  let progress = begin('green', [blue], () => true);
  const states = [progress];
  const around = (): Surroundings => ({
    now,
    minuteMs: 60_000,
    bakeTimeInMinutes: 2,
    hooks: [{ ...hook, lifecycleStages: [...hook.lifecycleStages] }],
    isServing: () => true,
    isGone: () => true,
  });
  while (isUnderWay(progress)) {
    if (states.length === stopAt) progress = { ...progress, status: 'ROLLBACK_REQUESTED' };
    const step = next(progress, around());
    if (step.kind === 'wait') now = step.until ?? Number.POSITIVE_INFINITY;
    else if (step.kind === 'go') progress = step.progress;
    else {
      const status = left.shift() ?? 'SUCCEEDED';
      progress = answered(progress, step.call, { status, callBackDelay: 40 }, around());
    }
    states.push(progress);
    if (states.length > 500) throw new Error('it never ends');
  }
  return states;
}

const answers = fc.array(fc.constantFrom('SUCCEEDED' as const, 'IN_PROGRESS' as const, 'FAILED' as const));

describe('whatever hooks answer and whenever a way back is asked for', () => {
  it('one revision alone has the production traffic, and it runs', () => {
    fc.assert(
      fc.property(answers, fc.nat(60), (given, stopAt) => {
        for (const { revisions, status } of passed(given, stopAt)) {
          const serving = revisions.filter(({ production }) => production > 0);
          expect(serving).toMatchObject([{ production: 100 }]);
          if (status !== 'ROLLBACK_IN_PROGRESS') expect(serving[0]?.isWanted).toBe(true);
        }
      }),
    );
  });

  it('it ends with the winner alone, which is blue after a way back, or fails with both', () => {
    fc.assert(
      fc.property(answers, fc.nat(60), (given, stopAt) => {
        const end = passed(given, stopAt).at(-1) as Progress;
        const wanted = end.revisions.filter(({ isWanted }) => isWanted).map(({ id }) => id);

        expect(winnerOf(end)).toBe(end.status === 'ROLLBACK_SUCCESSFUL' ? 'blue' : 'green');
        if (end.status === 'ROLLBACK_FAILED') expect(wanted).toContain('blue');
        else expect(wanted).toEqual([winnerOf(end)]);
      }),
    );
  });
});
