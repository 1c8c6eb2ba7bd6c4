import { describe, expect, it } from 'vitest';
import { hostEvent, startRunContract, type TaskEvent, taskEvent } from '../../functions/contracts/events.ts';
import type { Task } from '../../functions/domain/ecs/task.ts';
import { startRun } from '../../functions/triggers/start-run.ts';
import { virtualClock } from '../stand-ins/clock.ts';
import {
  CLUSTER,
  containerDefinition,
  definition,
  instanceArn,
  OTHER_CLUSTER,
  task,
  taskArn,
} from '../support/builders.ts';
import { STATE_MACHINE } from '../support/world.ts';

interface Around {
  /** Those that are published; all unless given. */
  readonly clusters?: readonly string[];
  readonly publishTasks?: 'all' | 'services';
  readonly known?: Parameters<typeof definition>[0] | 'unknown';
  /** The tasks of the host that drains. */
  readonly tasks?: readonly Task[];
  /** What the queue says to a message; it takes each after a while unless given. */
  readonly refuses?: Error;
  /** What Step Functions answers, one after the other, and how many milliseconds each answer takes; then `started`. */
  readonly answers?: readonly ('started' | 'exists' | Error)[];
  readonly takes?: readonly number[];
}

/** The trigger with what it has asked for, in order. */
function stage({
  clusters,
  publishTasks = 'all',
  known = {},
  tasks = [],
  refuses,
  answers = [],
  takes = [],
}: Around = {}) {
  const clock = virtualClock(Date.parse(NOW));
  const [left, waits] = [[...answers], [...takes]];
  let sent = 0;
  const asked: { readonly what: string; readonly body?: unknown }[] = [];
  const start = startRun(
    {
      clock,
      definitions: {
        describe: async (arns) => {
          asked.push({ what: 'describe', body: arns });
          const all = known === 'unknown' ? [] : [definition(known)];
          return { definitions: new Map(all.map((one) => [one.arn, one])), unknown: [] };
        },
      },
      ecs: {
        listTasks: async (query) => {
          asked.push({ what: 'listed', body: query });
          return tasks.map(({ arn }) => arn);
        },
        describeTasks: async (_, arns) => ({ tasks: tasks.filter(({ arn }) => arns.includes(arn)), missing: [] }),
      },
      queue: {
        send: async (body) => {
          await Promise.resolve();
          await Promise.resolve();
          if (refuses) throw refuses;
          asked.push({ what: 'queued', body: JSON.parse(body) });
          sent += 1;
          return `message-${sent}`;
        },
      },
      executions: {
        start: async (stateMachine, execution, input) => {
          asked.push({ what: 'started', body: { stateMachine, execution, input } });
          await clock.advance(waits.shift() ?? 0);
          const answer = left.shift() ?? 'started';
          if (answer instanceof Error) throw answer;
          return answer;
        },
      },
    },
    {
      ZONE_NAME: 'shop.internal.',
      OWNER_LABEL: 'ecs',
      PUBLISH_TASKS: publishTasks,
      EVENT_WINDOW: 2,
      CLUSTERS: clusters as string[],
      STATE_MACHINE_ARN: STATE_MACHINE,
    },
  );
  const inputs = () =>
    asked.flatMap(({ what, body }) => (what === 'started' ? [(body as { input: object }).input] : []));
  return { start, asked, inputs, clock, happened: () => asked.map(({ what }) => what) };
}

/** Within the window that begins at 04. */
const NOW = '2026-11-22T20:31:04.500Z';

const event = (about: Partial<TaskEvent['detail']> = {}): TaskEvent =>
  taskEvent.parse({
    detail: {
      clusterArn: CLUSTER,
      taskArn: taskArn('1'),
      taskDefinitionArn: definition().arn,
      containerInstanceArn: instanceArn('1'),
      version: 7,
      ...about,
    },
  });

