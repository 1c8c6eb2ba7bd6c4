import { describe, expect, it } from 'vitest';
import {
  changesOf,
  FORGET_AFTER,
  FORGET_WRITTEN_AFTER,
  type InventoryEntry,
  isSameClaim,
  LAST_SEEN_LAG,
  type Learning,
  lastSeenOf,
  type RememberedName,
  type Sighting,
  type Sightings,
} from '../../../functions/domain/reading/inventory.ts';
import { mergeShard } from '../../../functions/domain/reading/shards.ts';
import {
  CALC,
  CLUSTER,
  entryOf,
  HOUR,
  keyOf,
  MINUTE,
  NOW,
  OTHER_CLUSTER,
  rememberedAt,
  taskArn,
} from '../../support/builders.ts';

const KEY = keyOf('10.0.0.1', 80);
const OTHER = keyOf('10.0.0.2', 80);
const TAKEN = NOW - MINUTE;

function sighting(id: string, about: Partial<Sighting> = {}): Sighting {
  const { firstSeen: _, lastSeen: __, publishedAt: ___, ...rest } = known(id);
  return { key: KEY, ...rest, ...about };
}

/** An entry that a run would write just so: of a claim that is known whole and has been seen in the zone. */
const known = (id: string, about: Partial<InventoryEntry> = {}): InventoryEntry =>
  entryOf(id, { container: 'app', containerPort: 8080, protocol: 'tcp', publishedAt: NOW - HOUR, ...about });

/** Version 1 did not keep which declaration of a task it was. */
function asVersion1({ container: _, containerPort: __, protocol: ___, ...entry }: InventoryEntry): InventoryEntry {
  return entry;
}

const look = (about: Partial<Sightings> = {}): Sightings => ({
  name: CALC,
  seen: [],
  absent: [],
  inZone: [KEY],
  ...about,
});

const learning = (about: Partial<Learning> = {}): Learning => ({
  now: NOW,
  takenAt: TAKEN,
  whole: true,
  readingKept: true,
  ...about,
});

/** The entries of the name after what a run has learned. */
function learned(
  remembered: RememberedName,
  sightings: Sightings,
  about: Partial<Learning> = {},
): RememberedName['values'] {
  const { names } = mergeShard([remembered], [changesOf(remembered, sightings, learning(about))]);
  return names.find(({ name }) => name === remembered.name)?.values ?? {};
}

describe('has no news', () => {
  it.each<{ row: string; values: RememberedName['values']; seen?: Sighting[]; about?: Partial<Learning> }>([
    { row: 'nothing known, nothing seen', values: {} },
    { row: 'seen as it is known', values: { [KEY]: known('1') }, seen: [sighting('1')] },
    {
      row: 'seen as it is known, long ago, where the reading of its cluster tells',
      values: { [KEY]: known('1', { lastSeen: 0 }) },
      seen: [sighting('1')],
    },
    {
      row: 'seen as it is known, shortly before the lag is over, where no reading of the cluster tells',
      values: { [KEY]: known('1', { lastSeen: NOW - LAST_SEEN_LAG + 1 }) },
      seen: [sighting('1')],
      about: { readingKept: false },
    },
    { row: 'known and in the zone, though not seen for long', values: { [KEY]: known('1', { lastSeen: 0 }) } },
    { row: 'out, but only for a while', values: { [OTHER]: known('1', { outSince: NOW - FORGET_AFTER }) } },
    {
      row: 'out for long, in the eyes of an event run',
      values: { [OTHER]: known('1', { outSince: 0 }) },
      about: { whole: false },
    },
  ])('$row', ({ values, seen = [], about }) => {
    const { entries } = changesOf(rememberedAt(CALC, values), look({ seen }), learning(about));

    expect(entries).toEqual([]);
  });

  it('absent again', () => {
    const remembered = rememberedAt(CALC, { [KEY]: known('1', { absentSince: NOW - MINUTE }) });

    const { entries } = changesOf(remembered, look({ absent: [KEY] }), learning());

    expect(entries).toEqual([]);
  });

  it('when it has just written', () => {
    const seen = [sighting('1'), sighting('2', { key: OTHER })];
    const written = learned(rememberedAt(CALC, {}), look({ seen, inZone: [] }));

    const { entries } = changesOf(rememberedAt(CALC, written), look({ seen, inZone: [] }), learning());

    expect(entries).toEqual([]);
  });
});

