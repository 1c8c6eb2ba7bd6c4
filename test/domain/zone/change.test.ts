import { expect, it } from 'vitest';
import { weightOf } from '../../../functions/domain/zone/change.ts';
import { addressUnit, CALC, nameUnit } from '../../support/builders.ts';

it.each([
  { row: 'what is created', unit: nameUnit(CALC, ['12345', '678']), weight: { elements: 2, characters: 8 } },
  {
    row: 'what is deleted too',
    unit: nameUnit(CALC, ['12'], { current: ['345'] }),
    weight: { elements: 2, characters: 5 },
  },
  { row: 'an address set', unit: addressUnit('10.0.0.1'), weight: { elements: 1, characters: 8 } },
])('counts $row', ({ unit, weight }) => {
  const found = weightOf(unit);

  expect(found).toEqual(weight);
});
