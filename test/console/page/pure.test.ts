import { describe, expect, it } from 'vitest';
import { dayText } from '../../../console/page/pure/day.ts';
import { newOf, spokenChanges } from '../../../console/page/pure/happenings.ts';
import { readable } from '../../../console/page/pure/json.ts';
import { countsOf, countsText, SIGNS, stripOf } from '../../../console/page/pure/marks.ts';
import { pauseAfter } from '../../../console/page/pure/pauses.ts';
import { addressOf, type Route, routeOf, tokenOf } from '../../../console/page/pure/routes.ts';
import { hostRowsWanted, namesWanted } from '../../../console/page/pure/search.ts';
import { eventReader } from '../../../console/page/pure/stream.ts';
import { agoText, clockText, isOld, tookText } from '../../../console/page/pure/times.ts';
import { stepTo, windowOf } from '../../../console/page/pure/window.ts';
import type { Happening } from '../../../console/views.ts';
import { small } from './stage/small.ts';

const NOW = Date.UTC(2026, 10, 28, 14, 5, 9);

describe('routes', () => {
  it.each<Route>([
    { view: 'glance' },
    { view: 'names' },
    { view: 'names', name: '_a/b%2f#?<i>._tcp.shop.internal.' },
    { view: 'hosts' },
    { view: 'runs', execution: 'events-2026-11-28T04-00-31Z' },
    { view: 'runs', execution: 'a/b', state: 'InSync?' },
    { view: 'changes' },
  ])('%o is found again from its address', (route) => {
    expect(routeOf(addressOf(route))).toEqual(route);
  });

  it.each(['', '#', '#/', '#nowhere', '#/nowhere/x', '#/%'])('%j is the glance', (hash) => {
    expect(routeOf(hash)).toEqual({ view: 'glance' });
  });

  it.each([
    { hash: '#token=a-B_9', token: 'a-B_9' },
    { hash: '#a-B_9', token: 'a-B_9' },
    { hash: '#/names', token: undefined },
    { hash: '#token=', token: undefined },
    { hash: '', token: undefined },
  ])('$hash has the token $token', ({ hash, token }) => {
    expect(tokenOf(hash)).toBe(token);
  });
});

it.each([
  { day: { transitions: 9_840, runs: 331, untold: 0 }, says: 'and 9,840 transitions, in 331 runs' },
  { day: { transitions: 1, runs: 1, untold: 1 }, says: 'and 1 transition, in 1 run; 1 run without these figures' },
  {
    day: { transitions: 8, runs: 1, untold: 1_200 },
    says: 'and 8 transitions, in 1 run; 1,200 runs without these figures',
  },
])('of the last day it says $says', ({ day, says }) => {
  expect(dayText({ calls: 1, ...day })).toBe(says);
});

describe('times', () => {
  it.each([
    [-5_000, 'just now'],
    [1_999, 'just now'],
    [59_999, '59 s ago'],
    [60_000, '1 min ago'],
    [7_199_999, '119 min ago'],
    [7_200_000, '2 h ago'],
    [172_800_000, '2 days ago'],
  ])('%d ms: %s', (ms, text) => {
    expect(agoText(ms)).toBe(text);
  });

  it.each([
    [0, '0 ms'],
    [640, '640 ms'],
    [1_240, '1.2 s'],
    [12_400, '12 s'],
    [60_000, '1 min'],
    [185_000, '3 min 5 s'],
    [3_900_000, '1 h 5 min'],
  ])('%d ms took %s', (ms, text) => {
    expect(tookText(ms)).toBe(text);
  });

  it('a clock says its day where it is another one', () => {
    expect(clockText(NOW, NOW + 1_000)).toBe('14:05:09');
    expect(clockText(NOW - 86_400_000, NOW)).toBe('2026-11-27 14:05:09');
  });

  it.each([
    { row: 'two intervals ago', isStale: false, apart: 1_000, endedAt: NOW - 2_000, old: false },
    { row: 'longer ago', isStale: false, apart: 1_000, endedAt: NOW - 2_001, old: true },
    { row: 'the server says so', isStale: true, apart: 1_000, endedAt: NOW, old: true },
  ])('the last full run $row: old $old', ({ isStale, apart, endedAt, old }) => {
    expect(isOld({ isStale, apart, fullRun: { endedAt } }, NOW)).toBe(old);
  });

  it('where nobody says how far they are apart, nothing is old by the clock', () => {
    expect(isOld({ isStale: false, fullRun: { endedAt: 0 } }, NOW)).toBe(false);
  });
});

