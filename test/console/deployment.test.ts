import { expect, it } from 'vitest';
import { status } from '../../cli/commands/status.ts';
import type { Context } from '../../cli/context.ts';
import type { Happening, NameView, RunView, State } from '../../console/views.ts';
import { command } from '../cli/command-world.ts';
import { ServiceFault } from '../stand-ins/service.ts';
import { define, host } from '../support/fleet.ts';
import { CALC, edit, type Shop, shop, srv, value } from '../support/shop.ts';
import { transitionsIn } from '../support/spent.ts';
import { type StepName, ZONE } from '../support/world.ts';
import { opened, sourceOf } from './stage.ts';

const DAY = 86_400_000;

/** A deployment with one value in the zone. */
async function published() {
  const around = shop();
  around.task(32_768);
  await around.run({});
  return around;
}

const denied = (call: string) => async (): Promise<never> => {
  throw Object.assign(new Error(`not authorized to perform ${call}`), { name: 'AccessDeniedException' });
};

it('says exactly what ecssd status says, with names, hosts and what happened', async () => {
  const around = await published();
  await using at = await opened(await sourceOf(around));

  const state = await at.json<State>('/api/state');
  const name = await at.json<NameView>(`/api/names/${CALC}.${ZONE}`);
  const said = JSON.parse((await command(around, status, { flags: ['json'] })).lines.join('\n'));

  // The age of the full run goes on, and has a place of its own on the page.
  expect(said.verdict.says.split(', by the full run')[0]).toBe(state.glance.verdicts[0]?.says);
  expect(state.names).toEqual([expect.objectContaining({ name: `${CALC}.${ZONE}`, marks: 'p', others: 0 })]);
  expect(state.glance.instances).toMatchObject({ published: 1, held: 0 });
  expect(name.instances).toEqual([
    expect.objectContaining({
      mark: 'published',
      value: value('10.0.1.23', 32_768),
      address: '10.0.1.23',
      cluster: 'shop',
    }),
  ]);
  expect(name.happenings).toEqual([expect.objectContaining({ outcome: 'published' })]);
  expect(state.hosts).toEqual([expect.objectContaining({ kind: 'ec2', tasks: [expect.objectContaining({})] })]);
  expect(state.notKnown).toEqual([]);
});

it('adds up what the runs of the last day have called and entered, of those that have kept it', async () => {
  const around = shop({ beforeStep: refuseFirst('ListClusters') });
  around.task(32_768);
  const long = await around.run({}, 'long-ago');
  await around.clock.advance(DAY + 60_000);
  const runs = [await around.run({}, 'one'), await around.run({}, 'two'), await around.run({ dryRun: true }, 'three')];
  const sum = (numbers: readonly (number | undefined)[]) => numbers.reduce<number>((all, one) => all + (one ?? 0), 0);
  const day = async () => {
    await using at = await opened(await sourceOf(around));
    return (await at.json<State>('/api/state')).glance.day;
  };

  const all = await day();
  forget(around, 'two');
  const some = await day();
  forget(around, 'one');
  forget(around, 'three');
  const none = await day();

  expect(long.outcome?.failedAttempts).toBe(1);
  expect(all).toEqual({
    calls: sum(runs.map(({ outcome }) => outcome?.calls)),
    transitions: sum(runs.map(transitionsIn)),
    runs: 3,
    untold: 0,
  });
  expect(some).toMatchObject({
    transitions: sum([runs[0], runs[2]].map((one) => one && transitionsIn(one))),
    untold: 1,
  });
  expect(none).toBeUndefined();
});

it('says that figures are the least where attempts have failed', async () => {
  const around = shop({ beforeStep: refuseFirst('SnapshotZone') });
  around.task(32_768);
  await around.run({});
  await using at = await opened(await sourceOf(around));

  const { glance } = await at.json<State>('/api/state');

  expect(glance.day).toMatchObject({ runs: 1, atLeast: true });
});

/** An outcome as earlier versions have kept it. */
function forget({ bucket }: Shop, execution: string): void {
  const key = [...bucket.keys()].find((one) => one.startsWith('outcomes/') && one.endsWith(`/${execution}.json`)) ?? '';
  const { body, ...about } = JSON.parse(bucket.get(key) ?? '');
  const { calls: _calls, transitions: _transitions, failedAttempts: _failed, ...earlier } = body;
  bucket.set(key, JSON.stringify({ ...about, body: earlier }));
}

