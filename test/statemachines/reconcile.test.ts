import { describe, expect, it } from 'vitest';
import { connectEvents, host, runStarted } from '../support/fleet.ts';
import { CALC, edit, type Shop, shop, srv, target, value } from '../support/shop.ts';
import {
  type Execution,
  OWNER,
  STATE_MACHINE,
  type StillWorld,
  type World,
  type WorldOptions,
  world,
  ZONE,
  ZONE_ID,
} from '../support/world.ts';

/** The same deployment after a deploy: new functions, which remember nothing, over the same run bucket. */
function redeployed(before: StillWorld, environment: Readonly<Record<string, string>> = {}): StillWorld {
  const after = world({ beside: before, environment });
  for (const [key, text] of before.bucket) after.bucket.set(key, text);
  return after;
}

const reasons = (execution: {
  outcome: { dispositions: readonly { reason: string; outcome: string }[] } | undefined;
}) => (execution.outcome?.dispositions ?? []).map(({ outcome, reason }) => `${outcome} ${reason}`).sort();

describe('a full run', () => {
  it('publishes a running task with its host and dynamic port, and then plans nothing', async () => {
    const around = shop();
    around.task(32_768);

    const first = await around.run({});
    const second = await around.run({});

    expect(first.end).toBe('ZoneInSync');
    expect(around.values(CALC)).toEqual([value('10.0.1.23', 32_768)]);
    expect(reasons(first)).toEqual(['published healthy']);
    expect(second.states).not.toContain('ApplyBatches');
  });

  it('makes the address record set and the marker before any value names them', async () => {
    const around = shop();
    around.task(32_768);

    await around.run({});

    const sets = around.aws.route53.recordSets(ZONE_ID);
    expect(sets.find(({ Name }) => Name === target('10.0.1.23'))).toMatchObject({
      Type: 'A',
      ResourceRecords: [{ Value: '10.0.1.23' }],
    });
    expect(sets.find(({ Name }) => Name === `${OWNER}.${ZONE}`)).toMatchObject({ Type: 'TXT' });
  });

  it('reads every cluster, and all of more than 100 tasks (the predecessor stopped after the first of each)', async () => {
    const around = shop();
    around.aws.ecs.admin.createCluster('other');
    const far = host(around, 'other', '10.0.2.1');
    for (let port = 0; port < 130; port += 1) around.task(30_000 + port);
    around.task(40_000, { cluster: 'other', home: far });

    const run = await around.run({});

    expect(run.end).toBe('ZoneInSync');
    expect(around.values(CALC)).toHaveLength(131);
    expect(around.values(CALC)).toContain(value('10.0.2.1', 40_000));
  });

  it('leaves a second zone of the same name alone', async () => {
    const around = shop();
    const twin = around.aws.route53.addHostedZone({ name: ZONE, vpcId: 'vpc-2' });
    const before = around.aws.route53.recordSets(twin);
    around.task(32_768);

    await around.run({});

    expect(around.aws.route53.recordSets(twin)).toEqual(before);
    expect(around.values(CALC)).toHaveLength(1);
  });

  it('removes the value of a task that has stopped, without any event', async () => {
    const around = shop();
    const task = around.task(32_768);
    around.task(32_769);
    await around.run({});
    around.aws.ecs.admin.stopTask(task);

    const run = await around.run({});

    expect(around.values(CALC)).toEqual([value('10.0.1.23', 32_769)]);
    expect(reasons(run)).toContain('removed task-stopped');
  });

  it('removes what its task left behind when ECS has forgotten the task and the hints are lost', async () => {
    const around = shop();
    await edit(around, [{ Action: 'CREATE', ResourceRecordSet: srv(CALC, [value('10.9.9.9', 1)]) }]);
    around.task(32_768);

    const run = await around.run({});

    expect(around.values(CALC)).toEqual([value('10.0.1.23', 32_768)]);
    expect(reasons(run)).toEqual(['published healthy', 'removed unexplained']);
  });

  it('never publishes a task that starts and dies at once', async () => {
    const around = shop();
    const task = around.task(32_768);
    around.aws.ecs.admin.updateTask(task, { desiredStatus: 'STOPPED', lastStatus: 'STOPPED' });

    const run = await around.run({});

    expect(run.end).toBe('ZoneInSync');
    expect(around.values(CALC)).toEqual([]);
  });

  it('takes out what ran on a host that vanished without any event, by EC2 or by its failing check', async () => {
    const around = shop();
    const dying = host(around, 'shop', '10.0.1.99');
    around.task(32_768);
    around.task(32_769);
    around.task(32_768, { home: dying });
    await around.run({});
    around.health.set('10.0.1.99:32768', { state: 'failing', cause: 'no answer within 2000 ms' });

    const run = await around.run({});

    expect(around.values(CALC)).toEqual([value('10.0.1.23', 32_768), value('10.0.1.23', 32_769)]);
    expect(reasons(run)).toContain('removed unhealthy');
  });

  it('explains what ran on a host that EC2 has terminated', async () => {
    const around = shop();
    around.aws.ec2.admin.putInstance('i-000000000000abcde', { privateIpAddress: '10.0.1.99', vpcId: 'vpc-1' });
    const dying = around.aws.ecs.admin.registerContainerInstance({
      cluster: 'shop',
      ec2InstanceId: 'i-000000000000abcde',
    });
    around.task(32_768);
    around.task(32_768, { home: dying });
    await around.run({});
    around.aws.ec2.admin.terminate('i-000000000000abcde');

    const run = await around.run({});

    expect(around.values(CALC)).toEqual([value('10.0.1.23', 32_768)]);
    expect(reasons(run)).toEqual(['published healthy', 'removed host-gone']);
  });

  it('keeps the values of others under the same name, and their TTL, through every change', async () => {
    const around = shop();
    await edit(around, [{ Action: 'CREATE', ResourceRecordSet: srv(CALC, ['10 5 443 hand-made.example.com']) }]);
    const task = around.task(32_768);

    await around.run({});
    const shared = around.aws.route53.recordSets(ZONE_ID).find(({ Name }) => Name === `${CALC}.${ZONE}`);
    around.aws.ecs.admin.stopTask(task);
    await around.run({});

    expect(shared).toMatchObject({ TTL: 60 });
    expect(shared?.ResourceRecords).toHaveLength(2);
    expect(around.values(CALC)).toEqual(['10 5 443 hand-made.example.com']);
  });

  it('publishes what other deployments publish under the same name beside theirs', async () => {
    const blue = shop();
    const green = world({ beside: blue, environment: { OWNER_LABEL: 'green', DEPLOYMENT_ID: '1/eu-west-1/green' } });
    blue.task(32_768);

    await blue.run({});
    await green.run({});
    await blue.run({});

    expect(blue.values(CALC)).toEqual([value('10.0.1.23', 32_768), value('10.0.1.23', 32_768).replace(OWNER, 'green')]);
  });

  it('holds published values of a task whose host has no address, and leaves new ones out', async () => {
    const around = shop();
    const instance = 'i-000000000000abcde';
    around.aws.ec2.admin.putInstance(instance, { privateIpAddress: '10.0.1.99', vpcId: 'vpc-1' });
    const home = around.aws.ecs.admin.registerContainerInstance({ cluster: 'shop', ec2InstanceId: instance });
    around.task(32_768, { home });
    await around.run({});
    around.task(32_768, { home: host(around, 'shop', undefined) });
    around.aws.ec2.admin.putInstance(instance, { vpcId: 'vpc-1' });

    const run = await around.run({});

    expect(around.values(CALC)).toEqual([value('10.0.1.99', 32_768)]);
    expect(reasons(run)).toEqual(['left-out no-address', 'published held-no-address']);
  });
});

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

