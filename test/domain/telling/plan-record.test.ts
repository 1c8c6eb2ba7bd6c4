import { describe, expect, it } from 'vitest';
import { targetOf } from '../../../functions/domain/dns/ownership.ts';
import type { Plan } from '../../../functions/domain/plan/plan.ts';
import { planZone } from '../../../functions/domain/plan/plan-zone.ts';
import type { Reading } from '../../../functions/domain/reading/reading.ts';
import { findingsOf } from '../../../functions/domain/telling/findings.ts';
import {
  foundValues,
  plannedBeside,
  plannedNames,
  startingInstances,
} from '../../../functions/domain/telling/plan-record.ts';
import {
  addressSet,
  besideSet,
  CALC,
  CLUSTER,
  claim,
  entryOf,
  FAILING,
  HOUR,
  instance,
  instanceArn,
  judged,
  keyOf,
  MINUTE,
  NAMING,
  NOW,
  OTHER_CLUSTER,
  ourText,
  PASSING,
  reading,
  rememberedAt,
  SETTINGS,
  snapshot,
  srvSet,
  TIME,
  taskArn,
  UNPROBED,
} from '../../support/builders.ts';

const ONE = ourText('10.0.0.1', 32_768);
const TWO = ourText('10.0.0.2', 32_768);
const ADDRESSES = ['10.0.0.1', '10.0.0.2', '10.0.0.3'].map((address) => addressSet(address));

const planned = (zone: readonly string[], read: Reading): Plan =>
  planZone({
    snapshot: snapshot([...ADDRESSES, ...(zone.length > 0 ? [srvSet(CALC, zone)] : [])]),
    reading: read,
    coverage: { kind: 'full' },
    settings: SETTINGS,
  });

describe('foundValues', () => {
  it('tells what stood at a name: what stays and what leaves, not what comes', () => {
    const read = reading({
      judged: [instance('2', { address: '10.0.0.2' }), instance('3', { address: '10.0.0.3' })],
      remembered: [rememberedAt(CALC, { [keyOf('10.0.0.1', 32_768)]: entryOf('1') })],
      taskFates: { [taskArn('1')]: 'stopped' },
    });

    const found = foundValues(planned([ONE, TWO], read));

    expect(found).toEqual([{ name: CALC, keys: [keyOf('10.0.0.2', 32_768), keyOf('10.0.0.1', 32_768)] }]);
  });

  it('tells of a name where nothing changes, and of none', () => {
    const read = reading({ judged: [instance('1')] });
    const coverage = { kind: 'event', names: [CALC, TIME] } as const;

    const found = foundValues(
      planZone({
        snapshot: snapshot([...ADDRESSES, srvSet(CALC, [ONE])]),
        reading: read,
        coverage,
        settings: SETTINGS,
      }),
    );

    expect(found).toEqual([
      { name: CALC, keys: [keyOf('10.0.0.1', 32_768)] },
      { name: TIME, keys: [] },
    ]);
  });
});

describe('plannedBeside', () => {
  it('tells of the addresses and the marker that a plan makes, marks or removes', () => {
    const idleAddresses = { 'ip-10-0-0-9.ecs.shop.internal.': NOW - HOUR };
    const read = reading({ judged: [instance('1')], idleAddresses });
    const recordSets = [addressSet('10.0.0.8'), addressSet('10.0.0.9', { ttl: 60 })];
    const first = planZone({
      snapshot: { takenAt: NOW, recordSets },
      reading: read,
      coverage: { kind: 'full' },
      settings: SETTINGS,
    });

    expect(plannedBeside(first)).toEqual({
      beside: {
        made: ['ecs.shop.internal.', 'ip-10-0-0-1.ecs.shop.internal.'],
        marked: ['ip-10-0-0-8.ecs.shop.internal.'],
        removed: ['ip-10-0-0-9.ecs.shop.internal.'],
      },
    });
  });

  it('has nothing to tell of a plan that changes names only, or nothing', () => {
    const [home] = ADDRESSES;
    const read = reading({ judged: [instance('1')] });

    for (const values of [[ONE], [TWO]]) {
      const zone = snapshot([...(home ? [home] : []), srvSet(CALC, values)]);
      expect(
        plannedBeside(planZone({ snapshot: zone, reading: read, coverage: { kind: 'full' }, settings: SETTINGS })),
      ).toEqual({});
    }
  });
});

