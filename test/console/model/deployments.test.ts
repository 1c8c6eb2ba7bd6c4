import { describe, expect, it } from 'vitest';
import type { Brief } from '../../../console/model/brief.ts';
import { deploymentView, type KnownDeployment, knownDeployments, stepsOf } from '../../../console/model/deployments.ts';
import { type KnownName, knownNames } from '../../../console/model/instances.ts';
import type { PlaceOf } from '../../../console/model/places.ts';
import type { SeenDeployment } from '../../../functions/domain/telling/seen-deployments.ts';
import type { Colour, Disposition, LeftOutReason, PublishedReason } from '../../../functions/domain/words/reason.ts';
import { CALC, CLUSTER, NAMING, NOW } from '../../support/builders.ts';

const MINUTE = 60_000;
const SERVICE = 'arn:aws:ecs:eu-west-1:123456789012:service/main/calc';
const ARN = 'arn:aws:ecs:eu-west-1:123456789012:service-deployment/main/calc/d1';
const TEST = '_try._tcp.shop.internal.';

const seen = (stage: string, about: Partial<SeenDeployment> = {}): SeenDeployment => ({
  service: SERVICE,
  cluster: CLUSTER,
  deployment: ARN,
  status: 'IN_PROGRESS',
  stage,
  names: [CALC],
  ...about,
});
const told = (minutesAgo: number, ...deployments: readonly SeenDeployment[]) => ({
  execution: `run-${minutesAgo}`,
  endedAt: NOW - minutesAgo * MINUTE,
  deployments,
});
const known = (
  briefs: readonly Pick<Brief, 'execution' | 'endedAt' | 'deployments' | 'trigger'>[],
  dispositions: readonly Disposition[] = [],
  place?: Partial<PlaceOf>,
) =>
  knownDeployments(briefs, {
    full: { endedAt: NOW - MINUTE },
    now: NOW,
    names: namesIn(dispositions),
    places: place ? { of: () => ({ cluster: CLUSTER, ...place }) } : NOWHERE,
  });

describe('deployments that are shown', () => {
  const done = seen('CLEAN_UP', { status: 'SUCCESSFUL' });
  const bakes = seen('BAKE_TIME');
  const moved = { direction: 'forward', published: 2, removed: 2 } as const;

  it.each([
    { row: 'none was seen', briefs: [told(1)], states: [] },
    { row: 'the last full run has seen it', briefs: [told(1, bakes)], states: ['BAKE_TIME'] },
    { row: 'a run after it', briefs: [told(0, bakes), told(1)], states: ['BAKE_TIME'] },
    { row: 'only runs before it', briefs: [told(1), told(2, bakes)], states: [] },
    {
      row: 'it is over, and was seen under way',
      briefs: [told(1), told(3, done), told(5, bakes)],
      states: ['CLEAN_UP'],
    },
    { row: 'it is over for an hour', briefs: [told(1, done), told(60, done), told(70, bakes)], states: [] },
    { row: 'nobody has seen it under way', briefs: [told(1, done), told(2, done)], states: [] },
    {
      row: 'another one was under way before',
      briefs: [told(1, done), told(2, { ...bakes, deployment: 'before' })],
      states: [],
    },
    {
      row: 'of several services the last to move first',
      briefs: [told(1, bakes, seen('SCALE_UP', { service: 'web' })), told(9, bakes)],
      states: ['SCALE_UP', 'BAKE_TIME'],
    },
  ])('$row', ({ briefs, states }) => {
    expect(known(briefs).map(({ stage }) => stage)).toEqual(states);
    expect(known(briefs.toReversed()).map(({ stage }) => stage)).toEqual(states);
  });

  it('says since when it is there, and which run has moved its clients last', () => {
    const briefs = [told(1, bakes), told(2, bakes), told(3, { ...bakes, moved }), told(4, seen('SCALE_UP'))];

    expect(known(briefs)).toEqual([
      { ...bakes, since: NOW - 3 * MINUTE, movedBy: { execution: 'run-3', at: NOW - 3 * MINUTE, ...moved } },
    ]);
  });
});

