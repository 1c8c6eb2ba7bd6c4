import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type EcsStandIn, ecsStandIn, type TaskStateChangeEvent } from './ecs.ts';

const fixtures = new URL('./ecs/recorded-events/', import.meta.url);
const recorded = (name: string): TaskStateChangeEvent =>
  JSON.parse(readFileSync(new URL(`${name}.json`, fixtures), 'utf8'));
const names = readdirSync(fixtures).map((file) => file.replace(/\.json$/, ''));

/** ECS with one host and every event it sent, on a clock that the test moves. */
function stage() {
  const clock = { time: Date.UTC(2026, 9, 1, 10, 0, 5, 471) };
  const { admin } = ecsStandIn({ now: () => clock.time, region: 'eu-west-1', accountId: '111111111111' });
  const events: TaskStateChangeEvent[] = [];
  const end = admin.onTaskChange((event) => events.push(event));
  admin.createCluster('shop');
  define(admin, 'calc', 'bridge');
  define(admin, 'portal', 'awsvpc');
  const host = admin.registerContainerInstance({ cluster: 'shop', ec2InstanceId: 'i-0123456789abcdef0' });
  const on = {
    cluster: 'shop',
    taskDefinition: 'calc',
    containerInstance: host,
    service: 'calc',
    startedBy: 'ecs-svc/1',
  };
  return { admin, clock, events, end, host, on };
}

function define(admin: EcsStandIn['admin'], family: string, networkMode: 'bridge' | 'awsvpc') {
  const healthCheck = { command: ['CMD', 'true'] };
  const container = { name: 'app', image: 'calc:1', portMappings: [{ containerPort: 8080 }], healthCheck };
  admin.registerTaskDefinition({ family, networkMode, containerDefinitions: [container] });
}

/** Every path of an object with the type that stands there: `detail.version number`. */
function shapeOf(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((entry) => shapeOf(entry, `${path}[]`));
  if (typeof value !== 'object' || value === null) return [`${path} ${typeof value}`];
  return Object.entries(value).flatMap(([name, entry]) => shapeOf(entry, path === '' ? name : `${path}.${name}`));
}

describe('an event', () => {
  it('has no field and no type that real events do not have', () => {
    const { admin, events, on } = stage();
    const task = admin.putTask({ ...on, lastStatus: 'PENDING', sidecars: ['aws-guardduty-agent-1a2b'] });
    admin.updateTask(task, { lastStatus: 'RUNNING', ipv6Bindings: 'same-port' });
    admin.stopTask(task);
    admin.updateTask(task, { lastStatus: 'STOPPED' });
    const own = admin.putTask({ cluster: 'shop', taskDefinition: 'portal', lastStatus: 'PROVISIONING' });
    admin.updateTask(own, { lastStatus: 'RUNNING' });
    admin.updateTask(own, { lastStatus: 'STOPPED' });
    const known = new Set(names.flatMap((name) => shapeOf(recorded(name))));

    const strange = events.flatMap((event) => shapeOf(event)).filter((path) => !known.has(path));

    expect(events).toHaveLength(13);
    expect(strange).toEqual([]);
  });

  // What the stand-in leaves out of real events.
  const left = /attributes|imageDigest|ephemeralStorage|capacityProviderName/;

  it.each([
    { name: 'bridge-pending', steps: ['PENDING'] as const },
    { name: 'bridge-running', steps: ['PENDING', 'RUNNING'] as const },
    { name: 'bridge-stopped', steps: ['PENDING', 'RUNNING', 'STOPPED'] as const },
  ])('has every field of a real one: $name', ({ name, steps }) => {
    const { admin, events, on } = stage();
    const [first, ...rest] = steps;
    const task = admin.putTask({ ...on, lastStatus: first });
    for (const lastStatus of rest) admin.updateTask(task, { lastStatus });
    const found = new Set(shapeOf(events.at(-1)));

    const missing = shapeOf(recorded(name)).filter((path) => !left.test(path) && !found.has(path));

    expect(missing).toEqual([]);
  });

  it.each([
    { name: 'fargate-provisioning', lastStatus: 'PROVISIONING' as const },
    { name: 'fargate-running', lastStatus: 'RUNNING' as const },
  ])('has every field of a real one: $name', ({ name, lastStatus }) => {
    const { admin, events } = stage();
    const spec = { cluster: 'shop', taskDefinition: 'portal', startedBy: 'ecs-svc/1', address: '10.0.1.42' };
    admin.putTask({ ...spec, lastStatus });
    const found = new Set(shapeOf(events[0]));

    const missing = shapeOf(recorded(name)).filter((path) => !left.test(path) && !found.has(path));

    expect(missing).toEqual([]);
  });

  it('is version "0" in its envelope and dated by the clock', () => {
    const { admin, events, on } = stage();

    admin.putTask(on);

    expect(events[0]).toMatchObject({
      version: '0',
      'detail-type': 'ECS Task State Change',
      source: 'aws.ecs',
      account: '111111111111',
      region: 'eu-west-1',
      time: '2026-10-01T10:00:05Z',
      detail: { createdAt: '2026-10-01T10:00:05.471Z', updatedAt: '2026-10-01T10:00:05.471Z' },
    });
  });

  it('names its task in resources and detail, under an id of its own', () => {
    const { admin, events, on } = stage();

    const tasks = [admin.putTask(on), admin.putTask(on)];

    const twice = tasks.flatMap((task) => [task, task]);
    expect(events.map(({ resources }) => resources)).toEqual(twice.map((task) => [task]));
    expect(events.map(({ detail }) => detail.taskArn)).toEqual(twice);
    expect(new Set(events.map(({ id }) => id)).size).toBe(4);
  });

  it('shows the interface as type `eni` and never any health', () => {
    const { admin, events } = stage();
    const task = admin.putTask({ cluster: 'shop', taskDefinition: 'portal' });
    admin.updateTask(task, { health: { app: 'HEALTHY' }, stoppedReason: 'both at once' });

    expect(events.map(({ detail }) => detail.attachments[0]?.type)).toEqual(['eni', 'eni', 'eni']);
    expect(JSON.stringify(events)).not.toContain('healthStatus');
  });
});

