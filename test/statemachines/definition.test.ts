import { describe, expect, it } from 'vitest';
import * as contracts from '../../functions/contracts/states.ts';
import type { Definition, State, TaskState } from '../stand-ins/step-functions/definition.ts';
import { changedIn, definitionOf, everyState, everyTask } from '../support/definition.ts';
import { define, host } from '../support/fleet.ts';
import { CALC, type Shop, shop, value } from '../support/shop.ts';
import type { StepName, WorldOptions } from '../support/world.ts';

const DEFINITION = definitionOf();
const STATES = [...everyState(DEFINITION)];
const TASKS = [...everyTask(DEFINITION)] as [StepName, TaskState][];

/** The contract of each task, by its name. */
const CONTRACTS: Readonly<Record<string, { readonly input: { readonly shape: object } }>> = {
  ReadTrigger: contracts.readTriggerContract,
  SnapshotZone: contracts.snapshotZoneContract,
  ListClusters: contracts.listClustersContract,
  CollectTasks: contracts.collectTasksContract,
  LoadBatch: contracts.loadBatchContract,
  CheckHealth: contracts.checkHealthContract,
  SaveVerdicts: contracts.saveVerdictsContract,
  CompleteReading: contracts.completeReadingContract,
  PlanChanges: contracts.planChangesContract,
  ApplyBatch: contracts.applyBatchContract,
  VerifyChanges: contracts.verifyChangesContract,
  PublishOutcome: contracts.publishOutcomeContract,
};

const TRANSIENT = ['ThrottledError', 'UnavailableError'];
const OF_LAMBDA = [
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.ClientExecutionTimeoutException',
  'Lambda.TooManyRequestsException',
  'Lambda.Unknown',
  'Sandbox.Timedout',
];
const NOT_READY = [
  'Lambda.ResourceNotReadyException',
  'Lambda.ResourceConflictException',
  'Lambda.EC2ThrottledException',
  'Lambda.EC2UnexpectedException',
  'Lambda.ENILimitReachedException',
  'Lambda.SubnetIPAddressLimitReachedException',
];
const ENDS = { catches: 'PublishOutcome' };
const PROBES = { catches: 'BatchUnprobed', also: { SupersededError: 'ProbesSuperseded' } };

/** What the definition promises of each state that works: its timeout, what it tries again besides, where its faults go. */
const PROMISES: Readonly<Record<string, Promised>> = {
  ReadTrigger: { seconds: 60, ...ENDS },
  SnapshotZone: { seconds: 120, ...ENDS },
  ListClusters: { seconds: 60, ...ENDS },
  ObserveClusters: { atOnce: '$.listed.atOnce', ...ENDS },
  CollectTasks: {
    seconds: 120,
    catches: 'ClusterUnread',
    also: { SupersededError: 'ReadingSuperseded' },
    retries: ['StaleReadingError'],
  },
  CheckEndpoints: { atOnce: 10, catches: 'ClusterUnread', also: { SupersededError: 'ReadingSuperseded' } },
  LoadBatch: { seconds: 30, ...PROBES },
  CheckHealth: { seconds: 170, ...PROBES, retries: NOT_READY },
  SaveVerdicts: { seconds: 30, ...PROBES },
  CompleteReading: { seconds: 120, ...ENDS },
  PlanChanges: { seconds: 120, ...ENDS },
  ApplyBatches: { atOnce: 1, ...ENDS },
  ApplyBatch: {
    seconds: 60,
    catches: 'BatchUnknown',
    also: { SupersededError: 'BatchSuperseded', AccessDenied: 'ZoneForbidden', NoSuchHostedZone: 'ZoneForbidden' },
    retries: ['ZoneBusyError'],
  },
  VerifyChanges: { seconds: 120, ...ENDS },
  PublishOutcome: { seconds: 60, catches: 'OutcomeUnpublished' },
};

interface Promised {
  /** Of a Task; a Map has none of its own. */
  readonly seconds?: number;
  /** Of a Map: how many iterations run side by side. */
  readonly atOnce?: number | string;
  /** Where any other error goes. */
  readonly catches: string;
  readonly also?: Readonly<Record<string, string>>;
  /** Besides what every Task tries again. */
  readonly retries?: readonly string[];
}

