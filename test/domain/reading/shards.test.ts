import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EntryChange, RememberedName } from '../../../functions/domain/reading/inventory.ts';
import { mergeShard, SHARDS, shardOf } from '../../../functions/domain/reading/shards.ts';
import { CALC, entryOf, keyOf, NOW, rememberedAt } from '../../support/builders.ts';

const KEY = keyOf('10.0.0.1', 80);
const read = entryOf('1', { writtenAt: 1 });
const newer = entryOf('1', { writtenAt: 2, lastVerdict: 'healthy' });
const theirs = entryOf('2', { writtenAt: 2 });
const ours = entryOf('1', { writtenAt: 3 });

describe('shardOf', () => {
  it('never changes for this version of the format', () => {
    expect(
      ['_calc._tcp.shop.internal.', 'time.shop.internal.', 'idle-addresses.', '__proto__.', ''].map(shardOf),
    ).toEqual([7, 13, 3, 9, 5]);
  });

  it('is one of sixteen, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300, unit: 'binary' }), (name) => {
        expect(ALL.has(shardOf(name))).toBe(true);
      }),
    );
  });

  it('spreads names that differ in little', () => {
    const names = Array.from({ length: 1_600 }, (_, index) => `_n${index}._tcp.shop.internal.`);

    const sizes = [...Map.groupBy(names, shardOf).values()].map(({ length }) => length);

    expect(sizes.length).toBe(SHARDS);
    expect(Math.max(...sizes)).toBeLessThan(200);
  });
});
const ALL = new Set(Array.from({ length: SHARDS }, (_, shard) => shard));

describe('mergeShard', () => {
  it.each<{ row: string; stored?: typeof read; change: Omit<EntryChange, 'key'>; becomes?: typeof read; lost?: true }>([
    { row: 'nothing there', change: { after: ours }, becomes: ours },
    { row: 'what was read is lost by now', change: { before: read, after: ours }, becomes: ours },
    { row: 'what was read', stored: read, change: { before: read, after: ours }, becomes: ours },
    {
      row: 'what was read, seen since',
      stored: { ...read, lastSeen: NOW },
      change: { before: read, after: ours },
      becomes: ours,
    },
    { row: 'what was read, to be forgotten', stored: read, change: { before: read } },
    { row: 'newer, of the same claim', stored: newer, change: { before: read, after: ours }, becomes: newer },
    {
      row: 'newer, of another claim',
      stored: theirs,
      change: { before: read, after: ours },
      becomes: theirs,
      lost: true,
    },
    { row: 'newer, where nothing was read', stored: theirs, change: { after: ours }, becomes: theirs, lost: true },
    { row: 'the same claim, where nothing was read', stored: newer, change: { after: ours }, becomes: newer },
    { row: 'newer, to be forgotten', stored: newer, change: { before: read }, becomes: newer },
  ])('$row', ({ stored, change, becomes, lost }) => {
    const shard = stored ? [rememberedAt(CALC, { [KEY]: stored })] : [];

    const merged = mergeShard(shard, [{ name: CALC, entries: [{ key: KEY, ...change }] }]);

    expect(merged.names).toEqual(becomes ? [rememberedAt(CALC, { [KEY]: becomes })] : []);
    expect(merged.changed).toBe(becomes !== stored);
    expect(merged.lost).toEqual(lost ? [{ name: CALC, key: KEY }] : []);
  });

  const at = (time: number) => ({ print: `p${time}`, at: time, corrections: 0, since: 0 });
  it.each([
    { row: 'nothing there', stored: undefined, written: at(1), becomes: at(1) },
    { row: 'something earlier', stored: at(1), written: at(2), becomes: at(2) },
    { row: 'something later', stored: at(2), written: at(1), becomes: at(2) },
    { row: 'forgotten as it was read', stored: at(1), written: { forgetAt: 1 }, becomes: undefined },
    { row: 'forgotten, and written again meanwhile', stored: at(2), written: { forgetAt: 1 }, becomes: at(2) },
  ])('keeps what was written at a name last: $row', ({ stored, written, becomes }) => {
    const shard: RememberedName[] = stored ? [{ ...rememberedAt(CALC, {}), written: stored }] : [];

    const merged = mergeShard(shard, [{ name: CALC, entries: [], written }]);

    expect(merged.names.map((one) => one.written)).toEqual(becomes ? [becomes] : []);
    expect(merged.changed).toBe(JSON.stringify(stored) !== JSON.stringify(becomes));
  });

  it('leaves names alone that nobody speaks of', () => {
    const others = [rememberedAt('a.', { [KEY]: read }), rememberedAt('z.', { [KEY]: read })];

    const { names } = mergeShard(others, [{ name: 'm.', entries: [{ key: KEY, after: ours }] }]);

    expect(names).toEqual([others[0], rememberedAt('m.', { [KEY]: ours }), others[1]]);
  });
});
