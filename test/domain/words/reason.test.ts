import { describe, expect, it } from 'vitest';
import { candidatesOf } from '../../../functions/domain/ecs/claims-of.ts';
import { undefinedCandidate } from '../../../functions/domain/ecs/undefined-claim.ts';
import type { Plan } from '../../../functions/domain/plan/plan.ts';
import { planZone } from '../../../functions/domain/plan/plan-zone.ts';
import type { Reading } from '../../../functions/domain/reading/reading.ts';
import { accumulate, type Pass } from '../../../functions/domain/telling/outcome.ts';
import {
  type Disposition,
  LEFT_OUT_REASONS,
  PUBLISHED_REASONS,
  REMOVED_REASONS,
} from '../../../functions/domain/words/reason.ts';
import {
  CALC,
  CLUSTER,
  candidate,
  container,
  containerDefinition,
  definition,
  FAILING,
  HOUR,
  hint,
  hintsAt,
  instance,
  instanceArn,
  judged,
  keyOf,
  MINUTE,
  NAMING,
  NOW,
  OTHER_CLUSTER,
  ourText,
  PASSING,
  reading,
  SETTINGS,
  snapshot,
  srvSet,
  task,
  taskArn,
  UNPROBED,
} from '../../support/builders.ts';

const KEY = keyOf('10.0.0.1', 32_768);
const ONE = ourText('10.0.0.1', 32_768);
const HINTED = { hints: [hintsAt(CALC, { [KEY]: hint('1') })] };
const TEN = Array.from({ length: 10 }, (_, index) => ourText(`10.0.0.${index + 1}`, 32_768));
const HOST = { containerInstance: instanceArn('1'), state: 'live', address: '10.0.0.1', ec2Instance: 'i-1' } as const;

const at = (zone: readonly string[]) => snapshot(zone.length > 0 ? [srvSet(CALC, zone)] : []);
const full = (zone: readonly string[], about: Partial<Reading>): Plan =>
  planZone({ snapshot: at(zone), reading: reading(about), coverage: { kind: 'full' }, settings: SETTINGS });
const event = (zone: readonly string[], about: Partial<Reading>): Plan => {
  const addresses = { lookedFor: [], recordSets: [] };
  return planZone({
    snapshot: at(zone),
    reading: reading({ addresses, ...about }),
    coverage: { kind: 'event', names: [CALC] },
    settings: SETTINGS,
  });
};
/** What candidatesOf makes of a task, through the whole plan. */
const declared = (
  environment: Readonly<Record<string, string>>,
  about: Parameters<typeof task>[0] = {},
  host: Parameters<typeof candidatesOf>[0]['host'] = HOST,
) =>
  full([], {
    judged: candidatesOf(
      { task: task(about), definition: definition({ containers: [containerDefinition({ environment })] }), host },
      {
        naming: NAMING,
      },
    ).map((one) => judged(one)),
  });

/** What an execution tells of a plan that Route 53 did not accept. */
const notApplied = (plan: Plan, about: Partial<Pass>): readonly Disposition[] =>
  accumulate([
    {
      plan: { dispositions: plan.dispositions, names: [{ name: CALC, created: [], removed: [], declined: [] }] },
      applied: [],
      moved: [],
      refused: [],
      ...about,
    },
  ]);
const refused = { refused: [{ name: CALC, message: 'not permitted' }] };
const moved = { moved: [CALC] };

const entering = () => full([], { judged: [instance('1')] });
const leaving = () => full([ONE], { ...HINTED, taskFates: { [taskArn('1')]: 'stopped' } });
const NAME = { SERVICE_8080_NAME: '_calc._tcp' };

type Case = () => Plan | readonly Disposition[];

const PUBLISHED: Partial<Record<(typeof PUBLISHED_REASONS)[number], Case>> = {
  running: entering,
  healthy: () => full([], { judged: [instance('1', { probe: PASSING })] }),
  'held-unread': () => full([ONE], { ...HINTED, clusters: { [CLUSTER]: 'unread' } }),
  'held-unattributed': () => full([ONE], { clusters: { [CLUSTER]: 'read', [OTHER_CLUSTER]: 'unread' } }),
  'held-panic': () => full([ONE], { judged: [instance('1', { containerHealth: 'UNHEALTHY' })] }),
  'held-prober': () => full([ONE], { judged: [instance('1', { probe: FAILING })] }),
  'held-contradiction': () =>
    full([ONE], {
      ...HINTED,
      taskFates: { [taskArn('1')]: 'running' },
      hostFates: { [instanceArn('1')]: 'live' },
      listed: [taskArn('2')],
    }),
  'held-guard': () => full(TEN, { listed: [taskArn('2')] }),
  'held-no-address': () =>
    full([ONE], { ...HINTED, judged: [judged(candidate('1', { left: { reason: 'no-address' } }))] }),
  'held-quarantined': () => notApplied(leaving(), refused),
  'held-contended': () => notApplied(leaving(), moved),
  'held-until-full': () => event([ONE], HINTED),
};

