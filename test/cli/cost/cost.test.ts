import { readFileSync } from 'node:fs';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  eventRunCalls,
  fullRunCalls,
  METRICS_IN_ALARMS,
  METRICS_OF_CHANGES,
  METRICS_OF_FULL_RUNS,
} from '../../../cli/cost/calls.ts';
import { CHANGES_TOGETHER, EVENTS_PER_CHANGE, eventRun, fullRun, monthlyCost } from '../../../cli/cost/model.ts';
import { PRICES } from '../../../cli/cost/prices.ts';
import { MEMORY, TRIGGER_MEMORY } from '../../../cli/cost/states.ts';
import { START_RUN, STEPS } from '../../../infra/steps.ts';
import { discover, ofType } from '../../infra/synthesized.ts';
import { connectEvents, define, host, runStarted } from '../../support/fleet.ts';
import { type StillWorld, world } from '../../support/world.ts';
import { ecssd } from '../terminal.ts';

const sorted = (states: readonly string[] = []) => [...states].sort();

/** Some clusters of one host each, with as many probed tasks as are asked for in each; its functions may forget all. */
function fleet({ clusters, tasks }: { clusters: number; tasks: number }, forgets = () => false) {
  const calls: string[] = [];
  const around = world({
    beforeStep: () => {
      if (forgets()) around.restart();
    },
    around: ({ service, operation }, perform) => {
      calls.push(`${service}:${operation}`);
      return perform();
    },
  });
  const definition = define(around, 'calc', {
    names: { 8081: 'calc' },
    environment: { SERVICE_8081_CHECK_HTTP: '/health' },
  });
  const homes = Array.from({ length: clusters }, (_, index) => {
    const cluster = `shop-${index}`;
    around.aws.ecs.admin.createCluster(cluster);
    return { cluster, containerInstance: host(around, cluster, `10.0.${index}.1`), taskDefinition: definition };
  });
  const put = (port: number, home = homes[0]) => {
    if (!home) throw new Error('want a cluster');
    return around.aws.ecs.admin.putTask({ ...home, hostPorts: { 8081: port } });
  };
  for (const home of homes) for (let port = 0; port < tasks; port += 1) put(30_000 + port, home);
  return { around, put, calls };
}

/** Runs what the events of one change have started, and gives the states of that run. */
async function statesAfter(around: StillWorld, change: () => void): Promise<readonly string[]> {
  const events = connectEvents(around);
  change();
  await events.settled();
  events.off();
  const [run] = await runStarted(around);
  expect(run?.end).toBe('ZoneInSync');
  return run?.states ?? [];
}

describe('the states that are billed are those of real runs', () => {
  it.each([
    { clusters: 1, tasks: 2 },
    { clusters: 3, tasks: 2 },
    { clusters: 1, tasks: 399 },
    { clusters: 1, tasks: 401 },
  ])('of a quiet full run over $clusters clusters with $tasks tasks each', async ({ clusters, tasks }) => {
    const { around } = fleet({ clusters, tasks });
    await around.run({});

    const { states, end } = await around.run({ trigger: 'schedule' });

    expect(end).toBe('ZoneInSync');
    expect(sorted(states)).toEqual(sorted(fullRun({ clusters, tasks: clusters * tasks })));
  });

  it('of a run that a stop starts', async () => {
    const { around, put } = fleet({ clusters: 1, tasks: 2 });
    const task = put(32_768);
    await around.run({});

    const states = await statesAfter(around, () => void around.aws.ecs.admin.stopTask(task));

    expect(sorted(states)).toEqual(sorted(eventRun({ looks: 0 })));
  });

  it('of a run that a start starts, with a look until it passes', async () => {
    const { around, put } = fleet({ clusters: 1, tasks: 2 });
    await around.run({});
    around.health.set('10.0.0.1:32768', { state: 'failing', cause: 'refused' });
    const waits = around.clock.now() + 3_000;
    const get = around.health.get.bind(around.health);
    around.health.get = (key) => (around.clock.now() > waits ? undefined : get(key));

    const states = await statesAfter(around, () => void put(32_768));

    expect(sorted(states)).toEqual(sorted(eventRun({ looks: 1 })));
  });
});

/** What was asked of S3 and SQS. */
function asked(calls: readonly string[]) {
  const count = (...names: readonly string[]) => calls.filter((one) => names.includes(one)).length;
  return {
    writes: count('s3:PutObject'),
    reads: count('s3:GetObject'),
    messages: calls.filter((one) => one.startsWith('sqs:') && one !== 'sqs:SendMessage').length,
  };
}
/** Never less than what was asked, and not much more. */
function expectBound(given: ReturnType<typeof asked>, found: ReturnType<typeof asked>): void {
  for (const what of ['writes', 'reads', 'messages'] as const) {
    expect([what, given[what] >= found[what] && given[what] <= 1.4 * found[what] + 1, found[what]]).toEqual([
      what,
      true,
      found[what],
    ]);
  }
}