describe('what cannot be read', () => {
  it('keeps the values of an unreadable cluster while the others go on', async () => {
    const broken = { now: false };
    const around = shop({
      before: async ({ operation, input }) => {
        const { cluster } = input as { cluster?: string };
        if (broken.now && operation === 'ListTasks' && cluster?.endsWith('/other')) throw new Error('connection reset');
      },
    });
    around.aws.ecs.admin.createCluster('other');
    const far = host(around, 'other', '10.0.2.1');
    around.task(40_000, { cluster: 'other', home: far });
    await around.run({});
    broken.now = true;
    around.task(32_768);

    const run = await around.run({});

    expect(run.end).toBe('ZoneInSync');
    expect(run.states).toContain('ClusterUnread');
    expect(around.values(CALC)).toEqual([value('10.0.1.23', 32_768), value('10.0.2.1', 40_000)]);
    expect(reasons(run)).toEqual(['published healthy', 'published held-unread']);
    expect(run.outcome?.findings.join()).toContain('cluster/other');
  });

  it('counts clusters that a person left out of the run as unread', async () => {
    const around = shop();
    around.aws.ecs.admin.createCluster('other');
    const far = host(around, 'other', '10.0.2.1');
    const task = around.task(40_000, { cluster: 'other', home: far });
    await around.run({});
    around.aws.ecs.admin.stopTask(task);

    const run = await around.run({ clusters: ['shop'] });

    expect(around.values(CALC)).toEqual([value('10.0.2.1', 40_000)]);
    expect(reasons(run)).toEqual(['published held-unread']);
  });

  it('holds values that nobody can attribute while any cluster is unread', async () => {
    const around = shop();
    await edit(around, [{ Action: 'CREATE', ResourceRecordSet: srv(CALC, [value('10.9.9.9', 1)]) }]);
    around.aws.ecs.admin.createCluster('other');

    const run = await around.run({ clusters: ['shop'] });

    expect(reasons(run)).toEqual(['published held-unattributed']);
  });

  it('removes what a deleted cluster has left behind, an hour and a quarter after its tasks were last seen', async () => {
    const around = shop();
    around.aws.ecs.admin.createCluster('other');
    const far = host(around, 'other', '10.0.2.1');
    for (let port = 0; port < 12; port += 1) around.task(40_000 + port, { cluster: 'other', home: far });
    around.task(32_768);
    await around.run({});
    around.aws.ecs.admin.deleteCluster('other', { force: true });

    const soon = await around.run({});
    await around.clock.advance(75 * 60_000);
    const late = await around.run({});

    expect(soon.end).toBe('RemovalsHeld');
    expect(late.end).toBe('ZoneInSync');
    expect(around.values(CALC)).toEqual([value('10.0.1.23', 32_768)]);
    expect(new Set(reasons(late))).toEqual(new Set(['published healthy', 'removed task-stopped']));
  });

  it('keeps the values of a cluster that is not published any more while its tasks run, and says so', async () => {
    const before = shop();
    before.aws.ecs.admin.createCluster('other');
    const far = host(before, 'other', '10.0.2.1');
    const task = before.task(40_000, { cluster: 'other', home: far });
    const other = before.task(40_001, { cluster: 'other', home: far });
    before.task(32_768);
    await before.run({});
    const around = redeployed(before, { CLUSTERS: 'arn:aws:ecs:eu-west-1:111111111111:cluster/shop' });
    before.aws.ecs.admin.stopTask(task);

    const run = await around.run({});
    const running = around.values(CALC);
    before.aws.ecs.admin.stopTask(other);
    await around.run({});

    expect(run.end).toBe('ZoneInSync');
    expect(running).toEqual([value('10.0.1.23', 32_768), value('10.0.2.1', 40_001)]);
    expect(reasons(run)).toEqual(['published healthy', 'published held-unread', 'removed task-stopped']);
    expect(run.outcome?.findings.join()).toMatch(/does not publish.*cluster\/other/);
    expect(around.values(CALC)).toEqual([value('10.0.1.23', 32_768)]);
  });

  it('keeps the values of a cluster that is not published any more and cannot be asked either', async () => {
    const broken = { now: false };
    const before = shop({
      before: async ({ operation, input }) => {
        const { cluster } = input as { cluster?: string };
        if (!broken.now || operation !== 'DescribeTasks' || !cluster?.endsWith('/other')) return;
        throw Object.assign(new Error('not authorized'), { name: 'AccessDeniedException' });
      },
    });
    before.aws.ecs.admin.createCluster('other');
    const task = before.task(40_000, { cluster: 'other', home: host(before, 'other', '10.0.2.1') });
    await before.run({});
    await edit(before, [{ Action: 'CREATE', ResourceRecordSet: srv('_old._tcp', [value('10.9.9.9', 1)], 5) }]);
    const around = redeployed(before, { CLUSTERS: 'arn:aws:ecs:eu-west-1:111111111111:cluster/shop' });
    before.aws.ecs.admin.stopTask(task);
    broken.now = true;

    const run = await around.run({});

    expect(run.end).toBe('ZoneInSync');
    expect(around.values(CALC)).toEqual([value('10.0.2.1', 40_000)]);
    expect(reasons(run)).toEqual(['published held-unread', 'removed unexplained']);
  });

  it('knows a stopping task by its fate when ECS has deleted its definition, and keeps what still runs', async () => {
    const deleted = { now: false };
    const before = shop({
      before: async ({ operation }) => {
        if (!deleted.now || operation !== 'DescribeTaskDefinition') return;
        throw Object.assign(new Error('Unable to describe task definition.'), { name: 'ClientException' });
      },
    });
    const stopping = before.task(32_768);
    const running = before.task(32_769);
    await before.run({});
    deleted.now = true;
    const around = redeployed(before);
    before.aws.ecs.admin.stopTask(stopping);
    const fresh = before.task(32_770);

    const run = await around.run({});

    expect(run.end).toBe('ZoneInSync');
    expect(run.states).not.toContain('ClusterUnread');
    expect(around.values(CALC)).toEqual([value('10.0.1.23', 32_769)]);
    const told = (run.outcome?.dispositions ?? []).map(({ outcome, reason, name, task }) => [
      outcome,
      reason,
      name,
      task,
    ]);
    expect(told.sort()).toEqual(
      [
        ['left-out', 'no-definition', 'calc:1', running],
        ['left-out', 'no-definition', 'calc:1', fresh],
        ['published', 'held-unread', `${CALC}.${ZONE}`, running],
        ['removed', 'task-stopped', `${CALC}.${ZONE}`, stopping],
      ].sort(),
    );
  });

  it('takes a stop out in an event run although ECS has deleted the definition meanwhile', async () => {
    const deleted = { now: false };
    const before = shop({
      before: async ({ operation }) => {
        if (!deleted.now || operation !== 'DescribeTaskDefinition') return;
        throw Object.assign(new Error('Unable to describe task definition.'), { name: 'ClientException' });
      },
    });
    const task = before.task(32_768);
    before.task(32_769);
    await before.run({});
    const events = connectEvents(before);
    before.aws.ecs.admin.stopTask(task);
    await events.settled();
    const [first] = before.started.splice(0);
    deleted.now = true;
    const around = redeployed(before);

    const run = await around.run(first?.input, first?.name);

    expect(run.end).toBe('ZoneInSync');
    expect(around.values(CALC)).toEqual([value('10.0.1.23', 32_769)]);
    expect(reasons(run)).toContain('removed task-stopped');
  });

  it('drops an event whose definition ECS does not know, with a reason and without a fault', async () => {
    const around = shop({
      before: async ({ operation }) => {
        if (operation !== 'DescribeTaskDefinition') return;
        throw Object.assign(new Error('Unable to describe task definition.'), { name: 'ClientException' });
      },
    });
    const answers: Promise<unknown>[] = [];
    around.aws.ecs.admin.onTaskChange((event) => void answers.push(around.step('StartRun', event)));
    around.task(32_768);

    const [answer] = await Promise.all(answers);

    expect(answer).toEqual({ dropped: expect.stringMatching(/does not know its task definition arn:.*calc:1/) });
    expect(around.started).toEqual([]);
  });

  it('fails without a change when the zone cannot be read', async () => {
    const around = shop({
      before: async ({ operation }) => {
        if (operation === 'ListResourceRecordSets') throw new Error('socket hang up');
      },
    });
    around.task(32_768);

    const run = await around.run({});

    expect(run.end).toBe('RunFailed');
    expect(run.result).toMatchObject({ status: 'FAILED', error: 'Error', cause: 'socket hang up' });
    expect(around.values(CALC)).toEqual([]);
  });
});

