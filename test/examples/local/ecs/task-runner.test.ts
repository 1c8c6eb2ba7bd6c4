import { describe, expect, it } from 'vitest';
import { freePort } from '../../../../examples/local/ecs/hosts.ts';
import type { ServiceSpec } from '../../../../examples/local/ecs/services.ts';
import type { EcsAdmin } from '../../../stand-ins/ecs.ts';
import { ecsWithHosts, isAlive, soon, startedRunner, statusesOf } from './world.ts';

type Definition = ServiceSpec['definition'];
type Task = ReturnType<EcsAdmin['task']>;

const definition = (environment: Readonly<Record<string, string>> = {}, container: object = {}): Definition => ({
  family: 'calc',
  networkMode: 'bridge',
  containerDefinitions: [
    {
      name: 'calc',
      image: 'calc',
      command: ['node', 'calc/main.ts'],
      portMappings: [{ containerPort: 8081, hostPort: 0 }],
      environment: Object.entries({ DRAIN_SECONDS: '0', ...environment }).map(([name, value]) => ({ name, value })),
      ...container,
    },
  ],
});

/** One task of the definition, placed and about to be started. */
async function startedTask(input = definition(), addresses: readonly string[] = ['127.0.1.10']) {
  const { ecs, hosts } = ecsWithHosts(addresses);
  const statuses = statusesOf(ecs);
  const world = startedRunner(ecs, hosts);
  const taskDefinition = ecs.admin.registerTaskDefinition(input);
  const arn = ecs.admin.putTask({
    cluster: 'demo',
    taskDefinition,
    containerInstance: hosts[0]?.containerInstance ?? '',
    lastStatus: 'PROVISIONING',
  });
  await world.runner.start(arn, input);
  const [task] = world.started;
  return { ...world, ecs, arn, task, statuses, now: (): Task => ecs.admin.task(arn) };
}

describe('a task', { timeout: 120_000 }, () => {
  it('becomes a process on its host, with a free port and what a container is told', async () => {
    const { task, now, statuses } = await startedTask();

    const url = `http://${task?.address}:${task?.port}`;
    const answer = await soon(() => fetch(`${url}/calc/6*7`, { headers: { authorization: basic } }));

    expect(await answer.json()).toEqual({ value: 42, containerId: task?.containerId, instanceId: 'i-00000000' });
    expect(task?.address).toBe('127.0.1.10');
    expect(statuses).toEqual(['PROVISIONING RUNNING', 'PENDING RUNNING', 'RUNNING RUNNING', 'RUNNING RUNNING']);
    expect(now().containers?.[0]).toMatchObject({
      runtimeId: task?.containerId,
      networkBindings: [{ containerPort: 8081, hostPort: task?.port }],
    });
  });

  it('that is killed is STOPPED with the exit code of its signal', async () => {
    const { task, now, ended, statuses } = await startedTask();

    process.kill(task?.pid ?? 0, 'SIGKILL');

    await soon(() => expect(ended).toHaveLength(1));
    expect(now()).toMatchObject({ lastStatus: 'STOPPED', stopCode: 'EssentialContainerExited' });
    expect(now().containers?.[0]?.exitCode).toBe(137);
    expect(statuses.at(-1)).toBe('STOPPED STOPPED');
  });

  it('that is stopped is told with SIGTERM, and is STOPPED when it has ended', async () => {
    const { ecs, arn, now, ended, statuses, task } = await startedTask(definition({ DRAIN_SECONDS: '0.3' }));
    await soon(() => fetch(`http://${task?.address}:${task?.port}/health`));

    ecs.admin.stopTask(arn);

    expect(now()).toMatchObject({ desiredStatus: 'STOPPED', lastStatus: 'RUNNING' });
    expect((await fetch(`http://${task?.address}:${task?.port}/health`)).status).toBe(200);
    await soon(() => expect(ended).toHaveLength(1));
    expect(now()).toMatchObject({ lastStatus: 'STOPPED', stopCode: 'UserInitiated' });
    expect(now().containers?.[0]?.exitCode).toBe(0);
    expect(statuses.slice(-3)).toEqual(['RUNNING STOPPED', 'STOPPING STOPPED', 'STOPPED STOPPED']);
  });

  it('that does not end within its stopTimeout is killed', async () => {
    const { ecs, arn, now, ended, task } = await startedTask(definition({ DRAIN_SECONDS: '60' }, { stopTimeout: 0.3 }));
    await soon(() => fetch(`http://${task?.address}:${task?.port}/health`));

    ecs.admin.stopTask(arn);

    await soon(() => expect(ended).toHaveLength(1));
    expect(now().containers?.[0]?.exitCode).toBe(137);
  });

  it('with a fixed port opens it where a browser looks', async () => {
    const hostPort = await freePort('127.0.0.1');
    const { task } = await startedTask(definition({}, { portMappings: [{ containerPort: 8081, hostPort }] }));

    const answer = await soon(() => fetch(`http://127.0.0.1:${hostPort}/health`));

    expect(answer.status).toBe(200);
    expect(task).toMatchObject({ address: '127.0.0.1', port: hostPort });
  });

  it.each([
    { row: 'two containers', input: twoContainers(), says: /with one container/ },
    { row: 'another program', input: definition({}, { command: ['sh'] }), says: /only node is run here/ },
  ])('with $row is STOPPED, and says why', async ({ input, says }) => {
    const { now, started } = await startedTask(input);

    expect(now()).toMatchObject({ lastStatus: 'STOPPED', stopCode: 'TaskFailedToStart' });
    expect(now().stoppedReason).toMatch(says);
    expect(started).toEqual([]);
  });

  it('that is to stop before it has started never becomes a process', async () => {
    const { ecs, hosts } = ecsWithHosts(['127.0.1.10']);
    const { runner, started } = startedRunner(ecs, hosts);
    const taskDefinition = ecs.admin.registerTaskDefinition(definition());
    const containerInstance = hosts[0]?.containerInstance ?? '';
    const arn = ecs.admin.putTask({ cluster: 'demo', taskDefinition, containerInstance, lastStatus: 'PROVISIONING' });

    const starting = runner.start(arn, definition());
    ecs.admin.stopTask(arn);
    await starting;

    expect(ecs.admin.task(arn).lastStatus).toBe('STOPPED');
    expect(started).toEqual([]);
  });
});

