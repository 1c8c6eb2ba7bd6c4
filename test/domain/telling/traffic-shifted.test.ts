import { describe, expect, it } from 'vitest';
import type { KeptShift, PlannedShift } from '../../../functions/domain/telling/kept-shift.ts';
import { trafficShifted } from '../../../functions/domain/telling/traffic-shifted.ts';

const PLANNED: PlannedShift = {
  service: 'web',
  cluster: 'shop',
  deployment: 'dep',
  direction: 'forward',
  ttl: 5,
  names: ['calc.', 'other.'],
  moved: [
    { name: 'calc.', published: 1, removed: 2 },
    { name: 'other.', published: 3, removed: 4 },
  ],
};
const { moved: _, ...UNMOVED } = PLANNED;
const ENTERS: PlannedShift = { ...PLANNED, moved: [{ name: 'calc.', published: 1, removed: 0 }] };

const kept = (...serving: readonly string[]): KeptShift => ({
  service: 'web',
  deployment: 'dep',
  direction: 'forward',
  changeIds: [],
  appliedAt: 1,
  ttl: 5,
  ...(serving.length > 0 && { serving }),
});
const OTHER: KeptShift = { ...kept('green'), service: 'other' };

interface Row {
  readonly row: string;
  readonly before: readonly KeptShift[];
  readonly after: readonly KeptShift[];
  readonly planned?: PlannedShift;
  readonly events: number;
}

const ROWS: readonly Row[] = [
  { row: 'another revision serves', before: [kept('blue')], after: [kept('green')], events: 1 },
  {
    row: 'another one serves, and only an earlier run has moved it',
    before: [kept('blue')],
    after: [kept('green')],
    planned: UNMOVED,
    events: 1,
  },
  { row: 'one of two is left', before: [kept('blue', 'green')], after: [kept('green')], events: 0 },
  { row: 'the same one serves', before: [kept('green')], after: [kept('green')], events: 0 },
  { row: 'nothing is said to serve yet', before: [kept('blue')], after: [kept()], events: 0 },
  { row: 'nobody knows who served, and values have shifted', before: [], after: [kept('green')], events: 1 },
  { row: 'nobody was said to serve, and values have shifted', before: [kept()], after: [kept('green')], events: 1 },
  { row: 'the first one enters', before: [], after: [kept('green')], planned: ENTERS, events: 0 },
  { row: 'another service was kept', before: [OTHER], after: [OTHER, kept('green')], planned: ENTERS, events: 0 },
];

describe('the event of a shift', () => {
  it.each(ROWS)('$row: $events', ({ before, after, planned = PLANNED, events }) => {
    expect(trafficShifted([planned], { before, after }, 'run')).toHaveLength(events);
  });

  it('says which service, where, and how much has come and gone', () => {
    expect(trafficShifted([PLANNED], { before: [kept('blue')], after: [kept('green')] }, 'run')).toEqual([
      {
        detailType: 'Traffic Shifted',
        detail: {
          service: 'web',
          deployment: 'dep',
          direction: 'forward',
          names: ['calc', 'other'],
          published: 4,
          removed: 6,
          execution: 'run',
        },
      },
    ]);
  });

  it('says a hundred names at most', () => {
    const names = Array.from({ length: 101 }, (_unused, index) => `n${index}.`);
    const [event] = trafficShifted([{ ...PLANNED, names }], { before: [kept('blue')], after: [kept('green')] }, 'run');

    expect(event?.detail.names).toHaveLength(100);
  });
});
