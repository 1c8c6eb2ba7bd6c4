import { describe, expect, it } from 'vitest';
import type { Staying } from '../../../functions/domain/judging/judgement.ts';
import type { InventoryEntry } from '../../../functions/domain/reading/inventory.ts';
import { unclaimedNames } from '../../../functions/domain/sending/unclaimed.ts';
import type { PlannedName, TakenOver } from '../../../functions/domain/telling/plan-record.ts';
import { claimedAnew, fallen, takenOverIn } from '../../../functions/domain/telling/takeover.ts';
import type { RemovedReason } from '../../../functions/domain/words/reason.ts';
import {
  CALC,
  CLUSTER,
  claim,
  endpoint,
  entryOf,
  instanceArn,
  keyOf,
  ourText,
  ourValue,
  rememberedAt,
  TIME,
  taskArn,
} from '../../support/builders.ts';

const KEY = keyOf('10.0.9.1', 80);
const VALUE = ourText('10.0.9.1', 80);
const SRV = ourValue('10.0.9.1', 80);
const TARGET = SRV.target;
const own = (id: string) => claim(id, { endpoint: endpoint('10.0.9.1', 80), awsvpc: true });
const keeping = (id: string, about: Partial<Staying> = {}): Staying => ({
  key: KEY,
  value: SRV,
  reason: 'running',
  isNew: false,
  claim: own(id),
  ...about,
});
const where = (id: string) => ({
  task: taskArn(id),
  cluster: CLUSTER,
  containerInstance: instanceArn('1'),
  awsvpc: true,
});
const entryAt = (id: string, about: Partial<InventoryEntry> = {}) =>
  entryOf(id, { container: 'app', containerPort: 8080, awsvpc: true, ...about });
const taken = (id: string): TakenOver => ({ name: CALC, key: KEY, value: VALUE, target: TARGET, ...where(id) });

describe('a value that stands is taken over', () => {
  const keep = (one: Staying, entry?: InventoryEntry) =>
    takenOverIn([{ name: CALC, stays: [one] }], entry ? [rememberedAt(CALC, { [KEY]: entry })] : []);

  it.each([
    { row: 'for another task', entry: entryAt('1') },
    { row: 'for another container of its task', entry: entryAt('2', { container: 'sidecar' }) },
    { row: 'for another port of its container', entry: entryAt('2', { containerPort: 9090 }) },
    { row: 'where nothing is remembered of it', entry: undefined },
  ])('$row', ({ entry }) => {
    expect(keep(keeping('2'), entry)).toEqual([taken('2')]);
  });

  it.each([
    { row: 'the claim is its own', one: keeping('2'), entry: entryAt('2') },
    { row: 'an earlier version has not kept the container', one: keeping('2'), entry: entryOf('2') },
    { row: 'it is published anew', one: keeping('2', { isNew: true }), entry: entryAt('1') },
    {
      row: 'it is only held',
      one: { key: KEY, value: SRV, reason: 'held-panic' as const, isNew: false },
      entry: entryAt('1'),
    },
  ])('never when $row', ({ one, entry }) => {
    expect(keep(one, entry)).toEqual([]);
  });

  it('has fallen when it does not stand any more: at that very name and endpoint', () => {
    const standing = (name: string, ...keys: readonly string[]) =>
      fallen([taken('2')], new Map([[name, new Set(keys)]]));

    expect(standing(CALC, KEY)).toEqual([]);
    for (const found of [standing(CALC), standing(CALC, keyOf('10.0.9.2', 80)), standing(TIME, KEY)]) {
      const finding = `took over ${VALUE} for ${taskArn('2')}, but it does not stand any more`;
      expect(found).toEqual([{ name: CALC, where: expect.objectContaining(where('2')), finding }]);
    }
  });
});

describe('the claim of a value that was removed', () => {
  const removal = (id: string | undefined, reason: RemovedReason = 'task-stopped'): PlannedName => ({
    name: CALC,
    created: [],
    removed: [{ key: KEY, value: VALUE, target: TARGET, reason, ...(id !== undefined && where(id)) }],
    declined: [],
  });
  const claims = (entry: InventoryEntry, name = CALC) => [rememberedAt(name, { [KEY]: entry })];

  it.each([
    { row: 'of a task that has stopped', removed: removal('1') },
    { row: 'of a task that failed its check', removed: removal('1', 'unhealthy') },
    { row: 'of nobody', removed: removal(undefined, 'unexplained') },
  ])('is another task’s by now: $row', ({ removed }) => {
    const finding = `removed ${VALUE}, which is claimed for ${taskArn('2')} by now`;

    expect(claimedAnew([removed], claims(entryAt('2')))).toEqual([{ name: CALC, where: where('2'), finding }]);
  });

  it.each([
    { row: 'is its own', removed: removal('1'), remembered: claims(entryAt('1')) },
    { row: 'is gone', removed: removal('1'), remembered: [] },
    { row: 'is another’s at another name', removed: removal('1'), remembered: claims(entryAt('2'), TIME) },
    {
      row: 'is another’s, for whom it was published in the same run',
      removed: {
        ...removal('1'),
        created: [{ key: KEY, value: ourText('10.0.9.1', 80, 1, 9), target: TARGET, ...where('2') }],
      },
      remembered: claims(entryAt('2')),
    },
  ])('agrees when it $row', ({ removed, remembered }) => {
    expect(claimedAnew([removed], remembered)).toEqual([]);
  });
});

describe('a name counts as moved', () => {
  const CHANGE = [
    { action: 'DELETE', recordSet: { ownerName: CALC, type: 'SRV', ttl: 5, values: [SRV], policy: 'simple' } },
  ] as const;
  const leaving = { key: KEY, value: SRV, reason: 'task-stopped' } as const;
  const lost = { claims: [{ name: CALC, key: KEY }], names: new Set<string>() };
  const unwritable = { claims: [], names: new Set([CALC]) };
  const news = { name: CALC, stays: [keeping('2', { isNew: true })], leaves: [], changes: CHANGE };
  const removes = { name: CALC, stays: [], leaves: [leaving], changes: CHANGE };
  const takes = { name: CALC, stays: [keeping('2')], leaves: [], changes: [] };

  it.each([
    { row: 'another claim has come for what it publishes', plan: news, unwritten: lost, moved: true },
    { row: 'no claim can be written for what it publishes', plan: news, unwritten: unwritable, moved: true },
    { row: 'another claim has come for what it removes', plan: removes, unwritten: lost, moved: true },
    { row: 'no claim can be written for what it removes', plan: removes, unwritten: unwritable, moved: false },
    {
      row: 'another claim has come for what it takes over',
      plan: takes,
      over: [taken('2')],
      unwritten: lost,
      moved: true,
    },
    {
      row: 'no claim can be written for what it takes over',
      plan: takes,
      over: [taken('2')],
      unwritten: unwritable,
      moved: false,
    },
    { row: 'another claim has come for what stays as it is', plan: takes, unwritten: lost, moved: false },
  ])('where $row: $moved', ({ plan, over = [], unwritten, moved }) => {
    expect([...unclaimedNames([plan], unwritten, over)]).toEqual(moved ? [CALC] : []);
  });
});
