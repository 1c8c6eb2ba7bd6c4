import {
  DescribeTasksCommand,
  type DescribeTasksCommandOutput,
  ECSClient,
  ListTasksCommand,
  type Task,
} from '@aws-sdk/client-ecs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { History } from './ecs/history.ts';
import { idSource } from './ecs/identity.ts';
import { HostPorts } from './ecs/network.ts';
import { EcsStore } from './ecs/store.ts';
import { TaskLife } from './ecs/task-life.ts';
import { type EcsOptions, ecsStandIn } from './ecs.ts';
import { inMemoryClient } from './in-memory-client.ts';

function stage(options: Partial<EcsOptions> = {}) {
  const clock = { time: 0 };
  const ecs = ecsStandIn({ now: () => clock.time, region: 'eu-west-1', accountId: '111111111111', ...options });
  const { admin } = ecs;
  admin.createCluster('default');
  for (const networkMode of ['bridge', 'awsvpc'] as const) {
    const container = { name: 'app', image: 'calc:1', portMappings: [{ containerPort: 8080 }] };
    admin.registerTaskDefinition({ family: networkMode, networkMode, containerDefinitions: [container] });
  }
  const host = admin.registerContainerInstance({ ec2InstanceId: 'i-0123456789abcdef0' });
  const client = inMemoryClient(ecs, { of: ECSClient });
  return { admin, clock, client, host, on: { taskDefinition: 'bridge', containerInstance: host } };
}

const hostPort = ({ containers }: Task) => containers?.[0]?.networkBindings?.[0]?.hostPort;

describe('a task', () => {
  it('never goes back', () => {
    const { admin, on } = stage();
    const task = admin.putTask(on);
    admin.stopTask(task);

    expect(() => admin.updateTask(task, { lastStatus: 'PENDING' })).toThrow(RangeError);
    expect(() => admin.updateTask(task, { desiredStatus: 'RUNNING' })).toThrow(RangeError);
    expect(admin.task(task)).toMatchObject({ lastStatus: 'RUNNING', desiredStatus: 'STOPPED', version: 3 });
  });

  it('that ends by itself says so', () => {
    const { admin, on } = stage();
    const task = admin.putTask(on);

    admin.updateTask(task, { lastStatus: 'STOPPED', containers: { app: { exitCode: 137, reason: 'OutOfMemory' } } });

    expect(admin.task(task)).toMatchObject({
      desiredStatus: 'STOPPED',
      stopCode: 'EssentialContainerExited',
      containers: [{ lastStatus: 'STOPPED', exitCode: 137, reason: 'OutOfMemory' }],
    });
  });

  it('that never ran has neither bindings nor an exit code', () => {
    const { admin, on } = stage();
    const task = admin.putTask({ ...on, lastStatus: 'PENDING' });

    admin.updateTask(task, { lastStatus: 'STOPPED', stopCode: 'TaskFailedToStart', stoppedReason: 'no image' });

    const { containers, startedAt, stopCode } = admin.task(task);
    expect(containers?.[0]).toMatchObject({ lastStatus: 'STOPPED', networkBindings: [] });
    expect(containers?.[0]).not.toHaveProperty('exitCode');
    expect([startedAt, stopCode]).toEqual([undefined, 'TaskFailedToStart']);
  });

  it('without a health check cannot become healthy', () => {
    const { admin, on } = stage();
    const task = admin.putTask(on);

    expect(() => admin.updateTask(task, { health: { app: 'HEALTHY' } })).toThrow('has no health check');
  });

  it('can be given bindings word for word', () => {
    const { admin, on } = stage();
    const bindings = { app: [{ bindIP: '::', containerPort: 8080, hostPort: 32_768, protocol: 'tcp' as const }] };
    const task = admin.putTask({ ...on, bindings });

    const neighbour = admin.putTask(on);

    expect(admin.task(task).containers?.[0]?.networkBindings).toEqual(bindings.app);
    expect(hostPort(admin.task(neighbour))).toBe(32_769);
  });

  it('cannot be put on a host that is not there, nor overridden where it has no container', () => {
    const { admin, on } = stage();
    const overrides = { containerOverrides: [{ name: 'nobody' }] };

    expect(() => admin.putTask({ ...on, containerInstance: 'nowhere' })).toThrow('nowhere is not registered');
    expect(() => admin.putTask({ ...on, overrides })).toThrow('Override for container named nobody');
  });
});

