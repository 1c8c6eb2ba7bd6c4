import { expect, it } from 'vitest';
import { fullName, isPossible } from '../../cli/names.ts';
import { NAMING } from '../support/builders.ts';

it.each([
  { given: '_calc._tcp', name: '_calc._tcp.shop.internal.' },
  { given: '_calc._tcp.', name: '_calc._tcp.shop.internal.' },
  { given: '_Calc._TCP.shop.internal', name: '_calc._tcp.shop.internal.' },
  { given: '_calc._tcp.shop.internal.', name: '_calc._tcp.shop.internal.' },
  { given: 'workshop.internal', name: 'workshop.internal.shop.internal.' },
  { given: 'shop.internal', name: 'shop.internal.' },
])('$given is $name', ({ given, name }) => {
  expect(fullName(given, NAMING)).toBe(name);
});

const label = 'a'.repeat(63);

it.each([
  { row: 'of ours', name: '_calc._tcp.shop.internal.', possible: true },
  { row: 'of others', name: String.raw`*.a b.x\056y.shop.internal.`, possible: true },
  { row: 'with the longest label', name: `${label}.shop.internal.`, possible: true },
  { row: 'with a longer label', name: `${label}a.shop.internal.`, possible: false },
  { row: 'of 255 bytes', name: `${label}.${label}.${label}.${'a'.repeat(61)}.`, possible: true },
  { row: 'of 256 bytes', name: `${label}.${label}.${label}.${'a'.repeat(62)}.`, possible: false },
  { row: 'with an empty label', name: 'a..shop.internal.', possible: false },
  { row: 'with a character that no byte is', name: '🙂.shop.internal.', possible: false },
])('a name $row is possible: $possible', ({ name, possible }) => {
  expect(isPossible(name)).toBe(possible);
});
