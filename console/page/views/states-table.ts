import type { RunView } from '../../views.ts';
import { html, type Piece } from '../html.ts';
import { Ended } from '../parts/end.ts';
import { addressOf } from '../pure/routes.ts';
import { endOfState } from '../pure/runs.ts';
import { tookText } from '../pure/times.ts';

/** The graph in words, in the order of reading. */
export const StatesTable = ({ run: { execution, states } }: { run: RunView }): Piece =>
  states.length > 0 &&
  html`
    <details class="fold">
      <summary>The graph as a table</summary>
      <div class="table" tabindex="0" role="region" aria-label="States of this run, as a table">
        <table>
          <thead><tr>
            <th scope="col">State</th><th scope="col">Kind</th><th scope="col">Inside</th><th scope="col">Ended</th>
              <th scope="col" class="n">Time</th>
            <th scope="col" class="n">Entered</th><th scope="col" class="n">Retries</th><th scope="col"
              class="n">Iterations</th><th scope="col" class="n">Failed</th>
          </tr></thead>
          <tbody>${states
            .toSorted((one, other) => one.y - other.y || one.x - other.x)
            .map(
              (state) => html`
                <tr key=${state.id}>
                  <th scope="row"><a href=${addressOf({ view: 'runs', execution, state: state.id })}>${state.id}</a></th>
                  <td>${state.kind}</td><td>${state.inside}</td><td><${Ended} end=${endOfState(state.status)} /></td>
                  <td class="n">${state.took === undefined ? '' : tookText(state.took)}</td>
                  <td class="n">${state.entered}</td><td class="n">${state.retries || ''}</td>
                  <td class="n">${state.iterations}</td><td class="n">${state.failedIterations || ''}</td>
                </tr>`,
            )}</tbody>
        </table>
      </div>
    </details>`;
