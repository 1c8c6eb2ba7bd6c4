import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { COMPACT_FROM, compact, readable } from '../../functions/adapters/compact.ts';
import { PayloadError } from '../../functions/domain/words/errors.ts';

const bytesOf = (kept: string | Uint8Array) => (typeof kept === 'string' ? Buffer.from(kept) : kept);

it('every text comes back as it was, small or large', () => {
  const text = fc.tuple(fc.string({ unit: 'grapheme' }), fc.nat({ max: 4 })).map(([one, times]) => {
    return one.repeat(1 + times * Math.ceil(COMPACT_FROM / Math.max(1, 2 * one.length)));
  });
  fc.assert(
    fc.property(text, (one) => {
      expect(readable(bytesOf(compact(one)), 'it')).toBe(one);
    }),
    { numRuns: 50 },
  );
});

it.each([
  { row: 'small', text: 'x'.repeat(COMPACT_FROM - 1), packed: false },
  { row: 'large', text: 'x'.repeat(COMPACT_FROM), packed: true },
  { row: 'large in bytes', text: 'ü'.repeat(COMPACT_FROM / 2), packed: true },
])('a text that is $row is packed: $packed', ({ text, packed }) => {
  expect(typeof compact(text) !== 'string').toBe(packed);
});

it('what would unfold to more than anything of ours is refused before it does', () => {
  const bomb = gzipSync(Buffer.alloc(10 * 2 ** 20));
  const refused =
    'object "a" is damaged, its gzip cannot be read: Cannot create a Buffer larger than 1048576 bytes; run again';

  expect(() => readable(bomb, 'object "a"', 2 ** 20)).toThrow(new PayloadError(refused));
});
