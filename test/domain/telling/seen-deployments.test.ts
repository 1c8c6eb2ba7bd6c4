import { describe, expect, it } from 'vitest';
import type { Shift } from '../../../functions/domain/ecs/claim.ts';
import { lastSeen, type SeenDeployment, seenDeployments } from '../../../functions/domain/telling/seen-deployments.ts';
import type { TrafficShifted } from '../../../functions/domain/telling/traffic-shifted.ts';
import { CALC, CLUSTER, claim } from '../../support/builders.ts';

const SERVICE = 'arn:aws:ecs:eu-west-1:123456789012:service/main/calc';
const ARN = 'arn:aws:ecs:eu-west-1:123456789012:service-deployment/main/calc/d1';
const shift: Shift = { share: 'all', service: SERVICE, deployment: ARN, status: 'IN_PROGRESS', stage: 'BAKE_TIME' };
const of = (id: string, about: Partial<Shift> = {}, name = CALC) => ({
  claim: { ...claim(id, { shift: { ...shift, ...about } }), name },
});
const seen: SeenDeployment = {
  service: SERVICE,
  cluster: CLUSTER,
  deployment: ARN,
  status: 'IN_PROGRESS',
  stage: 'BAKE_TIME',
  names: [CALC],
};

describe('what a pass saw of deployments', () => {
  it('is one word for each service, with every name that its tasks declare', () => {
    const judged = [of('1'), of('2', { share: 'none' }), of('3', {}, 'other.'), of('4', { service: 'web' })];

    expect(seenDeployments(judged)).toEqual([
      { ...seen, names: [CALC, 'other.'] },
      { ...seen, service: 'web' },
    ]);
  });

  it('tells the test name apart', () => {
    expect(seenDeployments([of('1'), of('1', { isTest: true }, 'try.')])).toEqual([{ ...seen, testName: 'try.' }]);
  });

  it('is nothing where none is under way, or ECS does not tell of it', () => {
    const { status: _, ...untold } = shift;

    expect(seenDeployments([{ claim: claim('1') }, { claim: claim('2', { shift: untold }) }])).toEqual([]);
  });
});

describe('what a run saw of deployments', () => {
  const pass = (...deployments: SeenDeployment[]) => ({ plan: deployments.length > 0 ? { deployments } : {} });
  const later: SeenDeployment = { ...seen, stage: 'CLEAN_UP' };
  const other: SeenDeployment = { ...seen, service: 'web' };
  const event = (deployment: string): TrafficShifted => ({
    detailType: 'Traffic Shifted',
    detail: { service: SERVICE, deployment, direction: 'forward', names: [], published: 2, removed: 1, execution: 'e' },
  });
  const moved = { direction: 'forward', published: 2, removed: 1 };

  it.each([
    { row: 'nothing', passes: [pass(), pass()], shifted: [event(ARN)], expected: [] },
    { row: 'the last word counts', passes: [pass(seen), pass(later), pass()], shifted: [], expected: [later] },
    { row: 'of each service', passes: [pass(seen, other), pass(later)], shifted: [], expected: [later, other] },
    {
      row: 'it has moved one',
      passes: [pass(seen, other)],
      shifted: [event(ARN)],
      expected: [{ ...seen, moved }, other],
    },
    { row: 'another deployment', passes: [pass(seen)], shifted: [event('before')], expected: [seen] },
  ])('$row', ({ passes, shifted, expected }) => {
    expect(lastSeen(passes, shifted)).toEqual(expected);
  });
});