describe('an agent', () => {
  it('hears once of each task that is to stop and has not yet', () => {
    const { admin, on } = stage();
    const heard: (string | undefined)[] = [];
    const disconnect = admin.connectAgent({ stopTask: ({ taskArn }) => heard.push(taskArn) });
    const [first, dead, unheard] = [1, 2, 3].map(() => admin.putTask(on));

    admin.stopTask(first ?? '');
    admin.stopTask(first ?? '');
    admin.updateTask(dead ?? '', { lastStatus: 'STOPPED' });
    disconnect();
    admin.stopTask(unheard ?? '');

    expect(heard).toEqual([first]);
    expect(admin.task(first ?? '').version).toBe(3);
  });

  it('may end the task at once, while it is told', () => {
    const { admin, on } = stage();
    admin.connectAgent({ stopTask: ({ taskArn = '' }) => admin.updateTask(taskArn, { lastStatus: 'STOPPED' }) });
    const task = admin.putTask(on);

    admin.stopTask(task, { stopCode: 'ServiceSchedulerInitiated', stoppedReason: 'scaling in' });

    expect(admin.task(task)).toMatchObject({ lastStatus: 'STOPPED', stoppedReason: 'scaling in', version: 5 });
  });
});

describe('host ports', () => {
  it('are never held twice on one host, and reused late', () => {
    const { admin, on } = stage();
    const first = admin.putTask(on);
    admin.updateTask(first, { lastStatus: 'STOPPED' });

    const ports = Array.from({ length: 50 }, () => hostPort(admin.task(admin.putTask(on))));

    expect(new Set(ports).size).toBe(50);
    expect(ports).not.toContain(hostPort(admin.task(first)));
  });

  it('come back after a full turn, skipping those still held', () => {
    const ports = new HostPorts();
    const kept = ports.take('kept');
    for (let count = 1; count < 60_999 - 32_768 + 1; count += 1) ports.take('brief');
    ports.release('brief');

    const range = ports.take('late', 3);

    expect([kept, range]).toEqual([32_768, 32_769]);
    expect(() => {
      for (;;) ports.take('greedy');
    }).toThrow(RangeError);
  });
});

describe('a long run', () => {
  it('forgets what nobody can see any more, and only that', async () => {
    const { admin, clock, client } = stage();
    const portal = admin.putTask({ taskDefinition: 'awsvpc' });
    for (let count = 0; count < 600; count += 1) {
      admin.updateTask(admin.putTask({ taskDefinition: 'awsvpc' }), { lastStatus: 'STOPPED' });
    }
    clock.time += 3_600_000;

    const late = Array.from({ length: 10 }, () => admin.putTask({ taskDefinition: 'awsvpc' }));

    const { taskArns, nextToken } = await client.send(new ListTasksCommand({}));
    expect(taskArns).toEqual([portal, ...late]);
    expect(nextToken).toBeUndefined();
  });

  it('keeps no more than twice what can be seen', () => {
    let time = 0;
    const store = new EcsStore({ region: 'eu-west-1', accountId: '111111111111' }, () => time, idSource(1));
    const life = new TaskLife(store);
    const cluster = store.createCluster('default');
    const containerDefinitions = [{ name: 'app', image: 'calc:1' }];
    const definition = store.definitions.register({ family: 'calc', containerDefinitions }, new Date(0));

    for (; time < 3000 * 60_000; time += 60_000) {
      life.change(life.put(cluster, definition, { taskDefinition: 'calc' }), { lastStatus: 'STOPPED' });
    }

    expect(cluster.tasks.length).toBeLessThanOrEqual(512);
    expect(cluster.tasksById.size).toBe(cluster.tasks.length);
  });
});

