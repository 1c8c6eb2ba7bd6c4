import { once } from 'node:events';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Console } from '../../console/server.ts';
import type { ActionResult, NameView, RunView, State, StateEntry } from '../../console/views.ts';
import { boot, type LocalRun } from '../../examples/local/boot.ts';
import { startLocalConsole } from '../../examples/local/console.ts';
import { soon } from '../examples/local/ecs/world.ts';
import { addOrphans } from './orphans.ts';
import { send } from './stage.ts';

/** The console's server over the wire, of a whole local run: no schedule, so that only events and orders make it go. */
let run: LocalRun;
let page: Console;
const CALC = '_calc._tcp.servicediscovery.internal.';

beforeAll(async () => {
  run = await boot({ schedule: 'never', replacementDelayMs: 300, provenAfterMs: 500 });
  run.cluster.scheduler.put(run.services.calc);
  run.cluster.scheduler.put(run.services.time);
  page = await startLocalConsole(run, 0);
  await soon(async () => expect((await state()).glance.instances.published).toBe(4));
}, 120_000);
afterAll(async () => {
  await page.close();
  await run.close();
});

const ask = (path: string, asked: Parameters<typeof send>[2] = {}) =>
  send(page.port, path, { ...asked, headers: { 'x-console-token': page.token, ...asked.headers } });
const json = async <T>(path: string): Promise<T> => {
  const { status, text } = await ask(path);
  if (status !== 200) throw new Error(`${path}: ${status} ${text}`);
  return JSON.parse(text) as T;
};
const state = () => json<State>('/api/state');
const order = async (id: string, fields: Readonly<Record<string, string>> = {}): Promise<ActionResult> => {
  const headers = { 'content-type': 'application/json', origin: `http://127.0.0.1:${page.port}` };
  const { text } = await ask(`/api/actions/${id}`, { method: 'POST', headers, body: JSON.stringify(fields) });
  return JSON.parse(text);
};
const ended = (execution: string | undefined) =>
  soon(async () => {
    const found = (await state()).runs.find((one) => one.execution === execution);
    expect(found?.ended).toBeDefined();
    return found;
  });

it.each([
  { row: 'a run that nobody made', path: '/api/runs/nobody', says: /^there is no run "nobody"$/ },
  { row: 'a state that there is not', path: '/api/runs/nobody/states/Nowhere', says: /no state "Nowhere"$/ },
])('$row is not found, in a sentence', async ({ path, says }) => {
  const { status, text } = await ask(path);

  expect({ status, says: JSON.parse(text).says }).toEqual({ status: 404, says: expect.stringMatching(says) });
});

describe('what it shows', { timeout: 60_000 }, () => {
  it('names, hosts, runs and changes, as the zone and the last full reading have them', async () => {
    const { execution } = await order('run');
    await ended(execution);
    const { glance, names, hosts, runs, changes } = await state();

    expect(glance.verdicts[0]?.says).toBe('in sync: 4 instances of 2 names');
    expect(names.map(({ name, marks }) => [name, marks])).toEqual([
      [CALC, 'pp'],
      ['_time._tcp.servicediscovery.internal.', 'pp'],
    ]);
    const ports = hosts.flatMap(({ tasks }) => tasks.flatMap((task) => task.ports.map(({ mark }) => mark)));
    expect(ports).toEqual(['published', 'published', 'published', 'published']);
    expect(runs[0]).toMatchObject({ execution, status: 'succeeded', ended: 'in-sync' });
    expect(changes.filter(({ outcome }) => outcome === 'published')).toHaveLength(4);
  });

  it('a name: its instances with value, reason and task, and what has happened to it', async () => {
    const view = await json<NameView>(`/api/names/${encodeURIComponent(CALC)}`);

    expect(view).toMatchObject({ name: CALC, ttl: 5, routing: 'simple', capacity: { most: 400, stand: 2 } });
    expect(view.instances).toHaveLength(2);
    for (const one of view.instances) {
      expect(one).toMatchObject({ mark: 'published', reason: 'healthy', service: 'calc', cluster: 'demo' });
      expect(one.value).toMatch(/^1 1 \d+ ip-127-0-1-1\d\.ecs\.servicediscovery\.internal\.$/);
    }
    expect(view.happenings).toHaveLength(2);
    expect(view.lookup).toBe(`dig -p ${run.dnsPort} @127.0.0.1 SRV ${CALC}`);
  });

  it('a run: the graph with what each state did, and what went in and out of one', async () => {
    const [{ execution = '' } = {}] = (await state()).runs.filter(({ trigger }) => trigger === 'manual');
    const view = await json<RunView>(`/api/runs/${execution}`);
    const entries = await json<readonly StateEntry[]>(`/api/runs/${execution}/states/SnapshotZone`);
    const of = (id: string) => view.states.find((one) => one.id === id);

    expect(of('SnapshotZone')).toMatchObject({ status: 'succeeded', entered: 1, retries: 0 });
    expect(of('CollectTasks')).toMatchObject({ status: 'succeeded', inside: 'ObserveClusters' });
    expect(of('ObserveClusters')?.iterations).toBe(1);
    expect(view.states.some(({ status }) => status === 'waiting')).toBe(true);
    expect(view.edges.some(({ taken }) => taken)).toBe(true);
    expect(view.states.every(({ x, y }) => x >= 0 && y >= 0 && x <= view.width && y <= view.height)).toBe(true);
    expect(JSON.parse(entries[0]?.input ?? '')).toHaveProperty('run');
    expect(JSON.parse(entries[0]?.output ?? '')).toBeDefined();
  });

  it('a page is told of what changes, and again after its stream has broken', async () => {
    for (const count of ['3', '2']) {
      const told = await following();
      await order('scale', { service: 'demo/calc', count });
      await soon(() => expect(told.seen.at(-1)).toMatchObject({ instances: { published: Number(count) + 2 } }));
      told.end();
    }
  });
});

