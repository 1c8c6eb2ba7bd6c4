import { expect, it } from 'vitest';
import { judgedOf } from '../../../functions/domain/health/judged.ts';
import type { ProbeVerdict } from '../../../functions/domain/health/verdict.ts';
import { claim, endpoint, FAILING, PASSING, UNPROBED } from '../../support/builders.ts';

const check = { kind: 'tcp', timeout: 1_000, attempts: 1 } as const;
const probed = claim('a', { endpoint: endpoint('10.0.0.1', 80, { vpc: 'vpc-1' }), check });
const plain = claim('b', { endpoint: endpoint('10.0.0.2', 80) });
const leftOut = claim('c', { leftOut: { reason: 'stopping' }, check });
const NONE = { verdicts: new Map(), beyond: new Set<number>() };
const PROBING = { probing: true };

it.each([
  { row: 'its verdict', facts: { ...NONE, verdicts: new Map([[0, FAILING]]) }, probes: PROBING, probe: FAILING },
  { row: 'that its batch failed', facts: NONE, probes: PROBING, probe: UNPROBED },
  {
    row: 'that there was no room',
    facts: { ...NONE, beyond: new Set([0]) },
    probes: PROBING,
    probe: { state: 'unprobed', cause: expect.stringContaining('no room') },
  },
  {
    row: 'that the checker is in another VPC',
    facts: NONE,
    probes: { probing: true, checkerVpc: 'vpc-2' },
    probe: { state: 'unprobed', kind: 'no-route', cause: expect.stringContaining('vpc-2') },
  },
  { row: 'nothing where the deployment does not probe', facts: NONE, probes: { probing: false }, probe: undefined },
])('has of a claim with a check $row', ({ facts, probes, probe }) => {
  const [one] = judgedOf([probed], facts, probes);

  expect(one?.probe).toEqual(probe);
});

it('gives each claim the verdict of its own index, and joins it with the health of its container', () => {
  const verdicts = new Map<number, ProbeVerdict>([
    [0, FAILING],
    [1, PASSING],
  ]);

  const found = judgedOf([plain, probed, { ...plain, containerHealth: 'UNHEALTHY' }], { ...NONE, verdicts }, PROBING);

  expect(found.map(({ verdict }) => verdict?.state)).toEqual(['passing', 'passing', 'failing']);
  expect(found.map(({ probe }) => probe)).toEqual([undefined, PASSING, undefined]);
});

it('judges nothing that has no endpoint', () => {
  expect(judgedOf([leftOut], { ...NONE, verdicts: new Map([[0, PASSING]]) }, PROBING)).toEqual([{ claim: leftOut }]);
});
