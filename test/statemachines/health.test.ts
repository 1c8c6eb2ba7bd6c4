import { describe, expect, it } from 'vitest';
import { CALC, reasons, type Shop, shop, value } from '../support/shop.ts';
import { type World, type WorldOptions, ZONE } from '../support/world.ts';

describe('health', () => {
  it('leaves out a new instance that does not pass, and takes out a published one that fails', async () => {
    const around = shop();
    for (const port of [32_768, 32_769, 32_770]) around.task(port);
    around.health.set('10.0.1.23:32770', { state: 'failing', cause: 'got status 503, want 2xx' });
    await around.clock.advance(120_000);
    await around.run({});
    const first = around.values(CALC);
    around.health.set('10.0.1.23:32769', { state: 'failing', cause: 'connection refused' });

    const run = await around.run({});

    expect(first).toEqual([value('10.0.1.23', 32_768), value('10.0.1.23', 32_769)]);
    expect(around.values(CALC)).toEqual([value('10.0.1.23', 32_768)]);
    expect(reasons(run)).toEqual(['left-out unhealthy', 'published healthy', 'removed unhealthy']);
  });

  it('publishes an instance again that has recovered', async () => {
    const around = shop();
    for (const port of [32_768, 32_769, 32_770]) around.task(port);
    await around.run({});
    around.health.set('10.0.1.23:32769', { state: 'failing', cause: 'connection refused' });
    await around.clock.advance(120_000);
    await around.run({});
    const without = around.values(CALC);
    around.health.delete('10.0.1.23:32769');

    const run = await around.run({});

    expect(without).toHaveLength(2);
    expect(around.values(CALC)).toHaveLength(3);
    expect(new Set(reasons(run))).toEqual(new Set(['published healthy']));
  });

  it('keeps a name whose instances all fail', async () => {
    const around = shop();
    for (const port of [32_768, 32_769]) around.task(port);
    await around.run({});
    for (const port of [32_768, 32_769]) around.health.set(`10.0.1.23:${port}`, { state: 'failing', cause: 'refused' });

    const run = await around.run({});

    expect(around.values(CALC)).toHaveLength(2);
    expect(new Set(reasons(run))).toEqual(new Set(['published held-prober']));
  });

  it('keeps what is published and leaves out what is new when a batch of probes fails', async () => {
    const broken = { now: false };
    const around = shop({
      beforeStep: (step) => {
        if (step === 'CheckHealth' && broken.now) throw new Error('out of memory');
      },
    });
    around.task(32_768);
    await around.run({});
    around.task(32_769);
    await around.clock.advance(120_000);
    broken.now = true;

    const run = await around.run({});

    expect(run.end).toBe('ZoneInSync');
    expect(run.states).toContain('BatchUnprobed');
    expect(around.values(CALC)).toEqual([value('10.0.1.23', 32_768)]);
    expect(reasons(run)).toEqual(['left-out unprobed', 'published held-prober']);
  });
});

