import { describe, expect, it } from 'vitest';
import type { RevisionShares } from '../../../functions/domain/ecs/deployment.ts';
import { settledAfter, unsettled } from '../../../functions/domain/ecs/settled.ts';
import { CLUSTER, claim } from '../../support/builders.ts';

const of = (service: string | undefined, startedBy?: string) =>
  claim('1', { ...(service !== undefined && { service }), ...(startedBy !== undefined && { startedBy }) });
const shares = (about: Partial<RevisionShares> = {}): RevisionShares => ({
  kind: 'some',
  production: ['ecs-svc/2'],
  others: ['ecs-svc/1'],
  test: [],
  direction: 'forward',
  phase: 'finished',
  ...about,
});
const described = (about: Partial<RevisionShares>) => [
  { cluster: CLUSTER, name: 'web', service: 'arn', shares: shares(about) },
];

describe('ECS is asked of a service', () => {
  const settled = [{ name: 'web', startedBy: ['ecs-svc/1'] }];

  it.each([
    { row: 'of which nothing is remembered', claims: [of('api', 'ecs-svc/1')], asked: ['api'] },
    {
      row: 'that has a task of another deployment',
      claims: [of('web', 'ecs-svc/1'), of('web', 'ecs-svc/2')],
      asked: ['web'],
    },
    { row: 'that has a task of which nobody knows who started it', claims: [of('web')], asked: ['web'] },
  ])('$row', ({ claims, asked }) => {
    expect(unsettled(claims, settled)).toEqual(asked);
  });

  it('no more once it is settled, nor for tasks of no service', () => {
    expect(unsettled([of('web', 'ecs-svc/1'), of(undefined, 'ecs-svc/9')], settled)).toEqual([]);
  });
});

describe('a service is settled', () => {
  const green = [of('web', 'ecs-svc/2')];
  const both = [...green, of('web', 'ecs-svc/1')];

  it.each<{ row: string; claims?: typeof both; about: Partial<RevisionShares>; startedBy?: readonly string[] }>([
    {
      row: 'when all its revisions serve',
      claims: both,
      about: { kind: 'all' },
      startedBy: ['ecs-svc/1', 'ecs-svc/2'],
    },
    { row: 'when its deployment has finished and no other tasks are left', about: {}, startedBy: ['ecs-svc/2'] },
    { row: 'not while tasks of the former revision run', claims: both, about: {} },
    { row: 'not before the deployment has finished', about: { phase: 'shifting' } },
    { row: 'not while something has to be said of it', about: { kind: 'all', why: 'its strategy is CANARY' } },
    { row: 'not where it has a test name, which may not be left yet', about: { testName: 'try' } },
    { row: 'nor then when all its revisions serve', about: { kind: 'all', testName: 'try' } },
    { row: 'not while nobody can tell', about: { kind: 'unknown' } },
  ])('$row', ({ claims = green, about, startedBy }) => {
    expect(settledAfter(claims, described(about), [{ name: 'web', startedBy: ['old'] }])).toEqual(
      startedBy ? [{ name: 'web', startedBy }] : [],
    );
  });

  it('still, when it was not asked for, until it has no claims', () => {
    const before = [
      { name: 'web', startedBy: ['ecs-svc/2'] },
      { name: 'gone', startedBy: ['ecs-svc/3'] },
    ];

    expect(settledAfter(green, [], before)).toEqual([before[0]]);
  });
});
