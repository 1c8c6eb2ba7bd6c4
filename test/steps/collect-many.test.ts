import { describe, expect, it } from 'vitest';
import { payloadsIn } from '../../functions/contracts/crossing.ts';
import type { RunState } from '../../functions/contracts/states.ts';
import type { Task } from '../../functions/domain/ecs/task.ts';
import type { ScopedTask } from '../../functions/domain/reading/scope.ts';
import { collectTasks } from '../../functions/steps/collect-tasks.ts';
import { virtualClock } from '../stand-ins/clock.ts';
import { CLUSTER, definition, instanceArn, runState, task, taskArn } from '../support/builders.ts';
import { mapped } from '../support/inventory.ts';
import { COLLECT_SETTINGS, quietPorts } from '../support/quiet-ecs.ts';

const RUN = runState({ execution: 'x', trigger: 'events', kind: 'event' });

const AWSVPC = definition({ arn: `${definition().arn}0`, networkMode: 'awsvpc' });
const quiet = quietPorts(definition(), AWSVPC);

interface Fleet {
  /** What ECS shows when it is asked for these very tasks. */
  readonly described?: readonly Task[];
  /** Tasks that it lists, which it may not know when asked. */
  readonly listed?: readonly string[];
}

/** CollectTasks of one cluster over an ECS that answers just so. */
function stage({ described = [], listed = [] }: Fleet) {
  const clock = virtualClock();
  const bucket = new Map<string, string>();
  const payloads = payloadsIn(mapped(bucket));
  const asked: string[] = [];
  const lists: string[] = [];
  const collect = collectTasks(
    {
      payloads,
      clock,
      ecs: {
        listClusters: async () => [CLUSTER],
        listTasks: async ({ containerInstance = 'all' }) => {
          lists.push(containerInstance);
          return listed;
        },
        describeTasks: async (_, arns) => {
          const tasks = described.filter(({ arn }) => arns.includes(arn));
          return { tasks, missing: arns.filter((arn) => !tasks.some((one) => one.arn === arn)) };
        },
      },
      ...quiet,
      instances: {
        describe: async (_, arns) => {
          asked.push(...arns);
          return arns.map((arn) => ({ arn, status: 'ACTIVE', ec2Instance: 'i-1', connected: true }) as never);
        },
      },
      ec2: {
        ...quiet.ec2,
        describeInstances: async () => new Map([['i-1', { state: 'running', address: '10.0.0.1' } as never]]),
      },
    },
    COLLECT_SETTINGS,
  );
  const run = async (about: Partial<RunState>, tasks: readonly ScopedTask[] = [], inlineBytes = 8_192) => {
    const scope = { names: [], hosts: [], tasks };
    const clusters = await payloads.save({ kind: 'group', key: 'group' }, [{ cluster: CLUSTER, scope }]);
    const probes = { batches: 3, seconds: 120, wanted: 1 };
    return collect({ run: { ...RUN, ...about }, item: { group: 0, names: 'main', clusters, inlineBytes, probes } });
  };
  const onHosts = async (about: Partial<RunState>, hosts: number, size: number) => {
    const ids = Array.from({ length: hosts }, (_, index) => instanceArn(`${index}`));
    const scope = { names: [], hosts: ids.map((arn) => ({ cluster: CLUSTER, containerInstance: arn })), tasks: [] };
    const clusters = await payloads.save({ kind: 'group', key: 'group' }, [{ cluster: CLUSTER, scope, tasks: size }]);
    const probes = { batches: 3, seconds: 120, wanted: 1 };
    await collect({ run: { ...RUN, ...about }, item: { group: 0, names: 'main', clusters, inlineBytes: 99, probes } });
    return lists;
  };
  return { run, onHosts, clock, payloads, asked };
}

it.each([
  { row: 'an event run', about: {}, hosts: 6, size: 100, lists: 6 },
  { row: 'a slice', about: { slice: 1 }, hosts: 6, size: 100, lists: 1 },
  { row: 'a slice of a few hosts of many', about: { slice: 1 }, hosts: 6, size: 1_000, lists: 6 },
])('$row of $hosts hosts of a cluster of $size tasks lists $lists times', async ({ about, hosts, size, lists }) => {
  expect(await stage({}).onHosts(about, hosts, size)).toHaveLength(lists);
});