describe('the guard', () => {
  async function orphaned() {
    const around = shop();
    const gone = Array.from({ length: 12 }, (_, index) => value('10.9.9.9', 1_000 + index));
    await edit(around, [{ Action: 'CREATE', ResourceRecordSet: srv(CALC, gone) }]);
    for (let port = 0; port < 12; port += 1) around.task(30_000 + port);
    return { around, gone };
  }

  it('holds many unexplained removals, lets everything else through, and says how to approve exactly these', async () => {
    const { around, gone } = await orphaned();

    const run = await around.run({});

    expect(run.end).toBe('RemovalsHeld');
    expect(around.values(CALC)).toHaveLength(24);
    expect(run.result).toMatchObject({ status: 'FAILED', error: 'RemovalsHeldError' });
    expect('cause' in run.result && run.result.cause).toMatch(
      /12 of 12 values .*"approve":"[0-9a-f]{16}".*start-execution/s,
    );
    expect(run.outcome?.held.map((removal) => removal.value).sort()).toEqual([...gone].sort());
  });

  const hashIn = (run: Execution) =>
    /"approve":"([0-9a-f]+)"/.exec(('cause' in run.result && run.result.cause) || '')?.[1];

  it('names the count, the first removals, and every way to approve: console input, AWS CLI and ecssd', async () => {
    const { around } = await orphaned();

    const run = await around.run({});

    const approve = hashIn(run);
    const cause = 'cause' in run.result ? run.result.cause : '';
    expect(cause).toMatch(/^12 of 12 values /);
    expect(cause).toContain(`${CALC}.${ZONE} ${value('10.9.9.9', 1_000)}`);
    expect(cause).toContain(`with the execution input {"approve":"${approve}"}`);
    expect(cause).toContain(`ecssd approve ${approve}`);
    expect(cause).toContain(
      `aws stepfunctions start-execution --state-machine-arn ${STATE_MACHINE} --input '{"approve":"${approve}"}'`,
    );
  });

  it('goes on holding when other values leave, so that too few are left to judge by', async () => {
    const around = shop();
    const task = around.task(32_768);
    around.task(32_769);
    await around.run({});
    const gone = Array.from({ length: 8 }, (_, index) => value('10.9.9.9', 1_000 + index));
    await edit(around, [{ Action: 'UPSERT', ResourceRecordSet: srv(CALC, [...around.values(CALC), ...gone], 5) }]);
    const first = await around.run({});
    around.aws.ecs.admin.stopTask(task);

    const second = await around.run({});
    const third = await around.run({});

    expect([first.end, second.end, third.end]).toEqual(['RemovalsHeld', 'RemovalsHeld', 'RemovalsHeld']);
    expect(around.values(CALC)).toEqual([...gone, value('10.0.1.23', 32_769)].sort());
    expect(reasons(second)).toContain('removed task-stopped');
  });

  it('goes on holding when so many new values come that the share is small', async () => {
    const { around, gone } = await orphaned();
    await around.run({});
    for (let port = 0; port < 40; port += 1) around.task(31_000 + port);
    await around.run({});

    const later = await around.run({});

    expect(later.end).toBe('RemovalsHeld');
    expect(around.values(CALC)).toHaveLength(64);
    expect(later.outcome?.held.map((removal) => removal.value).sort()).toEqual([...gone].sort());
  });

  it('goes on holding after a run that could not read a cluster, which had nothing to hold', async () => {
    const broken = { now: false };
    const around = shop({
      before: async ({ operation, input }) => {
        const { cluster } = input as { cluster?: string };
        if (broken.now && operation === 'ListTasks' && cluster?.endsWith('/other')) throw new Error('connection reset');
      },
    });
    around.aws.ecs.admin.createCluster('other');
    const gone = Array.from({ length: 12 }, (_, index) => value('10.9.9.9', 1_000 + index));
    await edit(around, [{ Action: 'CREATE', ResourceRecordSet: srv(CALC, gone) }]);
    await around.run({});
    broken.now = true;
    for (let port = 0; port < 40; port += 1) around.task(31_000 + port);
    const unread = await around.run({});
    broken.now = false;

    const run = await around.run({});

    expect(unread.end).toBe('ZoneInSync');
    expect(run.end).toBe('RemovalsHeld');
    expect(around.values(CALC)).toHaveLength(52);
  });

  it('lets go what turns out to be published after all', async () => {
    const around = shop();
    const values = Array.from({ length: 12 }, (_, index) => value('10.0.1.23', 31_000 + index));
    await edit(around, [{ Action: 'CREATE', ResourceRecordSet: srv(CALC, values) }]);
    const held = await around.run({});
    for (let port = 0; port < 12; port += 1) around.task(31_000 + port);

    const run = await around.run({});

    expect(held.end).toBe('RemovalsHeld');
    expect(run.end).toBe('ZoneInSync');
    expect(JSON.parse(around.bucket.get('inventory/held.json') ?? '').body).toEqual([]);
  });

  it('takes an approval while the fleet goes on changing, of that list only what is still held', async () => {
    const { around, gone } = await orphaned();
    const approve = hashIn(await around.run({}));
    const revived = 'ip-10-9-9-9.ecs.shop.internal.';
    around.task(1_000, { home: host(around, 'shop', '10.9.9.9') });
    around.task(33_000);
    const late = value('10.8.8.8', 1);
    await edit(around, [{ Action: 'UPSERT', ResourceRecordSet: srv(CALC, [...around.values(CALC), late], 5) }]);
    await around.run({});

    const run = await around.run({ approve });

    const left = around.values(CALC);
    expect(left).toContain(`1 1 1000 ${revived}`);
    expect(left).toContain(value('10.0.1.23', 33_000));
    expect(left.filter((one) => gone.includes(one))).toEqual([value('10.9.9.9', 1_000)]);
    expect(left).toContain(late);
    expect(run.end).toBe('RemovalsHeld');
    expect(run.outcome?.held.map((removal) => removal.value)).toEqual([late]);
  });

  it('remembers nothing from a dry run', async () => {
    const { around } = await orphaned();

    await around.run({ dryRun: true });

    expect(around.bucket.has('inventory/held.json')).toBe(false);
  });

  it('removes what was approved by its hash, and refuses a hash that it does not know', async () => {
    const { around } = await orphaned();
    const held = await around.run({});
    const approve = hashIn(held);

    const refused = await around.run({ approve: '0123456789abcdef' });
    const approved = await around.run({ approve });

    expect(refused.result).toMatchObject({ status: 'FAILED', error: 'InvalidConfigurationError' });
    expect(approved.end).toBe('ZoneInSync');
    expect(around.values(CALC)).toHaveLength(12);
  });

  it('lets a deliberate scale-in to zero pass, because ECS says the tasks have stopped', async () => {
    const around = shop();
    const tasks = Array.from({ length: 20 }, (_, index) => around.task(30_000 + index));
    await around.run({});
    for (const task of tasks) around.aws.ecs.admin.stopTask(task);

    const run = await around.run({});

    expect(run.end).toBe('ZoneInSync');
    expect(around.values(CALC)).toEqual([]);
  });
});

