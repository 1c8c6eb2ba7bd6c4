import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_CHECK_ATTEMPTS, MAX_CHECK_TIMEOUT } from '../../../functions/domain/ecs/check.ts';
import { slowestOf } from '../../../functions/domain/health/probe-packing.ts';
import {
  EVENTS,
  eventsOf,
  roomForAnother,
  roomToChange,
  roomToObserve,
  type Spending,
  secondsToCheck,
} from '../../../functions/domain/reading/budget.ts';
import { MAX_ROUNDS } from '../../../functions/domain/reading/run.ts';
import {
  CHECKER_DEADLINE,
  HISTORY_BUDGET,
  MAX_BATCHES_PER_PASS,
  MAX_GROUPS_PER_RUN,
  RUN_SECONDS,
} from '../../../functions/domain/words/quotas.ts';

const MINUTE = 60_000;

describe('events', () => {
  const demand = fc.record({
    groups: fc.oneof(fc.nat({ max: 20 }), fc.nat({ max: 10_000 })),
    probeBatches: fc.oneof(fc.nat({ max: 20 }), fc.nat({ max: 10_000 })),
    changeBatches: fc.oneof(fc.nat({ max: 20 }), fc.nat({ max: 10_000 })),
    again: fc.boolean(),
  });

  it('no run plans more than its budget, whatever its passes want', () => {
    fc.assert(
      fc.property(fc.array(demand, { minLength: 1, maxLength: 200 }), fc.boolean(), (passes, full) => {
        let spending: Spending = { kind: full ? 'full' : 'event' };
        for (const { groups, probeBatches, changeBatches, again } of passes) {
          const { kind } = spending;
          const first = spending.events === undefined;
          if (!first && !roomForAnother(spending, { groups, startedAt: 0, now: MINUTE })) continue;
          const room = roomToObserve(groups, spending);
          const observed = { groups: room.groups, probeBatches: Math.min(probeBatches, room.probeBatches) };
          const sent = Math.min(changeBatches, roomToChange(observed, spending));
          const events = (spending.events ?? 0) + eventsOf({ ...observed, changeBatches: sent });
          spending = { kind: again ? spending.kind : 'event', events };
          expect(EVENTS.run + events).toBeLessThanOrEqual(HISTORY_BUDGET);
          if (!first && kind === 'event') expect(room.groups).toBe(Math.min(groups, MAX_GROUPS_PER_RUN));
        }
      }),
    );
  });

  it('every group of a full run is probed in one batch at least', () => {
    for (let groups = 1; groups <= 2 * MAX_GROUPS_PER_RUN; groups += 1) {
      const room = roomToObserve(groups, { kind: 'full' });

      expect(room.groups).toBe(Math.min(groups, MAX_GROUPS_PER_RUN));
      expect(room.probeBatches).toBeGreaterThanOrEqual(room.groups);
    }
  });

  it('the first pass of a full run leaves room for changes and for every round', () => {
    const spending = { kind: 'full' } as const;
    const observed = roomToObserve(MAX_GROUPS_PER_RUN, spending);
    const changeBatches = roomToChange(observed, spending);
    let events = eventsOf({ ...observed, changeBatches });

    expect(changeBatches).toBeGreaterThanOrEqual(30);
    for (let round = 2; round <= MAX_ROUNDS; round += 1) {
      expect(roomForAnother({ kind: 'event', events }, { groups: 1, startedAt: 0, now: MINUTE })).toBe(true);
      events += eventsOf({ groups: 1, probeBatches: 1, changeBatches: 1 });
    }
  });

  it('an event run of one cluster may look again for as long as any grace lasts', () => {
    let events = 0;
    for (let look = 0; look < 25; look += 1) {
      expect(roomForAnother({ kind: 'event', events }, { groups: 1, startedAt: 0, now: MINUTE })).toBe(true);
      events += eventsOf({ groups: 1, probeBatches: 2, changeBatches: 2 });
    }
  });

  it('a run that changes little may send as many batches as fit into two minutes', () => {
    const observed = { groups: 5, probeBatches: 10 };

    expect(roomToChange(observed, { kind: 'full' })).toBe(MAX_BATCHES_PER_PASS);
  });

  it.each([0, 1, 50])('no groups take no room: %i', (groups) => {
    expect(roomToObserve(groups, { kind: 'event' }).groups).toBe(groups);
  });
});

describe('time', () => {
  const slowest = slowestOf({ timeout: MAX_CHECK_TIMEOUT, attempts: MAX_CHECK_ATTEMPTS });

  it('the slowest check that can be declared ends before the checker does', () => {
    expect(slowest).toBe(100_000);
    expect(slowest).toBeLessThan(CHECKER_DEADLINE);
  });

  it('has room for the slowest check in every group of every pass', () => {
    for (let groups = 0; groups <= MAX_GROUPS_PER_RUN; groups += 1) {
      expect(secondsToCheck(groups) * 1_000).toBeGreaterThanOrEqual(slowest);
    }
  });

  it('all checks of a pass end within half of the run, whatever hangs', () => {
    for (let groups = 1; groups <= MAX_GROUPS_PER_RUN; groups += 1) {
      expect(Math.ceil(groups / 10) * secondsToCheck(groups)).toBeLessThanOrEqual(RUN_SECONDS / 2);
    }
  });

  it.each([
    { minutes: 0, room: true },
    { minutes: 27, room: true },
    { minutes: 28, room: false },
    { minutes: 54, room: false },
    { minutes: 24 * 60, room: true },
  ])('another pass after $minutes min: $room', ({ minutes, room }) => {
    expect(roomForAnother({ kind: 'event' }, { groups: 1, startedAt: 1_000, now: 1_000 + minutes * MINUTE })).toBe(
      room,
    );
  });
});
