import { describe, expect, it } from 'vitest';
import type { LastingKind } from '../../functions/contracts/lasting.ts';
import { LASTING } from '../../functions/contracts/lasting-kinds.ts';
import { payloadsIn } from '../../functions/contracts/payloads.ts';
import { ThrottledError, UnavailableError } from '../../functions/domain/words/errors.ts';
import { entryOf, NOW } from '../support/builders.ts';
import { mapped } from '../support/inventory.ts';

const KEY = 'some/key.json';
const written = { print: 'aabbccdd', at: NOW, corrections: 1, since: NOW };
const removal = { name: 'a.', key: 'b.:80', value: '1 1 80 b.' };
const outcome = {
  execution: 'run-1',
  state: 'in-sync',
  endedAt: NOW,
  error: '',
  cause: '',
  dispositions: [{ outcome: 'published', reason: 'running', name: 'a.' }],
  refused: [],
  held: [],
  findings: [],
};

/** A full body of every kind, and bodies of other shapes. */
const BODIES: Readonly<Record<keyof typeof LASTING, { readonly good: unknown; readonly bad: readonly unknown[] }>> = {
  shard: {
    good: {
      names: [
        { name: 'a.', written, values: [{ key: 'b.:80', entry: entryOf('1', { publishedAt: 1, writtenAt: 2 }) }] },
        { name: '__proto__', values: [] },
      ],
    },
    bad: [
      { names: {} },
      { names: [{ name: 'a.', values: {} }] },
      { names: [{ name: 'a.', values: [{ key: 'k', entry: { task: 't' } }] }] },
      { names: [{ name: 'a.', values: [{ key: 'k', entry: { ...entryOf('1'), lastSeen: 'yesterday' } }] }] },
    ],
  },
  clusterReadings: { good: { readings: [{ cluster: 'c', readAt: NOW }], formerTaken: true }, bad: [{ readings: [] }] },
  formerEntries: { good: { written, values: { 'b.:80': entryOf('1') } }, bad: [{ values: [] }, { values: { k: 1 } }] },
  quarantine: {
    good: { 'a.': { reason: 'no', since: 1, lastTried: 2, tries: 3 } },
    bad: [[], { 'a.': 'no' }, { 'a.': { reason: 'no', since: -1, lastTried: 2, tries: 3 } }],
  },
  probeWishes: {
    good: [{ cluster: 'arn:aws:ecs:eu-west-1:1:cluster/a', batches: 7 }],
    bad: [{ a: 7 }, [{ cluster: 'a', batches: -1 }], [{ batches: 1 }]],
  },
  idleAddresses: { good: { 'ip-10-0-0-1.ecs.a.': NOW }, bad: [{ a: 'long ago' }, null, 3] },
  heldNow: { good: [{ ...removal, since: NOW }], bad: [[removal], {}, ['a']] },
  held: { good: [removal], bad: [[{ name: 'a.' }], 'all'] },
  outcome: {
    good: outcome,
    bad: [
      { ...outcome, dispositions: 1 },
      { ...outcome, state: 'splendid' },
    ],
  },
};

const KINDS = Object.entries(LASTING).map(([name, of]) => ({
  name,
  of: of as LastingKind<unknown>,
  ...BODIES[name as keyof typeof LASTING],
}));

const seal = (of: LastingKind<unknown>, body: unknown, about: object = {}) =>
  JSON.stringify({ kind: of.kind, version: of.version, body, ...about });

function kept(text?: string) {
  const bucket = new Map(text === undefined ? [] : [[KEY, text]]);
  return { bucket, lasting: payloadsIn(mapped(bucket)).lasting };
}

describe.each(KINDS)('$name', ({ of, good, bad }) => {
  const damages: readonly (readonly [string, string])[] = [
    ['garbage', '{"kind":'],
    ['empty', ''],
    ['no envelope', JSON.stringify(good)],
    ['null', 'null'],
    ['another kind', seal(of, good, { kind: 'plan' })],
    ['version 0', seal(of, good, { version: 0 })],
    ['no body', JSON.stringify({ kind: of.kind, version: of.version })],
    ...bad.map((body, index) => [`another shape, ${index}`, seal(of, body)] as const),
  ];

  it('is read as it was written', async () => {
    const { lasting } = kept();

    await lasting.revise(of, KEY, () => good, true);
    const found = await lasting.read(of, KEY, true);

    expect(found).toEqual({ state: 'found', body: good });
  });

  it.each(damages)('%s: lost, and written anew', async (_, text) => {
    const { lasting } = kept(text);
    const seen: unknown[] = [];

    const found = await lasting.read(of, KEY, true);
    const result = await lasting.revise(
      of,
      KEY,
      (before) => {
        seen.push(before);
        return good;
      },
      true,
    );

    expect(found).toEqual({ state: 'lost', why: expect.any(String), damaged: true });
    expect(seen).toEqual([undefined]);
    expect(result).toEqual({ state: 'written' });
    expect(await lasting.read(of, KEY, true)).toEqual({ state: 'found', body: good });
  });

  it('of a later version: lost, and left alone, whatever its shape', async () => {
    for (const body of [good, { entirely: 'new' }]) {
      const text = seal(of, body, { version: of.version + 1 });
      const { bucket, lasting } = kept(text);

      const found = await lasting.read(of, KEY, true);
      const result = await lasting.revise(of, KEY, () => good, true);

      const why = `version ${of.version + 1} wrote it, this one knows ${of.version}`;
      expect(found).toEqual({ state: 'lost', why });
      expect(result).toEqual({ state: 'lost', why });
      expect(bucket.get(KEY)).toBe(text);
    }
  });

  it('is left as it is where nothing is to be changed', async () => {
    const { bucket, lasting } = kept(seal(of, good));
    const before = bucket.get(KEY);

    const result = await lasting.revise(of, KEY, () => undefined, true);

    expect(result).toEqual({ state: 'written' });
    expect(bucket.get(KEY)).toBe(before);
  });
});

it.each(['quarantine', 'idleAddresses', 'heldNow', 'held', 'outcome', 'formerEntries'] as const)(
  '%s of the first version, which did not say its version, is understood',
  async (name) => {
    const of: LastingKind<unknown> = LASTING[name];
    const { lasting } = kept(JSON.stringify({ kind: of.kind, body: BODIES[name].good }));

    expect(await lasting.read(of, KEY, true)).toEqual({ state: 'found', body: BODIES[name].good });
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
      await lasting.read(LASTING.quarantine, KEY, true),
      await lasting.revise(LASTING.quarantine, KEY, () => ({}), true),
      await lasting.keep(LASTING.outcome, KEY, outcome),
    ];

    for (const result of results) {
      expect(result).toEqual({ state: 'lost', why: String.raw`AccessDenied: Access\u0007 Denied` });
    }
  });

  it.each([new ThrottledError('slow down'), new UnavailableError('not there')])(
    'that passes is thrown where somebody tries again: $name',
    async (fault) => {
      const lasting = failing(fault);

      await expect(lasting.read(LASTING.quarantine, KEY, true)).rejects.toBe(fault);
      await expect(lasting.keep(LASTING.outcome, KEY, outcome)).rejects.toBe(fault);
      await expect(lasting.revise(LASTING.quarantine, KEY, () => ({}), true)).rejects.toBe(fault);
      expect(await lasting.revise(LASTING.quarantine, KEY, () => ({}), false)).toMatchObject({ state: 'lost' });
      expect(await lasting.read(LASTING.quarantine, KEY, false)).toMatchObject({ state: 'lost' });
    },
  );
});