describe('others who write', () => {
  it('reads and plans again a name that moved between the snapshot and the change', async () => {
    const interfere = { left: 1 };
    const around: Shop = shop({
      beforeStep: async (step) => {
        if (step !== 'ApplyBatch' || interfere.left === 0) return;
        interfere.left -= 1;
        await edit(around, [{ Action: 'CREATE', ResourceRecordSet: srv(CALC, ['1 1 1 theirs.example.com']) }]);
      },
    });
    around.task(32_768);

    const run = await around.run({});

    expect(run.end).toBe('ZoneInSync');
    expect(run.states.filter((state) => state === 'SnapshotZone')).toHaveLength(2);
    expect(around.values(CALC)).toEqual(['1 1 1 theirs.example.com', value('10.0.1.23', 32_768)]);
  });

  it('gives up after five rounds on a name that others keep changing, and keeps what they wrote', async () => {
    let edits = 0;
    const around: Shop = shop({
      beforeStep: async (step) => {
        if (step !== 'ApplyBatch') return;
        edits += 1;
        const write = srv(CALC, [`1 1 ${edits} theirs.example.com`]);
        await edit(around, [{ Action: 'UPSERT', ResourceRecordSet: write }]);
      },
    });
    around.task(32_768);

    const run = await around.run({});

    expect(run.end).toBe('ZoneContended');
    expect(edits).toBe(5);
    expect(around.values(CALC)).toEqual(['1 1 5 theirs.example.com']);
    expect(reasons(run)).toEqual(['left-out conflict']);
  });

  it('takes back a value whose task stopped while it was being published', async () => {
    const doomed: string[] = [];
    const around: Shop = shop({
      beforeStep: (step) => {
        if (step === 'ApplyBatch') for (const task of doomed.splice(0)) around.aws.ecs.admin.stopTask(task);
      },
    });
    doomed.push(around.task(32_768));
    around.task(32_769);

    const run = await around.run({});

    expect(run.end).toBe('ZoneInSync');
    expect(run.states.filter((state) => state === 'ApplyBatch')).toHaveLength(2);
    expect(around.values(CALC)).toEqual([value('10.0.1.23', 32_769)]);
    expect(reasons(run)).toEqual(['published healthy', 'removed task-stopped']);
  });

  it('publishes the next task that took the port of one whose removal was under way', async () => {
    const around: Shop = shop({
      beforeStep: (step) => {
        if (step !== 'ApplyBatch' || !removing) return;
        removing = false;
        around.aws.ecs.admin.updateTask(task, { lastStatus: 'STOPPED' });
        around.task(32_768);
      },
    });
    let removing = false;
    const task = around.task(32_768);
    await around.run({});
    around.aws.ecs.admin.stopTask(task);
    removing = true;

    const run = await around.run({});

    expect(run.end).toBe('ZoneInSync');
    expect(around.values(CALC)).toEqual([value('10.0.1.23', 32_768)]);
  });
});

