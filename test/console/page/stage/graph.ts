import dagre from '@dagrejs/dagre';
import type { GraphEdge, GraphState, StateStatus } from '../../../../console/views.ts';
import { definition } from '../../../../infra/definition.ts';

interface Machine {
  readonly States: Readonly<Record<string, Stated>>;
}

interface Stated {
  readonly Type: string;
  readonly Next?: string;
  readonly Default?: string;
  readonly Choices?: readonly { readonly Next: string }[];
  readonly Catch?: readonly { readonly Next: string }[];
  readonly ItemProcessor?: Machine;
}

interface Placed {
  readonly id: string;
  readonly kind: string;
  readonly inside?: string;
}

/** What an execution did in some states; the others were not entered. */
export type Story = Readonly<
  Record<string, Partial<Omit<GraphState, keyof Placed>> & { readonly status: StateStatus }>
>;

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
]);

const WIDTH = 168;
const HEIGHT = 44;
/** Around what is inside of a Map, and above it for its name. */
const MARGIN = 14;
const TITLE = 30;

interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly states: readonly (Place & { readonly id: string; readonly kind: string; readonly inside?: string })[];
  readonly edges: readonly Omit<GraphEdge, 'taken'>[];
}

/** The deployed state machine with a story told in it. Each Map is laid out for itself, and stands in its surroundings as a box. */
export function laidOut(story: Story): Laid {
  const { states, edges, ...size } = drawn(JSON.parse(definition()) as Machine);
  const entered = (id: string) => story[id] !== undefined && story[id].status !== 'waiting';
  const wasTaken = ({ from, to }: { readonly from: string; readonly to: string }) =>
    entered(from) && entered(to) && !PASSED_BY.has(`${from} ${to}`);
  return {
    ...size,
    states: states.map((state) => ({ entered: 0, retries: 0, status: 'waiting', ...state, ...story[state.id] })),
    edges: edges.map((edge) => ({ ...edge, taken: wasTaken(edge) })),
  };
}

function drawn({ States }: Machine, inside?: string): Drawing {
  const within = new Map(
    Object.entries(States).flatMap(([id, { ItemProcessor }]) =>
      ItemProcessor ? [[id, drawn(ItemProcessor, id)] as const] : [],
    ),
  );
  const graph = new dagre.graphlib.Graph().setDefaultEdgeLabel(() => ({}));
  graph.setGraph({ rankdir: 'TB', ranksep: 26, nodesep: 16 });
  for (const id of Object.keys(States)) {
    const inner = within.get(id);
    const size = inner && { width: inner.width + 2 * MARGIN, height: inner.height + MARGIN + TITLE };
    graph.setNode(id, { width: WIDTH, height: HEIGHT, ...size });
  }
  for (const [from, state] of Object.entries(States)) {
    for (const to of followers(state))
      graph.setEdge(from, to, { weight: to === state.Next || to === state.Default ? 8 : 1 });
  }
  dagre.layout(graph);
  const { width = 0, height = 0 } = graph.graph();
  const place = (id: string) => graph.node(id) as Place;
  const moved = Object.keys(States).map((id) => {
    const { x, y, width, height } = place(id);
    return { id, kind: States[id]?.Type ?? '', x, y, width, height, ...(inside && { inside }) };
  });
  const inner = [...within].map(([id, drawing]) => shifted(drawing, place(id)));
  const edges = graph.edges().map((edge: { v: string; w: string }) => {
    const { points } = graph.edge(edge) as { points: GraphEdge['points'] };
    return { from: edge.v, to: edge.w, points };
  });
  return {
    width,
    height,
    states: [...moved, ...inner.flatMap(({ states }) => states)],
    edges: [...edges, ...inner.flatMap(({ edges }) => edges)],
  };
}

/** What is inside of a box, at the place of the box. */
function shifted({ states, edges }: Drawing, { x, y, width, height }: Place): Pick<Drawing, 'states' | 'edges'> {
  const by = { x: x - width / 2 + MARGIN, y: y - height / 2 + TITLE };
  const moved = <T extends { readonly x: number; readonly y: number }>(one: T): T => ({
    ...one,
    x: one.x + by.x,
    y: one.y + by.y,
  });
  return { states: states.map(moved), edges: edges.map((edge) => ({ ...edge, points: edge.points.map(moved) })) };
}

/** Nearly all that is caught ends in one state: those edges would hide the others. */
function followers({ Next, Default, Choices = [], Catch = [] }: Stated): ReadonlySet<string> {
  const caught = Catch.map((one) => one.Next).filter((next) => next !== 'PublishOutcome');
  return new Set([Next, Default, ...Choices.map((one) => one.Next), ...caught].filter((next) => next !== undefined));
}
