import { describe, expect, it } from 'vitest';
import type { RecordSet } from '../../../functions/domain/dns/record-set.ts';
import type { Plan } from '../../../functions/domain/plan/plan.ts';
import { planZone } from '../../../functions/domain/plan/plan-zone.ts';
import type { Coverage, Reading } from '../../../functions/domain/reading/reading.ts';
import { batchUnits } from '../../../functions/domain/sending/batch.ts';
import {
  addressSet,
  CALC,
  CLUSTER,
  claim,
  DEPLOYMENT,
  entryOf,
  FAILING,
  HOUR,
  instance,
  instanceArn,
  judged,
  keyOf,
  MINUTE,
  NOW,
  OTHER_CLUSTER,
  ourText,
  ourValue,
  PASSING,
  reading,
  rememberedAt,
  SETTINGS,
  snapshot,
  srvSet,
  TIME,
  taskArn,
} from '../../support/builders.ts';

const FULL: Coverage = { kind: 'full' };
const EVENT: Coverage = { kind: 'event', names: [CALC] };
const plan = (sets: readonly RecordSet[], about: Partial<Reading>, coverage: Coverage = FULL): Plan =>
  planZone({ snapshot: snapshot(sets), reading: reading(about), coverage, settings: SETTINGS });

const last = (index: number) => `10.0.0.${index + 1}`;
const valuesOf = (count: number) => Array.from({ length: count }, (_, index) => ourText(last(index), 80));
const addressesOf = (count: number) => Array.from({ length: count }, (_, index) => addressSet(last(index)));
const changesOf = ({ units }: Plan) =>
  units.flatMap(({ changes }) =>
    changes.map(({ action, recordSet }) => `${action} ${recordSet.type} ${recordSet.ownerName}`),
  );
const reasonsOf = ({ dispositions }: Plan) =>
  Object.fromEntries(
    [...Map.groupBy(dispositions, ({ reason }) => reason)].map(([reason, all]) => [reason, all.length]),
  );

describe('the first run in an empty zone', () => {
  const first = planZone({
    snapshot: { takenAt: NOW, recordSets: [] },
    reading: reading({ judged: [instance('2', { address: '10.0.0.2' }), instance('1')] }),
    coverage: FULL,
    settings: SETTINGS,
  });

  it('plans the marker, the addresses, and the record set that needs them', () => {
    expect(changesOf(first)).toEqual([
      'CREATE TXT ecs.shop.internal.',
      'CREATE A ip-10-0-0-1.ecs.shop.internal.',
      'CREATE A ip-10-0-0-2.ecs.shop.internal.',
      `CREATE SRV ${CALC}`,
    ]);
    expect(first.units.at(-1)).toMatchObject({
      needs: ['ecs.shop.internal.', 'ip-10-0-0-1.ecs.shop.internal.', 'ip-10-0-0-2.ecs.shop.internal.'],
      changes: [{ recordSet: { ttl: 5, values: [ourValue('10.0.0.1', 32_768), ourValue('10.0.0.2', 32_768)] } }],
    });
    expect(first.units[0]?.changes[0]?.recordSet.values[0]).toContain(DEPLOYMENT);
  });

  it('learns who publishes what', () => {
    expect(first.sightings).toEqual([
      {
        name: CALC,
        seen: ['1', '2'].map((id) => ({
          key: keyOf(`10.0.0.${id}`, 32_768),
          task: taskArn(id),
          container: 'app',
          containerPort: 8080,
          cluster: CLUSTER,
          containerInstance: instanceArn('1'),
          awsvpc: false,
          lastVerdict: 'running',
        })),
        absent: [],
        present: [],
        waiting: [],
        inZone: [],
      },
    ]);
  });
});

it('plans no marker without another change', () => {
  const nothing = planZone({
    snapshot: { takenAt: NOW, recordSets: [] },
    reading: reading(),
    coverage: FULL,
    settings: SETTINGS,
  });

  expect(nothing.units).toEqual([]);
});

it('corrects the TTL of a set that is wholly ours, without any difference in values', () => {
  const sets = [srvSet(CALC, [ourText('10.0.0.1', 32_768)], { ttl: 60 }), addressSet('10.0.0.1')];

  const corrected = plan(sets, { judged: [instance('1')] });

  expect(changesOf(corrected)).toEqual([`DELETE SRV ${CALC}`, `CREATE SRV ${CALC}`]);
  expect(corrected.dispositions).toMatchObject([{ outcome: 'published', reason: 'running' }]);
});