function found(state: State): Promised | undefined {
  if (state.Type !== 'Task' && state.Type !== 'Map') return undefined;
  const { Retry = [], Catch = [] } = state;
  const common = [...TRANSIENT, ...OF_LAMBDA];
  const retried = Retry.flatMap(({ ErrorEquals }) => ErrorEquals);
  const also = Catch.slice(0, -2).flatMap(({ ErrorEquals, Next }) =>
    ErrorEquals.map((error) => [error, Next] as const),
  );
  const more = retried.filter((error) => !common.includes(error));
  return {
    ...(state.Type === 'Task' && { seconds: state.TimeoutSeconds ?? Number.POSITIVE_INFINITY }),
    ...(state.Type === 'Map' && { atOnce: state.MaxConcurrencyPath ?? state.MaxConcurrency ?? 0 }),
    catches: Catch.at(-1)?.Next ?? 'nowhere',
    ...(also.length > 0 && { also: Object.fromEntries(also) }),
    ...(more.length > 0 && { retries: more }),
  };
}

/** Where the function before has left what was spent up to its end; those that are not here begin a run or an iteration, or end it. */
const SPENT: Readonly<Record<string, string>> = {
  SnapshotZone: '$.run.spent',
  ListClusters: '$.zone.spent',
  CompleteReading: '$.listed.spent',
  PlanChanges: '$.read.spent',
  VerifyChanges: '$.plan.spent',
  CheckHealth: '$.loaded.spent',
  SaveVerdicts: '$.checked.spent',
};

describe('the definition', () => {
  it('promises this of every state that works, and nothing else', () => {
    const all = STATES.flatMap(([name, state]) => {
      const promised = found(state);
      return promised ? [[name, promised] as const] : [];
    });

    expect(Object.fromEntries(all)).toEqual(PROMISES);
  });

  it.each(STATES.filter(([, { Type }]) => Type === 'Task' || Type === 'Map'))(
    '%s: what States.ALL does not include is caught beside it, to the same end',
    (_, state) => {
      const { Catch = [] } = state as TaskState;

      expect(Catch.slice(-2)).toEqual([
        { ErrorEquals: ['States.DataLimitExceeded'], ResultPath: '$.error', Next: Catch.at(-1)?.Next },
        { ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: Catch.at(-1)?.Next },
      ]);
      for (const { ErrorEquals, ResultPath } of Catch.slice(0, -2)) {
        expect(ErrorEquals.filter((error) => error.startsWith('States.'))).toEqual([]);
        expect(ResultPath).toBe('$.error');
      }
    },
  );

  it.each(TASKS)('%s tries again what passes, each error in one way, by itself and jittered', (_, { Retry = [] }) => {
    const errors = Retry.flatMap(({ ErrorEquals }) => ErrorEquals);

    expect(errors).toEqual(expect.arrayContaining([...TRANSIENT, ...OF_LAMBDA]));
    expect(new Set(errors).size).toBe(errors.length);
    expect(errors.filter((error) => error.startsWith('States.'))).toEqual([]);
    expect(Retry.map(({ JitterStrategy }) => JitterStrategy)).toEqual(Retry.map(() => 'FULL'));
  });

  it.each([
    { error: 'ThrottledError', of: 'SnapshotZone', pace: [2, 2, 6, 60] },
    { error: 'UnavailableError', of: 'PublishOutcome', pace: [2, 2, 6, 60] },
    { error: 'ThrottledError', of: 'ApplyBatch', pace: [1, 2, 8, 60] },
    { error: 'ZoneBusyError', of: 'ApplyBatch', pace: [1, 2, 8, 60] },
    { error: 'StaleReadingError', of: 'CollectTasks', pace: [1, 1.5, 6, 8] },
    { error: 'Lambda.Unknown', of: 'ApplyBatch', pace: [1, 2, 4, 30] },
    { error: 'Lambda.ResourceNotReadyException', of: 'CheckHealth', pace: [5, 2, 8, 30] },
  ])('$of waits for $error: first, times, how often, at most ($pace)', ({ error, of, pace }) => {
    const like = TASKS.filter(([name]) => name === of || (of === 'SnapshotZone' && name !== 'ApplyBatch'));

    for (const [, { Retry = [] }] of like) {
      const retrier = Retry.find(({ ErrorEquals }) => ErrorEquals.includes(error));
      const { IntervalSeconds, BackoffRate, MaxAttempts, MaxDelaySeconds } = retrier ?? { ErrorEquals: [] };
      expect([IntervalSeconds, BackoffRate, MaxAttempts, MaxDelaySeconds]).toEqual(pace);
    }
  });

  it.each(STATES.filter(([, { Type }]) => Type === 'Map'))('%s itself is never tried again', (_, state) => {
    expect(state).not.toHaveProperty('Retry');
  });

  it.each(TASKS)('%s hands on the release of the definition', (name, { Parameters }) => {
    const { Parameters: updated } = everyTask(definitionOf('abc')).get(name) ?? {};

    expect(Parameters).toHaveProperty('release', '');
    expect(updated).toHaveProperty('release', 'abc');
  });

  it.each(TASKS)('%s is given all that its contract reads, and nothing else', (name, { Parameters }) => {
    const given = Object.keys(Object(Parameters)).map((key) => key.replace(/\.\$$/, ''));
    const reads = Object.keys(CONTRACTS[name]?.input.shape ?? {});

    // These are for the wrapper, before the contract.
    const wrapper = ['release', 'retries', ...(name in SPENT ? ['spent'] : [])];
    expect(given.sort()).toEqual([...new Set([...reads, ...wrapper])].sort());
  });

  it.each(TASKS)('%s is told how often it was tried', (_, { Parameters }) => {
    expect(Parameters).toHaveProperty(['retries.$'], '$$.State.RetryCount');
  });

  it.each(TASKS)('%s is told what its run, or its iteration, has spent before', (name, { Parameters }) => {
    expect(Object(Parameters)['spent.$']).toBe(SPENT[name]);
  });

  it('leads every handled path through PublishOutcome before it ends', () => {
    const ends = (after: Iterable<string>) => [...after].filter((name) => isEnd(DEFINITION.States[name])).sort();

    expect(ends(reachable(DEFINITION.StartAt, { around: 'PublishOutcome' }))).toEqual([]);
    expect(ends(reachable('PublishOutcome', {}))).toEqual(
      ['OutcomeUnpublished', 'Paused', 'RemovalsHeld', 'RunFailed', 'Superseded', 'ZoneContended', 'ZoneInSync'].sort(),
    );
  });

  it('ends an iteration of a Map as data, and fails it only by the names of what ends the run', () => {
    const failing = STATES.flatMap(([name, { Type }]) => (Type === 'Fail' && !DEFINITION.States[name] ? [name] : []));

    expect(failing.sort()).toEqual(['BatchSuperseded', 'ProbesSuperseded', 'ReadingSuperseded', 'ZoneForbidden']);
  });
});