/** The first attempt at a step is throttled. */
function refuseFirst(refused: StepName) {
  let open = true;
  return (step: StepName) => {
    if (step !== refused || !open) return;
    open = false;
    throw Object.assign(new Error('slow down'), { name: 'ThrottledError' });
  };
}

it('starts a run that publishes what has come, and opens it', async () => {
  const around = await published();
  around.task(32_769);
  await using at = await opened(await sourceOf(around));

  const dry = await at.act('dry-run');
  const before = around.values(CALC).length;
  const done = await at.act('run');
  const run = await at.json<RunView>(`/api/runs/${done.execution}`);

  expect([dry.done, before]).toEqual([true, 1]);
  expect(done).toMatchObject({ done: true, says: expect.stringContaining('states:StartExecution') });
  expect(around.values(CALC)).toHaveLength(2);
  expect(run).toMatchObject({ status: 'succeeded', published: 1 });
});

it('pauses and resumes, and says why what it refuses cannot be done', async () => {
  const around = await published();
  await using at = await opened(await sourceOf(around));

  const early = await at.act('resume');
  const paused = await at.act('pause', { reason: 'the database moves' });
  const state = await at.json<State>('/api/state');
  const again = await at.act('pause');
  const resumed = await at.act('resume');

  expect(early).toEqual({ done: false, says: 'it is not paused' });
  expect(paused).toMatchObject({ done: true, says: expect.stringContaining('the database moves') });
  expect(state.glance.paused).toBeDefined();
  expect(state.glance.verdicts[0]?.case).toBe('paused');
  expect(again).toEqual({ done: false, says: 'it is paused already' });
  expect(resumed).toMatchObject({ done: true, execution: expect.stringMatching(/^ecssd-/) });
});

it.each([{}, { reason: 'x'.repeat(201) }, { reason: 'x', more: 'y' }, { __proto__: 'x' }])(
  'a pause of %o does no harm',
  async (fields) => {
    const around = await published();
    await using at = await opened(await sourceOf(around));

    const answer = await at.act('pause', fields);

    expect(answer.done).toBe(Object.keys(fields).length === 0);
    expect(answer.says.length).toBeGreaterThan(10);
  },
);

/** Twelve values of ours that nothing explains stand beside one that a task claims: their removal is held. */
async function holding() {
  const around = shop();
  const gone = Array.from({ length: 12 }, (_, at) => value('10.9.9.9', 1_000 + at));
  await edit(around, [{ Action: 'CREATE', ResourceRecordSet: srv(CALC, gone) }]);
  around.task(32_768);
  await around.run({});
  return around;
}

it('lets go what is held for its hash, and for no other text', async () => {
  const around = await holding();
  await using at = await opened(await sourceOf(around));

  const { held, actions } = await at.json<State>('/api/state');
  const wrong = await at.act('approve', { typed: 'yes' });
  const none = await at.act('approve');
  const before = around.values(CALC).length;
  const right = await at.act('approve', { typed: held?.hash });

  expect(held?.removals).toHaveLength(12);
  expect(actions.find(({ id }) => id === 'approve')?.typed).toBe(held?.hash);
  expect([wrong.done, none.done, before]).toEqual([false, false, 13]);
  expect(wrong.says).toContain(`want ${held?.hash} typed`);
  expect(right.done).toBe(true);
  expect(around.values(CALC)).toEqual([value('10.0.1.23', 32_768)]);
});

it.each<{ readonly right: string; readonly what: string; readonly without: (context: Context) => Context }>([
  {
    right: 'route53:ListResourceRecordSets',
    what: 'the zone',
    without: (context) => ({ ...context, zone: { ...context.zone, all: denied('route53:ListResourceRecordSets') } }),
  },
  {
    right: 'states:ListExecutions',
    what: 'the list of runs',
    without: (context) => ({
      ...context,
      machines: { ...context.machines, executions: denied('states:ListExecutions') },
    }),
  },
  {
    right: 's3:ListBucket',
    what: 'what runs have kept',
    without: (context) => ({ ...context, listing: { list: denied('s3:ListBucket') } }),
  },
])('without $right it shows the rest, and says what it may not', async ({ right, what, without }) => {
  await using at = await opened(await sourceOf(await published(), without));

  const state = await at.json<State>('/api/state');

  const told = state.notKnown.find((one) => one.what === what);
  expect(told?.why).toContain(right);
  expect(told?.why).toContain('the credentials lack this permission');
  expect(state.names.length).toBe(1);
});

