import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { eventRun, fullRun, monthlyCost } from '../../../cli/cost/model.ts';
import { MEMORY, TRIGGER_MEMORY } from '../../../cli/cost/states.ts';
import { START_RUN, STEPS } from '../../../infra/steps.ts';
import { connectEvents, define, host, runStarted } from '../../support/fleet.ts';
import { type StillWorld, world } from '../../support/world.ts';
import { ecssd } from '../terminal.ts';

const sorted = (states: readonly string[] = []) => [...states].sort();

/** Some clusters of one host each, with as many probed tasks as are asked for in each. */
function fleet({ clusters, tasks }: { clusters: number; tasks: number }) {
  const around = world();
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
  return { around, put };
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
    const waits = around.clock.now() + 6_000;
    const get = around.health.get.bind(around.health);
    around.health.get = (key) => (around.clock.now() > waits ? undefined : get(key));

    const states = await statesAfter(around, () => void put(32_768));

    expect(sorted(states)).toEqual(sorted(eventRun({ looks: 1 })));
  });
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

it.each([
  { what: 'more clusters', more: { clusters: 2 } },
  { what: 'more events', more: { eventsPerDay: 10 } },
  { what: 'a denser schedule', more: { scheduleMinutes: 1 } },
  { what: 'slower functions', more: { secondsPerStep: 0.6 } },
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
