import type { DeploymentView, Glance, Said, State } from '../../views.ts';
import { html, type Piece } from '../html.ts';
import { useLater, useNow } from '../live/hooks.ts';
import { Copyable } from '../parts/copy.ts';
import { Deployment } from '../parts/deployment.ts';
import { Happened } from '../parts/happening.ts';
import { First } from '../parts/more.ts';
import { NotKnowns } from '../parts/not-known.ts';
import { Clock } from '../parts/time.ts';
import { counted } from '../pure/numbers.ts';
import { pathOfTone, toneOf } from '../pure/runs.ts';
import { Breaks } from './breaks.ts';
import { Facts } from './facts.ts';
import { Held } from './held.ts';
import { Orders } from './orders.ts';

/** How many of the last changes stand at a glance. */
const LAST = 6;

/** One sentence of what is, first and large; then what it rests on, and what one may order. */
export function GlanceView({ state }: { state: State }): Piece {
  const { glance, deployments = [] } = state;
  const later = useLater();
  const [first, ...others] = glance.verdicts;
  return html`
    <div class="glance">
      ${first && html`<${Verdict} said=${first} />`}
      ${others.length > 0 && html`<${Others} others=${others} />`}
      <${Facts} glance=${glance} />
      ${deployments.length > 0 && html`<${Deployments} deployments=${deployments} />`}
      ${later && html`<${Rest} state=${state} />`}
    </div>`;
}

const Deployments = ({ deployments }: { deployments: readonly DeploymentView[] }): Piece => html`
  <section>
    <h2>${counted(deployments.length, 'deployment')}, blue/green</h2>
    <${First} items=${deployments} what="deployments">${(some: readonly DeploymentView[]) => html`
      <div class="deployments">${some.map(
        (one) => html`<${Deployment} key="${one.cluster} ${one.service}" deployment=${one} />`,
      )}</div>`}<//>
  </section>`;

function Rest({ state }: { state: State }): Piece {
  const { glance, held, notKnown, actions, changes } = state;
  const order = actions.filter(({ group, typed }) => group === 'run' && typed === undefined);
  const approve = actions.find(({ group, typed }) => group === 'run' && typed !== undefined);
  const breaks = actions.filter(({ group }) => group === 'break');
  return html`
      ${held && html`<${Held} held=${held} approve=${approve} />`}
      ${order.length > 0 && html`<${Orders} actions=${order} />`}
      ${breaks.length > 0 && html`<${Breaks} actions=${breaks} />`}
      <${Last} changes=${changes.slice(0, LAST)} />
      ${notKnown.length > 0 && html`<${NotKnowns} notKnown=${notKnown} />`}
      <${Whose} glance=${glance} />`;
}

function Verdict({ said }: { said: Said }): Piece {
  const tone = toneOf(said.case);
  return html`
    <section class="verdict tone-${tone}" aria-label="What is">
      <svg class="large" viewBox="0 0 10 10" aria-hidden="true"><path d=${pathOfTone(tone)} fill-rule="evenodd" /></svg>
      <div>
        <p class="says">${sentence(said.says)}</p>
        <${Since} said=${said} />
        ${
          said.next &&
          html`<div class="next"><span class="quiet">Next:</span> <${Copyable} text=${said.next}
          what="the next command" /></div>`
        }
      </div>
    </section>`;
}

function Since({ said: { since, sinceAtLeast } }: { said: Said }): Piece {
  const now = useNow();
  return (
    since !== undefined &&
    html`<p class="quiet">since ${sinceAtLeast && 'at least '}<${Clock} at=${since} now=${now} /> UTC</p>`
  );
}

const Others = ({ others }: { others: readonly Said[] }): Piece => html`
  <section class="others">
    <h2>Also</h2>
    <ul>${others.map((said) => {
      const tone = toneOf(said.case);
      return html`
        <li key=${said.case} class="tone-${tone}">
          <svg class="shape" viewBox="0 0 10 10" aria-hidden="true"><path d=${pathOfTone(tone)} fill-rule="evenodd" />
            </svg>
          <div><p>${sentence(said.says)}</p><${Since} said=${said} />${
            said.next &&
            html`<${Copyable} text=${said.next}
            what="the command for this" />`
          }</div>
        </li>`;
    })}</ul>
  </section>`;

/** With a capital and a full stop, unless it ends in something else than a word. */
const sentence = (text: string): string => {
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[\p{L}\p{N})]$/u.test(begun) ? `${begun}.` : begun;
};

function Last({ changes }: { changes: State['changes'] }): Piece {
  const now = useNow();
  return html`
    <section class="last">
      <h2>Last changes</h2>
      ${
        changes.length === 0
          ? html`<p class="quiet">None in the runs that are kept.</p>`
          : html`<ol class="happenings">${changes.map(
              (one, at) => html`<li key=${at}><${Happened} happening=${one}
            now=${now} /></li>`,
            )}</ol>
              <p><a href="#/changes">All changes</a></p>`
      }
    </section>`;
}

const Whose = ({ glance }: { glance: Glance }): Piece => html`
  <section class="whose-all">
    <h2>This deployment</h2>
    <dl class="pairs">
      <div><dt>Deployment</dt><dd>${glance.deployment}</dd></div>
      <div><dt>Owner label</dt><dd class="mono">${glance.owner}</dd></div>
      <div><dt>Zone</dt><dd class="mono">${glance.zone}<br /><span class="quiet">${glance.zoneId}</span></dd></div>
      ${glance.routing && html`<div><dt>Routing</dt><dd>${glance.routing}</dd></div>`}
    </dl>
  </section>`;