describe('remembers who is seen', () => {
  const { publishedAt: _, ...unpublished } = known('1');

  it.each<{ row: string; before: InventoryEntry | undefined; becomes: Partial<InventoryEntry> }>([
    { row: 'new', before: undefined, becomes: { firstSeen: NOW, verdictSince: NOW } },
    {
      row: 'with another verdict',
      before: known('1', { lastVerdict: 'held-panic', verdictSince: NOW - MINUTE }),
      becomes: { publishedAt: NOW - HOUR, verdictSince: NOW },
    },
    {
      row: 'with the same verdict as before',
      before: known('1', { outSince: NOW - MINUTE, verdictSince: NOW - HOUR }),
      becomes: { publishedAt: NOW - HOUR, verdictSince: NOW - HOUR },
    },
    {
      row: 'back again',
      before: known('1', { absentSince: NOW - MINUTE, verdictSince: NOW - HOUR }),
      becomes: { publishedAt: NOW - HOUR, verdictSince: NOW - HOUR },
    },
    {
      row: 'another task at the same endpoint, which nothing has shown as published yet',
      before: known('2'),
      becomes: { firstSeen: NOW, verdictSince: NOW },
    },
    {
      row: 'another container of the same task',
      before: known('1', { container: 'other' }),
      becomes: { firstSeen: NOW, verdictSince: NOW },
    },
    {
      row: 'as version 1 knew it: without its container',
      before: asVersion1(known('1')),
      becomes: { publishedAt: NOW - HOUR, verdictSince: NOW - HOUR },
    },
    {
      row: 'on a host that drains no more',
      before: known('1', { hostDrains: true, verdictSince: NOW - HOUR }),
      becomes: { publishedAt: NOW - HOUR, verdictSince: NOW - HOUR },
    },
    {
      row: 'in the zone for the first time',
      before: { ...unpublished, verdictSince: NOW - HOUR },
      becomes: { publishedAt: TAKEN, verdictSince: NOW - HOUR },
    },
  ])('$row', ({ before, becomes }) => {
    const remembered = rememberedAt(CALC, before ? { [KEY]: before } : {});

    const values = learned(remembered, look({ seen: [sighting('1')] }));

    expect(values).toEqual({
      [KEY]: { ...unpublished, firstSeen: NOW - HOUR, lastSeen: NOW, writtenAt: NOW, ...becomes },
    });
  });

  it('anew where no reading of its cluster tells that it was seen', () => {
    const remembered = rememberedAt(CALC, { [KEY]: known('1', { lastSeen: NOW - LAST_SEEN_LAG }) });

    const values = learned(remembered, look({ seen: [sighting('1')] }), { readingKept: false });

    expect(values[KEY]).toMatchObject({ lastSeen: NOW, firstSeen: NOW - HOUR });
  });
});

describe('counts a value as published', () => {
  const { publishedAt: _, ...unpublished } = known('1');

  it.each([
    { row: 'that an answer showed after its claim was written', inZone: [KEY], firstSeen: TAKEN - 1, published: true },
    { row: 'not: that only an earlier answer showed', inZone: [KEY], firstSeen: TAKEN, published: false },
    { row: 'not: that no answer shows', inZone: [], firstSeen: TAKEN - 1, published: false },
  ])('$row', ({ inZone, firstSeen, published }) => {
    const remembered = rememberedAt(CALC, { [KEY]: { ...unpublished, firstSeen } });

    const held = learned(remembered, look({ inZone }));
    const seen = learned(remembered, look({ inZone, seen: [sighting('1')] }));

    expect([held[KEY]?.publishedAt, seen[KEY]?.publishedAt]).toEqual(
      published ? [TAKEN, TAKEN] : [undefined, undefined],
    );
  });
});

describe('notes', () => {
  it('since when a task is not listed any more, and keeps when it was seen', () => {
    const remembered = rememberedAt(CALC, { [KEY]: known('1'), [OTHER]: known('2') });

    const values = learned(remembered, look({ absent: [KEY], inZone: [KEY, OTHER] }));

    expect(values).toEqual({ [KEY]: known('1', { absentSince: NOW, writtenAt: NOW }), [OTHER]: known('2') });
  });

  it('that it is listed again, published or not', () => {
    const remembered = rememberedAt(CALC, { [KEY]: known('1', { absentSince: NOW - HOUR, lastSeen: NOW - HOUR }) });

    const values = learned(remembered, look({ present: [KEY] }));

    expect(values[KEY]).toEqual(known('1', { lastSeen: NOW, writtenAt: NOW }));
  });

  it('since when a value is neither in the zone nor wanted, and that it is back', () => {
    const out = learned(rememberedAt(CALC, { [KEY]: known('1') }), look({ inZone: [] }));
    const back = learned(rememberedAt(CALC, out), look());

    expect(out[KEY]).toEqual(known('1', { outSince: NOW, writtenAt: NOW }));
    expect(back[KEY]).toEqual(known('1', { writtenAt: NOW }));
  });
});

