import { expect, it } from 'vitest';
import { measureChanges } from './changes.ts';

/** What issue 11 allows of one start and one stop with all their events, where they come to one sandbox of the trigger. */
const ALLOWED = { start: { calls: 13, transitions: 30 }, stop: { calls: 12, transitions: 26 } };

it('one start and one stop have one run each, whatever ECS sends besides, and take what they may', async () => {
  const costs = await measureChanges({ sandboxes: 1, changes: 3 });

  expect(costs.map(({ kind }) => kind)).toEqual(['start', 'stop', 'start', 'stop', 'start', 'stop']);
  for (const { kind, events, runs, calls, transitions, latency } of costs) {
    expect([kind, events > 1, runs]).toEqual([kind, true, 1]);
    expect(calls).toBeLessThanOrEqual(ALLOWED[kind].calls);
    expect(transitions).toBeLessThanOrEqual(ALLOWED[kind].transitions);
    expect(latency).toBeLessThanOrEqual(1_500);
  }
});

it('what slips through other sandboxes ends early, and asks ECS nothing', async () => {
  const one = await measureChanges({ sandboxes: 1, changes: 3 });
  const six = await measureChanges({ sandboxes: 6, changes: 3 });

  const stops = six.filter(({ kind }) => kind === 'stop');
  const [alone] = one.filter(({ kind }) => kind === 'stop');
  expect(stops.some(({ early }) => early > 0)).toBe(true);
  for (const { runs, early, calls } of stops) {
    expect(runs - early).toBe(1);
    // The names and the marker, unless an earlier run has drained the queue already.
    expect(calls - (alone?.calls ?? 0)).toBeLessThanOrEqual(2 * early);
  }
});
