import { expect, it } from 'vitest';
import { fullName } from '../../cli/names.ts';
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
