import { describe, expect, it } from 'vitest';
import type { InMemoryCall } from '../stand-ins/in-memory-client.ts';
import { define, host } from '../support/fleet.ts';
import { OWNER, type StillWorld, type World, type WorldOptions, world, ZONE, ZONE_ID } from '../support/world.ts';

/** Incidents that users of other tools have had, each replayed with its numbers (issue texts and post-mortems). */

const value = (address: string, port: number) => `1 1 ${port} ip-${address.replaceAll('.', '-')}.${OWNER}.${ZONE}`;
const context = { region: 'us-east-1', accountId: '1', requestId: 'by hand' };

async function edit({ aws }: World, ChangeBatch: { readonly Changes: readonly object[] }) {
  const input = { HostedZoneId: ZONE_ID, ChangeBatch };
  await aws.route53.operations.ChangeResourceRecordSets?.(input as never, context);
}

const create = (name: string, values: readonly string[]) => ({
  Action: 'CREATE',
  ResourceRecordSet: {
    Name: `${name}.${ZONE}`,
    Type: 'SRV',
    TTL: 5,
    ResourceRecords: values.map((Value) => ({ Value })),
  },
});

const ours = (around: World) =>
  around.aws.route53
    .recordSets(ZONE_ID)
    .flatMap(({ Type, ResourceRecords = [] }) => (Type === 'SRV' ? ResourceRecords : []))
    .filter(({ Value = '' }) => Value.endsWith(`.${OWNER}.${ZONE}`)).length;

/** Clusters with one host each, and as many tasks of one definition per cluster as are asked for. */
function shop(counts: Readonly<Record<string, number>>, options: Omit<WorldOptions, 'beside'> = {}): StillWorld {
  const around = world(options);
  const { admin } = around.aws.ecs;
  const environment = { SERVICE_80_CHECK_HTTP: '/health' };
  for (const [at, [cluster, tasks]] of Object.entries(counts).entries()) {
    admin.createCluster(cluster);
    const containerInstance = host(around, cluster, `10.0.${at}.1`);
    const taskDefinition = define(around, `${cluster}-api`, { names: { 80: cluster }, environment });
    for (let port = 0; port < tasks; port += 1) {
      admin.putTask({ cluster, taskDefinition, containerInstance, hostPorts: { 80: 30_000 + port }, service: cluster });
    }
  }
  return around;
}

describe('8,764 deletes and no create (external-dns, after a change of the annotation that marks what is its own)', () => {
  const LOST = 8_764;
  const PER_NAME = 365;

  it('are held, while what is new is published', async () => {
    const around = shop({ api: 3 });
    const lost = Array.from({ length: LOST }, (_, at) => value(`10.7.0.${at % 40}`, 1_000 + at));
    for (let at = 0; at < LOST; at += PER_NAME) {
      await edit(around, { Changes: [create(`lost-${at / PER_NAME}`, lost.slice(at, at + PER_NAME))] });
    }

    const run = await around.run({});

    expect(run.end).toBe('RemovalsHeld');
    expect(ours(around)).toBe(LOST + 3);
    expect(around.values('api')).toHaveLength(3);
    expect('cause' in run.result && run.result.cause).toMatch(/^8764 of 8764 values would be removed/);
  });
});

describe('an empty answer of the API (zones that were emptied since a list came back with nothing)', () => {
  const EMPTY: Readonly<Record<string, object>> = {
    ListClusters: { clusterArns: [] },
    ListTasks: { taskArns: [] },
    DescribeTasks: { tasks: [], failures: [] },
    DescribeContainerInstances: { containerInstances: [], failures: [] },
    DescribeInstances: { Reservations: [] },
  };
  /** ECS says of each task that it knows nothing of it, which is what an empty cluster would say. */
  const missing = ({ input }: InMemoryCall) => ({
    tasks: [],
    failures: (input as { tasks: readonly string[] }).tasks.map((arn) => ({ arn, reason: 'MISSING' })),
  });

  it.each([
    { row: 'ListClusters', empty: ['ListClusters'], end: 'ZoneInSync', reason: 'held-unread' },
    { row: 'ListTasks', empty: ['ListTasks'], end: 'ZoneInSync', reason: 'held-contradiction' },
    {
      row: 'ListTasks and DescribeInstances',
      empty: ['ListTasks', 'DescribeInstances'],
      end: 'ZoneInSync',
      reason: 'held-contradiction',
    },
    { row: 'DescribeTasks', empty: ['DescribeTasks'], end: 'ZoneInSync', reason: 'held-unread' },
    { row: 'DescribeInstances', empty: ['DescribeInstances'], end: 'ZoneInSync', reason: 'held-no-address' },
    { row: 'all of them', empty: Object.keys(EMPTY), end: 'ZoneInSync', reason: 'held-unread' },
    {
      row: 'ListTasks, and each task MISSING',
      empty: ['ListTasks', 'MISSING'],
      end: 'RemovalsHeld',
      reason: 'held-guard',
    },
  ])('$row: 40 values of 40 stay ($reason)', async ({ empty, end, reason }) => {
    const broken = { now: false };
    const around = shop(
      { api: 25, web: 15 },
      {
        around: async (call, perform) => {
          if (broken.now && call.operation === 'DescribeTasks' && empty.includes('MISSING')) return missing(call);
          return (broken.now && empty.includes(call.operation) && EMPTY[call.operation]) || perform();
        },
      },
    );
    await around.run({});
    const before = around.aws.route53.recordSets(ZONE_ID);
    broken.now = true;

    const run = await around.run({});

    expect(run.end).toBe(end);
    expect(around.aws.route53.recordSets(ZONE_ID)).toEqual(before);
    expect(ours(around)).toBe(40);
    expect(new Set(run.outcome?.dispositions.map((one) => one.reason))).toEqual(new Set([reason]));
  });
});

