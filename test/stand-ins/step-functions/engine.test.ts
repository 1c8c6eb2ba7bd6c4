import { describe, expect, it } from 'vitest';
import { virtualClock } from '../clock.ts';
import { parseDefinition } from './definition.ts';
import { ExecutionStop, type RunOptions, runStateMachine } from './engine.ts';
import { MAX_PAYLOAD_BYTES, TaskError } from './faults.ts';

const START = Date.UTC(2026, 9, 1, 10);
const ARN = 'arn:aws:states:eu-central-1:111111111111:execution:machine:run-1';

type Tasks = Readonly<Record<string, (payload: never, call: number) => unknown>>;

/** Runs states on a virtual clock; tasks answer by the last part of their function's ARN. */
async function run(
  states: object,
  { input = {}, tasks = {}, ...options }: { input?: unknown; tasks?: Tasks } & Partial<Omit<RunOptions, 'input'>> = {},
) {
  const clock = virtualClock(START);
  const calls: { task: string; payload: unknown; at: number }[] = [];
  const running = runStateMachine({
    definition: machine(states),
    input,
    execution: {
      arn: ARN,
      name: 'run-1',
      stateMachineArn: 'arn:aws:states:eu-central-1:111111111111:stateMachine:machine',
      stateMachineName: 'machine',
      roleArn: 'arn:aws:iam::111111111111:role/machine',
    },
    clock,
    random: () => 0.5,
    invoke: async (resource, payload) => {
      const task = resource.slice(resource.lastIndexOf(':') + 1);
      calls.push({ task, payload, at: clock.now() - START });
      return tasks[task]?.(payload as never, calls.filter((call) => call.task === task).length);
    },
    ...options,
  });
  const outcome = await clock.run(running);
  return { ...outcome, calls, elapsed: clock.now() - START, events: outcome.history.map(({ type }) => type) };
}

/** The first state named is the start. */
function machine(states: object, further: object = {}) {
  return parseDefinition(JSON.stringify({ StartAt: Object.keys(states)[0], States: states, ...further }));
}

const task = (name: string, fields: object = { End: true }) => ({
  Type: 'Task',
  Resource: `arn:aws:lambda:eu-central-1:111111111111:function:${name}`,
  ...fields,
});

const fault = (name: string, message = 'broken') => Object.assign(new Error(message), { name });
const fails = (name: string) => () => {
  throw fault(name);
};

it('takes its time from state to state, inside of Maps too', async () => {
  const inner = { StartAt: 'In', States: { In: { Type: 'Pass', End: true } } };
  const states = {
    First: { Type: 'Pass', Next: 'Each' },
    Each: { Type: 'Map', ItemsPath: '$.items', MaxConcurrency: 1, ItemProcessor: inner, End: true },
  };

  const { elapsed } = succeeded(await run(states, { input: { items: [1, 2, 3] }, transitionMs: 25 }));

  expect(elapsed).toBe(5 * 25);
});

