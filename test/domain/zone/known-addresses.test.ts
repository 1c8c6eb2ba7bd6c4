import { describe, expect, it } from 'vitest';
import type { Naming } from '../../../functions/domain/dns/ownership.ts';
import type { RecordSet } from '../../../functions/domain/dns/record-set.ts';
import { knownAddresses, openTargets, reaches, standingOf } from '../../../functions/domain/zone/known-addresses.ts';

const naming: Naming = { zone: 'shop.internal.', owner: 'ecs' };
const target = (last: number | string) => `ip-10-0-0-${last}.ecs.shop.internal.`;
const set = (ownerName: string, changes: Partial<RecordSet> = {}): RecordSet => ({
  ownerName,
  type: 'A',
  ttl: 3_600,
  values: ['10.0.0.1'],
  policy: 'simple',
  ...changes,
});
const marker = set('ecs.shop.internal.', { type: 'TXT', values: ['"ours"'] });

describe('a target of ours', () => {
  it.each([
    { row: 'its set is as we want it', sets: [set(target(1))], standing: 'right' },
    { row: 'nothing stands there, the zone ends', sets: [], standing: 'absent' },
    { row: 'another address', sets: [set(target(1), { values: ['10.0.0.2'] })], standing: 'unknown' },
    { row: 'marked to be retired: it has to be restored', sets: [set(target(1), { ttl: 60 })], standing: 'unknown' },
    { row: 'another TTL', sets: [set(target(1), { ttl: 5 })], standing: 'unknown' },
    { row: 'another policy', sets: [set(target(1), { policy: 'weighted' })], standing: 'unknown' },
    { row: 'another type', sets: [set(target(1), { type: 'TXT', values: ['"a"'] })], standing: 'unknown' },
  ])('$row → $standing', ({ sets, standing }) => {
    const known = knownAddresses({ recordSets: [marker, ...sets] }, naming);

    expect(standingOf({ target: target(1) }, known, naming)).toBe(standing);
  });

  it.each([
    { before: 'ip-10-0-0-2.ecs.shop.internal.', covered: true },
    { before: 'ip-10-0-0-1.ecs.shop.internal.', covered: false }, // its sets go on
    { before: 'a.ecs.shop.internal.', covered: false },
    { before: 'x.ip-10-0-0-1.ecs.shop.internal.', covered: true },
    { before: 'ecs-a.shop.internal.', covered: true },
    { before: 'z.shop.internal.', covered: true },
    { before: 'ecs\\056b.shop.internal.', covered: false }, // sorts in among the names below
    { before: '{.ecs.shop.internal.', covered: false }, // stored as \173: nobody knows by which of the two it sorts
    { before: undefined, covered: true },
  ])('is covered by a page that ends before $before: $covered', ({ before, covered }) => {
    const page = { recordSets: [], ...(before !== undefined && { before }) };

    expect(reaches(page, target(1), naming)).toBe(covered);
    expect(standingOf({ target: target(1) }, knownAddresses(page, naming), naming)).toBe(
      covered ? 'absent' : 'unknown',
    );
  });
});

it('asks for what is unknown, each once, and takes what is absent as it is; without a page for everything', () => {
  const known = knownAddresses({ recordSets: [set(target(1)), set(target(2), { ttl: 5 })] }, naming);
  const targets = [target(1), target(2), target(3), target(2)];

  expect(openTargets({ targets }, known, naming)).toEqual({ unknown: [target(2)], absent: [target(3)] });
  expect(openTargets({ targets }, undefined, naming)).toEqual({ unknown: targets.slice(0, 3), absent: [] });
});
