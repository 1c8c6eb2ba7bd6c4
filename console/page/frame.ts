import { useEffect, useRef } from 'preact/hooks';
import type { State } from '../views.ts';
import { html, type Piece } from './html.ts';
import type { Link } from './live/follow.ts';
import { NARROW, useMedia, useNow, useRoute } from './live/hooks.ts';
import { Ago } from './parts/time.ts';
import { shortOf } from './pure/arns.ts';
import { numberText } from './pure/numbers.ts';
import { addressOf, type Route, type View } from './pure/routes.ts';
import { isOld, tookText } from './pure/times.ts';
import { Changes } from './views/changes.ts';
import { GlanceView } from './views/glance.ts';
import { Hosts } from './views/hosts.ts';
import { Names } from './views/names.ts';
import { Runs } from './views/runs.ts';

const TITLES: Readonly<Record<View, string>> = {
  glance: 'At a glance',
  names: 'Names',
  hosts: 'Hosts and tasks',
  runs: 'Runs',
  changes: 'Changes',
};
const VIEWS = Object.keys(TITLES) as View[];

interface Shown {
  readonly state?: State;
  readonly link: Link;
  readonly tryNow: () => void;
}

/** What stands around each view: where one is, how the page is connected, and whether what it shows may be old. */
export function Frame({ state, link, tryNow }: Shown): Piece {
  const route = useRoute();
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);
  useEffect(() => {
    document.title = `${TITLES[route.view]} · ${shortOf(state?.glance.deployment ?? 'console')}`;
  }, [route.view, state?.glance.deployment]);
  const narrow = useMedia(NARROW);
  // Whoever has followed a link into another place reads on there, by the keyboard too. The first place takes no focus away.
  useEffect(() => {
    if (!first.current) main.current?.focus({ preventScroll: true });
    first.current = false;
    scrollTo(0, 0);
  }, [placeOf(route, narrow)]);
  return html`
    <a class="skip" href="#main" onClick=${(event: Event) => skip(event, main.current)}>To the content</a>
    <header class="top">
      <div class="top-in">
        <${Whose} state=${state} />
        <nav aria-label="Views"><ul>${VIEWS.map(
          (view) => html`<${Tab} key=${view} view=${view} here=${route.view}
          state=${state} />`,
        )}</ul></nav>
        <${Connection} link=${link} tryNow=${tryNow} />
      </div>
    </header>
    <main id="main" tabindex="-1" ref=${main}>
      ${link.is === 'refused' ? html`<${Refused} />` : html`<${OldNote} state=${state} />`}
      ${
        link.is === 'lost' &&
        link.why !== undefined &&
        html`<div class="note is-bad" role="alert"><p>${link.why}</p>
        </div>`
      }
      <h1 class=${route.view === 'glance' ? 'unseen' : ''}>${TITLES[route.view]}</h1>
      ${state ? viewOf(route, state) : link.is !== 'refused' && html`<p class="waiting">Reading what is …</p>`}
    </main>`;
}

/** What is shown instead of something else; what opens beside it is no other place. */
function placeOf(route: Route, narrow: boolean): string {
  if (route.view === 'runs') return `runs ${route.execution}`;
  return route.view === 'names' && narrow ? `names ${route.name}` : route.view;
}

function viewOf(route: Route, state: State): Piece {
  if (route.view === 'names') return html`<${Names} state=${state} chosen=${route.name} />`;
  if (route.view === 'hosts') return html`<${Hosts} state=${state} />`;
  if (route.view === 'runs') return html`<${Runs} state=${state} execution=${route.execution} chosen=${route.state} />`;
  if (route.view === 'changes') return html`<${Changes} state=${state} />`;
  return html`<${GlanceView} state=${state} />`;
}

function skip(event: Event, main: HTMLElement | null): void {
  event.preventDefault();
  main?.focus();
}

function Tab({ view, here, state }: { view: View; here: View; state?: State }): Piece {
  const counts: Partial<Record<View, number>> = { names: state?.names.length ?? 0, hosts: state?.hosts.length ?? 0 };
  const route: Route = { view };
  const link = useRef<HTMLAnchorElement>(null);
  const isHere = here === view;
  // On a narrow screen the tabs go on beyond its edge.
  useEffect(() => {
    if (isHere) link.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [isHere]);
  return html`
    <li>
      <a ref=${link} href=${addressOf(route)} aria-current=${isHere ? 'page' : undefined}>
        ${TITLES[view]}${
          state &&
          counts[view] !== undefined &&
          html` <span class="number">${numberText(counts[view])}
          </span>`
        }
      </a>
    </li>`;
}

function Whose({ state }: { state?: State }): Piece {
  if (!state) return html`<p class="whose"><b>Console</b></p>`;
  const { deployment, zone } = state.glance;
  return html`<p class="whose" title=${deployment}><b>${shortOf(deployment)}</b><span>${zone}</span></p>`;
}

/** Said aloud once where it changes, and not with each second of a pause. */
function Connection({ link, tryNow }: { link: Link; tryNow: () => void }): Piece {
  const words = {
    connecting: 'connecting',
    live: 'live',
    lost: 'not connected, trying again',
    refused: 'not connected',
  };
  return html`
    <div class="link is-${link.is}">
      <span role="status"><svg class="shape" viewBox="0 0 10 10" aria-hidden="true"><path d=${LINK_PATH[link.is]} />
        </svg>${words[link.is]}</span>
      ${
        link.is === 'lost' &&
        html`<${Pause} until=${link.tryAt} /> <button type="button" class="small"
        onClick=${tryNow}>Try now</button>`
      }
    </div>`;
}

const LINK_PATH: Readonly<Record<Link['is'], string>> = {
  connecting: 'M5 1a4 4 0 1 0 0 8a4 4 0 1 0 0-8z',
  live: 'M5 1a4 4 0 1 0 0 8a4 4 0 1 0 0-8z',
  lost: 'M2.3.8 5 3.5 7.7.8 9.2 2.3 6.5 5 9.2 7.7 7.7 9.2 5 6.5 2.3 9.2.8 7.7 3.5 5 .8 2.3z',
  refused: 'M2.3.8 5 3.5 7.7.8 9.2 2.3 6.5 5 9.2 7.7 7.7 9.2 5 6.5 2.3 9.2.8 7.7 3.5 5 .8 2.3z',
};

function Pause({ until }: { until: number }): Piece {
  const seconds = Math.max(0, Math.ceil((until - useNow()) / 1_000));
  return html`<span aria-hidden="true">${seconds > 0 ? `in ${seconds} s` : 'now'}</span>`;
}

const Refused = (): Piece => html`
  <div class="note is-bad" role="alert">
    <p><b>This address is not open to this tab.</b> Open the address that the command has printed, with its token, once more.
    Each start of the command makes a new one.</p>
  </div>`;

function OldNote({ state }: { state?: State }): Piece {
  const now = useNow();
  if (!state || !isOld(state.glance, now)) return null;
  const { fullRun, apart } = state.glance;
  return html`
    <div class="note is-hold" role="note" aria-label="What is shown may be old">
      <p><b>What is shown may be old.</b> ${
        fullRun ? html`The last full run ended <${Ago} at=${fullRun.endedAt} />` : 'No full run is known'
      }${apart !== undefined && `, and they are ${tookText(apart)} apart at most`}.</p>
    </div>`;
}
