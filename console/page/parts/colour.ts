import type { Colour } from '../../views.ts';
import { html, type Piece } from '../html.ts';
import { COLOUR_PATHS } from '../pure/colours.ts';

/** Shape and word of a colour, with a number where there is one. */
export const Coloured = ({ colour, count }: { colour: Colour; count?: number }): Piece => html`
  <span class="coloured is-${colour}"><svg class="shape" viewBox="0 0 10 10" aria-hidden="true">
    <path d=${COLOUR_PATHS[colour]} /></svg>${count !== undefined && `${count} `}${colour}</span>`;