it('tells a page of each change, and again one that comes back', async () => {
  const around = await published();
  await using at = await opened(await sourceOf(around));
  const listen = async () => {
    const { body } = await fetch(`http://127.0.0.1:${at.port}/api/changes-stream`, {
      headers: { 'x-console-token': at.token },
    });
    return body?.pipeThrough(new TextDecoderStream()).getReader();
  };
  await at.json('/api/state');

  for (const port of [32_769, 32_770]) {
    const reader = await listen();
    around.task(port);
    await at.act('run');
    let text = '';
    while (!text.includes('event: state')) text += (await reader?.read())?.value ?? '';
    expect(text).toMatch(/event: state\nid: \d+\ndata: \{"version":\d+/);
    await reader?.cancel();
  }
});

it('tells what older runs changed at a name when it is asked for, and of no other name', async () => {
  const around = await published();
  await around.run({}, 'dry');
  around.task(32_769);
  await around.run({}, 'second');
  await around.clock.run(around.clock.sleep(5 * DAY));
  await around.run({}, 'today');
  await using at = await opened(await sourceOf(around));

  const name = await at.json<NameView>(`/api/names/${CALC}.${ZONE}`);
  const past = await at.json<readonly Happening[]>(`/api/names/${CALC}.${ZONE}/past`);
  const other = await at.ask('/api/names/nobody/past');

  expect(name.happenings).toEqual([]);
  expect(past.map(({ endpoint, outcome, execution }) => [endpoint.split(':').at(-1), outcome, execution])).toEqual([
    ['32769', 'published', 'second'],
    ['32768', 'published', expect.any(String)],
  ]);
  expect(other.status).toBe(404);
});

/** Two clusters, of which the second cannot be read any more; a name that Route 53 refuses; and a person has paused it all. */
async function troubled() {
  let unread = '';
  const around = shop({
    before: async ({ operation, input }) => {
      const { cluster = '' } = input as { readonly cluster?: string };
      if (operation === 'ListTasks' && cluster === unread) throw new ServiceFault('AccessDeniedException', 'no');
      const isRefused = operation === 'ChangeResourceRecordSets' && JSON.stringify(input).includes('_time._tcp');
      if (isRefused)
        throw Object.assign(new Error(`[The change of _time._tcp.${ZONE} is not permitted]`), {
          name: 'InvalidChangeBatch',
        });
    },
  });
  const other = around.aws.ecs.admin.createCluster('other');
  around.task(32_768);
  around.task(32_769, { definition: define(around, 'time', { names: { 8081: '_time._tcp' } }) });
  const web = define(around, 'web', { names: { 8081: '_web._tcp' } });
  around.task(32_770, { cluster: 'other', definition: web, home: host(around, 'other', '10.0.2.9') });
  await around.run({}, 'first');
  unread = other;
  await around.run({}, 'second');
  return around;
}

it('shows several clusters, one that cannot be read, a quarantine and a pause, each with its sentence', async () => {
  const around = await troubled();
  await using at = await opened(await sourceOf(around));

  const before = await at.json<State>('/api/state');
  const [time, web] = await Promise.all(
    ['_time._tcp', '_web._tcp'].map((name) => at.json<NameView>(`/api/names/${name}.${ZONE}`)),
  );
  await at.act('pause', { reason: 'the database moves' });
  const paused = await at.json<State>('/api/state');
  const said = JSON.parse((await command(around, status, { flags: ['json'] })).lines.join('\n'));

  expect(before.glance.verdicts.map((one) => one.case)).toEqual(expect.arrayContaining(['unread', 'quarantined']));
  expect(before.names.map(({ name, marks }) => [name, marks])).toEqual([
    [`${CALC}.${ZONE}`, 'p'],
    [`_time._tcp.${ZONE}`, 'l'],
    [`_web._tcp.${ZONE}`, 'h'],
  ]);
  expect(time?.instances[0]).toMatchObject({ reason: 'quarantined', detail: expect.stringContaining('not permitted') });
  expect(web?.instances[0]).toMatchObject({ mark: 'held', reason: 'held-unread' });
  expect(before.actions.find(({ id }) => id === 'run')?.fields[0]?.options?.map(({ value: name }) => name)).toEqual([
    '',
    'other',
    'shop',
  ]);
  expect(paused.glance.verdicts.map(({ says }) => says)).toEqual([
    said.verdict.says,
    ...said.also.map(({ says }: { says: string }) => says),
  ]);
});