describe('a deployment of which ECS tells no more', () => {
  const plain = (...reasons: readonly (PublishedReason | LeftOutReason)[]) =>
    said(reasons.map((reason) => ['blue', reason] as const)).map(({ colour: _, ...one }) => one);
  const at = (stage: string, about: Partial<SeenDeployment> = {}) => [
    { ...told(1), trigger: 'schedule' },
    { ...told(2), trigger: 'events' },
    told(9, seen(stage, about)),
  ];
  const back = { status: 'ROLLBACK_IN_PROGRESS' };

  it.each<{
    readonly row: string;
    readonly briefs: ReturnType<typeof at>;
    readonly all: readonly Disposition[];
    readonly ended: readonly string[];
    readonly place?: Partial<PlaceOf>;
  }>([
    { row: 'all serves, and it had shifted', briefs: at('BAKE_TIME'), all: plain('running'), ended: ['done'] },
    { row: 'it went back', briefs: at('BAKE_TIME', back), all: plain('healthy', 'unhealthy'), ended: ['rolled-back'] },
    { row: 'it had not shifted', briefs: at('SCALE_UP'), all: plain('running'), ended: [] },
    { row: 'nobody could tell', briefs: at('BAKE_TIME'), all: plain('running', 'held-shift'), ended: [] },
    { row: 'something waits', briefs: at('BAKE_TIME'), all: plain('running', 'awaiting-shift'), ended: [] },
    { row: 'it was not read', briefs: at('BAKE_TIME'), all: plain('held-unread'), ended: [] },
    { row: 'nothing is left', briefs: at('BAKE_TIME'), all: [], ended: [] },
    { row: 'others wait', briefs: at('BAKE_TIME'), all: plain('running'), place: { service: 'web' }, ended: [] },
    { row: 'its own', briefs: at('BAKE_TIME'), all: plain('running'), place: { service: 'calc' }, ended: ['done'] },
  ])('$row', ({ briefs, all, place, ended }) => {
    const found = known(briefs, all, place);

    expect(found.map((one) => one.ended)).toEqual(ended);
    expect(found.map(({ since }) => since)).toEqual(ended.map(() => NOW - MINUTE));
    expect(found.flatMap((one) => stepsOf(one).filter((step) => step.at !== 'passed'))).toEqual([]);
  });
});

describe('the stages as a row of steps', () => {
  const marked = { passed: '+', here: '*', next: '' } as const;

  it.each([
    { status: 'PENDING', stage: 'BAKE_TIME', steps: '*before test production shift bake done' },
    { status: 'IN_PROGRESS', stage: 'RECONCILE_SERVICE', steps: '*before test production shift bake done' },
    { status: 'IN_PROGRESS', stage: 'POST_SCALE_UP', steps: '*before test production shift bake done' },
    { status: 'IN_PROGRESS', stage: 'TEST_TRAFFIC_SHIFT', steps: '+before *test production shift bake done' },
    { status: 'IN_PROGRESS', stage: 'PRE_PRODUCTION_TRAFFIC_SHIFT', steps: '+before *test production shift bake done' },
    { status: 'IN_PROGRESS', stage: 'PRODUCTION_TRAFFIC_SHIFT', steps: '+before +test *production shift bake done' },
    { status: 'IN_PROGRESS', stage: 'BAKE_TIME', steps: '+before +test +production shift *bake done' },
    { status: 'SUCCESSFUL', stage: 'CLEAN_UP', steps: '+before +test +production shift +bake +done' },
    { status: 'ROLLBACK_REQUESTED', stage: 'BAKE_TIME', steps: '+before *rolling back rolled back' },
    { status: 'ROLLBACK_FAILED', stage: 'BAKE_TIME', steps: '+before *rolling back rolled back' },
    { status: 'ROLLBACK_SUCCESSFUL', stage: 'CLEAN_UP', steps: '+before +rolling back +rolled back' },
    { status: 'STOPPED', stage: 'BAKE_TIME', steps: 'before test production shift bake done' },
    { status: 'IN_PROGRESS', stage: 'constructor', steps: 'before test production shift bake done' },
  ])('$status at $stage', ({ steps, ...about }) => {
    expect(
      stepsOf(about)
        .map(({ word, at }) => `${marked[at]}${word}`)
        .join(' '),
    ).toBe(steps);
  });
});

type Said = readonly [Colour, PublishedReason | LeftOutReason, number?];

