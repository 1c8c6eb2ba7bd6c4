import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { consoleSource } from '../../cli/console/source.ts';
import { connect } from '../../cli/context.ts';
import type { RunView, State } from '../../console/views.ts';
import { boot, type LocalRun } from '../../examples/local/boot.ts';
import { awsVariables, PLACE } from '../../examples/local/cloud/place.ts';
import { soon } from '../examples/local/ecs/world.ts';
import type { Statement } from '../stand-ins/iam.ts';
import { ServiceFault } from '../stand-ins/service.ts';
import { addOrphans } from './orphans.ts';
import { opened } from './stage.ts';

/** The console for somebody who lacks one right, or whose credentials have expired: over the wire, refused by the account's policies. */
let run: LocalRun;
/** Ends with removals held. */
let holding = '';
let hasExpired = false;
const CALC = '_calc._tcp.servicediscovery.internal.';
const OPERATOR = `arn:aws:iam::${PLACE.accountId}:role/operator`;

beforeAll(async () => {
  run = await boot({
    schedule: 'never',
    replacementDelayMs: 300,
    provenAfterMs: 500,
    intercept: () =>
      hasExpired
        ? new ServiceFault('ExpiredTokenException', 'The security token included in the request is expired')
        : undefined,
  });
  run.cluster.scheduler.put(run.services.calc);
  lacks();
  run.cloud.iam.assume('operator', { roleArn: OPERATOR, service: 'ec2.amazonaws.com' });
  Object.assign(process.env, { ...awsVariables(run.cloud.endpointUrl), AWS_ACCESS_KEY_ID: 'operator' });
  await using at = await operating();
  await soon(async () => expect((await at.json<State>('/api/state')).glance.instances.published).toBe(2));
  await addOrphans(run, CALC, 12);
  holding = (await at.act('run')).execution;
  await soon(async () => expect((await at.json<State>('/api/state')).held?.removals).toHaveLength(12));
}, 120_000);
afterAll(() => run.close());

/** From now on the operator may do everything but these. */
function lacks(...missing: readonly Omit<Statement, 'Effect'>[]): void {
  const all: Statement = { Effect: 'Allow', Action: '*', Resource: '*' };
  const trust: Statement = { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'ec2.amazonaws.com' } };
  const policies = [{ Statement: [all, ...missing.map((one): Statement => ({ Effect: 'Deny', ...one }))] }];
  run.cloud.iam.putRole({ arn: OPERATOR, trust: { Statement: [trust] }, policies });
}

/** A console of its own: what another one has seen before it does not know. */
async function operating() {
  const io = {
    print: () => {},
    tell: () => {},
    progress: () => {},
    variables: process.env,
    colours: false,
    interactive: false,
    ask: async () => false,
    pause: async (milliseconds: number) => void (await sleep(milliseconds)),
    ended: () => new Promise<void>(() => {}),
    now: Date.now,
  };
  return opened(consoleSource(await connect(io, run.deployment.stateMachine.arn)));
}

const BUCKET = 'arn:aws:s3:::*';
it.each<{
  readonly lacks: Omit<Statement, 'Effect'>;
  /** What the glance says is not known, by what is missing. */
  readonly what?: string;
  readonly verdict?: string;
  readonly hosts?: number;
  readonly changes?: number;
}>([
  {
    lacks: { Action: 's3:GetObject', Resource: `${BUCKET}/outcomes/*` },
    what: 'what runs have kept',
    verdict: 'failing',
    hosts: 0,
    changes: 0,
  },
  { lacks: { Action: 's3:GetObject', Resource: `${BUCKET}/runs/*` }, what: 'hosts and tasks', hosts: 0 },
  { lacks: { Action: 's3:GetObject', Resource: `${BUCKET}/inventory/*` }, what: 'since when removals are held' },
  {
    lacks: { Action: 's3:ListBucket', Resource: '*' },
    what: 'what runs have kept',
    verdict: 'failing',
    hosts: 0,
    changes: 0,
  },
  { lacks: { Action: 'states:ListExecutions', Resource: '*' }, what: 'the list of runs' },
  { lacks: { Action: 'route53:ListResourceRecordSets', Resource: '*' }, what: 'the zone' },
  { lacks: { Action: 'states:DescribeExecution', Resource: '*' } },
  { lacks: { Action: 'states:GetExecutionHistory', Resource: '*' } },
  // What runs have read of ECS it asks the run bucket: it needs no right there.
  { lacks: { Action: ['ecs:*', 'ec2:*', 'cloudwatch:*', 'logs:*'], Resource: '*' } },
])('without $lacks.Action of $lacks.Resource the glance shows the rest', async ({ lacks: missing, ...shown }) => {
  lacks(missing);
  await using at = await operating();

  const state = await at.json<State>('/api/state');

  const { what, verdict = 'held', hosts = 2, changes = 2 } = shown;
  expect(state.notKnown.map((one) => one.what)).toEqual(what === undefined ? [] : [what]);
  if (what !== undefined) expect(state.notKnown[0]?.why).toContain(`not authorized to perform: ${missing.Action}`);
  expect(state.glance.verdicts[0]?.case).toBe(verdict);
  expect(state.names.map(({ name }) => name)).toEqual([CALC]);
  expect([state.hosts.length, state.changes.length]).toEqual([hosts, changes]);
  expect(state.runs.length > 0).toBe(what !== 'the list of runs');
});