describe('the calls that are billed bound those of real runs', () => {
  it.each([
    { clusters: 1, tasks: 2, batches: 1 },
    { clusters: 1, tasks: 10, batches: 1 },
    { clusters: 1, tasks: 50, batches: 1 },
    { clusters: 3, tasks: 20, batches: 3 },
    { clusters: 1, tasks: 390, batches: 1 },
    { clusters: 3, tasks: 150, batches: 3 },
  ])('of a quiet full run over $clusters clusters with $tasks tasks each', async ({ clusters, tasks, batches }) => {
    const { around, calls } = fleet({ clusters, tasks });
    await around.run({});
    await around.run({ trigger: 'schedule' });
    calls.length = 0;

    await around.run({ trigger: 'schedule' });

    expectBound(fullRunCalls({ clusters, tasks: clusters * tasks, batches }), asked(calls));
  });

  it('and of one whose functions have all just started', async () => {
    const load = { clusters: 3, tasks: 150 };
    let forgets = false;
    const { around, calls } = fleet(load, () => forgets);
    await around.run({});
    await around.run({ trigger: 'schedule' });
    calls.length = 0;
    await around.run({ trigger: 'schedule' });
    const reads = asked(calls.splice(0)).reads;
    forgets = true;

    await around.run({ trigger: 'schedule' });

    expect(asked(calls).reads).toBeGreaterThanOrEqual(reads + load.clusters);
    expectBound(fullRunCalls({ clusters: 3, tasks: 450, batches: 3 }), asked(calls));
  });

  it.each([2, 50, 390])('of the runs of a start and of a stop, beside %i tasks', async (tasks) => {
    const { around, put, calls } = fleet({ clusters: 1, tasks });
    await around.run({});
    calls.length = 0;
    const added: string[] = [];

    await statesAfter(around, () => void added.push(put(42_768)));
    const start = asked(calls);
    calls.length = 0;
    await statesAfter(around, () => added.forEach((task) => void around.aws.ecs.admin.stopTask(task)));
    const stop = asked(calls);

    expectBound(eventRunCalls({ tasks }), {
      writes: Math.max(start.writes, stop.writes),
      reads: Math.max(start.reads, stop.reads),
      messages: Math.max(start.messages, stop.messages),
    });
  });
});

describe('the metrics that are billed are those that are sent', () => {
  afterEach(() => void vi.restoreAllMocks());

  /** One cluster of 50 tasks over hours: in some of them a deployment replaces ten tasks. Gives what each hour has sent. */
  async function hours(deployments: readonly boolean[]): Promise<readonly ReadonlySet<string>[]> {
    const sent = new Set<string>();
    vi.spyOn(Metrics.prototype, 'addMetric').mockImplementation(function (this: Metrics, name) {
      sent.add(name);
      return this;
    });
    const { around, put } = fleet({ clusters: 1, tasks: 40 });
    const old = Array.from({ length: 10 }, (_, index) => put(40_000 + index));
    await around.run({});
    const of: ReadonlySet<string>[] = [];
    for (const busy of deployments) {
      sent.clear();
      for (let minute = 0; minute < 60; minute += 5) {
        const index = Math.floor(minute / 5);
        if (busy && index < old.length) {
          await statesAfter(around, () => void put(41_000 + index));
          await statesAfter(around, () => void around.aws.ecs.admin.stopTask(old[index] ?? ''));
        }
        await around.clock.advance(300_000);
        await around.run({ trigger: 'schedule' });
      }
      of.push(new Set(sent));
    }
    return of;
  }

  it('in hours in which nothing happens, and in those of a deployment', async () => {
    const [quiet, busy, after] = await hours([false, true, false]);

    expect([...(quiet ?? [])]).toEqual(METRICS_OF_FULL_RUNS);
    expect([...(after ?? [])]).toEqual(METRICS_OF_FULL_RUNS);
    expect([...(busy ?? [])].filter((name) => !METRICS_OF_FULL_RUNS.includes(name)).sort()).toEqual(
      // The number of instances is the same whenever a full run looks.
      METRICS_OF_CHANGES.filter((name) => name !== 'InstancesPublished'),
    );
  });
});

