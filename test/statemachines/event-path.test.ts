import { describe, expect, it } from 'vitest';
import type { InMemoryCall } from '../stand-ins/in-memory-client.ts';
import { connectEvents, define, host, runStarted } from '../support/fleet.ts';
import { OWNER, type StillWorld, type WorldOptions, world, ZONE } from '../support/world.ts';

const CALC = '_calc._tcp';
const QUEUE = 'ecs-events';
const QUEUE_ARN = `arn:aws:sqs:eu-west-1:111111111111:${QUEUE}`;
const HOUR = 3_600_000;
const SCHEDULE = { trigger: 'schedule' };
const at = (address: string, port: number) => `1 1 ${port} ip-${address.replaceAll('.', '-')}.${OWNER}.${ZONE}`;

interface Shop extends StillWorld {
  readonly homes: readonly string[];
  task(port: number, home?: number): string;
}

const FRAIL = 'i-000000000000abcde';

/** One cluster with hosts at 10.0.1.1 and, on the instance FRAIL, 10.0.1.2; a service in bridge mode without health check. */
function shop(options: Omit<WorldOptions, 'beside'> = {}): Shop {
  const around = world(options);
  const { ecs, ec2 } = around.aws;
  ecs.admin.createCluster('shop');
  ec2.admin.putInstance(FRAIL, { privateIpAddress: '10.0.1.2', vpcId: 'vpc-1' });
  const frail = ecs.admin.registerContainerInstance({ cluster: 'shop', ec2InstanceId: FRAIL });
  const homes = [host(around, 'shop', '10.0.1.1'), frail];
  const taskDefinition = define(around, 'calc', { names: { 80: CALC } });
  return {
    ...around,
    homes,
    task: (port, home = 0) =>
      ecs.admin.putTask({
        cluster: 'shop',
        taskDefinition,
        ...(homes[home] !== undefined && { containerInstance: homes[home] }),
        hostPorts: { 80: port },
      }),
  };
}

const states = ({ aws }: StillWorld) => aws.sqs.admin.peek(QUEUE).map(({ state }) => state);

describe('with the event path cut off entirely', () => {
  it('the schedule alone repairs everything: starts, stops, a port that was reused, a lost host', async () => {
    const around = shop();
    const { admin } = around.aws.ecs;
    const own = define(around, 'own', { names: { 81: '_own._tcp' }, networkMode: 'awsvpc' });
    around.task(1_001);
    const stops = around.task(1_002);
    around.task(1_003, 1);
    const fargate = admin.putTask({ cluster: 'shop', taskDefinition: own });
    const first = await around.run(SCHEDULE);
    const published = [around.values(CALC), around.values('_own._tcp')];
    admin.updateTask(stops, { lastStatus: 'STOPPED' });
    const reuses = around.task(1_002);
    admin.updateTask(reuses, { lastStatus: 'STOPPED' });
    around.task(1_002);
    around.task(1_004);
    admin.stopTask(fargate);
    around.aws.ec2.admin.terminate(FRAIL);

    const second = await around.run(SCHEDULE);
    const third = await around.run(SCHEDULE); // marks the addresses that nothing needs any more
    const fourth = await around.run(SCHEDULE);

    expect([first, second, third, fourth].map(({ end }) => end)).toEqual(Array(4).fill('ZoneInSync'));
    expect(published).toEqual([
      [at('10.0.1.1', 1_001), at('10.0.1.1', 1_002), at('10.0.1.2', 1_003)],
      [at('10.128.0.1', 81)],
    ]);
    expect(around.values(CALC)).toEqual([at('10.0.1.1', 1_001), at('10.0.1.1', 1_002), at('10.0.1.1', 1_004)]);
    expect(around.values('_own._tcp')).toEqual([]);
    expect(fourth.states).not.toContain('ApplyBatch');
  });
});

