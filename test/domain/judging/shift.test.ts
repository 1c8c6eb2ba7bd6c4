import { describe, expect, it } from 'vitest';
import { addressNameOf, addressValue } from '../../../functions/domain/dns/address-name.ts';
import { targetOf } from '../../../functions/domain/dns/ownership.ts';
import type { Shift } from '../../../functions/domain/ecs/claim.ts';
import type { Judged } from '../../../functions/domain/health/judged.ts';
import type { PlanSettings } from '../../../functions/domain/plan/plan.ts';
import { planZone } from '../../../functions/domain/plan/plan-zone.ts';
import type { Reading } from '../../../functions/domain/reading/reading.ts';
import { CAPACITY } from '../../../functions/domain/zone/capacity.ts';
import { addressesSeen } from '../../support/arbitrary-worlds.ts';
import {
  addressSet,
  CALC,
  CLUSTER,
  claim,
  entryOf,
  FAILING,
  type InstanceOptions,
  instance,
  instanceArn,
  judged,
  keyOf,
  MINUTE,
  NAMING,
  NOW,
  OTHER_CLUSTER,
  ourText,
  reading,
  rememberedAt,
  SETTINGS,
  snapshot,
  srvSet,
  taskArn,
  textsOf,
} from '../../support/builders.ts';

const SERVICE = 'arn:aws:ecs:eu-west-1:123456789012:service/main/calc';
const shift = (share: Shift['share'], about: Partial<Shift> = {}): Pick<InstanceOptions, 'shift'> => ({
  shift: { share, service: SERVICE, state: 'IN_PROGRESS, BAKE_TIME', ...about },
});
/** Instance `id` at `10.0.0.<id>`, on a host of its own. */
const at = (id: string, about: InstanceOptions = {}): Judged =>
  instance(id, { address: `10.0.0.${id}`, containerInstance: instanceArn(id), ...about });
const blue = (id: string, about: InstanceOptions = {}) => at(id, { ...shift('none', { requested: 1 }), ...about });
const green = (id: string, about: InstanceOptions = {}) => at(id, { ...shift('all', { requested: 1 }), ...about });
const of = (one: Judged, requested: number): Judged => {
  const its = one.claim.shift;
  return its ? { ...one, claim: { ...one.claim, shift: { ...its, requested } } } : one;
};
const text = (id: string) => ourText(`10.0.0.${id}`, 32_768);

interface Case {
  readonly claims: readonly Judged[];
  /** Of the values that stand: the instance. */
  readonly standing?: readonly string[];
  /** Instances that are remembered of values, where it is another. */
  readonly owners?: Readonly<Record<string, string>>;
  readonly kind?: 'full' | 'event' | 'slice';
  readonly settings?: Partial<PlanSettings>;
  readonly about?: Partial<Reading>;
}

function planOf({ claims, standing = [], owners = {}, kind = 'full', settings = {}, about = {} }: Case) {
  const zone = snapshot([
    ...(standing.length > 0 ? [srvSet(CALC, standing.map(text))] : []),
    ...standing.map((id) => addressSet(`10.0.0.${id}`)),
  ]);
  const entries = standing.map((id) => [keyOf(`10.0.0.${id}`, 32_768), entryOf(owners[id] ?? id)]);
  return planZone({
    snapshot: zone,
    reading: reading({
      judged: claims,
      remembered: [rememberedAt(CALC, Object.fromEntries(entries))],
      ...(kind !== 'full' && { addresses: addressesSeen(zone.recordSets, claims, [CALC]) }),
      ...about,
    }),
    coverage: kind === 'full' ? { kind } : { kind: 'event', names: [CALC], ...(kind === 'slice' && { permitted: [] }) },
    settings: { ...SETTINGS, ...settings },
  });
}
const told = (one: Case): readonly string[] =>
  planOf(one)
    .dispositions.map(({ outcome, reason, task }) => `${task?.split('/').at(-1) ?? '?'} ${outcome} ${reason}`)
    .toSorted();

