import { describe, expect, it } from 'vitest';
import { connectEvents, define, host, runStarted } from '../support/fleet.ts';
import { edit } from '../support/shop.ts';
import { OWNER, type StepName, type StillWorld, world, ZONE, ZONE_ID } from '../support/world.ts';

const CALC = '_calc._tcp';
const SCHEDULE = { trigger: 'schedule' };
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const target = (address: string) => `ip-${address.replaceAll('.', '-')}.${OWNER}.${ZONE}`;
const value = (address: string, port: number) => `1 1 ${port} ${target(address)}`;

/** TTL of the address record set of an address, in seconds; undefined where there is none. */
const ttlOf = ({ aws }: StillWorld, address: string) =>
  aws.route53.recordSets(ZONE_ID).find(({ Name, Type }) => Type === 'A' && Name === target(address))?.TTL;

/** Every network mode, each with an instance that can come back to the very endpoint of one before. */
const MODES = [
  { mode: 'awsvpc', port: 80 },
  { mode: 'Fargate', port: 80 },
  { mode: 'bridge', port: 32_768 },
  { mode: 'host', port: 80 },
] as const;
type Mode = (typeof MODES)[number]['mode'];

/** One cluster with a task that stays; `place` puts a task of calc to an address, which its host has where it needs one. */
function shop(mode: Mode) {
  const meanwhile: { at?: StepName; act?: () => Promise<void> } = {};
  const around = world({
    // What another run does in between belongs to no step of this one.
    beforeStep: async (step, payload) => {
      const full = (payload as { run?: { kind?: string } }).run?.kind === 'full';
      if (step !== meanwhile.at || !full) return;
      const { act } = meanwhile;
      delete meanwhile.at;
      await act?.();
    },
  });
  const { admin } = around.aws.ecs;
  admin.createCluster('shop');
  const own = mode === 'awsvpc' || mode === 'Fargate';
  const networkMode = own ? 'awsvpc' : mode;
  const taskDefinition = define(around, 'calc', { names: { 80: CALC }, networkMode });
  const homes = new Map<string, string>();
  const homeOf = (address: string) => {
    const home = homes.get(address) ?? host(around, 'shop', address);
    homes.set(address, home);
    return home;
  };
  const place = (address: string) => {
    if (own) {
      const home = mode === 'awsvpc' ? { containerInstance: homeOf('10.0.0.99') } : {};
      return admin.putTask({ cluster: 'shop', taskDefinition, address, ...home });
    }
    return admin.putTask({
      cluster: 'shop',
      taskDefinition,
      containerInstance: homeOf(address),
      ...(mode === 'bridge' && { hostPorts: { 80: 32_768 } }),
    });
  };
  place('10.0.9.7');
  return {
    ...around,
    place,
    end: (task: string) => admin.updateTask(task, { lastStatus: 'STOPPED' }),
    later: (ms: number) => around.clock.advance(ms),
    /** What happens once, before a step of the next full run. */
    before: (step: StepName, act: () => Promise<void>) => Object.assign(meanwhile, { at: step, act }),
    /** An event run from beginning to end, in the midst of another run: both have one clock. */
    async eventRun() {
      const ends = [];
      for (let next = around.started.shift(); next; next = around.started.shift()) {
        ends.push((await around.start(next.input, next.name)).end);
      }
      return ends;
    },
  };
}
type Shop = ReturnType<typeof shop>;

/** A task comes to 10.0.9.1 and goes, and the full run after that which removed its value has marked the address. */
async function marked(mode: Mode): Promise<Shop> {
  const around = shop(mode);
  const task = around.place('10.0.9.1');
  await around.run(SCHEDULE);
  around.end(task);
  for (let run = 1; run <= 2; run += 1) {
    await around.later(5 * MINUTE);
    await around.run(SCHEDULE);
  }
  return around;
}

