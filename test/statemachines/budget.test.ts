import { describe, expect, it } from 'vitest';
import { EVENTS } from '../../functions/domain/reading/budget.ts';
import {
  CHECKER_DEADLINE,
  HISTORY_BUDGET,
  MAX_HISTORY_EVENTS,
  OBSERVED_AT_ONCE,
  RUN_SECONDS,
} from '../../functions/domain/words/quotas.ts';
import { definition } from '../../infra/definition.ts';
import { STEPS } from '../../infra/steps.ts';

interface State {
  readonly Type: string;
  readonly Next?: string;
  readonly Default?: string;
  readonly Choices?: readonly { readonly Next: string }[];
  readonly Retry?: readonly { readonly MaxAttempts: number }[];
  readonly Catch?: readonly { readonly Next: string }[];
  readonly MaxConcurrency?: number;
  readonly MaxConcurrencyPath?: string;
  readonly TimeoutSeconds?: number;
  readonly ItemProcessor?: { readonly States: Readonly<Record<string, State>> };
}
const DEFINITION: { readonly TimeoutSeconds: number; readonly States: Readonly<Record<string, State>> } = JSON.parse(
  definition(),
);
const inside = (states: Readonly<Record<string, State>>, name: string) => states[name]?.ItemProcessor?.States ?? {};
const CLUSTER = inside(DEFINITION.States, 'ObserveClusters');
const BATCH = inside(CLUSTER, 'CheckEndpoints');
const CHANGE = inside(DEFINITION.States, 'ApplyBatches');

/** Events of one state while faults are of one kind, without what happens inside of a Map (Step Functions, history). */
function eventsOfState({ Type, Retry = [] }: State): number {
  const tries = 1 + Math.max(0, ...Retry.map(({ MaxAttempts }) => MaxAttempts));
  if (Type === 'Task') return 2 + 3 * tries; // entered, exited; scheduled, started and ended each time
  if (Type === 'Map') return 4; // entered, started, succeeded, exited
  return Type === 'Fail' ? 1 : 2;
}
const total = (states: readonly State[]) => states.reduce((sum, state) => sum + eventsOfState(state), 0);

function after({ Next, Default, Choices = [] }: State): readonly string[] {
  return [Next, Default, ...Choices.map((choice) => choice.Next)].filter((name) => name !== undefined);
}
function reachable(from: string, seen = new Set<string>()): ReadonlySet<string> {
  for (const name of after(DEFINITION.States[from] ?? { Type: 'Fail' })) {
    if (seen.has(name)) continue;
    seen.add(name);
    reachable(name, seen);
  }
  return seen;
}

describe('what a run takes of its history follows from the state machine', () => {
  const loop = Object.keys(DEFINITION.States).filter(
    (name) => reachable('SnapshotZone').has(name) && reachable(name).has('SnapshotZone'),
  );
  const once = Object.entries(DEFINITION.States).flatMap(([name, state]) => (loop.includes(name) ? [] : [state]));
  const derived = {
    run: total(once) + 2, // ExecutionStarted and its end
    pass: total(loop.flatMap((name) => DEFINITION.States[name] ?? [])),
    group: total(Object.values(CLUSTER)) + 2, // MapIterationStarted and its end
    probeBatch: total(Object.values(BATCH)) + 2,
    changeBatch: total(Object.values(CHANGE)) + 2,
  };

  it.each(Object.entries(derived))('%s: %i events at most', (part, events) => {
    const counted = EVENTS[part as keyof typeof EVENTS];

    expect(counted).toBeGreaterThanOrEqual(events);
    expect(counted).toBeLessThan(1.3 * events);
  });

  it('leaves a fifth of the history to faults of several kinds', () => {
    expect(HISTORY_BUDGET).toBeLessThanOrEqual(0.8 * MAX_HISTORY_EVENTS);
  });

  it('has the times and the concurrency that the budget counts with', () => {
    expect(DEFINITION.TimeoutSeconds).toBe(RUN_SECONDS);
    // ListClusters says how many, `OBSERVED_AT_ONCE` at most.
    expect(DEFINITION.States.ObserveClusters?.MaxConcurrencyPath).toBe('$.listed.atOnce');
    expect(CLUSTER.CheckEndpoints?.MaxConcurrency).toBe(OBSERVED_AT_ONCE);
    const seconds = [
      CHECKER_DEADLINE / 1_000,
      STEPS.CheckHealth.timeoutSeconds,
      BATCH.CheckHealth?.TimeoutSeconds ?? 0,
    ];
    expect(seconds).toEqual(seconds.toSorted((one, other) => one - other));
    expect(new Set(seconds).size).toBe(3);
  });
});
