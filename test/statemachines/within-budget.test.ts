import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { objectAt } from '../../functions/contracts/payloads.ts';
import { EVENTS } from '../../functions/domain/reading/budget.ts';
import type { PlanRecord } from '../../functions/domain/telling/plan-record.ts';
import { HISTORY_BUDGET } from '../../functions/domain/words/quotas.ts';
import { connectEvents, define, host, runStarted } from '../support/fleet.ts';
import { type Execution, type StillWorld, type WorldOptions, world } from '../support/world.ts';

/** What the plans of an execution count, with beginning and end. */
function predicted({ bucket }: StillWorld, { name, outcome }: Execution): number {
  const passes = Array.from({ length: outcome?.passes ?? 0 }, (_, index): PlanRecord => {
    const kept = bucket.get(`runs/${name}/${index + 1}/plan.json`) ?? '';
    return JSON.parse(kept).body;
  });
  return passes.reduce<number>((sum, { events = 0 }) => sum + events, EVENTS.run);
}

function expectWithinBudget(around: StillWorld, run: Execution): void {
  expect(run.events).toBeLessThanOrEqual(predicted(around, run));
  expect(predicted(around, run)).toBeLessThanOrEqual(HISTORY_BUDGET);
}

function clusters(count: number, options: Omit<WorldOptions, 'beside'> = {}): StillWorld {
  const around = world(options);
  for (let index = 0; index < count; index += 1) around.aws.ecs.admin.createCluster(`c${index}`);
  return around;
}

/** A cluster with one good instance under the name `good`. */
function withGood(around: StillWorld, cluster: string): void {
  const taskDefinition = define(around, 'good', {
    names: { 80: 'good' },
    environment: { SERVICE_80_CHECK_HTTP: '/' },
    networkMode: 'awsvpc',
  });
  around.aws.ecs.admin.putTask({ cluster, taskDefinition, address: '10.0.0.1' });
}

/** Tasks of one definition, each at an address of its own. */
function many(around: StillWorld, cluster: string, count: number, environment: Readonly<Record<string, string>>): void {
  const taskDefinition = define(around, `bad-${cluster}`, { environment, networkMode: 'awsvpc' });
  for (let index = 0; index < count; index += 1) {
    around.aws.ecs.admin.putTask({
      cluster,
      taskDefinition,
      address: `10.${1 + (index >> 16)}.${(index >> 8) & 255}.${index & 255}`,
    });
  }
}

const ports = (count: number, about: (port: number) => Readonly<Record<string, string>>) =>
  Object.assign({}, ...Array.from({ length: count }, (_, index) => about(index + 1))) as Record<string, string>;

describe('a workload that wants more than there is room for', () => {
  it.each([
    {
      row: 'many tasks with many ports and long paths',
      tasks: 250,
      environment: ports(55, (port) => ({
        [`SERVICE_${port}_NAME`]: 'n',
        [`SERVICE_${port}_CHECK_HTTP`]: `/${'y'.repeat(1_000)}`,
      })),
    },
    {
      row: 'tasks with a hundred ports',
      tasks: 130,
      beyond: false,
      environment: ports(100, (port) => ({
        [`SERVICE_${port}_NAME`]: `n${port}`,
        [`SERVICE_${port}_CHECK_TCP`]: 'true',
      })),
    },
    {
      row: 'slow checks',
      tasks: 500,
      environment: ports(20, (port) => ({
        [`SERVICE_${port}_NAME`]: 'slow',
        [`SERVICE_${port}_CHECK_TCP`]: 'true',
        [`SERVICE_${port}_CHECK_TIMEOUT`]: '10s',
        [`SERVICE_${port}_CHECK_ATTEMPTS`]: '10',
      })),
    },
  ])('$row: others are published, in its cluster and in another', async ({ tasks, environment, beyond = true }) => {
    const around = clusters(2);
    many(around, 'c0', tasks, environment);
    const beside = define(around, 'beside', {
      names: { 80: 'beside' },
      environment: { SERVICE_80_CHECK_HTTP: '/' },
      networkMode: 'awsvpc',
    });
    around.aws.ecs.admin.putTask({ cluster: 'c0', taskDefinition: beside, address: '10.0.0.9' });
    withGood(around, 'c1');

    const run = await around.run({});

    expect(around.values('good')).toHaveLength(1);
    expect(around.values('beside')).toHaveLength(1);
    const findings = (run.outcome?.findings ?? []).filter((one) => /endpoints are more than one run probes/.test(one));
    expect(findings).toHaveLength(beyond ? 1 : 0);
    expectWithinBudget(around, run);
  });
});

