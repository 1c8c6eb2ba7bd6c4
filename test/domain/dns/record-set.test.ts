import { expect, it } from 'vitest';
import { normalValue, sameAnswer, valueText } from '../../../functions/domain/dns/record-set.ts';
import { CALC, srvSet, srvValue } from '../../support/builders.ts';

it.each([
  { row: 'the same', one: ['1 1 80 a.', '1 1 81 b.'], other: ['1 1 80 a.', '1 1 81 b.'], same: true },
  { row: 'another order', one: ['1 1 80 a.', '1 1 81 b.'], other: ['1 1 81 b.', '1 1 80 a.'], same: true },
  { row: 'another spelling', one: ['1 1 80 a.'], other: ['01 1  80 A'], same: true },
  { row: 'a value more', one: ['1 1 80 a.'], other: ['1 1 80 a.', '1 1 81 b.'], same: false },
  { row: 'a value less', one: ['1 1 80 a.', '1 1 81 b.'], other: ['1 1 80 a.'], same: false },
  { row: 'another value', one: ['1 1 80 a.'], other: ['1 1 80 b.'], same: false },
  { row: 'another weight', one: ['1 1 80 a.'], other: ['1 2 80 a.'], same: false },
])('answers alike: $row → $same', ({ one, other, same }) => {
  const found = sameAnswer(srvSet(CALC, one), srvSet(CALC, other));

  expect(found).toBe(same);
});

it('does not answer alike with another TTL', () => {
  const one = srvSet(CALC, ['1 1 80 a.']);

  expect(sameAnswer(one, { ...one, ttl: one.ttl + 1 })).toBe(false);
});

it('normalizes only SRV values, and gives back each word for word', () => {
  const value = srvValue('1 1 80 A');

  expect([normalValue(value), valueText(value)]).toEqual(['1 1 80 a.', '1 1 80 A']);
  expect(normalValue('"1 1 80 A"')).toBe('"1 1 80 A"');
});
