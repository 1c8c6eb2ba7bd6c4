import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { INLINE_BYTES, payload, payloadsIn } from '../../functions/contracts/crossing.ts';
import { type Kind, objectAt, PAYLOADS } from '../../functions/contracts/payloads.ts';
import { mapped } from '../support/inventory.ts';
import { SAMPLES } from '../support/payload-samples.ts';

const KINDS = Object.keys(PAYLOADS) as Kind[];

/** What stands in the keys behind execution and pass, in the words of the README of the state machine. */
const PARTS: Readonly<Partial<Record<Kind, readonly (readonly string[])[]>>> = {
  group: [['<g>']],
  observation: [['<g>']],
  targets: [['<g>', '<n>']],
  fault: [['<g>']],
  verdicts: [['<g>', '<n>']],
  batch: [['<i>']],
  applied: [['<i>']],
  progress: [['<state>'], ['<state>', '<g>']],
};
const PASS = { execution: '<execution>', pass: '<pass>' };
const KEYS: Readonly<Partial<Record<Kind, readonly string[]>>> = {
  outcome: ['<day>', '<execution>'],
  index: ['<day>', '<execution>', '<mentions>'],
  held: ['<hash>'],
  inventory: ['<0 … f>'],
  hints: ['<name>'],
  definitions: ['<cluster>'],
  services: ['<cluster>'],
  shifts: ['<cluster>'],
};

/** The row of a kind as the README has it. */
function rowOf(kind: Kind) {
  const { by, kept, key } = PAYLOADS[kind];
  const keyOf = key as (...parts: readonly unknown[]) => string;
  const keys =
    kept === '7 days'
      ? (PARTS[kind] ?? [[]]).map((parts) => keyOf(PASS, ...parts).replace('<execution>/<pass>', '…'))
      : [keyOf(...(KEYS[kind] ?? []))];
  return { kind, keys: keys.map((one) => `\`${one}\``).join(', '), by, kept };
}

it('has its keys, writers and lifetimes as the README of the state machine says', () => {
  const [, text = ''] = readFileSync('statemachines/README.md', 'utf8').split('## Objects in the run bucket');
  const rows = [...text.matchAll(/^\| `([a-z-]+)` \| (.*?) \| .*? \| (.*?) \| .*? \| (.*?) \|$/gm)];

  const said = rows.map(([, kind, keys, by, kept = '']) => ({ kind, keys, by, kept: kept.replace(/ \(.*/, '') }));

  expect(said).toEqual(KINDS.map(rowOf));
});

it('has no key that a workload could choose, but for what version 1 has left', () => {
  const kinds = KINDS.filter((kind) => rowOf(kind).keys.includes('<name>'));

  expect(kinds).toEqual(['hints']);
});

describe.each(KINDS)('%s', (kind) => {
  const { full, least, bad } = SAMPLES[kind];
  const AT = { kind, key: 'k' };
  const around = (text?: string) => payloadsIn(mapped(new Map(text === undefined ? [] : [['k', text]])));
  const seal = (body: unknown) => JSON.stringify({ kind, version: PAYLOADS[kind].version, body });

  it.each([
    { row: 'every field', body: full },
    { row: 'the fewest fields', body: least },
  ])('with $row is read as it was written, inline or not', async ({ body }) => {
    for (const inlineBytes of [0, 10 * INLINE_BYTES]) {
      const payloads = around();
      const saved = await payloads.save(AT, body, inlineBytes);

      const crossed = payload.parse(JSON.parse(JSON.stringify(saved)));

      expect('key' in crossed).toBe(inlineBytes === 0);
      expect(await payloads.load(kind, crossed)).toEqual(body);
      if (inlineBytes === 0) expect(await payloads.find(AT)).toEqual(body);
    }
  });

  it.each(bad.map(([body, place]) => ({ body, place })))(
    'damaged at "$place" is refused, with object, kind and place',
    async ({ body, place }) => {
      const finding = around(seal(body)).find(AT);
      await expect(finding).rejects.toThrow(expect.objectContaining({ name: 'PayloadError' }));
      await expect(finding).rejects.toThrow(`object "k" is no ${kind} of this version`);
      await expect(finding).rejects.toThrow(`at "${place}"; run again`);

      const loading = around().load(kind, { inline: JSON.parse(seal(body)) });
      await expect(loading).rejects.toThrow(`an inline payload is no ${kind} of this version`);
      await expect(loading).rejects.toThrow(`at "${place}"; run again`);
    },
  );
});

it('puts the objects of a pass beside each other', () => {
  const pass = { execution: 'run-1', pass: 2 };

  expect(objectAt('plan', pass)).toEqual({ kind: 'plan', key: 'runs/run-1/2/plan.json' });
  expect(objectAt('batch', pass, 3).key).toBe('runs/run-1/2/batch-3.json');
  expect(objectAt('verdicts', pass, 3, 4).key).toBe('runs/run-1/2/group-3/verdicts-4.json');
  expect([0, 15].map((shard) => objectAt('inventory', shard).key)).toEqual([
    'inventory/v2/0.json',
    'inventory/v2/f.json',
  ]);
});