/** One task in each of many clusters, under names of 100 of them each. */
function oneEach(around: StillWorld, count: number): void {
  const namesOf = (part: number) => ({ names: { 80: `part${part}` }, networkMode: 'awsvpc' }) as const;
  const definitions = Array.from({ length: Math.ceil(count / 100) }, (_, part) =>
    define(around, `part${part}`, namesOf(part)),
  );
  for (let index = 0; index < count; index += 1) {
    const taskDefinition = definitions[Math.floor(index / 100)] ?? '';
    const address = `10.0.${index >> 8}.${index & 255}`;
    around.aws.ecs.admin.putTask({ cluster: `c${index}`, taskDefinition, address });
  }
}
const publishedOf = (around: StillWorld, parts: number) =>
  Array.from({ length: parts }, (_, part) => around.values(`part${part}`).length).reduce((sum, one) => sum + one, 0);
const iterations = (run: Execution) => run.states.filter((name) => name === 'CollectTasks').length;

describe('500 small clusters', () => {
  it('are read in one run, in few iterations once their sizes are known', async () => {
    const around = clusters(500);
    oneEach(around, 500);

    const cold = await around.run({});
    await around.clock.advance(300_000);
    const warm = await around.run({});

    expect(publishedOf(around, 5)).toBe(500);
    expect([iterations(cold), iterations(warm)]).toEqual([125, 50]);
    for (const run of [cold, warm]) {
      expect(run.end).toBe('ZoneInSync');
      expectWithinBudget(around, run);
    }
    expect(warm.events).toBeLessThan(2_000);
  });

  it('one that cannot be read is held and told of by itself', async () => {
    let closed = '';
    const around = world({
      before: async ({ operation, input }) => {
        if (operation === 'ListTasks' && String(Reflect.get(input, 'cluster')).endsWith(closed || 'none'))
          throw Object.assign(new Error('not for you'), { name: 'AccessDeniedException' });
      },
    });
    for (let index = 0; index < 30; index += 1) around.aws.ecs.admin.createCluster(`c${index}`);
    oneEach(around, 30);
    await around.run({});
    closed = '/c7';

    const run = await around.run({});

    expect(publishedOf(around, 1)).toBe(30);
    expect(run.outcome?.unread).toEqual([
      {
        cluster: expect.stringMatching(/\/c7$/),
        error: 'AccessDeniedException',
        cause: expect.stringContaining('not for you'),
      },
    ]);
    expect(run.outcome?.dispositions.filter(({ reason }) => reason === 'held-unread')).toHaveLength(1);
    expect(run.states).not.toContain('ClusterUnread');
  });
});

