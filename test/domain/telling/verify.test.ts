import { describe, expect, it } from 'vitest';
import { parseSrv } from '../../../functions/domain/dns/srv.ts';
import type { Claim } from '../../../functions/domain/ecs/claim.ts';
import { EMPTY_SCOPE } from '../../../functions/domain/reading/scope.ts';
import type { PlannedName, PlannedValue } from '../../../functions/domain/telling/plan-record.ts';
import {
  changedSoFar,
  disagreements,
  hostsOf,
  listsAll,
  scopeAt,
  scopeOfNames,
  scopeOfStarts,
  scopeOfVerification,
} from '../../../functions/domain/telling/verify.ts';
import type { RemovedReason } from '../../../functions/domain/words/reason.ts';
import {
  CALC,
  CLUSTER,
  claim,
  endpoint,
  instanceArn,
  keyOf,
  NAMING,
  NOW,
  ourText,
  TIME,
  taskArn,
} from '../../support/builders.ts';

const HERE = { address: '10.0.0.1', port: 80 };
const KEY = keyOf(HERE.address, HERE.port);

const plannedOf = (id: string, about: Partial<PlannedValue> = {}): PlannedValue => ({
  key: KEY,
  value: ourText(HERE.address, HERE.port),
  target: parseSrv(about.value ?? ourText(HERE.address, HERE.port))?.target ?? '',
  task: taskArn(id),
  cluster: CLUSTER,
  containerInstance: instanceArn('1'),
  awsvpc: false,
  ...about,
});
const created = (id: string): PlannedName => ({ name: CALC, created: [plannedOf(id)], removed: [], declined: [] });
const removed = (id: string, reason: RemovedReason, declined: readonly string[] = []): PlannedName => ({
  name: CALC,
  created: [],
  removed: [{ ...plannedOf(id), reason }],
  declined: declined.map((task) => `${KEY} ${taskArn(task)}`),
});
const seen = (id: string, about: Partial<Claim> = {}): Claim =>
  claim(id, { endpoint: endpoint(HERE.address, HERE.port), ...about });
const stopping = (id: string) => claim(id, { leftOut: { reason: 'stopping' } });

describe('a value that was created for task A', () => {
  it.each([
    { row: 'A is there', now: [seen('A')], agrees: true },
    { row: 'A is there, and another claims it too', now: [seen('B'), seen('A')], agrees: true },
    { row: 'nothing is there', now: [], agrees: false },
    { row: 'A is stopping', now: [stopping('A')], agrees: false },
    {
      row: 'A is stopping, though its endpoint is known',
      now: [seen('A', { leftOut: { reason: 'stopping' } })],
      agrees: false,
    },
    { row: 'only another task is there', now: [seen('B')], agrees: false },
    { row: 'A is at another port', now: [seen('A', { endpoint: endpoint('10.0.0.1', 81) })], agrees: false },
    { row: 'A is there under another name', now: [seen('A', { name: TIME })], agrees: false },
  ])('$row: agrees $agrees', ({ now, agrees }) => {
    const found = disagreements([created('A')], now);

    expect(found).toEqual(agrees ? [] : [expect.objectContaining({ name: CALC, where: plannedOf('A') })]);
  });
});

it.each([
  { row: 'its task is there, under the name that it declares', now: [seen('A', { name: TIME })], count: 0 },
  { row: 'another task is there', now: [seen('B', { name: TIME })], count: 1 },
  { row: 'nothing is there', now: [], count: 1 },
])('a value that was created under a test name: $row', ({ now, count }) => {
  const tested = { ...created('A'), created: [plannedOf('A', { declared: TIME })] };

  expect(disagreements([tested], now)).toHaveLength(count);
});

