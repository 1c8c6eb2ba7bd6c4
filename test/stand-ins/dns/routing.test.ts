import type { ResourceRecordSet } from '@aws-sdk/client-route-53';
import { describe, expect, it } from 'vitest';
import { chooseSets, shuffle } from './routing.ts';
import { seeded } from './seeded-random.ts';

const DRAWS = 20_000;

const weighted = (...weights: readonly number[]): ResourceRecordSet[] =>
  weights.map((Weight, index) => ({ Name: 'a.', Type: 'SRV', SetIdentifier: `${index}`, Weight, TTL: 5 }));

const multivalue = (count: number): ResourceRecordSet[] =>
  Array.from({ length: count }, (_, index) => ({
    Name: 'a.',
    Type: 'SRV',
    SetIdentifier: `${index}`,
    MultiValueAnswer: true,
  }));

function shares(sets: readonly ResourceRecordSet[]): number[] {
  const random = seeded(1);
  const counts = new Map<string | undefined, number>();
  for (let draw = 0; draw < DRAWS; draw++) {
    for (const { SetIdentifier } of chooseSets(sets, random))
      counts.set(SetIdentifier, (counts.get(SetIdentifier) ?? 0) + 1);
  }
  return sets.map(({ SetIdentifier }) => (counts.get(SetIdentifier) ?? 0) / DRAWS);
}

describe('weighted', () => {
  it.each([
    { weights: [1, 3], expected: [0.25, 0.75] },
    { weights: [0, 255, 0, 255], expected: [0, 0.5, 0, 0.5] },
    { weights: [0, 0, 0, 0], expected: [0.25, 0.25, 0.25, 0.25] },
    { weights: [7], expected: [1] },
  ])('$weights: one set, in the shares $expected', ({ weights, expected }) => {
    const measured = shares(weighted(...weights));

    measured.forEach((share, index) => {
      const wanted = expected[index] ?? 0;
      if (wanted === 0 || wanted === 1) expect(share).toBe(wanted);
      else expect(share).toBeCloseTo(wanted, 1.5);
    });
    expect(measured.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 10);
  });
});

describe('multivalue', () => {
  it.each([
    { sets: 3, answered: 3 },
    { sets: 8, answered: 8 },
    { sets: 100, answered: 8 },
  ])('$sets sets: $answered different ones are answered, each as often', ({ sets, answered }) => {
    const all = multivalue(sets);

    const once = chooseSets(all, seeded(2));
    const measured = shares(all);

    expect(new Set(once).size).toBe(answered);
    for (const share of measured) expect(share).toBeCloseTo(answered / sets, 1.5);
  });
});

it('answers nothing for no set, and the one simple set', () => {
  const simple = { Name: 'a.', Type: 'SRV' as const, TTL: 5 };

  expect(chooseSets([], Math.random)).toEqual([]);
  expect(chooseSets([simple], Math.random)).toEqual([simple]);
});

it('shuffles into every order, each as often', () => {
  const random = seeded(3);
  const counts = new Map<string, number>();

  for (let draw = 0; draw < DRAWS; draw++) {
    const order = shuffle(['a', 'b', 'c'], random).join('');
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }

  expect([...counts.keys()].sort()).toEqual(['abc', 'acb', 'bac', 'bca', 'cab', 'cba']);
  for (const count of counts.values()) expect(count / DRAWS).toBeCloseTo(1 / 6, 1.5);
});