it('the same calls give the same ids, another seed others', () => {
  const run = (seed?: number) => {
    const { admin, on } = stage(seed === undefined ? {} : { seed });
    return [on.containerInstance, admin.putTask(on), admin.putTask(on)];
  };

  expect(run()).toEqual(run());
  expect(run(2)).not.toEqual(run());
});

it('ids never repeat and have 32 hexadecimal digits', () => {
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const next = idSource(seed);
      const ids = Array.from({ length: 300 }, next);

      expect(new Set(ids).size).toBe(300);
      expect(ids.every((id) => /^[\da-f]{32}$/.test(id))).toBe(true);
    }),
    { numRuns: 20 },
  );
});

it('a history gives the latest value of its time', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(50), { minLength: 1 }), fc.nat(3000), (gaps, asked) => {
      const changes = gaps.map((_, value) => ({ at: gaps.slice(0, value + 1).reduce((sum, gap) => sum + gap), value }));
      const [first] = changes;
      const history = new History(first?.at ?? 0, first?.value);
      for (const change of changes.slice(1)) history.change(change.at, change.value);

      expect(history.at(asked)).toBe(changes.findLast((change) => change.at <= asked)?.value);
    }),
  );
});

it('a history forgets what is more than an hour old, but not what still held then', () => {
  const history = new History(0, 'first');
  history.change(1000, 'second');
  history.change(3_601_500, 'third');

  expect([history.at(999), history.at(1000), history.at(3_601_499)]).toEqual([undefined, 'second', 'second']);
});

it('pages list each task that was there all the time exactly once, whatever happens between them', async () => {
  const happening = fc.record({ what: fc.constantFrom('put', 'stop', 'remove'), which: fc.nat(30) });
  await fc.assert(
    fc.asyncProperty(
      fc.nat(12),
      fc.integer({ min: 1, max: 5 }),
      fc.array(fc.array(happening, { maxLength: 4 }), { maxLength: 8 }),
      async (count, maxResults, between) => {
        const { admin, client } = stage();
        const tasks = Array.from({ length: count }, () => admin.putTask({ taskDefinition: 'awsvpc' }));
        const moved = new Set<string>();
        const listed: string[] = [];
        let nextToken: string | undefined;
        let round = 0;
        do {
          const page = await client.send(new ListTasksCommand({ maxResults, nextToken }));
          listed.push(...(page.taskArns ?? []));
          nextToken = page.nextToken;
          for (const { what, which } of between[round] ?? []) {
            const task = tasks[which % (tasks.length || 1)];
            if (what === 'put') admin.putTask({ taskDefinition: 'awsvpc' });
            else if (task !== undefined && !moved.has(task)) {
              if (what === 'stop') admin.stopTask(task);
              else admin.removeTask(task);
              moved.add(task);
            }
          }
          round += 1;
        } while (nextToken !== undefined);

        expect(new Set(listed).size).toBe(listed.length);
        expect(listed).toEqual(expect.arrayContaining(tasks.filter((task) => !moved.has(task))));
      },
    ),
    { numRuns: 60 },
  );
});

it('an answer is never newer than its age, never older than it', async () => {
  const step = fc.record({ gap: fc.nat(400), change: fc.constantFrom('RUNNING', 'STOPPING', 'STOPPED') });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 6 }), fc.nat(1000), async (steps, staleness) => {
      const { admin, clock, client, on } = stage({ staleness });
      const task = admin.putTask({ ...on, lastStatus: 'PENDING' });
      const truths = [{ at: 0, version: 1 }];
      for (const { gap, change } of steps) {
        clock.time += gap;
        try {
          admin.updateTask(task, { lastStatus: change as 'RUNNING' });
          truths.push({ at: clock.time, version: admin.task(task).version ?? 0 });
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError); // backwards
        }
      }

      const answer: DescribeTasksCommandOutput = await client.send(new DescribeTasksCommand({ tasks: [task] }));

      const shown = truths.findLast(({ at }) => at <= clock.time - staleness)?.version;
      expect(answer.tasks?.[0]?.version).toBe(shown);
    }),
    { numRuns: 100 },
  );
});
