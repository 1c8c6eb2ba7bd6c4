import type { RunRow } from '../../views.ts';
import { html, type Piece } from '../html.ts';
import { go, useNow } from '../live/hooks.ts';
import { EndShape } from '../parts/end.ts';
import { endOf, RUN_ENDS, timeLineOf } from '../pure/runs.ts';
import { clockText } from '../pure/times.ts';

/** How many of the newest runs are drawn: more would lie upon each other. */
const MOST = 120;

/** Runs by what started them and how they ended. A picture: the same stands in the table, for whoever cannot point at it. */
export function TimeLine({ runs, chosen }: { runs: readonly RunRow[]; chosen?: string }): Piece {
  // Each second would move everything by less than can be seen.
  const now = Math.ceil(useNow() / 10_000) * 10_000;
  const { lanes, ticks } = timeLineOf(runs.slice(0, MOST), now);
  return html`
    <div class="time-line panel" aria-hidden="true">
      ${lanes.map(
        ({ trigger, dots }) => html`
          <div key=${trigger} class="lane">
            <span class="lane-name">${trigger}</span>
            <div class="dots">${dots.map(
              ({ run, percent }) => html`
                <span key=${run.execution} class="dot ${run.execution === chosen ? 'here' : ''}"
                  style=${{ left: `${percent}%` }}
                  title="${run.execution}: ${[endOf(run).word, ...(run.shifted ?? []).map((one) => `moved ${one}`)].join(', ')}"
                    onClick=${() => go({ view: 'runs', execution: run.execution })}><${EndShape} end=${endOf(run)} />
                    </span>`,
            )}</div>
          </div>`,
      )}
      <div class="lane ticks"><span class="lane-name">UTC</span><div class="dots">
        ${ticks.map(
          ({ at, percent }) => html`<span key=${at} class="tick" style=${{ left: `${percent}%` }}>
          ${clockText(at, now).slice(-8, -3)}</span>`,
        )}
      </div></div>
      <ul class="legend">${RUN_ENDS.map((end) => html`<li key=${end.word}><${EndShape} end=${end} />${end.word}</li>`)}
        </ul>
    </div>`;
}
