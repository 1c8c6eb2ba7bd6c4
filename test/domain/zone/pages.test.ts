import { describe, expect, it } from 'vitest';
import { namesWithin, READ_AT_ONCE, stretches } from '../../../functions/domain/zone/pages.ts';

const at = (...labels: readonly string[]) => labels.map((label) => `${label}.shop.internal.`);

describe('of a, b and c, a page that begins at a', () => {
  it.each([
    { row: 'the end of the zone', before: undefined, told: 3 },
    { row: 'a itself: its sets go on', before: 'a.shop.internal.', told: 0 },
    { row: 'a name below a', before: 'x.a.shop.internal.', told: 1 },
    { row: 'b: nothing of it is there', before: 'b.shop.internal.', told: 1 },
    { row: 'a name below b', before: 'x.b.shop.internal.', told: 2 },
    { row: 'a name that sorts before b for its hyphen', before: 'b-x.shop.internal.', told: 1 },
    { row: 'another zone, as it were', before: 'z.shop.internal.', told: 3 },
    { row: 'an escaped name', before: '{.shop.internal.', told: 1 },
    { row: 'a label with a dot of its own', before: 'b\\056x.shop.internal.', told: 1 },
  ])('and ends at $row tells all of $told', ({ before, told }) => {
    expect(namesWithin(before === undefined ? {} : { before }, at('a', 'b', 'c'))).toBe(told);
  });
});

it('tells nothing of an escaped name in whose sets it ends', () => {
  expect(namesWithin({ before: '{.shop.internal.' }, at('{', 'b'))).toBe(0);
});

describe('names that are left are read', () => {
  it.each([
    { left: 0, told: 3, parts: [] },
    { left: 3, told: 1, parts: [1, 1, 1] },
    { left: 12, told: 1, parts: [3, 3, 3, 3] },
    { left: 25, told: 1, parts: [5, 5, 5, 5, 5] },
    { left: 10, told: 10, parts: [10] },
    { left: 11, told: 10, parts: [6, 5] },
    { left: 100, told: 40, parts: [34, 34, 32] },
    { left: 2, told: 0, parts: [1, 1] },
  ])('$left of them, where a page told of $told, in stretches of $parts', ({ left, told, parts }) => {
    const names = Array.from({ length: left }, (_, index) => `${index}`);

    const found = stretches(names, told);

    expect(found.map(({ length }) => length)).toEqual(parts);
    expect(found.flat()).toEqual(names);
    expect(found.length).toBeLessThanOrEqual(READ_AT_ONCE);
  });
});
