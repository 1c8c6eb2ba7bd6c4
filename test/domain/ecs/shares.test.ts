import { expect, it } from 'vitest';
import type { RevisionShares } from '../../../functions/domain/ecs/deployment.ts';
import { unknownShares } from '../../../functions/domain/ecs/deployment.ts';
import { withShares } from '../../../functions/domain/ecs/shares.ts';
import {
  CALC,
  CLUSTER,
  claim,
  claimsIn,
  container,
  definition,
  endpoint,
  NAMING,
  OTHER_CLUSTER,
  task,
} from '../../support/builders.ts';

const SERVICE = 'arn:aws:ecs:eu-west-1:123456789012:service/main/calc';
const DEPLOYMENT = 'arn:aws:ecs:eu-west-1:123456789012:service-deployment/main/calc/d1';
const [blue, green] = ['ecs-svc/11', 'ecs-svc/22'];

const ofCalc = (id: string, startedBy?: string) =>
  claim(id, { service: 'calc', endpoint: endpoint(`10.0.0.${id}`, 80), ...(startedBy !== undefined && { startedBy }) });
const shares: RevisionShares = {
  kind: 'some',
  production: [blue],
  others: [green],
  test: [],
  requested: 2,
  deployment: DEPLOYMENT,
  direction: 'forward',
  state: 'IN_PROGRESS, SCALE_UP',
};
const tested: RevisionShares = { ...shares, testName: '_calc-test._tcp', test: [green] };
const calc = (about: RevisionShares) => ({ cluster: CLUSTER, name: 'calc', service: SERVICE, shares: about });
const sharesOf = (claims: ReturnType<typeof withShares>['claims']) => claims.map(({ shift }) => shift?.share);

it('tells each instance by its deployment whether it serves', () => {
  const claims = [ofCalc('1', blue), ofCalc('2', green), ofCalc('3', 'ecs-svc/99'), ofCalc('4')];

  const found = withShares(claims, [calc(shares)], NAMING).claims;

  expect(sharesOf(found)).toEqual(['all', 'none', 'unknown', 'unknown']);
  expect(found[1]?.shift).toEqual({
    share: 'none',
    service: SERVICE,
    requested: 2,
    deployment: DEPLOYMENT,
    direction: 'forward',
    state: 'IN_PROGRESS, SCALE_UP',
  });
  expect(found[2]?.shift?.state).toContain('ecs-svc/99');
});

const TOLD = { status: 'IN_PROGRESS', stage: 'SCALE_UP', brings: green, replaces: [blue] };

it.each<[string, RevisionShares]>([
  ['while it goes on', { ...shares, ...TOLD }],
  ['while it goes back', { ...shares, ...TOLD, status: 'ROLLBACK_IN_PROGRESS', direction: 'back' }],
  ['where nobody can tell who serves', { ...unknownShares('it was stopped'), ...TOLD, status: 'STOPPED' }],
])('tells each instance its colour, and where its deployment stands, %s', (_, about) => {
  const claims = [ofCalc('1', blue), ofCalc('2', green), ofCalc('3', 'ecs-svc/99'), ofCalc('4')];

  const found = withShares(claims, [calc({ ...about, testName: '_try._tcp' })], NAMING).claims;

  const colours = ['blue', 'green', undefined, undefined];
  expect(found.map(({ shift }) => shift?.colour)).toEqual([...colours, ...colours]);
  expect(new Set(found.map(({ shift }) => `${shift?.status} ${shift?.stage}`))).toEqual(
    new Set([`${about.status} SCALE_UP`]),
  );
});

it('calls green what comes, also where it replaces itself', () => {
  const about = { ...shares, ...TOLD, replaces: [blue, green] };

  expect(withShares([ofCalc('2', green)], [calc(about)], NAMING).claims[0]?.shift?.colour).toBe('green');
});

it('knows of nobody where nobody can tell, and says why', () => {
  const found = withShares([ofCalc('1', blue)], [calc(unknownShares('ECS does not answer'))], NAMING).claims;

  expect(found[0]?.shift).toEqual({ share: 'unknown', service: SERVICE, state: 'ECS does not answer' });
});

