import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { payloadsIn } from '../../functions/contracts/crossing.ts';
import type { Objects } from '../../functions/contracts/envelope.ts';
import type { StoredShard } from '../../functions/contracts/lasting-shapes.ts';
import { isSameClaim, type NameChanges, type RememberedName } from '../../functions/domain/reading/inventory.ts';
import { readInventory, writeInventory } from '../../functions/observing/inventory-store.ts';
import { impatientObjects } from '../../functions/observing/noted-objects.ts';
import { entryOf, keyOf } from '../support/builders.ts';
import { contested } from '../support/wire/contested.ts';

/** Few names and endpoints, so that writers meet; names of the same shard and of others. */
const NAMES = Array.from({ length: 6 }, (_, index) => `n${index}.shop.internal.`);
const KEYS = [80, 81].map((port) => keyOf('10.0.0.1', port));

interface Claim {
  readonly name: string;
  readonly key: string;
  readonly task: string;
}
/** What one run claims: each endpoint once. */
const claims = fc.uniqueArray(
  fc.record({
    name: fc.constantFrom(...NAMES),
    key: fc.constantFrom(...KEYS),
    task: fc.constantFrom('1', '2', '3'),
  }),
  { maxLength: 8, selector: ({ name, key }) => `${name} ${key}` },
);
const overlapping = fc.array(claims, { minLength: 2, maxLength: 4 });

type Known = ReadonlyMap<string, RememberedName>;
const entryIn = (known: Known | undefined, { name, key }: Omit<Claim, 'task'>) => known?.get(name)?.values[key];

async function read(objects: Objects): Promise<Known> {
  const { remembered } = await readInventory(impatientObjects(payloadsIn(objects).lasting), { names: [], whole: true });
  return new Map(remembered.map((one) => [one.name, one]));
}

/** Writes what a run claims, on top of what it has read; the entries say which run has written them. */
async function write(objects: Objects, { own, known, run }: { own: readonly Claim[]; known: Known; run: number }) {
  const kept = impatientObjects(payloadsIn(objects).lasting);
  const changes = own.map((one): NameChanges => {
    const before = entryIn(known, one);
    const after = entryOf(one.task, { writtenAt: run });
    return { name: one.name, entries: [{ key: one.key, ...(before && { before }), after }] };
  });
  const unwritten = await writeInventory(kept, changes);
  const lost = new Set(unwritten.claims.map(({ name, key }) => `${name} ${key}`));
  return own.map((one) => ({ ...one, written: kept.lost().length === 0, lost: lost.has(`${one.name} ${one.key}`) }));
}

describe('runs that overlap', () => {
  it('and have read the same: of each endpoint one claim stands, and all others are told', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), overlapping, async (scheduler, all) => {
        const { objects } = contested(() => scheduler.schedule(Promise.resolve()));
        const known: Known = new Map();

        const told = await scheduler.waitFor(
          Promise.all(all.map((own, run) => write(objects, { own, known, run }))).then(async (results) => ({
            results: results.flat(),
            after: await read(objects),
          })),
        );

        for (const { written, lost, ...one } of told.results) {
          const entry = entryIn(told.after, one);
          const stands = entry !== undefined && isSameClaim(entry, entryOf(one.task));
          expect({ ...one, written, lost }).toEqual({ ...one, written: true, lost: !stands });
        }
      }),
      { numRuns: 150 },
    );
  });

  it('whenever they read: a claim is replaced only by a run that has read it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), overlapping, async (scheduler, all) => {
        const { objects, written } = contested(() => scheduler.schedule(Promise.resolve()));
        const readings = new Map<number, Known>();

        const course = async (own: readonly Claim[], run: number) => {
          const known = await read(objects);
          readings.set(run, known);
          await write(objects, { own, known, run });
        };
        await scheduler.waitFor(Promise.all(all.map(course)));

        const stood = new Map<string, string | undefined>();
        for (const one of written.flatMap(({ text }) => entriesOf(text))) {
          const at = `${one.name} ${one.key}`;
          const before = stood.get(at);
          if (before !== undefined && before !== one.entry.task) {
            expect(entryIn(readings.get(one.entry.writtenAt ?? -1), one)?.task).toBe(before);
          }
          stood.set(at, one.entry.task);
        }
      }),
      { numRuns: 150 },
    );
  });
});

function entriesOf(text: string) {
  const { names }: StoredShard = JSON.parse(text).body;
  return names.flatMap(({ name, values }) => values.map((one) => ({ name, ...one })));
}