describe('marks', () => {
  it('each has a letter and a shape of its own: never a colour alone', () => {
    expect(new Set(SIGNS.map(({ letter }) => letter)).size).toBe(SIGNS.length);
    expect(new Set(SIGNS.map(({ path }) => path)).size).toBe(SIGNS.length);
  });

  it('counts letters, and says them in words', () => {
    expect(countsOf('ppfhsl')).toEqual({ published: 2, held: 1, starting: 1, failing: 1, 'left-out': 1 });
    expect(countsText(countsOf('ppf'))).toBe('2 published, 1 failing');
    expect(countsText(countsOf(''))).toBe('no instance');
  });

  it('four thousand are drawn as few paths, of the first ones', () => {
    const strip = stripOf(`${'p'.repeat(3_999)}f`, 24);

    expect(strip.map(({ mark }) => mark)).toEqual(['published']);
    expect(strip[0]?.path.match(/M/g)).toHaveLength(24);
  });
});

describe('the window of a long list', () => {
  it.each([0, 1, 59, 400, 9_000, 1e9])('scrolled by %d pixels it holds what is seen, and little more', (scrollTop) => {
    const seen = { count: 10_000, rowHeight: 44, height: 800 };
    const last = seen.count * seen.rowHeight - seen.height;

    const { from, to, above, below } = windowOf({ ...seen, scrollTop: Math.min(scrollTop, last) });

    expect(above).toBeLessThanOrEqual(Math.min(scrollTop, last));
    expect(to * 44).toBeGreaterThanOrEqual(Math.min(scrollTop, last) + 800);
    expect(to - from).toBeLessThanOrEqual(60);
    expect(above + below + (to - from) * 44).toBe(10_000 * 44);
  });

  it('of nothing is nothing', () => {
    expect(windowOf({ count: 0, rowHeight: 44, scrollTop: 0, height: 800 })).toEqual({
      from: 0,
      to: 0,
      above: 0,
      below: 0,
    });
  });

  it.each([
    ['ArrowDown', 0, 1],
    ['ArrowUp', 0, 0],
    ['PageDown', 95, 99],
    ['End', 3, 99],
    ['Home', 3, 0],
    ['x', 3, undefined],
  ] as const)('%s at %d leads to %s', (key, at, to) => {
    expect(stepTo(key, at, { count: 100, page: 10 })).toBe(to);
  });
});

describe('search', () => {
  const { names, hosts } = small(NOW).state;

  it('wants every word somewhere, whatever its case, and at least one of the marks', () => {
    expect(namesWanted(names, { text: 'CALC shop', marks: [] }).map(({ name }) => name)).toEqual([
      '_calc._tcp.shop.internal.',
    ]);
    expect(namesWanted(names, { text: '', marks: ['starting', 'failing'] })).toHaveLength(2);
    expect(namesWanted(names, { text: ' ', marks: [] })).toBe(names);
  });

  it('shows the host of each task that is found, and every task of a host that is', () => {
    const ids = (text: string) =>
      hostRowsWanted(hosts, { text, marks: [] }).map((row) => ('task' in row ? row.task.id : row.host.id));

    expect(ids('9e1f0b')).toEqual(['i-0a1b2c3d4e5f6310', '9e1f0b7c52d84c1fb0aa']);
    expect(ids('10.0.1.17')).toHaveLength(4);
    expect(hostRowsWanted(hosts, { text: '', marks: ['failing'] })).toHaveLength(2);
  });
});

describe('the stream', () => {
  it('gives whole events however they are cut, and none for comments', () => {
    const text = ': awake\n\nevent: state\ndata: {"a":1}\n\ndata: x\r\ndata: y\r\n\r\nevent: state\n\n';
    const want = [
      { name: 'state', data: '{"a":1}' },
      { name: 'message', data: 'x\ny' },
    ];

    for (let size = 1; size <= text.length; size += 1) {
      const read = eventReader();
      const found = Array.from({ length: Math.ceil(text.length / size) }, (_, at) =>
        read(text.slice(at * size, (at + 1) * size)),
      ).flat();
      expect(found).toEqual(want);
    }
  });

  it('is tried again after pauses that grow to half a minute', () => {
    expect([1, 2, 3, 4, 7, 50].map((tries) => pauseAfter(tries, 0))).toEqual([
      500, 1_000, 2_000, 4_000, 30_000, 30_000,
    ]);
    expect(pauseAfter(50, 1)).toBe(24_000);
  });
});

describe('changes', () => {
  const [one, two, three] = small(NOW).state.changes as [Happening, Happening, Happening];

  it('those are new that were not there', () => {
    expect(newOf([two, three], [one, two, three])).toEqual([one]);
    expect(newOf([one, two], [one, two])).toEqual([]);
  });

  it('a thousand are said in four sentences', () => {
    const spoken = spokenChanges(Array.from({ length: 1_000 }, () => one));

    expect(spoken).toMatch(/and 997 more$/);
    expect(spoken.length).toBeLessThan(500);
  });
});

describe('inputs and outputs', () => {
  it('are laid out where they are JSON, and cut with a word on it where they are long', () => {
    expect(readable('{"a":[1]}')).toBe('{\n  "a": [\n    1\n  ]\n}');
    expect(readable('no JSON')).toBe('no JSON');
    expect(readable('x'.repeat(100_005))).toMatch(/x\n… \(5 more characters\)$/);
  });
});