interface Row extends Case {
  readonly row: string;
  readonly says: readonly string[];
}

const PLAIN: readonly Row[] = [
  { row: 'none, outside: waits', claims: [blue('1')], says: ['1 left-out awaiting-shift'] },
  { row: 'unknown, outside: waits', claims: [at('1', shift('unknown'))], says: ['1 left-out awaiting-shift'] },
  { row: 'all, outside: enters as ever', claims: [green('1')], says: ['1 published running'] },
  {
    row: 'none, inside, and enough of the others: leaves as they enter',
    claims: [blue('1'), green('2')],
    standing: ['1'],
    says: ['1 removed shifted', '2 published running'],
  },
  {
    row: 'none, inside, and nobody else: stays',
    claims: [blue('1')],
    standing: ['1'],
    says: ['1 published held-shift'],
  },
  {
    row: 'none, inside, and the others fail: stays',
    claims: [blue('1'), green('2', { probe: FAILING })],
    standing: ['1'],
    says: ['1 published held-shift', '2 left-out unhealthy'],
  },
  {
    row: 'none, inside, failing, and nobody else: stays, whatever its health',
    claims: [blue('1', { probe: FAILING }), at('3')],
    standing: ['1', '3'],
    says: ['1 published held-shift', '3 published running'],
  },
  {
    row: 'none, inside, failing, and enough of the others: leaves as shifted',
    claims: [blue('1', { probe: FAILING }), green('2')],
    standing: ['1', '2'],
    says: ['1 removed shifted', '2 published running'],
  },
  {
    row: 'unknown, inside: stays, whoever else is there',
    claims: [at('1', shift('unknown', { requested: 1 })), green('2')],
    standing: ['1'],
    says: ['1 published held-shift', '2 published running'],
  },
  {
    row: 'none, inside, and only instances of another service: stays',
    claims: [blue('1'), green('2', shift('all', { service: 'other', requested: 1 })), at('3')],
    standing: ['1'],
    says: ['1 published held-shift', '2 published running', '3 published running'],
  },
  {
    row: 'none, inside, and one of two that are wanted: enough at a share of a half',
    claims: [blue('1'), green('2')].map((one) => of(one, 2)),
    standing: ['1'],
    says: ['1 removed shifted', '2 published running'],
  },
  {
    row: 'none, inside, and one of three that are wanted: not enough, so that it waits for the others',
    claims: [blue('1'), green('2')].map((one) => of(one, 3)),
    standing: ['1'],
    says: ['1 published held-shift', '2 left-out awaiting-shift'],
  },
  {
    row: 'none, inside, and one of three that are wanted, which stands: not enough, and it stays',
    claims: [blue('1'), green('2')].map((one) => of(one, 3)),
    standing: ['1', '2'],
    says: ['1 published held-shift', '2 published running'],
  },
  {
    row: 'none, inside, failing, and one of three that are wanted: it need not wait for one that serves nobody',
    claims: [blue('1', { probe: FAILING }), green('2')].map((one) => of(one, 3)),
    standing: ['1'],
    says: ['1 published held-shift', '2 published running'],
  },
  {
    row: 'none, outside, and one of three that are wanted: it need not wait for one that serves nobody',
    claims: [blue('1'), green('2')].map((one) => of(one, 3)),
    says: ['1 left-out awaiting-shift', '2 published running'],
  },
  {
    row: 'unknown, inside, and one of three that are wanted: nobody waits for what nobody knows',
    claims: [at('1', shift('unknown', { requested: 3 })), of(green('2'), 3)],
    standing: ['1'],
    says: ['1 published held-shift', '2 published running'],
  },
  {
    row: 'none, inside, and one of three that are wanted at an endpoint of another service: as ever',
    claims: [of(blue('1'), 3), of(green('2'), 3), at('2', { task: taskArn('4') })],
    standing: ['1'],
    says: ['1 published held-shift', '2 published running'],
  },
  {
    row: 'none, inside, and one of three that are seen, whatever is wanted: not enough',
    claims: [
      blue('1'),
      green('2'),
      green('3', { probe: FAILING, startedAt: NOW, graceEndsAt: NOW + MINUTE }),
      judged(green('4').claim, FAILING),
    ],
    standing: ['1'],
    says: ['1 published held-shift', '2 left-out awaiting-shift', '3 left-out starting', '4 left-out unhealthy'],
  },
  {
    row: 'what stops says itself what becomes of it',
    claims: [
      judged({ ...blue('1').claim, endpoint: undefined as never, leftOut: { reason: 'stopping', taskStops: true } }),
    ],
    standing: ['1'],
    says: ['1 removed task-stopped'],
  },
];