describe('more clusters than one run reads', () => {
  it('are read in turns, and what is published of the others stays', async () => {
    const around = clusters(700);
    oneEach(around, 700);

    const runs: Execution[] = [await around.run({})];
    const published = publishedOf(around, 7);
    while (publishedOf(around, 7) < 700 && runs.length < 8) {
      // As if nobody knew yet that all of them are small.
      around.bucket.delete(objectAt('probe-wishes').key);
      await around.clock.advance(300_000);
      runs.push(await around.run({}));
    }

    expect(published).toBe(600);
    expect(publishedOf(around, 7)).toBe(700);
    const last = runs.at(-1);
    expect(last?.outcome?.dispositions.filter(({ reason }) => reason === 'held-unread')).toHaveLength(100);
    for (const run of runs) {
      expect(run.end).toBe('ZoneInSync');
      expect(run.outcome?.findings).toContainEqual(
        expect.stringMatching(/^100 of 700 clusters are more than one run reads: their values are held/),
      );
      expectWithinBudget(around, run);
    }
  });

  it('large ones get the batches that small ones do not want, from the second run on', async () => {
    const around = clusters(560);
    many(around, 'c7', 2_000, { SERVICE_80_NAME: 'large', SERVICE_80_CHECK_TCP: 'true' });
    const wishes = () => [...around.bucket.keys()].filter((key) => key.includes('probe-wishes'));

    const first = await around.run({});
    const kept = wishes().map((key) => JSON.parse(around.bucket.get(key) ?? '').body);
    await around.clock.advance(300_000);
    const second = await around.run({});

    const probed = (run: Execution) => run.states.filter((name) => name === 'CheckHealth').length;
    expect(probed(first)).toBeLessThan(5);
    expect(probed(second)).toBe(5);
    expect(kept).toEqual([
      expect.arrayContaining([
        {
          cluster: expect.stringMatching(/\/c7$/),
          batches: 5,
          tasks: expect.any(Number),
          reads: expect.any(Number),
        },
      ]),
    ]);
    for (const run of [first, second]) expectWithinBudget(around, run);
  });

  it('keep only what each takes to be read where one batch is enough for everybody', async () => {
    const around = clusters(3);
    many(around, 'c1', 30, { SERVICE_80_NAME: 'small', SERVICE_80_CHECK_TCP: 'true' });

    await around.run({});

    const { body } = JSON.parse(around.bucket.get(objectAt('probe-wishes').key) ?? '{}');
    expect(body).toEqual(
      [1, 2, 1].map((reads, index) => ({ cluster: expect.stringMatching(`/c${index}$`), batches: 1, reads })),
    );
  });
});

describe('a run of many passes', () => {
  it('looks at starts for as long as there is room, and leaves the others to the next full run', async () => {
    const around = clusters(12);
    const taskDefinition = define(around, 'slow', {
      names: { 80: 'slow' },
      environment: { SERVICE_80_CHECK_TCP: 'true' },
    });
    const homes = Array.from({ length: 12 }, (_, index) => host(around, `c${index}`, `10.0.1.${index}`));
    const crash = async () => {
      // Each look finds a new task in its grace: a service whose tasks die, and none ever passes.
      for (const [index, containerInstance] of homes.entries()) {
        const task = around.aws.ecs.admin.putTask({ cluster: `c${index}`, taskDefinition, containerInstance });
        const port = around.aws.ecs.admin.task(task).containers?.[0]?.networkBindings?.[0]?.hostPort;
        around.health.set(`10.0.1.${index}:${port}`, { state: 'failing', cause: 'connection refused' });
      }
    };
    const events = connectEvents(around);
    await crash();
    await events.settled();
    events.off();
    let stopped = false;
    const crashing = (async () => {
      while (!stopped) {
        await around.clock.sleep(25_000);
        await crash();
      }
    })();

    const [run] = await runStarted(around);
    stopped = true;
    await around.clock.advance(30_000);
    await crashing;

    expect(run?.end).toBe('ZoneInSync');
    expect(run?.outcome?.passes).toBeGreaterThan(5);
    if (run) expectWithinBudget(around, run);
  });

  /** A fleet of 30 tasks with a hundred names, in a run that has taken so many events of its history already. */
  function afterSpending(events: number) {
    const around = clusters(1, {
      aroundStep: async (step, work) => {
        const result = await work();
        return step === 'ReadTrigger' ? { ...(result as object), events } : result;
      },
    });
    many(
      around,
      'c0',
      30,
      ports(100, (port) => ({ [`SERVICE_${port}_NAME`]: `n${port}` })),
    );
    return around;
  }

  it('sends what there is room for first, and the rest in the next pass', async () => {
    const spent = 18_510;
    const around = afterSpending(spent);

    const run = await around.run({});

    const order = run.states.filter((state) => state === 'ApplyBatch' || state === 'VerifyChanges').join(' ');
    expect(order).toMatch(/^ApplyBatch ApplyBatch VerifyChanges ApplyBatch( ApplyBatch)* VerifyChanges$/);
    expect(run.end).toBe('ZoneInSync');
    expect(around.values('n1')).toHaveLength(30);
    expect(around.values('n100')).toHaveLength(30);
    expect(run.outcome?.findings).toContainEqual(
      expect.stringMatching(/^the plan has \d change batches, 2 of them are sent first/),
    );
    expect(spent + predicted(around, run)).toBeLessThanOrEqual(HISTORY_BUDGET);
  });

  it('leaves the rest to the next run where there is no room for another pass, and says so', async () => {
    const around = afterSpending(19_500);

    const run = await around.run({});

    expect(run.end).toBe('ZoneInSync');
    expect(run.outcome?.waiting).toBeGreaterThan(0);
    expect(run.outcome?.findings).toContain(
      `${run.outcome?.waiting} names wait for another run: their changes are more than this one had time for, or room in its history`,
    );
    expect(run.outcome?.dispositions).toContainEqual(
      expect.objectContaining({
        outcome: 'left-out',
        reason: 'conflict',
        detail: 'there are more changes than one run sends: a later one sends it',
      }),
    );
  });
});

