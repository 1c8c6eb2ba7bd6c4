import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { boot, type LocalRun } from '../../../examples/local/boot.ts';
import { isAlive } from '../../../examples/local/is-alive.ts';
import { runByHand } from '../../../examples/local/once/executions.ts';
import { nameReader } from '../../../examples/local/once/names.ts';
import { UsageError } from '../../../examples/local/options.ts';
import { reportRun } from '../../../examples/local/report/reporter.ts';
import { askUdp } from '../../stand-ins/dns/client.ts';
import { soon } from './ecs/world.ts';

/** One run for all tests of this file: its parts take seconds to start. No schedule: only events make it go. */
let run: LocalRun;
const calls: string[] = [];
const lines: string[] = [];

beforeAll(async () => {
  run = await boot({
    schedule: 'never',
    replacementDelayMs: 500,
    intercept: ({ service, operation }) => void calls.push(`${service}:${operation}`),
  });
  reportRun(run, (line) => lines.push(line));
}, 120_000);
afterAll(() => run.close());

const name = '_calc._tcp.servicediscovery.internal';
const instances = () => nameReader({ dnsPort: run.dnsPort, zone: run.zone.name })('calc');
const places = () =>
  run.cluster
    .tasks()
    .map(({ address, port }) => `${address}:${port}`)
    .sort();

/** `npm run fault -- …` without npm. */
const fault = async (...words: readonly string[]) => {
  const env = { ...process.env, FAULT_PORT: new URL(run.faultUrl).port };
  const { stdout } = await promisify(execFile)(process.execPath, ['examples/local/fault.ts', ...words], { env });
  return stdout;
};

