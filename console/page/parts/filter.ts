import type { Mark } from '../../views.ts';
import { html, type Piece } from '../html.ts';
import { SIGNS } from '../pure/marks.ts';
import type { Wanted } from '../pure/search.ts';
import { Shape } from './mark.ts';

interface Filtering {
  readonly wanted: Wanted;
  readonly onWanted: (wanted: Wanted) => void;
  readonly label: string;
  /** What was found, in words. */
  readonly found: string;
}

/** A search, and a switch for each mark. */
export function Filter({ wanted, onWanted, label, found }: Filtering): Piece {
  const toggled = (mark: Mark): readonly Mark[] =>
    wanted.marks.includes(mark) ? wanted.marks.filter((one) => one !== mark) : [...wanted.marks, mark];
  return html`
    <search class="filter">
      <input type="search" aria-label=${label} placeholder=${label} value=${wanted.text} autocomplete="off"
        spellcheck=${false}
        onInput=${(event: InputEvent) => onWanted({ ...wanted, text: (event.target as HTMLInputElement).value })} />
      <div class="switches" role="group" aria-label="Only with instances that are">
        ${SIGNS.map(
          ({ mark, letter, word }) => html`
            <button type="button" key=${mark} class="switch is-${mark}" aria-pressed=${wanted.marks.includes(mark)}
              onClick=${() => onWanted({ ...wanted, marks: toggled(mark) })}>
              <${Shape} mark=${mark} /><b aria-hidden="true">${letter.toUpperCase()}</b> ${word}
            </button>`,
        )}
      </div>
      <p class="found" role="status">${found}</p>
    </search>`;
}