describe('an event of a task that declares a name', () => {
  it('is queued, and an execution of its own starts at once when the queue has taken it', async () => {
    const { start, asked, happened } = stage();

    const { execution, names } = await start(event());

    expect(happened()).toEqual(['describe', 'queued', 'started']);
    expect(names).toEqual(['_calc._tcp.shop.internal.']);
    expect(asked[1]?.body).toEqual({
      cluster: CLUSTER,
      task: taskArn('1'),
      containerInstance: instanceArn('1'),
      awsvpc: false,
      version: 7,
      names: ['_calc._tcp.shop.internal.'],
    });
    expect(asked[2]?.body).toEqual({
      stateMachine: STATE_MACHINE,
      execution,
      input: { window: '2026-11-22T20:31:04Z', first: 'message-1' },
    });
    expect(execution).toBe('events-2026-11-22T20-31-04Z');
  });

  it('tells every name of each port that can be used', async () => {
    const environment = { SERVICE_8080_NAME: '_calc._tcp, calc,, a b, _calc._tcp' };
    const { start, asked } = stage({ known: { containers: [containerDefinition({ environment })] } });

    const { names } = await start(event());

    expect(names).toEqual(['_calc._tcp.shop.internal.', 'calc.shop.internal.']);
    expect(asked[1]?.body).toMatchObject({ names });
  });

  it.each([
    { group: 'family:app', publishTasks: 'services', starts: false },
    { group: 'nightly', publishTasks: 'services', starts: false },
    { group: 'service:app', publishTasks: 'services', starts: true },
    { group: undefined, publishTasks: 'services', starts: true },
    { group: 'family:app', publishTasks: 'all', starts: true },
  ] as const)('of group $group, where $publishTasks are published, starts a run: $starts', async (given) => {
    const { group, publishTasks, starts } = given;
    const { start, happened } = stage({ publishTasks });
    const { detail } = event();

    await start(taskEvent.parse({ detail: { ...detail, overrides: { containerOverrides: [] }, group } }));

    expect(happened()).toEqual(starts ? ['describe', 'queued', 'started'] : []);
  });

  it('starts nothing while the queue does not take it, and fails, so that it is tried again', async () => {
    const { start, happened } = stage({ refuses: new Error('no') });

    await expect(start(event())).rejects.toThrow('no');
    expect(happened()).toEqual(['describe']);
  });

  it.each([
    { mode: 'bridge', awsvpc: false },
    { mode: 'host', awsvpc: false },
    { mode: 'awsvpc', awsvpc: true },
  ] as const)('tells whether its tasks have an address of their own: $mode', async ({ mode, awsvpc }) => {
    const { start, asked } = stage({ known: { networkMode: mode } });

    await start(event());

    expect(asked[1]?.body).toMatchObject({ awsvpc });
  });
});

describe('an event that is not the first of its window', () => {
  const next = { window: '2026-11-22T20:31:06Z' };
  const after = { window: '2026-11-22T20:31:08Z' };

  it.each([
    { row: 'the next one begins', answers: ['exists'], takes: [10, 10], inputs: [next] },
    { row: 'the next one is asked for already', answers: ['exists', 'exists'], takes: [10, 10], inputs: [next] },
    {
      row: 'the next one has begun meanwhile',
      answers: ['exists', 'exists'],
      takes: [10, 1_500, 10],
      inputs: [next, after],
    },
    {
      row: 'the answer says nothing, so late',
      answers: ['exists', 'started'],
      takes: [10, 1_500, 10],
      inputs: [next, after],
    },
    { row: 'its own is over before the answer', answers: ['exists'], takes: [1_600, 10], inputs: [after] },
    { row: 'answers take long', answers: ['exists'], takes: [800, 800], inputs: [after] },
  ] as const)('waits for a window that nobody has begun: $row', async ({ answers, takes, inputs: expected }) => {
    const { start, inputs } = stage({ answers, takes });

    await start(event());

    const [first, ...others] = inputs();
    expect(first).toEqual({ window: '2026-11-22T20:31:04Z', first: 'message-1' });
    expect(others).toEqual(expected);
  });
});