describe('with the queue poisoned', () => {
  const poison = [
    'no json',
    '{"cluster":"shop"}',
    '[]',
    'null',
    JSON.stringify({ cluster: 'arn:x', task: 'arn:y', awsvpc: 'yes', version: 1, names: ['a.'] }),
    JSON.stringify({ cluster: 'arn:x', task: 'arn:y', awsvpc: true, version: -1, names: [] }),
  ];

  it('malformed messages end in the dead-letter queue with a reason and nothing else suffers', async () => {
    const around = shop();
    const events = connectEvents(around);
    const bodies = Array.from({ length: 30 }, (_, index) => poison[index % poison.length] ?? '');
    for (const body of bodies) around.aws.sqs.admin.deliver(QUEUE_ARN, body);
    around.task(1_001);
    around.task(1_002, 1);
    await events.settled();

    const runs = await runStarted(around);

    expect(runs.map(({ end }) => end)).toEqual(['ZoneInSync']);
    expect(around.values(CALC)).toEqual([at('10.0.1.1', 1_001), at('10.0.1.2', 1_002)]);
    expect(states(around)).toEqual([]);
    const dead = around.aws.sqs.admin.peek(`${QUEUE}-dead`).map(({ body }) => JSON.parse(body));
    expect(dead.map(({ body }) => body).sort()).toEqual(bodies.toSorted());
    expect(dead.filter(({ reason }) => typeof reason !== 'string' || reason.length < 5)).toEqual([]);
  });

  it('a message that is well-formed and makes no sense changes nothing', async () => {
    const around = shop();
    const events = connectEvents(around);
    const nowhere = 'arn:aws:ecs:eu-west-1:111111111111:cluster/nowhere';
    const nonsense = {
      cluster: nowhere,
      task: `${nowhere.replace('cluster', 'task')}/1`,
      containerInstance: `${nowhere.replace('cluster', 'container-instance')}/1`,
      awsvpc: false,
      version: 7,
      names: ['_calc._tcp.elsewhere.', `_ghost._tcp.${ZONE}`],
    };
    around.aws.sqs.admin.deliver(QUEUE_ARN, JSON.stringify(nonsense));
    around.task(1_001);
    await events.settled();

    const runs = await runStarted(around);

    expect(runs.map(({ end }) => end)).toEqual(['ZoneInSync']);
    expect(around.values(CALC)).toEqual([at('10.0.1.1', 1_001)]);
    expect(states(around)).toEqual([]);
  });
});

describe('an execution that is killed', () => {
  it('leaves its messages in flight: full runs repair the zone, and drain them when they are visible again', async () => {
    const around = shop();
    const events = connectEvents(around);
    const stops = around.task(1_001);
    around.task(1_002);
    await events.settled();
    await runStarted(around);
    around.aws.ecs.admin.stopTask(stops);
    around.task(1_003);
    await events.settled();
    const [killed] = around.started.splice(0);
    // As far as it came: StopExecution runs no further state, PublishOutcome neither.
    await around.clock.advance(3_000);
    await around.clock.run(around.step('ReadTrigger', { execution: killed?.name, input: killed?.input }));
    const left = states(around);

    const repaired = await around.run(SCHEDULE);
    const values = around.values(CALC);
    const still = states(around);
    await around.clock.advance(HOUR);
    const drained = await around.run(SCHEDULE);

    expect(left).toEqual(['in-flight', 'in-flight']);
    expect(repaired.end).toBe('ZoneInSync');
    expect(values).toEqual([at('10.0.1.1', 1_002), at('10.0.1.1', 1_003)]);
    expect(still).toEqual(['in-flight', 'in-flight']);
    expect(drained.end).toBe('ZoneInSync');
    expect(states(around)).toEqual([]);
    expect(around.values(CALC)).toEqual(values);
  });
});