describe('data between states', () => {
  it('passes the input through InputPath, Parameters, ResultSelector, ResultPath and OutputPath', async () => {
    const states = {
      Work: task('work', {
        InputPath: '$.inner',
        Parameters: { 'given.$': '$.x', fixed: [1, { 'run.$': '$$.Execution.Name' }] },
        ResultSelector: { 'kept.$': '$.answer' },
        ResultPath: '$.inner.result',
        OutputPath: '$.inner',
        End: true,
      }),
    };

    const { output, calls } = succeeded(
      await run(states, { input: { inner: { x: 7 } }, tasks: { work: () => ({ answer: 42, noise: true }) } }),
    );

    expect(calls[0]?.payload).toEqual({ given: 7, fixed: [1, { run: 'run-1' }] });
    expect(output).toEqual({ x: 7, result: { kept: 42 } });
  });

  it('takes every result through JSON and shares nothing', async () => {
    const shared = { when: new Date(START), gone: undefined, list: [undefined] };
    const states = { Work: task('work', { Next: 'Change' }), Change: task('change') };

    const { output } = succeeded(
      await run(states, {
        tasks: {
          work: () => shared,
          change: (payload: { list: unknown[] }) => {
            payload.list.push('mine');
            return { ...payload };
          },
        },
      }),
    );

    expect(output).toEqual({ when: '2026-10-01T10:00:00.000Z', list: [null, 'mine'] });
    expect(shared.list).toHaveLength(1);
  });

  it.each([
    { result: undefined, output: null },
    { result: 0, output: 0 },
    { result: '', output: '' },
    { result: false, output: false },
  ])('keeps the falsy result $result', async ({ result, output }) => {
    const states = { Work: task('work', { Next: 'Through' }), Through: { Type: 'Pass', End: true } };

    const outcome = succeeded(await run(states, { tasks: { work: () => result } }));

    expect(outcome.output).toBe(output);
  });

  it.each([
    { paths: { Result: 5, ResultPath: null }, output: { a: 1 } },
    { paths: { OutputPath: null }, output: {} },
    { paths: { InputPath: null, ResultPath: '$.b' }, output: { a: 1, b: {} } },
    { paths: { Result: { c: 2 }, ResultPath: '$.b.d' }, output: { a: 1, b: { d: { c: 2 } } } },
  ])('Pass with $paths gives $output', async ({ paths, output }) => {
    const outcome = succeeded(await run({ Only: { Type: 'Pass', ...paths, End: true } }, { input: { a: 1 } }));

    expect(outcome.output).toEqual(output);
  });

  it('ends in States.Runtime where a path points nowhere, and nothing catches it', async () => {
    const states = {
      Work: task('work', {
        Parameters: { 'x.$': '$.missing' },
        Catch: [
          { ErrorEquals: ['States.Runtime'], Next: 'Work' },
          { ErrorEquals: ['States.ALL'], Next: 'Work' },
        ],
        End: true,
      }),
    };

    const { error, cause } = failed(await run(states, { input: { present: 1 } }));

    expect(error).toBe('States.Runtime');
    expect(cause).toContain("'$.missing' specified for the field 'x.$'");
  });

  it('ends in States.ResultPathMatchFailure where the result has no place', async () => {
    const states = { Only: { Type: 'Pass', Result: 1, ResultPath: '$.a.b', End: true } };

    const { error } = failed(await run(states, { input: { a: 'text' } }));

    expect(error).toBe('States.ResultPathMatchFailure');
  });

  it('shows the context object', async () => {
    const states = {
      First: { Type: 'Wait', Seconds: 2, Next: 'Look' },
      Look: { Type: 'Pass', Parameters: { 'all.$': '$$' }, End: true },
    };

    const { output } = succeeded(await run(states, { input: { a: 1 } }));

    expect(output).toEqual({
      all: {
        Execution: {
          Id: ARN,
          Input: { a: 1 },
          Name: 'run-1',
          RoleArn: 'arn:aws:iam::111111111111:role/machine',
          StartTime: '2026-10-01T10:00:00.000Z',
          RedriveCount: 0,
        },
        State: { EnteredTime: '2026-10-01T10:00:02.000Z', Name: 'Look', RetryCount: 0 },
        StateMachine: { Id: 'arn:aws:states:eu-central-1:111111111111:stateMachine:machine', Name: 'machine' },
      },
    });
  });
});