describe('faults of one kind, each retried to the last', () => {
  it.each([
    { row: 'functions are throttled', error: 'Lambda.TooManyRequestsException', times: 4 },
    { row: 'services are throttled', error: 'ThrottledError', times: 6 },
  ])('$row: within the budget', async ({ error, times }) => {
    const tries = new Map<string, number>();
    const around = clusters(12, {
      beforeStep: (step, payload) => {
        const key = `${step} ${JSON.stringify(payload).replace(/"retries":\d+/, '')}`;
        const before = tries.get(key) ?? 0;
        tries.set(key, before + 1);
        if (before < times) throw Object.assign(new Error('Rate exceeded'), { name: error });
      },
    });
    for (let index = 0; index < 12; index += 1) {
      many(around, `c${index}`, 500, { SERVICE_80_NAME: `n${index}`, SERVICE_80_CHECK_TCP: 'true' });
    }

    const run = await around.run({});

    // Retries of that length make readings too old: rounds are spent on reading anew.
    expect(['ZoneInSync', 'ZoneContended']).toContain(run.end);
    expect(run.events).toBeGreaterThan(1_000);
    expectWithinBudget(around, run);
  });
});

describe('any fleet', () => {
  const workload = fc.record({
    cluster: fc.nat({ max: 7 }),
    tasks: fc.integer({ min: 1, max: 60 }),
    ports: fc.integer({ min: 1, max: 12 }),
    path: fc.oneof(fc.constant(10), fc.constant(1_000)),
    attempts: fc.integer({ min: 1, max: 10 }),
    seconds: fc.integer({ min: 1, max: 10 }),
  });

  it('runs within what was predicted, and that within the budget', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 200 }), fc.array(workload, { maxLength: 6 }), async (count, fleet) => {
        const around = clusters(count);
        for (const [index, { cluster, tasks, ports: declared, path, attempts, seconds }] of fleet.entries()) {
          const environment = ports(declared, (port) => ({
            [`SERVICE_${port}_NAME`]: `n${index}-${port}`,
            [`SERVICE_${port}_CHECK_HTTP`]: `/${'y'.repeat(path)}`,
            [`SERVICE_${port}_CHECK_ATTEMPTS`]: `${attempts}`,
            [`SERVICE_${port}_CHECK_TIMEOUT`]: `${seconds}s`,
          }));
          many(around, `c${cluster % count}`, tasks, environment);
        }

        const run = await around.run({});

        expect(run.end).toBe('ZoneInSync');
        expectWithinBudget(around, run);
      }),
      // What each run did is kept in a snapshot.
      { numRuns: 12, seed: 20_261_127 },
    );
  });
});
