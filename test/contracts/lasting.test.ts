import { describe, expect, it } from 'vitest';
import { payloadsIn } from '../../functions/contracts/crossing.ts';
import { type Kind, PAYLOADS } from '../../functions/contracts/payloads.ts';
import { PayloadError, ThrottledError, UnavailableError } from '../../functions/domain/words/errors.ts';
import { mapped } from '../support/inventory.ts';
import { SAMPLES } from '../support/payload-samples.ts';

const KEY = 'some/key.json';
const QUARANTINE = { kind: 'quarantine', key: KEY } as const;
const LASTING = (Object.keys(PAYLOADS) as Kind[]).filter((kind) => PAYLOADS[kind].kept !== '7 days');
const KINDS = LASTING.map((kind) => ({
  at: { kind, key: KEY },
  kind,
  version: PAYLOADS[kind].version,
  good: SAMPLES[kind].full,
  bad: SAMPLES[kind].bad,
}));

const seal = (kind: Kind, body: unknown, about: object = {}) =>
  JSON.stringify({ kind, version: PAYLOADS[kind].version, body, ...about });

function kept(text?: string) {
  const bucket = new Map(text === undefined ? [] : [[KEY, text]]);
  return { bucket, lasting: payloadsIn(mapped(bucket)).lasting };
}

describe.each(KINDS)('$kind', ({ at, kind, version, good, bad }) => {
  const damages: readonly (readonly [string, string])[] = [
    ['garbage', '{"kind":'],
    ['empty', ''],
    ['no envelope', JSON.stringify(good)],
    ['null', 'null'],
    ['another kind', seal(kind, good, { kind: 'plan' })],
    ['version 0', seal(kind, good, { version: 0 })],
    ['no body', JSON.stringify({ kind, version })],
    ...bad.map(([body], index) => [`another shape, ${index}`, seal(kind, body)] as const),
  ];

  it('is read as it was written', async () => {
    const { lasting } = kept();

    await lasting.revise(at, () => good, { patient: true });
    const found = await lasting.read(at, true);

    expect(found).toEqual({ state: 'found', body: good });
  });

  it.each(damages)('%s: lost, and written anew', async (_, text) => {
    const { lasting } = kept(text);
    const seen: unknown[] = [];

    const found = await lasting.read(at, true);
    const result = await lasting.revise(
      at,
      (before) => {
        seen.push(before);
        return good;
      },
      { patient: true },
    );

    expect(found).toEqual({ state: 'lost', why: expect.any(String), damaged: true });
    expect(seen).toEqual([undefined]);
    expect(result).toEqual({ state: 'written' });
    expect(await lasting.read(at, true)).toEqual({ state: 'found', body: good });
  });

  it('of a later version: lost, and left alone, whatever its shape', async () => {
    for (const body of [good, { entirely: 'new' }]) {
      const text = seal(kind, body, { version: version + 1 });
      const { bucket, lasting } = kept(text);

      const found = await lasting.read(at, true);
      const result = await lasting.revise(at, () => good, { patient: true });

      const why = `version ${version + 1} wrote it, this one knows ${version}`;
      expect(found).toEqual({ state: 'lost', why });
      expect(result).toEqual({ state: 'lost', why });
      expect(bucket.get(KEY)).toBe(text);
    }
  });

  it('is left as it is where nothing is to be changed', async () => {
    const { bucket, lasting } = kept(seal(kind, good));
    const before = bucket.get(KEY);

    const result = await lasting.revise(at, () => undefined, { patient: true });

    expect(result).toEqual({ state: 'written' });
    expect(bucket.get(KEY)).toBe(before);
  });
});

it.each(['quarantine', 'idle-addresses', 'held-now', 'held', 'outcome', 'hints'] as const)(
  '%s of the first version, which did not say its version, is understood',
  async (kind) => {
    const { lasting } = kept(JSON.stringify({ kind, body: SAMPLES[kind].full }));

    expect(await lasting.read<Kind>({ kind, key: KEY }, true)).toEqual({ state: 'found', body: SAMPLES[kind].full });
  },
);

describe('a fault of S3', () => {
  const forbidden = Object.assign(new Error('Access\u0007 Denied'), { name: 'AccessDenied' });
  const failing = (fault: Error) => {
    const fail = async () => {
      throw fault;
    };
    return payloadsIn({ get: fail, put: fail, revise: fail }).lasting;
  };

  it('that stays costs the object, and says so in printable text', async () => {
    const lasting = failing(forbidden);

    const results = [
      await lasting.read(QUARANTINE, true),
      await lasting.revise(QUARANTINE, () => ({}), { patient: true }),
      await lasting.keep({ kind: 'outcome', key: KEY }, SAMPLES.outcome.full),
    ];

    for (const result of results) {
      expect(result).toEqual({ state: 'lost', why: String.raw`AccessDenied: Access\u0007 Denied` });
    }
  });

  it('that is the object itself, whose gzip is damaged, is mended by writing it anew', async () => {
    const lasting = failing(new PayloadError('object "k" is damaged'));

    expect(await lasting.read(QUARANTINE, true)).toEqual({
      state: 'lost',
      why: 'PayloadError: object "k" is damaged',
      damaged: true,
    });
  });

  it.each([new ThrottledError('slow down'), new UnavailableError('not there')])(
    'that passes is thrown where somebody tries again: $name',
    async (fault) => {
      const lasting = failing(fault);

      await expect(lasting.read(QUARANTINE, true)).rejects.toBe(fault);
      await expect(lasting.keep({ kind: 'outcome', key: KEY }, SAMPLES.outcome.full)).rejects.toBe(fault);
      await expect(lasting.revise(QUARANTINE, () => ({}), { patient: true })).rejects.toBe(fault);
      expect(await lasting.revise(QUARANTINE, () => ({}), { patient: false })).toMatchObject({ state: 'lost' });
      expect(await lasting.read(QUARANTINE, false)).toMatchObject({ state: 'lost' });
    },
  );
});