it.each<{ readonly lacks: Omit<Statement, 'Effect'>; readonly what: string; readonly shows: object }>([
  {
    lacks: { Action: 'states:DescribeExecution', Resource: '*' },
    what: 'why it ended',
    shows: {
      status: 'failed',
      ended: 'held',
      states: expect.arrayContaining([expect.objectContaining({ status: 'succeeded' })]),
    },
  },
  {
    lacks: { Action: 'states:GetExecutionHistory', Resource: '*' },
    what: 'what its states did',
    shows: { status: 'failed', ended: 'held', error: 'RemovalsHeldError', states: [], edges: [] },
  },
  {
    lacks: { Action: 's3:GetObject', Resource: `${BUCKET}/outcomes/*` },
    what: 'what it has kept',
    shows: { status: 'failed', error: 'RemovalsHeldError', states: expect.arrayContaining([expect.anything()]) },
  },
])('without $lacks.Action of $lacks.Resource a run shows the rest', async ({ lacks: missing, what, shows }) => {
  lacks(missing);
  await using at = await operating();

  const view = await at.json<RunView>(`/api/runs/${holding}`);
  lacks();
  await using again = await operating(); // what was asked a moment ago is not asked anew
  const whole = await again.json<RunView>(`/api/runs/${holding}`);

  expect(view).toMatchObject(shows);
  expect(view.notKnown.map((one) => one.what)).toEqual([what]);
  expect(view.notKnown[0]?.why).toContain(`not authorized to perform: ${missing.Action}`);
  expect(whole.notKnown).toEqual([]);
  expect(whole.heldRemovals).toHaveLength(12);
});

it.each([
  { lacks: 'states:GetExecutionHistory', path: () => `/api/runs/${holding}/states/SnapshotZone` },
  { lacks: 's3:ListBucket', path: () => `/api/names/${CALC}/past` },
])('without $lacks what needs nothing else says that it is missing', async ({ lacks: action, path }) => {
  lacks({ Action: action, Resource: '*' });
  await using at = await operating();

  const { status, text } = await at.ask(path());

  expect([status, JSON.parse(text).says]).toEqual([
    502,
    expect.stringMatching(`not authorized to perform: ${action}.*lack this permission`),
  ]);
});

it.each([
  { order: 'dry-run', lacks: 'states:StartExecution' },
  { order: 'pause', lacks: 'route53:ChangeResourceRecordSets' },
])('without $lacks the order $order says so, and is done nowhere', async ({ order, lacks: action }) => {
  lacks({ Action: action, Resource: '*' });
  await using at = await operating();

  const answer = await at.act(order);

  expect(answer).toEqual({ done: false, says: expect.stringContaining(`not authorized to perform: ${action}`) });
});

it('with credentials that have expired the page and what it knew stay, and it says what to do', async () => {
  lacks();
  await using at = await operating();
  const before = await at.json<State>('/api/state');
  hasExpired = true;

  await at.act('dry-run');
  const during = await soon(async () => {
    const state = await at.json<State>('/api/state');
    expect(state.notKnown.length).toBeGreaterThan(0);
    return state;
  });
  const view = await at.ask(`/api/runs/${holding}`);
  const page = await at.ask('/');
  hasExpired = false;

  for (const { why } of during.notKnown) expect(why).toMatch(/^the credentials have expired .*sign in again/);
  expect(JSON.parse(view.text).says).toMatch(/^the credentials have expired/);
  expect(page.status).toBe(200);
  expect(during.names).toEqual(before.names);
  await at.act('dry-run');
  await soon(async () => expect((await at.json<State>('/api/state')).notKnown).toEqual([]));
});