describe('the guard (L8)', () => {
  const sets = [srvSet(CALC, valuesOf(10)), ...addressesOf(10)];
  const passing = (count: number) =>
    Array.from({ length: count }, (_, index) => instance(`${index}`, { address: last(index), port: 80 }));

  it('lets removals go up to the share', () => {
    const some = plan(sets, { judged: passing(7) });

    expect(reasonsOf(some)).toEqual({ running: 7, unexplained: 3 });
    expect(some.held).toEqual([]);
  });

  it('holds what is above it, while explained removals and new instances go through', () => {
    const gone = rememberedAt(CALC, { [keyOf(last(9), 80)]: entryOf('9') });
    const fresh = instance('99', { address: '10.0.0.99', port: 80 });

    const some = plan(sets, {
      judged: [...passing(4), fresh],
      remembered: [gone],
      taskFates: { [taskArn('9')]: 'stopped' },
    });

    expect(reasonsOf(some)).toEqual({ running: 5, 'held-guard': 5, 'task-stopped': 1 });
    expect(some.held).toEqual(
      [4, 5, 6, 7, 8].map((index) => ({ name: CALC, key: keyOf(last(index), 80), value: ourText(last(index), 80) })),
    );
    expect(some.ours).toBe(10);
    expect(changesOf(some)).toContain(`CREATE SRV ${CALC}`);
  });

  it('removes of what was approved that which is still held, nothing else', () => {
    const approved = [4, 5, 0].map((index) => ({ name: CALC, value: ourText(last(index), 80) }));

    const some = planZone({
      snapshot: snapshot(sets),
      reading: reading({ judged: passing(4) }),
      coverage: FULL,
      settings: SETTINGS,
      approved,
    });

    expect(reasonsOf(some)).toEqual({ running: 4, 'held-guard': 4, unexplained: 2 });
    expect(some.held.map(({ value }) => value).toSorted()).toEqual(
      [6, 7, 8, 9].map((index) => ourText(last(index), 80)).toSorted(),
    );
  });

  it('counts the values of the whole zone', () => {
    const spread = [srvSet(CALC, valuesOf(5)), srvSet(TIME, valuesOf(5)), ...addressesOf(5)];

    const none = plan(spread, { listed: [taskArn('1')] });

    expect(none.ours).toBe(10);
    expect(none.held).toHaveLength(10);
  });

  it('where no task at all is listed, only STOPPED explains', () => {
    const known = rememberedAt(
      CALC,
      Object.fromEntries([0, 1].map((index) => [keyOf(last(index), 80), entryOf(`${index}`)])),
    );
    const facts = {
      taskFates: { [taskArn('0')]: 'stopped' as const },
      hostFates: { [instanceArn('1')]: 'gone' as const },
    };

    const none = plan(sets, { remembered: [known], ...facts, listed: [] });
    const one = plan(sets, { remembered: [known], ...facts, listed: [taskArn('x')] });

    expect(reasonsOf(none)).toEqual({ 'task-stopped': 1, 'held-guard': 9 });
    expect(reasonsOf(one)).toEqual({ 'task-stopped': 1, 'host-gone': 1, 'held-guard': 8 });
  });

  it('goes on so where too few are left to judge by, as long as anything is held', () => {
    const three = [srvSet(CALC, valuesOf(3)), ...addressesOf(3)];
    const all = [0, 1, 2].map((index) => ({
      name: CALC,
      key: keyOf(last(index), 80),
      value: ourText(last(index), 80),
    }));
    const facts = {
      remembered: [rememberedAt(CALC, Object.fromEntries(all.map(({ key }, index) => [key, entryOf(`${index}`)])))],
      hostFates: { [instanceArn('1')]: 'gone' as const },
      listed: [],
    };

    const forgotten = plan(three, facts);
    const held = plan(three, { ...facts, held: all.map((removal) => ({ ...removal, since: NOW - MINUTE })) });

    expect(reasonsOf(forgotten)).toEqual({ 'host-gone': 3 });
    expect(reasonsOf(held)).toEqual({ 'held-guard': 3 });
    expect(held.remembered).toEqual(all.map((removal) => ({ ...removal, since: NOW - MINUTE })));
  });

  it('remembers nothing in an event run', () => {
    expect(
      planZone({
        snapshot: snapshot(sets),
        reading: reading(),
        coverage: { kind: 'event', names: [CALC] },
        settings: SETTINGS,
      }).remembered,
    ).toBeUndefined();
  });

  it('judges from the configured count on', () => {
    const four = [srvSet(CALC, valuesOf(4)), ...addressesOf(4)];

    const held = (guardMinimum: number) =>
      planZone({
        snapshot: snapshot(four),
        reading: reading({ listed: [taskArn('x')] }),
        coverage: FULL,
        settings: { ...SETTINGS, guardMinimum },
      }).held.length;

    expect([held(4), held(5)]).toEqual([4, 0]);
  });
});

