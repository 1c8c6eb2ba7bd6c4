import { describe, expect, it } from 'vitest';
import { host } from '../support/fleet.ts';
import { announced, CALC, edit, meanwhile, shop, srv, target, told, value } from '../support/shop.ts';
import type { StepName } from '../support/world.ts';

const OTHER = '10.0.1.24';

describe('an answer that was lost: the outcome tells what stands', () => {
  type Lose = (step: StepName, run: () => Promise<unknown>) => Promise<unknown>;
  const timedOut = () => Object.assign(new Error('Task timed out after 55.00 seconds'), { name: 'Sandbox.Timedout' });
  const died = () => Object.assign(new Error('Runtime exited'), { name: 'Lambda.Unknown' });
  /** The first so many runs of ApplyBatch take effect and say nothing. */
  const lost = (times: number, fault: () => Error): Lose => {
    let left = times;
    return async (step, run) => {
      const result = await run();
      if (step !== 'ApplyBatch' || left === 0) return result;
      left -= 1;
      throw fault();
    };
  };

  async function aDay(options: Parameters<typeof shop>[0], armed: { now: boolean }) {
    const around = shop(options);
    const next = host(around, 'shop', OTHER);
    const old = around.task(32_768);
    await around.run({});
    const before = around.announced.length;
    around.aws.ecs.admin.updateTask(old, { lastStatus: 'STOPPED', desiredStatus: 'STOPPED' });
    around.task(32_769, { home: next });
    armed.now = true;
    const run = await around.run({});
    armed.now = false;
    return { around, run, events: announced(around).slice(0), before };
  }

  const RIGHT = ['published healthy (new) 32769', 'removed task-stopped 32768'];

  it.each([
    { row: 'once, in time', lose: lost(1, timedOut), unknown: false },
    { row: 'once, the function died', lose: lost(1, died), unknown: false },
    { row: 'three times', lose: lost(3, died), unknown: false },
    { row: 'in every attempt', lose: lost(5, died), unknown: true },
    { row: 'by an error that is not retried', lose: lost(1, () => new Error('socket hang up')), unknown: true },
  ])('$row', async ({ lose, unknown }) => {
    const armed = { now: false };
    const { run, around } = await aDay({ aroundStep: (step, work) => (armed.now ? lose(step, work) : work()) }, armed);

    expect(run.end).toBe('ZoneInSync');
    expect(run.states.includes('BatchUnknown')).toBe(unknown);
    expect(around.values(CALC)).toEqual([value(OTHER, 32_769)]);
    expect(told(run)).toEqual(RIGHT);
    expect(announced(around)).toEqual([
      'Instance Published 32768',
      'Instance Published 32769',
      'Instance Removed 32768',
    ]);
  });

  it.each(['InternalError', 'AccessDenied'])('its result could not be kept: %s', async (name) => {
    const armed = { now: false };
    let met = 0;
    const { run } = await aDay(
      {
        around: async ({ service, operation, input }, perform) => {
          const { Key = '' } = input as { Key?: string };
          if (!armed.now || service !== 's3' || operation !== 'PutObject' || !Key.endsWith('applied-0.json') || met > 0)
            return perform();
          met += 1;
          throw Object.assign(new Error('we are sorry'), {
            name,
            $metadata: { httpStatusCode: name === 'InternalError' ? 500 : 403 },
          });
        },
      },
      armed,
    );

    expect(met).toBe(1);
    expect(told(run)).toEqual(name === 'AccessDenied' ? expect.anything() : RIGHT);
  });

  it.each([
    { row: 'the connection broke once', fault: { code: 'ECONNRESET' }, times: 1 },
    { row: 'the connection broke in every attempt', fault: { code: 'ECONNRESET' }, times: 99 },
    { row: 'the answer could not be read', fault: { name: 'SyntaxError' }, times: 1 },
  ])('Route 53 has applied it, and $row', async ({ fault, times }) => {
    const armed = { now: false };
    let left = times;
    const { run, around } = await aDay(
      {
        after: async ({ operation }) => {
          if (!armed.now || operation !== 'ChangeResourceRecordSets' || left === 0) return;
          left -= 1;
          throw Object.assign(new Error('socket hang up'), fault);
        },
      },
      armed,
    );

    expect(run.end).toBe('ZoneInSync');
    expect(told(run)).toEqual(RIGHT);
    expect(announced(around)).toEqual([
      'Instance Published 32768',
      'Instance Published 32769',
      'Instance Removed 32768',
    ]);
  });

  it.each(['weighted', 'multivalue'])('and each value has a set of its own: %s', async (routing) => {
    const armed = { now: false };
    let left = 1;
    const { run } = await aDay(
      {
        environment: { ROUTING: routing },
        after: async ({ operation }) => {
          if (!armed.now || operation !== 'ChangeResourceRecordSets' || left === 0) return;
          left -= 1;
          throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
        },
      },
      armed,
    );

    expect(told(run)).toEqual(RIGHT);
  });

  it('what another run has done meanwhile is not announced a second time', async () => {
    const { around, somebody } = meanwhile((shop) =>
      edit(shop, [
        {
          Action: 'CREATE',
          ResourceRecordSet: {
            Name: target('10.0.1.23'),
            Type: 'A',
            TTL: 3_600,
            ResourceRecords: [{ Value: '10.0.1.23' }],
          },
        },
        { Action: 'CREATE', ResourceRecordSet: srv(CALC, [value('10.0.1.23', 32_768)], 5) },
      ]),
    );
    around.task(32_768);

    somebody.comes = true;
    const run = await around.run({});

    expect(run.end).toBe('ZoneInSync');
    expect(told(run)).toEqual(['published healthy 32768']);
    expect(announced(around)).toEqual([]);
  });

  it('had not taken effect: nothing is told of what the first try only planned', async () => {
    const armed = { now: false };
    let failing = 1;
    const { run } = await aDay(
      {
        aroundStep: async (step, work) => {
          if (step !== 'ApplyBatch' || !armed.now || failing === 0) return work();
          failing -= 1;
          throw new Error('socket hang up');
        },
      },
      armed,
    );

    expect(run.states).toContain('BatchUnknown');
    expect(told(run)).toEqual(RIGHT);
  });

  it('and nobody could look again: it is said that nobody knows', async () => {
    const armed = { now: false };
    const { run } = await aDay(
      {
        beforeStep: (step) => {
          if (armed.now && step === 'VerifyChanges') throw new Error('out of order');
        },
        after: async ({ operation }) => {
          if (armed.now && operation === 'ChangeResourceRecordSets') throw new Error('socket hang up');
        },
      },
      armed,
    );

    expect(run.end).toBe('RunFailed');
    expect(told(run)).toEqual(['left-out conflict 32769', 'published held-contended 32768']);
    for (const { detail } of run.outcome?.dispositions ?? []) expect(detail).toContain('not known');
  });
});
