import { describe, expect, it } from 'vitest';
import { differingTtls, ttlOf } from '../../../functions/domain/plan/ttl.ts';
import { claim, entryOf } from '../../support/builders.ts';

const seen = (ttl?: number) => ({ claim: claim('1', ttl === undefined ? {} : { ttl }) });
const remembered = (ttl?: number) => ({ entry: { ...entryOf('1'), ...(ttl !== undefined && { ttl }) } });
const unknown = {};
const LONG = { recordTtl: 30, minimumTtl: 0 };

describe('the TTL of a name, where the deployment has 5 s', () => {
  it.each([
    { row: 'nobody declares one', stays: [seen(), remembered()], ttl: 5 },
    { row: 'nothing stays', stays: [], ttl: 5 },
    { row: 'all declare one', stays: [seen(60), seen(30)], ttl: 30 },
    { row: 'one of two declares a longer one', stays: [seen(60), seen()], ttl: 5 },
    { row: 'below the minimum', stays: [seen(1)], ttl: 5 },
    { row: 'below the minimum that is given', stays: [seen(1)], minimumTtl: 2, ttl: 2 },
    { row: 'between the minimum and that of the deployment', stays: [seen(3)], minimumTtl: 0, ttl: 3 },
    { row: 'none at all', stays: [seen(0), seen(60)], minimumTtl: 0, ttl: 0 },
    { row: 'a minimum above that of the deployment', stays: [seen()], minimumTtl: 10, ttl: 10 },
    { row: 'what was not seen is remembered', stays: [seen(60), remembered(30)], standing: 45, ttl: 30 },
    { row: 'what was not seen declares none', stays: [seen(60), remembered()], standing: 45, ttl: 5 },
    { row: 'one that was seen counts for itself', stays: [{ ...seen(60), ...remembered(30) }], ttl: 60 },
    { row: 'nobody knows one: what stands', stays: [seen(60), unknown], standing: 20, ...LONG, ttl: 20 },
    { row: 'nobody knows one, and another is lower', stays: [seen(10), unknown], standing: 20, ...LONG, ttl: 10 },
    { row: 'nobody knows any', stays: [unknown], standing: 20, ...LONG, ttl: 20 },
    { row: 'nobody knows any, and what stands is longer than the default', stays: [unknown], standing: 20, ttl: 5 },
  ])('$row: $ttl s', ({ stays, standing, ttl, ...settings }) => {
    expect(ttlOf(stays, standing, { recordTtl: 5, ...settings })).toBe(ttl);
  });
});

it.each([
  { row: 'all the same', stays: [seen(60), remembered(60)], told: [] },
  { row: 'nobody declares one', stays: [seen(), remembered(), unknown], told: [] },
  { row: 'they differ', stays: [seen(60), seen(5), remembered(60)], told: [5, 60] },
  { row: 'some declare none', stays: [seen(60), remembered(), unknown], told: [60, undefined] },
])('$row → $told differ', ({ stays, told }) => {
  expect(differingTtls(stays)).toEqual(told);
});