describe('a local run', { timeout: 120_000 }, () => {
  it('answers that a name does not exist, to be remembered for five seconds only', async () => {
    const { rcode, authorities } = await askUdp(run.dnsPort, { name, type: 'SRV' });

    expect(rcode).toBe('NXDOMAIN');
    expect(authorities).toEqual([
      expect.objectContaining({ type: 'SOA', ttl: 5, data: expect.objectContaining({ minimum: 5 }) }),
    ]);
  });

  it('publishes a service by the events of its tasks, after they passed their check', async () => {
    run.cluster.scheduler.put(run.services.calc);

    await soon(async () => expect(await instances()).toHaveLength(2));

    expect(await instances()).toEqual(places());
    const [task] = run.cluster.tasks();
    expect(lines).toContainEqual(
      expect.stringMatching(
        new RegExp(`\\+ ${name}\\. ip-\\S+:${task?.port} healthy \\(task ${task?.id.slice(0, 8)}\\) events-\\S+$`),
      ),
    );
    expect(lines).toContainEqual(expect.stringMatching(/A 127\.0\.\d\.\d+ address of a host events-\S+$/));
  });

  it('removes a task that the API is asked to stop, while it still serves, and publishes its replacement', async () => {
    const [task] = run.cluster.tasks();
    const place = `${task?.address}:${task?.port}`;

    await run.cloud.clients.ecs.stopTask({ cluster: run.cluster.name, task: task?.arn });

    await soon(async () => expect(await instances()).not.toContain(place));
    expect((await fetch(`http://${place}/health`)).status).toBe(200);
    await soon(async () => expect(await instances()).toHaveLength(2));
    expect(await instances()).not.toContain(place);
  });

  it('removes a task whose process is killed, and publishes its replacement', async () => {
    const published = await instances();
    const task = run.cluster.tasks().find(({ address, port }) => published.includes(`${address}:${port}`));
    const place = `${task?.address}:${task?.port}`;

    process.kill(task?.pid ?? 0, 'SIGKILL');

    await soon(async () => expect(await instances()).not.toContain(place));
    await soon(async () => expect(await instances()).toHaveLength(2));
    expect(lines).toContainEqual(
      expect.stringMatching(
        new RegExp(`- ${name}\\. \\S+:${task?.port} task-stopped \\(task ${task?.id.slice(0, 8)}\\) events-\\S+$`),
      ),
    );
  });

  it('runs in full when asked by hand, and finds nothing left to do', async () => {
    const { status, output, why } = await runByHand(run, AbortSignal.timeout(30_000));

    expect(why).toBe('');
    expect(status).toBe('SUCCEEDED');
    expect(output).toMatchObject({ published: { healthy: 2 }, changes: [] });
  });

  it('tells of an execution that does not succeed', async () => {
    const { clients } = run.cloud;
    const { arn: stateMachineArn } = run.deployment.stateMachine;

    await clients.stepFunctions.startExecution({ stateMachineArn, name: 'mistyped', input: '{"dryrun":true}' });

    const line = /! execution mistyped FAILED InvalidConfigurationError: got execution input \{"dryrun":true\}/;
    await soon(() => expect(lines).toContainEqual(expect.stringMatching(line)));
  });

  it('tells of what people change by hand', async () => {
    const ResourceRecordSet = { Type: 'A' as const, TTL: 60, ResourceRecords: [{ Value: '127.0.0.1' }] };
    const Name = `mine.${run.zone.name}.`;

    await run.cloud.clients.route53.changeResourceRecordSets({
      HostedZoneId: run.zone.id,
      ChangeBatch: { Changes: [{ Action: 'CREATE', ResourceRecordSet: { ...ResourceRecordSet, Name } }] },
    });

    await soon(() => expect(lines.at(-1)).toMatch(/\+ mine\.\S+ A 127\.0\.0\.1 by hand$/));
  });

  it('has as many clusters as one adds, under the same names', async () => {
    const other = await run.addCluster('other');

    other.scheduler.put({ ...run.services.calc, desiredCount: 1 });

    await soon(async () => expect(await instances()).toHaveLength(3));
    const [task] = other.tasks();
    expect(await instances()).toContain(`${task?.address}:${task?.port}`);
    expect(other.hosts.map(({ address }) => address)).not.toContain(run.cluster.hosts[0]?.address);
  });

  it('lets the caller see every call, of functions and of others', () => {
    expect(calls).toContain('route53:ChangeResourceRecordSets');
    expect(calls).toContain('sqs:SendMessage');
    expect(calls).toContain('ecs:StopTask');
  });

  it('fails checks when it is told to: one leaves, and the last ones stay', async () => {
    const one = await fault('calc', 'unhealthy', '1');
    const all = await fault('calc', 'unhealthy');
    const published = await instances();
    const none = await fault('calc', 'recover');

    expect(one).toMatch(/^the checks of 1 of 3 tasks of calc fail\na full run, \S+: SUCCEEDED\n/);
    expect(one).toContain('\n  removed: 1 unhealthy\n');
    expect(all).toMatch(/^the checks of 3 of 3 tasks of calc fail\n[\s\S]*\n {2}published: 2 held-p(anic|rober)\n/);
    expect(published).toHaveLength(2);
    expect(none).toMatch(/^every check of calc passes again\n[\s\S]*\n {2}published: 3 healthy\n/);
  });

  it('breaks an API when it is told to, and nothing leaves; refuses what it cannot break', async () => {
    const denied = await fault('api', 'ecs:DescribeTasks', 'denied');
    const published = await instances();
    const whole = await fault('recover');

    expect(denied).toContain('\n  published: 3 held-unread\n');
    expect(published).toHaveLength(3);
    expect(whole).toMatch(/^everything works again\n[\s\S]*\n {2}published: 3 healthy\n/);
    await expect(fault('api', 'lambda', '5xx')).rejects.toThrow('unknown service "lambda": ecs, ec2, route53, s3, sqs');
  });

  it('leaves no process and no port behind when it closes', async () => {
    const pids = run.cluster.tasks().map(({ pid }) => pid);

    await run.close();

    expect(pids.length).toBeGreaterThan(0);
    expect(pids.filter(isAlive)).toEqual([]);
    const ports = [run.dnsPort, ...[run.cloud.endpointUrl, run.faultUrl].map((url) => Number(new URL(url).port))];
    expect(await Promise.all(ports.map(isOpen))).toEqual([false, false, false]);
  });
});

describe('a boot that fails', () => {
  it.each([
    { option: 'portalPort', variable: 'PORTAL_PORT', what: 'the portal' },
    { option: 'dnsPort', variable: 'DNS_PORT', what: 'the DNS server' },
    { option: 'awsPort', variable: 'AWS_PORT', what: 'the AWS endpoint' },
    { option: 'faultPort', variable: 'FAULT_PORT', what: 'the fault switches' },
  ])('says that the port of $what is in use, and what changes it', async ({ option, variable, what }) => {
    const server = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;

    const failing = boot({ [option]: port });

    await expect(failing).rejects.toThrow(
      new UsageError(`port ${port} of ${what} is in use: set ${variable} to another one, or to 0 for a free one`),
    );
  });

  it('gives up when it is told to', async () => {
    await expect(boot({ signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow();
  });
});

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true) ?? socket.destroy()).once('error', () => resolve(false));
  });
}