describe('limits', () => {
  const big = 'x'.repeat(MAX_PAYLOAD_BYTES - 2);

  it('takes a result of exactly the limit', async () => {
    const outcome = await run({ Work: task('work') }, { tasks: { work: () => big } });

    expect(outcome.status).toBe('SUCCEEDED');
  });

  it.each([
    { row: 'one byte more', result: `${big}y` },
    { row: 'the same length with one two-byte character', result: `${big.slice(1)}ü` },
  ])('fails a result of $row', async ({ result }) => {
    const { error, events } = failed(await run({ Work: task('work') }, { tasks: { work: () => result } }));

    expect(error).toBe('States.DataLimitExceeded');
    expect(events).toContain('LambdaFunctionFailed');
  });

  it.each([
    { names: ['States.ALL'], caught: false },
    { names: ['States.TaskFailed'], caught: false },
    { names: ['States.DataLimitExceeded'], caught: true },
  ])('$names catches the limit: $caught', async ({ names, caught }) => {
    const states = {
      Work: task('work', { ResultPath: '$.r', Catch: [{ ErrorEquals: names, Next: 'Caught' }], End: true }),
      Caught: { Type: 'Pass', End: true },
    };

    const outcome = await run(states, { input: { a: 1 }, tasks: { work: () => `${big}y` } });

    expect(outcome.status).toBe(caught ? 'SUCCEEDED' : 'FAILED');
  });

  it.each([
    { row: 'an output that grew by its input', fields: { ResultPath: '$.r' }, input: { a: 'small' }, result: big },
    {
      row: 'an input that Parameters grew',
      fields: { Parameters: { 'a.$': '$', 'b.$': '$' } },
      input: big.slice(9_000),
      result: 0,
    },
  ])('fails $row, catchable by name', async ({ fields, input, result }) => {
    const states = {
      Work: task('work', {
        ...fields,
        Catch: [{ ErrorEquals: ['States.DataLimitExceeded'], Next: 'Caught' }],
        End: true,
      }),
      Caught: { Type: 'Pass', End: true },
    };

    const { output } = succeeded(await run(states, { input, tasks: { work: () => result } }));

    expect(output).toMatchObject({ Error: 'States.DataLimitExceeded' });
  });

  it('fails a Map whose iterations fit but whose output does not', async () => {
    const states = {
      Each: { Type: 'Map', ItemProcessor: inline({ Work: task('work') }), End: true },
    };

    const { error } = failed(
      await run(states, { input: [1, 2, 3], tasks: { work: () => 'x'.repeat(MAX_PAYLOAD_BYTES / 2) } }),
    );

    expect(error).toBe('States.DataLimitExceeded');
  });

  it('fails the execution at its 25,000th event', async () => {
    const states = {
      Again: { Type: 'Choice', Choices: [{ Variable: '$.a', IsPresent: true, Next: 'Again' }], Default: 'Done' },
      Done: { Type: 'Succeed' },
    };

    const { history, error, cause } = failed(await run(states, { input: { a: 1 } }));

    expect(history).toHaveLength(25_000);
    expect(history.at(-1)?.type).toBe('ExecutionFailed');
    expect(error).toBe('States.Runtime');
    expect(cause).toContain('maximum number of history events');
  });
});

