import { describe, expect, it } from 'vitest';
import { connectEvents, host } from '../support/fleet.ts';
import { forgetDefinitions } from '../support/inventory.ts';
import { CALC, edit, reasons, redeployed, shop, srv, twoClusters, value } from '../support/shop.ts';
import { ZONE } from '../support/world.ts';

describe('what cannot be read', () => {
  it('keeps the values of an unreadable cluster while the others go on', async () => {
    const { around, broken } = twoClusters();
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
    // It is in sync with what it saw, and says at a glance what it did not.
    expect(run.result).toMatchObject({ output: { unseen: { clusters: 1, tasks: 1 } } });
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
    forgetDefinitions(before.bucket);
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
    forgetDefinitions(before.bucket);
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
    expect(run.result).toMatchObject({
      status: 'FAILED',
      error: 'Error',
      cause: 'socket hang up (nothing changed; the zone was not read, so what stands is not known)',
    });
    expect(around.values(CALC)).toEqual([]);
  });
});