describe('plannedNames', () => {
  it('lists what comes and goes, with whom it belongs to, and who was left out', () => {
    const waiting = instance('3', { address: '10.0.0.3', probe: FAILING, containerInstance: instanceArn('3') });
    const read = reading({
      judged: [instance('2', { address: '10.0.0.2', containerInstance: instanceArn('2') }), waiting],
      remembered: [rememberedAt(CALC, { [keyOf('10.0.0.1', 32_768)]: entryOf('1') })],
      taskFates: { [taskArn('1')]: 'stopped' },
    });

    const names = plannedNames(planned([ONE], read), NOW);

    const where = (id: string) => ({
      task: taskArn(id),
      cluster: CLUSTER,
      containerInstance: instanceArn(id),
      awsvpc: false,
    });
    expect(names).toEqual([
      {
        name: CALC,
        created: [{ key: keyOf('10.0.0.2', 32_768), value: TWO, target: targetOf('10.0.0.2', NAMING), ...where('2') }],
        removed: [
          {
            key: keyOf('10.0.0.1', 32_768),
            value: ONE,
            target: targetOf('10.0.0.1', NAMING),
            ...where('1'),
            reason: 'task-stopped',
          },
        ],
        declined: [`${keyOf('10.0.0.3', 32_768)} ${taskArn('3')}`],
      },
    ]);
  });

  it('attributes what leaves to the task of its entry, not to who has the endpoint by now', () => {
    const old = ourText('10.0.0.1', 32_768, 1, 9);
    const read = reading({
      judged: [instance('2')],
      remembered: [rememberedAt(CALC, { [keyOf('10.0.0.1', 32_768)]: entryOf('1') })],
    });

    const [name] = plannedNames(planned([old], read), NOW);

    expect(name?.created.map(({ task }) => task)).toEqual([taskArn('2')]);
    expect(name?.removed.map(({ task, reason }) => [task, reason])).toEqual([[taskArn('1'), 'replaced']]);
  });

  it('calls it no removal when another spelling of an endpoint leaves beside the one that stands', () => {
    const old = ourText('10.0.0.1', 32_768, 1, 9);
    const read = reading({
      judged: [instance('1')],
      remembered: [rememberedAt(CALC, { [keyOf('10.0.0.1', 32_768)]: entryOf('9') })],
    });

    const [name] = plannedNames(planned([ONE, old], read), NOW);

    expect(name).toMatchObject({ name: CALC, created: [], removed: [] });
  });

  it('names the service of what leaves as unhealthy, and of nothing else', () => {
    const read = reading({
      judged: [
        instance('1', { probe: FAILING, service: 'shop' }),
        instance('2', { address: '10.0.0.2', probe: PASSING, service: 'shop' }),
        judged(claim('3', { leftOut: { reason: 'stopping' }, service: 'shop' })),
      ],
      remembered: [
        rememberedAt(CALC, { [keyOf('10.0.0.1', 32_768)]: entryOf('1'), [keyOf('10.0.0.3', 32_768)]: entryOf('3') }),
      ],
    });

    const [name] = plannedNames(planned([ONE, TWO, ourText('10.0.0.3', 32_768)], read), NOW);

    expect(name?.removed.map(({ reason, service }) => [reason, service])).toEqual([
      ['unhealthy', 'shop'],
      ['task-stopped', undefined],
    ]);
  });

  it.each([
    {
      row: 'its entry is older than the reading of the zone',
      entry: entryOf('1', { firstSeen: NOW - 1 }),
      service: 'shop',
    },
    {
      row: 'an earlier answer showed it',
      entry: entryOf('1', { firstSeen: NOW, publishedAt: NOW - 1 }),
      service: 'shop',
    },
    {
      row: 'its claim is younger: the value stands for another',
      entry: entryOf('1', { firstSeen: NOW }),
      service: undefined,
    },
    { row: 'nothing is remembered of it', entry: undefined, service: undefined },
  ])('names it only where Route 53 has shown it as published: $row', ({ entry, service }) => {
    const read = reading({
      judged: [
        instance('1', { probe: FAILING, service: 'shop' }),
        instance('2', { address: '10.0.0.2', probe: PASSING, service: 'shop' }),
      ],
      remembered: entry ? [rememberedAt(CALC, { [keyOf('10.0.0.1', 32_768)]: entry })] : [],
    });

    const [name] = plannedNames(planned([ONE, TWO], read), NOW);

    expect(name?.removed).toEqual([expect.objectContaining({ task: taskArn('1'), reason: 'unhealthy' })]);
    expect(name?.removed[0]?.service).toBe(service);
  });

  it('leaves out names that do not change', () => {
    const names = plannedNames(planned([ONE], reading({ judged: [instance('1')] })), NOW);

    expect(names).toEqual([]);
  });
});