describe('the runner', { timeout: 120_000 }, () => {
  it('starts what RunTask places on its hosts, with the overrides, and leaves the tasks of other hosts alone', async () => {
    const { ecs, hosts } = ecsWithHosts(['127.0.1.10', '127.0.1.11']);
    const [first, second] = hosts;
    const { started } = startedRunner(ecs, first ? [first] : []);
    ecs.admin.registerTaskDefinition(definition());
    const overrides = { containerOverrides: [{ name: 'calc', environment: [{ name: 'CALC_USERNAME', value: 'me' }] }] };

    const run = ecs.operations.RunTask as unknown as (input: object) => { tasks: Task[] };
    const { tasks } = run({ cluster: 'demo', taskDefinition: 'calc', count: 2, overrides });

    await soon(() => expect(started).toHaveLength(1));
    const [task] = started;
    const authorization = `Basic ${Buffer.from('me:password').toString('base64')}`;
    const headers = { authorization };
    const answer = await soon(() => fetch(`http://${task?.address}:${task?.port}/calc/1`, { headers }));
    expect(answer.status).toBe(200);
    const other = tasks.find(({ containerInstanceArn }) => containerInstanceArn === second?.containerInstance);
    expect(ecs.admin.task(other?.taskArn ?? '').lastStatus).toBe('PENDING');
  });

  it('leaves no process behind when it closes', async () => {
    const { runner, task, now, ended } = await startedTask();

    await runner.close();

    expect(isAlive(task?.pid ?? 0)).toBe(false);
    expect(now().lastStatus).toBe('RUNNING'); // nobody is told any more
    expect(ended).toEqual([]);
  });
});

const basic = `Basic ${Buffer.from('admin:password').toString('base64')}`;

function twoContainers(): Definition {
  const one = definition();
  return { ...one, containerDefinitions: [...(one.containerDefinitions ?? []), { name: 'b', image: 'b', memory: 1 }] };
}
