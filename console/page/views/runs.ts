import type { RunRow, State } from '../../views.ts';
import { html, type Piece } from '../html.ts';
import { useNow } from '../live/hooks.ts';
import { Ended } from '../parts/end.ts';
import { First } from '../parts/more.ts';
import { Clock } from '../parts/time.ts';
import { addressOf } from '../pure/routes.ts';
import { endOf, triggerText } from '../pure/runs.ts';
import { tookText } from '../pure/times.ts';
import { Run } from './run.ts';
import { TimeLine } from './time-line.ts';

interface Chosen {
  readonly state: State;
  readonly execution?: string;
  /** A state of the execution. */
  readonly chosen?: string;
}

/** Executions on a time line; below it the chosen one, or all of them. */
export const Runs = ({ state: { runs, version }, execution, chosen }: Chosen): Piece => html`
  ${runs.length > 0 && html`<${TimeLine} runs=${runs} chosen=${execution} />`}
  ${
    execution === undefined
      ? html`<${All} runs=${runs} />`
      : html`<${Run} key=${execution} execution=${execution}
    chosen=${chosen} version=${version} />`
  }`;

function All({ runs }: { runs: readonly RunRow[] }): Piece {
  const now = useNow();
  if (runs.length === 0) return html`<p class="empty">No run is known.</p>`;
  return html`
    <${First} items=${runs} what="runs">${(some: readonly RunRow[]) => html`
      <div class="table panel" tabindex="0" role="region" aria-label="Runs">
        <table class="runs">
          <thead><tr>
            <th scope="col">Began</th><th scope="col">Ended</th><th scope="col">Started by</th><th scope="col"
              class="n">Took</th>
            <th scope="col" class="n">+</th><th scope="col" class="n">−</th><th scope="col" class="n">Held</th>
              <th scope="col">Run</th>
          </tr></thead>
          <tbody>${some.map((run) => html`<${Row} key=${run.execution} run=${run} now=${now} />`)}</tbody>
        </table>
      </div>`}<//>`;
}

const Row = ({ run, now }: { run: RunRow; now: number }): Piece => html`
  <tr>
    <td><${Clock} at=${run.startedAt} now=${now} /></td>
    <td><${Ended} end=${endOf(run)} />${run.dryRun && html` <span class="tag">dry run</span>`}${
      run.paused && html` <span class="tag">paused</span>`
    }</td>
    <td>${triggerText(run)}${(run.shifted ?? []).map((one) => html` <span key=${one} class="tag">moved ${one}</span>`)}</td>
    <td class="n">${run.endedAt === undefined ? '' : tookText(run.endedAt - run.startedAt)}</td>
    <td class="n">${run.published || ''}</td>
    <td class="n">${run.removed || ''}</td>
    <td class="n">${run.held || ''}</td>
    <td><a class="mono" href=${addressOf({ view: 'runs', execution: run.execution })}>${run.execution}</a>
      ${run.error && html`<br /><span class="tiny tone-bad">${run.error}</span>`}</td>
  </tr>`;
