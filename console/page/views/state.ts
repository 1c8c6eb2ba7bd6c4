import type { GraphState, StateEntry } from '../../views.ts';
import { html, type Piece } from '../html.ts';
import { useApi, useAsked, useNow } from '../live/hooks.ts';
import { Ended } from '../parts/end.ts';
import { Clock } from '../parts/time.ts';
import { readable } from '../pure/json.ts';
import { counted } from '../pure/numbers.ts';
import { addressOf } from '../pure/routes.ts';
import { endOfState } from '../pure/runs.ts';
import { tookText } from '../pure/times.ts';

interface Chosen {
  readonly execution: string;
  readonly id: string;
  /** Absent where the execution has no such state. */
  readonly state?: GraphState;
  readonly version: number;
}

/** How many entries are shown: a Map may have hundreds. */
const SHOWN = 20;

/** A state of one execution: what went in and out, each time that it was entered. */
export function StateDetail({ execution, id, state, version }: Chosen): Piece {
  const api = useApi();
  const { value, error } = useAsked(() => api.entries(execution, id), [`${execution}/${id}`, version]);
  return html`
    <section class="state-detail panel" aria-labelledby="state-title">
      <div class="title"><h3 id="state-title">${id}</h3><a href=${addressOf({ view: 'runs', execution })}>Close</a></div>
      ${
        state &&
        html`<p class="summary"><${Ended} end=${endOfState(state.status)} /><span class="quiet">
        ${state.kind}${state.inside && ` inside ${state.inside}`}</span></p>`
      }
      ${error && html`<div class="note is-bad" role="alert"><p>${error}</p></div>`}
      ${value ? html`<${Entries} entries=${value} />` : !error && html`<p class="waiting">Reading it …</p>`}
    </section>`;
}

const Entries = ({ entries }: { entries: readonly StateEntry[] }): Piece => html`
  ${entries.length === 0 && html`<p class="quiet">This execution has not entered it.</p>`}
  ${entries.slice(0, SHOWN).map(
    (entry, at) => html`
      <details key=${at} class="entry" open=${entries.length === 1 || at === 0}>
        <summary><${Title} entry=${entry} at=${at} of=${entries.length} /></summary>
        <${Entry} entry=${entry} />
      </details>`,
  )}
  ${
    entries.length > SHOWN &&
    html`<p class="quiet">
    ${counted(entries.length - SHOWN, 'more entry', 'more entries')} not shown.</p>`
  }`;

function Title({ entry: { enteredAt, endedAt, error }, at, of }: { entry: StateEntry; at: number; of: number }): Piece {
  const now = useNow();
  return html`${of > 1 && `${at + 1} of ${of}, `}<${Clock} at=${enteredAt} now=${now} />
    ${endedAt !== undefined && `, ${tookText(endedAt - enteredAt)}`}${
      error && html` <span class="tone-bad">${error}</span>`
    }`;
}

function Entry({ entry: { input, output, error, cause, retries } }: { entry: StateEntry }): Piece {
  const now = useNow();
  return html`
    ${error && html`<div class="note is-bad"><p><b>${error}</b> ${cause}</p></div>`}
    ${
      retries.length > 0 &&
      html`
      <h4>${counted(retries.length, 'retry', 'retries')}</h4>
      <ol class="retries">${retries.map(
        (one, at) => html`<li key=${at}><${Clock} at=${one.at} now=${now} /> <b>
        ${one.error}</b> ${one.cause}</li>`,
      )}</ol>`
    }
    <${Data} title="Input" text=${input} />
    <${Data} title="Output" text=${output} />`;
}

const Data = ({ title, text }: { title: string; text?: string }): Piece => html`
  <h4>${title}</h4>
  ${
    text === undefined
      ? html`<p class="quiet">The history does not tell it.</p>`
      : html`<pre tabindex="0" role="region"
    aria-label=${title}>${readable(text)}</pre>`
  }`;
