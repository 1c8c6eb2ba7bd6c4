import { describe, expect, it } from 'vitest';
import { CALC, type Shop, shop } from '../support/shop.ts';
import { type StepName, type WorldOptions, ZONE } from '../support/world.ts';

/** What people and later states read where a run, or an iteration of a Map, ends: the name and the cause of what happened. */

const fault = (name: string, message: string) => Object.assign(new Error(message), { name });

/** One running task, in a run in which some step always fails; with what some step was given. */
async function failing(step: StepName | undefined, error: Error, options: Omit<WorldOptions, 'beside'> = {}) {
  const given: { readonly step: StepName; readonly payload: Readonly<Record<string, unknown>> }[] = [];
  const around: Shop = shop({
    ...options,
    beforeStep: (name, payload) => {
      given.push({ step: name, payload: JSON.parse(JSON.stringify(payload)) });
      if (name === step) throw error;
    },
  });
  around.task(32_768);
  const run = await around.run({});
  return { run, to: (name: StepName) => given.find((one) => one.step === name)?.payload };
}

describe('an execution says at its end', () => {
  it('what it has published, and no more', async () => {
    const { run } = await failing(undefined, new Error());

    expect(run.result).toEqual({
      status: 'SUCCEEDED',
      output: {
        published: { healthy: 1 },
        removed: {},
        leftOut: {},
        changes: [expect.stringContaining(`+ ${CALC}.${ZONE} ip-10-0-1-23.ecs.${ZONE}:32768 healthy`)],
        more: 0,
        findings: [expect.stringContaining('negativeTtl')],
      },
    });
  });

  it('that an update has overtaken it', async () => {
    const { run } = await failing('SnapshotZone', fault('SupersededError', 'another release'));

    expect(run.end).toBe('Superseded');
    expect(run.result).toMatchObject({
      status: 'SUCCEEDED',
      output: { changes: [], findings: [expect.stringContaining('has overtaken this run')] },
    });
  });

  it.each([
    { step: 'ReadTrigger', stands: 'nothing changed; the zone was not read, so what stands is not known' },
    { step: 'SnapshotZone', stands: 'nothing changed; the zone was not read, so what stands is not known' },
    { step: 'ListClusters', stands: 'nothing changed, 0 values stand' },
    { step: 'CompleteReading', stands: 'nothing changed, 0 values stand' },
    { step: 'PlanChanges', stands: 'nothing changed, 0 values stand' },
    { step: 'VerifyChanges', stands: '1 value came or went, 1 value stands' },
  ] as const)('what $step has failed with, and what stands', async ({ step, stands }) => {
    const { run } = await failing(step, fault('PayloadError', `nothing for ${step}`));

    expect(run.end).toBe('RunFailed');
    expect(run.result).toEqual({
      status: 'FAILED',
      error: 'PayloadError',
      cause: `nothing for ${step} (${stands})`,
    });
  });

  it.each([
    { input: { window: 'soon' } },
    { input: { window: 5 } },
    { input: { window: null } },
    { input: { trigger: 'somebody' } },
    { input: { approve: 'all' } },
  ])('what it was given that makes no sense: $input', async ({ input }) => {
    const run = await shop().run(input);

    expect(run.end).toBe('RunFailed');
    expect(run.result).toMatchObject({
      error: 'InvalidConfigurationError',
      cause: expect.stringContaining(`got execution input ${JSON.stringify(input)}`),
    });
  });

  it.each(['AccessDenied', 'NoSuchHostedZone'])('why nobody may change the zone: %s', async (name) => {
    const { run } = await failing('ApplyBatch', fault(name, 'can only be managed through AWS Cloud Map'));

    expect(run.states).toContain('ZoneForbidden');
    expect(run.result).toEqual({
      status: 'FAILED',
      error: name,
      cause: expect.stringContaining('can only be managed through AWS Cloud Map'),
    });
  });

  it('why its outcome is not kept, whatever else has happened', async () => {
    const { run } = await failing('PublishOutcome', fault('PayloadError', 'an outcome of another shape'));

    expect(run.end).toBe('OutcomeUnpublished');
    const { error, cause } = run.result as { readonly error: string; readonly cause: string };
    expect(error).toBe('PayloadError');
    const [, why = ''] = /^what stands is not known: (.*)$/s.exec(cause) ?? [];
    expect(JSON.parse(why)).toMatchObject({
      Error: 'PayloadError',
      Cause: expect.stringContaining('an outcome of another shape'),
    });
  });
});

describe('an iteration hands on the name of what has ended it, and of whom', () => {
  it('of a cluster that could not be read', async () => {
    const { to } = await failing('CollectTasks', fault('ClusterFault', 'no'));

    expect(to('CompleteReading')?.observed).toEqual([
      expect.objectContaining({ names: 'shop', observation: 'unread', error: 'ClusterFault' }),
    ]);
  });

  it.each(['LoadBatch', 'CheckHealth', 'SaveVerdicts'] as const)(
    'of a batch of probes that %s failed',
    async (step) => {
      const { to } = await failing(step, fault('ProbeFault', 'no'));

      expect(to('CompleteReading')?.observed).toEqual([
        expect.objectContaining({ observation: 'read', verdicts: [{ unprobed: 'ProbeFault' }] }),
      ]);
    },
  );

  it('of a batch of changes', async () => {
    const { to } = await failing('ApplyBatch', fault('BatchFault', 'no'));

    expect(to('VerifyChanges')?.applied).toEqual([{ index: 0, unknown: 'BatchFault' }]);
  });
});
