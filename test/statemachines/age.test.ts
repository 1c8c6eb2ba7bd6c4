import { describe, expect, it } from 'vitest';
import { connectEvents, host } from '../support/fleet.ts';
import { CALC, type Shop, shop, value } from '../support/shop.ts';
import type { Execution, StepName } from '../support/world.ts';

const DAY = 86_400_000;
const FAILING = { state: 'failing', cause: 'got status 503' } as const;
const HOMES = ['10.0.1.23', '10.0.1.24', '10.0.1.25'];

const told = ({ outcome }: Execution) =>
  (outcome?.dispositions ?? []).map((one) => `${one.outcome} ${one.reason}`).sort();
const times = ({ states }: Execution, state: string) => states.filter((one) => one === state).length;

interface Stop {
  /** Milliseconds from the stop to the redrive. */
  readonly later?: number;
  /** Each time that the step begins. */
  readonly always?: boolean;
  readonly meanwhile?: (around: Shop) => void;
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * Three healthy instances that are published. Armed, the execution is stopped where a step begins and redriven later,
 * when the first instance, which failed at the time of the reading, passes again.
 */
async function stopped(
  step: StepName,
  { later = DAY, always = false, meanwhile = () => {}, environment = {} }: Stop = {},
) {
  const state = { armed: false, ahead: 0, met: 0 };
  const around: Shop = shop({
    environment,
    later: () => state.ahead,
    beforeStep: (name) => {
      if (name !== step || !state.armed) return;
      state.met += 1;
      if (!always && state.met > 1) return;
      state.ahead += later;
      around.health.clear();
      meanwhile(around);
      around.restart();
    },
  });
  const homes = [around.home, ...HOMES.slice(1).map((address) => host(around, 'shop', address))];
  const tasks = homes.map((home) => around.task(32_768, { home, service: 'calc' }));
  await around.run({});
  await around.clock.advance(120_000);
  await around.run({});
  around.health.set(`${HOMES[0]}:32768`, FAILING);
  state.armed = true;
  return { around, state, tasks };
}

const ALL = HOMES.map((address) => value(address, 32_768));

describe('a state that begins more than two minutes after the end of its reading reads anew', () => {
  it.each(['PlanChanges', 'ApplyBatch'] as const)('redriven in %s a day later', async (step) => {
    const { around, state } = await stopped(step);

    const run = await around.run({ trigger: 'schedule' });

    expect(state.met).toBeGreaterThan(0);
    expect(run.end).toBe('ZoneInSync');
    expect(told(run)).toEqual(Array.from({ length: 3 }, () => 'published healthy'));
    expect(around.values(CALC)).toEqual(ALL);
    expect(around.announced.filter(({ detailType }) => detailType === 'Instance Removed')).toEqual([]);
    expect(times(run, 'SnapshotZone')).toBe(2);
  });

  it('redriven where the reading is joined: it is as old as the answers that it is made of', async () => {
    const { around } = await stopped('CompleteReading');

    const run = await around.run({ trigger: 'schedule' });

    expect(run.end).toBe('ZoneInSync');
    expect(times(run, 'ReadAnew')).toBe(1);
    expect(around.values(CALC)).toEqual(ALL);
  });

  it.each(['SnapshotZone', 'ListClusters', 'VerifyChanges', 'PublishOutcome'] as const)(
    'redriven in %s, which reads for itself or not at all: no round follows',
    async (step) => {
      const { around } = await stopped(step);

      const run = await around.run({ trigger: 'schedule' });

      expect(run.end).toBe('ZoneInSync');
      expect(times(run, 'ReadAnew')).toBe(0);
    },
  );

  it.each([
    { later: 119_000, anew: 0 },
    { later: 121_000, anew: 1 },
  ])('after $later ms: $anew times', async ({ later, anew }) => {
    const { around } = await stopped('PlanChanges', { later });

    const run = await around.run({ trigger: 'schedule' });

    expect(run.end).toBe('ZoneInSync');
    expect(times(run, 'ReadAnew')).toBe(anew);
    expect(around.values(CALC)).toHaveLength(anew === 1 ? 3 : 2);
  });

  it('a full run stays full: what only a full run may remove is removed', async () => {
    const meanwhile = (around: Shop) => around.health.set(`${HOMES[1]}:32768`, FAILING);
    const { around } = await stopped('PlanChanges', { meanwhile });

    const run = await around.run({ trigger: 'schedule' });

    expect(run.end).toBe('ZoneInSync');
    expect(told(run)).toEqual(['published healthy', 'published healthy', 'removed unhealthy']);
    expect(around.values(CALC)).toEqual([ALL[0], ALL[2]]);
  });

  it('an event run keeps its scope, and its messages are deleted at the end', async () => {
    const { around } = await stopped('PlanChanges', { later: 300_000 });
    const events = connectEvents(around);
    around.task(32_769);
    await events.settled();
    events.off();
    const first = around.started.shift();

    const run = await around.run(first?.input, first?.name);

    expect(run.end).toBe('ZoneInSync');
    expect(times(run, 'ReadAnew')).toBe(1);
    expect(around.values(CALC)).toContain(value('10.0.1.23', 32_769));
    expect(around.aws.sqs.admin.peek('ecs-events')).toEqual([]);
  });

  it('counts as a round, and five are enough', async () => {
    const { around } = await stopped('PlanChanges', { always: true });

    const run = await around.run({ trigger: 'schedule' });

    expect(run.end).toBe('ZoneContended');
    expect(times(run, 'PlanChanges')).toBe(5);
    expect(run.result).toMatchObject({ cause: expect.stringContaining('readings were too old') });
    expect(around.values(CALC)).toEqual(ALL);
  });

  it.each([
    { later: 60_000, stops: 1 },
    { later: DAY, stops: 0 },
  ])('a task is stopped for what was seen $later ms ago: $stops', async ({ later, stops }) => {
    const { around, tasks } = await stopped('PublishOutcome', {
      later,
      environment: { ON_UNHEALTHY: 'deregister-and-stop' },
    });

    const run = await around.run({ trigger: 'schedule' });

    expect(run.end).toBe('ZoneInSync');
    expect(told(run)).toEqual(['published healthy', 'published healthy', 'removed unhealthy']);
    expect(run.outcome?.stopped.map(({ task }) => task)).toEqual(tasks.slice(0, stops));
  });

  it('nothing of a dry run is planned from an old view either', async () => {
    const { around } = await stopped('PlanChanges');

    const run = await around.run({ dryRun: true });

    expect(told(run)).toEqual(Array.from({ length: 3 }, () => 'published healthy'));
  });
});
