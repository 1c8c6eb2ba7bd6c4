import type { GraphState } from '../../views.ts';
import { html, type Piece } from '../html.ts';
import { factsOf } from '../pure/graph.ts';
import { endOfState } from '../pure/runs.ts';

interface Shown {
  readonly state: GraphState;
  /** Others stand inside of it: its name stands at its upper edge. */
  readonly around?: boolean;
}

/** Pixels of a letter of a state's name and of its second line, about: what does not fit is cut. */
const LETTER = 7.4;
const SMALL_LETTER = 6;

/** A state as one sees it: its shape, its name, its facts. */
export function Drawn({ state, around }: Shown): Piece {
  const { id, x, y, width, height, status } = state;
  const { tone, path } = endOfState(status);
  const [left, top] = [x - width / 2, y - height / 2];
  const facts = factsOf(state);
  const middle = around ? top + 16 : facts ? y - 6 : y;
  const place = around
    ? { x: left + width - 10, y: middle + 4, 'text-anchor': 'end' }
    : { x: left + 26, y: middle + 19, 'text-anchor': 'start' };
  return html`
    <g class="state is-${status} tone-${tone} ${around ? 'around' : ''}">
      <rect x=${left} y=${top} width=${width} height=${height} rx="6" />
      <path class="status" transform="translate(${left + 10} ${middle - 5})" d=${path} fill-rule="evenodd" />
      <text class="id" x=${left + 26} y=${middle + 4}>${shortened(id, (width - 32) / LETTER)}</text>
      ${
        facts &&
        html`<text class="facts" ...${place}>
        ${shortened(facts, (width - (around ? id.length * LETTER + 44 : 32)) / SMALL_LETTER)}</text>`
      }
    </g>`;
}

const shortened = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, Math.max(1, Math.floor(most) - 1))}…`;