describe.each(['full', 'event'] as const)('a deployment, in a run of kind %s', (kind) => {
  it.each(PLAIN)('$row', ({ says, ...one }) => {
    expect(told({ ...one, kind, settings: { minimumHealthyShare: 0.5 } })).toEqual(says);
  });
});

it('an event run that does not know how many there are leaves everything where it is', () => {
  const claims = [blue('1', shift('none')), green('2', shift('all'))];

  expect(told({ claims, standing: ['1'], kind: 'event' })).toEqual([
    '1 published held-shift',
    '2 left-out awaiting-shift',
  ]);
  expect(told({ claims, standing: ['1'], kind: 'full' })).toEqual(['1 removed shifted', '2 published running']);
});

it('those that enter, and those that leave, go in one change', () => {
  const { units } = planOf({ claims: [blue('1'), green('2')], standing: ['1'] });
  const created = units.flatMap(({ name, changes }) =>
    name === CALC ? changes.map(({ action, recordSet }) => [action, textsOf(recordSet.values)]) : [],
  );

  expect(created).toEqual([
    ['DELETE', [text('1')]],
    ['CREATE', [text('2')]],
  ]);
});

it('says how many pass and where the deployment stands', () => {
  const details = (one: Case) => planOf(one).dispositions.flatMap(({ detail }) => detail ?? []);

  expect(details({ claims: [blue('1'), green('2')].map((one) => of(one, 9)), standing: ['1'] })).toEqual([
    'of 9 instances that are to serve 1 passes here: IN_PROGRESS, BAKE_TIME',
    'it enters together with enough others: of 9 instances that are to serve 1 passes: IN_PROGRESS, BAKE_TIME',
  ]);
  expect(details({ claims: [blue('1')] })).toEqual(['its revision is not to serve now: IN_PROGRESS, BAKE_TIME']);
  expect(details({ claims: [at('1', shift('unknown', { state: 'no answer' }))] })).toEqual([
    'nobody can tell whether it is to serve: no answer',
  ]);
});

describe('health', () => {
  it('is judged among those that serve: what waits does not count for them', () => {
    const claims = [blue('1'), blue('2'), green('3', { probe: FAILING })].map((one) => of(one, 1));

    expect(told({ claims, standing: ['1', '2', '3'], settings: { minimumHealthyShare: 0.5 } })).toEqual([
      '1 published held-shift',
      '2 published held-shift',
      '3 published held-prober',
    ]);
  });

  it('nor against them', () => {
    const claims = [
      blue('1', { containerHealth: 'UNHEALTHY' }),
      blue('2', { containerHealth: 'UNHEALTHY' }),
      green('3'),
      green('4', { containerHealth: 'UNHEALTHY' }),
    ].map((one) => of(one, 4));

    expect(told({ claims, standing: ['1', '2', '3', '4'], settings: { minimumHealthyShare: 0.5 } })).toEqual([
      '1 published held-shift',
      '2 published held-shift',
      '3 published running',
      '4 removed unhealthy',
    ]);
  });
});