describe('retries', () => {
  it.each([
    { row: 'the defaults', retrier: {}, at: [0, 1_000, 3_000, 7_000] },
    {
      row: 'interval and rate',
      retrier: { IntervalSeconds: 2, BackoffRate: 3, MaxAttempts: 2 },
      at: [0, 2_000, 8_000],
    },
    {
      row: 'a maximal delay',
      retrier: { IntervalSeconds: 2, MaxDelaySeconds: 3, MaxAttempts: 3 },
      at: [0, 2_000, 5_000, 8_000],
    },
    {
      row: 'full jitter',
      retrier: { IntervalSeconds: 4, MaxAttempts: 2, JitterStrategy: 'FULL' },
      at: [0, 2_000, 6_000],
    },
    { row: 'no attempts', retrier: { MaxAttempts: 0 }, at: [0] },
  ])('waits as said by $row', async ({ retrier, at }) => {
    const states = { Work: task('work', { Retry: [{ ErrorEquals: ['Broken'], ...retrier }], End: true }) };

    const outcome = await run(states, { tasks: { work: fails('Broken') } });

    expect(outcome.calls.map((call) => call.at)).toEqual(at);
    expect(failed(outcome).error).toBe('Broken');
  });

  it('counts apart for each retrier and starts again in the next visit', async () => {
    const states = {
      Work: task('work', {
        Retry: [
          { ErrorEquals: ['One'], MaxAttempts: 1, IntervalSeconds: 1 },
          { ErrorEquals: ['Two'], MaxAttempts: 1, IntervalSeconds: 1 },
        ],
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Work' }],
        End: true,
      }),
    };
    const errors = ['One', 'Two', 'One', 'One', 'Two'];

    const outcome = await run(states, {
      tasks: {
        work: (_payload, call) => {
          const error = errors[call - 1];
          if (error) throw fault(error);
          return call;
        },
      },
    });

    expect(succeeded(outcome).output).toBe(6);
    expect(outcome.calls.map((call) => call.at)).toEqual([0, 1_000, 2_000, 2_000, 3_000, 4_000]);
  });

  it.each([
    { names: ['States.TaskFailed'], error: 'Broken', retried: true },
    { names: ['States.ALL'], error: 'Broken', retried: true },
    { names: ['Other'], error: 'Broken', retried: false },
    { names: ['States.TaskFailed'], error: 'States.Timeout', retried: false },
    { names: ['States.ALL'], error: 'States.Timeout', retried: true },
    { names: ['States.Timeout'], error: 'States.Timeout', retried: true },
  ])('$names retries $error: $retried', async ({ names, error, retried }) => {
    const states = { Work: task('work', { Retry: [{ ErrorEquals: names, MaxAttempts: 1 }], End: true }) };

    const { calls } = await run(states, { tasks: { work: fails(error) } });

    expect(calls).toHaveLength(retried ? 2 : 1);
  });

  it('shows the count of retries in the context object', async () => {
    const states = {
      Work: task('work', {
        Parameters: { 'n.$': '$$.State.RetryCount' },
        Retry: [{ ErrorEquals: ['Broken'] }],
        End: true,
      }),
    };

    const { calls } = await run(states, { tasks: { work: fails('Broken') } });

    expect(calls.map(({ payload }) => payload)).toEqual([{ n: 0 }, { n: 1 }, { n: 2 }, { n: 3 }]);
  });

  it('writes each attempt into the history without entering the state again', async () => {
    const states = { Work: task('work', { Retry: [{ ErrorEquals: ['Broken'], MaxAttempts: 1 }], End: true }) };

    const { events } = await run(states, { tasks: { work: fails('Broken') } });

    expect(events).toEqual([
      'ExecutionStarted',
      'TaskStateEntered',
      'LambdaFunctionScheduled',
      'LambdaFunctionStarted',
      'LambdaFunctionFailed',
      'LambdaFunctionScheduled',
      'LambdaFunctionStarted',
      'LambdaFunctionFailed',
      'ExecutionFailed',
    ]);
  });
});

describe('errors', () => {
  const catchAll = { ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'Caught' };
  const caught = { Caught: { Type: 'Pass', End: true } };

  it('gives a catcher the name of what was thrown, and its report as Lambda writes it', async () => {
    const states = { Work: task('work', { Catch: [catchAll], End: true }), ...caught };

    const { output } = succeeded(await run(states, { input: { a: 1 }, tasks: { work: fails('ThrottledError') } }));

    const { a, error } = output as { a: number; error: { Error: string; Cause: string } };
    expect({ a, name: error.Error }).toEqual({ a: 1, name: 'ThrottledError' });
    expect(JSON.parse(error.Cause)).toEqual({
      errorType: 'ThrottledError',
      errorMessage: 'broken',
      trace: expect.arrayContaining([expect.stringContaining('engine.test.ts')]),
    });
  });

  it('takes the cause of a service error word for word', async () => {
    const states = { Work: task('work', { Catch: [catchAll], End: true }), ...caught };
    const work = () => {
      throw new TaskError('Lambda.TooManyRequestsException', 'Rate exceeded');
    };

    const { output } = succeeded(await run(states, { tasks: { work } }));

    expect(output).toEqual({ error: { Error: 'Lambda.TooManyRequestsException', Cause: 'Rate exceeded' } });
  });

  it('ends a task after its timeout, though the function runs on', async () => {
    const states = { Work: task('work', { TimeoutSeconds: 5, Catch: [catchAll], End: true }), ...caught };

    const outcome = await run(states, { tasks: { work: () => new Promise(() => {}) } });

    expect(succeeded(outcome).output).toEqual({ error: { Error: 'States.Timeout' } });
    expect(outcome.elapsed).toBe(5_000);
    expect(outcome.events).toContain('LambdaFunctionTimedOut');
  });

  it('leaves no sleeper behind when the task is in time', async () => {
    const states = { Work: task('work', { TimeoutSeconds: 60, End: true }) };
    const clock = virtualClock(START);
    let sleeping = 0;
    const counted = {
      now: clock.now,
      sleep: async (ms: number, signal?: AbortSignal) => {
        sleeping += 1;
        await clock.sleep(ms, signal);
        sleeping -= 1;
      },
    };

    await run(states, { clock: counted, tasks: { work: () => 1 } });

    await new Promise((resolve) => setImmediate(resolve));
    expect(sleeping).toBe(0);
  });

  it('ends in Fail with the error and cause that its paths point at', async () => {
    const states = {
      Work: task('work', { Next: 'Held' }),
      Held: { Type: 'Fail', ErrorPath: '$.outcome.error', CausePath: "States.Format('{} of {}', $.outcome.held, 9)" },
    };

    const outcome = failed(
      await run(states, { tasks: { work: () => ({ outcome: { error: 'RemovalsHeldError', held: 4 } }) } }),
    );

    expect(outcome).toMatchObject({ error: 'RemovalsHeldError', cause: '4 of 9' });
    expect(outcome.history.at(-1)).toMatchObject({
      type: 'ExecutionFailed',
      executionFailedEventDetails: { error: 'RemovalsHeldError', cause: '4 of 9' },
    });
  });

  it('fails with States.NoChoiceMatched where no rule holds and there is no default', async () => {
    const states = {
      Ask: { Type: 'Choice', Choices: [{ Variable: '$.a', NumericEquals: 2, Next: 'Done' }] },
      Done: { Type: 'Succeed' },
    };

    const { error } = failed(await run(states, { input: { a: 1 } }));

    expect(error).toBe('States.NoChoiceMatched');
  });

  it('names what JSON cannot hold as the Lambda runtime does', async () => {
    const { error } = failed(await run({ Work: task('work') }, { tasks: { work: () => 1n } }));

    expect(error).toBe('Runtime.MarshalError');
  });
});