describe('a list that names tasks of which the next call knows nothing', () => {
  it('is read again, and where it stays so nothing leaves, however few values there are', async () => {
    const broken = { now: false };
    const around = shop(
      { api: 3 },
      {
        around: async (call, perform) => {
          if (!broken.now || call.operation !== 'DescribeTasks') return perform();
          const { tasks } = call.input as { readonly tasks: readonly string[] };
          return { tasks: [], failures: tasks.map((arn) => ({ arn, reason: 'MISSING' })) };
        },
      },
    );
    await around.run({});
    broken.now = true;

    const run = await around.run({});

    expect(run.end).toBe('ZoneInSync');
    expect(run.states).toContain('ClusterUnread');
    expect(around.values('api')).toHaveLength(3);
  });
});

describe('one refused record (batches that failed as a whole for hours, run after run)', () => {
  it('stays behind alone, among 200 names, in few calls; the others are published by the same run', async () => {
    const calls: string[] = [];
    const around = world({
      before: async ({ operation, input }) => {
        if (operation !== 'ChangeResourceRecordSets') return;
        calls.push(operation);
        const { ChangeBatch } = input as {
          ChangeBatch: { Changes: readonly { ResourceRecordSet: { Name: string } }[] };
        };
        if (!ChangeBatch.Changes.some(({ ResourceRecordSet: { Name } }) => Name.startsWith('name-77.'))) return;
        const message = '[InvalidRecord: a value of the batch is not allowed here]';
        throw Object.assign(new Error(message), { name: 'InvalidChangeBatch' });
      },
    });
    const { admin } = around.aws.ecs;
    admin.createCluster('shop');
    const containerInstance = host(around, 'shop', '10.0.0.1');
    for (let at = 0; at < 200; at += 1) {
      const taskDefinition = define(around, `name-${at}`, { names: { 80: `name-${at}` } });
      admin.putTask({ cluster: 'shop', taskDefinition, containerInstance, hostPorts: { 80: 30_000 + at } });
    }

    const run = await around.run({});

    expect(run.end).toBe('ZoneInSync');
    expect(ours(around)).toBe(199);
    expect(around.values('name-77')).toEqual([]);
    expect(run.outcome?.refused.map(({ name }) => name)).toEqual([`name-77.${ZONE}`]);
    expect(calls.length).toBeLessThanOrEqual(2 * Math.log2(200) + 2);
  });
});

describe('the predecessor (awslabs/service-discovery-ecs-dns)', () => {
  /** All that a run may ask ECS and EC2: nothing of it changes a task, a service or a host. */
  const READS = /^(List|Describe)/;

  it('stopped healthy tasks: no call of ours touches the workload, whatever the checks say', async () => {
    const calls: string[] = [];
    const around = shop({ api: 12 }, { before: async (call) => void calls.push(`${call.service}:${call.operation}`) });
    await around.run({});
    for (let port = 0; port < 12; port += 1) {
      around.health.set(`10.0.0.1:${30_000 + port}`, {
        state: 'failing',
        kind: 'timeout',
        cause: 'no answer within 2000 ms',
      });
    }

    await around.run({});
    around.health.delete('10.0.0.1:30000');
    await around.run({});

    const ofWorkload = calls.filter((call) => /^ec[s2]:/.test(call)).map((call) => call.slice(4));
    expect(ofWorkload.length).toBeGreaterThan(0);
    expect(ofWorkload.filter((operation) => !READS.test(operation))).toEqual([]);
    expect(around.values('api')).toHaveLength(12);
  });

  it('returned after the first cluster and deleted the records of the others: each of three keeps its own', async () => {
    const broken = { now: false };
    const around = shop(
      { api: 5, web: 5, pay: 5 },
      {
        before: async ({ operation, input }) => {
          const { cluster } = input as { readonly cluster?: string };
          if (!broken.now || operation !== 'DescribeTasks' || !cluster?.endsWith('/api')) return;
          throw Object.assign(new Error('we are sorry'), { name: 'ServerException' });
        },
      },
    );
    await around.run({});
    const first = ['api', 'web', 'pay'].map((name) => around.values(name).length);
    broken.now = true;

    const run = await around.run({});

    expect(first).toEqual([5, 5, 5]);
    expect(run.end).toBe('ZoneInSync');
    expect(['api', 'web', 'pay'].map((name) => around.values(name).length)).toEqual([5, 5, 5]);
  });
});
