import { html, type Piece } from '../html.ts';
import type { End } from '../pure/runs.ts';

/** The shape of an end; whoever uses it says the word beside it. */
export const EndShape = ({ end }: { end: End }): Piece =>
  html`<svg class="shape tone-${end.tone}" viewBox="0 0 10 10" aria-hidden="true"><path d=${end.path}
    fill-rule="evenodd" /></svg>`;

/** Shape, and the word. */
export const Ended = ({ end }: { end: End }): Piece =>
  html`<span class="ended tone-${end.tone}"><${EndShape} end=${end} />${end.word}</span>`;