const REMOVED: Partial<Record<(typeof REMOVED_REASONS)[number], Case>> = {
  'task-stopped': leaving,
  'host-gone': () => full([ONE], { ...HINTED, hostFates: { [instanceArn('1')]: 'gone' } }),
  unhealthy: () =>
    full([ONE, ourText('10.0.0.2', 32_768)], {
      judged: [instance('1', { probe: FAILING }), instance('2', { address: '10.0.0.2', probe: PASSING })],
    }),
  unexplained: () => full([ONE], {}),
  ignored: () => full([ONE], { ...HINTED, judged: [judged(candidate('1', { left: { reason: 'ignored' } }))] }),
  replaced: () => full([ourText('10.0.0.1', 32_768, 1, 9)], { judged: [instance('1')] }),
  'over-capacity': () => {
    const addresses = Array.from({ length: 101 }, (_, index) => `10.0.1.${index}`);
    const all = addresses.map((address, index) => instance(`${index}`, { address }));
    const values = addresses.map((address) => ourText(address, 32_768));
    const weighted = { ...SETTINGS, routing: 'weighted' } as const;
    return planZone({
      snapshot: at(values),
      reading: reading({ judged: all }),
      coverage: { kind: 'full' },
      settings: weighted,
    });
  },
};

const LEFT_OUT: Partial<Record<(typeof LEFT_OUT_REASONS)[number], Case>> = {
  'invalid-name': () => declared({ SERVICE_8080_NAME: 'a b' }),
  'invalid-port': () => declared({ SERVICE_0_NAME: 'calc' }),
  'invalid-value': () => declared({ ...NAME, SERVICE_8080_WEIGHT: 'x' }),
  'too-many': () =>
    declared(Object.fromEntries(Array.from({ length: 101 }, (_, port) => [`SERVICE_${port + 1}_NAME`, 'calc']))),
  'reserved-name': () => declared({ SERVICE_8080_NAME: 'ecs' }),
  ignored: () => declared({ ...NAME, SERVICE_8080_IGNORE: '1' }),
  'no-binding': () => declared(NAME, { containers: [container({ bindings: [] })] }),
  'no-address': () => declared(NAME, {}, { containerInstance: instanceArn('1'), state: 'unknown' }),
  'no-definition': () => full([], { judged: [judged(undefinedCandidate(task()))] }),
  starting: () => declared(NAME, { lastStatus: 'PENDING' }),
  stopping: () => declared(NAME, { desiredStatus: 'STOPPED' }),
  'host-gone': () => declared(NAME, {}, { ...HOST, state: 'gone' }),
  unhealthy: () => full([], { judged: [instance('1', { probe: FAILING })] }),
  unprobed: () => full([], { judged: [instance('1', { probe: UNPROBED })] }),
  'over-capacity': () => {
    const theirs = Array.from({ length: 400 }, (_, index) => `1 1 ${index} x.example.`);
    return full(theirs, { judged: [instance('1')] });
  },
  conflict: () =>
    planZone({
      snapshot: snapshot([srvSet(CALC, ['x.'], { type: 'CNAME' })]),
      reading: reading({ judged: [instance('1')] }),
      coverage: { kind: 'full' },
      settings: SETTINGS,
    }),
  quarantined: () => notApplied(entering(), refused),
};

/** Reasons that come with a later feature: nothing can withdraw a deployment yet. */
const LATER: readonly string[] = ['withdrawn'];

describe.each([
  { outcome: 'published', list: PUBLISHED_REASONS, cases: PUBLISHED },
  { outcome: 'removed', list: REMOVED_REASONS, cases: REMOVED },
  { outcome: 'left-out', list: LEFT_OUT_REASONS, cases: LEFT_OUT },
])('$outcome', ({ outcome, list, cases }) => {
  it('every reason of the closed list can occur, or is named as one to come', () => {
    expect([...Object.keys(cases), ...list.filter((reason) => LATER.includes(reason))].toSorted()).toEqual(
      list.toSorted(),
    );
  });

  it.each(Object.entries(cases))('%s', (reason, produce) => {
    const produced = produce();

    const dispositions = 'dispositions' in produced ? produced.dispositions : produced;
    expect(dispositions.filter((one) => one.reason === reason).map((one) => one.outcome)).toContain(outcome);
  });
});

it('conflict is also what a new value gets whose name was changed by others until the end', () => {
  const [one] = notApplied(entering(), moved);

  expect(one).toMatchObject({ outcome: 'left-out', reason: 'conflict', task: taskArn('1') });
});

it('starting holds within the grace, whatever the probe says', () => {
  const young = { graceEndsAt: NOW + MINUTE, startedAt: NOW - HOUR };

  const { dispositions } = full([], { judged: [instance('1', { probe: FAILING, ...young })] });

  expect(dispositions).toMatchObject([{ outcome: 'left-out', reason: 'starting', detail: FAILING.cause }]);
});