describe('an address that nothing needs any more', () => {
  it.each(MODES)('is marked, and deleted an hour later ($mode)', async ({ mode }) => {
    const around = await marked(mode);

    const seen = [ttlOf(around, '10.0.9.1')];
    for (const wait of [5 * MINUTE, 54 * MINUTE, MINUTE]) {
      await around.later(wait);
      await around.run(SCHEDULE);
      seen.push(ttlOf(around, '10.0.9.1'));
    }

    expect(seen).toEqual([60, 60, 60, undefined]);
    expect(ttlOf(around, '10.0.9.7')).toBe(3_600);
  });

  it('begins its hour anew when nobody knows any more when it was marked', async () => {
    const around = await marked('awsvpc');
    around.bucket.delete('inventory/idle-addresses.json');

    const seen = [];
    for (const wait of [2 * HOUR, 59 * MINUTE, MINUTE]) {
      await around.later(wait);
      await around.run(SCHEDULE);
      seen.push(ttlOf(around, '10.0.9.1'));
    }

    expect(seen).toEqual([60, 60, undefined]);
  });

  it('is marked anew where a run restored it meanwhile, and then has its hour again', async () => {
    const around = await marked('awsvpc');
    const events = connectEvents(around);
    const task = around.place('10.0.9.1');
    await events.settled();
    await runStarted(around);
    const restored = ttlOf(around, '10.0.9.1');
    around.end(task);
    await events.settled();
    await runStarted(around);
    await around.later(30 * MINUTE);
    await around.run(SCHEDULE);

    await around.later(31 * MINUTE); // an hour since the first mark, and half of one since the second
    await around.run(SCHEDULE);

    expect([restored, ttlOf(around, '10.0.9.1')]).toEqual([3_600, 60]);
  });

  it.each([
    { row: 'a full run', input: SCHEDULE },
    { row: 'a run that read only some clusters', input: { clusters: ['shop'] } },
  ])('is no matter of $row while a cluster could not be read', async ({ input }) => {
    const around = await marked('awsvpc');
    around.aws.ecs.admin.createCluster('other');
    await around.later(2 * HOUR);
    const broken = world({
      beside: around,
      bucket: around.bucket,
      environment: {},
      ...(!('clusters' in input) && {
        beforeStep: (step: StepName, payload: unknown) => {
          if (step === 'CollectTasks' && JSON.stringify(payload).includes('cluster/other'))
            throw new Error('no answer');
        },
      }),
    });

    await broken.run(input);

    expect(ttlOf(around, '10.0.9.1')).toBe(60);
  });
});

describe('an event run that publishes at an address while a full run is about to', () => {
  it.each(
    MODES.flatMap((one) => (['SnapshotZone', 'PlanChanges', 'ApplyBatch'] as const).map((at) => ({ ...one, at }))),
  )('delete it makes the full run miss ($mode, before its $at)', async ({ mode, port, at }) => {
    const around = await marked(mode);
    const events = connectEvents(around);
    let ends: readonly string[] = [];
    await around.later(HOUR);
    around.before(at, async () => {
      around.place('10.0.9.1');
      await events.settled();
      ends = await around.eventRun();
    });

    const full = await around.run(SCHEDULE);

    expect([full.end, ...ends]).toEqual(['ZoneInSync', 'ZoneInSync']);
    expect(around.values(CALC)).toContain(value('10.0.9.1', port));
    expect(ttlOf(around, '10.0.9.1')).toBe(3_600);
  });

  it.each(
    MODES.flatMap((one) => (['SnapshotZone', 'PlanChanges', 'ApplyBatch'] as const).map((at) => ({ ...one, at }))),
  )(
    'mark it finds its address there, and the next full run restores it ($mode, before its $at)',
    async ({ mode, port, at }) => {
      const around = shop(mode);
      const task = around.place('10.0.9.1');
      await around.run(SCHEDULE);
      around.end(task);
      await around.later(5 * MINUTE);
      await around.run(SCHEDULE);
      const events = connectEvents(around);
      await around.later(5 * MINUTE);
      around.before(at, async () => {
        around.place('10.0.9.1');
        await events.settled();
        await around.eventRun();
      });

      await around.run(SCHEDULE);
      const meanwhile = ttlOf(around, '10.0.9.1');
      await around.later(5 * MINUTE);
      await around.run(SCHEDULE);

      expect(around.values(CALC)).toContain(value('10.0.9.1', port));
      expect([60, 3_600]).toContain(meanwhile);
      expect(ttlOf(around, '10.0.9.1')).toBe(3_600);
    },
  );
});

