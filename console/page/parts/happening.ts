import type { Happening } from '../../views.ts';
import { html, type Piece } from '../html.ts';
import { shortOf } from '../pure/arns.ts';
import { OUTCOMES } from '../pure/happenings.ts';
import { addressOf } from '../pure/routes.ts';
import { Coloured } from './colour.ts';
import { Clock } from './time.ts';

interface Told {
  readonly happening: Happening;
  readonly now: number;
  /** Its name is that of the view, or its run is. */
  readonly without?: 'name' | 'run';
}

/** One line of what became of an instance, and why. */
export function Happened({ happening, now, without }: Told): Piece {
  const { at, outcome, colour, name, endpoint, reason, says, detail, task, execution } = happening;
  const { sign, word, tone } = OUTCOMES[outcome];
  return html`
    <div class="happened">
      <${Clock} at=${at} now=${now} />
      <span class="sign tone-${tone}"><span aria-hidden="true">${sign}</span><span class="unseen">${word}</span></span>
      <div class="what">
        <p>
          ${without !== 'name' && html`<a href=${addressOf({ view: 'names', name })}>${name}</a> `}
          <span class="mono">${endpoint}</span>${colour && html` <${Coloured} colour=${colour} />`}
        </p>
        <p class="quiet"><code class="reason">${reason}</code> ${says}${detail && html` <q>${detail}</q>`}</p>
        <p class="quiet mono tiny">
          ${task && html`task <span title=${task}>${shortOf(task)}</span> `}
          ${without !== 'run' && html`<a href=${addressOf({ view: 'runs', execution })}>${execution}</a>`}
        </p>
      </div>
    </div>`;
}
