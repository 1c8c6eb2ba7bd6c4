import { expect, it } from 'vitest';
import { isMet } from './targets.ts';

it.each([
  { value: 1, limit: 1, met: true },
  { value: 1.01, limit: 1, met: false },
  { value: Number.NaN, limit: 1, met: false },
])('$value of at most $limit is met: $met', ({ value, limit, met }) => {
  expect(isMet({ id: '', unit: '', value, limit })).toBe(met);
});