it('says nothing of who serves whatever his revision, of other services and of other clusters', () => {
  const claims = [ofCalc('1', blue), claim('2'), claim('3', { service: 'calc', cluster: OTHER_CLUSTER })];
  const all: RevisionShares = { kind: 'all', production: [], others: [], test: [] };

  expect(withShares(claims, [], NAMING)).toEqual({ claims, remarks: [] });
  expect(withShares(claims, [calc(all)], NAMING)).toEqual({ claims, remarks: [] });
  expect(sharesOf(withShares(claims, [calc(shares)], NAMING).claims)).toEqual(['all', undefined, undefined]);
});

it('says why a service with the hook is published as without it', () => {
  const all: RevisionShares = { kind: 'all', production: [], others: [], test: [], why: 'its strategy is LINEAR' };

  expect(withShares([ofCalc('1', blue)], [calc(all)], NAMING).remarks).toEqual([
    'service calc: its strategy is LINEAR',
  ]);
});

it('claims the test name for what is tested, behind all others', () => {
  const claims = [ofCalc('1', blue), ofCalc('2', green), ofCalc('3', 'ecs-svc/99')];

  const { claims: found, remarks } = withShares(claims, [calc(tested)], NAMING);

  expect(remarks).toEqual([]);
  expect(found.map(({ name }) => name)).toEqual([CALC, CALC, CALC, ...Array(3).fill('_calc-test._tcp.shop.internal.')]);
  expect(sharesOf(found.slice(3))).toEqual(['none', 'all', 'unknown']);
  expect(found.slice(3).map(({ shift }) => shift?.isTest)).toEqual([true, true, true]);
  expect(found[4]?.shift?.declared).toBe(CALC);
  expect(found[4]).toMatchObject({ task: claims[1]?.task, endpoint: claims[1]?.endpoint });
});

it.each<[string, RevisionShares, readonly string[]]>([
  ['once the test is over', { ...tested, test: [] }, ['none']],
  ['once nothing is under way', { ...tested, kind: 'all', production: [], others: [], test: [] }, ['none']],
  ['while nobody can tell', { ...unknownShares('no answer'), testName: 'try' }, ['unknown']],
])('%s, the test name has nobody new', (_, about, expected) => {
  expect(sharesOf(withShares([ofCalc('2', green)], [calc(about)], NAMING).claims.slice(1))).toEqual(expected);
});

it('a revision that was tested and has had no traffic leaves the test name to the next one', () => {
  const about: RevisionShares = { ...tested, quiet: ['ecs-svc/99'] };

  const found = withShares([ofCalc('2', green), ofCalc('3', 'ecs-svc/99')], [calc(about)], NAMING).claims;

  expect(sharesOf(found)).toEqual(['none', 'unknown', 'all', 'none']);
});

it.each<[string, string, readonly string[], string]>([
  ['several names', 'try', [CALC, 'time.shop.internal.'], '2 names'],
  ['an address name', 'try', ['calc._address.ecs.shop.internal.'], 'address name'],
  ['a test name that is none', 'a b', [CALC], 'want labels'],
  ['a test name of the deployment of ours', 'x.ecs', [CALC], 'belong to the deployment'],
  ['its own name as the test name', '_calc._tcp', [CALC], 'want another'],
])('%s: no test name, which is said', (_, testName, names, said) => {
  const claims = names.map((name, index) => claim(`${index}`, { name, service: 'calc', startedBy: green }));

  const found = withShares(claims, [calc({ ...tested, testName })], NAMING);

  expect(found.claims).toHaveLength(claims.length);
  expect(found.remarks).toHaveLength(1);
  expect(found.remarks[0]).toContain(said);
});

it('a declaration that claims no name does not count among the names', () => {
  const faulty = claim('1', { name: 'a b', service: 'calc', startedBy: green, leftOut: { reason: 'invalid-name' } });

  const found = withShares([faulty, ofCalc('2', green)], [calc(tested)], NAMING);

  expect(found.remarks).toEqual([]);
  expect(found.claims.slice(2).map(({ name }) => name)).toEqual(['_calc-test._tcp.shop.internal.']);
});

it.each([
  { revisions: true, group: 'service:calc', startedBy: blue },
  { revisions: true, group: 'family:calc', startedBy: undefined },
  { revisions: false, group: 'service:calc', startedBy: undefined },
])(
  'a claim tells its deployment only of services, and only where that is asked for (%o)',
  ({ revisions, group, startedBy }) => {
    const declaring = { task: task({ group, startedBy: blue, containers: [container()] }), definition: definition() };

    const [found] = claimsIn(declaring, { naming: NAMING, revisions });

    expect(found?.startedBy).toBe(startedBy);
  },
);
