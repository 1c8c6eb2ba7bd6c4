import { describe, expect, it } from 'vitest';
import { connectEvents, define, host } from '../support/fleet.ts';
import { CALC, edit, type Shop, shop, srv, target, value } from '../support/shop.ts';
import { type Execution, type StepName, type StillWorld, ZONE, ZONE_ID } from '../support/world.ts';

const NAME = `${CALC}.${ZONE}`;
const OTHER = '10.0.1.24';

const told = ({ outcome }: Execution) =>
  (outcome?.dispositions ?? [])
    .map((one) => `${one.outcome} ${one.reason}${one.outcome === 'published' && one.isNew ? ' (new)' : ''} ${one.port}`)
    .sort();
const announced = ({ announced: events }: StillWorld) =>
  events.map(({ detailType, detail }) => `${detailType} ${(detail as { port: number }).port}`).sort();
const sets = ({ aws }: StillWorld, name: string) =>
  aws.route53.recordSets(ZONE_ID).filter(({ Name }) => Name === `${name}.${ZONE}`);

/** Once, between the reading of the zone and the change, somebody else changes it. */
function meanwhile(change: (around: Shop) => Promise<void>, environment: Readonly<Record<string, string>> = {}) {
  const somebody = { comes: false };
  const around: Shop = shop({
    environment,
    beforeStep: async (step) => {
      if (step !== 'CollectTasks' || !somebody.comes) return;
      somebody.comes = false;
      await change(around);
    },
  });
  return { around, somebody };
}

/** The run that the trigger starts for what happens. */
async function eventRun(around: Shop, happens: () => void): Promise<Execution> {
  const events = connectEvents(around);
  happens();
  await events.settled();
  events.off();
  const first = around.started.shift();
  return around.run(first?.input, first?.name);
}

/** Everything at a name as it stands, replaced by the same with other attributes. */
const rewritten = async (around: Shop, name: string, about: object) => {
  const standing = sets(around, name).filter(({ Type }) => Type === 'SRV');
  await edit(around, [
    ...standing.map((ResourceRecordSet) => ({ Action: 'DELETE', ResourceRecordSet })),
    ...standing.map((set) => ({ Action: 'CREATE', ResourceRecordSet: { ...set, ...about } })),
  ]);
};
const made = (around: Shop, ResourceRecordSet: object) => edit(around, [{ Action: 'CREATE', ResourceRecordSet }]);

describe('what only a change of the zone explains is read and planned again, in the same run', () => {
  it.each<{ row: string; routing: string; change: (around: Shop) => Promise<void> }>([
    { row: 'another TTL', routing: 'weighted', change: (around) => rewritten(around, CALC, { TTL: 30 }) },
    { row: 'another TTL', routing: 'simple', change: (around) => rewritten(around, CALC, { TTL: 30 }) },
    {
      row: 'another value',
      routing: 'simple',
      change: (around) =>
        rewritten(around, CALC, {
          ResourceRecords: [{ Value: value('10.0.1.23', 32_768) }, { Value: '5 5 5 theirs.example.' }],
        }),
    },
    {
      row: 'a set of theirs',
      routing: 'weighted',
      change: (around) =>
        made(around, { ...srv(CALC, ['5 5 5 theirs.example.'], 5), SetIdentifier: 'theirs', Weight: 9 }),
    },
    {
      row: 'the very address set',
      routing: 'simple',
      change: (around) =>
        made(around, {
          Name: target(OTHER),
          Type: 'A',
          TTL: 3_600,
          ResourceRecords: [{ Value: OTHER }],
        }),
    },
    {
      row: 'the address set with another TTL',
      routing: 'multivalue',
      change: (around) => made(around, { Name: target(OTHER), Type: 'A', TTL: 9, ResourceRecords: [{ Value: OTHER }] }),
    },
  ])('$row ($routing)', async ({ routing, change }) => {
    const { around, somebody } = meanwhile(change, { ROUTING: routing });
    const next = host(around, 'shop', OTHER);
    around.task(32_768);
    await around.run({});

    somebody.comes = true;
    const run = await eventRun(around, () => around.task(32_768, { home: next }));

    expect(somebody.comes).toBe(false);
    expect(run.end).toBe('ZoneInSync');
    expect(run.outcome?.refused).toEqual([]);
    expect(run.outcome?.quarantined).toEqual([]);
    expect(around.values(CALC)).toContain(value(OTHER, 32_768));
    expect(told(run).filter((one) => one.endsWith('(new) 32768'))).toHaveLength(1);
    expect(around.aws.sqs.admin.peek('ecs-events')).toEqual([]);
  });

  it.each([
    { row: 'a CNAME', set: { Name: NAME, Type: 'CNAME', TTL: 60, ResourceRecords: [{ Value: 'x.example.' }] } },
    { row: 'a simple set', set: srv(CALC, ['5 5 5 theirs.example.']) },
    { row: 'a latency set', set: { ...srv(CALC, ['5 5 5 theirs.example.']), SetIdentifier: 'x', Region: 'eu-west-1' } },
  ])('$row of theirs at a new name is a conflict by then, not a refusal', async ({ set }) => {
    const { around, somebody } = meanwhile((shop) => made(shop, set), { ROUTING: 'weighted' });

    somebody.comes = true;
    const run = await eventRun(around, () => around.task(32_768));

    expect(run.end).toBe('ZoneInSync');
    expect(told(run)).toEqual(['left-out conflict 32768']);
    expect(run.outcome?.quarantined).toEqual([]);
    expect(run.states.filter((state) => state === 'SnapshotZone')).toHaveLength(2);
  });

  it('something else at the target of a new value: the value is not published, the rest of its name is', async () => {
    const set = { Name: target(OTHER), Type: 'CNAME', TTL: 60, ResourceRecords: [{ Value: 'lb.example.com' }] };
    const { around, somebody } = meanwhile((shop) => made(shop, set));
    const next = host(around, 'shop', OTHER);

    somebody.comes = true;
    around.task(32_768);
    around.task(32_769, { home: next });
    const run = await around.run({ trigger: 'schedule' });

    expect(run.end).toBe('ZoneInSync');
    expect(around.values(CALC)).toEqual([value('10.0.1.23', 32_768)]);
    expect(told(run)).toEqual(
      ['published healthy (new) 32768', expect.stringMatching(/^left-out (quarantined|conflict) 32769$/)].toSorted(),
    );
  });
});

