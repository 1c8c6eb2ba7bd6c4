import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isWithin, keyOf, keyOfName, labelsOf, parentKey, wireName } from './name.ts';

it.each([
  { name: '_api._tcp.Shop.internal', key: '_api._tcp.shop.internal.' },
  { name: 'shop.internal.', key: 'shop.internal.' },
  { name: '*.shop.internal.', key: '\\052.shop.internal.' },
  { name: '\\052.shop.internal.', key: '\\052.shop.internal.' },
  { name: 'a\\.b.internal', key: 'a\\056b.internal.' },
  { name: 'a\\056b.internal', key: 'a\\056b.internal.' },
  { name: '\\303\\251.internal', key: '\\303\\251.internal.' },
  { name: '.', key: '.' },
])('$name has the key $key', ({ name, key }) => {
  expect(keyOfName(name)).toBe(key);
});

it.each([
  { name: `${'a'.repeat(64)}.internal`, error: /label of 64 bytes/ },
  { name: 'a..internal', error: /label of 0 bytes/ },
  { name: `${'abcdefg.'.repeat(32)}`, error: /name of 257 bytes/ },
])('refuses $name', ({ name, error }) => {
  expect(() => labelsOf(name)).toThrow(error);
});

it('a key reads back as the labels that it was made of, but for the case of letters', () => {
  const label = fc
    .uint8Array({ minLength: 1, maxLength: 20 })
    .map((bytes) => Buffer.from(bytes).toString('latin1').replace(/[A-Z]/g, 'x'));

  fc.assert(
    fc.property(fc.array(label, { maxLength: 8 }), (labels) => {
      expect(labelsOf(keyOf(labels))).toEqual(labels);
    }),
  );
});

it('tells what lies within a zone by labels, not by text', () => {
  expect(['a.b.', 'x.a.b.', 'xa.b.', 'b.'].map((key) => isWithin(key, 'a.b.'))).toEqual([true, true, false, false]);
  expect(['a.b.', 'b.', '.'].map(parentKey)).toEqual(['b.', '.', '.']);
});

it('writes length and bytes of each label, then the root', () => {
  expect(wireName(labelsOf('Ab.\\052'))).toEqual(Buffer.from([2, 65, 98, 1, 42, 0]));
});
