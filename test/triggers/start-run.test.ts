import { describe, expect, it } from 'vitest';
import { type TaskEvent, taskEvent } from '../../functions/contracts/events.ts';
import { startRun } from '../../functions/triggers/start-run.ts';
import { virtualClock } from '../stand-ins/clock.ts';
import { CLUSTER, containerDefinition, definition, instanceArn, OTHER_CLUSTER, taskArn } from '../support/builders.ts';
import { STATE_MACHINE } from '../support/world.ts';

interface Around {
  /** Those that are published; all unless given. */
  readonly clusters?: readonly string[];
  readonly known?: Parameters<typeof definition>[0] | 'unknown';
  /** What the queue says to a message; it takes each after a while unless given. */
  readonly refuses?: Error;
}

/** The trigger with what it has asked for, in order. */
function stage({ clusters, known = {}, refuses }: Around = {}) {
  const clock = virtualClock();
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
      queue: {
        send: async (body) => {
          await Promise.resolve();
          await Promise.resolve();
          if (refuses) throw refuses;
          asked.push({ what: 'queued', body: JSON.parse(body) });
        },
      },
      executions: {
        start: async (stateMachine, execution, input) => {
          asked.push({ what: 'started', body: { stateMachine, execution, input } });
          return 'started';
        },
      },
    },
    {
      ZONE_NAME: 'shop.internal.',
      OWNER_LABEL: 'ecs',
      EVENT_WINDOW: 2,
      CLUSTERS: clusters as string[],
      STATE_MACHINE_ARN: STATE_MACHINE,
    },
  );
  return { start, asked, happened: () => asked.map(({ what }) => what) };
}

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
  it('is queued, and the execution of its window starts once the queue has taken it', async () => {
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
      input: { window: execution?.replace(/^events-(.*)T(\d\d)-(\d\d)-(\d\d)Z$/, '$1T$2:$3:$4Z') },
    });
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
