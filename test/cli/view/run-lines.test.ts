import { describe, expect, it } from 'vitest';
import type { HistoryEvent } from '../../../cli/state-machine.ts';
import { foldRun, innerStates, stateText } from '../../../cli/view/run-lines.ts';
import { painter } from '../../../cli/view/style.ts';
import { definition } from '../../../infra/definition.ts';

const INNER = new Set(['CollectTasks', 'LoadBatch']);
const event = (at: number, about: Partial<HistoryEvent>): HistoryEvent =>
  ({ timestamp: new Date(at), ...about }) as HistoryEvent;
const entered = (at: number, name: string) =>
  event(at, { type: 'TaskStateEntered', stateEnteredEventDetails: { name } });
const exited = (at: number, name: string) => event(at, { type: 'TaskStateExited', stateExitedEventDetails: { name } });
const failed = (at: number, error: string) =>
  event(at, { type: 'TaskFailed', taskFailedEventDetails: { error } as never });

const HISTORY = [
  entered(0, 'ReadTrigger'),
  exited(1_000, 'ReadTrigger'),
  entered(1_000, 'ObserveClusters'),
  entered(1_100, 'CollectTasks'),
  entered(1_100, 'CollectTasks'),
  failed(1_200, 'ThrottledError'),
  exited(1_300, 'CollectTasks'),
  exited(1_400, 'CollectTasks'),
  entered(1_400, 'LoadBatch'),
  exited(1_500, 'LoadBatch'),
  exited(1_600, 'ObserveClusters'),
  entered(1_600, 'PlanChanges'),
];

describe('a run', () => {
  it('has one line for each state that was left, with what happened inside', () => {
    const run = foldRun(INNER);

    const lines = run.add(HISTORY).map((line) => stateText(line, painter(false)));

    expect(lines).toEqual([
      '✓ ReadTrigger          1.0 s',
      '! ObserveClusters      0.6 s CollectTasks ×2, LoadBatch ×1 ThrottledError ×1',
    ]);
    expect(run.current).toBe('PlanChanges');
  });

  it('has the same lines in whatever pieces its history comes', () => {
    const whole = foldRun(INNER).add(HISTORY);
    const pieces = foldRun(INNER);

    const lines = HISTORY.flatMap((one) => pieces.add([one]));

    expect(lines).toEqual(whole);
  });

  it('says where it is, with what it is doing there', () => {
    const run = foldRun(INNER);

    run.add(HISTORY.slice(0, 5));

    expect(run.current).toBe('ObserveClusters  CollectTasks ×2');
  });
});

it('knows which states of the deployed machine stand inside of a Map, whatever the depth', () => {
  const inner = innerStates(definition());

  expect([...inner]).toEqual(expect.arrayContaining(['CollectTasks', 'CheckHealth', 'ApplyBatch']));
  expect(inner.has('PlanChanges')).toBe(false);
});
