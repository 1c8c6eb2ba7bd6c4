import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextStep, type RollingGoal, type StayingTask } from '../../../../examples/local/ecs/rolling.ts';

const goal: RollingGoal = {
  primary: 'new',
  desiredCount: 2,
  maximumPercent: 200,
  minimumHealthyPercent: 100,
  waiting: 0,
};
const task = (arn: string, deployment = 'new', state: 'starting' | 'young' | 'proven' = 'proven'): StayingTask => ({
  arn,
  deployment,
  isRunning: state !== 'starting',
  isProven: state === 'proven',
});
const [old1, old2] = [task('a', 'old'), task('b', 'old')];

describe('a step of a rolling update', () => {
  it.each([
    { row: 'nothing runs', tasks: [], start: 2, stop: [] },
    { row: 'all runs', tasks: [task('1'), task('2')], start: 0, stop: [] },
    { row: 'too many run', tasks: [task('1'), task('2'), task('3')], start: 0, stop: ['3'] },
    { row: 'old ones run', tasks: [old1, old2], start: 2, stop: [] },
    { row: 'new ones start', tasks: [old1, old2, task('1', 'new', 'starting'), task('2')], start: 0, stop: ['a'] },
    { row: 'new ones are young', tasks: [old1, old2, task('1', 'new', 'young')], start: 1, stop: [] },
    { row: 'new ones run', tasks: [old1, old2, task('1'), task('2')], start: 0, stop: ['a', 'b'] },
    { row: 'old ones have not started', tasks: [task('a', 'old', 'starting')], start: 2, stop: ['a'] },
  ])('where $row', ({ tasks, start, stop }) => {
    expect(nextStep(goal, tasks)).toEqual({ start, stop });
  });

  it.each([
    {
      row: 'without room beyond the desired count',
      patch: { maximumPercent: 100, minimumHealthyPercent: 50 },
      start: 1,
      stop: ['a'],
    },
    { row: 'with no minimum', patch: { minimumHealthyPercent: 0 }, start: 2, stop: ['a', 'b'] },
    { row: 'to none', patch: { desiredCount: 0 }, start: 0, stop: ['a', 'b'] },
    { row: 'while replacements wait', patch: { waiting: 1 }, start: 1, stop: [] },
    { row: 'with room rounded down', patch: { maximumPercent: 149 }, start: 0, stop: [] },
  ])('$row', ({ patch, start, stop }) => {
    expect(nextStep({ ...goal, ...patch }, [old1, old2])).toEqual({ start, stop });
  });

  it('keeps within both bounds, and reaches the goal', () => {
    const percents = fc.record({
      desiredCount: fc.integer({ min: 0, max: 9 }),
      maximumPercent: fc.integer({ min: 101, max: 200 }),
      minimumHealthyPercent: fc.integer({ min: 0, max: 100 }),
    });
    fc.assert(
      fc.property(percents, fc.integer({ min: 0, max: 9 }), (bounds, before) => {
        const wanted = { ...goal, ...bounds };
        const most = Math.floor((wanted.desiredCount * wanted.maximumPercent) / 100);
        const fewest = Math.ceil((wanted.desiredCount * wanted.minimumHealthyPercent) / 100);
        let tasks: StayingTask[] = Array.from({ length: before }, (_, at) => task(`old ${at}`, 'old'));
        for (let round = 0; round < 50; round += 1) {
          const running = tasks.length;
          const { start, stop } = nextStep(wanted, tasks);
          tasks = tasks.filter(({ arn }) => !stop.includes(arn));
          if (stop.length > 0) expect(tasks.length).toBeGreaterThanOrEqual(Math.min(fewest, running));
          tasks = [...tasks, ...Array.from({ length: start }, (_, at) => task(`new ${round} ${at}`))];
          if (start > 0) expect(tasks.length).toBeLessThanOrEqual(most);
        }
        // Bounds that leave no whole task of room block the deployment, as they do on ECS.
        if (most > fewest || before < fewest)
          expect(tasks.filter(({ deployment }) => deployment === 'new')).toHaveLength(wanted.desiredCount);
      }),
    );
  });
});