describe('startingInstances', () => {
  const soon = NOW + MINUTE;

  it('are those within their grace, with where to look for them', () => {
    const read = reading({
      judged: [
        instance('1', { probe: FAILING, startedAt: NOW, graceEndsAt: soon }),
        instance('2', { address: '10.0.0.2', probe: FAILING }),
        instance('3', { address: '10.0.0.3', startedAt: NOW, graceEndsAt: soon }),
        instance('4', { name: TIME, port: 9, probe: UNPROBED, startedAt: NOW, graceEndsAt: soon, awsvpc: true }),
      ],
    });

    const starting = startingInstances(planned([], read), read);

    const where = { cluster: CLUSTER, containerInstance: instanceArn('1') };
    expect(starting).toEqual([
      { name: CALC, graceEndsAt: soon, task: taskArn('1'), awsvpc: false, ...where },
      { name: TIME, graceEndsAt: soon, task: taskArn('4'), awsvpc: true, ...where },
    ]);
  });
});

it('an instance is worth a look for ten minutes from its start, however long its grace', () => {
  const graceEndsAt = NOW + 30 * MINUTE;
  const startedAt = NOW - 5 * MINUTE;
  const read = reading({ judged: [instance('1', { probe: FAILING, startedAt, graceEndsAt })] });

  const starting = startingInstances(planned([], read), read);

  expect(starting).toMatchObject([{ name: CALC, graceEndsAt: NOW + 5 * MINUTE }]);
});

describe('AAAA record sets of an earlier address family', () => {
  const left = [
    besideSet('10.0.0.1', '2001:db8::1'),
    { ...addressSet('2001:db8::1'), ownerName: 'calc._address.ecs.shop.internal.' },
  ];
  const told = (family: 'ipv4' | undefined, kind: 'full' | 'event') => {
    const read = reading();
    const plan = planZone({
      snapshot: snapshot([...ADDRESSES, ...left]),
      reading: read,
      coverage: kind === 'full' ? { kind } : { kind, names: [CALC] },
      settings: { ...SETTINGS, ...(family && { family }) },
    });
    return findingsOf(plan, read).filter((finding) => finding.includes('AAAA'));
  };

  it('are told of, with how they go, where nothing may change them', () => {
    expect(told(undefined, 'full')).toEqual([
      "2 AAAA record sets of ours are left from an earlier addressFamily, and without one nothing may change them: addressFamily 'ipv4' has them retired",
    ]);
  });

  it.each([
    { family: 'ipv4', kind: 'full' },
    { family: undefined, kind: 'event' },
  ] as const)(
    'are not told of where they are retired, nor by who does not see all: $family, $kind',
    ({ family, kind }) => {
      expect(told(family, kind)).toEqual([]);
    },
  );
});

