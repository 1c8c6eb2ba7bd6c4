import { expect, it } from 'vitest';
import { zonedTime } from '../../../examples/time/zoned-time.ts';
// Abbreviations in January and July 2026 as Go 1.26 has them from the time zone database, one where they are the same.
import zonesByAbbreviation from './zone-abbreviations.json' with { type: 'json' };

it.each(Object.entries(zonesByAbbreviation))('%s', (abbreviations, zones) => {
  const [january = '', july = january] = abbreviations.split(' ');

  const read = zones.map((zone) => ({
    zone,
    january: zonedTime(new Date('2026-01-15T12:00:00Z'), zone).abbreviation,
    july: zonedTime(new Date('2026-07-15T12:00:00Z'), zone).abbreviation,
  }));

  expect(read).toEqual(zones.map((zone) => ({ zone, january, july })));
});

it.each([
  {
    moment: '2024-12-31T23:30:00.250Z',
    zone: 'Asia/Kolkata',
    expected: { year: 2025, dayOfYear: 1, weekday: 3, offset: 19_800 },
  },
  { moment: '2024-12-31T12:00:00Z', zone: 'UTC', expected: { year: 2024, dayOfYear: 366, weekday: 2, offset: 0 } },
  { moment: '2026-03-29T00:59:59Z', zone: 'Europe/Berlin', expected: { hour: 1, offset: 3_600 } },
  { moment: '2026-03-29T01:00:00Z', zone: 'Europe/Berlin', expected: { hour: 3, offset: 7_200 } },
  {
    moment: '2026-01-01T04:00:00Z',
    zone: 'America/New_York',
    expected: { day: 31, month: 12, hour: 23, offset: -18_000 },
  },
])('$moment in $zone', ({ moment, zone, expected }) => {
  expect(zonedTime(new Date(moment), zone)).toMatchObject(expected);
});
