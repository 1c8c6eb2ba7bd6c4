import type { Glance, MarkCounts } from '../../views.ts';
import { html, type Piece } from '../html.ts';
import { useNow } from '../live/hooks.ts';
import { Shape } from '../parts/mark.ts';
import { Ago, Clock } from '../parts/time.ts';
import { dayText } from '../pure/day.ts';
import { countsText, present, SIGNS, total } from '../pure/marks.ts';
import { counted, numberText } from '../pure/numbers.ts';
import { addressOf } from '../pure/routes.ts';
import { isOld, tookText } from '../pure/times.ts';

/** The figures at a glance. */
export const Facts = ({ glance }: { glance: Glance }): Piece => html`
  <section class="facts" aria-label="Figures">
    <${Instances} counts=${glance.instances} names=${glance.names} />
    <div class="figures">
    ${glance.paused && html`<${Paused} paused=${glance.paused} />`}
    <${FullRun} glance=${glance} />
    <${Fact} title="Changes of the last hour"
      value=${html`<span class="tone-good">+${numberText(glance.changes.published)}
        </span> <span class="tone-bad">−${numberText(glance.changes.removed)}</span>`}>
      published and removed
    <//>
    <${Latency} latency=${glance.latency} />
    <${Day} day=${glance.day} />
    </div>
  </section>`;

interface Figure {
  readonly title: string;
  readonly value: Piece;
  readonly tone?: string;
  readonly children?: Piece;
}

const Fact = ({ title, value, tone = '', children }: Figure): Piece => html`
  <div class="fact ${tone}"><h2>${title}</h2><p class="figure">${value}</p><p class="quiet">${children}</p></div>`;

/** A bar whose parts are named beside it: colours alone would say nothing. */
function Instances({ counts, names }: { counts: MarkCounts; names: number }): Piece {
  const all = total(counts);
  let from = 0;
  const parts = present(counts).map(({ sign, count }) => {
    const x = from;
    from += (count / Math.max(1, all)) * 100;
    return html`<rect key=${sign.mark} class="is-${sign.mark}" x="${x}%" width="${Math.max(0.4, from - x)}%"
      height="10" />`;
  });
  return html`
    <div class="fact wide">
      <h2>Instances</h2>
      <p class="figure">${numberText(all)} <span class="unit">in <a href="#/names">${counted(names, 'name')}</a></span>
        </p>
      <svg class="bar" height="10" width="100%" role="img" aria-label=${countsText(counts)}>${parts}</svg>
      <ul class="legend">
        ${SIGNS.map(
          ({ mark, letter, word }) => html`
            <li key=${mark} class="is-${mark} ${counts[mark] === 0 ? 'none' : ''}">
              <${Shape} mark=${mark} /><b aria-hidden="true">${letter.toUpperCase()}</b> ${word} <span class="n">
                ${numberText(counts[mark])}</span>
            </li>`,
        )}
      </ul>
    </div>`;
}

function FullRun({ glance }: { glance: Glance }): Piece {
  const { fullRun, apart } = glance;
  const old = isOld(glance, useNow());
  const every = apart === undefined ? '' : `, at most ${tookText(apart)} apart`;
  if (!fullRun)
    return html`<${Fact} title="Last full run" value="none known" tone=${old ? 'tone-hold' : ''}>full runs${every}<//>`;
  const { execution, endedAt } = fullRun;
  return html`
    <${Fact} title="Last full run" value=${html`<${Ago} at=${endedAt} />${old && html` <span class="old">old</span>`}`}
      tone=${old ? 'tone-hold' : ''}>
      <a href=${addressOf({ view: 'runs', execution })}>its graph</a>${every}
    <//>`;
}

function Paused({ paused: { by, since, why } }: { paused: NonNullable<Glance['paused']> }): Piece {
  const now = useNow();
  // An order of which nobody knows when it was given has no time.
  const isKnown = since > 0;
  return html`
    <${Fact} title="Paused" value=${isKnown ? html`<${Ago} at=${since} />` : 'yes'} tone="tone-hold">
      ${by && `by ${by}, `}${isKnown && html`<${Clock} at=${since} now=${now} /> UTC: `}${why && html`<q>${why}</q>; `}runs plan and
      report only
    <//>`;
}

const Latency = ({ latency }: Pick<Glance, 'latency'>): Piece =>
  latency === undefined
    ? html`<${Fact} title="Event to Route 53" value="–">no run of the last hour has kept it<//>`
    : html`
      <${Fact} title="Event to Route 53" value=${tookText(latency.median)}>
        median of ${counted(latency.events, 'event')}; slowest ${tookText(latency.slowest)}
      <//>`;

const Day = ({ day }: Pick<Glance, 'day'>): Piece =>
  day === undefined
    ? html`<${Fact} title="Calls of the last day" value="–">no run has kept its figures<//>`
    : html`
      <${Fact} title="Calls of the last day"
        value=${html`${day.atLeast && html`<span class="unit">at least</span> `}${numberText(day.calls)}`}>
        ${dayText(day)}
      <//>`;
