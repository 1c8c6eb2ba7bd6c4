import { describe, expect, it } from 'vitest';
import { addressNameOf } from '../../../functions/domain/dns/address-name.ts';
import { undefinedClaim } from '../../../functions/domain/ecs/undefined-claim.ts';
import type { Plan } from '../../../functions/domain/plan/plan.ts';
import { planZone } from '../../../functions/domain/plan/plan-zone.ts';
import type { Reading, ZoneSnapshot } from '../../../functions/domain/reading/reading.ts';
import { accumulate, type Pass } from '../../../functions/domain/telling/outcome.ts';
import {
  type Disposition,
  type LeftOutReason,
  type PublishedReason,
  REASONS,
  type RemovedReason,
  reasonRow,
} from '../../../functions/domain/words/reason.ts';
import type { Pause } from '../../../functions/domain/zone/pause.ts';
import { addressesSeen } from '../../support/arbitrary-worlds.ts';
import {
  CALC,
  CLUSTER,
  claim,
  claimsIn,
  container,
  containerDefinition,
  DEPLOYMENT,
  definition,
  entryOf,
  FAILING,
  HOUR,
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
  rememberedAt,
  SETTINGS,
  snapshot,
  srvSet,
  task,
  taskArn,
  UNPROBED,
} from '../../support/builders.ts';

const KEY = keyOf('10.0.0.1', 32_768);
const ONE = ourText('10.0.0.1', 32_768);
const HINTED = { remembered: [rememberedAt(CALC, { [KEY]: entryOf('1') })] };
const ADDRESS_NAME = addressNameOf('calc', NAMING);
const TEN = Array.from({ length: 10 }, (_, index) => ourText(`10.0.0.${index + 1}`, 32_768));
const HUNDRED_AND_ONE = Array.from({ length: 101 }, (_, index) => `10.0.1.${index}`);
const withdrawn = (zone: ZoneSnapshot): ZoneSnapshot => ({
  ...zone,
  marker: { deployment: DEPLOYMENT, withdrawn: true },
});
const HOST = { containerInstance: instanceArn('1'), state: 'live', address: '10.0.0.1', ec2Instance: 'i-1' } as const;

const at = (zone: readonly string[]) => snapshot(zone.length > 0 ? [srvSet(CALC, zone)] : []);
type Seen = Partial<Pick<Parameters<typeof planZone>[0], 'settings'>> & {
  readonly zone?: ZoneSnapshot;
  readonly about?: Partial<Reading>;
};

