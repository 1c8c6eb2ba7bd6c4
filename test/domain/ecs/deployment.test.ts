import { describe, expect, it } from 'vitest';
import {
  type DeploymentState,
  revisionShares,
  type ServiceState,
  startedByOf,
} from '../../../functions/domain/ecs/deployment.ts';
import { CLUSTER } from '../../support/builders.ts';

const HOOK = 'arn:aws:lambda:eu-west-1:123456789012:function:shift-hook';
const revision = (digits: string) => `arn:aws:ecs:eu-west-1:123456789012:service-revision/main/calc/${digits}`;
const [BLUE, GREEN, OLDER] = [revision('11'), revision('22'), revision('00')];
const [blue, green, older] = ['ecs-svc/11', 'ecs-svc/22', 'ecs-svc/00'];
const ARN = 'arn:aws:ecs:eu-west-1:123456789012:service-deployment/main/calc/d1';

const deployment = (about: Partial<DeploymentState> = {}): DeploymentState => ({
  arn: ARN,
  status: 'IN_PROGRESS',
  target: { arn: GREEN, requested: 3 },
  sources: [{ arn: BLUE, requested: 2 }],
  ...about,
});
const PRODUCTION = { target: HOOK, stages: ['PRODUCTION_TRAFFIC_SHIFT'] };
const BOTH = {
  target: HOOK,
  stages: ['TEST_TRAFFIC_SHIFT', 'PRODUCTION_TRAFFIC_SHIFT'],
  details: { testName: '_calc-test._tcp' },
};
const SETS = [
  { id: blue, isPrimary: false, requested: 3 },
  { id: green, isPrimary: true, requested: 2 },
] as const;
const service = (about: Partial<ServiceState> = {}): ServiceState => ({
  service: 'arn:aws:ecs:eu-west-1:123456789012:service/main/calc',
  cluster: CLUSTER,
  name: 'calc',
  strategy: 'BLUE_GREEN',
  controller: 'ECS',
  hooks: [BOTH],
  revisions: [{ arn: BLUE }, { arn: GREEN }],
  deployment: deployment(),
  ...about,
});
const inStatus = (status: string, about: Partial<DeploymentState> = {}) =>
  service({ deployment: deployment({ status, ...about }) });
const shares = (state: ServiceState) => revisionShares(state, HOOK, false);

const BEFORE_TEST = ['RECONCILE_SERVICE', 'PRE_SCALE_UP', 'SCALE_UP', 'POST_SCALE_UP'];
const BEFORE = ['TEST_TRAFFIC_SHIFT', 'POST_TEST_TRAFFIC_SHIFT', 'PRE_PRODUCTION_TRAFFIC_SHIFT'];
const FROM = ['PRODUCTION_TRAFFIC_SHIFT', 'POST_PRODUCTION_TRAFFIC_SHIFT', 'BAKE_TIME', 'CLEAN_UP'];
const ROLLBACKS = ['ROLLBACK_REQUESTED', 'ROLLBACK_IN_PROGRESS', 'ROLLBACK_SUCCESSFUL', 'ROLLBACK_FAILED'];

describe('a service whose instances all serve', () => {
  it.each<[string, Partial<ServiceState>]>([
    ['has no hook', { hooks: [] }],
    ['has the hook of somebody else', { hooks: [{ ...BOTH, target: `${HOOK}-2` }] }],
    ['has ours at another stage only', { hooks: [{ ...PRODUCTION, stages: ['TEST_TRAFFIC_SHIFT'] }] }],
    ['has one revision, and no deployment', { revisions: [{ arn: BLUE }], deployment: undefined as never }],
    ['is of CodeDeploy', { controller: 'CODE_DEPLOY', taskSets: SETS }],
    ['is of an external controller', { controller: 'EXTERNAL', taskSets: SETS }],
  ])('%s', (_, about) => {
    expect(shares(service(about))).toMatchObject({ kind: 'all', production: [], others: [], test: [] });
    expect(shares(service(about))).not.toHaveProperty('why');
  });

  it.each([undefined, ''])('is every one where the deployment of ours has no hook (%j)', (hook) => {
    expect(revisionShares(service({ hooks: [{ ...BOTH, target: '' }] }), hook, false).kind).toBe('all');
  });

  it.each(['ROLLING', 'LINEAR', 'CANARY'])('has the hook with the strategy %s, and says so', (strategy) => {
    const found = shares(service({ strategy }));

    expect(found.kind).toBe('all');
    expect(found.why).toContain(strategy);
  });
});

it('takes a version or an alias of the hook for the hook', () => {
  const hooks = [{ ...PRODUCTION, target: `${HOOK}:live` }];

  expect(shares(service({ hooks, deployment: deployment({ stage: 'BAKE_TIME' }) })).kind).toBe('some');
});