describe('findingsOf', () => {
  const found = (read: Reading, zone: readonly string[] = []) => findingsOf(planned(zone, read), read);
  const timedOut = { state: 'failing', kind: 'timeout', cause: 'no answer within 2000 ms' } as const;

  it('has nothing to say of a healthy fleet', () => {
    expect(found(reading({ judged: [instance('1')] }))).toEqual([]);
  });

  it.each([
    {
      row: 'clusters that were not read',
      read: reading({ clusters: { [CLUSTER]: 'read', [OTHER_CLUSTER]: 'unread' } }),
      finding: `clusters not read, their values are held: ${OTHER_CLUSTER}`,
    },
    {
      row: 'clusters that are not published any more',
      zone: [ONE],
      read: reading({
        remembered: [rememberedAt(CALC, { [keyOf('10.0.0.1', 32_768)]: entryOf('1', { cluster: OTHER_CLUSTER }) })],
      }),
      finding: `clusters that this deployment does not publish, values stay while their tasks run: ${OTHER_CLUSTER}`,
    },
    {
      row: 'values that stay since ECS contradicts itself',
      zone: [ONE],
      read: reading({
        judged: [judged(claim('1', { leftOut: { reason: 'no-binding' } }))],
        remembered: [rememberedAt(CALC, { [keyOf('10.0.0.1', 32_768)]: entryOf('1') })],
      }),
      finding: `values that stay: 1 held-contradiction, first ${CALC} ${ONE}`,
    },
    {
      row: 'a prober that is suspected',
      zone: [ONE],
      read: reading({ judged: [instance('1', { probe: FAILING })] }),
      finding: 'more than half of all probes of published instances fail at once',
    },
    {
      row: 'a VPC in which every probe timed out',
      read: reading({
        judged: [
          instance('1', {
            probe: timedOut,
            endpoint: {
              address: '10.0.0.1',
              port: 1,
              priority: 1,
              weight: 1,
              target: 'a.',
              vpc: 'vpc-7',
            },
          }),
        ],
      }),
      finding: 'every probe in vpc-7 timed out: look at the security group',
    },
    {
      row: 'a VPC that the checker does not reach',
      read: reading({
        judged: [
          instance('1', {
            probe: {
              state: 'unprobed',
              kind: 'no-route',
              cause: 'it is in vpc-2, the health checker reaches vpc-1 only',
            },
          }),
        ],
      }),
      finding: 'instances are not probed: it is in vpc-2',
    },
    {
      row: 'instances that no route leads to',
      read: reading({
        judged: [
          instance('1', {
            probe: {
              state: 'unprobed',
              kind: 'no-route',
              cause: 'the health checker has no route to it (ENETUNREACH)',
            },
          }),
        ],
      }),
      finding: 'instances are not probed: the health checker has no route to it (ENETUNREACH)',
    },
    {
      row: 'instances of an unknown VPC whose every probe timed out',
      read: reading({ judged: [instance('1', { probe: timedOut, awsvpc: true })] }),
      finding: 'every probe in a VPC timed out: look at the security group',
    },
    {
      row: 'a host whose agent is silent',
      read: reading({
        judged: [instance('1')],
        hosts: [{ containerInstance: instanceArn('1'), state: 'live', ec2Instance: 'i-1', disconnected: true }],
      }),
      finding: 'the agent of container instance 1 (i-1) is not connected: what ECS shows of its 1 task may be old',
    },
  ])('tells of $row', ({ read, zone, finding }) => {
    expect(found(read, zone)).toEqual([expect.stringContaining(finding)]);
  });

  it('does not blame the security group while one probe of the VPC was answered', () => {
    const judged = [instance('1', { probe: timedOut }), instance('2', { address: '10.0.0.2', probe: FAILING })];

    expect(found(reading({ judged }))).toEqual([]);
  });

  it('tells of a VPC once', () => {
    const cause = {
      state: 'unprobed',
      kind: 'no-route',
      cause: 'it is in vpc-2, the health checker reaches vpc-1 only',
    } as const;
    const judged = ['1', '2'].map((id) => instance(id, { address: `10.0.0.${id}`, probe: cause }));

    expect(found(reading({ judged }))).toHaveLength(1);
  });
});