describe("onUnhealthy: 'deregister-and-stop'", () => {
  const STOP = { ON_UNHEALTHY: 'deregister-and-stop' };
  const FAILING = { state: 'failing', cause: 'got status 503, want 2xx' } as const;
  const desired = ({ aws }: World, task: string) => aws.ecs.admin.task(task).desiredStatus;

  /** Five tasks of a service at 32768 to 32772, published; the first so many fail from now on. */
  async function serving(failing: number, options: Omit<WorldOptions, 'beside'> = {}) {
    const around = shop({ environment: STOP, ...options });
    const tasks = Array.from({ length: 5 }, (_, index) => around.task(32_768 + index, { service: 'calc' }));
    await around.run({});
    for (let index = 0; index < failing; index += 1) around.health.set(`10.0.1.23:${32_768 + index}`, FAILING);
    return { around, tasks };
  }
  const stopping = (around: Shop, tasks: readonly string[]) =>
    tasks.filter((task) => desired(around, task) === 'STOPPED');

  it('stops a task that left as unhealthy, with a reason, and the outcome lists it', async () => {
    const { around, tasks } = await serving(1);

    const run = await around.run({});

    expect(run.end).toBe('ZoneInSync');
    expect(around.values(CALC)).toHaveLength(4);
    expect(stopping(around, tasks)).toEqual([tasks[0]]);
    expect(around.aws.ecs.admin.task(tasks[0] ?? '').stoppedReason).toBe(
      `unhealthy for ${CALC}.${ZONE} (got status 503, want 2xx), taken out and stopped by service discovery, execution ${run.name}`,
    );
    expect(run.outcome?.stopped).toMatchObject([{ task: tasks[0], name: `${CALC}.${ZONE}`, cause: FAILING.cause }]);
    expect(run.outcome?.findings.join()).toContain(`stopped ${tasks[0]}`);
  });

  it('stops one of a name in a run and the next one in the next, and what does not fail stays', async () => {
    const { around, tasks } = await serving(2);

    await around.run({});
    const first = stopping(around, tasks);
    await around.clock.advance(5 * 60_000);
    await around.run({});
    await around.run({});

    expect(first).toHaveLength(1);
    expect(around.values(CALC)).toHaveLength(3);
    expect(stopping(around, tasks)).toEqual(tasks.slice(0, 2));
  });

  it.each([
    { row: 'by default', failing: 1, options: { environment: {} }, input: {}, left: 4 },
    { row: 'in a dry run', failing: 1, options: {}, input: { dryRun: true }, left: 5 },
    { row: 'in panic, and when the prober is suspected', failing: 3, options: {}, input: {}, left: 5 },
  ])('stops nothing $row', async ({ failing, options, input, left }) => {
    const { around, tasks } = await serving(failing, options);

    const run = await around.run(input);

    expect(around.values(CALC)).toHaveLength(left);
    expect(stopping(around, tasks)).toEqual([]);
    expect(run.outcome).toMatchObject({ stopped: [], notStopped: [] });
  });

  it('stops no task that belongs to no service: nothing would replace it', async () => {
    const around = shop({ environment: STOP });
    const tasks = Array.from({ length: 5 }, (_, index) => around.task(32_768 + index));
    await around.run({});
    around.health.set('10.0.1.23:32768', FAILING);

    await around.run({});

    expect(around.values(CALC)).toHaveLength(4);
    expect(stopping(around, tasks)).toEqual([]);
  });

  it('stops no task whose removal Route 53 did not accept', async () => {
    const refusing = { now: false };
    const { around, tasks } = await serving(1, {
      before: async ({ operation }) => {
        if (!refusing.now || operation !== 'ChangeResourceRecordSets') return;
        throw Object.assign(new Error('[The change is not permitted]'), { name: 'InvalidChangeBatch' });
      },
    });
    refusing.now = true;

    await around.run({});

    expect(around.values(CALC)).toHaveLength(5);
    expect(stopping(around, tasks)).toEqual([]);
  });

  it('keeps in the outcome what it could not stop, and fails no run', async () => {
    const { around, tasks } = await serving(1, {
      before: async ({ operation }) => {
        if (operation !== 'StopTask') return;
        throw Object.assign(new Error('not authorized to perform ecs:StopTask'), { name: 'AccessDeniedException' });
      },
    });

    const run = await around.run({});

    expect(run.end).toBe('ZoneInSync');
    expect(run.outcome?.stopped).toEqual([]);
    expect(run.outcome?.notStopped).toMatchObject([
      { task: tasks[0], error: 'not authorized to perform ecs:StopTask' },
    ]);
    expect(run.outcome?.findings.join()).toContain(`could not stop ${tasks[0]}`);
  });

  it('stops the same task when its last step runs twice, and tells the same', async () => {
    const payloads: unknown[] = [];
    const { around, tasks } = await serving(2, {
      beforeStep: (step, payload) => void (step === 'PublishOutcome' && payloads.push(payload)),
    });
    const run = await around.run({});

    await around.step('PublishOutcome', payloads.at(-1));

    const [again] = [...around.bucket].flatMap(([key, text]) =>
      key.endsWith(`/${run.name}.json`) ? [JSON.parse(text).body] : [],
    );
    expect(again.stopped).toEqual(run.outcome?.stopped);
    expect(again.stopped).toHaveLength(1);
    expect(stopping(around, tasks)).toHaveLength(1);
  });
});