describe('forward', () => {
  const before = { kind: 'some', production: [blue], others: [green], requested: 2, phase: 'before' };

  it.each(BEFORE_TEST)('before the test, at %s, the sources serve', (stage) => {
    expect(shares(inStatus('IN_PROGRESS', { stage }))).toMatchObject({ ...before, test: [], direction: 'forward' });
  });

  it.each(BEFORE)('from the test on, at %s, the sources serve and the target is tested', (stage) => {
    expect(shares(inStatus('IN_PROGRESS', { stage }))).toMatchObject({ ...before, test: [green] });
  });

  it.each(FROM)('from the shift on, at %s, the target serves and is tested', (stage) => {
    const after = { production: [green], others: [blue], test: [green], requested: 3, phase: 'shifting' };

    expect(shares(inStatus('IN_PROGRESS', { stage }))).toMatchObject({ kind: 'some', ...after });
  });

  it.each([undefined, ...BEFORE_TEST, ...FROM])(
    'PENDING is before everything, whatever the stage says (%s)',
    (stage) => {
      const about = stage === undefined ? {} : { stage };

      expect(shares(inStatus('PENDING', about))).toMatchObject({ ...before, test: [] });
    },
  );

  it.each(['SCALE_UP', 'CLEAN_UP'])('SUCCESSFUL is the target alone, whatever the stage says (%s)', (stage) => {
    const done = { production: [green], others: [blue], test: [], phase: 'finished' };

    expect(shares(inStatus('SUCCESSFUL', { stage }))).toMatchObject({ kind: 'some', ...done });
  });

  it('first deployment: nothing serves before the shift', () => {
    const found = shares(service({ deployment: deployment({ stage: 'SCALE_UP', sources: [] }), revisions: [] }));

    expect(found).toMatchObject({ kind: 'some', production: [], others: [green], phase: 'before' });
    expect(found).not.toHaveProperty('requested');
  });

  it.each(['PENDING', 'IN_PROGRESS'])('of several sources one without traffic stays as it is, %s', (status) => {
    const sources = [
      { arn: BLUE, weight: 100 },
      { arn: OLDER, weight: 0 },
    ];
    const found = shares(inStatus(status, { stage: 'SCALE_UP', sources }));

    expect(found).toMatchObject({ kind: 'some', production: [blue], others: [green], quiet: [older] });
    const later = shares(inStatus('IN_PROGRESS', { stage: 'BAKE_TIME', sources }));
    expect(later).toMatchObject({ production: [green], others: [blue, older] });
    expect(later).not.toHaveProperty('quiet');
  });

  it('where no source has any traffic, the weights say nothing', () => {
    const sources = [{ arn: BLUE, weight: 0 }];

    expect(shares(inStatus('IN_PROGRESS', { stage: 'SCALE_UP', sources })).production).toEqual([blue]);
  });

  it('several sources all serve until the target takes over', () => {
    const sources = [
      { arn: BLUE, requested: 2 },
      { arn: OLDER, requested: 1 },
    ];

    expect(shares(inStatus('IN_PROGRESS', { stage: 'RECONCILE_SERVICE', sources }))).toMatchObject({
      production: [blue, older],
      others: [green],
      requested: 3,
    });
  });
});

describe('back', () => {
  const stages = ROLLBACKS.flatMap((status) =>
    [...BEFORE_TEST, ...BEFORE, ...FROM].map((stage) => ({ status, stage })),
  );

  it.each(stages)('$status is looked at before the stage $stage', ({ status, stage }) => {
    const found = shares(inStatus(status, { stage }));

    expect(found).toMatchObject({ kind: 'some', production: [blue], others: [green], test: [], direction: 'back' });
    expect(found.phase).toBe(status === 'ROLLBACK_SUCCESSFUL' ? 'finished' : 'shifting');
  });

  it.each(ROLLBACKS)('%s serves the revision that it goes back to, if that is said', (status) => {
    const found = shares(inStatus(status, { stage: 'BAKE_TIME', rollback: OLDER }));

    expect(found).toMatchObject({ production: [older], others: [blue, green] });
    expect(found).not.toHaveProperty('requested');
  });

  it('of several sources none enters until ECS names the one that it goes back to', () => {
    const sources = [
      { arn: BLUE, weight: 100 },
      { arn: OLDER, weight: 0 },
    ];
    const asked = { stage: 'SCALE_UP', sources };

    expect(shares(inStatus('ROLLBACK_REQUESTED', asked))).toMatchObject({ kind: 'unknown', production: [] });
    expect(shares(inStatus('ROLLBACK_REQUESTED', { ...asked, rollback: BLUE })).production).toEqual([blue]);
    expect(shares(inStatus('ROLLBACK_FAILED', asked)).production).toEqual([blue, older]);
  });

  it('a first deployment that fails leaves nothing to serve', () => {
    expect(shares(inStatus('ROLLBACK_IN_PROGRESS', { sources: [] }))).toMatchObject({ kind: 'some', production: [] });
  });
});