describe('the prober is suspected', () => {
  const values = [...valuesOf(3)];
  const sets = [srvSet(CALC, values), srvSet(TIME, values), ...addressesOf(3)];
  const probes = (failing: number, name: string) =>
    [0, 1, 2].map((index) =>
      instance(`${name}${index}`, { name, address: last(index), port: 80, probe: index < failing ? FAILING : PASSING }),
    );

  it('when more than half of all probes of published instances fail, of all names together', () => {
    const half = plan(sets, { judged: [...probes(1, CALC), ...probes(2, TIME)] });
    const more = plan(sets, { judged: [...probes(1, CALC), ...probes(3, TIME)] });

    expect([half.proberSuspected, more.proberSuspected]).toEqual([false, true]);
    expect(reasonsOf(half)).toEqual({ healthy: 3, unhealthy: 1, 'held-panic': 2 });
    expect(reasonsOf(more)).toEqual({ healthy: 2, 'held-prober': 4 });
  });

  it('does not count what is not published, nor what was not probed', () => {
    const judgedAll = [
      instance('1', { address: last(0), port: 80, probe: PASSING }),
      instance('2', { address: last(1), port: 80, probe: { state: 'unprobed', cause: 'x' } }),
      ...[3, 4, 5].map((index) => instance(`${index}`, { address: last(index), port: 80, probe: FAILING })),
    ];

    expect(plan([srvSet(CALC, values)], { judged: judgedAll }).proberSuspected).toBe(false);
  });

  it('by those that were probed alone: what could not be probed speaks for nobody', () => {
    const unprobed = instance('9', { address: last(1), port: 80, probe: { state: 'unprobed', cause: 'x' } });

    const suspected = plan(sets, { judged: [instance('1', { address: last(0), port: 80, probe: FAILING }), unprobed] });

    expect(suspected.proberSuspected).toBe(true);
  });

  it('never in an event run, which removes nothing for it', () => {
    const failing = plan(sets, { judged: probes(3, CALC), addresses: { lookedFor: [], recordSets: [] } }, EVENT);

    expect(failing.proberSuspected).toBe(false);
    expect(reasonsOf(failing)).toEqual({ 'held-until-full': 3 });
  });
});

describe('an event run', () => {
  const sets = [srvSet(CALC, [ourText('10.0.0.1', 80)]), srvSet(TIME, [ourText('10.0.0.1', 80)])];

  it('plans only the names of its events, although it sees the whole host', () => {
    const seen = plan(
      sets,
      {
        judged: [instance('1', { address: '10.0.0.2' }), instance('2', { name: TIME, address: '10.0.0.2', port: 9 })],
        addresses: { lookedFor: ['ip-10-0-0-2.ecs.shop.internal.'], recordSets: [] },
      },
      EVENT,
    );

    expect(changesOf(seen)).toEqual([
      'CREATE A ip-10-0-0-2.ecs.shop.internal.',
      `DELETE SRV ${CALC}`,
      `CREATE SRV ${CALC}`,
    ]);
    expect(seen.names.map(({ name }) => name)).toEqual([CALC]);
  });

  it('does not create an address record set that it has not looked for', () => {
    const seen = plan(
      sets,
      { judged: [instance('1', { address: '10.0.0.2' })], addresses: { lookedFor: [], recordSets: [] } },
      EVENT,
    );

    expect(changesOf(seen)).toEqual([`DELETE SRV ${CALC}`, `CREATE SRV ${CALC}`]);
  });

  it('retires no address', () => {
    const idle = { 'ip-10-0-0-9.ecs.shop.internal.': NOW - HOUR };

    const seen = plan(
      [...sets, addressSet('10.0.0.9', { ttl: 60 })],
      { idleAddresses: idle, addresses: { lookedFor: [], recordSets: [addressSet('10.0.0.9', { ttl: 60 })] } },
      EVENT,
    );

    expect(changesOf(seen)).toEqual([]);
    expect(seen.idleAddresses).toBeUndefined();
  });

  it('covers a name about which nothing is known at all', () => {
    const seen = plan([], { addresses: { lookedFor: [], recordSets: [] } }, EVENT);

    expect(seen).toMatchObject({ units: [], dispositions: [], ours: 0 });
  });
});