describe('what it orders', { timeout: 120_000 }, () => {
  it('pause: runs plan and report only, and say so; resume ends it', async () => {
    const paused = await order('pause', { reason: 'the database moves' });
    const during = await soon(async () => {
      const now = await state();
      expect(now.glance.paused).toBeDefined();
      return now;
    });
    const refused = await order('run');
    const resumed = await order('resume');
    await ended(resumed.execution);

    expect(paused.says).toMatch(/^route53:ChangeResourceRecordSets: paused .*the database moves/);
    expect(during.glance.verdicts[0]?.case).toBe('paused');
    expect(during.glance.paused?.why).toBe('the database moves');
    expect(refused).toEqual({ done: false, says: 'it is paused: a run would only plan and report' });
    expect((await state()).glance.paused).toBeUndefined();
  });

  it('held removals: shown with their list; approved by the hash that is typed, and by no other', async () => {
    await addOrphans(run, CALC, 12);
    const holding = await order('run');
    await ended(holding.execution);
    const { held, glance } = await soon(async () => {
      const now = await state();
      expect(now.held?.removals).toHaveLength(12);
      return now;
    });
    const hash = held?.hash ?? '';

    const wrong = await order('approve', { typed: '0123456789abcdef' });
    const none = await order('approve');
    const right = await order('approve', { typed: hash });
    await ended(right.execution);

    expect(glance.verdicts[0]).toMatchObject({ case: 'held', next: `ecssd approve ${hash}` });
    expect([wrong.done, none.done]).toEqual([false, false]);
    expect(wrong.says).toBe(`got "0123456789abcdef", want ${hash} typed: nothing was done`);
    expect(right.done).toBe(true);
    await soon(async () => expect((await state()).held).toBeUndefined());
    expect((await json<RunView>(`/api/runs/${holding.execution}`)).heldRemovals).toHaveLength(12);
    expect((await state()).actions.find(({ id }) => id === 'approve')?.refused).toBe('nothing is held');
  });

  it('a cluster that could not be read is told of, and so is a field that cannot be chosen', async () => {
    await order('cut-cluster', { cluster: 'demo' });
    const { execution } = await order('run');
    await ended(execution);
    const unread = await json<RunView>(`/api/runs/${execution}`);
    await order('join-cluster', { cluster: 'demo' });

    expect(unread.unread[0]).toMatch(/^demo: AccessDenied/);
    expect((await order('cut-cluster', { cluster: 'nobody' })).says).toBe(
      'cluster: got "nobody", which cannot be chosen',
    );
    expect((await order('cut-cluster', { cluster: 'demo', more: 'x' })).says).toMatch(/^got a field "more"/);
  });
});

describe('what it may not ask', { timeout: 60_000 }, () => {
  it.each([
    { call: 'route53:ListResourceRecordSets', what: 'the zone' },
    { call: 's3', what: 'what runs have kept' },
  ])('$call: the rest is shown, and what is missing is said', async ({ call, what }) => {
    run.faults.set(call, 'denied');
    await order('scale', { service: 'demo/time', count: '2' }); // hurries
    const during = await soon(async () => {
      const now = await state();
      expect(now.notKnown.map((one) => one.what)).toContain(what);
      return now;
    });
    run.faults.recover();
    await order('scale', { service: 'demo/time', count: '2' });

    expect(during.names).toHaveLength(2);
    expect(during.notKnown.find((one) => one.what === what)?.why).toMatch(
      /not (allowed|authorized)|may not|AccessDenied/i,
    );
    await soon(async () => expect((await state()).notKnown).toEqual([]));
  });
});

describe('an address name', { timeout: 60_000 }, () => {
  const SHOWN = 'calculator.servicediscovery.internal. (address name)';

  it('stands beside the names of SRV, with its addresses and the set behind its alias', async ({ skip }) => {
    const spec = run.services['calc-awsvpc'];
    if (!spec) return skip('this machine has no loopback address but 127.0.0.1');
    run.cluster.scheduler.put(spec);
    await soon(async () =>
      expect((await state()).names).toContainEqual(expect.objectContaining({ name: SHOWN, marks: 'pp' })),
    );

    const view = await json<NameView>(`/api/names/${encodeURIComponent(SHOWN)}`);

    const own = run.cluster.tasks().filter(({ family }) => family === 'calc-awsvpc');
    expect(view.instances.map(({ endpoint }) => endpoint).sort()).toEqual(own.map(({ address }) => address).sort());
    expect(view.aliases).toEqual([
      {
        type: 'A',
        name: 'calculator.servicediscovery.internal.',
        set: 'calculator._address.ecs.servicediscovery.internal.',
        stands: true,
        addresses: 2,
        others: [],
      },
    ]);
    expect(view.lookup).toBe(`dig -p ${run.dnsPort} @127.0.0.1 A calculator.servicediscovery.internal.`);
  });
});

/** What the stream of changes says, from now on. */
async function following() {
  const headers = { 'x-console-token': page.token };
  const call = request({ host: '127.0.0.1', port: page.port, path: '/api/changes-stream', headers, agent: false });
  call.on('error', () => {}).end();
  const [response] = await once(call, 'response');
  const seen: unknown[] = [];
  response.setEncoding('utf8').on('error', () => {});
  response.on('data', (piece: string) => {
    for (const [, data = ''] of piece.matchAll(/^data: (.*)$/gm)) seen.push(JSON.parse(data));
  });
  return { seen, end: () => call.destroy() };
}
