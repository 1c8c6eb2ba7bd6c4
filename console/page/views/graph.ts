import { useEffect, useRef, useState } from 'preact/hooks';
import type { GraphEdge, GraphState, RunView } from '../../views.ts';
import { html, type Piece } from '../html.ts';
import { go } from '../live/hooks.ts';
import { edgePath, neighbour, scaleOf, spokenState } from '../pure/graph.ts';
import { endOfState } from '../pure/runs.ts';
import { Drawn } from './graph-state.ts';

/** The state machine as this execution went through it. Tab comes to one state, arrows go to the others, Enter opens it. */
export function Graph({ run, chosen }: { run: RunView; chosen?: string }): Piece {
  const { execution, width, height, states, edges } = run;
  const box = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState(chosen ?? states.find(({ entered }) => entered > 0)?.id ?? states[0]?.id);
  const [whole, setWhole] = useState(true);
  const [room, setRoom] = useState(0);
  useEffect(() => {
    // Of what stands around it, which a chosen state does not make narrower: it is not drawn at another size then.
    const around = box.current?.closest('article');
    if (!around) return;
    const sized = new ResizeObserver(() => setRoom(around.clientWidth));
    sized.observe(around);
    return () => sized.disconnect();
  }, []);
  useEffect(() => {
    const over = box.current?.querySelector('[aria-pressed="true"]')?.getBoundingClientRect();
    if (over && box.current) box.current.scrollBy(outside(over, box.current.getBoundingClientRect()));
  }, [chosen, room]);
  if (states.length === 0) {
    return html`<p class="quiet">Its graph is not known: the history of this execution could not be read.</p>`;
  }
  const open = (id: string) => go({ view: 'runs', execution, ...(id !== chosen && { state: id }) });
  const onKeyDown = (event: KeyboardEvent) => {
    const id = (event.target as Element).getAttribute('data-state');
    if (id === null) return;
    const next = neighbour(states, id, event.key);
    if (event.key === 'Enter' || event.key === ' ') open(id);
    else if (next !== undefined) box.current?.querySelector<SVGElement>(`[data-state="${CSS.escape(next)}"]`)?.focus();
    else return;
    event.preventDefault();
  };
  const around = new Set(states.flatMap(({ inside }) => inside ?? []));
  const containers = states.filter(({ id }) => around.has(id));
  const others = states.filter(({ id }) => !around.has(id));
  const button = (state: GraphState) => html`
    <${Button} key=${state.id} state=${state} here=${state.id === chosen} isStop=${state.id === at} open=${open}
      onFocus=${setAt} />`;
  const scale = whole ? scaleOf(width + 16, room - 26) : 1;
  return html`
    <div class="graph-box">
      <div class="title">
        <h3>The way that it took</h3>
        <button type="button" class="small" aria-pressed=${!whole} onClick=${() => setWhole(!whole)}>Full size</button>
      </div>
      <div class="graph panel" ref=${box}>
        <svg viewBox="-8 -8 ${width + 16} ${height + 16}" width=${(width + 16) * scale} height=${(height + 16) * scale}
          role="group" aria-label="States of this run" onKeyDown=${onKeyDown}>
          <defs><${Arrow} kind="taken" /><${Arrow} kind="not" /></defs>
          <g aria-hidden="true">${containers.map(
            (state) => html`<${Drawn} key=${state.id} state=${state}
            around=${true} />`,
          )}</g>
          ${containers.map(button)}
          <g aria-hidden="true">
            ${edges
              .toSorted((one, other) => Number(one.taken) - Number(other.taken))
              .map(
                (edge, order) => html`<${Edge}
              key=${order} edge=${edge} />`,
              )}
            ${others.map((state) => html`<${Drawn} key=${state.id} state=${state} />`)}
          </g>
          ${others.map(button)}
        </svg>
      </div>
    </div>`;
}

/** How far the first lies outside of the second: the page itself is not moved. */
const outside = (one: DOMRect, other: DOMRect): ScrollToOptions => ({
  left: Math.max(0, one.right - other.right + 16) + Math.min(0, one.left - other.left - 16),
  top: Math.max(0, one.bottom - other.bottom + 16) + Math.min(0, one.top - other.top - 16),
});

const Arrow = ({ kind }: { kind: 'taken' | 'not' }): Piece => html`
  <marker id="arrow-${kind}" class="arrow ${kind}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8"
    markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0 8 4 0 8z" /></marker>`;

function Edge({ edge }: { edge: GraphEdge }): Piece {
  const { points, label, taken } = edge;
  const middle = points[Math.floor(points.length / 2)];
  return html`
    <g class="edge ${taken ? 'taken' : ''}">
      <path d=${edgePath(edge)} marker-end="url(#arrow-${taken ? 'taken' : 'not'})" />
      ${label && edge.caught && html`<title>${label}</title>`}
      ${label && middle && !edge.caught && html`<text x=${middle.x + 4} y=${middle.y}>${label}</text>`}
    </g>`;
}

interface Pushed {
  readonly state: GraphState;
  readonly here: boolean;
  /** Whether Tab comes to it. */
  readonly isStop: boolean;
  readonly open: (id: string) => void;
  readonly onFocus: (id: string) => void;
}

/** Lies over what is drawn, and says all of it in one sentence. */
const Button = ({ state, here, isStop, open, onFocus }: Pushed): Piece => html`
  <g class="over tone-${endOfState(state.status).tone}" data-state=${state.id} tabindex=${isStop ? 0 : -1} role="button"
    aria-pressed=${here}
    aria-label=${spokenState(state)} onClick=${() => open(state.id)} onFocus=${() => onFocus(state.id)}>
    <rect x=${state.x - state.width / 2} y=${state.y - state.height / 2} width=${state.width} height=${state.height}
      rx="6" />
  </g>`;
