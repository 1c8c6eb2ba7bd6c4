import { Graph, layout } from '@dagrejs/dagre';
import type { Machine, MachineState } from './machine.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** x and y are of the middle. */
export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

export interface LaidOut {
  readonly width: number;
  readonly height: number;
  readonly boxes: ReadonlyMap<string, Box>;
  /** Of each way of the machine, in its order. */
  readonly lines: readonly (readonly Point[])[];
}

const LETTER = 7.5;
const STATE = { padding: 28, least: 90, height: 38 };
const LABEL_HEIGHT = 14;
/** Around what stands inside of a Map, with room for its name above. */
const INSIDE = { side: 16, above: 34 };
const LINE_UP = { rankdir: 'TB', nodesep: 26, ranksep: 34, edgesep: 14, marginx: 8, marginy: 8 } as const;

/** Lays a machine out from top to bottom; what stands inside of a state is laid out by itself, and then is as large as that takes. */
export function laidOut({ states, ways }: Machine): LaidOut {
  const within = Map.groupBy(states, ({ inside }) => inside);
  const boxes = new Map<string, Box>();
  const lines = ways.map((): readonly Point[] => []);

  const place = (inside: string | undefined) => {
    const graph = new Graph({ multigraph: true });
    graph.setGraph({ ...LINE_UP });
    graph.setDefaultEdgeLabel(() => ({}));
    const level = within.get(inside) ?? [];
    const ids = new Set(level.map(({ id }) => id));
    const inner = new Map(level.map((state) => [state.id, within.has(state.id) ? place(state.id) : undefined]));
    for (const state of level) graph.setNode(state.id, sizeOf(state, inner.get(state.id)));
    ways.forEach(({ from, to, label = '' }, at) => {
      if (!ids.has(from) || !ids.has(to)) return;
      const size = label === '' ? {} : { width: label.length * LETTER * 0.8, height: LABEL_HEIGHT, labelpos: 'c' };
      graph.setEdge(from, to, size, String(at));
    });
    layout(graph);
    const { width = 0, height = 0 } = graph.graph();
    /** Puts everything of this level where its upper left corner turns out to be. */
    const put = (corner: Point): void => {
      for (const { id } of level) {
        const node = graph.node(id);
        const box = { ...moved(node, corner), width: node.width, height: node.height };
        boxes.set(id, box);
        inner.get(id)?.put({ x: box.x - box.width / 2 + INSIDE.side, y: box.y - box.height / 2 + INSIDE.above });
      }
      for (const edge of graph.edges()) {
        lines[Number(edge.name)] = (graph.edge(edge).points ?? []).map((point: Point) => moved(point, corner));
      }
    };
    return { width, height, put };
  };

  const whole = place(undefined);
  whole.put({ x: 0, y: 0 });
  return { width: finite(whole.width), height: finite(whole.height), boxes, lines };
}

const sizeOf = ({ id }: MachineState, inner: { readonly width: number; readonly height: number } | undefined) => {
  const own = Math.max(STATE.least, id.length * LETTER + STATE.padding);
  if (!inner) return { width: own, height: STATE.height };
  return { width: Math.max(own, inner.width + 2 * INSIDE.side), height: inner.height + INSIDE.above + INSIDE.side };
};

const moved = (point: { readonly x?: number; readonly y?: number }, corner: Point): Point => ({
  x: Math.round(corner.x + (point.x ?? 0)),
  y: Math.round(corner.y + (point.y ?? 0)),
});

const finite = (size: number): number => (Number.isFinite(size) ? Math.round(size) : 0);
