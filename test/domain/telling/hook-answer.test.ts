import { describe, expect, it } from 'vitest';
import { type DeploymentState, revisionShares, type ServiceState } from '../../../functions/domain/ecs/deployment.ts';
import {
  type HookCall,
  type HookReading,
  hookAnswer,
  isWorthAsking,
} from '../../../functions/domain/telling/hook-answer.ts';
import type { KeptShift } from '../../../functions/domain/telling/kept-shift.ts';

const HOOK = 'arn:aws:lambda:eu-west-1:111111111111:function:shift';
const SERVICE = 'arn:aws:ecs:eu-west-1:111111111111:service/shop/web';
const DEPLOYMENT = 'arn:aws:ecs:eu-west-1:111111111111:service-deployment/shop/web/dep';
const revision = (digits: string) => `arn:aws:ecs:eu-west-1:111111111111:service-revision/shop/web/${digits}`;
const [BLUE, GREEN] = [revision('1'), revision('2')];
const NOW = 1_000_000_000;

/** What ECS says of the deployment, through the function that every run reads it by. */
const sharesOf = (about: Partial<DeploymentState> | 'unreadable' = {}, service: Partial<ServiceState> = {}) =>
  revisionShares(
    {
      service: SERVICE,
      cluster: 'shop',
      name: 'web',
      strategy: 'BLUE_GREEN',
      controller: 'ECS',
      hooks: [{ target: HOOK, stages: ['PRODUCTION_TRAFFIC_SHIFT', 'TEST_TRAFFIC_SHIFT'] }],
      revisions: [{ arn: BLUE }, { arn: GREEN }],
      deployment:
        about === 'unreadable'
          ? about
          : {
              arn: DEPLOYMENT,
              status: 'IN_PROGRESS',
              stage: 'PRODUCTION_TRAFFIC_SHIFT',
              target: { arn: GREEN },
              sources: [{ arn: BLUE }],
              ...about,
            },
      ...service,
    },
    HOOK,
    false,
  );

const CALL: HookCall = {
  stage: 'PRODUCTION_TRAFFIC_SHIFT',
  service: SERVICE,
  deployment: DEPLOYMENT,
  target: GREEN,
  testName: '_web._tcp.test',
};
const TEST_CALL: HookCall = { ...CALL, stage: 'TEST_TRAFFIC_SHIFT' };

const KEPT: KeptShift = {
  service: SERVICE,
  deployment: DEPLOYMENT,
  direction: 'forward',
  serving: ['ecs-svc/2'],
  tested: ['ecs-svc/2'],
  changeIds: ['C1'],
  appliedAt: NOW - 100_000,
  ttl: 20,
};
/** Everything that a shift takes: one thing less in each row below, and it is not over. */
const DONE: HookReading = {
  shares: sharesOf(),
  kept: { ...KEPT, insyncAt: NOW - 20_000 },
  changes: 'insync',
  now: NOW,
};
const BACK = sharesOf({ status: 'ROLLBACK_IN_PROGRESS', rollback: BLUE });

const answer = (call: Partial<HookCall> = {}, reading: Partial<HookReading> = {}) => {
  const { why: _, ...said } = hookAnswer({ ...CALL, ...call }, { ...DONE, ...reading });
  return said;
};
const soon = { status: 'IN_PROGRESS', delay: 10 };
const woken = { ...soon, wakes: true };
const later = { status: 'IN_PROGRESS', delay: 60 };
const succeeded = { status: 'SUCCEEDED' };

