import type { Action } from '../../views.ts';
import { html, type Piece } from '../html.ts';
import { Order } from '../parts/action.ts';

/** What can be broken in a local run, and healed: each a form that says which call AWS would see. */
export const Breaks = ({ actions }: { actions: readonly Action[] }): Piece => html`
  <section class="breaks">
    <h2>Break something</h2>
    <p class="quiet">Only in a local run. Each does what AWS, or a person, would do; watch the changes.</p>
    <div class="folds">
      ${actions.map(
        (action) => html`
          <details key=${action.id} class="fold">
            <summary>${action.label}${action.refused !== undefined && html` <span class="tiny">(not now)</span>`}
              </summary>
            <${Order} action=${action} />
          </details>`,
      )}
    </div>
  </section>`;
