import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chunks, pool } from '../../../functions/adapters/aws/pool.ts';
import { failure } from '../served.ts';

describe('pool', () => {
  it('gives the results in the order of the items, whatever order they end in', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.array(fc.nat()), fc.integer({ min: 1, max: 8 }), async (s, items, limit) => {
        const results = pool(items, limit, (item, index) => s.schedule(Promise.resolve([item, index])));

        expect(await s.waitFor(results)).toEqual(items.map((item, index) => [item, index]));
      }),
    );
  });

  it('runs as many at a time as it may, never more', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.nat(40), fc.integer({ min: 1, max: 8 }), async (s, count, limit) => {
        let running = 0;
        let most = 0;
        const work = async () => {
          running += 1;
          most = Math.max(most, running);
          await s.schedule(Promise.resolve());
          running -= 1;
        };

        await s.waitFor(pool(Array.from({ length: count }), limit, work));

        expect(most).toBe(Math.min(count, limit));
      }),
    );
  });

  it('begins nothing more after a fault', async () => {
    const begun: number[] = [];
    const slow = Promise.withResolvers<void>();
    const work = async (item: number) => {
      begun.push(item);
      if (item === 1) throw new Error('broken');
      await slow.promise;
    };

    const fault = await failure(pool([0, 1, 2, 3], 2, work));
    slow.resolve();
    await new Promise((resume) => setImmediate(resume));

    expect(fault.message).toBe('broken');
    expect(begun).toEqual([0, 1]);
  });

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])(
    'takes no limit of %d, with which nothing might be done',
    async (limit) => {
      const fault = await failure(pool([1], limit, async () => 1));

      expect(fault).toBeInstanceOf(RangeError);
      expect(fault.message).toBe(`got limit ${limit}, want a whole number, at least 1`);
    },
  );
});

it('chunks are full but for the last, and join back to the list', () => {
  fc.assert(
    fc.property(fc.array(fc.nat()), fc.integer({ min: 1, max: 20 }), (items, size) => {
      const pieces = chunks(items, size);

      expect(pieces.flat()).toEqual(items);
      expect(pieces.slice(0, -1).every(({ length }) => length === size)).toBe(true);
      expect(pieces.every(({ length }) => length > 0)).toBe(true);
    }),
  );
});
