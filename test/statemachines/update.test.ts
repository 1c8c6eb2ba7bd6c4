import { describe, expect, it } from 'vitest';
import { connectEvents, host, runStarted } from '../support/fleet.ts';
import { CALC, type Shop, shop, value } from '../support/shop.ts';
import { type Execution, STEP_NAMES, type StepName } from '../support/world.ts';

const NEXT = '10.0.1.24';

/** A shop of one release, in which a task has stopped and another one starts, of which an event run is about to hear. */
async function overtaken(from: string, happens: (step: StepName, around: Shop) => void) {
  const state = { armed: false };
  const around: Shop = shop({
    beforeStep: (step) => {
      if (state.armed) happens(step, around);
    },
  });
  around.update(from);
  around.aws.sqs.admin.setFaults({ countLagMs: 60_000 });
  const next = host(around, 'shop', NEXT);
  const old = around.task(32_768);
  await around.run({});
  const events = connectEvents(around);
  around.aws.ecs.admin.updateTask(old, { lastStatus: 'STOPPED', desiredStatus: 'STOPPED' });
  around.task(32_769, { home: next });
  await events.settled();
  events.off();
  const first = around.started.shift();
  state.armed = true;
  const run = await around.run(first?.input, first?.name);
  state.armed = false;
  return { around, run };
}

const waiting = ({ aws }: Shop) => aws.sqs.admin.peek('ecs-events').length;

async function takesOver(around: Shop): Promise<readonly Execution[]> {
  const later = await runStarted(around);
  expect(later.map(({ end }) => end)).toEqual(later.map(() => 'ZoneInSync'));
  expect(later.length).toBeGreaterThan(0);
  expect(around.values(CALC)).toEqual([value(NEXT, 32_769)]);
  expect(waiting(around)).toBe(0);
  return later;
}

describe.each([
  { way: 'an update', from: '1', to: '2' },
  { way: 'a rollback', from: '2', to: '1' },
])('$way of the stack', ({ from, to }) => {
  it.each(STEP_NAMES)('at %s ends the run early and cleanly, and the next one takes over', async (state) => {
    let done = false;
    const { around, run } = await overtaken(from, (step, world) => {
      if (step !== state || done) return;
      done = true;
      world.update(to);
    });

    expect(done).toBe(true);
    expect(run.end).toBe('Superseded');
    expect(run.result.status).toBe('SUCCEEDED');
    expect(run.outcome).toBeUndefined();
    expect(waiting(around)).toBe(2);
    await takesOver(around);
  });

  it.each(STEP_NAMES)('that has changed only the function of %s so far', async (state) => {
    let done = false;
    const { around, run } = await overtaken(from, (_, world) => {
      if (!done) world.update(to, [state]);
      done = true;
    });

    expect(run.end).toBe('Superseded');
    expect(run.states).not.toContain('ClusterUnread');
    expect(run.states).not.toContain('BatchUnprobed');
    expect(run.states).not.toContain('BatchUnknown');
    around.update(to);
    await takesOver(around);
  });

  it.each(['WaitForOthers', 'WaitForStarts'])('while a run waits: %s', async (wait) => {
    let verified = false;
    const { around, run } = await overtaken(from, (step, world) => {
      if (step === 'VerifyChanges') verified = true;
      else if (verified && step === 'SnapshotZone') world.update(to);
      if (step === 'CheckHealth' && !verified && wait === 'WaitForStarts') {
        world.health.set(`${NEXT}:32769`, { state: 'failing', cause: 'not yet' });
      }
      if (step === 'ApplyBatch' && wait === 'WaitForOthers' && !verified) throw new Error('socket hang up');
    });
    around.health.clear();

    expect(run.states).toContain(wait);
    expect(run.end).toBe('Superseded');
    if (waiting(around) > 0) await runStarted(around);
    await around.run({ trigger: 'schedule' });
    expect(around.values(CALC)).toEqual([value(NEXT, 32_769)]);
    expect(waiting(around)).toBe(0);
  });
});

it('while an update is under way runs end early, again and again, until it is done', async () => {
  const around = shop();
  around.update('1');
  const events = connectEvents(around);
  around.task(32_768);
  await events.settled();
  events.off();
  around.update('2', STEP_NAMES);

  const ends: string[] = [];
  for (let runs = 0; runs < 4; runs += 1) {
    const next = around.started.shift();
    ends.push((await around.run(next?.input, next?.name)).end);
  }
  around.update('2');
  const [last] = await runStarted(around);

  expect(ends).toEqual(['Superseded', 'Superseded', 'Superseded', 'Superseded']);
  expect(last?.end).toBe('ZoneInSync');
  expect(around.values(CALC)).toEqual([value('10.0.1.23', 32_768)]);
  expect(around.aws.sqs.admin.peek('ecs-events-dead')).toEqual([]);
});

it('a full run without wake-ups starts nothing: the schedule comes by itself', async () => {
  const around: Shop = shop({ beforeStep: (step) => (step === 'PlanChanges' ? around.update('2') : undefined) });
  around.update('1');
  around.task(32_768);

  const run = await around.run({ trigger: 'schedule' });

  expect(run.end).toBe('Superseded');
  expect(around.started).toEqual([]);
  expect(run.result).toMatchObject({ output: { findings: [expect.stringContaining('has overtaken this run')] } });
});

it('a dry run gives nothing back, since it has taken nothing', async () => {
  const around: Shop = shop({ beforeStep: (step) => (step === 'PlanChanges' ? around.update('2') : undefined) });
  around.update('1');
  const events = connectEvents(around);
  around.task(32_768);
  await events.settled();
  around.started.splice(0);

  const run = await around.run({ dryRun: true });

  expect(run.end).toBe('Superseded');
  expect(around.started).toEqual([]);
});

it('understands no more of the other release’s state than its wake-ups', async () => {
  const around = shop();
  around.update('2');
  const events = connectEvents(around);
  around.task(32_768);
  await events.settled();
  const input = around.started.shift()?.input;
  const run = (await around.clock.run(around.step('ReadTrigger', { execution: 'old', input, release: '2' }))) as object;
  const state = { run: { ...run, kind: 'a kind of later', scope: 7, new: {} }, plan: 'none', verified: [], error: 5 };

  const outcome = await around.step('PublishOutcome', {
    execution: 'old',
    stateMachine: 'arn:aws:states:eu-west-1:111111111111:stateMachine:reconcile',
    state,
    release: '3',
  });

  expect(outcome).toMatchObject({ state: 'superseded' });
  expect(around.started).toHaveLength(1);
});