describe('forgets', () => {
  const long = known('1', { outSince: NOW - FORGET_AFTER - 1 });

  it('what is long neither in the zone nor wanted', () => {
    const values = learned(rememberedAt(CALC, { [KEY]: known('2'), [OTHER]: long }), look());

    expect(values).toEqual({ [KEY]: known('2') });
  });

  it.each([
    { row: 'what is back', about: { seen: [sighting('1', { key: OTHER })] } },
    { row: 'what its own task still claims', about: { waiting: [`${OTHER} ${taskArn('1')}`] } },
    { row: 'what stands in the zone', about: { inZone: [OTHER] } },
  ])('not $row', ({ about }) => {
    const values = learned(rememberedAt(CALC, { [OTHER]: long }), look({ inZone: [], ...about }));

    expect(values[OTHER]).toMatchObject({ task: taskArn('1') });
  });

  it.each([
    {
      row: 'what was written long ago at a name without values',
      ago: FORGET_WRITTEN_AFTER + 1,
      values: {},
      kept: false,
    },
    { row: 'not: written lately', ago: FORGET_WRITTEN_AFTER, values: {}, kept: true },
    { row: 'not: with values', ago: FORGET_WRITTEN_AFTER + 1, values: { [KEY]: known('1') }, kept: true },
  ])('$row', ({ ago, values, kept }) => {
    const remembered = { name: CALC, values, written: { print: 'p', at: NOW - ago, corrections: 0, since: 0 } };

    const { names } = mergeShard([remembered], [changesOf(remembered, look({ inZone: [] }), learning())]);

    expect(names.map(({ written }) => written?.print)).toEqual(kept ? ['p'] : []);
  });
});

it('takes over whatever version 1 has kept of a name, news or not', () => {
  const written = { print: 'p', at: 1, corrections: 2, since: 1 };
  const former: RememberedName = {
    name: CALC,
    written,
    values: { [KEY]: entryOf('1'), [OTHER]: entryOf('2') },
    former: true,
  };

  const { names } = mergeShard([], [changesOf(former, look({ inZone: [KEY, OTHER] }), learning({ takenAt: 0 }))]);

  expect(names).toEqual([{ name: CALC, written, values: { [KEY]: entryOf('1'), [OTHER]: entryOf('2') } }]);
});

it.each([
  { row: 'by the entry itself', entry: known('1'), readings: [], seen: NOW - MINUTE },
  { row: 'by a later reading of its cluster', entry: known('1'), readings: [[CLUSTER, NOW]], seen: NOW },
  { row: 'not by an earlier one', entry: known('1'), readings: [[CLUSTER, NOW - HOUR]], seen: NOW - MINUTE },
  { row: 'not by that of another cluster', entry: known('1'), readings: [[OTHER_CLUSTER, NOW]], seen: NOW - MINUTE },
  {
    row: 'not by one since which it is absent',
    entry: known('1', { absentSince: NOW }),
    readings: [[CLUSTER, NOW]],
    seen: NOW - MINUTE,
  },
  {
    row: 'not by one since which it is out',
    entry: known('1', { outSince: NOW }),
    readings: [[CLUSTER, NOW]],
    seen: NOW - MINUTE,
  },
] as const)('was last seen: $row', ({ entry, readings, seen }) => {
  expect(lastSeenOf(entry, new Map<string, number>(readings))).toBe(seen);
});

it.each([
  { row: 'the same declaration', other: {}, same: true },
  { row: 'another task', other: { task: 't2' }, same: false },
  { row: 'another container', other: { container: 'b' }, same: false },
  { row: 'another port', other: { containerPort: 81 }, same: false },
  { row: 'another protocol', other: { protocol: 'udp' as const }, same: false },
])('$row: same claim $same', ({ other, same }) => {
  const one = { task: 't', container: 'a', containerPort: 80, protocol: 'tcp' as const };

  expect(isSameClaim(one, { ...one, ...other })).toBe(same);
  expect(isSameClaim({ task: 't' }, one)).toBe(true);
});