let port = 0;
const said = (all: readonly Said[], name = CALC): readonly Disposition[] =>
  all.flatMap(([colour, reason, count = 1]) =>
    Array.from({ length: count }, (): Disposition => {
      port += 1;
      const about = { name, target: 'ip-10-0-0-1.ecs.', port, task: `task-${port}`, colour };
      if (reason === 'running' || reason === 'held-shift') {
        return { ...about, outcome: 'published', reason, ...(reason === 'held-shift' && { detail: 'too few pass' }) };
      }
      return { ...about, outcome: 'left-out', reason: reason as LeftOutReason };
    }),
  );
const NOWHERE = { of: () => undefined };
const view = (about: SeenDeployment, dispositions: readonly Disposition[], at?: string) => {
  const its: KnownDeployment = { ...about, since: NOW };
  return deploymentView(its, { names: namesIn(dispositions), places: NOWHERE, all: [its] }, at);
};
const namesIn = (dispositions: readonly Disposition[]): readonly KnownName[] =>
  knownNames({ naming: NAMING, dispositions });

describe('what DNS does now', () => {
  const shift = seen('PRODUCTION_TRAFFIC_SHIFT');
  const back = seen('BAKE_TIME', { status: 'ROLLBACK_IN_PROGRESS' });

  it.each<{ readonly row: string; readonly of: SeenDeployment; readonly all: readonly Said[]; readonly says: string }>([
    {
      row: 'green is not there yet',
      of: seen('PRE_SCALE_UP'),
      all: [['blue', 'running', 2]],
      says: '2 blue serve, no green runs yet',
    },
    {
      row: 'green starts',
      of: seen('SCALE_UP'),
      all: [
        ['blue', 'running', 1],
        ['green', 'starting', 1],
      ],
      says: '1 blue serves, 1 green does not pass yet',
    },
    {
      row: 'green waits',
      of: seen('PRE_PRODUCTION_TRAFFIC_SHIFT'),
      all: [
        ['blue', 'running', 2],
        ['green', 'awaiting-shift', 2],
        ['green', 'unhealthy', 1],
      ],
      says: '2 blue serve, 2 green wait for PRODUCTION_TRAFFIC_SHIFT, 1 green does not pass yet',
    },
    {
      row: 'the first deployment',
      of: seen('SCALE_UP'),
      all: [['green', 'awaiting-shift', 2]],
      says: 'no blue serves, 2 green wait for PRODUCTION_TRAFFIC_SHIFT',
    },
    {
      row: 'too few of green pass',
      of: shift,
      all: [
        ['blue', 'held-shift', 2],
        ['green', 'running', 1],
        ['green', 'unhealthy', 1],
      ],
      says: '1 green serves, 2 blue serve until enough green pass, 1 green does not pass yet',
    },
    {
      row: 'those of green that pass wait for the others',
      of: shift,
      all: [
        ['blue', 'held-shift', 2],
        ['green', 'awaiting-shift', 1],
        ['green', 'starting', 1],
      ],
      says: '2 blue serve until enough green pass, 1 green waits to enter, 1 green does not pass yet',
    },
    {
      row: 'it has shifted',
      of: shift,
      all: [
        ['green', 'running', 2],
        ['blue', 'awaiting-shift', 2],
      ],
      says: '2 green serve, 2 blue wait behind, serving nobody',
    },
    { row: 'blue has gone', of: seen('CLEAN_UP'), all: [['green', 'running', 2]], says: '2 green serve' },
    {
      row: 'it goes back, and too few of blue pass',
      of: back,
      all: [
        ['green', 'held-shift', 2],
        ['blue', 'unhealthy', 2],
      ],
      says: '2 green serve until enough blue pass, 2 blue do not pass yet',
    },
    {
      row: 'it is rolled back',
      of: seen('CLEAN_UP', { status: 'ROLLBACK_SUCCESSFUL' }),
      all: [
        ['blue', 'running', 2],
        ['green', 'awaiting-shift', 1],
      ],
      says: '2 blue serve, 1 green waits behind, serving nobody',
    },
    {
      row: 'it is over, and settled',
      of: seen('CLEAN_UP', { status: 'SUCCESSFUL' }),
      all: [],
      says: 'green serves: there is nothing else any more',
    },
    {
      row: 'it is rolled back, and settled',
      of: seen('CLEAN_UP', { status: 'ROLLBACK_SUCCESSFUL' }),
      all: [],
      says: 'blue serves: there is nothing else any more',
    },
    {
      row: 'nobody can tell',
      of: seen('BAKE_TIME', { status: 'STOPPED' }),
      all: [
        ['blue', 'held-shift', 2],
        ['green', 'awaiting-shift', 1],
      ],
      says: 'nobody can tell which serves: 2 blue and 0 green stand, and stay as they are',
    },
  ])('$row: $says', ({ of, all, says }) => {
    expect(view(of, said(all)).says).toBe(says);
  });

  it('counts those of each colour, and says why those stay that are to leave', () => {
    const all = said([
      ['blue', 'held-shift', 2],
      ['green', 'running', 3],
      ['green', 'awaiting-shift', 1],
      ['green', 'unhealthy', 4],
    ]);

    expect(view(shift, all)).toMatchObject({
      counts: { blue: { serve: 0, held: 2, wait: 0, other: 0 }, green: { serve: 3, held: 0, wait: 1, other: 4 } },
      why: 'too few pass',
      service: 'calc',
      cluster: 'main',
      state: 'IN_PROGRESS, PRODUCTION_TRAFFIC_SHIFT',
    });
    expect(view(shift, said([['green', 'running']]))).not.toHaveProperty('why');
  });

  it.each([
    { verdict: 'passing', wait: 1 },
    { verdict: 'failing', wait: 0 },
    { verdict: 'unknown', wait: 0 },
    { verdict: undefined, wait: 1 },
  ])('of one that waits for the shift the checks tell whether it passes: $verdict', ({ verdict, wait }) => {
    const its: KnownDeployment = { ...seen('SCALE_UP'), since: NOW };
    const place = { cluster: CLUSTER, service: 'calc', ...(verdict && { check: { kind: 'tcp', verdict } }) };
    const names = namesIn(said([['green', 'awaiting-shift']]));

    const { counts } = deploymentView(its, { names, places: { of: () => place }, all: [its] });

    expect(counts.green).toEqual({ serve: 0, held: 0, wait, other: 1 - wait });
  });

  it('under the test name what comes answers, and counts nowhere else', () => {
    const tested = seen('TEST_TRAFFIC_SHIFT', { testName: TEST });
    const all = [
      ...said([
        ['blue', 'running', 2],
        ['green', 'awaiting-shift', 2],
      ]),
      ...said(
        [
          ['green', 'running', 1],
          ['green', 'unhealthy', 1],
        ],
        TEST,
      ),
    ];

    expect(view(tested, all).says).toBe('2 blue serve, 2 green wait for PRODUCTION_TRAFFIC_SHIFT');
    expect(view(tested, all, CALC).says).toBe('2 blue serve, 2 green wait for PRODUCTION_TRAFFIC_SHIFT');
    expect(view(tested, all, TEST).says).toBe('1 green answers, 1 green does not pass yet under the test name');
    expect(view(tested, all)).toMatchObject({ names: [CALC], testName: TEST });
  });
});

