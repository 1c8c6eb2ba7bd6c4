import { expect, it } from 'vitest';
import type { RecordSet } from '../../../functions/domain/dns/record-set.ts';
import { namePlan } from '../../../functions/domain/plan/name-plan.ts';
import { nearQuotas } from '../../../functions/domain/telling/near-quota.ts';
import { addressUnit, CALC, nameUnit, srvSet } from '../../support/builders.ts';

const names = (after: readonly RecordSet[]) => [
  namePlan({ name: CALC, changes: [], before: [], after, stays: [], leaves: [], leftOut: [] }),
];
const values = (count: number, length: number) =>
  Array.from({ length: count }, (_, index) => `${index}`.padEnd(length, 'x'));
const sets = (count: number) =>
  Array.from({ length: count }, (_, index) =>
    srvSet(CALC, values(1, 10), { policy: 'multivalue', setIdentifier: `${index}` }),
  );

it.each([
  { row: '319 values', after: [srvSet(CALC, values(319, 20))], near: [] },
  { row: '320 values', after: [srvSet(CALC, values(320, 20))], near: ['values in one record set 320 of 400'] },
  { row: '79 sets', after: sets(79), near: [] },
  { row: '80 sets', after: sets(80), near: ['record sets of one name 80 of 100'] },
  { row: '12,799 characters', after: [srvSet(CALC, [...values(127, 100), 'x'.repeat(99)])], near: [] },
  {
    row: '12,800 characters, which a replacement carries twice',
    after: [srvSet(CALC, values(128, 100))],
    near: ['characters of one change 25600 of 32000'],
  },
])('$row', ({ after, near }) => {
  const found = nearQuotas({ names: names(after), units: [] });

  expect(found.map(({ quota, used, limit }) => `${quota} ${used} of ${limit}`)).toEqual(near);
  expect(found.every(({ name }) => name === CALC)).toBe(true);
});

it.each([
  { row: 'below', total: 7_997, near: [] },
  {
    row: 'reached by what the plan creates',
    total: 7_998,
    near: [{ quota: 'records in the zone', used: 8_000, limit: 10_000 }],
  },
  { row: 'not known in an event run', total: undefined, near: [] },
])('records in the zone: $row', ({ total, near }) => {
  const replaced = nameUnit(CALC, ['1 1 1 x.'], { current: ['1 1 2 x.'] });
  const units = [addressUnit('10.0.0.1'), addressUnit('10.0.0.2'), replaced];

  expect(nearQuotas({ names: [], units }, total)).toEqual(near);
});