describe('events', () => {
  const told = (events: readonly TaskStateChangeEvent[]) =>
    events.map(({ detail }) => `${detail.version} ${detail.lastStatus} ${detail.desiredStatus}`);

  it.each([
    { on: 'a container instance', stops: ['5 STOPPING STOPPED', '6 STOPPED STOPPED'] },
    {
      on: 'Fargate',
      stops: ['5 DEACTIVATING STOPPED', '6 STOPPING STOPPED', '7 DEPROVISIONING STOPPED', '8 STOPPED STOPPED'],
    },
  ])('are sent for each line of its life, with a version that grows by one: on $on', ({ on: where, stops }) => {
    const { admin, events, on } = stage();
    const place = where === 'Fargate' ? { cluster: 'shop', taskDefinition: 'portal' } : on;

    const task = admin.putTask({ ...place, lastStatus: 'PENDING' });
    admin.updateTask(task, { lastStatus: 'RUNNING' });
    const started = told(events);
    admin.stopTask(task);
    admin.updateTask(task, { lastStatus: 'STOPPED' });

    expect(started).toEqual(['1 PENDING RUNNING', '2 RUNNING RUNNING', '3 RUNNING RUNNING']);
    expect(told(events).slice(3)).toEqual(['4 RUNNING STOPPED', ...stops]);
    expect(admin.task(task).version).toBe(events.length);
  });

  it('skip no line that somebody has told already, and repeat none', () => {
    const { admin, events } = stage();
    const task = admin.putTask({ cluster: 'shop', taskDefinition: 'portal' });
    admin.stopTask(task);
    admin.updateTask(task, { lastStatus: 'STOPPING' });
    admin.updateTask(task, { lastStatus: 'STOPPED' });

    expect(events.map(({ detail }) => detail.lastStatus)).toEqual([
      'RUNNING',
      'RUNNING',
      'RUNNING',
      'DEACTIVATING',
      'STOPPING',
      'DEPROVISIONING',
      'STOPPED',
    ]);
  });

  it('of a task that ends by itself begin further down, all of them with desired status STOPPED', () => {
    const { admin, events, on } = stage();
    const task = admin.putTask(on);

    admin.updateTask(task, { lastStatus: 'STOPPED' });

    expect(told(events).slice(2)).toEqual(['3 STOPPING STOPPED', '4 STOPPED STOPPED']);
    expect(new Set(events.slice(2).map(({ detail }) => detail.stopCode))).toEqual(
      new Set(['EssentialContainerExited']),
    );
  });

  it('of a task that never ran have no line between', () => {
    const { admin, events, on } = stage();
    const task = admin.putTask({ ...on, lastStatus: 'PENDING' });

    admin.updateTask(task, { lastStatus: 'STOPPED' });

    expect(told(events)).toEqual(['1 PENDING RUNNING', '2 STOPPED STOPPED']);
  });

  it('are not sent for health alone, which counts no version either', () => {
    const { admin, events, on } = stage();
    const task = admin.putTask(on);

    admin.updateTask(task, { health: { app: 'UNHEALTHY' } });

    expect(events).toHaveLength(2);
    expect(admin.task(task)).toMatchObject({ version: 2, healthStatus: 'UNHEALTHY' });
  });

  it('are not sent when a host merely falls silent, nor when a task vanishes', () => {
    const { admin, events, on, host } = stage();
    const task = admin.putTask(on);

    admin.updateContainerInstance(host, { agentConnected: false });
    admin.removeTask(task);

    expect(events).toHaveLength(2);
  });

  it('tell the end of every task of a host that is deregistered by force', () => {
    const { admin, events, on, host } = stage();
    const tasks = [admin.putTask(on), admin.putTask(on)];

    expect(() => admin.deregisterContainerInstance(host)).toThrow('Found running tasks on the instance.');
    admin.deregisterContainerInstance(host, { force: true });

    const ends = events.slice(4).filter(({ detail }) => detail.lastStatus === 'STOPPED');
    expect(ends.map(({ detail }) => detail.taskArn)).toEqual(tasks);
    expect(ends.every(({ detail }) => detail.lastStatus === 'STOPPED' && detail.desiredStatus === 'STOPPED')).toBe(
      true,
    );
  });

  it('reach nobody who has stopped listening', () => {
    const { admin, events, on, end } = stage();
    admin.putTask(on);
    end();

    admin.putTask(on);

    expect(events).toHaveLength(2);
  });
});

describe('the recorded events', () => {
  it.each(names)('are of one account and consistent in themselves: %s', (name) => {
    const { detail, resources, account } = recorded(name);

    expect(resources).toEqual([detail.taskArn]);
    expect(detail.containers.every(({ taskArn }) => taskArn === detail.taskArn)).toBe(true);
    expect(detail.clusterArn).toContain(`:${account}:cluster/`);
    expect('containerInstanceArn' in detail).toBe(detail.launchType === 'EC2');
    expect(detail.updatedAt >= detail.createdAt).toBe(true);
  });
});