const isEnd = (state: State | undefined) =>
  state !== undefined && (state.Type === 'Fail' || state.Type === 'Succeed' || ('End' in state && state.End === true));

/** The states of the machine itself that can follow one, it included; not what follows only `around`. */
function reachable(from: string, { around }: { readonly around?: string }, seen = new Set<string>()): Set<string> {
  const state = DEFINITION.States[from];
  if (from === around || seen.has(from) || !state) return seen;
  seen.add(from);
  const next = [
    ...('Next' in state ? [state.Next] : []),
    ...('Catch' in state ? (state.Catch ?? []).map(({ Next }) => Next) : []),
    ...(state.Type === 'Choice' ? [state.Default, ...state.Choices.map(({ Next }) => Next)] : []),
  ];
  for (const name of next) if (name !== undefined) reachable(name, { ...(around !== undefined && { around }) }, seen);
  return seen;
}

const changed = (name: string, change: (state: State) => object) => changedIn(DEFINITION, name, change);

const without = (name: string, part: 'Retry' | 'Catch', error: string): Definition =>
  changed(name, (state) => {
    const rules = ((state as TaskState)[part] ?? []) as readonly { readonly ErrorEquals: readonly string[] }[];
    const left = rules
      .map((rule) => ({ ...rule, ErrorEquals: rule.ErrorEquals.filter((one) => one !== error) }))
      .filter(({ ErrorEquals }) => ErrorEquals.length > 0);
    return { ...state, [part]: left };
  });

/** One running task, published by a run in which a step fails once in this way. */
async function failingOnce(step: StepName, error: string, options: Omit<WorldOptions, 'beside'> = {}) {
  let left = 1;
  const around: Shop = shop({
    ...options,
    beforeStep: (name) => {
      if (name !== step || left === 0) return;
      left -= 1;
      throw Object.assign(new Error('we are sorry'), { name: error });
    },
  });
  around.task(32_768);
  const run = await around.run({});
  return { run, values: around.values(CALC) };
}

/** A row for each error that each task tries again, and where the fault would go without it. */
const RETRIES = TASKS.flatMap(([task, { Retry = [] }]) =>
  Retry.map(({ ErrorEquals }) => ({ task, errors: ErrorEquals, goes: PROMISES[task]?.catches ?? '' })),
);

describe('what is tried again costs nothing; without the retry another way is taken', () => {
  it.each(RETRIES)('$task: $errors', async ({ task, errors, goes }) => {
    for (const error of errors) {
      const { run, values } = await failingOnce(task, error);

      expect([run.way, run.end, values]).toEqual([[`${task}: ${error}`], 'ZoneInSync', [value('10.0.1.23', 32_768)]]);
    }
    const [error = ''] = errors;

    const { run } = await failingOnce(task, error, { definition: without(task, 'Retry', error) });

    expect(run.way.slice(0, 1)).toEqual([`${task}: ${error}`]);
    expect(run.states).toContain(goes);
    expect(run.way.length).toBeGreaterThan(1);
  });
});

