import { expect, it } from 'vitest';
import { CASES } from '../../../cli/verdict/cases.ts';
import { lasting } from '../../../console/model/glance.ts';

it('what is in sync is said without an age that would be wrong a minute later', () => {
  const [inSync] = CASES.filter(({ id }) => id === 'in-sync') as unknown as [{ find(facts: object): { says: string } }];
  const facts = { standing: { instances: 4, names: 2 }, told: { full: { endedAt: 1_000 } }, now: 26_000 };
  const { says } = inSync.find(facts);

  expect(says).toMatch(/ago$/);
  expect(lasting({ case: 'in-sync', says })).toEqual({ case: 'in-sync', says: 'in sync: 4 instances of 2 names' });
  expect(lasting({ case: 'late', says })).toEqual({ case: 'late', says });
});