describe('services that falter', () => {
  it.each([
    { fault: 'Throttling', operation: 'ChangeResourceRecordSets', times: 3 },
    { fault: 'PriorRequestNotComplete', operation: 'ChangeResourceRecordSets', times: 3 },
    { fault: 'ThrottlingException', operation: 'ListTasks', times: 3 },
    { fault: 'RequestLimitExceeded', operation: 'DescribeInstances', times: 3 },
  ])('goes on after $times times $fault from $operation', async ({ fault, operation, times }) => {
    let left = times;
    const around = shop({
      before: async (call) => {
        if (call.operation !== operation || left === 0) return;
        left -= 1;
        throw Object.assign(new Error('Rate exceeded'), { name: fault });
      },
    });
    around.task(32_768);

    const run = await around.run({});

    expect(run.end).toBe('ZoneInSync');
    expect(left).toBe(0);
    expect(around.values(CALC)).toEqual([value('10.0.1.23', 32_768)]);
  });

  it.each([
    { row: '5xx', fault: { name: 'InternalFailure', $metadata: { httpStatusCode: 500 } } },
    { row: 'a timeout', fault: { name: 'TimeoutError' } },
    { row: 'a reset', fault: { code: 'ECONNRESET' } },
  ])('goes on after $row of every read, and of the write', async ({ fault }) => {
    const met = new Set<string>();
    const around = shop({
      before: async ({ operation }) => {
        if (met.has(operation)) return;
        met.add(operation);
        throw Object.assign(new Error('we are sorry'), fault);
      },
    });
    around.task(32_768);

    const run = await around.run({});

    expect(run.end).toBe('ZoneInSync');
    expect(run.states).not.toContain('ClusterUnread');
    expect(run.states).not.toContain('BatchUnknown');
    expect(around.values(CALC)).toEqual([value('10.0.1.23', 32_768)]);
    expect([...met]).toEqual(
      expect.arrayContaining(['ListResourceRecordSets', 'ListTasks', 'ChangeResourceRecordSets']),
    );
  });

  it.each([
    {
      row: 'a disturbance',
      fault: { $metadata: { httpStatusCode: 503 } },
      times: 3,
      left: 1,
      reason: 'removed task-stopped',
    },
    { row: 'a throttle', fault: { name: 'ThrottlingException' }, times: 3, left: 1, reason: 'removed task-stopped' },
    { row: 'an outage', fault: { code: 'ECONNREFUSED' }, times: 99, left: 2, reason: 'published held-unread' },
    {
      row: 'a throttle without end',
      fault: { name: 'ThrottlingException' },
      times: 99,
      left: 2,
      reason: 'published held-unread',
    },
  ])(
    'waits out $row when it asks for fates, and holds the values if it does not end',
    async ({ fault, times, left, reason }) => {
      const at = { step: '', met: 0 };
      const around = shop({
        beforeStep: (step) => {
          at.step = step;
        },
        before: async ({ operation }) => {
          if (at.step !== 'CompleteReading' || operation !== 'DescribeTasks' || at.met === times) return;
          at.met += 1;
          throw Object.assign(new Error('we are sorry'), fault);
        },
      });
      const task = around.task(32_768);
      around.task(32_769);
      await around.run({});
      around.aws.ecs.admin.stopTask(task);

      const run = await around.run({});

      expect(run.end).toBe('ZoneInSync');
      expect(at.met).toBe(Math.min(times, 5));
      expect(around.values(CALC)).toHaveLength(left);
      expect(reasons(run)).toContain(reason);
    },
  );

  it.each([
    'Lambda.ResourceNotReadyException',
    'Lambda.ResourceConflictException',
    'Lambda.EC2ThrottledException',
    'Lambda.EC2UnexpectedException',
    'Lambda.ENILimitReachedException',
    'Lambda.SubnetIPAddressLimitReachedException',
  ])('waits for a checker whose function is not ready: %s', async (name) => {
    let left = 4;
    const around = shop({
      beforeStep: (step) => {
        if (step !== 'CheckHealth' || left === 0) return;
        left -= 1;
        throw Object.assign(new Error('The function is being restored'), { name });
      },
    });
    around.task(32_768);

    const run = await around.run({});

    expect(left).toBe(0);
    expect(run.states).not.toContain('BatchUnprobed');
    expect(around.values(CALC)).toEqual([value('10.0.1.23', 32_768)]);
  });

  it('sends a batch again whose answer was cut off, and finds that it took effect', async () => {
    let cut = 1;
    const around = shop({
      after: async ({ operation }) => {
        if (operation !== 'ChangeResourceRecordSets' || cut === 0) return;
        cut -= 1;
        throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
      },
    });
    around.task(32_768);

    const run = await around.run({});

    expect(cut).toBe(0);
    expect(run.states).not.toContain('BatchUnknown');
    expect(run.end).toBe('ZoneInSync');
    expect(around.values(CALC)).toEqual([value('10.0.1.23', 32_768)]);
    expect(around.aws.route53.recordSets(ZONE_ID).filter(({ Type }) => Type === 'A')).toHaveLength(1);
  });

  it('finds out what became of a change whose answer was lost', async () => {
    let lost = 1;
    const around = shop({
      after: async ({ operation }) => {
        if (operation !== 'ChangeResourceRecordSets' || lost === 0) return;
        lost -= 1;
        throw new Error('socket hang up');
      },
    });
    around.task(32_768);

    const run = await around.run({});

    expect(run.states).toContain('BatchUnknown');
    expect(run.end).toBe('ZoneInSync');
    expect(around.values(CALC)).toEqual([value('10.0.1.23', 32_768)]);
  });
});

