import { expect, it } from 'vitest';
import { briefOf } from '../../../console/model/brief.ts';
import { hostViews } from '../../../console/model/hosts.ts';
import { runRow } from '../../../console/model/runs.ts';
import type { KeptOutcome } from '../../../functions/contracts/outcome.ts';
import type { SeenDeployment } from '../../../functions/domain/telling/seen-deployments.ts';
import { CALC, CLUSTER, claim, NOW } from '../../support/builders.ts';

const SERVICE = 'arn:aws:ecs:eu-west-1:123456789012:service/main/calc';
const seen: SeenDeployment = {
  service: SERVICE,
  cluster: CLUSTER,
  deployment: 'd1',
  status: 'IN_PROGRESS',
  names: [CALC],
};
const outcome = (about: Partial<KeptOutcome>): KeptOutcome => ({
  execution: 'run',
  state: 'in-sync',
  endedAt: NOW,
  error: '',
  cause: '',
  dispositions: [],
  refused: [],
  held: [],
  findings: [],
  ...about,
});
const rowOf = (...deployments: readonly SeenDeployment[]) =>
  runRow({ name: 'run', status: 'SUCCEEDED', startedAt: NOW }, briefOf(outcome({ deployments })));

it('a run says which services it has moved, and where to; of one that it only saw nothing', () => {
  const moved = (direction: 'forward' | 'back') => ({ direction, published: 1, removed: 1 });
  const web = { ...seen, service: 'web', moved: moved('back') };

  expect(rowOf({ ...seen, moved: moved('forward') }, web).shifted).toEqual(['calc to green', 'web to blue']);
  expect(rowOf(seen)).not.toHaveProperty('shifted');
  expect(briefOf(outcome({})).deployments).toEqual([]);
});

it('a change says of which colour the instance was, where runs have said so', () => {
  const one = { outcome: 'removed', reason: 'shifted', name: CALC, target: 'a.', port: 80 } as const;

  const { changes } = briefOf(outcome({ dispositions: [{ ...one, colour: 'blue' }, one] }));

  expect(changes.map(({ colour }) => colour)).toEqual(['blue', undefined]);
});

it('a task on its host has the colour that any of its claims has', () => {
  const shift = { share: 'none', service: SERVICE, colour: 'green' } as const;
  const judged = [claim('1'), claim('1', { shift }), claim('2')].map((one) => ({ claim: one }));

  const [host] = hostViews({ hosts: [], judged }, new Map());

  expect(host?.tasks.map(({ colour }) => colour)).toEqual(['green', undefined]);
});
