import type { DeploymentStep, DeploymentView } from '../../views.ts';
import { html, type Piece } from '../html.ts';
import { useNow } from '../live/hooks.ts';
import { STEP_SAYS, wheresOf } from '../pure/colours.ts';
import { addressOf } from '../pure/routes.ts';
import { Coloured } from './colour.ts';
import { Clock } from './time.ts';

interface Shown {
  readonly deployment: DeploymentView;
  /** Its name is that of the view. */
  readonly atName?: boolean;
}

/** A blue/green deployment: its stages, what DNS does now, and where the instances of each colour are. */
export function Deployment({ deployment, atName }: Shown): Piece {
  const now = useNow();
  const { service, cluster, state, since, steps, says, why, counts, names, testName, moved } = deployment;
  return html`
    <article class="deployment panel" aria-label="Deployment of ${service}">
      <p class="head"><b class="mono">${service}</b> <span class="quiet">of cluster ${cluster}</span></p>
      <ol class="steps" aria-label="Stages">${steps.map((step) => html`<${Step} key=${step.word} step=${step} />`)}</ol>
      <p class="dns">${says}</p>
      ${why && html`<p class="quiet"><q>${why}</q></p>`}
      <dl class="shift">${wheresOf(counts).map(
        ({ title, chips }) => html`
          <div key=${title}><dt>${title}</dt><dd>${
            chips.length === 0
              ? html`<span class="quiet">none</span>`
              : chips.map((chip) => html`<${Coloured} key=${chip.colour} ...${chip} />`)
          }</dd></div>`,
      )}</dl>
      <p class="quiet tiny"><code class="reason">${state}</code> since <${Clock} at=${since} now=${now} />${
        moved &&
        html`; ${moved.to} since <${Clock} at=${moved.at} now=${now} />, by <a class="mono"
          href=${addressOf({ view: 'runs', execution: moved.execution })}>${moved.execution}</a> (+${moved.published} −${moved.removed})`
      }</p>
      ${
        !atName &&
        html`<p class="tiny of-names">${names.map((name) => html`<${At} key=${name} name=${name} />`)}${
          testName !== undefined && html`<${At} name=${testName} test />`
        }</p>`
      }
    </article>`;
}

const Step = ({ step: { word, at } }: { step: DeploymentStep }): Piece => html`
  <li class="step is-${at}" aria-current=${at === 'here' ? 'step' : undefined}>
    <span>${word}</span><span class="unseen">: ${STEP_SAYS[at]}</span>
  </li>`;

const At = ({ name, test }: { name: string; test?: boolean }): Piece => html`
  <a class="mono" href=${addressOf({ view: 'names', name })}>${name}</a>${test && html` <span class="quiet">(test)</span>`} `;
