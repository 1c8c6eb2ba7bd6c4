import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ALARMS } from '../../infra/alarms.ts';

const PAGE = readFileSync('docs/operate.md', 'utf8');
const rows = new Map(
  [...PAGE.matchAll(/^\| `(\w+)` \| (.*?) \| .{20,} \| .{20,} \|$/gm)].map(([, name, at]) => [name, at]),
);

it('the operator’s page has every alarm of the template, and no other', () => {
  expect([...rows.keys()].sort()).toEqual(Object.keys(ALARMS).sort());
});

it.each(Object.entries(ALARMS))('says where %s goes off', (name, alarm) => {
  const threshold = 'whenMissing' in alarm ? 'no full run' : alarm.threshold.toLocaleString('en-US');

  expect(rows.get(name)).toContain(threshold);
  // A pause is told by its first run: only the length of the period follows the schedule.
  const lasts = 'periods' in alarm && !('whenMissing' in alarm) && name !== 'RunsPaused';
  expect(rows.get(name)?.includes('3 periods in a row')).toBe(lasts);
});