it('knows how many metrics the alarms watch', () => {
  const alarms = ofType(discover().synth(), 'AWS::CloudWatch::Alarm').map(({ Properties }) => {
    const { Metrics: parts = [{ MetricStat: {} }] } = Properties as { Metrics?: readonly { MetricStat?: object }[] };
    return parts.filter(({ MetricStat }) => MetricStat).length;
  });

  expect(alarms.reduce((sum, count) => sum + count, 0)).toBe(METRICS_IN_ALARMS);
});

it('knows the memory of every function as it is deployed', () => {
  const deployed = Object.entries(STEPS).map(([name, { memoryMiB }]) => [name, memoryMiB]);

  expect(MEMORY).toEqual(Object.fromEntries(deployed));
  expect(TRIGGER_MEMORY).toBe(START_RUN.memoryMiB);
});

const LOAD = {
  clusters: 1,
  tasks: 50,
  eventsPerDay: 0,
  scheduleMinutes: 5,
  looksPerStart: 1,
  secondsPerStep: 0.3,
};

it('bills 8,640 full runs in 30 days, each with its start', () => {
  const { rows, statesPerFullRun } = monthlyCost(LOAD);

  const [full] = rows;
  expect(statesPerFullRun).toBe(17);
  expect(full?.count).toBe(8_640 * 18);
  expect(full?.usd).toBeCloseTo((8_640 * 18 * 0.025) / 1_000, 6);
});

it('of one cluster, 50 tasks and 100 events a day is USD 10, with all that is sent', () => {
  const { rows, usd } = monthlyCost({ ...LOAD, eventsPerDay: 100, secondsPerStep: 0.2 });
  const named = new Map(rows.map(({ what, count }) => [what, count]));

  // 18 alarms of USD 0.10, that of a pause the last of them.
  expect(usd).toBeLessThanOrEqual(10.18);
  // 100 events are 20 starts and stops, as one deployment brings them: one hour a day has the metrics of changes.
  expect(100 / EVENTS_PER_CHANGE).toBe(CHANGES_TOGETHER);
  expect(named.get('CloudWatch, metrics of ours')).toBeCloseTo(
    METRICS_OF_FULL_RUNS.length + METRICS_OF_CHANGES.length / 24,
    9,
  );
  expect(rows.find(({ what }) => what === 'CloudWatch, dashboard')?.usd).toBe(PRICES.dashboard);
  for (const part of ['CloudWatch, alarms', 'CloudWatch, logs', 'S3, writes', 'S3, reads', 'SQS'])
    expect(named.get(part)).toBeGreaterThan(0);
});

it('is less by the dashboard where there is none', () => {
  const cheaper = monthlyCost({ ...LOAD, dashboard: false });

  expect(monthlyCost(LOAD).usd - cheaper.usd).toBeCloseTo(PRICES.dashboard, 9);
});

it.each([
  { what: 'more clusters', more: { clusters: 2 } },
  { what: 'more events', more: { eventsPerDay: 50 } },
  { what: 'a denser schedule', more: { scheduleMinutes: 1 } },
  { what: 'slower functions', more: { secondsPerStep: 0.6 } },
  { what: 'changes that come one by one', more: { eventsPerDay: 100, changesTogether: 1 } },
  { what: 'more endpoints than one batch has', more: { tasks: 500 } },
])('grows with $what', ({ more }) => {
  const one = monthlyCost(LOAD);
  const other = monthlyCost({ ...LOAD, ...more });

  expect(other.usd).toBeGreaterThan(one.usd);
});

describe('docs/cost.md', () => {
  const page = readFileSync('docs/cost.md', 'utf8');
  const commands = [...page.matchAll(/^npx ecssd (cost .+ --markdown)$/gm)].map(([, line = '']) => line);

  it('shows commands', () => {
    expect(commands.length).toBeGreaterThan(1);
  });

  it.each(commands)('shows what %s prints', async (line) => {
    const { code, lines } = await ecssd(line.split(' '));

    expect(code).toBe(0);
    expect(page).toContain(lines.join('\n'));
  });
});

it.each([
  { args: ['--tasks', '1', '--events-per-day', '1'], says: '--clusters: got nothing, want a whole number from 1' },
  { args: ['--clusters', 'x', '--tasks', '1', '--events-per-day', '1'], says: '--clusters: got "x", want a whole' },
  {
    args: ['--clusters', '1', '--tasks', '1', '--events-per-day', '1', '--seconds-per-step', 'long'],
    says: '--seconds-per-step: got "long", want seconds',
  },
])('cost $args says what is wrong', async ({ args, says }) => {
  const { code, told } = await ecssd(['cost', ...args]);

  expect(code).toBe(1);
  expect(told.join('\n')).toContain(says);
});
