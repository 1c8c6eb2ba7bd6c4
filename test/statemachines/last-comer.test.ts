import { describe, expect, it } from 'vitest';
import { define, host, isWanted } from '../support/fleet.ts';
import { OWNER, type StepName, type StillWorld, world, ZONE, ZONE_ID } from '../support/world.ts';

const CALC = '_calc._tcp';
const SCHEDULE = { trigger: 'schedule' };
const MINUTE = 60_000;
const value = (address: string, port: number) => `1 1 ${port} ip-${address.replaceAll('.', '-')}.${OWNER}.${ZONE}`;

/** Ways in which the next task gets the very endpoint of the one before it. */
const WAYS = [
  { way: 'awsvpc', port: 80 },
  { way: 'Fargate', port: 80 },
  { way: 'host', port: 80 },
  { way: 'bridge', port: 32_768 },
  { way: 'a new host with the same address', port: 32_768 },
  { way: 'awsvpc in another cluster', port: 80 },
] as const;
type Way = (typeof WAYS)[number]['way'];

interface Meanwhile {
  readonly step: StepName;
  readonly of: 'full' | 'event';
  readonly act: () => Promise<unknown>;
}

/** A fleet whose task at 10.0.9.1 was published; `next` puts another one to its endpoint. */
async function shop(way: Way) {
  const pending: Meanwhile[] = [];
  const around = world({
    beforeStep: async (step, payload) => {
      const { run, execution = '' } = payload as { run?: { kind: string }; execution?: string };
      const kind = run?.kind ?? (execution.startsWith('events-') ? 'event' : 'full');
      const at = pending.findIndex((one) => one.step === step && one.of === kind);
      if (at >= 0) await pending.splice(at, 1)[0]?.act();
    },
  });
  const { admin } = around.aws.ecs;
  for (const cluster of ['shop', 'other']) admin.createCluster(cluster);
  const own = way.startsWith('awsvpc') || way === 'Fargate';
  const networkMode = own ? 'awsvpc' : way === 'host' ? 'host' : 'bridge';
  const taskDefinition = define(around, 'calc', { names: { 80: CALC }, networkMode });
  let interfaces = 0;
  const put = (address: string, home: string, cluster = 'shop') => {
    interfaces += 1;
    const id = `eni-${String(interfaces).padStart(17, '0')}`;
    if (own) around.aws.ec2.admin.putNetworkInterface(id, { privateIpAddresses: [address], vpcId: 'vpc-1' });
    const task = admin.putTask({
      cluster,
      taskDefinition,
      ...(own && { address, elasticInterface: { networkInterfaceId: id } }),
      ...(way !== 'Fargate' && cluster === 'shop' && { containerInstance: home }),
      ...(networkMode === 'bridge' && { hostPorts: { 80: 32_768 } }),
    });
    return { task, leave: () => own && around.aws.ec2.admin.removeNetworkInterface(id) };
  };
  const home = host(around, 'shop', '10.0.9.1');
  put('10.0.9.7', host(around, 'shop', '10.0.9.7'));
  const first = put('10.0.9.1', home);
  await around.run(SCHEDULE);
  await around.clock.advance(MINUTE);
  const sent: Promise<unknown>[] = [];
  let lossy = false;
  admin.onTaskChange((event) => {
    if (!lossy && isWanted(event.detail)) sent.push(around.step('StartRun', event));
  });
  /** Does something of which no wake-up comes. */
  const unheard = <T>(act: () => T): T => {
    lossy = true;
    const done = act();
    lossy = false;
    return done;
  };
  const end = () => {
    admin.updateTask(first.task, { lastStatus: 'STOPPED' });
    first.leave();
  };
  return {
    around,
    unheard,
    end,
    next() {
      const replaced = way === 'a new host with the same address';
      const at = replaced ? host(around, 'shop', '10.0.9.1') : home;
      const { task, leave } = put('10.0.9.1', at, way.endsWith('another cluster') ? 'other' : 'shop');
      return {
        stop() {
          admin.updateTask(task, { lastStatus: 'STOPPED' });
          leave();
        },
      };
    },
    /** Does something once, before a step of the next full or event run. */
    before: (step: StepName, of: 'full' | 'event', act: () => Promise<unknown>) => void pending.push({ step, of, act }),
    /** The event runs that were asked for, from beginning to end, in the midst of whatever runs. */
    eventRuns: async () => {
      await Promise.all(sent);
      const ends = [];
      for (let next = around.started.shift(); next; next = around.started.shift()) {
        ends.push(await around.start(next.input, next.name));
      }
      return ends;
    },
    calc: () => around.values(CALC),
  };
}

const messages = ({ aws }: StillWorld) => aws.sqs.admin.peek('ecs-events').length;
const both = (port: number) => [value('10.0.9.1', port), value('10.0.9.7', port)];

