import { expect, it } from 'vitest';
import type { HistoryEvent } from '../../../console/model/history.ts';
import { machineOf } from '../../../console/model/machine.ts';
import { runGraph, stateEntries } from '../../../console/model/run-view.ts';
import { definition } from '../../../infra/definition.ts';
import { HOSTILE_TEXTS, UNFIT } from '../../support/hostile.ts';
import { shop } from '../../support/shop.ts';

const MACHINE = machineOf(definition(process.cwd()));

/** The graph of a run with a fault of one state, so often. */
async function ran(faults: number, step = 'SnapshotZone') {
  let left = faults;
  const around = shop({
    beforeStep: (name) => {
      if (name === step && left-- > 0) throw Object.assign(new Error('later'), { name: 'UnavailableError' });
    },
  });
  around.task(32_768);
  const run = await around.run({});
  const events: readonly HistoryEvent[] = run.history;
  const status = run.result.status === 'SUCCEEDED' ? ('succeeded' as const) : ('failed' as const);
  const graph = runGraph(MACHINE, events, { status, now: around.clock.now(), endedAt: around.clock.now() });
  return { run, events, graph, state: (id: string) => graph.states.find((one) => one.id === id) };
}

it('enters each state as often as the run did, and takes the ways between them', async () => {
  const { run, graph, state } = await ran(0);

  const entered = new Map(
    Object.entries(Object.groupBy(run.states, (name) => name)).map(([name, all]) => [name, all?.length]),
  );
  for (const { id, entered: times } of graph.states) expect([id, times]).toEqual([id, entered.get(id) ?? 0]);
  expect(state('ZoneInSync')).toMatchObject({ status: 'succeeded' });
  expect(state('RunFailed')).toMatchObject({ status: 'waiting', entered: 0 });
  expect(state('ApplyBatches')).toMatchObject({ iterations: 1, failedIterations: 0 });
  expect(state('CollectTasks')).toMatchObject({ inside: 'ObserveClusters', status: 'succeeded' });
  const taken = graph.edges.filter((edge) => edge.taken).map(({ from, to }) => `${from} ${to}`);
  expect(taken).toContain('PlanChanges AnythingToDo?');
  expect(taken).not.toContain('PlanChanges PublishOutcome');
});

it('tells an attempt that was made again from a fault that was caught', async () => {
  const again = await ran(1);
  const caught = await ran(1_000);

  expect(again.state('SnapshotZone')).toMatchObject({ status: 'succeeded', entered: 1, retries: 1 });
  expect(caught.state('SnapshotZone')?.status).toBe('caught');
  expect(caught.state('RunFailed')?.status).toBe('failed');
  expect(stateEntries(again.events, 'SnapshotZone')[0]).toMatchObject({
    retries: [expect.objectContaining({ error: 'UnavailableError' })],
    output: expect.any(String),
  });
  expect(stateEntries(caught.events, 'SnapshotZone')[0]?.error).toBe('UnavailableError');
});

it('lays every state out apart from the others of its level, inside of the whole', async () => {
  const { graph } = await ran(0);

  for (const one of graph.states) {
    expect(one.x - one.width / 2).toBeGreaterThanOrEqual(0);
    expect(one.x + one.width / 2).toBeLessThanOrEqual(graph.width + 1);
    const beside = graph.states.filter((other) => other !== one && other.inside === one.inside);
    const over = beside.filter(
      (other) =>
        Math.abs(one.x - other.x) * 2 < one.width + other.width &&
        Math.abs(one.y - other.y) * 2 < one.height + other.height,
    );
    expect(over.map(({ id }) => id)).toEqual([]);
  }
});

it.each(['', 'null', '[]', '{"States":7}', '{"States":{"a":null,"__proto__":{"Type":"Pass","Next":"nowhere"}}}'])(
  'draws what it can of %j',
  (text) => {
    const graph = runGraph(machineOf(text), [{}, { id: 1, type: 'MapIterationFailed' }], { status: 'running', now: 0 });

    expect(Number.isFinite(graph.width + graph.height)).toBe(true);
  },
);

it.each(HOSTILE_TEXTS.map((text) => [text]))('shows %j as text', (text) => {
  const events: HistoryEvent[] = [
    {
      id: 1,
      previousEventId: 0,
      type: 'TaskStateEntered',
      timestamp: new Date(0),
      stateEnteredEventDetails: { name: 'A', input: text },
    },
    {
      id: 2,
      previousEventId: 1,
      type: 'TaskStateExited',
      timestamp: new Date(1),
      stateExitedEventDetails: { name: 'A', output: text.repeat(50_000) },
    },
  ];

  const [entry] = stateEntries(events, 'A');

  expect(JSON.stringify(Object.values(entry ?? {}).join(''))).not.toMatch(UNFIT);
  expect(entry?.output?.length).toBeLessThanOrEqual(10_000);
});
