import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { COMPACT_FROM, compact, readable } from '../../functions/adapters/compact.ts';

const bytesOf = (kept: string | Uint8Array) => (typeof kept === 'string' ? Buffer.from(kept) : kept);

it('every text comes back as it was, small or large', async () => {
  const text = fc.tuple(fc.string({ unit: 'grapheme' }), fc.nat({ max: 4 })).map(([one, times]) => {
    return one.repeat(1 + times * Math.ceil(COMPACT_FROM / Math.max(1, 2 * one.length)));
  });
  await fc.assert(
    fc.asyncProperty(text, async (one) => {
      expect(await readable(bytesOf(await compact(one)), 'it')).toBe(one);
    }),
    { numRuns: 50 },
  );
});

it.each([
  { row: 'small', text: 'x'.repeat(COMPACT_FROM - 1), packed: false },
  { row: 'large', text: 'x'.repeat(COMPACT_FROM), packed: true },
  { row: 'large in bytes', text: 'ü'.repeat(COMPACT_FROM / 2), packed: true },
])('a text that is $row is packed: $packed', async ({ text, packed }) => {
  expect(typeof (await compact(text)) !== 'string').toBe(packed);
});

it('what would unfold to more than anything of ours is refused before it does', async () => {
  const bomb = gzipSync(Buffer.alloc(10 * 2 ** 20));

  const unfolding = readable(bomb, 'object "a"', 2 ** 20);

  await expect(unfolding).rejects.toThrow(expect.objectContaining({ name: 'PayloadError' }));
  await expect(unfolding).rejects.toThrow(
    /^object "a" is damaged, its gzip cannot be read: Cannot create a Buffer larger than 1048576 bytes/,
  );
});
