import type { State } from '../../views.ts';
import { html, type Piece } from '../html.ts';

export const Runs = ({ state }: { state: State }): Piece => html`<p>${state.runs.length}</p>`;
