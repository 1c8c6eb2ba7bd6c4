import type { State } from '../../views.ts';
import { html, type Piece } from '../html.ts';

export const Hosts = ({ state }: { state: State }): Piece => html`<p>${state.hosts.length}</p>`;
