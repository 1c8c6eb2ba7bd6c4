import { useState } from 'preact/hooks';
import type { Action } from '../../views.ts';
import { html, type Piece } from '../html.ts';
import { Order } from '../parts/action.ts';

/** What runs may be told; one is open at a time, so that its sentence is read before its button is pushed. */
export function Orders({ actions }: { actions: readonly Action[] }): Piece {
  const [open, setOpen] = useState('');
  const action = actions.find(({ id }) => id === open);
  return html`
    <section class="orders">
      <h2>Orders</h2>
      <div class="row" role="group" aria-label="Orders">
        ${actions.map(
          ({ id, label, refused }) => html`
            <button type="button" key=${id} aria-expanded=${id === open} aria-controls="order"
              class=${refused === undefined ? '' : 'off'}
              onClick=${() => setOpen(id === open ? '' : id)}>${label}${
                refused !== undefined &&
                html` <span
                class="tiny">(not now)</span>`
              }</button>`,
        )}
      </div>
      <div id="order">${
        action &&
        html`<div class="panel" key=${action.id}><${Order} action=${action} main=${true} />
        </div>`
      }</div>
    </section>`;
}