describe('an address record set', () => {
  const IDLE = 'ip-10-0-0-9.ecs.shop.internal.';
  const sets = [addressSet('10.0.0.9')];
  const marked = [addressSet('10.0.0.9', { ttl: 60 })];
  const idleAddresses = { [IDLE]: NOW - HOUR };
  const home = addressSet('10.0.0.1');
  const rewritten = [`DELETE A ${IDLE}`, `CREATE A ${IDLE}`];

  it('is marked by the first full run that finds it idle, and leaves an hour later', () => {
    expect(changesOf(plan(sets, {}))).toEqual(rewritten);
    expect(plan(sets, {}).idleAddresses).toEqual({ [IDLE]: NOW });
    expect(changesOf(plan(marked, { idleAddresses: { [IDLE]: NOW - HOUR + 1 } }))).toEqual([]);
    expect(changesOf(plan(marked, { idleAddresses }))).toEqual([`DELETE A ${IDLE}`]);
  });

  it.each([
    { row: 'a cluster was not read', about: { clusters: { [CLUSTER]: 'read', [OTHER_CLUSTER]: 'unread' } as const } },
    {
      row: 'its host is there',
      about: { hosts: [{ containerInstance: instanceArn('9'), state: 'live', address: '10.0.0.9' } as const] },
    },
    { row: 'a task has it', about: { judged: [instance('9', { address: '10.0.0.9', probe: FAILING })] } },
  ])('stays as it is, marked or not, while $row', ({ about }) => {
    for (const found of [sets, marked]) {
      const kept = plan(found, { idleAddresses, ...about });

      expect(changesOf(kept)).toEqual([]);
      expect(kept.idleAddresses?.[IDLE]).toBeUndefined();
    }
  });

  it('stays while a value names it, and while one did that this very run removes', () => {
    const removing = plan([srvSet(CALC, [ourText('10.0.0.9', 80)]), ...sets], { idleAddresses });

    expect(reasonsOf(removing)).toEqual({ unexplained: 1 });
    expect(changesOf(removing)).toEqual([`DELETE SRV ${CALC}`]);
  });

  it.each([
    {
      row: 'a value of ours',
      set: srvSet(CALC, [ourText('10.0.0.9', 80)]),
      about: { judged: [instance('9', { address: '10.0.0.9', port: 80 })] },
    },
    {
      row: 'a value in a set with another routing policy',
      set: srvSet(CALC, [ourText('10.0.0.9', 80)], { policy: 'other', setIdentifier: 'blue', weight: 1 }),
      about: {},
    },
    {
      row: 'a value in the zone whose cluster was not read',
      set: srvSet(CALC, [ourText('10.0.0.9', 80)]),
      about: { clusters: { [CLUSTER]: 'unread' } as const },
    },
  ])('is restored once it is marked and $row names it', ({ set, about }) => {
    expect(changesOf(plan([set, ...sets], { idleAddresses, ...about }))).toEqual([]);
    expect(changesOf(plan([set, ...marked], { idleAddresses, ...about }))).toEqual(rewritten);
  });

  it('is restored in the very batch that publishes a value which names it, by full and event runs', () => {
    const judgedNow = [instance('9', { address: '10.0.0.9' })];
    const event = { judged: judgedNow, addresses: { lookedFor: [IDLE], recordSets: marked } };

    for (const planned of [plan(marked, { judged: judgedNow, idleAddresses }), plan([], event, EVENT)]) {
      const [batch, ...more] = batchUnits(planned.units);

      expect(more).toEqual([]);
      expect(batch?.units.map(({ kind, name }) => `${kind} ${name}`)).toEqual([`address ${IDLE}`, `name ${CALC}`]);
      expect(planned.units.find(({ kind }) => kind === 'name')?.needs).toEqual([IDLE]);
    }
  });

  it.each([
    { row: 'a CNAME', stands: addressSet('10.0.0.9', { type: 'CNAME', values: ['lb.example.com'] }) },
    { row: 'another address', stands: addressSet('10.0.0.9', { values: ['10.9.9.9'] }) },
    { row: 'an alias', stands: addressSet('10.0.0.9', { policy: 'other', values: [] }) },
  ])(
    'that cannot be made, since others have $row there, keeps its instances out, and the rest of the name goes on',
    ({ stands }) => {
      const judgedNow = [instance('9', { address: '10.0.0.9' }), instance('1')];
      const event = { judged: judgedNow, addresses: { lookedFor: [IDLE, home.ownerName], recordSets: [stands, home] } };

      for (const planned of [plan([stands, home], { judged: judgedNow }), plan([], event, EVENT)]) {
        expect(changesOf(planned).filter((change) => change.includes(IDLE))).toEqual([]);
        expect(reasonsOf(planned)).toEqual({ running: 1, quarantined: 1 });
        expect(planned.taken).toEqual([expect.stringContaining(`${IDLE} a`)]);
      }
    },
  );

  it('that cannot be made keeps every task out that claims a port of it', () => {
    const two = [instance('1', { address: '10.0.0.9' }), instance('2', { address: '10.0.0.9' })];
    const stands = addressSet('10.0.0.9', { values: ['10.9.9.9'] });
    const event = { judged: two, addresses: { lookedFor: [IDLE], recordSets: [stands] } };

    for (const planned of [plan([stands], { judged: two }), plan([], event, EVENT)]) {
      expect(planned.dispositions.map(({ reason, task }) => `${reason} ${task}`).toSorted()).toEqual([
        `quarantined ${taskArn('1')}`,
        `quarantined ${taskArn('2')}`,
      ]);
    }
  });
});