describe('an event that repeats another', () => {
  const STOP = { desiredStatus: 'STOPPED', lastStatus: 'RUNNING' };
  const shown = (lastStatus: string) => ({ attachments: [], containers: [{ name: 'app', lastStatus }] });
  const START = { desiredStatus: 'RUNNING', lastStatus: 'RUNNING', ...shown('RUNNING') };
  const raw = (about: object) =>
    taskEvent.parse({
      detail: { clusterArn: CLUSTER, taskArn: taskArn('1'), taskDefinitionArn: definition().arn, version: 7, ...about },
    });

  it.each([
    { row: 'a stop', first: STOP, second: { ...STOP, lastStatus: 'STOPPED', version: 9 }, queued: 1 },
    { row: 'a start that shows the same', first: START, second: { ...START, version: 9 }, queued: 1 },
    {
      row: 'a start of which a container has stopped',
      first: START,
      second: { ...START, ...shown('STOPPED') },
      queued: 2,
    },
    { row: 'a stop after its start', first: START, second: STOP, queued: 2 },
    { row: 'a stop of another task', first: STOP, second: { ...STOP, taskArn: taskArn('2') }, queued: 2 },
  ])('is dropped, and no other: $row', async ({ first, second, queued }) => {
    const { start, happened } = stage();

    await start(raw(first));
    const { dropped } = await start(raw(second));

    expect(happened().filter((what) => what === 'queued')).toHaveLength(queued);
    expect(dropped).toEqual(queued === 1 ? expect.stringContaining('it repeats') : undefined);
  });

  it('is dropped for a minute', async () => {
    const { start, happened, clock } = stage();
    await start(raw(STOP));
    await clock.advance(60_000);

    await start(raw(STOP));

    expect(happened().filter((what) => what === 'queued')).toHaveLength(2);
  });

  it('is not dropped where the queue did not take the first', async () => {
    const refusal = { refuses: new Error('no') };
    const { start, happened } = stage(refusal);
    await expect(start(raw(STOP))).rejects.toThrow('no');

    await expect(start(raw(STOP))).rejects.toThrow('no');

    expect(happened()).toEqual(['describe', 'describe']);
  });

  it('is not dropped where no execution was acknowledged', async () => {
    const { start, happened } = stage({ answers: ['exists', new Error('no')] });
    await expect(start(raw(STOP))).rejects.toThrow('no');

    const { dropped } = await start(raw(STOP));

    expect(dropped).toBeUndefined();
    expect(happened()).toEqual(['describe', 'queued', 'started', 'started', 'describe', 'queued', 'started']);
  });

  it('is known to one sandbox alone', async () => {
    const [one, other] = [stage(), stage()];
    await one.start(raw(STOP));

    await other.start(raw(STOP));

    expect(other.happened()).toContain('queued');
  });

  it('says of a stop that the task stops, so that a run can tell it as old news', async () => {
    const { start, asked } = stage();

    await start(raw(STOP));
    await start(raw(START));

    expect(
      asked.flatMap(({ what, body }) => (what === 'queued' ? [Reflect.get(body as object, 'stops')] : [])),
    ).toEqual([{ endpoints: 1 }, undefined]);
  });
});

describe('names', () => {
  const quiet = { environment: {}, portMappings: [{ containerPort: 80, protocol: 'tcp' as const }] };
  const three = ['a', 'b', 'c'].map((name) => containerDefinition({ name, ...quiet }));
  const override = (name: string) => ({ name, environment: [{ name: 'SERVICE_80_NAME', value: `_${name}._tcp` }] });

  it.each([[['a']], [['b']], [['c']], [['a', 'c']]])('are those of each override: of %j', async (overridden) => {
    const { start } = stage({ known: { containers: three } });

    const { names } = await start(
      event({
        overrides: {
          containerOverrides: ['a', 'b', 'c'].map((name) =>
            overridden.includes(name) ? override(name) : { name, environment: [] },
          ),
        },
      }),
    );

    expect(names).toEqual(overridden.map((name) => `_${name}._tcp.shop.internal.`));
  });

  it.each([
    { row: 'its task declares none', known: { containers: three }, dropped: 'its task declares no name' },
    {
      row: 'nobody knows its definition',
      known: 'unknown' as const,
      dropped: expect.stringContaining('does not know'),
    },
  ])('where $row it is dropped', async ({ known, dropped }) => {
    const { start, happened } = stage({ known });

    expect(await start(event())).toEqual({ dropped });
    expect(happened()).toEqual(['describe']);
  });
});

