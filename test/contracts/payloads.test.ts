import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { INLINE_BYTES, type Objects, payload, payloadsIn } from '../../functions/contracts/payloads.ts';

function bucket(given: Readonly<Record<string, string>> = {}) {
  const stored = new Map(Object.entries(given));
  const objects: Objects = {
    get: async (key) => stored.get(key),
    put: async (key, text) => void stored.set(key, text),
    revise: async (key, change) => {
      const text = change(stored.get(key));
      if (text !== undefined) stored.set(key, text);
    },
  };
  return { stored, payloads: payloadsIn(objects) };
}

describe('save', () => {
  const envelope = (body: string) => Buffer.byteLength(JSON.stringify({ kind: 'reading', body }));

  it.each([
    { row: 'small', body: 'x', inline: true },
    { row: 'as large as may be', body: 'x'.repeat(INLINE_BYTES - envelope('')), inline: true },
    { row: 'a byte more', body: 'x'.repeat(INLINE_BYTES - envelope('') + 1), inline: false },
    { row: 'as many characters, more bytes', body: 'é'.repeat(INLINE_BYTES - envelope('')), inline: false },
  ])('$row: inline $inline', async ({ body, inline }) => {
    const { payloads, stored } = bucket();

    const saved = await payloads.save('reading', 'a/key', body);

    expect(saved).toEqual(inline ? { inline: { kind: 'reading', body } } : { key: 'a/key' });
    expect([...stored.keys()]).toEqual(inline ? [] : ['a/key']);
    expect(await payloads.load('reading', saved)).toBe(body);
  });

  it('keeps less inline where many payloads meet', async () => {
    const { payloads } = bucket();

    const saved = await payloads.save('reading', 'a/key', 'x'.repeat(100), 100);

    expect(saved).toEqual({ key: 'a/key' });
  });
});

it('gives back whatever it was handed, inline or not', async () => {
  const bodies = fc.jsonValue({ maxDepth: 3 });

  await fc.assert(
    fc.asyncProperty(bodies, fc.boolean(), async (body, large) => {
      const { payloads } = bucket();
      const saved = await payloads.save('x', 'key', body, large ? 0 : INLINE_BYTES);

      const crossed = payload.parse(JSON.parse(JSON.stringify(saved)));

      expect(await payloads.load('x', crossed)).toEqual(JSON.parse(JSON.stringify(body)));
    }),
  );
});

it('keeps every key of an inline payload, even one that JavaScript reads as the prototype', async () => {
  const body = JSON.parse('{"__proto__":{"a":1}}');
  const { payloads } = bucket();

  const crossed = payload.parse(await payloads.save('x', 'key', body));

  expect(JSON.stringify(await payloads.load('x', crossed))).toBe(JSON.stringify(body));
});

describe('load', () => {
  const hinted = JSON.stringify({ kind: 'hints', body: 1 });

  it.each([
    { row: 'a missing object', claimed: { key: 'k' }, given: {}, texts: ['object "k" is missing', 'want the reading'] },
    { row: 'no JSON', claimed: { key: 'k' }, given: { k: '{' }, texts: ['object "k" is no JSON'] },
    {
      row: 'no envelope',
      claimed: { key: 'k' },
      given: { k: '[]' },
      texts: ['object "k" has no envelope', '"reading"'],
    },
    {
      row: 'another kind',
      claimed: { key: 'k' },
      given: { k: hinted },
      texts: ['has kind "hints"', 'want', '"reading"'],
    },
    {
      row: 'another kind inline',
      claimed: { inline: { kind: 'plan', body: 1 } },
      given: {},
      texts: ['inline payload has kind "plan"', '"reading"'],
    },
    { row: 'no envelope inline', claimed: { inline: null }, given: {}, texts: ['inline payload has no envelope'] },
  ])('$row → PayloadError', async ({ claimed, given, texts }) => {
    const { payloads } = bucket(given as Readonly<Record<string, string>>);

    const loading = payloads.load('reading', claimed);

    await expect(loading).rejects.toThrow(expect.objectContaining({ name: 'PayloadError' }));
    for (const text of texts) await expect(loading).rejects.toThrow(text);
  });
});

describe('keep and find', () => {
  it('keep an object of any size, and find it by its key and kind', async () => {
    const { payloads } = bucket();

    expect(await payloads.keep('plan', 'k', { a: 1 })).toEqual({ key: 'k' });
    expect(await payloads.find('plan', 'k')).toEqual({ a: 1 });
    expect(await payloads.find('plan', 'other')).toBeUndefined();
    await expect(payloads.find('held', 'k')).rejects.toThrow('has kind "plan", want a payload of kind "held"');
  });
});

it.each([{}, { inline: 1, key: 'k' }, { key: '' }, { key: 'x'.repeat(513) }, { key: 1 }, 'k'])(
  '%j is no payload',
  (given) => {
    const { success } = payload.safeParse(given);

    expect(success).toBe(false);
  },
);
