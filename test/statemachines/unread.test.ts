import { beforeEach, describe, expect, it, vi } from 'vitest';
import { metrics } from '../../functions/runtime/powertools.ts';
import { connectEvents } from '../support/fleet.ts';
import { forgetDefinitions } from '../support/inventory.ts';
import { CALC, shop, value } from '../support/shop.ts';
import type { Execution, StillWorld } from '../support/world.ts';

const counted = vi.spyOn(metrics, 'addMetric');
beforeEach(() => void counted.mockClear());
const clustersUnread = () =>
  counted.mock.calls.flatMap(([name, , count]) => (name === 'ClustersUnread' ? [count] : []));

const TEXT = 'User: arn:aws:sts::111111111111:assumed-role/x is not authorized to perform: ecs:ListTasks';
const fault = (name: string, message: string, about: object = {}) =>
  Object.assign(new Error(message), { name, ...about });

/** A published instance in a cluster whose API breaks. */
async function broken(operation: string, thrown: () => Error) {
  const state = { now: false };
  const around = shop({
    before: async (call) => {
      if (state.now && call.operation === operation) throw thrown();
    },
  });
  around.task(32_768);
  await around.run({});
  counted.mockClear();
  state.now = true;
  return { around, state };
}

const told = ({ outcome }: Execution) => outcome?.dispositions.map((one) => [one.reason, one.detail]);
const findings = ({ outcome }: Execution) => (outcome?.findings ?? []).filter((one) => one.includes(' was not read'));
const standing = (around: StillWorld) => expect(around.values(CALC)).toEqual([value('10.0.1.23', 32_768)]);

