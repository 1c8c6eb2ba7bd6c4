import type { GraphEdge, GraphState } from '../../views.ts';
import { counted } from './numbers.ts';
import { endOfState } from './runs.ts';
import { tookText } from './times.ts';

/** An edge as SVG's path: smooth through the middles of its parts. */
export function edgePath({ points }: Pick<GraphEdge, 'points'>): string {
  const [first, ...rest] = points;
  if (!first) return '';
  const last = rest.pop();
  if (!last) return '';
  let path = `M${first.x} ${first.y}`;
  rest.forEach((point, at) => {
    const next = rest[at + 1];
    const to = next ? { x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 } : last;
    path += `Q${point.x} ${point.y} ${to.x} ${to.y}`;
  });
  return rest.length > 0 ? path : `${path}L${last.x} ${last.y}`;
}

/** What a state's second line says: its time, and what was not usual. */
export function factsOf(state: GraphState): string {
  const facts = [
    ...(state.took !== undefined && state.entered > 0 ? [tookText(state.took)] : []),
    ...(state.entered > 1 ? [`${state.entered} times`] : []),
    ...(state.retries > 0 ? [counted(state.retries, 'retry', 'retries')] : []),
    ...(state.iterations !== undefined ? [counted(state.iterations, 'iteration')] : []),
    ...(state.failedIterations ? [`${state.failedIterations} failed`] : []),
  ];
  return facts.join(' · ');
}

/** Everything that its shape, place and colour say, in one sentence. */
export function spokenState(state: GraphState): string {
  const facts = factsOf(state);
  const inside = state.inside === undefined ? '' : `, inside ${state.inside}`;
  const said = facts ? `, ${facts.replaceAll(' · ', ', ')}` : '';
  return `${state.id}, ${state.kind}${inside}: ${endOfState(state.status).word}${said}`;
}

/** From a state to the next one in the order of reading, top to bottom, left to right, as arrow keys go. */
export function neighbour(states: readonly GraphState[], id: string, key: string): string | undefined {
  const by = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[key];
  if (by === undefined) return undefined;
  const order = states.toSorted((one, other) => one.y - other.y || one.x - other.x).map((state) => state.id);
  return order[order.indexOf(id) + by];
}

/** Smaller letters are not legible. */
const LEAST = 0.72;

/** How large a drawing is shown, so that its whole width is seen, where it stays legible. */
export const scaleOf = (width: number, room: number): number =>
  room <= 0 ? 1 : Math.min(1, Math.max(LEAST, room / width));