describe('Map', () => {
  it('gives each iteration its item and index, and collects the outputs in order', async () => {
    const states = {
      Each: {
        Type: 'Map',
        ItemsPath: '$.items',
        ItemSelector: { 'item.$': '$$.Map.Item.Value', 'index.$': '$$.Map.Item.Index', 'shared.$': '$.shared' },
        ItemProcessor: inline({ Work: task('work') }),
        ResultPath: '$.results',
        End: true,
      },
    };

    const { output } = succeeded(
      await run(states, { input: { items: ['a', 'b'], shared: 1 }, tasks: { work: (payload) => payload } }),
    );

    expect(output).toEqual({
      items: ['a', 'b'],
      shared: 1,
      results: [
        { item: 'a', index: 0, shared: 1 },
        { item: 'b', index: 1, shared: 1 },
      ],
    });
  });

  it.each([
    { MaxConcurrency: 0, count: 100, most: 40 },
    { MaxConcurrency: 100, count: 100, most: 40 },
    { MaxConcurrency: 3, count: 10, most: 3 },
    { MaxConcurrency: 1, count: 4, most: 1 },
  ])('with MaxConcurrency $MaxConcurrency runs $most of $count at once', async ({ MaxConcurrency, count, most }) => {
    let [running, highest] = [0, 0];
    const clock = virtualClock(START);
    const states = { Each: { Type: 'Map', MaxConcurrency, ItemProcessor: inline({ Work: task('work') }), End: true } };

    await clock.run(
      run(states, {
        input: Array.from({ length: count }, (_, index) => index),
        tasks: {
          work: async () => {
            running += 1;
            highest = Math.max(highest, running);
            await clock.sleep(10);
            running -= 1;
          },
        },
      }),
    );

    expect(highest).toBe(most);
  });

  it('fails as a whole when one iteration fails, and stops the others', async () => {
    const clock = virtualClock(START);
    const states = {
      Each: {
        Type: 'Map',
        ItemProcessor: inline({ Work: task('work', { Next: 'Later' }), Later: task('later') }),
        Catch: [{ ErrorEquals: ['Broken'], Next: 'Caught' }],
        End: true,
      },
      Caught: { Type: 'Pass', End: true },
    };
    const work = async (item: number) => {
      await clock.sleep(item);
      if (item === 2) throw fault('Broken');
    };

    const outcome = await clock.run(run(states, { clock, input: [1, 2, 3, 2], tasks: { work } }));

    expect(succeeded(outcome).output).toMatchObject({ Error: 'Broken' });
    expect(outcome.calls.filter((call) => call.task === 'later')).toHaveLength(1);
    expect(outcome.events.filter((type) => type === 'MapIterationFailed')).toHaveLength(1);
    expect(outcome.events.filter((type) => type === 'MapIterationAborted')).toHaveLength(2);
    expect(outcome.events.filter((type) => type === 'MapStateFailed')).toHaveLength(1);
  });

  it('starts no further iteration once one has failed', async () => {
    const ItemProcessor = inline({ Work: task('work') });
    const states = { Each: { Type: 'Map', MaxConcurrency: 1, ItemProcessor, End: true } };

    const outcome = failed(await run(states, { input: [1, 2, 3], tasks: { work: fails('Broken') } }));

    expect(outcome.calls).toHaveLength(1);
    expect(outcome.events.filter((type) => type === 'MapIterationStarted')).toHaveLength(1);
  });

  it('repeats all iterations when the Map itself is retried', async () => {
    const states = {
      Each: {
        Type: 'Map',
        MaxConcurrency: 1,
        ItemProcessor: inline({ Work: task('work') }),
        Retry: [{ ErrorEquals: ['Broken'], IntervalSeconds: 1 }],
        End: true,
      },
    };
    const work = (item: string, call: number) => {
      if (call === 2) throw fault('Broken');
      return item;
    };

    const outcome = await run(states, { input: ['a', 'b'], tasks: { work } });

    expect(succeeded(outcome).output).toEqual(['a', 'b']);
    expect(outcome.calls.map(({ payload }) => payload)).toEqual(['a', 'b', 'a', 'b']);
  });

  it('retries and catches inside an iteration, and in a Map in a Map', async () => {
    const inner = {
      Type: 'Map',
      ItemsPath: '$.batches',
      ItemProcessor: inline({
        Probe: task('probe', {
          Retry: [{ ErrorEquals: ['Flaky'], IntervalSeconds: 1, MaxAttempts: 2 }],
          Catch: [{ ErrorEquals: ['Broken'], Next: 'Unprobed' }],
          End: true,
        }),
        Unprobed: { Type: 'Pass', Parameters: { 'why.$': '$.Error' }, End: true },
      }),
      Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'ClusterUnread' }],
      End: true,
    };
    const states = {
      Clusters: {
        Type: 'Map',
        ItemProcessor: inline({
          Batches: inner,
          ClusterUnread: { Type: 'Pass', Parameters: { 'unread.$': '$.name', 'why.$': '$.error.Error' }, End: true },
        }),
        End: true,
      },
    };
    const input = [
      { name: 'one', batches: ['fine', 'flaky', 'broken'] },
      { name: 'two', batches: ['unknown', 'fine'] },
    ];
    const seen = new Set<string>();
    const probe = (batch: string) => {
      if (batch === 'broken') throw fault('Broken');
      if (batch === 'unknown') throw fault('Unknown');
      if (batch === 'flaky' && !seen.has(batch)) {
        seen.add(batch);
        throw fault('Flaky');
      }
      return batch;
    };

    const outcome = await run(states, { input, tasks: { probe } });

    expect(succeeded(outcome).output).toEqual([
      ['fine', 'flaky', { why: 'Broken' }],
      { unread: 'two', why: 'Unknown' },
    ]);
    expect(outcome.elapsed).toBe(1_000);
  });

  it('runs over no items at all', async () => {
    const states = { Each: { Type: 'Map', ItemProcessor: inline({ Work: task('work') }), End: true } };

    const outcome = await run(states, { input: [] });

    expect(succeeded(outcome).output).toEqual([]);
    expect(outcome.history.find(({ type }) => type === 'MapStateStarted')?.mapStateStartedEventDetails?.length).toBe(0);
  });

  it('wants an array', async () => {
    const states = {
      Each: { Type: 'Map', ItemsPath: '$.a', ItemProcessor: inline({ Work: task('work') }), End: true },
    };

    const { error, cause } = failed(await run(states, { input: { a: 'text' } }));

    expect({ error, cause }).toEqual({
      error: 'States.Runtime',
      cause: 'Reference path "$.a" must point to array.',
    });
  });
});