describe('a shift of production is over', () => {
  it('when the zone follows, Route 53 is in sync and the TTL has passed', () => {
    expect(answer()).toEqual(succeeded);
    expect(answer({ weight: 100 })).toEqual(succeeded);
  });

  it.each<{ row: string; reading?: Partial<HookReading>; call?: Partial<HookCall>; says: object }>([
    { row: 'nothing is kept', reading: { kept: undefined }, says: woken },
    { row: 'another deployment is kept', reading: { kept: { ...KEPT, deployment: 'other' } }, says: woken },
    { row: 'the other direction is kept', reading: { kept: { ...KEPT, direction: 'back' } }, says: woken },
    { row: 'the zone does not follow yet', reading: { kept: { ...KEPT, serving: ['ecs-svc/1'] } }, says: woken },
    {
      row: 'both revisions serve',
      reading: { kept: { ...KEPT, serving: ['ecs-svc/1', 'ecs-svc/2'] } },
      says: woken,
    },
    { row: 'Route 53 is not in sync', reading: { changes: 'pending' }, says: soon },
    { row: 'Route 53 could not be read', reading: { changes: 'unread' }, says: soon },
    { row: 'nobody has asked Route 53', reading: { changes: undefined }, says: soon },
    {
      row: 'Route 53 is first seen in sync',
      reading: { kept: KEPT },
      says: { status: 'IN_PROGRESS', delay: 20, notesSync: true },
    },
    {
      row: 'a second of the TTL is left',
      reading: { kept: { ...KEPT, insyncAt: NOW - 19_001 } },
      says: { status: 'IN_PROGRESS', delay: 1 },
    },
    {
      row: 'the TTL is longer than ECS may be asked to wait',
      reading: { kept: { ...KEPT, ttl: 3_600 } },
      says: { status: 'IN_PROGRESS', delay: 300, notesSync: true },
    },
    {
      row: 'the changes are lost and their time has not passed',
      reading: { kept: { ...KEPT, appliedAt: NOW - 79_000 }, changes: 'lost' },
      says: { status: 'IN_PROGRESS', delay: 1 },
    },
    { row: 'ECS shows an earlier stage', reading: { shares: sharesOf({ stage: 'POST_SCALE_UP' }) }, says: soon },
    { row: 'ECS shows an unknown stage', reading: { shares: sharesOf({ stage: 'SIDEWAYS' }) }, says: soon },
    { row: 'ECS shows another target', reading: { shares: sharesOf({ target: { arn: revision('3') } }) }, says: soon },
    { row: 'ECS shows another deployment', reading: { shares: sharesOf({ arn: 'other' }) }, says: soon },
    { row: 'ECS does not tell of the deployment', reading: { shares: sharesOf('unreadable') }, says: soon },
    { row: 'the deployment was stopped', reading: { shares: sharesOf({ status: 'STOPPED' }) }, says: soon },
    { row: 'the call takes the traffic from the target', call: { weight: 0 }, says: soon },
    { row: 'the stage is unknown', call: { stage: 'SIDEWAYS' }, says: later },
    {
      row: 'the strategy is not one that DNS shifts',
      reading: { shares: sharesOf({}, { strategy: 'CANARY' }) },
      says: later,
    },
    { row: 'ECS has rolled back meanwhile', reading: { shares: BACK }, says: woken },
  ])('but not when $row', ({ call = {}, reading = {}, says }) => {
    expect(answer(call, reading)).toEqual(says);
  });

  it('at once without a TTL, when Route 53 is in sync', () => {
    expect(answer({}, { kept: { ...KEPT, ttl: 0 } })).toEqual(succeeded);
    expect(answer({}, { kept: { ...KEPT, ttl: 0 }, changes: 'pending' })).toEqual(soon);
  });

  it('a minute and the TTL after changes that Route 53 does not know any more', () => {
    expect(answer({}, { kept: { ...KEPT, appliedAt: NOW - 80_000 }, changes: 'lost' })).toEqual(succeeded);
  });

  it('at a first deployment as well', () => {
    expect(answer({}, { shares: sharesOf({ sources: [] }, { revisions: [{ arn: GREEN }] }) })).toEqual(succeeded);
  });
});

describe('a rollback of production', () => {
  const kept: KeptShift = { ...KEPT, direction: 'back', serving: ['ecs-svc/1'], tested: [], insyncAt: NOW - 20_000 };

  it('is over when what served before serves again, whatever the weights say', () => {
    expect(answer({ weight: 0 }, { shares: BACK, kept })).toEqual(succeeded);
    expect(answer({}, { shares: BACK, kept })).toEqual(succeeded);
  });

  it('is not over by what the shift forward has left', () => {
    expect(answer({ weight: 0 }, { shares: BACK })).toEqual(woken);
  });

  it('is over at once where nothing served before', () => {
    expect(answer({}, { shares: sharesOf({ status: 'ROLLBACK_IN_PROGRESS', sources: [] }) })).toEqual(succeeded);
  });
});

describe('the stage of the test name', () => {
  const shares = sharesOf({ stage: 'TEST_TRAFFIC_SHIFT' });

  it('is over when the target stands under the test name, whatever serves', () => {
    const { serving: _, ...kept } = { ...KEPT, insyncAt: NOW - 20_000 };

    expect(answer(TEST_CALL, { shares, kept })).toEqual(succeeded);
  });

  it.each<{ row: string; reading: Partial<HookReading>; says: object }>([
    { row: 'the target does not stand there', reading: { shares, kept: { ...KEPT, tested: [] } }, says: woken },
    { row: 'ECS shows an earlier stage', reading: { shares: sharesOf({ stage: 'POST_SCALE_UP' }) }, says: soon },
    {
      row: 'something stands there in a rollback',
      reading: { shares: BACK, kept: { ...KEPT, direction: 'back' } },
      says: woken,
    },
  ])('is not over when $row', ({ reading, says }) => {
    expect(answer(TEST_CALL, reading)).toEqual(says);
  });

  it('is over without a test name', () => {
    expect(answer({ ...TEST_CALL, testName: undefined }, { kept: undefined })).toEqual(succeeded);
  });
});

it.each([
  'RECONCILE_SERVICE',
  'PRE_SCALE_UP',
  'POST_SCALE_UP',
  'POST_TEST_TRAFFIC_SHIFT',
  'PRE_PRODUCTION_TRAFFIC_SHIFT',
])('nothing is to be done at %s', (stage) => {
  expect(answer({ stage }, { kept: undefined })).toEqual(succeeded);
});

it('asks Route 53 only of a stage that the zone has reached', () => {
  expect(isWorthAsking(CALL, DONE)).toBe(true);
  expect(isWorthAsking(CALL, { ...DONE, kept: undefined })).toBe(false);
  expect(isWorthAsking({ ...CALL, stage: 'POST_SCALE_UP' }, DONE)).toBe(false);
});