describe('configuration and input', () => {
  const withPublicZone: WorldOptions['around'] = async ({ operation }, perform) =>
    operation === 'GetHostedZone' ? { HostedZone: { Name: ZONE, Config: { PrivateZone: false } } } : perform();

  it.each([
    { given: { environment: { ZONE_NAME: 'other.internal' } }, error: 'ZoneMismatchError' },
    { given: { around: withPublicZone }, error: 'InvalidConfigurationError' },
    { given: {}, input: { dryrun: true }, error: 'InvalidConfigurationError' },
    { given: {}, input: { clusters: ['nowhere'] }, error: 'InvalidConfigurationError' },
  ])('fails with $error before any change', async ({ given, input = {}, error }) => {
    const around = shop(given);
    around.task(32_768);

    const run = await around.run(input);

    expect(run.end).toBe('RunFailed');
    expect(run.result).toMatchObject({ status: 'FAILED', error });
    expect(around.values(CALC)).toEqual([]);
  });

  it('fails with OwnerTakenError when the marker names another deployment', async () => {
    const blue = shop();
    blue.task(32_768);
    await blue.run({});
    const rival = world({ beside: blue, environment: { DEPLOYMENT_ID: '1/eu-west-1/rival' } });

    const run = await rival.run({});

    expect(run.result).toMatchObject({ status: 'FAILED', error: 'OwnerTakenError' });
  });

  it('plans and reports only in a dry run', async () => {
    const around = shop();
    around.task(32_768);

    const run = await around.run({ dryRun: true });

    expect(run.end).toBe('ZoneInSync');
    expect(run.states).not.toContain('ApplyBatches');
    expect(around.values(CALC)).toEqual([]);
    expect(reasons(run)).toEqual(['published healthy']);
  });
});