describe('flow', () => {
  it('loops by Choice until a rule ends it', async () => {
    const states = {
      Start: { Type: 'Pass', Result: { n: 0 }, Next: 'Count' },
      Count: { Type: 'Pass', Parameters: { 'n.$': 'States.MathAdd($.n, 1)' }, Next: 'Enough?' },
      'Enough?': { Type: 'Choice', Choices: [{ Variable: '$.n', NumericLessThan: 5, Next: 'Pause' }], Default: 'Done' },
      Pause: { Type: 'Wait', SecondsPath: '$.n', Next: 'Count' },
      Done: { Type: 'Succeed' },
    };

    const outcome = await run(states);

    expect(succeeded(outcome).output).toEqual({ n: 5 });
    expect(outcome.elapsed).toBe((1 + 2 + 3 + 4) * 1_000);
  });

  it.each([
    { wait: { Seconds: 3 }, elapsed: 3_000 },
    { wait: { SecondsPath: '$.seconds' }, elapsed: 4_000 },
    { wait: { Timestamp: '2026-10-01T10:00:05Z' }, elapsed: 5_000 },
    { wait: { TimestampPath: '$.until' }, elapsed: 6_500 },
    { wait: { Timestamp: '2020-01-01T00:00:00Z' }, elapsed: 0 },
  ])('Wait with $wait takes $elapsed ms', async ({ wait, elapsed }) => {
    const input = { seconds: 4, until: '2026-10-01T12:00:06.500+02:00' };

    const outcome = await run({ Pause: { Type: 'Wait', ...wait, End: true } }, { input });

    expect(outcome.elapsed).toBe(elapsed);
    expect(succeeded(outcome).output).toEqual(input);
  });

  it('runs the branches of a Parallel side by side', async () => {
    const states = {
      Both: {
        Type: 'Parallel',
        Branches: [
          { StartAt: 'A', States: { A: { Type: 'Wait', Seconds: 2, End: true } } },
          { StartAt: 'B', States: { B: task('work') } },
        ],
        End: true,
      },
    };

    const outcome = await run(states, { input: 1, tasks: { work: () => 2 } });

    expect(succeeded(outcome).output).toEqual([1, 2]);
    expect(outcome.elapsed).toBe(2_000);
  });

  it('times out as a whole', async () => {
    const definition = machine({ Pause: { Type: 'Wait', Seconds: 100, End: true } }, { TimeoutSeconds: 7 });

    const outcome = await run({ Pause: { Type: 'Succeed' } }, { definition });

    expect(outcome).toMatchObject({ status: 'TIMED_OUT', error: 'States.Timeout', elapsed: 7_000 });
    expect(outcome.events.at(-1)).toBe('ExecutionTimedOut');
  });

  it.each([
    { row: 'a task', states: { Work: task('work') }, aborted: ['TaskStateAborted'] },
    { row: 'a wait', states: { Pause: { Type: 'Wait', Seconds: 9, End: true } }, aborted: ['WaitStateAborted'] },
    {
      row: 'a Map',
      states: { Each: { Type: 'Map', ItemProcessor: inline({ Work: task('work') }), End: true } },
      aborted: ['TaskStateAborted', 'MapIterationAborted', 'MapStateAborted'],
    },
    {
      row: 'the delay of a retry',
      states: { Work: task('broken', { Retry: [{ ErrorEquals: ['Broken'], IntervalSeconds: 9 }], End: true }) },
      aborted: ['TaskStateAborted'],
    },
  ])('stops at once when aborted within $row', async ({ states, aborted }) => {
    const clock = virtualClock(START);
    const controller = new AbortController();
    const tasks = { work: () => new Promise(() => {}), broken: fails('Broken') };

    const running = run(states, { clock, input: [1], tasks, signal: controller.signal });
    await clock.advance(1_000);
    controller.abort(new ExecutionStop('Operator', 'enough'));
    const outcome = await running;

    expect(outcome).toMatchObject({ status: 'ABORTED', error: 'Operator', cause: 'enough' });
    expect(outcome.events.slice(-aborted.length - 1)).toEqual([...aborted, 'ExecutionAborted']);
  });
});

