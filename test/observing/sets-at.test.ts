import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeName, normalizeName } from '../../functions/domain/dns/name.ts';
import type { RecordSet } from '../../functions/domain/dns/record-set.ts';
import { setsAt } from '../../functions/observing/sets-at.ts';
import { isProblem, readName } from '../stand-ins/route53/name.ts';

const keyOf = (ownerName: string) => {
  const stored = readName(escapeName(ownerName));
  if (isProblem(stored)) throw new Error(`${ownerName} is no name`);
  return stored.sortKey;
};

/** A zone with a set at each of some names, listed as Route 53 lists them, and how often it is asked. */
function zoneOf(names: readonly string[], pageSize: number) {
  const sets = names
    .map((ownerName): RecordSet => ({ ownerName, type: 'A', ttl: 60, values: ['10.0.0.1'], policy: 'simple' }))
    .toSorted((one, other) => (keyOf(one.ownerName) < keyOf(other.ownerName) ? -1 : 1));
  let [calls, running, most] = [0, 0, 0];
  const asking = async <T>(answer: () => T): Promise<T> => {
    calls += 1;
    running += 1;
    most = Math.max(most, running);
    await new Promise(setImmediate);
    running -= 1;
    return answer();
  };
  const zone = {
    at: (name: string) => asking(() => sets.filter(({ ownerName }) => ownerName === name)),
    from: (name: string) =>
      asking(() => {
        const rest = sets.filter(({ ownerName }) => keyOf(ownerName) >= keyOf(name));
        const next = rest[pageSize];
        return { recordSets: rest.slice(0, pageSize), ...(next && { before: next.ownerName }) };
      }),
  };
  return { zone, counted: () => ({ calls, most }) };
}

const name = (label: string) => `${label}.shop.internal.`;
const numbered = (count: number, from = 0) => Array.from({ length: count }, (_, index) => name(`n${from + index}`));

/** Six of three thousand, more than a page from each other. */
const far = numbered(3_000)
  .sort()
  .filter((_, index) => index % 500 === 0);

describe('what stands at some names', () => {
  it('is what each of them alone would say, in no more calls than there are names', async () => {
    const label = fc.stringMatching(/^[ab01-]{1,3}$/).map((text) => `x${text}x`);
    const odd = fc.constantFrom('*', 'a\\056b', '{', 'a*b', '_x');
    const names = fc.uniqueArray(
      fc
        .array(fc.oneof({ weight: 9, arbitrary: label }, odd), { minLength: 1, maxLength: 3 })
        .map((all) => normalizeName(name(all.join('.')))),
      { maxLength: 40 },
    );
    const plain = fc.uniqueArray(
      fc.array(label, { minLength: 1, maxLength: 3 }).map((all) => normalizeName(name(all.join('.')))),
      { maxLength: 30 },
    );
    await fc.assert(
      fc.asyncProperty(
        names,
        plain,
        fc.integer({ min: 1, max: 12 }),
        fc.constantFrom(1, 5),
        async (standing, others, pageSize, atOnce) => {
          const { zone, counted } = zoneOf(standing, pageSize);
          const asked = [
            ...new Set([
              ...others,
              ...standing.filter((_, index) => index % 2 === 0 && !/[\\*{]/.test(standing[index] ?? '')),
            ]),
          ];

          const found = await setsAt(zone, asked, atOnce);

          const wanted = standing.filter((one) => asked.includes(one));
          expect(found.map(({ ownerName }) => ownerName).sort()).toEqual(wanted.toSorted());
          expect(counted().calls).toBeLessThanOrEqual(asked.length);
          expect(counted().most).toBeLessThanOrEqual(5);
        },
      ),
    );
  });

  it.each([
    { row: 'nothing', standing: 100, asked: [], calls: 0 },
    { row: 'five: side by side, each alone', standing: 1_000, asked: numbered(5), calls: 5 },
    { row: 'a hundred on one page', standing: 100, asked: numbered(100), calls: 1 },
    { row: 'a thousand on four pages', standing: 1_000, asked: numbered(1_000), calls: 4 },
    {
      row: 'six, far from each other',
      standing: 3_000,
      asked: far,
      calls: 6,
    },
  ])('$row: $calls calls', async ({ standing, asked, calls }) => {
    const { zone, counted } = zoneOf(numbered(standing), 300);

    const found = await setsAt(zone, asked);

    expect(found.map(({ ownerName }) => ownerName).sort()).toEqual([...asked].sort());
    expect(counted().calls).toBe(calls);
  });
});
