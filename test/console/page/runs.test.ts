import { describe, expect, it } from 'vitest';
import { edgePath, factsOf, neighbour, scaleOf, spokenState } from '../../../console/page/pure/graph.ts';
import {
  endOf,
  endOfState,
  isIn,
  RUN_ENDS,
  startedText,
  ticksOf,
  timeLineOf,
  toneOf,
} from '../../../console/page/pure/runs.ts';
import { type GraphState, MARKS, type RunRow } from '../../../console/views.ts';
import { laidOut } from './stage/graph.ts';

const NOW = Date.UTC(2026, 10, 28, 14, 5, 9);
const HOUR = 3_600_000;

describe('how a run ended', () => {
  it.each([
    [{ status: 'running', ended: 'in-sync' }, 'running'],
    [{ status: 'succeeded', ended: 'in-sync' }, 'in sync'],
    [{ status: 'failed', ended: 'held' }, 'removals held'],
    [{ status: 'succeeded', ended: 'paused' }, 'paused'],
    [{ status: 'failed' }, 'failed'],
    [{ status: 'timed-out' }, 'timed out'],
    [{ status: 'succeeded', ended: 'something-new' }, 'succeeded'],
  ] as const)('%o: %s', (run, word) => {
    expect(endOf(run).word).toBe(word);
  });

  it('two ends of one colour have two shapes', () => {
    const shown = RUN_ENDS.map(({ tone, path }) => `${tone} ${path}`);

    expect(new Set(shown).size).toBe(shown.length);
    expect(
      new Set((['waiting', 'running', 'succeeded', 'failed', 'caught'] as const).map((one) => endOfState(one).path))
        .size,
    ).toBe(5);
  });

  it('no sentence but "in sync" looks as if all were well', () => {
    expect(['in-sync', 'held', 'failing', 'not-known', 'unheard-of'].map(toneOf)).toEqual([
      'good',
      'hold',
      'bad',
      'start',
      'hold',
    ]);
  });
});

describe('what a run under way says of itself', () => {
  it.each([
    ['events', 'started by events'],
    ['schedule', 'started by the schedule'],
    ['manual', 'started by hand'],
    ['something-new', 'started by something-new'],
    [undefined, 'started'],
  ])('%s: %s', (trigger, text) => {
    expect(startedText(trigger === undefined ? {} : { trigger })).toBe(text);
  });

  it('which state it is in, and not only in which Map', () => {
    const [first, second, third] = laidOut({}).states;
    if (!first || !second || !third) throw new Error('the graph has no states');
    const map: GraphState = { ...first, id: 'Map', status: 'running' };
    const within: GraphState = { ...second, id: 'Within', inside: 'Map', status: 'running' };
    const done: GraphState = { ...third, id: 'Done', status: 'succeeded' };

    expect(isIn({ states: [map, within, done] })).toBe('Within');
    expect(isIn({ states: [within, done, map] })).toBe('Within');
    expect(isIn({ states: [map, { ...within, status: 'waiting' }] })).toBe('Map');
    expect(isIn({ states: [done] })).toBe(undefined);
  });
});

describe('the time line', () => {
  const run = (trigger: string | undefined, ago: number): RunRow => ({
    execution: `${trigger}-${ago}`,
    startedAt: NOW - ago,
    status: 'succeeded',
    ...(trigger && { trigger }),
  });

  it('has a lane for each thing that starts runs, from the oldest to now', () => {
    const { lanes } = timeLineOf(
      [run('manual', HOUR), run('schedule', 0), run(undefined, HOUR / 2), run('events', HOUR / 4)],
      NOW,
    );

    expect(lanes.map(({ trigger }) => trigger)).toEqual(['events', 'schedule', 'manual', 'not said']);
    expect(lanes.flatMap(({ dots }) => dots.map(({ percent }) => percent))).toEqual([75, 100, 0, 50]);
  });

  it.each([60_000, 10 * 60_000, HOUR, 26 * HOUR, 400 * HOUR])('of %d ms has a few round moments', (length) => {
    const ticks = ticksOf(NOW - length, NOW);

    expect(ticks.length).toBeLessThanOrEqual(9);
    expect(ticks.every((at) => at % 60_000 === 0)).toBe(true);
  });
});

describe('the graph', () => {
  const { states, edges } = laidOut({ CheckHealth: { status: 'caught', entered: 4, took: 390, retries: 1 } });
  const checked = states.find(({ id }) => id === 'CheckHealth') as GraphState;

  it('says of a state in words what its shape, place and colour say', () => {
    expect(factsOf(checked)).toBe('390 ms · 4 times · 1 retry');
    expect(spokenState(checked)).toBe(
      'CheckHealth, Task, inside CheckEndpoints: failed, and caught, 390 ms, 4 times, 1 retry',
    );
  });

  it('arrow keys come to every state, in the order of reading, and end at its ends', () => {
    const seen: string[] = [];
    for (let at = states.toSorted((one, other) => one.y - other.y || one.x - other.x)[0]?.id; at; ) {
      seen.push(at);
      at = neighbour(states, at, 'ArrowDown');
    }

    expect(new Set(seen).size).toBe(states.length);
    expect(neighbour(states, 'CheckHealth', 'x')).toBe(undefined);
  });

  it('draws an edge from its first to its last point', () => {
    for (const { points } of edges) {
      const [first, last] = [points[0], points.at(-1)];
      expect(edgePath({ points })).toMatch(new RegExp(`^M${first?.x} ${first?.y}`));
      expect(edgePath({ points })).toMatch(new RegExp(`${last?.x} ${last?.y}$`));
    }
    expect(edgePath({ points: [] })).toBe('');
  });

  it('is made smaller to be seen whole, but not below what is legible', () => {
    expect([scaleOf(1_000, 2_000), scaleOf(1_000, 900), scaleOf(1_000, 200), scaleOf(1_000, 0)]).toEqual([
      1, 0.9, 0.72, 1,
    ]);
  });
});

it('every mark begins with another letter, as names are sent', () => {
  expect(new Set(MARKS.map((mark) => mark.charAt(0))).size).toBe(MARKS.length);
});
