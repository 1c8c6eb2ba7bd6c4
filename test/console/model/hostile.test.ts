import { describe, expect, it } from 'vitest';
import { briefOf, happeningsAt } from '../../../console/model/brief.ts';
import { deploymentView } from '../../../console/model/deployments.ts';
import type { HistoryEvent } from '../../../console/model/history.ts';
import { machineOf } from '../../../console/model/machine.ts';
import { nameView } from '../../../console/model/names.ts';
import { placesOf } from '../../../console/model/places.ts';
import { runGraph, stateEntries } from '../../../console/model/run-view.ts';
import { type Known, stateOf } from '../../../console/model/state.ts';
import { type KeptOutcome, keptOutcome, readableOutcome } from '../../../functions/contracts/outcome.ts';
import type { Disposition } from '../../../functions/domain/words/reason.ts';
import { CALC, NAMING, NOW, ourValue, srvSet } from '../../support/builders.ts';
import { HOSTILE_TEXTS, UNFIT } from '../../support/hostile.ts';

const HOUR = 3_600_000;
const HUGE = `\u001b]0;x\u0007<img src=x>\u202e${'y'.repeat(100_000)}`;
const TEXTS = [...HOSTILE_TEXTS, HUGE];
const DEPLOYED = { id: 'd', naming: NAMING, zoneId: 'Z1', definition: '{}' };

/** What a run could have kept: every text of it as somebody gave it. */
function kept(text: string, more: object = {}): KeptOutcome {
  const dispositions = [
    { outcome: 'left-out', reason: 'invalid-name', name: text, detail: text, task: text },
    { outcome: 'published', reason: text, name: CALC, target: text, port: 80, detail: text, isNew: true, task: text },
    { outcome: 'removed', reason: text, name: text, target: text, port: 80, detail: text, colour: 'blue' },
    { outcome: 'published', reason: 'held-shift', name: text, target: text, port: 81, detail: text, colour: 'blue' },
  ] as unknown as readonly Disposition[];
  return readableOutcome({
    execution: 'run',
    state: 'held',
    trigger: text,
    startedAt: NOW - 1_000,
    endedAt: NOW,
    error: text,
    cause: text,
    dispositions,
    refused: [{ name: text, message: text }],
    held: [{ name: text, value: text }],
    heldHash: '0123456789abcdef',
    findings: [text],
    deployments: [
      {
        ...{ service: text, cluster: text, deployment: text, status: 'IN_PROGRESS', stage: 'BAKE_TIME' },
        names: [text, CALC],
        testName: text,
        moved: { direction: 'forward', published: 1, removed: 1 },
      },
      { service: `2${text}`, cluster: text, deployment: text, status: text, stage: text, names: [] },
    ],
    ...more,
  });
}

function known(text: string, more: Partial<Known> = {}): Known {
  const full = kept(text);
  return {
    deployed: DEPLOYED,
    looked: {
      at: NOW,
      verdicts: [{ case: text, says: text, next: text }],
      paused: { by: text, since: NOW, reason: text },
      recordSets: [srvSet(CALC, [`1 1 80 ${text}`, ourValue('10.0.0.1', 80)].map(String))],
      dispositions: full.dispositions,
      full,
      heldSince: [],
      notKnown: [],
    },
    runs: [{ name: text, status: text, startedAt: NOW + HOUR, endedAt: NOW }],
    briefs: [briefOf(full)],
    places: placesOf(undefined),
    notKnown: [{ what: text, why: text }],
    breaks: [],
    now: NOW,
    ...more,
  };
}

/** Every text that is somewhere in a value. */
const textsIn = (value: unknown): readonly string[] =>
  typeof value === 'string' ? [value] : Object.values(Object(value)).flatMap(textsIn);

describe.each(TEXTS.map((text) => [text]))('with %j wherever a text may stand', (text) => {
  it('the state is printable and bounded', () => {
    const about = known(text);
    const { state, names, deployments } = stateOf(about, 1);
    const counting = { names, places: about.places, all: deployments };

    const views = names.map((one) =>
      nameView(one, {
        naming: NAMING,
        places: placesOf(undefined),
        happenings: happeningsAt(one.name, [briefOf(kept(text))], 200),
        deployments: deployments.map((shown) => deploymentView(shown, counting, one.name)),
      }),
    );

    expect(state.deployments).toHaveLength(2);
    const all = textsIn([state, views]);
    for (const one of all) expect(one).not.toMatch(UNFIT);
    expect(Math.max(...all.map(({ length }) => length))).toBeLessThanOrEqual(2_000);
  });
});

describe('what cannot be', () => {
  it.each([1e16, 1e300, -1])('an outcome that ended at %d is none', (endedAt) => {
    expect(keptOutcome.safeParse(kept('x')).success).toBe(true);
    expect(keptOutcome.safeParse({ ...kept('x'), endedAt }).success).toBe(false);
    expect(keptOutcome.safeParse({ ...kept('x'), startedAt: endedAt }).success).toBe(false);
  });

  it('outcomes of the future, twice the same run, a clock that went back: counted once, and nothing lasts less than no time', () => {
    const future = kept('x', { endedAt: NOW + 24 * HOUR });
    const { state } = stateOf(
      known('x', {
        briefs: [briefOf(future), briefOf(future)],
        runs: [1, 2].map(() => ({ name: 'run', status: 'SUCCEEDED', startedAt: NOW + HOUR, endedAt: NOW })),
      }),
      1,
    );

    expect(state.runs.map(({ execution }) => execution)).toEqual(['run']);
    expect(state.runs.every(({ startedAt, endedAt = startedAt }) => endedAt >= startedAt)).toBe(true);
    expect(state.glance.changes).toEqual({ published: 0, removed: 0 });
  });

  it('an empty deployment has an empty state', () => {
    const looked = { at: NOW, verdicts: [{ case: 'x', says: 'x' }], notKnown: [] };

    const { state } = stateOf({ ...known('x'), looked, runs: [], briefs: [], notKnown: [] }, 1);

    expect(state).toMatchObject({ names: [], hosts: [], runs: [], changes: [], notKnown: [] });
  });
});

