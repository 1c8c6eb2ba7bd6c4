import type { NotKnown } from '../../views.ts';
import { html, type Piece } from '../html.ts';

/** What could not be asked, and why. */
export const NotKnowns = ({ notKnown }: { notKnown: readonly NotKnown[] }): Piece => html`
  <section class="not-known">
    <h2>What could not be asked</h2>
    <dl>${notKnown.map(({ what, why }) => html`<div key=${what}><dt>${what}</dt><dd>${why}</dd></div>`)}</dl>
  </section>`;
