import type { InstanceView } from '../../views.ts';
import { html, type Piece } from '../html.ts';
import { useNow } from '../live/hooks.ts';
import { Coloured } from '../parts/colour.ts';
import { Marked } from '../parts/mark.ts';
import { Clock } from '../parts/time.ts';
import { shortOf } from '../pure/arns.ts';

/** One instance: its mark and its reason first, then where it is. */
export function Instance({ instance }: { instance: InstanceView }): Piece {
  const { mark, colour, endpoint, reason, says, todo, detail, value, address, task, service, host, cluster, check } =
    instance;
  const pairs: readonly (readonly [string, string | undefined])[] = [
    ['value', value],
    ['address', address],
    ['task', task],
    ['service', service],
    ['host', host],
    ['cluster', cluster],
  ];
  return html`
    <div class="instance is-${mark}">
      <p class="head"><${Marked} mark=${mark} />${colour && html` <${Coloured} colour=${colour} />`} <span class="mono endpoint">${endpoint}</span></p>
      <p>${says} <code class="reason">${reason}</code></p>
      ${detail && html`<p class="quiet"><q>${detail}</q></p>`}
      ${todo && html`<p class="todo">${todo}</p>`}
      ${check && html`<${Check} check=${check} />`}
      <dl class="pairs small-pairs">
        ${pairs.map(([title, text]) => text && html`<${Pair} key=${title} title=${title} text=${text} />`)}
      </dl>
    </div>`;
}

/** Longer ones have a line of their own. */
const LONG = 24;

function Pair({ title, text }: { title: string; text: string }): Piece {
  const short = title === 'task' ? shortOf(text) : text;
  return html`
    <div class=${short.length > LONG ? 'wide' : ''}><dt>${title}</dt><dd class="mono" title=${text}>${short}</dd></div>`;
}

function Check({ check: { kind, verdict, cause, since } }: { check: NonNullable<InstanceView['check']> }): Piece {
  const now = useNow();
  return html`
    <p class="check-line"><span class="quiet">check</span> ${kind}: <b>${verdict}</b>${
      since !== undefined && html` since <${Clock} at=${since} now=${now} />`
    }${cause && html` <q>${cause}</q>`}</p>`;
}
