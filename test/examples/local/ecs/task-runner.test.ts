import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { freePort, ownAddresses } from '../../../../examples/local/ecs/hosts.ts';
import type { ServiceSpec } from '../../../../examples/local/ecs/services.ts';
import { isAlive } from '../../../../examples/local/is-alive.ts';
import type { EcsAdmin } from '../../../stand-ins/ecs.ts';
import { ecsWithHosts, soon, startedRunner, statusesOf } from './world.ts';

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
async function startedTask(
  input = definition(),
  addresses: readonly string[] = ['127.0.1.10'],
  more: Parameters<typeof startedRunner>[2] = {},
) {
  const { ecs, hosts } = ecsWithHosts(addresses);
  const statuses = statusesOf(ecs);
  const world = startedRunner(ecs, hosts, more);
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

  it('in awsvpc mode has an address of its own, by the port of its container', async () => {
    const port = await freePort('127.0.0.1');
    const ownAddress = ownAddresses(9);
    const input: Definition = { ...definition({}, { portMappings: [{ containerPort: port }] }), networkMode: 'awsvpc' };

    const { task, now } = await startedTask(input, ['127.0.1.10'], { ownAddress });
    const taken = task?.address ?? '';
    await soon(() => fetch(`http://${taken}:${port}/health`));

    expect(taken).toMatch(/^127\.9\.\d+\.1$/);
    expect(task?.port).toBe(port);
    expect(now().containers?.[0]).toMatchObject({
      networkBindings: [],
      networkInterfaces: [{ privateIpv4Address: taken }],
    });
    expect(now().attachments?.[0]?.details).toContainEqual({ name: 'privateIPv4Address', value: taken });
    expect(await ownAddresses(9)(port)).toBe(taken.replace(/1$/, '2'));
  });

  it('in awsvpc mode does not start where there is no address for it, and says why', async () => {
    const { now, troubles } = await startedTask({
      ...definition({}, { portMappings: [{ containerPort: 8081 }] }),
      networkMode: 'awsvpc',
    });

    expect(now()).toMatchObject({ lastStatus: 'STOPPED', stopCode: 'TaskFailedToStart' });
    expect(troubles[0]?.what).toContain('a task in awsvpc mode has an address of its own');
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
    { row: 'two containers', input: twoContainers(), says: /with one container/, advice: /a service of each/ },
    { row: 'no command', input: definition({}, { command: [] }), says: /has no command/, advice: /"node"/ },
    {
      row: 'another program',
      input: definition({}, { command: ['sh'] }),
      says: /only node is run here/,
      advice: /images/,
    },
    { row: 'no such file', input: running('/no/such.mjs'), says: /no file "\/no\/such\.mjs"/, advice: /absolute path/ },
    { row: 'a relative path', input: running('no.mjs'), says: /examples\/no\.mjs/, advice: /begins in \/.*examples/ },
    {
      row: 'no such folder',
      input: definition({}, { workingDirectory: 'x' }),
      says: /is no folder/,
      advice: /absolute/,
    },
  ])('with $row is STOPPED, and says why', async ({ input, says, advice }) => {
    const { now, started, troubles } = await startedTask(input);

    expect(now()).toMatchObject({ lastStatus: 'STOPPED', stopCode: 'TaskFailedToStart' });
    expect(now().stoppedReason).toMatch(says);
    expect(now().containers?.[0]?.reason).toMatch(/^CannotStartContainerError: /);
    expect(troubles).toEqual([
      expect.objectContaining({ what: expect.stringMatching(says), advice: expect.stringMatching(advice) }),
    ]);
    expect(started).toEqual([]);
  });

  it.each([
    { row: 'a syntax error', code: 'const = 1', exitCode: 1, reason: /^SyntaxError: /, advice: /correct the line/ },
    {
      row: 'a missing import',
      code: 'import "./no.mjs"',
      exitCode: 1,
      reason: /Cannot find module/,
      advice: /paths begin/,
    },
    { row: 'nothing to do', code: '', exitCode: 0, reason: undefined, advice: /goes on serving/ },
    {
      row: 'an exit code',
      code: 'console.error("no \u001b[2J luck"); process.exit(3)',
      exitCode: 3,
      reason: /^no \\u001b\[2J luck$/,
      advice: /force-new/,
    },
    {
      row: 'a port in use',
      code: 'import { createServer as s } from "node:net"; s().listen(0, () => {}).on("listening", function () { s().listen(this.address().port).on("error", (e) => { throw e; }); })',
      exitCode: 1,
      reason: /EADDRINUSE/,
      advice: /HOST and PORT/,
    },
    {
      row: 'many words',
      code: 'console.error("x".repeat(9e4) + "\\n" + "last words\\n".repeat(99)); process.exit(1)',
      exitCode: 1,
      reason: /^last words$/,
      advice: /correct it/,
    },
  ])('that ends at once for $row is STOPPED with its last words', async ({ code, exitCode, reason, advice }) => {
    const { now, troubles } = await startedTask(script(code));

    await soon(() => expect(troubles).toHaveLength(1));
    expect(now()).toMatchObject({
      lastStatus: 'STOPPED',
      stopCode: 'EssentialContainerExited',
      stoppedReason: 'Essential container in task exited',
    });
    expect(now().containers?.[0]?.exitCode).toBe(exitCode);
    if (reason) expect(now().containers?.[0]?.reason).toMatch(reason);
    const [trouble] = troubles;
    expect(trouble?.what).toBe(`has ended at once with exit code ${exitCode}`);
    expect(trouble?.advice).toMatch(advice);
    expect(trouble?.said.length).toBeLessThanOrEqual(8);
    expect(trouble?.said.every((line) => line.length <= 200)).toBe(true);
  });

  it('that listens elsewhere runs, and is told where to', async () => {
    const { now, troubles, task } = await startedTask(script('setInterval(() => {}, 1000)'));

    await soon(() => expect(troubles).toHaveLength(1));
    expect(troubles[0]?.what).toBe(`runs, but nothing listens at ${task?.address}:${task?.port}`);
    expect(now().lastStatus).toBe('RUNNING');
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

function running(file: string): Definition {
  return definition({}, { command: ['node', file] });
}

/** A task that runs this code, a module in a file of its own. */
function script(code: string): Definition {
  const folder = mkdtempSync(join(tmpdir(), 'task-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'main.mjs'), code);
  return definition({}, { command: ['node', 'main.mjs'], workingDirectory: folder });
}

function twoContainers(): Definition {
  const one = definition();
  return { ...one, containerDefinitions: [...(one.containerDefinitions ?? []), { name: 'b', image: 'b', memory: 1 }] };
}
