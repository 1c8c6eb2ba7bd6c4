import { describe, expect, it } from 'vitest';
import {
  type EventSeen,
  isRepeated,
  MOST_QUEUED,
  type Queued,
  REPEATS,
  withQueued,
} from '../../../functions/domain/reading/repeats.ts';

const NOW = 1_000_000;
const STOP: EventSeen = { task: 'a', tells: 'stop', shows: 1 };
const START: EventSeen = { task: 'a', tells: 'start', shows: 1 };
const queued = (...events: readonly EventSeen[]) =>
  events.reduce<Queued>((before, event) => withQueued(before, event, NOW), new Map());

describe('an event repeats another', () => {
  it.each([
    { row: 'a stop after nothing', before: [], event: STOP, repeats: false },
    { row: 'a stop after a start', before: [START], event: STOP, repeats: false },
    { row: 'a stop after a stop', before: [STOP], event: STOP, repeats: true },
    { row: 'a stop that shows another status', before: [STOP], event: { ...STOP, shows: 2 }, repeats: true },
    { row: 'a stop that cannot be read', before: [STOP], event: { task: 'a', tells: 'stop' }, repeats: true },
    { row: 'a stop of another task', before: [STOP], event: { ...STOP, task: 'b' }, repeats: false },
    { row: 'a stop after a late start', before: [STOP, START], event: STOP, repeats: true },
    { row: 'a start after nothing', before: [], event: START, repeats: false },
    { row: 'a start after a stop', before: [STOP], event: START, repeats: false },
    { row: 'a start that shows the same', before: [START], event: START, repeats: true },
    { row: 'a start that shows another', before: [START], event: { ...START, shows: 2 }, repeats: false },
    {
      row: 'a start that shows what the one before the last did',
      before: [START, { ...START, shows: 2 }],
      event: START,
      repeats: false,
    },
    { row: 'a start that cannot be read', before: [START], event: { task: 'a', tells: 'start' }, repeats: false },
    {
      row: 'a start after one that could not be read',
      before: [{ task: 'a', tells: 'start' }],
      event: { task: 'a', tells: 'start' },
      repeats: false,
    },
    { row: 'anything else', before: [START, STOP], event: { task: 'a', shows: 1 }, repeats: false },
  ] as const)('$row: $repeats', ({ before, event, repeats }) => {
    expect(isRepeated(queued(...before), event, NOW)).toBe(repeats);
  });

  it.each([STOP, START])('for a minute: $tells', (event) => {
    const before = queued(event);

    expect(isRepeated(before, event, NOW + REPEATS - 1)).toBe(true);
    expect(isRepeated(before, event, NOW + REPEATS)).toBe(false);
  });
});

describe('what is remembered', () => {
  it('is bounded: the oldest make room', () => {
    const events = Array.from({ length: MOST_QUEUED + 3 }, (_, index): EventSeen => ({ ...STOP, task: `${index}` }));

    const after = queued(...events);

    expect(after.size).toBe(MOST_QUEUED);
    expect(events.map((event) => isRepeated(after, event, NOW)).indexOf(true)).toBe(3);
    expect(isRepeated(after, events.at(-1) ?? STOP, NOW)).toBe(true);
  });

  it('is forgotten after a minute, whatever comes next', () => {
    const before = queued(STOP, START);

    expect([...withQueued(before, { task: 'b' }, NOW + REPEATS).keys()]).toEqual([]);
    expect(withQueued(before, { ...STOP, task: 'b' }, NOW + REPEATS).size).toBe(1);
  });
});
