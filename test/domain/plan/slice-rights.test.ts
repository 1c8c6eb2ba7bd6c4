import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PlanInput } from '../../../functions/domain/plan/plan.ts';
import { planZone } from '../../../functions/domain/plan/plan-zone.ts';
import type { PermittedRemoval } from '../../../functions/domain/reading/permitted.ts';
import type { Reading } from '../../../functions/domain/reading/reading.ts';
import { plannedNames } from '../../../functions/domain/telling/plan-record.ts';
import { permittedBy } from '../../../functions/domain/telling/slices-left.ts';
import { worlds } from '../../support/arbitrary-worlds.ts';
import {
  addressSet,
  CALC,
  CLUSTER,
  entryOf,
  FAILING,
  instance,
  instanceArn,
  keyOf,
  ourText,
  reading,
  rememberedAt,
  SETTINGS,
  snapshot,
  srvSet,
  taskArn,
  UNPROBED,
} from '../../support/builders.ts';

const ADDRESSES = ['10.0.0.1', '10.0.0.2', '10.0.0.3'];
const ZONE = snapshot([
  srvSet(
    CALC,
    ADDRESSES.map((at) => ourText(at, 32_768)),
  ),
  ...ADDRESSES.map((at) => addressSet(at)),
]);
const entries = (about: Parameters<typeof entryOf>[1] = {}) =>
  rememberedAt(
    CALC,
    Object.fromEntries(ADDRESSES.map((at, index) => [keyOf(at, 32_768), entryOf(`${index + 1}`, about)])),
  );

/** What the full plan has decided of the first of three values. */
const permit = (reason: PermittedRemoval['reason'], about: Partial<PermittedRemoval> = {}): PermittedRemoval => ({
  name: CALC,
  key: keyOf('10.0.0.1', 32_768),
  value: ourText('10.0.0.1', 32_768),
  reason,
  task: taskArn('1'),
  ...about,
});

/** What a slice makes of the three values: reasons of those that leave, in their order, and of those that stay. */
function slice(about: Partial<Reading>, permitted: readonly PermittedRemoval[]) {
  const coverage = { kind: 'event', names: [CALC], permitted } as const;
  const { dispositions, held } = planZone({ snapshot: ZONE, reading: reading(about), coverage, settings: SETTINGS });
  const of = (outcome: string) => dispositions.filter((one) => one.outcome === outcome).map(({ reason }) => reason);
  return { leaves: of('removed'), stays: of('published').sort(), held };
}

const passing = [instance('2', { address: '10.0.0.2' }), instance('3', { address: '10.0.0.3' })];
const LISTED = ['1', '2', '3'].map(taskArn);
const failing = { judged: [instance('1', { address: '10.0.0.1', probe: FAILING }), ...passing], listed: LISTED };
const hosts = { [instanceArn('1')]: 'gone' } as const;
const without = { judged: passing, listed: LISTED.slice(1), remembered: [entries()] };

describe('a slice removes what its full plan has decided, where its own reading says the same', () => {
  it.each([
    { row: 'it fails', about: { ...failing, remembered: [entries()] }, permitted: permit('unhealthy') },
    { row: 'it fails, and nobody remembers it', about: failing, permitted: permit('unhealthy') },
    {
      row: 'its host is gone',
      about: { ...without, hostFates: hosts, taskFates: { [taskArn('1')]: 'missing' as const } },
      permitted: permit('host-gone'),
    },
    { row: 'nothing explains it', about: without, permitted: permit('unexplained') },
    {
      row: 'nobody knows of it',
      about: { judged: passing, listed: LISTED.slice(1) },
      permitted: {
        name: CALC,
        key: keyOf('10.0.0.1', 32_768),
        value: ourText('10.0.0.1', 32_768),
        reason: 'unexplained',
      },
    },
    {
      row: 'its task stands elsewhere',
      about: {
        judged: [instance('1', { address: '10.0.0.9' }), ...passing],
        listed: LISTED,
        remembered: [entries()],
      },
      permitted: permit('replaced'),
    },
    {
      row: 'it has stopped',
      about: { ...without, taskFates: { [taskArn('1')]: 'stopped' as const } },
      permitted: permit('unhealthy'),
      reason: 'task-stopped',
    },
  ] as const)('$row', ({ about, permitted, ...row }) => {
    const { leaves, held } = slice(about as Partial<Reading>, [permitted]);

    expect(leaves).toEqual(['reason' in row ? row.reason : permitted.reason]);
    expect(held).toEqual([]);
  });
});

