import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { connectEvents, define, everyRunStarted, host } from '../support/fleet.ts';
import { pauseZone } from '../support/paused.ts';
import { smallSlices } from '../support/sending.ts';
import { CALC, edit, type Shop, shop, srv, twoClusters, value } from '../support/shop.ts';
import { allWentThrough, failuresIn, transitionsIn } from '../support/spent.ts';
import { type Execution, STEP_NAMES, type StepName, type WorldOptions } from '../support/world.ts';

const fault = (name: string) => Object.assign(new Error('no'), { name });
const FAILING = { state: 'failing', cause: 'got status 503' } as const;

/** A shop with a task, in which some attempts at a step fail. */
function failing(step: StepName, names: readonly string[], options: Omit<WorldOptions, 'beside'> = {}): Shop {
  const left = [...names];
  const around = shop({
    ...options,
    beforeStep: (name) => {
      const next = name === step ? left.shift() : undefined;
      if (next !== undefined) throw fault(next);
    },
  });
  around.task(32_768);
  return around;
}

/** What an outcome says of transitions, beside its history. */
const told = (run: Execution) => ({ transitions: run.outcome?.transitions, failed: run.outcome?.failedAttempts ?? 0 });
const happened = (run: Execution) => ({ transitions: transitionsIn(run), failed: failuresIn(run) });

describe('the transitions that an outcome keeps are those of its history', () => {
  it.each<{ run: string; way: readonly string[]; runs: () => Promise<readonly Execution[]> }>([
    {
      run: 'of a full run that changes something, and of one that does not',
      way: ['VerifyChanges'],
      runs: async () => {
        const around = shop();
        around.task(32_768);
        return [await around.run({}), await around.run({ trigger: 'schedule' })];
      },
    },
    {
      run: 'of a run of several clusters, one of them gone',
      way: ['CollectTasks'],
      runs: async () => {
        const { around } = twoClusters();
        return [await around.run({}), await around.run({ clusters: ['shop'] })];
      },
    },
    {
      run: 'of event runs, at once and after their window, and of repeats',
      way: ['WaitForWindow'],
      runs: async () => {
        const around = shop();
        const events = connectEvents(around);
        const task = around.task(32_768);
        around.task(32_769);
        await events.settled();
        const starts = await everyRunStarted(around);
        around.aws.ecs.admin.stopTask(task);
        await events.settled();
        return [...starts, ...(await everyRunStarted(around))];
      },
    },
    {
      run: 'with looks at a start',
      way: ['WaitForStarts'],
      runs: async () => {
        const around = shop();
        const events = connectEvents(around);
        around.health.set('10.0.1.23:32768', FAILING);
        around.task(32_768);
        await events.settled();
        return everyRunStarted(around);
      },
    },
    {
      run: 'with slices',
      way: ['NextSlice'],
      runs: async () => {
        const around = shop({ sending: smallSlices({ elements: 1, batches: 2 }) });
        for (const name of ['n0', 'n1', 'n2', 'n3', 'n4']) {
          around.task(32_768, { definition: define(around, name, { names: { 8081: name } }) });
        }
        return [await around.run({})];
      },
    },
    {
      run: 'with rounds, until it gives up',
      way: ['WaitForOthers', 'ZoneContended'],
      runs: async () => {
        let turn = 0;
        const around: Shop = shop({
          beforeStep: async (step) => {
            if (step !== 'ApplyBatch') return;
            turn += 1;
            await edit(around, [{ Action: 'UPSERT', ResourceRecordSet: srv(CALC, [`1 1 ${turn} other.example.`]) }]);
          },
        });
        around.task(32_768);
        return [await around.run({})];
      },
    },
    {
      run: 'that reads anew',
      way: ['ReadAnew'],
      runs: async () => {
        const ahead = { by: 0 };
        const around = shop({
          later: () => ahead.by,
          beforeStep: (step) => {
            if (step === 'PlanChanges' && ahead.by === 0) ahead.by = 86_400_000;
          },
        });
        around.task(32_768);
        return [await around.run({})];
      },
    },
    {
      run: 'that holds removals',
      way: ['RemovalsHeld'],
      runs: async () => {
        const around = shop();
        const gone = Array.from({ length: 12 }, (_, index) => value('10.9.9.9', 1_000 + index));
        await edit(around, [{ Action: 'CREATE', ResourceRecordSet: srv(CALC, gone) }]);
        return [await around.run({}), await around.run({ dryRun: true })];
      },
    },
    {
      run: 'that is paused',
      way: ['Paused'],
      runs: async () => {
        const around = shop();
        around.task(32_768);
        const first = await around.run({});
        await pauseZone(around);
        return [first, await around.run({})];
      },
    },
  ])('$run', async ({ way, runs }) => {
    const all = await runs();

    expect(all.flatMap(({ states }) => states)).toEqual(expect.arrayContaining([...way]));
    for (const run of all) expect(told(run)).toEqual(happened(run));
  });

  it.each(STEP_NAMES)('with retries of %s', async (step) => {
    const run = await failing(step, ['ThrottledError', 'Lambda.Unknown', 'UnavailableError']).run({});

    expect(run.end).toBe('ZoneInSync');
    expect(told(run)).toEqual(happened(run));
    expect(told(run).failed).toBe(3);
  });
});