describe('an answer that is older than an event is refused, whichever of its tasks it is', () => {
  const three = ['1', '2', '3'].map((id) => task({ arn: taskArn(id), version: 5 }));
  const scoped = (versions: readonly number[]): readonly ScopedTask[] =>
    three.map(({ arn }, index) => ({ cluster: CLUSTER, task: arn, version: versions[index] ?? 5, queuedAt: 0 }));

  it.each([
    { versions: [5, 5, 5], stale: undefined },
    { versions: [4, 3, 1], stale: undefined },
    { versions: [6, 5, 5], stale: '1' },
    { versions: [5, 6, 5], stale: '2' },
    { versions: [5, 5, 6], stale: '3' },
  ])('events of versions $versions, and ECS shows 5 of each: $stale', async ({ versions, stale }) => {
    const { run } = stage({ described: three });

    const answer = await run({}, scoped(versions)).catch((fault: unknown) => fault);

    expect(answer).toMatchObject(
      stale === undefined
        ? { observation: 'read', tasks: 3 }
        : { name: 'StaleReadingError', message: expect.stringContaining(`task ${taskArn(stale)} in version 5`) },
    );
  });

  it.each([
    { age: 0, stale: true },
    { age: 29_999, stale: true },
    { age: 30_000, stale: false },
    { age: 3_600_000, stale: false },
  ])('ECS does not know the last of them, whose event came $age ms ago: $stale', async ({ age, stale }) => {
    const { run, clock } = stage({ described: three.slice(0, 2) });
    const queuedAt = clock.now() - age;

    const answer = await run(
      {},
      scoped([5, 5, 5]).map((one) => ({ ...one, queuedAt })),
    ).catch((fault: unknown) => fault);

    expect(answer).toMatchObject(
      stale
        ? { name: 'StaleReadingError', message: expect.stringContaining(`task ${taskArn('3')} not yet`) }
        : { observation: 'read', tasks: 2 },
    );
  });

  it.each([0, 1, 2])('ECS lists three tasks, and then does not know number %i', async (at) => {
    const { run } = stage({ described: three.filter((_, index) => index !== at), listed: three.map(({ arn }) => arn) });

    const answer = await run({ kind: 'full', trigger: 'schedule' }).catch((fault: unknown) => fault);

    expect(answer).toMatchObject({ name: 'StaleReadingError', message: expect.stringContaining(three[at]?.arn ?? '') });
  });
});

describe('hosts of tasks with an address of their own', () => {
  const own = task({
    definition: AWSVPC.arn,
    networkInterface: { id: 'eni-1', address: '10.0.0.9', subnet: 'subnet-1' },
  });
  it.each([
    { row: 'a full run', about: { kind: 'full', trigger: 'schedule' }, read: true },
    { row: 'a narrowed round of one', about: { kind: 'event', trigger: 'schedule' }, read: true },
    { row: 'a run by hand', about: { kind: 'full', trigger: 'manual' }, read: true },
    { row: 'a run of events that came too late for one', about: { kind: 'full', trigger: 'events' }, read: true },
    { row: 'an event run', about: { kind: 'event', trigger: 'events' }, read: false },
  ] as const)('are read by $row: $read', async ({ about, read }) => {
    const { run, asked } = stage({ described: [own], listed: [own.arn] });

    await run(about, [{ cluster: CLUSTER, task: own.arn }]);

    expect(asked).toEqual(read ? [instanceArn('1')] : []);
  });
});

it('batches of probes that are too large for the state are kept apart from each other', async () => {
  const many = Array.from({ length: 900 }, (_, index) =>
    task({
      arn: taskArn(`${index}`),
      containers: [
        {
          name: 'app',
          lastStatus: 'RUNNING',
          bindings: [{ bindIP: '0.0.0.0', containerPort: 8080, hostPort: 1_000 + index, protocol: 'tcp' }],
        },
      ],
    }),
  );
  const { run, payloads } = stage({ described: many, listed: many.map(({ arn }) => arn) });

  const { batches } = await run({ kind: 'full', trigger: 'schedule' }, [], 0);

  const ports: number[] = [];
  for (const { batch } of batches) {
    const targets = await payloads.load('targets', batch);
    ports.push(...targets.map(({ port }) => port));
  }
  expect(batches.map(({ number }) => number)).toEqual([0, 1, 2]);
  expect(ports.sort((one, other) => one - other)).toEqual(many.map((_, index) => 1_000 + index));
});