describe('a name of several services', () => {
  const calc: KnownDeployment = { ...seen('SCALE_UP'), since: NOW };
  const web: KnownDeployment = { ...calc, service: 'arn:aws:ecs:eu-west-1:123456789012:service/main/web' };
  const dispositions = said([['blue', 'running', 3]]);
  const [first] = dispositions;
  const countOf = (its: KnownDeployment, all: readonly KnownDeployment[], place: Partial<PlaceOf>) => {
    const of = ({ task }: { readonly task?: string }) =>
      task === first?.task ? { cluster: CLUSTER, ...place } : undefined;
    return deploymentView(its, { names: namesIn(dispositions), places: { of }, all }).counts.blue.serve;
  };

  it.each([
    { row: 'only one is deployed: those of nobody knows which are its', all: [calc], place: {}, counts: [3, 0] },
    {
      row: 'two are: an instance is of the service that runs it',
      all: [calc, web],
      place: { service: 'calc' },
      counts: [1, 0],
    },
    { row: 'the other one', all: [calc, web], place: { service: 'web' }, counts: [0, 1] },
    { row: 'of another cluster', all: [calc, web], place: { service: 'web', cluster: 'b' }, counts: [0, 0] },
    { row: 'of a service that is not deployed', all: [calc], place: { service: 'old' }, counts: [2, 0] },
  ])('$row', ({ all, place, counts }) => {
    expect([calc, web].map((its) => (all.includes(its) ? countOf(its, all, place) : 0))).toEqual(counts);
  });
});