describe('the default event bus', () => {
  it('is told of each instance that was published and each that was removed, with its reason', async () => {
    const around = shop();
    const task = around.task(32_768);
    const first = await around.run({});
    around.aws.ecs.admin.stopTask(task);
    const second = await around.run({});
    await around.run({});

    const instance = { name: `${CALC}.shop.internal`, target: 'ip-10-0-1-23.ecs.shop.internal', port: 32_768, task };
    expect(around.announced.map(({ detailType, detail }) => ({ detailType, detail }))).toEqual([
      { detailType: 'Instance Published', detail: { ...instance, reason: 'healthy', execution: first.name } },
      { detailType: 'Instance Removed', detail: { ...instance, reason: 'task-stopped', execution: second.name } },
    ]);
  });
});

describe('an event run', () => {
  it('publishes a start and removes a stop, looking only at its host', async () => {
    const calls: string[] = [];
    const around = shop({ before: async ({ operation }) => void calls.push(operation) });
    const events = connectEvents(around);
    const task = around.task(32_768);
    await events.settled();
    const [started] = await runStarted(around);
    const published = around.values(CALC);
    calls.length = 0;
    around.aws.ecs.admin.stopTask(task);
    await events.settled();
    const [stopped] = await runStarted(around);

    expect(started).toMatchObject({ end: 'ZoneInSync' });
    expect(started?.name).toMatch(/^events-20\d\d-\d\d-\d\dT\d\d-\d\d-\d\dZ$/);
    expect(published).toEqual([value('10.0.1.23', 32_768)]);
    expect(stopped && reasons(stopped)).toEqual(['removed task-stopped']);
    expect(around.values(CALC)).toEqual([]);
    expect(calls).not.toContain('ListClusters');
    expect(around.aws.sqs.admin.peek('ecs-events')).toEqual([]);
  });

  it('waits within the grace of a start that is not ready yet, without holding up what is', async () => {
    const around: Shop = shop({
      beforeStep: (step) => {
        if (step === 'CheckHealth') checks += 1;
        if (checks === 3) around.health.delete('10.0.1.23:32768');
      },
    });
    let checks = 0;
    const events = connectEvents(around);
    around.health.set('10.0.1.23:32768', { state: 'failing', cause: 'connection refused' });
    around.task(32_768);
    around.task(32_769);
    await events.settled();

    const [run] = await runStarted(around);

    expect(run?.end).toBe('ZoneInSync');
    expect(run?.states.filter((state) => state === 'WaitForStarts')).toHaveLength(2);
    expect(around.values(CALC)).toEqual([value('10.0.1.23', 32_768), value('10.0.1.23', 32_769)]);
  });

  it('goes on when its messages cannot be deleted as soon as all but a start is in sync, and deletes them later', async () => {
    let refusals = 1;
    let checks = 0;
    const around: Shop = shop({
      beforeStep: (step) => {
        if (step === 'CheckHealth') checks += 1;
        if (checks === 3) around.health.delete('10.0.1.23:32768');
      },
      before: async ({ operation }) => {
        if (operation !== 'DeleteMessageBatch' || refusals === 0) return;
        refusals -= 1;
        throw Object.assign(new Error('no'), { name: 'AccessDenied' });
      },
    });
    const events = connectEvents(around);
    around.health.set('10.0.1.23:32768', { state: 'failing', cause: 'connection refused' });
    around.task(32_768);
    await events.settled();

    const [run] = await runStarted(around);

    expect(refusals).toBe(0);
    expect(run?.end).toBe('ZoneInSync');
    expect(around.values(CALC)).toEqual([value('10.0.1.23', 32_768)]);
    expect(around.aws.sqs.admin.peek('ecs-events')).toEqual([]);
  });

  it('never removes for health, for a lost host or without explanation', async () => {
    const around = shop();
    const events = connectEvents(around);
    for (const port of [32_768, 32_769, 32_770]) around.task(port);
    await around.run({});
    await edit(around, [
      { Action: 'UPSERT', ResourceRecordSet: srv(CALC, [...around.values(CALC), value('10.9.9.9', 1)], 5) },
    ]);
    around.health.set('10.0.1.23:32769', { state: 'failing', cause: 'connection refused' });
    around.task(32_771);
    await events.settled();

    const [run] = await runStarted(around);

    expect(run?.end).toBe('ZoneInSync');
    expect(around.values(CALC)).toHaveLength(5);
    expect(run && reasons(run).filter((reason) => reason.startsWith('removed'))).toEqual([]);
  });

  it('releases its messages and starts a later window when it fails', async () => {
    const broken = { now: false };
    const around = shop({
      before: async ({ operation }) => {
        if (broken.now && operation === 'ListResourceRecordSets') throw new Error('socket hang up');
      },
    });
    const events = connectEvents(around);
    around.task(32_768);
    await events.settled();
    broken.now = true;
    const first = around.started.shift();
    const failed = await around.run(first?.input, first?.name);
    broken.now = false;

    const [later] = await runStarted(around);

    expect(failed.end).toBe('RunFailed');
    expect(later?.end).toBe('ZoneInSync');
    expect(around.values(CALC)).toEqual([value('10.0.1.23', 32_768)]);
    expect(around.aws.sqs.admin.peek('ecs-events')).toEqual([]);
  });

  it('puts malformed messages into the dead-letter queue with a reason, and nothing else suffers', async () => {
    const around = shop();
    const events = connectEvents(around);
    around.aws.sqs.admin.deliver('arn:aws:sqs:eu-west-1:111111111111:ecs-events', 'poison');
    around.aws.sqs.admin.deliver('arn:aws:sqs:eu-west-1:111111111111:ecs-events', '{"cluster":"shop"}');
    around.task(32_768);
    await events.settled();

    const [run] = await runStarted(around);

    expect(run?.end).toBe('ZoneInSync');
    expect(around.values(CALC)).toEqual([value('10.0.1.23', 32_768)]);
    const dead = around.aws.sqs.admin.peek('ecs-events-dead').map(({ body }) => JSON.parse(body));
    expect(dead.map(({ body }) => body).sort()).toEqual(['poison', '{"cluster":"shop"}']);
    expect(dead.every(({ reason }) => typeof reason === 'string' && reason.length > 5)).toBe(true);
  });
});