describe('the hosts behind some changes', () => {
  const at = (address: string, id: string, about: Partial<PlannedValue> = {}) =>
    plannedOf(id, { value: ourText(address, 80), containerInstance: instanceArn(id), ...about });
  const live = (id: string, address: string) => ({ containerInstance: instanceArn(id), state: 'live', address });

  it('have the addresses of their values', () => {
    const hosts = hostsOf(
      [
        { name: CALC, created: [at('10.0.0.1', '1'), at('10.0.0.2', '2')], removed: [], declined: [] },
        { name: TIME, created: [], removed: [{ ...at('10.0.0.3', '3'), reason: 'task-stopped' }], declined: [] },
      ],
      { naming: NAMING },
    );

    expect([...hosts.values()]).toEqual([live('1', '10.0.0.1'), live('2', '10.0.0.2'), live('3', '10.0.0.3')]);
    expect([...hosts.keys()]).toEqual(['1', '2', '3'].map(instanceArn));
  });

  it('are known by their IPv6 address where that is published, and of two addresses by none', () => {
    const names = [{ name: CALC, created: [at('2001:db8::1', '1')], removed: [], declined: [] }];
    const host = { containerInstance: instanceArn('1'), state: 'live', address6: '2001:db8::1' };

    expect([...hostsOf(names, { naming: NAMING, family: 'ipv6' }).values()]).toEqual([host]);
    expect(hostsOf(names, { naming: NAMING, family: 'dualstack' }).size).toBe(0);
  });

  it.each([
    { row: 'two addresses', created: [at('10.0.0.1', '1'), at('10.0.0.2', '1')] },
    { row: 'an interface of the task itself', created: [at('10.0.0.1', '1', { awsvpc: true })] },
    { row: 'no known container instance', created: [plannedOf('1', { containerInstance: undefined } as object)] },
    { row: 'a target that is no address', created: [at('10.0.0.1', '1', { value: '1 1 80 x.ecs.shop.internal.' })] },
  ])('are not known from $row', ({ created: values }) => {
    expect(hostsOf([{ name: CALC, created: values, removed: [], declined: [] }], { naming: NAMING }).size).toBe(0);
  });

  it.each<RemovedReason>(['replaced', 'host-gone', 'unhealthy', 'unexplained'])(
    'are not known from what was %s',
    (reason) => {
      const removed = [{ ...at('10.0.0.1', '1'), reason }];

      expect(hostsOf([{ name: CALC, created: [], removed, declined: [] }], { naming: NAMING }).size).toBe(0);
    },
  );
});

describe('a value that was removed from task A', () => {
  it.each([
    { row: 'nothing is there', plan: removed('A', 'task-stopped'), now: [], agrees: true },
    { row: 'A is stopping', plan: removed('A', 'task-stopped'), now: [stopping('A')], agrees: true },
    { row: 'A, said to have stopped', plan: removed('A', 'task-stopped'), now: [seen('A')], agrees: false },
    { row: 'A, which nothing explained', plan: removed('A', 'unexplained'), now: [seen('A')], agrees: false },
    { row: 'A, which is unhealthy', plan: removed('A', 'unhealthy'), now: [seen('A')], agrees: true },
    { row: 'A, which was replaced', plan: removed('A', 'replaced'), now: [seen('A')], agrees: true },
    { row: 'A, which is over capacity', plan: removed('A', 'over-capacity'), now: [seen('A')], agrees: true },
    { row: 'A, whose host was gone', plan: removed('A', 'host-gone'), now: [seen('A')], agrees: true },
    { row: 'A, which is ignored', plan: removed('A', 'ignored'), now: [seen('A')], agrees: true },
    { row: 'A, which is withdrawn', plan: removed('A', 'withdrawn'), now: [seen('A')], agrees: true },
    { row: 'B has the endpoint', plan: removed('A', 'task-stopped'), now: [seen('B')], agrees: false },
    { row: 'B has it, A was unhealthy', plan: removed('A', 'unhealthy'), now: [seen('B')], agrees: false },
    { row: 'B, left out on purpose', plan: removed('A', 'task-stopped', ['B']), now: [seen('B')], agrees: true },
    {
      row: 'B at another port',
      plan: removed('A', 'task-stopped'),
      now: [seen('B', { endpoint: endpoint('10.0.0.1', 81) })],
      agrees: true,
    },
    { row: 'B under another name', plan: removed('A', 'task-stopped'), now: [seen('B', { name: TIME })], agrees: true },
    {
      row: 'B was left out, C is there too',
      plan: removed('A', 'task-stopped', ['B']),
      now: [seen('B'), seen('C')],
      agrees: false,
    },
  ])('$row: agrees $agrees', ({ plan, now, agrees }) => {
    const found = disagreements([plan], now);

    expect(found.length).toBe(agrees ? 0 : 1);
    for (const { name, finding } of found)
      expect(`${name} ${finding}`).toContain(`${CALC} removed ${plannedOf('A').value}`);
  });

  it('agrees where the same plan gave the endpoint to another', () => {
    const plan = { ...removed('A', 'replaced'), created: [plannedOf('B', { value: ourText('10.0.0.1', 80, 1, 9) })] };

    const found = disagreements([plan], [seen('B')]);

    expect(found).toEqual([]);
  });

  it('points at whoever has it now', () => {
    const other = seen('B', { containerInstance: instanceArn('2') });

    const found = disagreements([removed('A', 'task-stopped')], [other]);

    expect(found[0]?.where).toMatchObject({ task: taskArn('B'), containerInstance: instanceArn('2') });
  });
});