/** One plan of what is seen, in a full run or in an event run that covers the name. */
function planOf(kind: 'full' | 'event', { zone = snapshot([]), about = {}, settings = SETTINGS }: Seen): Plan {
  const addresses = addressesSeen(zone.recordSets, about.judged ?? [], [CALC]);
  return planZone({
    snapshot: zone,
    reading: reading(kind === 'full' ? about : { addresses, ...about }),
    coverage: kind === 'full' ? { kind } : { kind, names: [CALC, ADDRESS_NAME] },
    settings,
  });
}
const seen = (zone: readonly string[], about: Partial<Reading>): Seen => ({ zone: at(zone), about });
/** What claimsOf makes of a task, through the whole plan. */
const declared = (
  environment: Readonly<Record<string, string>>,
  about: Parameters<typeof task>[0] = {},
  host: Parameters<typeof claimsIn>[0]['host'] = HOST,
) =>
  seen([], {
    judged: claimsIn(
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

const entering = seen([], { judged: [instance('1')] });
const leaving = seen([ONE], { ...HINTED, taskFates: { [taskArn('1')]: 'stopped' } });
const NAME = { SERVICE_8080_NAME: '_calc._tcp' };

/** What is seen, and what Route 53 makes of the plan, where that is what counts. */
interface Case extends Seen {
  readonly outcome?: Partial<Pass>;
  readonly paused?: Pause;
}

/** Of instances whose revision is not to serve. */
const BEFORE = { share: 'none', service: 'calc', requested: 1 } as const;

const PUBLISHED: Readonly<Record<PublishedReason, Case>> = {
  running: entering,
  healthy: seen([], { judged: [instance('1', { probe: PASSING })] }),
  'held-unread': seen([ONE], {
    ...HINTED,
    listed: [taskArn('1')],
    judged: [judged(undefinedClaim(task({ arn: taskArn('1') })))],
  }),
  'held-unattributed': seen([ONE], { clusters: { [CLUSTER]: 'read', [OTHER_CLUSTER]: 'unread' } }),
  'held-panic': seen([ONE], { judged: [instance('1', { containerHealth: 'UNHEALTHY' })] }),
  'held-prober': seen([ONE], { judged: [instance('1', { probe: FAILING })] }),
  'held-contradiction': seen([ONE], {
    ...HINTED,
    taskFates: { [taskArn('1')]: 'running' },
    hostFates: { [instanceArn('1')]: 'live' },
    listed: [taskArn('2')],
  }),
  'held-guard': seen(TEN, { listed: [taskArn('2')] }),
  'held-no-address': seen([ONE], { ...HINTED, judged: [judged(claim('1', { leftOut: { reason: 'no-address' } }))] }),
  'held-quarantined': { ...leaving, outcome: refused },
  'held-contended': { ...leaving, outcome: moved },
  'held-paused': { ...leaving, paused: {} },
  'held-shift': seen([ONE], { judged: [instance('1', { shift: BEFORE })] }),
  'held-until-full': seen([ONE], HINTED),
};

const DRAINING = { ...SETTINGS, onDraining: 'deregister' } as const;
/** Instance 1 on a host that drains, 2 on another one. */
const DRAINS = [instance('1', { hostDrains: true }), instance('2', { address: '10.0.0.2' })];

const REMOVED: Readonly<Record<RemovedReason, Case>> = {
  'task-stopped': leaving,
  'host-gone': seen([ONE], { ...HINTED, hostFates: { [instanceArn('1')]: 'gone' } }),
  'host-draining': { ...seen([ONE, ourText('10.0.0.2', 32_768)], { judged: DRAINS }), settings: DRAINING },
  shifted: seen([ONE], {
    judged: [
      instance('1', { shift: BEFORE }),
      instance('2', { address: '10.0.0.2', shift: { ...BEFORE, share: 'all' } }),
    ],
  }),
  unhealthy: seen([ONE, ourText('10.0.0.2', 32_768)], {
    judged: [instance('1', { probe: FAILING }), instance('2', { address: '10.0.0.2', probe: PASSING })],
  }),
  unexplained: seen([ONE], {}),
  ignored: seen([ONE], { ...HINTED, judged: [judged(claim('1', { leftOut: { reason: 'ignored' } }))] }),
  replaced: seen([ourText('10.0.0.1', 32_768, 1, 9)], { judged: [instance('1')] }),
  'over-capacity': {
    ...seen(
      HUNDRED_AND_ONE.map((address) => ourText(address, 32_768)),
      { judged: HUNDRED_AND_ONE.map((address, index) => instance(`${index}`, { address })) },
    ),
    settings: { ...SETTINGS, routing: 'weighted' },
  },
  withdrawn: { ...leaving, zone: withdrawn(at([ONE])) },
};

const LEFT_OUT: Readonly<Record<LeftOutReason, Case>> = {
  'invalid-name': declared({ SERVICE_8080_NAME: 'a b' }),
  'invalid-port': declared({ SERVICE_0_NAME: 'calc' }),
  'invalid-value': declared({ ...NAME, SERVICE_8080_WEIGHT: 'x' }),
  'too-many': declared(
    Object.fromEntries(Array.from({ length: 101 }, (_, port) => [`SERVICE_${port + 1}_NAME`, 'calc'])),
  ),
  'reserved-name': declared({ SERVICE_8080_NAME: 'ecs' }),
  ignored: declared({ ...NAME, SERVICE_8080_IGNORE: '1' }),
  'no-binding': declared(NAME, { containers: [container({ bindings: [] })] }),
  'no-address': declared(NAME, {}, { containerInstance: instanceArn('1'), state: 'unknown' }),
  'port-varies': declared({ SERVICE_8080_ADDRESS_NAME: 'calc' }),
  'no-definition': seen([], { judged: [judged(undefinedClaim(task()))] }),
  starting: declared(NAME, { lastStatus: 'PENDING' }),
  stopping: declared(NAME, { desiredStatus: 'STOPPED' }),
  'host-gone': declared(NAME, {}, { ...HOST, state: 'gone' }),
  'awaiting-shift': seen([], { judged: [instance('1', { shift: BEFORE })] }),
  'host-draining': { ...seen([ourText('10.0.0.2', 32_768)], { judged: DRAINS }), settings: DRAINING },
  unhealthy: seen([], { judged: [instance('1', { probe: FAILING })] }),
  unprobed: seen([], { judged: [instance('1', { probe: UNPROBED })] }),
  'over-capacity': seen(
    Array.from({ length: 400 }, (_, index) => `1 1 ${index} x.example.`),
    { judged: [instance('1')] },
  ),
  conflict: { ...entering, zone: snapshot([srvSet(CALC, ['x.'], { type: 'CNAME' })]) },
  quarantined: { ...entering, outcome: refused },
  paused: { ...entering, paused: {} },
  withdrawn: { ...entering, zone: withdrawn(at([])) },
};

/** What an execution tells of what is seen. */
function told(kind: 'full' | 'event', { outcome, paused, ...about }: Case): readonly Disposition[] {
  const plan = planOf(kind, about);
  if (paused) return accumulate([{ plan: { ...plan, names: [], paused }, applied: [], moved: [], refused: [] }]);
  return outcome ? notApplied(plan, outcome) : plan.dispositions;
}

describe.each([
  { outcome: 'published', cases: PUBLISHED },
  { outcome: 'removed', cases: REMOVED },
  { outcome: 'left-out', cases: LEFT_OUT },
] as const)('$outcome', ({ outcome, cases }) => {
  const says = (kind: 'full' | 'event', reason: string, one: Case) =>
    told(kind, one).some((disposition) => disposition.outcome === outcome && disposition.reason === reason);

  it('every row of the table has a case', () => {
    expect(Object.keys(cases).toSorted()).toEqual(Object.keys(REASONS[outcome]).toSorted());
  });

  it.each(Object.entries<Case>(cases))('%s is said in a run, and in an event run as its row has it', (reason, one) => {
    const row = reasonRow(outcome, reason);

    expect(says('full', reason, one)).toBe(reason !== 'held-until-full');
    expect(says('event', reason, one)).toBe(!row || !('eventRun' in row) || row.eventRun);
  });
});

it('conflict is also what a new value gets whose name was changed by others until the end', () => {
  const [one] = notApplied(planOf('full', entering), moved);

  expect(one).toMatchObject({ outcome: 'left-out', reason: 'conflict', task: taskArn('1') });
});

it('starting holds within the grace, whatever the probe says', () => {
  const young = { graceEndsAt: NOW + MINUTE, startedAt: NOW - HOUR };

  const { dispositions } = planOf('full', seen([], { judged: [instance('1', { probe: FAILING, ...young })] }));

  expect(dispositions).toMatchObject([{ outcome: 'left-out', reason: 'starting', detail: FAILING.cause }]);
});