describe('an unread cluster carries the error’s name and first line into outcome, finding and metric', () => {
  it.each([
    {
      row: 'a permission',
      operation: 'ListTasks',
      thrown: () => fault('AccessDeniedException', TEXT),
      error: 'AccessDeniedException',
      cause: TEXT,
    },
    {
      row: 'a throttle without end',
      operation: 'DescribeTasks',
      thrown: () => fault('ThrottlingException', 'Rate exceeded'),
      error: 'ThrottledError',
      cause: 'ecs:DescribeTasks was throttled (ThrottlingException: Rate exceeded)',
    },
    {
      row: 'an outage',
      operation: 'DescribeContainerInstances',
      thrown: () => fault('Error', 'connect ECONNREFUSED', { code: 'ECONNREFUSED' }),
      error: 'UnavailableError',
      cause: 'ecs:DescribeContainerInstances was not available (Error: connect ECONNREFUSED)',
    },
    {
      row: 'several lines',
      operation: 'DescribeTaskDefinition',
      thrown: () => fault('Odd', 'first\nsecond\n  at x'),
      error: 'Odd',
      cause: 'first',
    },
    {
      row: 'a terminal sequence',
      operation: 'ListTasks',
      thrown: () => fault('Odd', '\u001b]0;x\u0007'),
      error: 'Odd',
      cause: '\\u001b]0;x\\u0007',
    },
    { row: 'no text', operation: 'ListTasks', thrown: () => fault('Odd', ''), error: 'Odd', cause: '' },
  ])('$row', async ({ operation, thrown, error, cause }) => {
    const { around } = await broken(operation, thrown);
    around.restart();
    forgetDefinitions(around.bucket);

    const run = await around.run({});

    const text = cause === '' ? error : `${error}: ${cause}`;
    expect(run.end).toBe('ZoneInSync');
    expect(run.outcome?.unread).toEqual([{ cluster: expect.stringContaining('cluster/shop'), error, cause }]);
    expect(findings(run)).toEqual([`cluster/shop was not read, its values are held: ${text}`]);
    expect(told(run)).toEqual([['held-unread', text]]);
    expect(clustersUnread()).toEqual([1]);
    standing(around);
  });

  it('a text of any length is bounded', async () => {
    const { around } = await broken('ListTasks', () => fault('Odd', 'x'.repeat(100_000)));

    const run = await around.run({});

    expect(run.outcome?.unread[0]?.cause).toHaveLength(200);
    expect(findings(run)[0]?.length).toBeLessThanOrEqual(300);
    expect(told(run)?.[0]?.[1]).toHaveLength(200);
  });

  it('whose tasks’ fates could not be asked for', async () => {
    const state = { step: '', now: false };
    const around = shop({
      beforeStep: (step) => {
        state.step = step;
      },
      before: async ({ operation }) => {
        if (state.now && state.step === 'CompleteReading' && operation === 'DescribeTasks')
          throw fault('Odd', 'not today');
      },
    });
    const task = around.task(32_768);
    await around.run({});
    around.aws.ecs.admin.stopTask(task);
    state.now = true;

    const run = await around.run({});

    expect(told(run)).toEqual([['held-unread', 'Odd: not today']]);
    expect(findings(run)).toEqual(['cluster/shop was not read, its values are held: Odd: not today']);
  });

  it('an event run says it in the cause of its end', async () => {
    const { around } = await broken('ListTasks', () => fault('AccessDeniedException', TEXT));
    const events = connectEvents(around);
    around.task(32_769);
    await events.settled();
    events.off();
    const first = around.started.shift();

    const run = await around.run(first?.input, first?.name);

    expect(run.end).toBe('ZoneContended');
    expect(run.result).toMatchObject({ cause: expect.stringContaining(`AccessDeniedException: ${TEXT}`) });
    expect(clustersUnread()).toEqual([1]);
  });

  it.each([
    { error: 'AccessDeniedException', windows: 0 },
    { error: 'ThrottlingException', windows: 1 },
  ])('starts so many later windows after $error: $windows', async ({ error, windows }) => {
    const { around, state } = await broken('ListTasks', () => fault(error, TEXT));
    const events = connectEvents(around);
    around.task(32_769);
    await events.settled();
    events.off();
    const first = around.started.shift();

    await around.run(first?.input, first?.name);
    const later = around.started.splice(0);
    const full = await around.run({ trigger: 'schedule' });
    const again = around.started.splice(0);
    state.now = false;
    await around.clock.advance(600_000);
    const healed = await around.run({ trigger: 'schedule' });

    expect([later.length, again.length]).toEqual([windows, windows]);
    expect([full.end, healed.end]).toEqual(['ZoneInSync', 'ZoneInSync']);
    expect(around.values(CALC)).toEqual([value('10.0.1.23', 32_768), value('10.0.1.23', 32_769)]);
    expect(around.aws.sqs.admin.peek('ecs-events')).toEqual([]);
  });

  it('a function that died has no text, and is told by its error’s name', async () => {
    const around = shop({
      beforeStep: (step) => {
        if (step === 'CollectTasks') throw fault('Sandbox.Timedout', 'Task timed out after 115.00 seconds');
      },
    });

    const run = await around.run({});

    expect(run.outcome?.unread).toMatchObject([{ error: 'Sandbox.Timedout', cause: '' }]);
  });

  it('does not take the text of another attempt for that of the last', async () => {
    let attempts = 0;
    const around = shop({
      before: async ({ operation }) => {
        if (operation === 'ListTasks' && attempts === 1) throw fault('ThrottlingException', 'Rate exceeded');
      },
      beforeStep: (step) => {
        if (step !== 'CollectTasks') return;
        attempts += 1;
        if (attempts > 1) throw fault('Odd', 'of the sandbox');
      },
    });

    const run = await around.run({});

    expect(run.outcome?.unread).toMatchObject([{ error: 'Odd', cause: '' }]);
  });

  it('is not said of clusters that a person left out, nor of runs that could read everything', async () => {
    const { around, state } = await broken('ListTasks', () => fault('Odd', 'x'));
    state.now = false;
    around.aws.ecs.admin.createCluster('other');

    const part = await around.run({ clusters: ['other'] });
    const whole = await around.run({});

    expect([part.outcome?.unread, whole.outcome?.unread]).toEqual([[], []]);
    expect(part.outcome?.findings).toContain('clusters not read, their values are held: all others');
    expect(clustersUnread()).toEqual([]);
  });
});

it('forty unread clusters with the longest of causes stay far from what a state may carry', async () => {
  const sizes: number[] = [];
  const around = shop({
    before: async ({ operation }) => {
      if (operation === 'ListTasks') throw fault('E'.repeat(200), 'x'.repeat(30_000));
    },
    beforeStep: (step, payload) => {
      if (step === 'PublishOutcome' || step === 'CompleteReading') sizes.push(JSON.stringify(payload).length);
    },
  });
  for (let index = 0; index < 40; index += 1) around.aws.ecs.admin.createCluster(`c${index}-${'x'.repeat(200)}`);

  const run = await around.run({});

  expect(run.outcome?.unread).toHaveLength(41);
  expect(findings(run)).toHaveLength(10);
  expect(run.outcome?.findings).toContain('31 clusters more were not read, their values are held');
  expect(Math.max(...sizes)).toBeLessThan(64 * 1024);
});
