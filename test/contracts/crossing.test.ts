import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { INLINE_BYTES, payload, payloadsIn } from '../../functions/contracts/crossing.ts';
import { snapshot, srvSet } from '../support/builders.ts';
import { mapped } from '../support/inventory.ts';

function bucket(given: Readonly<Record<string, string>> = {}) {
  const stored = new Map(Object.entries(given));
  return { stored, payloads: payloadsIn(mapped(stored)) };
}

const AT = { kind: 'clusters-beyond', key: 'a/key' } as const;

describe('save', () => {
  const envelope = (body: string) => Buffer.byteLength(JSON.stringify({ kind: AT.kind, version: 1, body: [body] }));

  it.each([
    { row: 'small', body: 'x', inline: true },
    { row: 'as large as may be', body: 'x'.repeat(INLINE_BYTES - envelope('')), inline: true },
    { row: 'a byte more', body: 'x'.repeat(INLINE_BYTES - envelope('') + 1), inline: false },
    { row: 'as many characters, more bytes', body: 'é'.repeat(INLINE_BYTES - envelope('')), inline: false },
  ])('$row: inline $inline', async ({ body, inline }) => {
    const { payloads, stored } = bucket();

    const saved = await payloads.save(AT, [body]);

    expect(saved).toEqual(inline ? { inline: { kind: AT.kind, version: 1, body: [body] } } : { key: 'a/key' });
    expect([...stored.keys()]).toEqual(inline ? [] : ['a/key']);
    expect(await payloads.load(AT.kind, saved)).toEqual([body]);
  });

  it('keeps less inline where many payloads meet', async () => {
    const { payloads } = bucket();

    const saved = await payloads.save(AT, ['x'.repeat(100)], 100);

    expect(saved).toEqual({ key: 'a/key' });
  });
});

describe('keep', () => {
  it.each([
    { row: 'small: inline as well', bytes: 200, inline: true },
    { row: 'too large for that', bytes: 100, inline: false },
  ])('$row', async ({ bytes, inline }) => {
    const { payloads, stored } = bucket();

    const kept = await payloads.keep(AT, ['x'.repeat(100)], bytes);

    expect('inline' in kept).toBe(inline);
    expect([...stored.keys()]).toEqual(['a/key']);
    expect(await payloads.load(AT.kind, kept)).toEqual(['x'.repeat(100)]);
    expect(await payloads.find(AT)).toEqual(['x'.repeat(100)]);
  });
});

it('gives back whatever it was handed, inline or not', async () => {
  const answers = fc.jsonValue({ maxDepth: 3 });

  await fc.assert(
    fc.asyncProperty(answers, fc.boolean(), async (stored, large) => {
      const { payloads } = bucket();
      const body = snapshot([srvSet('a.shop.internal.', [], { stored })]);
      const saved = await payloads.save({ kind: 'snapshot', key: 'key' }, body, large ? 0 : INLINE_BYTES);

      const crossed = payload.parse(JSON.parse(JSON.stringify(saved)));

      expect(await payloads.load('snapshot', crossed)).toEqual(JSON.parse(JSON.stringify(body)));
    }),
  );
});

it.each([0, INLINE_BYTES])(
  'keeps every key, even one that JavaScript reads as the prototype: inline %i',
  async (bytes) => {
    const body = JSON.parse('{"__proto__":1}');
    const { payloads } = bucket();

    const crossed = payload.parse(await payloads.save({ kind: 'idle-addresses', key: 'k' }, body, bytes));

    expect(JSON.stringify(await payloads.load('idle-addresses', crossed))).toBe(JSON.stringify(body));
  },
);

it('checks what stands under such a key as well', async () => {
  const { payloads } = bucket({ k: '{"kind":"idle-addresses","body":{"__proto__":"long ago"}}' });

  const loading = payloads.load('idle-addresses', { key: 'k' });

  await expect(loading).rejects.toThrow('at "__proto__"');
});

describe('load', () => {
  const hinted = JSON.stringify({ kind: 'hints', body: 1 });
  const later = JSON.stringify({ kind: 'reading', version: 2, body: 1 });

  it.each([
    { row: 'a missing object', claimed: { key: 'k' }, given: {}, texts: ['object "k" is missing', 'want the reading'] },
    { row: 'no JSON', claimed: { key: 'k' }, given: { k: '{' }, texts: ['object "k"', 'it is no JSON'] },
    { row: 'no envelope', claimed: { key: 'k' }, given: { k: '[]' }, texts: ['object "k"', 'it has no envelope'] },
    { row: 'another kind', claimed: { key: 'k' }, given: { k: hinted }, texts: ['it is "hints"', 'want "reading"'] },
    {
      row: 'of a later version',
      claimed: { key: 'k' },
      given: { k: later },
      texts: ['object "k"', 'version 2 wrote it'],
    },
    {
      row: 'another kind inline',
      claimed: { inline: { kind: 'plan', body: 1 } },
      given: {},
      texts: ['an inline payload', 'it is "plan"', 'want "reading"'],
    },
    { row: 'no envelope inline', claimed: { inline: null }, given: {}, texts: ['an inline payload', 'no envelope'] },
  ])('$row → PayloadError', async ({ claimed, given, texts }) => {
    const { payloads } = bucket(given as Readonly<Record<string, string>>);

    const loading = payloads.load('reading', claimed as { readonly key: string });

    await expect(loading).rejects.toThrow(expect.objectContaining({ name: 'PayloadError' }));
    for (const text of [...texts, 'run again']) await expect(loading).rejects.toThrow(text);
  });
});

describe('keep and find', () => {
  it('keep an object of any size, and find it by its key and kind', async () => {
    const { payloads } = bucket();

    expect(await payloads.keep({ ...AT, key: 'k' }, ['a'])).toEqual({ key: 'k' });
    expect(await payloads.find({ ...AT, key: 'k' })).toEqual(['a']);
    expect(await payloads.find({ ...AT, key: 'other' })).toBeUndefined();
    await expect(payloads.find({ kind: 'held', key: 'k' })).rejects.toThrow('it is "clusters-beyond"');
  });
});

it.each([{}, { inline: 1, key: 'k' }, { key: '' }, { key: 'x'.repeat(513) }, { key: 1 }, 'k'])(
  '%j is no payload',
  (given) => {
    const { success } = payload.safeParse(given);

    expect(success).toBe(false);
  },
);
