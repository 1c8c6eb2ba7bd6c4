import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChangeBatch } from '../../../functions/domain/sending/batch.ts';
import { sendingOf, slicesOf, type Tempo } from '../../../functions/domain/sending/slices.ts';
import { MAX_BATCHES_PER_PASS } from '../../../functions/domain/words/quotas.ts';
import type { ChangeUnit } from '../../../functions/domain/zone/change.ts';
import { addressUnit, nameUnit, ourText } from '../../support/builders.ts';

/** A batch of one name, with the addresses of so many new instances. */
function batch(index: number, changes = 1): ChangeBatch {
  const addresses = Array.from({ length: changes - 1 }, (_, at) => addressUnit(`10.${index}.0.${at}`));
  return { units: [...addresses, nameUnit(`n${index}.`, [ourText(`10.${index}.0.0`, 80)])], after: [] };
}
const batches = (count: number, changes = 1) => Array.from({ length: count }, (_, index) => batch(index, changes));
const removal: ChangeUnit = { ...addressUnit('10.9.9.9'), kind: 'address-removal' };
const soa: ChangeBatch = { units: [{ name: 'shop.internal.', kind: 'soa', changes: [], needs: [] }], after: [] };

/** As a deployment has it that says nothing of its share. */
const USUAL = sendingOf(0.5).tempo;
const PLENTY = { capacity: 1_000_000, refill: 1_000 };
const tempo: Tempo = { batch: 1_000, tokens: PLENTY, lifetime: 10_000 };
const ROOM = { room: MAX_BATCHES_PER_PASS, age: 0 };
/** How many batches are sent now, and how many names each later slice has. */
const cut = (...asked: Parameters<typeof slicesOf>) => {
  const { now, later } = slicesOf(...asked);
  return [now.length, ...later.map(({ length }) => length)];
};

describe('a plan is cut into what is sent in time', () => {
  it.each([
    { row: 'nothing', given: [], slices: [0] },
    { row: 'what fits', given: batches(11), slices: [11] },
    { row: 'one batch more', given: batches(12), slices: [11, 1] },
    { row: 'as much as three slices', given: batches(33), slices: [11, 11, 11] },
    { row: 'an old reading', given: batches(12), age: 5_000, slices: [6, 6] },
    { row: 'a reading that is too old for a second batch', given: batches(12), age: 10_000, slices: [1, 11] },
    { row: 'a reading of later than now', given: batches(12), age: -2_000, slices: [12] },
    { row: 'little room in the history', given: batches(12), room: 3, slices: [3, 9] },
    { row: 'no room', given: batches(2), room: 0, slices: [1, 1] },
    { row: 'no tokens left', given: batches(4), tokens: { capacity: 0, refill: 0.1 }, slices: [1, 1, 1, 1] },
    { row: 'tokens for some', given: batches(12, 3), tokens: { capacity: 9, refill: 0.001 }, slices: [3, 3, 3, 3] },
    // The 1st and 2nd begin at once, each further one 4 s later, which is the 4th within ten seconds.
    { row: 'tokens that come back', given: batches(8, 4), tokens: { capacity: 8, refill: 1 }, slices: [4, 4] },
    {
      row: 'a batch of more than all tokens',
      given: batches(2, 50),
      tokens: { capacity: 5, refill: 1 },
      slices: [1, 1],
    },
    { row: 'what nothing needs', given: [...batches(11), { units: [removal], after: [] }], slices: [11] },
    {
      row: 'what others need as well',
      given: [...batches(11), batch(20), { units: [removal], after: [] }],
      slices: [11, 1],
    },
  ])('$row → $slices', ({ given, slices, room = ROOM.room, age = 0, tokens = PLENTY }) => {
    expect(cut(given, { room, age }, { ...tempo, tokens })).toEqual(slices);
  });

  it('the SOA, which no slice reads, is sent with the first', () => {
    const { now, later } = slicesOf([...batches(12), soa], ROOM, tempo);

    expect(now.at(-1)).toBe(soa);
    expect([now.length, later]).toEqual([12, [['n11.']]]);
    expect(cut([...batches(5), soa], { room: 3, age: 0 }, tempo)).toEqual([3, 3]);
  });

  it('a large change of today’s account: 100,000 tasks, of which 40,000 have an address of their own', () => {
    const [first = 0, ...later] = cut(batches(120, 375), ROOM, USUAL);

    // 750 tokens and 50 a second: 15 batches in 100 s.
    expect(first).toBe(15);
    expect(later).toEqual(Array(7).fill(15));
    expect(cut(batches(12, 360), ROOM, USUAL)).toEqual([12]);
  });

  it('whatever the plan: every name is in one slice, in the order of the plan, and what is sent first is its beginning', () => {
    const plan = fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 60 });
    const pace = fc.record({
      batch: fc.integer({ min: 1, max: 5_000 }),
      tokens: fc.record({ capacity: fc.nat({ max: 200 }), refill: fc.integer({ min: 1, max: 100 }) }),
      lifetime: fc.nat({ max: 120_000 }),
    });
    fc.assert(
      fc.property(plan, pace, fc.nat({ max: 120 }), fc.nat({ max: 130_000 }), (sizes, some, room, age) => {
        const all = sizes.map((changes, index) => batch(index, changes));

        const { now, later } = slicesOf(all, { room, age }, some);

        expect(now).toEqual(all.slice(0, now.length));
        expect(now.length).toBeLessThanOrEqual(Math.max(1, room));
        expect(now.length > 0).toBe(all.length > 0);
        expect(later.flat()).toEqual(all.slice(now.length).map((_, index) => `n${now.length + index}.`));
        expect(later.every(({ length }) => length > 0 && length <= MAX_BATCHES_PER_PASS)).toBe(true);
      }),
    );
  });

  it('a slice is sent within its lifetime, as far as the tempo tells', () => {
    const spent = (count: number, changes: number) => Math.max(count - 1, (count * changes - 750) / 50);
    for (const changes of [1, 10, 100, 1_000]) {
      const [first = 0] = cut(batches(100, changes), ROOM, USUAL);
      expect(first === 1 || spent(first, changes) <= USUAL.lifetime / 1_000).toBe(true);
      expect(first === 100 || spent(first + 1, changes) > USUAL.lifetime / 1_000).toBe(true);
    }
  });
});
