import { describe, expect, it } from 'vitest';
import { define } from '../support/fleet.ts';
import { CALC, eventRun, type Shop, shop, told, value } from '../support/shop.ts';
import { ZONE } from '../support/world.ts';

describe('what no retry mends', () => {
  const CLOUD_MAP = 'The resource hostedzone/Z0TEST can only be managed through AWS Cloud Map';
  /** One call of Route 53 fails for as long as it is broken. */
  function forbidden(operation: string, name: string) {
    const state = { broken: false };
    const around = shop({
      before: async (call) => {
        if (state.broken && call.operation === operation) throw Object.assign(new Error(CLOUD_MAP), { name });
      },
    });
    return { around, state };
  }

  const CALLS = ['ChangeResourceRecordSets', 'ListResourceRecordSets', 'GetHostedZone'];
  const NAMES = ['AccessDenied', 'NoSuchHostedZone', 'UnrecognizedClientException', 'ExpiredToken'];
  const CASES = CALLS.flatMap((operation) => NAMES.map((name) => ({ operation, name })));

  it.each(CASES)(
    '$name of $operation ends an event run at once, and the next full run takes its events',
    async ({ operation, name }) => {
      const { around, state } = forbidden(operation, name);

      state.broken = true;
      const run = await eventRun(around, () => around.task(32_768));
      const waiting = around.aws.sqs.admin.peek('ecs-events').length;
      const again = around.started.splice(0);
      state.broken = false;
      const full = await around.run({ trigger: 'schedule' });

      expect(run.end).toBe('RunFailed');
      expect(run.result).toMatchObject({
        error: name === 'NoSuchHostedZone' ? name : 'AccessDenied',
        cause: expect.stringContaining(CLOUD_MAP),
      });
      expect(run.states.filter((one) => one === 'SnapshotZone')).toHaveLength(1);
      expect(run.states).not.toContain('BatchUnknown');
      expect(told(run)).toEqual(operation === 'ChangeResourceRecordSets' ? ['left-out quarantined 32768'] : []);
      expect(around.announced.filter(({ detail }) => (detail as { execution: string }).execution === run.name)).toEqual(
        [],
      );
      expect({ waiting, again }).toEqual({ waiting: 1, again: [] });
      expect(full.end).toBe('ZoneInSync');
      expect(around.aws.sqs.admin.peek('ecs-events')).toEqual([]);
      expect(around.values(CALC)).toEqual([value('10.0.1.23', 32_768)]);
    },
  );

  it('keeps in the outcome what stands: nothing has left and nothing has come, and why', async () => {
    const { around, state } = forbidden('ChangeResourceRecordSets', 'AccessDenied');
    const old = around.task(32_768);
    around.task(32_769);
    await around.run({});
    around.aws.ecs.admin.stopTask(old);
    around.task(32_770);

    state.broken = true;
    const run = await around.run({});

    expect(told(run)).toEqual([
      'left-out quarantined 32770',
      'published healthy 32769',
      'published held-quarantined 32768',
    ]);
    expect(run.outcome?.dispositions.find(({ port }) => port === 32_770)?.detail).toContain(CLOUD_MAP);
    expect(run.outcome?.quarantined).toEqual([]);
  });

  it('tells apart what earlier batches have applied', async () => {
    const around: Shop = shop({
      before: async ({ operation, input }) => {
        if (operation !== 'ChangeResourceRecordSets' || !JSON.stringify(input).includes(`z-last.${ZONE}`)) return;
        throw Object.assign(new Error(CLOUD_MAP), { name: 'AccessDenied' });
      },
    });
    for (let part = 0; part < 9; part += 1) {
      const ports = Array.from({ length: 100 }, (_, index) => index + 1);
      const names = Object.fromEntries(ports.map((port) => [port, `n${part}-${port}`]));
      const definition = define(around, `many-${part}`, { names: part === 8 ? { ...names, 1: 'z-last' } : names });
      around.aws.ecs.admin.putTask({ cluster: 'shop', taskDefinition: definition, containerInstance: around.home });
    }

    const run = await around.run({});

    expect(run.end).toBe('RunFailed');
    const of = (outcome: string) => run.outcome?.dispositions.filter((one) => one.outcome === outcome).length ?? 0;
    expect(of('published') + of('left-out')).toBe(900);
    expect(Math.min(of('published'), of('left-out'))).toBeGreaterThan(50);
    for (const { name, outcome } of run.outcome?.dispositions ?? []) {
      expect(around.values(name.replace(`.${ZONE}`, '')).length > 0).toBe(outcome === 'published');
    }
  });
});
