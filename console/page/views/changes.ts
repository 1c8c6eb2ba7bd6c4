import type { State } from '../../views.ts';
import { html, type Piece } from '../html.ts';

export const Changes = ({ state }: { state: State }): Piece => html`<p>${state.changes.length}</p>`;