const asState = (Next: unknown, more: object = {}) => ({ Type: 'Task', Next, ...more });
const graphOf = (definition: unknown, events: readonly HistoryEvent[] = []) =>
  runGraph(machineOf(typeof definition === 'string' ? definition : JSON.stringify(definition)), events, {
    status: 'succeeded',
    now: NOW,
  });

describe('a definition that is not ours', () => {
  it.each<{ readonly row: string; readonly definition: unknown; readonly states: number }>([
    { row: 'no JSON', definition: '{', states: 0 },
    { row: 'null', definition: 'null', states: 0 },
    { row: 'a list', definition: [], states: 0 },
    { row: 'states that are none', definition: { States: { a: null, b: 7, c: [] } }, states: 3 },
    { row: 'a state that leads nowhere', definition: { States: { a: asState('gone') } }, states: 1 },
    { row: 'a state that leads to itself', definition: { States: { a: asState('a') } }, states: 1 },
    { row: 'a circle', definition: { States: { a: asState('b'), b: asState('c'), c: asState('a') } }, states: 3 },
    {
      row: 'a state within one of the same name',
      definition: {
        States: { a: { Type: 'Map', ItemProcessor: { States: { a: { Type: 'Map' }, b: asState('a') } } } },
      },
      states: 2,
    },
    {
      row: 'names of properties',
      definition:
        '{"States":{"__proto__":{"Next":"constructor"},"constructor":{"Next":"hasOwnProperty"},"hasOwnProperty":{}}}',
      states: 3,
    },
    {
      row: 'far too many states',
      definition: {
        States: Object.fromEntries(Array.from({ length: 5_000 }, (_, at) => [`s${at}`, asState(`s${at + 1}`)])),
      },
      states: 300,
    },
    {
      row: 'far too many ways',
      definition: {
        States: Object.fromEntries(
          Array.from({ length: 100 }, (_, at) => [
            `s${at}`,
            { Type: 'Choice', Choices: Array.from({ length: 100 }, (_, to) => ({ Next: `s${to}` })) },
          ]),
        ),
      },
      states: 100,
    },
  ])('$row is drawn as far as it can be', ({ definition, states }) => {
    const graph = graphOf(definition);

    expect(graph.states).toHaveLength(states);
    expect(graph.edges.length).toBeLessThanOrEqual(600);
    const numbers = graph.states.flatMap(({ x, y, width, height }) => [x, y, width, height]);
    expect(numbers.every(Number.isFinite)).toBe(true);
  });

  it.each(TEXTS.map((text) => [text]))('a state that is called %j is text, and bounded', (text) => {
    const events = [{ id: 1, type: `${text}StateEntered`, stateEnteredEventDetails: { name: text, input: text } }];

    const shown = textsIn([
      graphOf({ States: { [text]: { Type: text, Next: text } } }, events),
      stateEntries(events, text),
    ]);

    for (const one of shown) expect(one).not.toMatch(UNFIT);
    expect(Math.max(...shown.map(({ length }) => length))).toBeLessThanOrEqual(10_000);
  });
});

it('a history of 25,000 events, out of order and of no known kinds, is read and bounded', () => {
  const states = { States: { a: asState('b', { Type: 'Map' }), b: asState('a') } };
  const events: readonly HistoryEvent[] = Array.from({ length: 25_000 }, (_, at) => {
    const about = { id: at + 1, previousEventId: at % 3 === 0 ? at : 25_000 - at, timestamp: new Date(NOW - at) };
    const name = at % 2 === 0 ? 'a' : 'b';
    const kinds = [
      { ...about, type: 'MapStateEntered', stateEnteredEventDetails: { name, input: HUGE } },
      { ...about, type: 'MapStateExited', stateExitedEventDetails: { name, output: HUGE } },
      { ...about, type: 'TaskFailed', taskFailedEventDetails: { error: HUGE, cause: HUGE } },
      { ...about, type: 'NobodyKnowsThis' },
      { type: 'MapIterationStarted' },
    ];
    return kinds[at % kinds.length] ?? {};
  });

  const graph = graphOf(states, events);
  const entries = stateEntries(events, 'a');

  expect(graph.states.every(({ took = 0 }) => took >= 0)).toBe(true);
  expect(entries.length).toBeLessThanOrEqual(100);
  expect(JSON.stringify(entries).length).toBeLessThan(8_000_000);
});

it('later versions may say more, and things that nobody knows yet', () => {
  const later = { ...kept('x'), more: { of: ['it'] }, state: 'in-sync', unread: 'x', quarantined: [{}] };

  expect(keptOutcome.safeParse(later).success).toBe(true);
  expect(briefOf(later as unknown as KeptOutcome)).toMatchObject({ execution: 'run', changes: [{}, {}] });
});
