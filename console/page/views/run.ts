import type { RunView } from '../../views.ts';
import { html, type Piece } from '../html.ts';
import { useApi, useAsked, useNow } from '../live/hooks.ts';
import { Ended } from '../parts/end.ts';
import { Happened } from '../parts/happening.ts';
import { First } from '../parts/more.ts';
import { NotKnowns } from '../parts/not-known.ts';
import { Clock } from '../parts/time.ts';
import { counted } from '../pure/numbers.ts';
import { addressOf } from '../pure/routes.ts';
import { endOf, isIn, startedText } from '../pure/runs.ts';
import { tookText } from '../pure/times.ts';
import { Graph } from './graph.ts';
import { Removed } from './held.ts';
import { StateDetail } from './state.ts';
import { StatesTable } from './states-table.ts';

interface Chosen {
  readonly execution: string;
  readonly chosen?: string;
  readonly version: number;
}

/** One execution: how it went through the state machine, and what it did. */
export function Run({ execution, chosen, version }: Chosen): Piece {
  const api = useApi();
  const { value, error } = useAsked(() => api.run(execution), [execution, version]);
  return html`
    <article class="run" aria-labelledby="run-title">
      <p><a href="#/runs">All runs</a></p>
      <h2 id="run-title" class="mono name">${execution}</h2>
      ${error && html`<div class="note is-bad" role="alert"><p>${error}</p></div>`}
      ${
        value
          ? html`<${Body} run=${value} chosen=${chosen} version=${version} />`
          : !error &&
            html`<p
        class="waiting">Reading it …</p>`
      }
    </article>`;
}

const Body = ({ run, chosen, version }: { run: RunView; chosen?: string; version: number }): Piece => html`
  <${Summary} run=${run} />
  ${run.notKnown.length > 0 && html`<${NotKnowns} notKnown=${run.notKnown} />`}
  ${run.states.length > 0 && html`<${Went} run=${run} chosen=${chosen} version=${version} />`}
  <${Did} run=${run} />`;

const Went = ({ run, chosen, version }: { run: RunView; chosen?: string; version: number }): Piece => html`
  <div class="graph-and-state ${chosen === undefined ? 'one' : ''}">
    <${Graph} run=${run} chosen=${chosen} />
    ${
      chosen !== undefined &&
      html`<${StateDetail} key=${chosen} execution=${run.execution}
      state=${run.states.find(({ id }) => id === chosen)} id=${chosen} version=${version} />`
    }
  </div>
  <${StatesTable} run=${run} />`;

function Summary({ run }: { run: RunView }): Piece {
  const now = useNow();
  const { execution, startedAt, endedAt, published = 0, removed = 0, held = 0 } = run;
  const state = run.status === 'running' ? isIn(run) : undefined;
  return html`
    <p class="summary">
      <${Ended} end=${endOf(run)} />
      ${run.dryRun && html`<span class="tag">dry run</span>`}${run.paused && html`<span class="tag">paused</span>`}
      ${(run.shifted ?? []).map((one) => html`<span key=${one} class="tag">moved ${one}</span>`)}
      ${state !== undefined && html`<span>in <a href=${addressOf({ view: 'runs', execution, state })}>${state}</a></span>`}
      <span>${startedText(run)} at <${Clock} at=${startedAt} now=${now} /> UTC</span>
      ${endedAt !== undefined && html`<span>took ${tookText(endedAt - startedAt)}</span>`}
      ${run.status !== 'running' && html`<span>+${published} −${removed}${held > 0 && `, ${held} held`}</span>`}
    </p>
    ${run.error && html`<div class="note is-bad"><p><b>${run.error}</b> ${run.cause}</p></div>`}`;
}

/** What it changed and why, what it held, what it found and could not read. */
function Did({ run }: { run: RunView }): Piece {
  const now = useNow();
  const { changes, heldRemovals, heldHash, findings, unread } = run;
  return html`
    <section>
      <h3>What it changed, and why</h3>
      ${changes.length === 0 && html`<p class="quiet">${run.status === 'running' ? 'It says so when it ends.' : 'Nothing.'}</p>`}
      <${First} items=${changes} what="changes">${(some: RunView['changes']) => html`
        <ol class="happenings">${some.map(
          (one, at) => html`<li key=${at}><${Happened} happening=${one} now=${now}
          without="run" /></li>`,
        )}</ol>`}<//>
    </section>
    ${
      heldRemovals.length > 0 &&
      html`
      <section><h3>${counted(heldRemovals.length, 'removal')} that it held${heldHash && html` <code>${heldHash}</code>`}
        </h3><${Removed} removals=${heldRemovals} /></section>`
    }
    ${
      unread.length > 0 &&
      html`<section><h3>What it could not read</h3><ul>${unread.map(
        (one) => html`<li key=${one}
      class="mono">${one}</li>`,
      )}</ul></section>`
    }
    ${
      findings.length > 0 &&
      html`<section><h3>What it found</h3><ul>${findings.map(
        (one) => html`<li key=${one}>${one}
      </li>`,
      )}</ul></section>`
    }`;
}
