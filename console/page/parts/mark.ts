import type { Mark, MarkCounts } from '../../views.ts';
import { html, type Piece } from '../html.ts';
import { countsOf, countsText, present, STEP, signOf, stripOf } from '../pure/marks.ts';

/** The shape alone; whoever uses it says the word beside it. */
export const Shape = ({ mark }: { mark: Mark }): Piece =>
  html`<svg class="shape is-${mark}" viewBox="0 0 10 10" aria-hidden="true"><path d=${signOf(mark).path}
    fill-rule="evenodd" /></svg>`;

/** Shape, and the word. */
export const Marked = ({ mark }: { mark: Mark }): Piece =>
  html`<span class="marked is-${mark}"><${Shape} mark=${mark} />${signOf(mark).word}</span>`;

/** How many there are of each, as badges of shape, letter and number. */
export const Counts = ({ counts }: { counts: MarkCounts }): Piece => html`
  <span class="counts">
    <span class="unseen">${countsText(counts)}</span>
    ${present(counts).map(
      ({ sign, count }) => html`
        <span key=${sign.mark} class="count is-${sign.mark}" aria-hidden="true" title="${count} ${sign.word}">
          <${Shape} mark=${sign.mark} /><b>${sign.letter.toUpperCase()}</b>${count}
        </span>`,
    )}
  </span>`;

/** Each instance as its shape, the first of them; the numbers stand beside it. */
export function Strip({ marks, most }: { marks: string; most: number }): Piece {
  const shown = Math.min(marks.length, most);
  if (shown === 0) return null;
  return html`
    <svg class="strip" viewBox="0 0 ${shown * STEP} 10" width=${shown * STEP} height="10" aria-hidden="true">
      ${stripOf(marks, most).map(
        ({ mark, path }) => html`<path key=${mark} class="is-${mark}" d=${path}
        fill-rule="evenodd" />`,
      )}
    </svg>
    ${marks.length > most && html`<span class="more" aria-hidden="true">+${marks.length - most}</span>`}`;
}

export const CountsOf = ({ marks }: { marks: string }): Piece => html`<${Counts} counts=${countsOf(marks)} />`;
