import { expect, it } from 'vitest';
import { payloadsIn } from '../../functions/contracts/crossing.ts';
import type { OutcomeRecord } from '../../functions/contracts/outcome.ts';
import { objectAt } from '../../functions/contracts/payloads.ts';
import { CALC, CLUSTER, NOW, ourText, planRecord, runState, TIME } from '../support/builders.ts';
import { mapped } from '../support/inventory.ts';
import { shop } from '../support/shop.ts';
import { STATE_MACHINE } from '../support/world.ts';

const RUN = runState();

/** The outcome of a run whose passes have planned this. */
async function outcomeOf(plans: readonly Parameters<typeof planRecord>[0][]) {
  const around = shop();
  const payloads = payloadsIn(mapped(around.bucket));
  for (const [index, plan] of plans.entries()) {
    await payloads.keep(objectAt('plan', { execution: RUN.execution, pass: index + 1 }), planRecord(plan));
  }
  const state = { run: { ...RUN, pass: plans.length } };
  const ending = await around.step('PublishOutcome', { execution: RUN.execution, stateMachine: STATE_MACHINE, state });
  const [key = ''] = [...around.bucket.keys()].filter((one) => one.startsWith('outcomes/'));
  const outcome: OutcomeRecord = JSON.parse(around.bucket.get(key) ?? '{}').body;
  return { ending, outcome };
}

const near = (used: number) => ({ quota: 'records in the zone' as const, used, limit: 10_000 });
const held = { name: CALC, key: 'k', value: ourText('10.0.0.1', 80) };

it('tells of a run what its full pass has seen, which the narrowed ones after it do not', async () => {
  const { ending, outcome } = await outcomeOf([
    { nearQuotas: [near(9_000)], held: [held], heldHash: 'abc', ours: 20 },
    { kind: 'event', nearQuotas: [] },
    { kind: 'event', nearQuotas: [near(1)] },
  ]);

  expect(ending).toMatchObject({ state: 'held', error: 'RemovalsHeldError' });
  expect(outcome).toMatchObject({ passes: 3, nearQuotas: [near(9_000)], held: [held] });
});

it('tells of all passes what any has seen, each once, and of an unread cluster its last word', async () => {
  const unread = (cause: string) => ({ cluster: CLUSTER, error: 'Error', cause });
  const { outcome } = await outcomeOf([
    { findings: ['a', 'b'], conflicts: ['x'], unread: [unread('first')] },
    { kind: 'event', findings: ['b', 'c'], conflicts: ['x', 'y'], unread: [unread('last')] },
  ]);

  expect(outcome).toMatchObject({ conflicts: ['x', 'y'], unread: [unread('last')] });
  expect(outcome.findings).toEqual(['a', 'b', 'c']);
});

it('names a contended name once, as the last pass has found it', async () => {
  const contended = (name: string, corrections: number) => ({ name, corrections, since: NOW, nextTry: NOW });

  const { outcome } = await outcomeOf([
    { contended: [contended(CALC, 3), contended(TIME, 3)] },
    { kind: 'event', contended: [contended(CALC, 4)] },
  ]);

  expect(outcome.contended).toEqual([contended(CALC, 4), contended(TIME, 3)]);
});