describe('and holds until the next full run', () => {
  const taken = { addressTaken: [taskArn('1')] };
  it.each([
    { row: 'what was not decided about', about: failing, permitted: [] },
    { row: 'what was decided of another name', about: failing, permitted: [permit('unhealthy', { name: 'x.' })] },
    {
      row: 'what was decided of another value there',
      about: failing,
      permitted: [permit('unhealthy', { value: '1 1 1 x' })],
    },
    {
      row: 'what was decided of another task',
      about: failing,
      permitted: [permit('unhealthy', { task: taskArn('9') })],
    },
    { row: 'what leaves for another reason by now', about: failing, permitted: [permit('unexplained')] },
    { row: 'what was healthy, and is not listed any more', about: without, permitted: [permit('unhealthy')] },
    {
      row: 'what nothing judges any more',
      about: { judged: [instance('1', { address: '10.0.0.1', probe: UNPROBED }), ...passing], listed: LISTED },
      permitted: [permit('unhealthy')],
    },
    { row: 'whose address another has', about: { ...failing, ...taken }, permitted: [permit('unhealthy')] },
    {
      row: 'whose address another has, and nothing explains it',
      about: { ...without, ...taken },
      permitted: [permit('unexplained')],
    },
    {
      row: 'whose cluster cannot be read',
      about: { ...without, clusters: { [CLUSTER]: 'unread' as const } },
      permitted: [permit('unexplained')],
    },
  ])('$row', ({ about, permitted }) => {
    expect(slice(about, permitted).leaves).toEqual([]);
  });

  it('the last instance that would be left of a name, whose check fails', () => {
    const judgedNow = ADDRESSES.map((address, index) => instance(`${index + 1}`, { address, probe: FAILING }));
    const all = ADDRESSES.map((address, index) =>
      permit('unhealthy', {
        key: keyOf(address, 32_768),
        value: ourText(address, 32_768),
        task: taskArn(`${index + 1}`),
      }),
    );

    expect(slice({ judged: judgedNow, listed: LISTED }, all).leaves).toEqual([]);
    expect(slice({ judged: judgedNow, listed: LISTED }, all.slice(1)).leaves).toEqual(['unhealthy', 'unhealthy']);
  });

  it('what passes again is published as ever', () => {
    const now = { judged: [instance('1', { address: '10.0.0.1' }), ...passing], listed: LISTED };

    expect(slice(now, [permit('unhealthy')])).toEqual({ leaves: [], stays: Array(3).fill('running'), held: [] });
  });
});

it('what a full plan has given up for want of room leaves in a slice, for what enters', () => {
  const at = (index: number) => `10.0.${100 + Math.floor(index / 100)}.${100 + (index % 100)}`;
  const standing = Array.from({ length: 400 }, (_, index) => at(index + 1));
  // The one that enters has the first address, so that it is preferred.
  const claims = [at(0), ...standing].map((address, index) => instance(`${index}`, { address }));
  const input: Omit<PlanInput, 'coverage'> = {
    snapshot: snapshot([
      srvSet(
        CALC,
        standing.map((address) => ourText(address, 32_768)),
      ),
    ]),
    reading: reading({
      judged: claims,
      listed: claims.map((one) => one.claim.task),
      addresses: { recordSets: [], lookedFor: [at(0), ...standing].map((address) => addressSet(address).ownerName) },
    }),
    settings: SETTINGS,
  };
  const full = planZone({ ...input, coverage: { kind: 'full' } });
  const permitted = permittedBy(plannedNames(full, 0));
  const changesOf = (coverage: PlanInput['coverage']) =>
    planZone({ ...input, coverage }).dispositions.filter(({ outcome }) => outcome === 'removed');

  const names = [CALC];
  expect(new Set(permitted.map(({ reason }) => reason))).toEqual(new Set(['over-capacity']));
  expect(changesOf({ kind: 'event', names, permitted })).toEqual(changesOf({ kind: 'full' }));
  expect(changesOf({ kind: 'event', names })).toEqual([]);
});

it('whatever the world: a slice of everything removes what the full plan does, and nothing else but what has stopped', () => {
  fc.assert(
    fc.property(worlds(), ({ snapshot: zone, reading: read, routing }) => {
      const settings = { ...SETTINGS, routing };
      const full = planZone({ snapshot: zone, reading: read, coverage: { kind: 'full' }, settings });
      const permitted = permittedBy(plannedNames(full, zone.takenAt));
      const names = full.names.map(({ name }) => name);

      const part = planZone({ snapshot: zone, reading: read, coverage: { kind: 'event', names, permitted }, settings });

      const decided = new Set(permitted.map(({ name, key }) => `${name} ${key}`));
      for (const { name, removed } of plannedNames(part, zone.takenAt))
        for (const { key, reason } of removed)
          expect(decided.has(`${name} ${key}`) || reason === 'task-stopped' || reason === 'replaced').toBe(true);
    }),
  );
});