describe('what another reading does not show is refused when it is met again', () => {
  it.each([
    'RRSet of type SRV with DNS name _calc._tcp.shop.internal. is not permitted as it conflicts with other records with the same DNS name in zone shop.internal.',
    'RRSet of type SRV with DNS name _calc._tcp.shop.internal. is not permitted because a conflicting RRSet of type  CNAME with the same DNS name already exists in zone shop.internal.',
    'RRSet with DNS name _calc._tcp.shop.internal., type SRV cannot be created as other RRSets exist with the same name and type.',
    'RRSet with DNS name _calc._tcp.shop.internal. and type SRV, SetIdentifier x cannot be created as weighted sets must contain the same TTL.',
  ])('%s', async (complaint) => {
    let met = 0;
    const around: Shop = shop({
      before: async ({ operation, input }) => {
        if (operation !== 'ChangeResourceRecordSets' || !JSON.stringify(input).includes(`"${NAME}"`)) return;
        met += 1;
        throw Object.assign(new Error(`[${complaint}]`), { name: 'InvalidChangeBatch' });
      },
    });
    around.task(32_768);
    around.task(32_769, { definition: define(around, 'time', { names: { 8081: '_time._tcp' } }) });

    const run = await around.run({ trigger: 'schedule' });

    expect(run.end).toBe('ZoneInSync');
    expect(met).toBe(2);
    expect(told(run)).toEqual(['left-out quarantined 32768', 'published running (new) 32769']);
    expect(run.outcome?.quarantined).toMatchObject([{ name: NAME, reason: complaint }]);
  });

  it('of an address set: only the instances at that address are left out', async () => {
    const around: Shop = shop({
      before: async ({ operation, input }) => {
        const hit = JSON.stringify(input).includes(`"${target(OTHER)}","Type":"A"`);
        if (operation !== 'ChangeResourceRecordSets' || !hit) return;
        const text = `[RRSet of type A with DNS name ${target(OTHER)} is not permitted as it conflicts with other records with the same DNS name in zone ${ZONE}]`;
        throw Object.assign(new Error(text), { name: 'InvalidChangeBatch' });
      },
    });
    const next = host(around, 'shop', OTHER);
    around.task(32_768);
    around.task(32_769, { home: next });

    const run = await around.run({ trigger: 'schedule' });

    expect(run.end).toBe('ZoneInSync');
    expect(around.values(CALC)).toEqual([value('10.0.1.23', 32_768)]);
    expect(told(run)).toEqual(['left-out quarantined 32769', 'published healthy (new) 32768']);
  });

  it('but a set that exists and that no reading shows stays contended: the readings are wrong', async () => {
    const around: Shop = shop({
      before: async ({ operation, input }) => {
        if (operation !== 'ChangeResourceRecordSets' || !JSON.stringify(input).includes(`"${NAME}"`)) return;
        const text = `[Tried to create resource record set [name='${NAME}', type='SRV'] but it already exists]`;
        throw Object.assign(new Error(text), { name: 'InvalidChangeBatch' });
      },
    });
    around.task(32_768);
    around.task(32_769, { definition: define(around, 'time', { names: { 8081: '_time._tcp' } }) });

    const run = await around.run({ trigger: 'schedule' });

    expect(run.end).toBe('ZoneContended');
    expect(run.outcome?.quarantined).toEqual([]);
    expect(around.values('_time._tcp')).toHaveLength(1);
  });

  it('but what others keep changing stays contended: that the next reading shows', async () => {
    const around: Shop = shop({
      before: async ({ operation }) => {
        if (operation !== 'ChangeResourceRecordSets') return;
        const text = `[Tried to delete resource record set [name='${NAME}', type='SRV'] but the values provided do not match the current values]`;
        throw Object.assign(new Error(text), { name: 'InvalidChangeBatch' });
      },
    });
    around.task(32_768);

    const run = await around.run({});

    expect(run.end).toBe('ZoneContended');
    expect(run.outcome?.quarantined).toEqual([]);
  });
});

describe('what would be refused again is quarantined in the first round', () => {
  it('a protected name', async () => {
    const around = shop();
    const input = {
      HostedZoneId: ZONE_ID,
      Protections: [{ RecordName: NAME, RecordType: 'SRV', Comment: 'it already exists' }],
    };
    const context = { region: 'us-east-1', accountId: '1', requestId: 'r' };
    await around.aws.route53.operations.CreateResourceRecordSetProtections?.(input as never, context);
    around.task(32_768);

    const run = await around.run({});

    expect(told(run)).toEqual(['left-out quarantined 32768']);
    expect(run.states.filter((state) => state === 'SnapshotZone')).toHaveLength(1);
  });
});

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