describe('where nobody can know all, an outcome says the least, and that there was more', () => {
  it.each(STEP_NAMES.filter((step) => step !== 'PublishOutcome'))('%s has failed for good', async (step) => {
    const run = await failing(step, ['ThrottledError', 'PayloadError']).run({});

    expect(run.outcome?.transitions).toBeGreaterThan(3);
    expect(run.outcome?.transitions).toBeLessThan(transitionsIn(run));
    expect(run.outcome?.failedAttempts).toBe(1);
  });

  it.each(['ReadTrigger', 'SnapshotZone', 'ListClusters', 'CompleteReading', 'PlanChanges', 'VerifyChanges'] as const)(
    '%s has failed at once: nothing is missing',
    async (step) => {
      const run = await failing(step, ['PayloadError']).run({});

      expect(run.end).toBe('RunFailed');
      expect(told(run)).toEqual(happened(run));
    },
  );

  it('what an earlier pass has left in the state is not counted again', async () => {
    const passes = { count: 0 };
    const around: Shop = shop({
      beforeStep: (step) => {
        if (step === 'SnapshotZone') passes.count += 1;
        if (step === 'CompleteReading' && passes.count === 2) throw fault('PayloadError');
      },
    });
    const events = connectEvents(around);
    around.health.set('10.0.1.23:32769', FAILING);
    around.task(32_768);
    around.task(32_769);
    await events.settled();

    const [run] = await everyRunStarted(around);

    expect(run?.states).toEqual(expect.arrayContaining(['ApplyBatch', 'WaitForStarts', 'RunFailed']));
    expect(run && told(run)).toEqual(run && happened(run));
  });

  it('whatever fails, and however often', async () => {
    const faults = fc.constantFrom(
      'ThrottledError',
      'Lambda.Unknown',
      'PayloadError',
      'AccessDenied',
      'SupersededError',
    );
    const meets = fc.record({ step: fc.constantFrom(...STEP_NAMES), skip: fc.nat(2), faults: fc.array(faults) });
    const exact: boolean[] = [];

    await fc.assert(
      fc.asyncProperty(fc.array(meets, { maxLength: 4 }), async (given) => {
        const open = given.map((one) => ({ ...one, left: [...one.faults] }));
        const around: Shop = shop({
          beforeStep: (step) => {
            for (const one of open.filter((other) => other.step === step)) {
              one.skip -= 1;
              const name = one.skip < 0 ? one.left.shift() : undefined;
              if (name !== undefined) throw fault(name);
            }
          },
        });
        around.task(32_768);
        around.task(32_769, { home: host(around, 'shop', '10.0.1.24') });
        for (const run of [await around.run({}), await around.run({})]) {
          if (run.outcome === undefined || run.end === 'OutcomeUnpublished') continue;
          const [said, was] = [told(run), happened(run)];
          expect(said.transitions).toBeLessThanOrEqual(was.transitions);
          expect(said.failed).toBeLessThanOrEqual(was.failed);
          if (!allWentThrough(run)) continue;
          exact.push(was.failed > 0);
          expect(said).toEqual(was);
        }
      }),
      { numRuns: 60 },
    );

    expect(new Set(exact)).toEqual(new Set([true, false]));
  });
});

describe('the calls that an outcome keeps', () => {
  /** Calls so far, where the last step of each run begins: what it calls after its outcome is made belongs to none. */
  function counting(options: Omit<WorldOptions, 'beside'> = {}) {
    const at: number[] = [];
    const around: Shop = shop({
      ...options,
      beforeStep: async (step, payload) => {
        const sum = [...around.called.values()].reduce((all, one) => all + one, 0);
        if (step === 'ReadTrigger' || step === 'PublishOutcome') at.push(sum);
        await options.beforeStep?.(step, payload);
      },
    });
    return { around, calls: () => at.slice(-2).reduce((from, to) => to - from) };
  }

  it('are all that its steps have made, side by side too, in each pass', async () => {
    const { around, calls } = counting();
    const next = around.aws.ecs.admin.createCluster('next');
    const home = host(around, next, '10.0.7.1');
    around.task(32_768);
    around.task(32_768, { cluster: next, home });
    around.health.set('10.0.1.23:32768', FAILING);
    const events = connectEvents(around);
    around.task(32_769);
    await events.settled();

    const full = await around.run({});

    expect(full.states.filter((state) => state === 'CollectTasks').length).toBeGreaterThan(1);
    expect(full.outcome?.calls).toBeGreaterThan(10);
    expect(full.outcome?.calls).toBe(calls());
  });

  it('lack those of attempts that failed, and say that there were some', async () => {
    let refusals = 2;
    const { around, calls } = counting({
      before: async ({ operation }) => {
        if (operation !== 'ListTasks' || refusals === 0) return;
        refusals -= 1;
        throw Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' });
      },
    });
    around.task(32_768);

    const { outcome } = await around.run({});

    expect(outcome?.failedAttempts).toBe(2);
    expect(outcome?.calls).toBeGreaterThan(5);
    expect(outcome?.calls).toBeLessThan(calls());
  });
});