describe('the next task at an endpoint is in the zone at rest, whichever run comes last', () => {
  const MOMENTS = ['ListClusters', 'CompleteReading', 'PlanChanges', 'ApplyBatch', 'VerifyChanges'] as const;

  it.each(WAYS.flatMap((one) => MOMENTS.map((moment) => ({ ...one, moment }))))(
    'a full run removes the old value, the event run of the next task ends before its $moment ($way)',
    async ({ way, port, moment }) => {
      const { around, ...fleet } = await shop(way);
      fleet.unheard(fleet.end);
      let ends: string[] = [];
      fleet.before(moment, 'full', async () => {
        fleet.next();
        ends = (await fleet.eventRuns()).map(({ end }) => end);
      });

      const full = await around.run(SCHEDULE);

      expect([...ends, full.end]).toEqual(['ZoneInSync', 'ZoneInSync']);
      expect(fleet.calc()).toEqual(both(port));
      expect(messages(around)).toBe(0);
    },
  );

  it.each(WAYS.flatMap((one) => MOMENTS.map((moment) => ({ ...one, moment }))))(
    'an event run takes the old value over, a full run that removes it ends before its $moment ($way)',
    async ({ way, port, moment }) => {
      const { around, ...fleet } = await shop(way);
      fleet.unheard(fleet.end);
      // The full run has read ECS when the next task comes: it stands still there until the event run lets it go.
      let full: ReturnType<typeof around.start> | undefined;
      const gate = Promise.withResolvers<void>();
      const read = Promise.withResolvers<void>();
      fleet.before('PlanChanges', 'full', () => {
        read.resolve();
        return gate.promise;
      });
      fleet.before(moment, 'event', async () => {
        gate.resolve();
        await full;
      });
      full = around.start(SCHEDULE);

      const ends = await around.clock.run(
        (async () => {
          await read.promise;
          fleet.next();
          const runs = await fleet.eventRuns();
          gate.resolve();
          return [...runs, ...(full ? [await full] : [])].map(({ end }) => end);
        })(),
      );

      expect(ends).toEqual(['ZoneInSync', 'ZoneInSync']);
      expect(fleet.calc()).toEqual(both(port));
      expect(messages(around)).toBe(0);
    },
  );

  it.each(WAYS)('two full runs overlap: one has not seen the next task yet ($way)', async ({ way, port }) => {
    for (const moment of MOMENTS) {
      const { around, ...fleet } = await shop(way);
      fleet.unheard(fleet.end);
      let other = '';
      fleet.before(moment, 'full', async () => {
        fleet.unheard(fleet.next);
        other = (await around.start(SCHEDULE, `second-${moment}`)).end;
      });

      const full = await around.run(SCHEDULE, `first-${moment}`);

      expect([other, full.end, fleet.calc()]).toEqual(['ZoneInSync', 'ZoneInSync', both(port)]);
    }
  });
});

it.each(WAYS)(
  'what nobody takes over leaves by the event of the task that was there last ($way)',
  async ({ way, port }) => {
    const { around, ...fleet } = await shop(way);
    fleet.unheard(fleet.end);
    const next = fleet.next();
    next.stop(); // before its start has been acted on: the value still stands for the one before it

    await around.clock.run(fleet.eventRuns());

    expect(fleet.calc()).toEqual([value('10.0.9.7', port)]);
  },
);

it.each(WAYS)('a value stays for the next task when the events of both come at once ($way)', async ({ way, port }) => {
  const { around, ...fleet } = await shop(way);
  const changes: string[] = [];
  around.aws.route53.onChange(({ changes: all }) => changes.push(...all.map(({ before }) => before?.Name ?? '')));
  fleet.end();
  fleet.next();

  const runs = await around.clock.run(fleet.eventRuns());

  expect(new Set(runs.map(({ end }) => end))).toEqual(new Set(['ZoneInSync']));
  expect(fleet.calc()).toEqual(both(port));
  expect(changes).toEqual([]);
});

it('goes on when the inventory is lost: every value is verified once, and a further run has nothing to do', async () => {
  const { around, ...fleet } = await shop('awsvpc');
  for (const key of [...around.bucket.keys()].filter((one) => one.startsWith('inventory/'))) around.bucket.delete(key);

  const first = await around.run(SCHEDULE);
  const second = await around.run(SCHEDULE);

  expect([first.end, second.end]).toEqual(['ZoneInSync', 'ZoneInSync']);
  expect(first.states).toContain('VerifyChanges');
  expect(second.states).not.toContain('VerifyChanges');
  expect(fleet.calc()).toEqual(both(80));
});

it('sees that a value which it took over has been deleted by a hand meanwhile', async () => {
  const { around, ...fleet } = await shop('awsvpc');
  fleet.unheard(() => [fleet.end(), fleet.next()]);
  fleet.before('VerifyChanges', 'full', async () => {
    const set = around.aws.route53
      .recordSets(ZONE_ID)
      .find(({ Name, Type }) => Name === `${CALC}.${ZONE}` && Type === 'SRV');
    const input = { HostedZoneId: ZONE_ID, ChangeBatch: { Changes: [{ Action: 'DELETE', ResourceRecordSet: set }] } };
    await around.aws.route53.operations.ChangeResourceRecordSets?.(input as never, {
      region: 'us-east-1',
      accountId: '1',
      requestId: 'r',
    });
  });

  const full = await around.run(SCHEDULE);

  expect(full.end).toBe('ZoneInSync');
  expect(fleet.calc()).toContain(value('10.0.9.1', 80));
});
