import type { State } from '../../views.ts';
import { html, type Piece } from '../html.ts';
import { Counts } from '../parts/mark.ts';

export function GlanceView({ state: { glance } }: { state: State }): Piece {
  const [first, ...others] = glance.verdicts;
  return html`
    <section class="verdict is-${first?.case === 'in-sync' ? 'good' : 'bad'}">
      <p class="says">${first?.says}</p>
      ${first?.next && html`<p><code>${first.next}</code></p>`}
      <ul>${others.map((said) => html`<li key=${said.case}>${said.says}</li>`)}</ul>
    </section>
    <${Counts} counts=${glance.instances} />`;
}
