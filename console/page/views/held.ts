import type { Action, State } from '../../views.ts';
import { html, type Piece } from '../html.ts';
import { useNow } from '../live/hooks.ts';
import { Order } from '../parts/action.ts';
import { First } from '../parts/more.ts';
import { Clock } from '../parts/time.ts';
import { counted } from '../pure/numbers.ts';
import { addressOf } from '../pure/routes.ts';

type Removals = NonNullable<State['held']>['removals'];

/** What waits for approval, all of it, before the field that approves it. */
export const Held = ({ held, approve }: { held: NonNullable<State['held']>; approve?: Action }): Piece => html`
  <section class="held panel tone-hold">
    <h2>${counted(held.removals.length, 'removal')} held</h2>
    <p>Nothing explains them, so they wait for a person. Read the list: approving removes every value of it, and nothing
      else.</p>
    <${Removed} removals=${held.removals} />
    ${
      approve
        ? html`<${Order} key=${approve.typed} action=${approve} main=${true} />`
        : html`<p
      class="quiet">Their hash is <code>${held.hash}</code>. They cannot be approved from here.</p>`
    }
  </section>`;

/** The list of held removals. */
export function Removed({ removals }: { removals: Removals }): Piece {
  const now = useNow();
  return html`
    <${First} items=${removals} what="removals">${(some: Removals) => html`
      <div class="table" tabindex="0" role="region" aria-label="Held removals">
        <table>
          <thead><tr><th scope="col">Name</th><th scope="col">Value</th><th scope="col">Held since</th></tr></thead>
          <tbody>${some.map(
            ({ name, value, since }) => html`
              <tr key="${name} ${value}">
                <td><a href=${addressOf({ view: 'names', name })}>${name}</a></td>
                <td class="mono">${value}</td>
                <td>${since === undefined ? '' : html`<${Clock} at=${since} now=${now} />`}</td>
              </tr>`,
          )}</tbody>
        </table>
      </div>`}<//>`;
}