describe('what a run has to verify', () => {
  const passOf = (names: readonly PlannedName[], about: Partial<Parameters<typeof changedSoFar>[0][number]> = {}) => ({
    plan: { names },
    applied: names.map(({ name }) => name),
    ...about,
  });
  const foundAt = (...keys: (typeof KEY)[]) => passOf([], { plan: { names: [], found: [{ name: CALC, keys }] } });

  it.each([
    { row: 'created, and it still stands', change: created('A'), found: [KEY], own: true },
    { row: 'created, and another has removed it', change: created('A'), found: [], own: false },
    { row: 'removed, and it is still away', change: removed('A', 'task-stopped'), found: [], own: true },
    { row: 'removed, and another has created it', change: removed('A', 'task-stopped'), found: [KEY], own: false },
  ])('$row: its own $own', ({ change, found, own }) => {
    const [changed] = changedSoFar([passOf([change]), foundAt(...found)]);

    expect([...(changed?.created ?? []), ...(changed?.removed ?? [])].length).toBe(own ? 1 : 0);
  });

  it('is all of it where no later pass looked at the name', () => {
    const elsewhere = passOf([], { plan: { names: [], found: [{ name: TIME, keys: [] }] } });

    const changed = changedSoFar([passOf([created('A')]), elsewhere]);

    expect(changed).toEqual([created('A')]);
  });

  it('is what the last pass created, though another had removed what an earlier one did', () => {
    const again = passOf([created('B')], { plan: { names: [created('B')], found: [{ name: CALC, keys: [] }] } });

    const changed = changedSoFar([passOf([created('A')]), again]);

    expect(changed).toEqual([created('B')]);
  });

  it('is nothing of a name that was not applied', () => {
    const changed = changedSoFar([passOf([created('A')], { applied: [] })]);

    expect(changed).toEqual([]);
  });
});

describe('the tasks of changed hosts are found', () => {
  it.each([
    { kind: 'full', hosts: 1, described: 0, tasks: 100, all: false },
    { kind: 'full', hosts: 2, described: 0, tasks: 100, all: true },
    { kind: 'full', hosts: 14, described: 20, tasks: 200, all: true },
    { kind: 'full', hosts: 14, described: 20, tasks: 1_000, all: false },
    { kind: 'full', hosts: 14, described: 1_000, tasks: 1_000, all: true },
    { kind: 'full', hosts: 0, described: 1_000, tasks: 1_000, all: false },
    { kind: 'full', hosts: 1_000, described: 0, tasks: undefined, all: false },
    { kind: 'event', hosts: 1_000, described: 0, tasks: 100, all: false },
  ] as const)('in a run that is $kind, $hosts of $tasks tasks, $described described: all at once $all', (given) => {
    expect(listsAll(given.kind, given)).toBe(given.all);
  });
});