describe('what comes, and what it replaces', () => {
  it.each<[string, ServiceState, object]>([
    ['before the shift', inStatus('IN_PROGRESS', { stage: 'SCALE_UP' }), { stage: 'SCALE_UP', replaces: [blue] }],
    ['before any stage', inStatus('PENDING'), { status: 'PENDING', replaces: [blue] }],
    ['at the first deployment', inStatus('IN_PROGRESS', { stage: 'BAKE_TIME', sources: [] }), { replaces: [] }],
    ['in a rollback', inStatus('ROLLBACK_IN_PROGRESS', { rollback: OLDER }), { replaces: [blue, older] }],
    ['back to a source', inStatus('ROLLBACK_IN_PROGRESS', { rollback: BLUE }), { replaces: [blue] }],
    ['where nobody can tell who serves', inStatus('STOPPED'), { kind: 'unknown', status: 'STOPPED', replaces: [blue] }],
  ])('%s', (_, state, expected) => {
    expect(shares(state)).toMatchObject({ brings: green, ...expected });
  });

  it('is not told without a hook of ours, and without a stage none is said', () => {
    expect(shares(service({ hooks: [] }))).not.toHaveProperty('brings');
    expect(shares(inStatus('PENDING'))).not.toHaveProperty('stage');
  });
});

describe('nobody can tell', () => {
  it.each<[string, Partial<ServiceState>]>([
    ['the deployment is unreadable', { deployment: 'unreadable' }],
    ['ECS names no deployment, and two revisions', { deployment: undefined as never }],
    ['ECS names no deployment, and no revision', { deployment: undefined as never, revisions: [] }],
    ['it is stopped', { deployment: deployment({ status: 'STOPPED', stage: 'BAKE_TIME' }) }],
    ['it is to stop', { deployment: deployment({ status: 'STOP_REQUESTED', stage: 'BAKE_TIME' }) }],
    ['the status is none that is known', { deployment: deployment({ status: 'RESTING', stage: 'BAKE_TIME' }) }],
    ['the stage is none that is known', { deployment: deployment({ stage: 'NEW_STAGE' }) }],
    ['there is no stage yet', { deployment: deployment() }],
    ['there is no target', { deployment: { arn: ARN, status: 'SUCCESSFUL', sources: [] } }],
    ['the strategy is none that is known', { strategy: 'SPIRAL' }],
  ])('%s', (_, about) => {
    const found = shares(service(about));

    expect(found).toMatchObject({ kind: 'unknown', production: [], others: [], test: [], why: expect.any(String) });
    expect(found.testName).toBe('_calc-test._tcp');
  });

  it('says where the deployment stands', () => {
    expect(shares(inStatus('STOPPED', { stage: 'BAKE_TIME' })).why).toContain('STOPPED, BAKE_TIME');
  });
});

it('counts what is wanted by what the service shows now, and not where ECS is silent', () => {
  const at = deployment({ stage: 'BAKE_TIME' });

  expect(shares(service({ deployment: at, revisions: [{ arn: GREEN, requested: 5 }] })).requested).toBe(5);
  const silent = deployment({ stage: 'BAKE_TIME', target: { arn: GREEN } });
  expect(shares(service({ deployment: silent }))).not.toHaveProperty('requested');
});

describe('task sets, where they are asked for', () => {
  it.each(['CODE_DEPLOY', 'EXTERNAL'])('of %s: the one that is PRIMARY serves', (controller) => {
    const found = revisionShares(service({ controller, hooks: [], taskSets: SETS }), HOOK, true);

    expect(found).toMatchObject({ kind: 'some', production: [green], others: [blue], requested: 2 });
    expect(found).not.toHaveProperty('phase');
  });

  it('one that is alone is all there is to know', () => {
    const [, primary] = SETS;
    const found = revisionShares(service({ controller: 'EXTERNAL', taskSets: [primary] }), undefined, true);

    expect(found).toMatchObject({ kind: 'some', production: [green], others: [], phase: 'finished' });
  });

  it('without one that is PRIMARY nobody can tell', () => {
    const [active] = SETS;
    for (const taskSets of [[], [active]])
      expect(revisionShares(service({ controller: 'EXTERNAL', taskSets }), HOOK, true).kind).toBe('unknown');
  });
});

it.each<[string, ServiceState['hooks'], string | undefined]>([
  ['the hook of the test stage', [PRODUCTION, { ...BOTH, stages: ['TEST_TRAFFIC_SHIFT'] }], '_calc-test._tcp'],
  ['any hook of ours', [{ ...PRODUCTION, details: { testName: 'try' } }], 'try'],
  ['no hook of others', [PRODUCTION, { ...BOTH, target: 'other' }], undefined],
  ['nothing that is no text', [{ ...PRODUCTION, details: { testName: 7 } }], undefined],
  ['nothing that is empty', [{ ...PRODUCTION, details: { testName: '' } }], undefined],
  ['nothing where details are no object', [{ ...PRODUCTION, details: 'testName' }], undefined],
])('the test name is that of %s', (_, hooks, testName) => {
  expect(shares(service({ hooks })).testName).toBe(testName);
});

it('names a revision as its tasks do', () => {
  expect(startedByOf(BLUE)).toBe(blue);
});