describe('an answer that is too large for a state goes the way of every other fault; without its name nothing catches it', () => {
  const TOO_LARGE = 'States.DataLimitExceeded';

  it.each(TASKS.map(([task]) => ({ task, goes: PROMISES[task]?.catches ?? '' })))('$task', async ({ task, goes }) => {
    let left = 1;
    const aroundStep: WorldOptions['aroundStep'] = async (step, run) => {
      if (step !== task || left === 0) return run();
      left -= 1;
      return { huge: 'x'.repeat(262_144) };
    };
    const caught = shop({ aroundStep });
    caught.task(32_768);
    const handled = await caught.run({});
    left = 1;
    const bare = shop({ aroundStep, definition: without(task, 'Catch', TOO_LARGE) });
    bare.task(32_768);
    const failed = await bare.run({});

    expect(handled.way.slice(0, 1)).toEqual([`${task}: ${TOO_LARGE}`]);
    expect(handled.states).toContain(goes);
    expect(handled.states).toContain('PublishOutcome');
    expect(failed.states).not.toContain(goes === 'PublishOutcome' ? 'Outcome?' : goes);
  });
});

describe('results of a Map that are too large together go the same way', () => {
  const LARGE = { more: 'x'.repeat(200_000) };
  const twice = ({ batches = [] }: Result) => ({ batches: [...batches, ...batches] });

  it.each([
    { map: 'ObserveClusters', of: { CollectTasks: () => ({ result: LARGE }) } },
    { map: 'CheckEndpoints', of: { CollectTasks: twice, SaveVerdicts: () => LARGE } },
    { map: 'ApplyBatches', of: { PlanChanges: twice, ApplyBatch: () => LARGE } },
  ] as const)('$map', async ({ map, of }) => {
    const more: Readonly<Record<string, (result: Result) => object>> = of;
    const aroundStep: WorldOptions['aroundStep'] = async (step, run) => {
      const result = (await run()) as Result;
      return { ...result, ...more[step]?.(result) };
    };
    const runIn = async (definition: Definition) => {
      const around = shop({ aroundStep, definition });
      around.aws.ecs.admin.createCluster('other');
      around.task(32_768);
      return around.run({});
    };
    const goes = PROMISES[map]?.catches ?? '';

    const handled = await runIn(DEFINITION);
    const failed = await runIn(without(map, 'Catch', 'States.DataLimitExceeded'));

    expect(handled.states).toContain(goes);
    expect(handled.states).toContain('PublishOutcome');
    expect(handled.states.indexOf(goes)).toBeGreaterThan(handled.states.indexOf(map));
    expect(failed.result).toMatchObject(
      goes === 'PublishOutcome' ? { status: 'FAILED', error: 'States.DataLimitExceeded' } : {},
    );
    expect(failed.states).not.toContain(goes);
  });
});

/** As much of what steps return as is changed here. */
interface Result {
  readonly batches?: readonly object[];
}

describe('batches are applied one at a time', () => {
  /** The most batches that were under way at once, of two names with 400 instances each. */
  async function overlap(definition: Definition): Promise<number> {
    let [running, most] = [0, 0];
    const around: Shop = shop({
      definition,
      aroundStep: async (step, run) => {
        if (step !== 'ApplyBatch') return run();
        running += 1;
        most = Math.max(most, running);
        await around.clock.sleep(100);
        return run().finally(() => {
          running -= 1;
        });
      },
    });
    const other = define(around, 'other', { names: { 8081: '_other._tcp' } });
    for (const home of [around.home, ...[2, 3, 4].map((at) => host(around, 'shop', `10.0.2.${at}`))]) {
      for (let at = 0; at < 100; at += 1) around.task(32_768 + at, { home });
      for (let at = 0; at < 100; at += 1) around.task(42_768 + at, { home, definition: other });
    }
    const run = await around.run({});
    expect(run.states.filter((state) => state === 'ApplyBatch').length).toBeGreaterThan(1);
    return most;
  }

  it('so that what a later one needs is there before it, and one change is in flight', async () => {
    expect(await overlap(DEFINITION)).toBe(1);
    const sideBySide = changed('ApplyBatches', (state) => ({ ...state, MaxConcurrency: 10 }));
    expect(await overlap(sideBySide)).toBeGreaterThan(1);
  });
});
