import type { State } from '../../views.ts';
import { html, type Piece } from '../html.ts';

export const Names = ({ state }: { state: State }): Piece => html`<p>${state.names.length}</p>`;