describe('the same endpoint', () => {
  it('of one that serves and one that does not is as any other', () => {
    const claims = [blue('1'), green('1', { task: taskArn('2') })];

    expect(told({ claims })).toEqual(['2 published running']);
    expect(told({ claims, standing: ['1'] })).toEqual(['2 published running']);
  });

  it('does not let one enter that does not serve, beside one that does and is not ready', () => {
    const claims = [blue('1'), green('1', { task: taskArn('2'), containerHealth: 'UNHEALTHY' })];

    expect(told({ claims })).toEqual(['1 left-out awaiting-shift', '2 left-out unhealthy']);
  });

  it('of another task in a cluster that was not read stays', () => {
    const about = { clusters: { [CLUSTER]: 'read', [OTHER_CLUSTER]: 'unread' } } as const;
    const zone = snapshot([srvSet(CALC, [text('1')])]);
    const entry = entryOf('9', { cluster: OTHER_CLUSTER });
    const claims = [blue('1'), green('2')];
    const { dispositions } = planZone({
      snapshot: zone,
      reading: reading({
        ...about,
        judged: claims,
        remembered: [rememberedAt(CALC, { [keyOf('10.0.0.1', 32_768)]: entry })],
      }),
      coverage: { kind: 'full' },
      settings: SETTINGS,
    });

    expect(dispositions.map(({ reason }) => reason).toSorted()).toEqual(['held-shift', 'running']);
  });
});

describe('what was to follow has no place', () => {
  const many = (from: number, count: number, make: typeof blue) =>
    Array.from({ length: count }, (_, index) => of(make(`${from + index}`), count));

  it('over capacity: those before it stay', () => {
    const claims = [...many(1, 4, blue), ...many(11, 4, green)];
    const capacity = { ...CAPACITY, values: 1 };
    const says = told({ claims, standing: ['1'], settings: { capacity, minimumHealthyShare: 0.5 } });

    expect(says).toContain('1 published held-shift');
    expect(says.filter((one) => one.includes('over-capacity'))).toHaveLength(4);
  });

  it('its address is refused: those before it stay', () => {
    const target = 'ip-10-0-0-2.ecs.shop.internal.';
    const quarantine = { [target]: { since: NOW - MINUTE, tries: 1, lastTried: NOW - MINUTE, reason: 'no' } };

    expect(told({ claims: [blue('1'), green('2')], standing: ['1'], about: { quarantine } })).toEqual([
      '1 published held-shift',
      '2 left-out quarantined',
    ]);
  });
});

it('a name that Route 53 refuses keeps what it has, and gets nobody', () => {
  const quarantine = { [CALC]: { since: NOW - MINUTE, tries: 1, lastTried: NOW - MINUTE, reason: 'no' } };

  expect(told({ claims: [blue('1'), green('2')], standing: ['1'], about: { quarantine } })).toEqual([
    '1 published held-quarantined',
    '2 left-out quarantined',
  ]);
});

it('on one host, with one address, only the value goes', () => {
  const port = (one: Judged, at: number): Judged => {
    const { endpoint: own } = one.claim;
    return own ? { ...one, claim: { ...one.claim, endpoint: { ...own, port: at } } } : one;
  };
  const { units } = planOf({ claims: [blue('1'), port(green('1', { task: taskArn('2') }), 32_769)], standing: ['1'] });
  const changes = units.flatMap((unit) => unit.changes.filter(({ recordSet }) => recordSet.type !== 'TXT'));

  expect(changes.map(({ action, recordSet }) => [action, textsOf(recordSet.values)])).toEqual([
    ['DELETE', [text('1')]],
    ['CREATE', [ourText('10.0.0.1', 32_769)]],
  ]);
});

it('a slice lets the old revision leave by its own reading, as its full run does', () => {
  const claims = [blue('1'), green('2')];

  expect(told({ claims, standing: ['1'], kind: 'slice' })).toEqual(['1 removed shifted', '2 published running']);
});

it('a host that drains takes nobody out who waits for others', () => {
  const claims = [blue('1', { hostDrains: true }), at('3')];

  expect(told({ claims, standing: ['1', '3'], settings: { onDraining: 'deregister' } })).toEqual([
    '1 published held-shift',
    '3 published running',
  ]);
});