describe('history', () => {
  it('has the shapes of GetExecutionHistory', async () => {
    const { history } = await run(
      { Work: task('work', { TimeoutSeconds: 9, End: true }) },
      { input: { a: 1 }, tasks: { work: () => 2 } },
    );

    const whole = { truncated: false };
    const at = new Date(START);
    expect(history).toEqual([
      {
        id: 1,
        previousEventId: 0,
        timestamp: at,
        type: 'ExecutionStarted',
        executionStartedEventDetails: {
          input: '{"a":1}',
          inputDetails: whole,
          roleArn: 'arn:aws:iam::111111111111:role/machine',
        },
      },
      {
        id: 2,
        previousEventId: 0,
        timestamp: at,
        type: 'TaskStateEntered',
        stateEnteredEventDetails: { name: 'Work', input: '{"a":1}', inputDetails: whole },
      },
      {
        id: 3,
        previousEventId: 2,
        timestamp: at,
        type: 'LambdaFunctionScheduled',
        lambdaFunctionScheduledEventDetails: {
          resource: 'arn:aws:lambda:eu-central-1:111111111111:function:work',
          input: '{"a":1}',
          inputDetails: whole,
          timeoutInSeconds: 9,
        },
      },
      { id: 4, previousEventId: 3, timestamp: at, type: 'LambdaFunctionStarted' },
      {
        id: 5,
        previousEventId: 4,
        timestamp: at,
        type: 'LambdaFunctionSucceeded',
        lambdaFunctionSucceededEventDetails: { output: '2', outputDetails: whole },
      },
      {
        id: 6,
        previousEventId: 5,
        timestamp: at,
        type: 'TaskStateExited',
        stateExitedEventDetails: { name: 'Work', output: '2', outputDetails: whole },
      },
      {
        id: 7,
        previousEventId: 6,
        timestamp: at,
        type: 'ExecutionSucceeded',
        executionSucceededEventDetails: { output: '2', outputDetails: whole },
      },
    ]);
  });

  it('follows each iteration of a Map by its own predecessors', async () => {
    const states = {
      Each: { Type: 'Map', ItemProcessor: inline({ Pause: { Type: 'Wait', Seconds: 1, End: true } }), End: true },
    };

    const { history } = await run(states, { input: ['a', 'b'] });

    const line = (id: number | undefined): string[] => {
      const event = history.find((candidate) => candidate.id === id);
      return event?.type ? [...line(event.previousEventId), event.type] : [];
    };
    const ends = history.filter(({ type }) => type === 'MapIterationSucceeded');
    expect(ends).toHaveLength(2);
    for (const end of ends) {
      expect(line(end.id)).toEqual([
        'MapStateEntered',
        'MapStateStarted',
        'MapIterationStarted',
        'WaitStateEntered',
        'WaitStateExited',
        'MapIterationSucceeded',
      ]);
    }
    expect(ends.map((end) => end.mapIterationSucceededEventDetails)).toEqual([
      { name: 'Each', index: 0 },
      { name: 'Each', index: 1 },
    ]);
  });

  it('names the service of an integration', async () => {
    const states = {
      Send: { Type: 'Task', Resource: 'arn:aws:states:::sqs:sendMessage', Parameters: { QueueUrl: 'q' }, End: true },
    };

    const { history } = await run(states, { tasks: { sendMessage: () => ({ MessageId: 'm' }) } });

    expect(history.find(({ type }) => type === 'TaskScheduled')?.taskScheduledEventDetails).toEqual({
      resourceType: 'sqs',
      resource: 'sendMessage',
      region: 'eu-central-1',
      parameters: '{"QueueUrl":"q"}',
    });
  });
});

function inline(states: object) {
  return { ProcessorConfig: { Mode: 'INLINE' }, StartAt: Object.keys(states)[0], States: states };
}

type Run = Awaited<ReturnType<typeof run>>;

function succeeded(outcome: Run) {
  if (outcome.status !== 'SUCCEEDED') throw new Error(`it failed: ${outcome.error} ${outcome.cause}`);
  return outcome;
}

function failed(outcome: Run) {
  if (outcome.status !== 'FAILED') throw new Error(`it ended in ${outcome.status}`);
  return outcome;
}
