import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { boot, type LocalRun } from '../../../examples/local/boot.ts';
import { runByHand } from '../../../examples/local/once/executions.ts';
import { nameReader } from '../../../examples/local/once/names.ts';
import { askUdp } from '../../stand-ins/dns/client.ts';
import { isAlive, soon } from './ecs/world.ts';

/** One run for all tests of this file: its parts take seconds to start. No schedule: only events make it go. */
let run: LocalRun;
const calls: string[] = [];

beforeAll(async () => {
  run = await boot({
    schedule: 'never',
    replacementDelayMs: 500,
    intercept: ({ service, operation }) => void calls.push(`${service}:${operation}`),
  });
}, 120_000);
afterAll(() => run.close());

const name = '_calc._tcp.servicediscovery.internal';
const instances = () => nameReader({ dnsPort: run.dnsPort, zone: run.zone.name })('calc');
const places = () =>
  run.cluster
    .tasks()
    .map(({ address, port }) => `${address}:${port}`)
    .sort();

describe('a local run', () => {
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
  });

  it('runs in full when asked by hand, and finds nothing left to do', async () => {
    const { status, output, why } = await runByHand(run, AbortSignal.timeout(30_000));

    expect(why).toBe('');
    expect(status).toBe('SUCCEEDED');
    expect(output).toMatchObject({ published: { healthy: 2 }, changes: [] });
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

  it('leaves no process and no port behind when it closes', async () => {
    const pids = run.cluster.tasks().map(({ pid }) => pid);

    await run.close();

    expect(pids.length).toBeGreaterThan(0);
    expect(pids.filter(isAlive)).toEqual([]);
    const ports = [run.dnsPort, Number(new URL(run.cloud.endpointUrl).port)];
    expect(await Promise.all(ports.map(isOpen))).toEqual([false, false]);
  });
});

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true) ?? socket.destroy()).once('error', () => resolve(false));
  });
}