it('looks at the addresses of what it has published, and restores what was marked in between', async () => {
  const around = shop('awsvpc');
  const task = around.place('10.0.9.1');
  await around.run(SCHEDULE);
  around.end(task);
  await around.later(5 * MINUTE);
  await around.run(SCHEDULE);
  around.place('10.0.9.1');
  const set = around.aws.route53.recordSets(ZONE_ID).find(({ Name }) => Name === target('10.0.9.1'));
  around.before('ApplyBatch', () =>
    // Another full run, which has seen nobody at the address yet.
    edit(around, [
      { Action: 'DELETE', ResourceRecordSet: set },
      { Action: 'CREATE', ResourceRecordSet: { ...set, TTL: 60 } },
    ]),
  );

  const run = await around.run(SCHEDULE);

  expect(run.end).toBe('ZoneInSync');
  expect(around.values(CALC)).toContain(value('10.0.9.1', 80));
  expect(ttlOf(around, '10.0.9.1')).toBe(3_600);
});

it('restores a marked address that a value of others names', async () => {
  const around = await marked('awsvpc');
  const ResourceRecords = [{ Value: `5 5 80 ${target('10.0.9.1')}` }];
  await edit(around, [
    {
      Action: 'CREATE',
      ResourceRecordSet: {
        Name: `other.${ZONE}`,
        Type: 'SRV',
        TTL: 9,
        SetIdentifier: 'x',
        Weight: 1,
        ResourceRecords: [...ResourceRecords, { Value: '5 5 80 elsewhere.example.' }],
      },
    },
  ]);
  await around.later(2 * HOUR);

  await around.run(SCHEDULE);

  expect(ttlOf(around, '10.0.9.1')).toBe(3_600);
});

describe('something of others at a target of ours', () => {
  it.each([
    { row: 'a CNAME', set: { Type: 'CNAME', TTL: 60, ResourceRecords: [{ Value: 'lb.example.com' }] } },
    { row: 'another address', set: { Type: 'A', TTL: 60, ResourceRecords: [{ Value: '10.7.7.7' }] } },
    {
      row: 'two addresses',
      set: { Type: 'A', TTL: 60, ResourceRecords: [{ Value: '10.0.9.1' }, { Value: '10.7.7.7' }] },
    },
    {
      row: 'a weighted set',
      set: { Type: 'A', TTL: 60, SetIdentifier: 'a', Weight: 1, ResourceRecords: [{ Value: '10.0.9.1' }] },
    },
  ])('keeps out the instances there, and nothing else: $row', async ({ set }) => {
    const around = shop('awsvpc');
    await around.run(SCHEDULE);
    const ResourceRecordSet = { Name: target('10.0.9.1'), ...set };
    await edit(around, [{ Action: 'CREATE', ResourceRecordSet }]);
    const events = connectEvents(around);
    around.place('10.0.9.1');
    around.place('10.0.9.2');
    await events.settled();

    for (const run of [...(await runStarted(around)), await around.run(SCHEDULE)]) {
      expect(run.end).toBe('ZoneInSync');
      const left = run.outcome?.dispositions.filter(({ outcome }) => outcome === 'left-out');
      expect(left?.map(({ reason, target: at }) => `${reason} ${at}`)).toEqual([`quarantined ${target('10.0.9.1')}`]);
      expect(run.outcome?.findings.join()).toContain(`in the way: ${target('10.0.9.1')} a`);
    }
    expect(around.values(CALC)).toEqual([value('10.0.9.2', 80), value('10.0.9.7', 80)]);
    const standing = around.aws.route53.recordSets(ZONE_ID).filter(({ Name }) => Name === target('10.0.9.1'));
    expect(standing).toEqual([expect.objectContaining(set)]);
  });
});