describe('no wake-up is lost', () => {
  it('when a full run has drained it and cannot read its cluster: a later window comes for it', async () => {
    const faults = { reading: true };
    const around: Shop = shop({
      before: async ({ operation }) => {
        if (faults.reading && operation === 'ListTasks') throw new Error('socket hang up');
      },
    });
    const events = connectEvents(around);
    around.task(1_001);
    await events.settled();
    around.started.splice(0); // the full run is first

    const full = await around.run(SCHEDULE);
    const left = states(around);
    faults.reading = false;
    await runStarted(around);

    expect(full.end).toBe('ZoneInSync');
    expect(left).toHaveLength(1);
    expect(around.values(CALC)).toEqual([at('10.0.1.1', 1_001)]);
    expect(states(around)).toEqual([]);
  });

  it('when releasing messages takes long: the later window looks for them once they are visible', async () => {
    const faults = { reading: true, slow: true };
    const around: Shop = shop({
      before: async ({ operation }) => {
        if (faults.reading && operation === 'ListResourceRecordSets') throw new Error('socket hang up');
        if (faults.slow && operation === 'ChangeMessageVisibilityBatch') await around.clock.sleep(20_000);
      },
    });
    const { runs } = await oneStart(around, () => Object.assign(faults, { reading: false, slow: false }));

    expect(runs).toEqual(['RunFailed', 'ZoneInSync']);
    expect(around.values(CALC)).toEqual([at('10.0.1.1', 1_001)]);
    expect(states(around)).toEqual([]);
  });

  it('when the queue answers only once: the run goes on with what it has received, a later one takes the rest', async () => {
    let polls = 0;
    const around = shop({ before: atCall('ReceiveMessage', () => ++polls === 2, 'ThrottlingException') });
    const events = connectEvents(around);
    for (let port = 1_001; port < 1_016; port += 1) around.task(port);
    await events.settled();

    const runs = await runStarted(around);

    expect(runs.map(({ end }) => end)).toEqual(['ZoneInSync', 'ZoneInSync']);
    expect(around.values(CALC)).toHaveLength(15);
    expect(states(around)).toEqual([]);
  });

  it('when what was drained cannot be handed on: it is given back, and a later window comes for it', async () => {
    const around = shop();
    const events = connectEvents(around);
    for (let port = 1_001; port < 1_061; port += 1) around.task(port); // too much to go inline
    await events.settled();
    const [first] = around.started.splice(0);
    const store = around.bucket.set.bind(around.bucket);
    const breaks = (key: string) => key.endsWith('receipts.json') || key.endsWith('/receipts');
    Object.assign(around.bucket, {
      set: (key: string, text: string) => {
        if (breaks(key)) throw new Error('SlowDown');
        return store(key, text);
      },
    });
    const window = Reflect.get(Object(first?.input), 'window');
    const failed = await around.run({ window }, first?.name); // one that has waited takes them all
    Object.assign(around.bucket, { set: store });

    const later = await runStarted(around);

    expect(failed.end).toBe('RunFailed');
    expect(later.map(({ end }) => end)).toEqual(['ZoneInSync']);
    expect(around.values(CALC)).toHaveLength(60);
    expect(states(around)).toEqual([]);
  });

  it('when the queue cannot be read at all: a later window tries again', async () => {
    const faults = { down: true };
    const around = shop({ before: atCall('ReceiveMessage', () => faults.down, 'InternalFailure') });
    const { runs } = await oneStart(around, () => Object.assign(faults, { down: false }));

    expect(runs).toEqual(['RunFailed', 'ZoneInSync']);
    expect(around.values(CALC)).toEqual([at('10.0.1.1', 1_001)]);
    expect(states(around)).toEqual([]);
  });

  it('when a run fails that has nothing to release any more: what waits gets a window all the same', async () => {
    const faults = { reading: false };
    let looks = 0;
    const around: Shop = shop({
      environment: { HEALTH_CHECK_PATH: '/health' },
      before: atCall('ListResourceRecordSets', () => faults.reading, 'InternalFailure'),
      beforeStep: (step) => {
        if (step !== 'SnapshotZone') return;
        looks += 1;
        if (looks !== 2) return;
        faults.reading = true;
        around.aws.sqs.admin.deliver(QUEUE_ARN, JSON.stringify(unannounced));
      },
    });
    const events = connectEvents(around);
    around.health.set('10.0.1.1:1001', { state: 'failing', cause: 'connection refused' });
    around.task(1_001);
    await events.settled();
    events.off();
    const names = [`${CALC}.${ZONE}`];
    const task = around.task(1_002);
    const [cluster, containerInstance] = [task.replace(/task\/shop.*/, 'cluster/shop'), around.homes[0]];
    const unannounced = { cluster, task, containerInstance, awsvpc: false, version: 1, names };
    const [first] = around.started.splice(0);
    const failed = await around.run(first?.input, first?.name);
    faults.reading = false;

    const later = await runStarted(around);

    expect([failed, ...later].map(({ end }) => end)).toEqual(['RunFailed', 'ZoneInSync']);
    expect(around.values(CALC)).toContain(at('10.0.1.1', 1_002));
    expect(states(around)).toEqual([]);
  });
});

/** The execution of one start, which fails, and after the repair all that it has asked for. */
async function oneStart(around: Shop, repair: () => void): Promise<{ readonly runs: readonly string[] }> {
  const events = connectEvents(around);
  around.task(1_001);
  await events.settled();
  const [first] = around.started.splice(0);
  const failed = await around.run(first?.input, first?.name);
  repair();
  const later = await runStarted(around);
  return { runs: [failed, ...later].map(({ end }) => end) };
}

/** An answer of the service in place of its work. */
const atCall =
  (operation: string, happens: () => boolean, name: string) =>
  async (call: InMemoryCall): Promise<void> => {
    if (call.operation === operation && happens()) throw Object.assign(new Error(name), { name });
  };