describe('the cluster of an event', () => {
  it.each([
    { clusters: undefined, of: OTHER_CLUSTER, taken: true },
    { clusters: [CLUSTER], of: CLUSTER, taken: true },
    { clusters: [CLUSTER, OTHER_CLUSTER], of: CLUSTER, taken: true },
    { clusters: [CLUSTER, OTHER_CLUSTER], of: OTHER_CLUSTER, taken: true },
    { clusters: [CLUSTER], of: OTHER_CLUSTER, taken: false },
  ])('$of, where $clusters are published: $taken', async ({ clusters, of, taken }) => {
    const { start, happened } = stage(clusters ? { clusters } : {});

    const { dropped } = await start(event({ clusterArn: of }));

    expect(dropped).toBe(taken ? undefined : 'its cluster is not published');
    expect(happened()).toEqual(taken ? ['describe', 'queued', 'started'] : []);
  });
});

describe('an event of a host that drains', () => {
  const drains = hostEvent.parse({
    detail: { clusterArn: CLUSTER, containerInstanceArn: instanceArn('1'), status: 'DRAINING', version: 5 },
  });
  const two = [task(), task({ arn: taskArn('2'), version: 9 })];

  it('queues where each of its tasks is, as an event of the task would', async () => {
    const { start, asked, happened } = stage({ tasks: two });

    const { names } = await start(drains);

    expect(happened()).toEqual(['listed', 'describe', 'queued', 'queued', 'started']);
    expect(asked[0]?.body).toEqual({ cluster: CLUSTER, containerInstance: instanceArn('1') });
    expect(names).toEqual(['_calc._tcp.shop.internal.']);
    expect(asked.flatMap(({ what, body }) => (what === 'queued' ? [body] : []))).toEqual(
      two.map(({ arn, version }) => ({
        cluster: CLUSTER,
        task: arn,
        containerInstance: instanceArn('1'),
        awsvpc: false,
        version,
        names: ['_calc._tcp.shop.internal.'],
      })),
    );
  });

  it('starts a run that waits for its window, and so takes every message', async () => {
    const { start, inputs } = stage({ tasks: two });

    await start(drains);

    expect(inputs()).toEqual([{ window: '2026-11-22T20:31:06Z' }]);
  });

  it.each([
    { row: 'no task that declares a name', tasks: [], dropped: 'no task on its host declares a name' },
    {
      row: 'a task only that stops, whose own event tells it',
      tasks: [task({ desiredStatus: 'STOPPED' })],
      dropped: 'no task on its host declares a name',
    },
  ])('is dropped: $row', async ({ tasks, dropped }) => {
    const { start, happened } = stage({ tasks });

    expect(await start(drains)).toEqual({ dropped });
    expect(happened()).not.toContain('queued');
  });

  it('says nothing new for a minute', async () => {
    const { start, inputs, clock } = stage({ tasks: two });
    await start(drains);

    const again = await start(drains);
    await clock.advance(60_000);
    await start(drains);

    expect(again).toEqual({ dropped: 'it repeats what was queued of this drain' });
    expect(inputs()).toHaveLength(2);
  });

  it('of another cluster is dropped', async () => {
    const { start } = stage({ tasks: two, clusters: [OTHER_CLUSTER] });

    expect(await start(drains)).toEqual({ dropped: 'its cluster is not published' });
  });

  it('is no event of a task, whatever else it has', () => {
    const read = startRunContract.input.safeParse({ detail: { ...drains.detail, status: 'ACTIVE' } });

    expect(read.success).toBe(false);
    expect(startRunContract.input.parse(drains)).toEqual(drains);
  });
});