describe('where to look again', () => {
  it.each([
    {
      row: 'the host as a whole',
      where: { task: taskArn('1'), cluster: CLUSTER, containerInstance: instanceArn('1'), awsvpc: false },
      hosts: [{ cluster: CLUSTER, containerInstance: instanceArn('1') }],
      tasks: [],
    },
    {
      row: 'the task where it has an interface of its own',
      where: { task: taskArn('1'), cluster: CLUSTER, containerInstance: instanceArn('1'), awsvpc: true },
      hosts: [],
      tasks: [{ cluster: CLUSTER, task: taskArn('1') }],
    },
    {
      row: 'the task on Fargate',
      where: { task: taskArn('1'), cluster: CLUSTER, awsvpc: true },
      hosts: [],
      tasks: [{ cluster: CLUSTER, task: taskArn('1') }],
    },
    { row: 'only the name where nothing is known', where: {}, hosts: [], tasks: [] },
  ])('$row', ({ where, hosts, tasks }) => {
    const scope = scopeAt(CALC, where);

    expect(scope).toEqual({ names: [CALC], hosts, tasks });
  });

  it('is everything behind what came and what went', () => {
    const elsewhere = { ...plannedOf('2', { containerInstance: instanceArn('2') }), reason: 'task-stopped' as const };

    const scope = scopeOfNames([
      { ...created('1'), removed: [elsewhere] },
      { ...created('1'), name: TIME },
    ]);

    expect(scope).toEqual({
      names: [CALC, TIME],
      hosts: ['1', '2'].map((id) => ({ cluster: CLUSTER, containerInstance: instanceArn(id) })),
      tasks: [],
    });
  });

  const host = (id: string) => ({ cluster: CLUSTER, containerInstance: instanceArn(id) });
  const task = (id: string) => ({ cluster: CLUSTER, task: taskArn(id) });
  const went = (id: string, about: Partial<PlannedValue> = {}) => ({
    ...plannedOf(id, { key: keyOf('10.0.0.2', 80), containerInstance: instanceArn(id), ...about }),
    reason: 'task-stopped' as const,
  });
  const unclaimed = plannedOf('1', { task: undefined } as object);

  it.each([
    { row: 'the task of what came', change: { created: [plannedOf('1')] }, hosts: [], tasks: [task('1')] },
    { row: 'the host of what came for nobody', change: { created: [unclaimed] }, hosts: [host('1')], tasks: [] },
    { row: 'the whole host of what went', change: { removed: [went('2')] }, hosts: [host('2')], tasks: [] },
    { row: 'the task of what went', change: { removed: [went('2', { awsvpc: true })] }, hosts: [], tasks: [task('2')] },
    {
      row: 'each where both came and went',
      change: { created: [plannedOf('1')], removed: [went('2')] },
      hosts: [host('2')],
      tasks: [task('1')],
    },
    {
      row: 'only the task of what came where something went',
      change: { created: [plannedOf('1')], removed: [went('2', { key: KEY })] },
      hosts: [],
      tasks: [task('1')],
    },
  ])('of verification is $row', ({ change, hosts, tasks }) => {
    const scope = scopeOfVerification([{ name: CALC, created: [], removed: [], declined: [], ...change }]);

    expect(scope).toEqual({ names: [CALC], hosts, tasks });
  });

  it('is the name alone of a plan that only corrects a TTL', () => {
    const scope = scopeOfNames([{ name: CALC, created: [], removed: [], declined: [] }]);

    expect(scope).toEqual({ ...EMPTY_SCOPE, names: [CALC] });
  });

  it('is the host of a start', () => {
    const scope = scopeOfStarts([
      { name: CALC, graceEndsAt: NOW, task: taskArn('1'), cluster: CLUSTER, containerInstance: instanceArn('1') },
    ]);

    expect(scope).toEqual({
      names: [CALC],
      hosts: [{ cluster: CLUSTER, containerInstance: instanceArn('1') }],
      tasks: [],
    });
  });
});
