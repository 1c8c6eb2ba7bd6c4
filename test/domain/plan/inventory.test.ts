import { describe, expect, it } from 'vitest';
import {
  FORGET_AFTER,
  LAST_SEEN_LAG,
  rememberSightings,
  type Sighting,
  type Sightings,
} from '../../../functions/domain/plan/inventory.ts';
import { CALC, HOUR, hint, hintsAt, keyOf, MINUTE, NOW } from '../../support/builders.ts';

const KEY = keyOf('10.0.0.1', 80);
const OTHER = keyOf('10.0.0.2', 80);

function sighting(id: string, about: Partial<Sighting> = {}): Sighting {
  const { firstSeen: _, lastSeen: __, ...rest } = hint(id);
  return { key: KEY, ...rest, ...about };
}

const look = (about: Partial<Sightings> = {}): Sightings => ({
  name: CALC,
  seen: [],
  absent: [],
  inZone: [KEY],
  ...about,
});

describe('writes nothing', () => {
  it.each([
    { row: 'nothing known, nothing seen', known: {}, seen: [] },
    { row: 'seen as it is known', known: { [KEY]: hint('1') }, seen: [sighting('1')] },
    {
      row: 'seen shortly before the lag is over',
      known: { [KEY]: hint('1', { lastSeen: NOW - LAST_SEEN_LAG + 1 }) },
      seen: [sighting('1')],
    },
    { row: 'known and in the zone, though not seen for long', known: { [KEY]: hint('1', { lastSeen: 0 }) }, seen: [] },
    {
      row: 'not in the zone, but only for a while',
      known: { [OTHER]: hint('1', { lastSeen: NOW - FORGET_AFTER }) },
      seen: [],
    },
  ])('$row', ({ known, seen }) => {
    const updated = rememberSightings(hintsAt(CALC, known), look({ seen }), NOW);

    expect(updated).toBeUndefined();
  });

  it('absent again', () => {
    const known = hintsAt(CALC, { [KEY]: hint('1', { absentSince: NOW - MINUTE }) });

    const updated = rememberSightings(known, look({ absent: [KEY] }), NOW);

    expect(updated).toBeUndefined();
  });
});

it.each([
  { row: 'new', known: undefined, firstSeen: NOW },
  { row: 'seen longer ago than the lag', known: hint('1', { lastSeen: NOW - LAST_SEEN_LAG }), firstSeen: NOW - HOUR },
  { row: 'with another verdict', known: hint('1', { lastVerdict: 'held-panic' }), firstSeen: NOW - HOUR },
  { row: 'back again', known: hint('1', { absentSince: NOW - MINUTE }), firstSeen: NOW - HOUR },
  { row: 'another task at the same endpoint', known: hint('2'), firstSeen: NOW },
])('remembers who is seen: $row', ({ known, firstSeen }) => {
  const hints = hintsAt(CALC, known ? { [KEY]: known } : {});

  const updated = rememberSightings(hints, look({ seen: [sighting('1')] }), NOW);

  expect(updated).toEqual(hintsAt(CALC, { [KEY]: { ...hint('1'), firstSeen, lastSeen: NOW } }));
});

it('notes since when a task is not listed any more, and keeps when it was seen', () => {
  const known = hintsAt(CALC, { [KEY]: hint('1'), [OTHER]: hint('2') });

  const updated = rememberSightings(known, look({ absent: [KEY], inZone: [KEY, OTHER] }), NOW);

  expect(updated).toEqual(hintsAt(CALC, { [KEY]: hint('1', { absentSince: NOW }), [OTHER]: hint('2') }));
});

it('forgets what is long neither in the zone nor wanted', () => {
  const known = hintsAt(CALC, { [KEY]: hint('1'), [OTHER]: hint('2', { lastSeen: NOW - FORGET_AFTER - 1 }) });

  const updated = rememberSightings(known, look(), NOW);

  expect(updated).toEqual(hintsAt(CALC, { [KEY]: hint('1') }));
});

it('does not forget an old acquaintance that is back', () => {
  const known = hintsAt(CALC, { [KEY]: hint('1', { lastSeen: NOW - FORGET_AFTER - 1 }) });

  const updated = rememberSightings(known, look({ seen: [sighting('1')], inZone: [] }), NOW);

  expect(updated?.values[KEY]).toEqual(hint('1', { lastSeen: NOW }));
});

it('has nothing more to write when it has just written', () => {
  const seen = [sighting('1'), sighting('2', { key: OTHER })];
  const first = rememberSightings(hintsAt(CALC, {}), look({ seen }), NOW);

  const again = rememberSightings(first ?? hintsAt(CALC, {}), look({ seen }), NOW);

  expect(again).toBeUndefined();
});
