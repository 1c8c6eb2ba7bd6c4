import { laidOut as layout } from '../../../../console/model/layout.ts';
import { machineOf } from '../../../../console/model/machine.ts';
import type { GraphEdge, GraphState, StateStatus } from '../../../../console/views.ts';
import { definition } from '../../../../infra/definition.ts';

/** What an execution did in some states; the others were not entered. */
export type Story = Readonly<Record<string, Partial<GraphState> & { readonly status: StateStatus }>>;

export interface Laid {
  readonly width: number;
  readonly height: number;
  readonly states: readonly GraphState[];
  readonly edges: readonly GraphEdge[];
}

/** Ways between states that stories enter, which they do not take. */
const PASSED_BY = new Set([
  'StartedByEvents? ReadTrigger',
  'AnythingNew? PublishOutcome',
  'AnythingToDo? PublishOutcome',
  'LoadBatch BatchUnprobed',
  'SaveVerdicts BatchUnprobed',
  'CheckEndpoints ClusterUnread',
  ...['ReadTrigger', 'SnapshotZone', 'ListClusters', 'ObserveClusters', 'CompleteReading', 'PlanChanges'].map(fails),
  ...['ApplyBatches', 'VerifyChanges'].map(fails),
]);

function fails(state: string): string {
  return `${state} PublishOutcome`;
}

/** The deployed state machine with a story told in it. */
export function laidOut(story: Story): Laid {
  const machine = machineOf(definition());
  const { boxes, lines, width, height } = layout(machine);
  const entered = (id: string) => story[id] !== undefined && story[id].status !== 'waiting';
  const nowhere = { x: 0, y: 0, width: 0, height: 0 };
  return {
    width,
    height,
    states: machine.states.map((state) => ({
      entered: 0,
      retries: 0,
      status: 'waiting',
      ...state,
      ...(boxes.get(state.id) ?? nowhere),
      ...story[state.id],
    })),
    edges: machine.ways.map((way, at) => ({
      ...way,
      points: lines[at] ?? [],
      taken: entered(way.from) && entered(way.to) && !PASSED_BY.has(`${way.from} ${way.to}`),
    })),
  };
}
