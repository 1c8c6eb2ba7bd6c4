import { describe, expect, it } from 'vitest';
import type { Judged } from '../../../functions/domain/health/judged.ts';
import type { PlanSettings } from '../../../functions/domain/plan/plan.ts';
import { planZone } from '../../../functions/domain/plan/plan-zone.ts';
import type { Reading } from '../../../functions/domain/reading/reading.ts';
import { addressesSeen } from '../../support/arbitrary-worlds.ts';
import {
  addressSet,
  CALC,
  CLUSTER,
  entryOf,
  FAILING,
  type InstanceOptions,
  instance,
  instanceArn,
  keyOf,
  MINUTE,
  NOW,
  ourText,
  PASSING,
  reading,
  rememberedAt,
  SETTINGS,
  snapshot,
  srvSet,
  taskArn,
} from '../../support/builders.ts';

/** Instance `id` at `10.0.0.<id>`, on a host of its own. */
const at = (id: string, about: InstanceOptions = {}): Judged =>
  instance(id, { address: `10.0.0.${id}`, containerInstance: instanceArn(id), ...about });
const draining = (id: string, about: InstanceOptions = {}) => at(id, { hostDrains: true, ...about });
const text = (id: string) => ourText(`10.0.0.${id}`, 32_768);

interface Case {
  readonly claims: readonly Judged[];
  /** Of the values that stand: the instance. */
  readonly standing?: readonly string[];
  readonly kind?: 'full' | 'event';
  readonly settings?: Partial<PlanSettings>;
  readonly about?: Partial<Reading>;
}

function told({ claims, standing = [], kind = 'full', settings = {}, about = {} }: Case): readonly string[] {
  const zone = snapshot([
    ...(standing.length > 0 ? [srvSet(CALC, standing.map(text))] : []),
    ...standing.map((id) => addressSet(`10.0.0.${id}`)),
  ]);
  const { dispositions } = planZone({
    snapshot: zone,
    reading: reading({
      judged: claims,
      remembered: [
        rememberedAt(CALC, Object.fromEntries(standing.map((id) => [keyOf(`10.0.0.${id}`, 32_768), entryOf(id)]))),
      ],
      ...(kind === 'event' && { addresses: addressesSeen(zone.recordSets, claims, [CALC]) }),
      ...about,
    }),
    coverage: kind === 'full' ? { kind } : { kind, names: [CALC] },
    settings: { ...SETTINGS, onDraining: 'deregister', ...settings },
  });
  return dispositions
    .map(({ outcome, reason, task }) => `${task?.split('/').at(-1) ?? '?'} ${outcome} ${reason}`)
    .toSorted();
}

describe.each(['full', 'event'] as const)('an instance whose host drains, in a run of kind %s', (kind) => {
  it.each([
    {
      row: 'leaves where another host has one that passes',
      claims: [draining('1'), at('2')],
      standing: ['1', '2'],
      says: ['1 removed host-draining', '2 published running'],
    },
    {
      row: 'leaves together with one that enters',
      claims: [draining('1'), at('2', { probe: PASSING })],
      standing: ['1'],
      says: ['1 removed host-draining', '2 published healthy'],
    },
    {
      row: 'is not published beside others',
      claims: [draining('1'), at('2')],
      standing: ['2'],
      says: ['1 left-out host-draining', '2 published running'],
    },
    {
      row: 'leaves although it fails: ECS has said what becomes of it',
      claims: [draining('1', { probe: FAILING }), at('2')],
      standing: ['1', '2'],
      says: ['1 removed host-draining', '2 published running'],
    },
    {
      row: 'stays where it is the last',
      claims: [draining('1')],
      standing: ['1'],
      says: ['1 published running'],
    },
    {
      row: 'stays where all hosts drain, and so do the others',
      claims: [draining('1'), draining('2')],
      standing: ['1'],
      says: ['1 published running', '2 published running'],
    },
    {
      row: 'stays where what is elsewhere is not ready',
      claims: [draining('1'), at('2', { probe: FAILING, startedAt: NOW, graceEndsAt: NOW + MINUTE })],
      standing: ['1'],
      says: ['1 published running', '2 left-out starting'],
    },
    {
      row: 'stays where what is elsewhere fails',
      claims: [draining('1'), at('2', { probe: FAILING })],
      standing: ['1'],
      says: ['1 published running', '2 left-out unhealthy'],
    },
  ])('$row', ({ claims, standing, says }) => {
    expect(told({ claims, standing, kind })).toEqual(says);
  });

  it('stays by default', () => {
    const settings = { onDraining: 'keep' } as const;

    expect(told({ claims: [draining('1'), at('2')], standing: ['1', '2'], kind, settings })).toEqual([
      '1 published running',
      '2 published running',
    ]);
  });

  it('comes back with its host', () => {
    expect(told({ claims: [at('1'), at('2')], standing: ['2'], kind })).toEqual([
      '1 published running',
      '2 published running',
    ]);
  });

  it('leaves with every other task that claims its endpoint', () => {
    const older = draining('3', { address: '10.0.0.1', startedAt: 1 });

    expect(told({ claims: [draining('1'), older, at('2')], standing: ['1', '2'], kind })).toEqual([
      '1 removed host-draining',
      '2 published running',
      '3 left-out host-draining',
    ]);
  });

  it.each([
    { row: 'that was not read: stays', cluster: 'unread', fate: '4 published running' },
    { row: 'that was read: leaves', cluster: 'read', fate: '4 removed host-draining' },
  ] as const)('a value that is remembered for another task, of a cluster $row', ({ cluster, fate }) => {
    const other = 'arn:aws:ecs:eu-west-1:111111111111:cluster/other';
    const entries = { [keyOf('10.0.0.1', 32_768)]: entryOf('1', { cluster: other }) };
    const about = {
      clusters: { [CLUSTER]: 'read', [other]: cluster } as const,
      remembered: [rememberedAt(CALC, entries)],
    };

    const lines = told({
      claims: [draining('4', { address: '10.0.0.1' }), at('2')],
      standing: ['1', '2'],
      kind,
      about,
    });

    expect(lines.filter((line) => !line.startsWith('2 '))).toContain(fate);
  });

  it.each([
    { row: 'stays', recordSets: [srvSet(CALC, [text('1')]), addressSet('10.0.0.1')] },
    { row: 'enters', recordSets: [addressSet('10.0.0.1')] },
  ])('$row where the place of what was to outlast it is taken', ({ recordSets }) => {
    const foreign = srvSet('ip-10-0-0-2.ecs.shop.internal.', ['x.example.'], { type: 'CNAME' });
    const claims = [draining('1'), at('2')];
    const lookedFor = [foreign.ownerName, 'ip-10-0-0-1.ecs.shop.internal.'];
    const { dispositions } = planZone({
      snapshot: snapshot([...recordSets, foreign]),
      reading: reading({
        judged: claims,
        ...(kind === 'event' && { addresses: { recordSets: [addressSet('10.0.0.1'), foreign], lookedFor } }),
      }),
      coverage: kind === 'full' ? { kind } : { kind, names: [CALC] },
      settings: { ...SETTINGS, onDraining: 'deregister' },
    });

    expect(dispositions.map(({ outcome, reason }) => `${outcome} ${reason}`).toSorted()).toEqual([
      'left-out quarantined',
      'published running',
    ]);
  });
});

