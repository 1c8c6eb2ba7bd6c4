import { Graph, layout } from '@dagrejs/dagre';
import type { Machine, MachineState, Way } from './machine.ts';

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
/** A name of 12 pixels behind a sign, and a line of facts below it. */
const STATE = { padding: 44, least: 150, height: 44 };
const LABEL_HEIGHT = 14;
/** Around what stands inside of a Map, with room for its name above. */
const INSIDE = { side: 16, above: 34 };
const LINE_UP = { rankdir: 'TB', nodesep: 18, ranksep: 28, edgesep: 12, marginx: 8, marginy: 8 } as const;
/** The usual way stays straight, others go around it. */
const USUAL = 8;
/** Between the states and the line in which faults come together, and how round its corners are. */
const ASIDE = 22;
const CORNER = 8;

/** Dagre looks its nodes up in plain objects, in which some names mean something already: `constructor`, and `\0` is its own. */
const nodeOf = (id: string): string => `state ${id}`;

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
    const here = (way: Way) => ids.has(way.from) && ids.has(way.to);
    const aside = new Set(asideOf(ways.filter(here)));
    const inner = new Map(level.map((state) => [state.id, within.has(state.id) ? place(state.id) : undefined]));
    for (const state of level) graph.setNode(nodeOf(state.id), sizeOf(state, inner.get(state.id)));
    ways.forEach((way, at) => {
      if (!here(way) || aside.has(way)) return;
      const { from, to, label = '', caught } = way;
      const size = label && !caught && { width: label.length * LETTER * 0.8, height: LABEL_HEIGHT, labelpos: 'c' };
      graph.setEdge(
        nodeOf(from),
        nodeOf(to),
        { weight: !caught && (!label || label === 'otherwise') ? USUAL : 1, ...size },
        String(at),
      );
    });
    layout(graph);
    const { width: own = 0, height = 0 } = graph.graph();
    const width = aside.size > 0 ? own + ASIDE : own;
    /** Puts everything of this level where its upper left corner turns out to be. */
    const put = (corner: Point): void => {
      for (const { id } of level) {
        const node = graph.node(nodeOf(id));
        const box = { ...moved(node, corner), width: node.width, height: node.height };
        boxes.set(id, box);
        inner.get(id)?.put({ x: box.x - box.width / 2 + INSIDE.side, y: box.y - box.height / 2 + INSIDE.above });
      }
      for (const edge of graph.edges()) {
        lines[Number(edge.name)] = (graph.edge(edge).points ?? []).map((point: Point) => moved(point, corner));
      }
      ways.forEach((way, at) => {
        const [from, to] = [boxes.get(way.from), boxes.get(way.to)];
        if (aside.has(way) && from && to) lines[at] = around(from, to, Math.round(corner.x + own + ASIDE / 2));
      });
    };
    return { width, height, put };
  };

  const whole = place(undefined);
  whole.put({ x: 0, y: 0 });
  return { width: finite(whole.width), height: finite(whole.height), boxes, lines };
}

/** Faults of many states come together in few: laid out with the others, they would tear apart what belongs together. */
function asideOf(ways: readonly Way[]): readonly Way[] {
  const usual = new Set(ways.flatMap(({ to, caught }) => (caught ? [] : [to])));
  return ways.filter(({ to, caught }) => caught === true && usual.has(to));
}

/** From the right side of one to the right side of the other, along a line at x. */
function around(from: Box, to: Box, x: number): readonly Point[] {
  const by = from.y < to.y ? CORNER : -CORNER;
  return [
    { x: from.x + from.width / 2, y: from.y },
    { x: x - 2 * CORNER, y: from.y },
    { x, y: from.y },
    { x, y: from.y + 2 * by },
    { x, y: to.y - 2 * by },
    { x, y: to.y },
    { x: x - 2 * CORNER, y: to.y },
    { x: to.x + to.width / 2, y: to.y },
  ];
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