it('tells of declarations that belong to no name, and takes them for nobody', () => {
  const faulty = ['invalid-name', 'invalid-port', 'invalid-value', 'reserved-name'] as const;
  const judgedAll = faulty.map((reason, index) => judged(claim(`${index}`, { leftOut: { reason, detail: reason } })));

  const told = plan([srvSet(CALC, [ourText('10.0.0.1', 80)])], { judged: judgedAll });

  expect(told.dispositions.filter(({ outcome }) => outcome === 'left-out').map(({ reason }) => reason)).toEqual(faulty);
  expect(reasonsOf(told)).toMatchObject({ unexplained: 1 });
});

it('doubts an empty answer until what leaves beside it has made the zone a small one', () => {
  const entries = {
    [keyOf('10.0.0.1', 80)]: entryOf('1', { containerInstance: instanceArn('gone') }),
    ...Object.fromEntries(
      [3, 4, 5, 6, 7, 8, 9, 10].map((id) => [keyOf(`10.0.0.${id}`, 80), entryOf(`${id}`, { cluster: OTHER_CLUSTER })]),
    ),
  };
  const about = {
    clusters: { [CLUSTER]: 'read', [OTHER_CLUSTER]: 'unread' } as const,
    remembered: [rememberedAt(CALC, { ...entries, [keyOf('10.0.0.2', 80)]: entryOf('2') })],
    taskFates: { [taskArn('1')]: 'running' } as const,
    hostFates: { [instanceArn('gone')]: 'gone' } as const,
  };

  const reasons = [valuesOf(10), valuesOf(10).toSpliced(1, 1), valuesOf(10).slice(2)].map((values) =>
    reasonsOf(plan([srvSet(CALC, values)], about)),
  );

  expect(reasons).toEqual([
    { 'held-contradiction': 1, unexplained: 1, 'held-unread': 8 },
    { 'host-gone': 1, 'held-unread': 8 },
    { 'held-unread': 8 },
  ]);
});

it('holds what belongs to a cluster that nobody has looked at', () => {
  const elsewhere = rememberedAt(CALC, { [keyOf('10.0.0.1', 80)]: entryOf('1', { cluster: OTHER_CLUSTER }) });

  const held = plan([srvSet(CALC, [ourText('10.0.0.1', 80)])], { remembered: [elsewhere] });

  expect(reasonsOf(held)).toEqual({ 'held-unread': 1 });
});

it('has no business with names at which nothing is ours', () => {
  const others = [srvSet('db.shop.internal.', ['1 1 80 db.example.']), srvSet(CALC, [ourText('10.0.0.1', 80)])];

  expect(plan(others, {}).names.map(({ name }) => name)).toEqual([CALC]);
});

it('plans its names in order', () => {
  const judgedAll = [TIME, 'b.shop.internal.', CALC].map((name, index) => instance(`${index}`, { name }));

  expect(plan([], { judged: judgedAll }).names.map(({ name }) => name)).toEqual([CALC, TIME, 'b.shop.internal.']);
});