describe('what an event run has not looked at', () => {
  const standing = ['1', '2'];

  it('counts as an instance elsewhere, as the last full run has found it', () => {
    expect(told({ claims: [draining('1')], standing, kind: 'event' })).toEqual([
      '1 removed host-draining',
      '2 published held-until-full',
    ]);
  });

  it.each([
    { row: 'whose host was draining, too', entry: { hostDrains: true } },
    { row: 'that was not known to pass', entry: { lastVerdict: 'held-panic' } },
  ] as const)('counts for nothing, if it is remembered as one $row', ({ entry }) => {
    const values = { [keyOf('10.0.0.1', 32_768)]: entryOf('1'), [keyOf('10.0.0.2', 32_768)]: entryOf('2', entry) };
    const about = { remembered: [rememberedAt(CALC, values)] };

    expect(told({ claims: [draining('1'), draining('3')], standing, kind: 'event', about })).toEqual([
      '1 published running',
      '2 published held-until-full',
      '3 published running',
    ]);
  });

  it.each([
    { onDraining: 'deregister', remembered: true },
    { onDraining: 'keep', remembered: undefined },
  ] as const)('is remembered with its host, where that matters: $onDraining', ({ onDraining, remembered }) => {
    const { sightings } = planZone({
      snapshot: snapshot([srvSet(CALC, [text('1')]), addressSet('10.0.0.1')]),
      reading: reading({ judged: [draining('1')] }),
      coverage: { kind: 'full' },
      settings: { ...SETTINGS, onDraining },
    });

    expect(sightings.flatMap(({ seen }) => seen.map(({ hostDrains }) => hostDrains))).toEqual([remembered]);
  });

  it('counts for nothing in a full run, which has found nobody there', () => {
    const about = { taskFates: { [taskArn('2')]: 'running' } } as const;

    expect(told({ claims: [draining('1')], standing, about })).toEqual([
      '1 published running',
      '2 published held-contradiction',
    ]);
  });
});

it('says of the last one why it stays', () => {
  const { dispositions } = planZone({
    snapshot: snapshot([srvSet(CALC, [text('1')]), addressSet('10.0.0.1')]),
    reading: reading({ judged: [draining('1')] }),
    coverage: { kind: 'full' },
    settings: { ...SETTINGS, onDraining: 'deregister' },
  });

  expect(dispositions).toMatchObject([
    {
      outcome: 'published',
      reason: 'running',
      detail: 'ECS drains its host, but the name has no instance elsewhere that is known to pass',
    },
  ]);
});

it('is judged before health: what leaves counts neither for those that fail nor against them', () => {
  const passing = ['5', '6'].map((id) => at(id, { probe: PASSING }));
  const claims = [
    ...['1', '2', '3', '4'].map((id) => draining(id, { probe: PASSING })),
    ...passing,
    ...['7', '8', '9'].map((id) => at(id, { probe: FAILING })),
  ];

  const lines = told({ claims, standing: ['1', '2', '3', '4', '5', '6', '7', '8', '9'] });

  expect(lines.slice(0, 4)).toEqual(['1', '2', '3', '4'].map((id) => `${id} removed host-draining`));
  // Two of five that remain pass; of all nine it would be six.
  expect(lines.slice(6)).toEqual(['7', '8', '9'].map((id) => `${id} published held-panic`));
});

it('is never held by the guard', () => {
  const ids = Array.from({ length: 20 }, (_, index) => `${index + 1}`);
  const claims = ids.map((id) => (id === '20' ? at(id) : draining(id)));

  const lines = told({ claims, standing: ids });

  expect(lines.filter((line) => line.endsWith('removed host-draining'))).toHaveLength(19);
});