describe('the test name', () => {
  const idle = (id: string, share: Shift['share']) => at(id, shift(share, { isTest: true }));

  it.each(['none', 'unknown'] as const)('has no word for those of whom nothing stands (%s)', (share) => {
    expect(told({ claims: [idle('1', share)] })).toEqual([]);
  });

  it('is left without condition', () => {
    expect(told({ claims: [idle('1', 'none')], standing: ['1'] })).toEqual(['1 removed shifted']);
  });

  it('stays as it is while nobody can tell', () => {
    expect(told({ claims: [idle('1', 'unknown')], standing: ['1'] })).toEqual(['1 published held-shift']);
  });
});

it('a withdrawn deployment takes everything back', () => {
  const zone = snapshot([srvSet(CALC, [text('1')])], {
    marker: { deployment: '123456789012/eu-west-1/test', withdrawn: true },
  });
  const { dispositions } = planZone({
    snapshot: zone,
    reading: reading({ judged: [blue('1'), blue('2')] }),
    coverage: { kind: 'full' },
    settings: SETTINGS,
  });

  expect(dispositions.map(({ outcome, reason }) => `${outcome} ${reason}`).toSorted()).toEqual([
    'left-out withdrawn',
    'removed withdrawn',
  ]);
});

describe('an address name', () => {
  const NAME = addressNameOf('calc', NAMING);
  /** Instance `id` at its address of one family. */
  const ofFamily = (
    id: string,
    share: Shift['share'],
    address: string,
    probe?: InstanceOptions['probe'],
    requested = 1,
  ) => {
    const target = targetOf(address, NAMING);
    const at = { address, priority: 0, weight: 0, port: 0, target, servesAt: 80 };
    return judged(claim(id, { name: NAME, endpoint: at, ...shift(share, { requested }) }), probe);
  };
  const addresses = (type: 'A' | 'AAAA', address: string) =>
    srvSet(NAME, [addressValue(address, targetOf(address, NAMING))], { type });

  it('does not wait for addresses of IPv6 that its instances do not have', () => {
    const four = ['1', '2', '3', '4'];
    const { dispositions } = planZone({
      snapshot: snapshot([addresses('A', '10.0.0.1'), addresses('AAAA', '2001:db8::1')]),
      reading: reading({
        judged: [
          ofFamily('1', 'none', '10.0.0.1', undefined, 4),
          ofFamily('1', 'none', '2001:db8::1', undefined, 4),
          ...four.map((id) => ofFamily(`2${id}`, 'all', `10.0.1.${id}`, undefined, 4)),
          ofFamily('21', 'all', '2001:db8::2', undefined, 4),
        ],
      }),
      coverage: { kind: 'full' },
      settings: { ...SETTINGS, family: 'dualstack' },
    });

    const said = dispositions.map(({ outcome, reason }) => `${outcome} ${reason}`);
    expect(said.toSorted()).toEqual([...Array(5).fill('published running'), ...Array(2).fill('removed shifted')]);
  });

  it('is judged by each address family for itself', () => {
    const { dispositions } = planZone({
      snapshot: snapshot([addresses('A', '10.0.0.1'), addresses('AAAA', '2001:db8::1')]),
      reading: reading({
        judged: [
          ofFamily('1', 'none', '10.0.0.1'),
          ofFamily('1', 'none', '2001:db8::1'),
          ofFamily('2', 'all', '10.0.0.2'),
          ofFamily('2', 'all', '2001:db8::2', FAILING),
        ],
      }),
      coverage: { kind: 'full' },
      settings: { ...SETTINGS, family: 'dualstack' },
    });

    expect(dispositions.map(({ target, outcome, reason }) => `${target} ${outcome} ${reason}`).toSorted()).toEqual([
      'ip-10-0-0-1.ecs.shop.internal. removed shifted',
      'ip-10-0-0-2.ecs.shop.internal. published running',
      `${targetOf('2001:db8::1', NAMING)} published held-shift`,
      `${targetOf('2001:db8::2', NAMING)} left-out unhealthy`,
    ]);
  });
});
